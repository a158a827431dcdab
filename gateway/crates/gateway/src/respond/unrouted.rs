//! What answers where no route does. In the gateway's own conventions: `OPTIONS`, or why nothing matched. In Mockoon's: a
//! preflight, then whoever the environment passes on to, then its 404.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use ringback_matching::Found;
use ringback_model::{environment::MockoonSettings, http_values::Request, journal::Matched};

use super::{
    headers,
    made::{Made, Reply},
    proxied::proxied,
    readable,
};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        refusal::{Kind, Refusal},
    },
    site::Site,
};

mod microcks;

/// What a preflight is told, unless the environment sets it (`mockoon.md`, section 7, CORS).
const PREFLIGHT: [(HeaderName, HeaderValue); 3] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS")),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("Content-Type, Origin, Accept, Authorization, Content-Length, X-Requested-With"),
    ),
];

/// What answers where no route does.
///
/// # Errors
/// Why nothing matched.
pub(super) async fn without_route(
    door: &Door,
    site: &Site,
    request: &Arc<Request>,
    found: Found,
) -> Result<Made, Refusal> {
    let decoded = !matches!(found, Found::BadPath { .. });
    if decoded && site.mockoon().is_some_and(|settings| is_preflight(settings, request)) {
        return Ok(preflight(headers::of_site(door, site, request).await, request));
    }
    if let Some(proxy) = site.proxy.as_ref().filter(|_| decoded) {
        return proxied(door, site, proxy, request).await;
    }
    if let Some(made) = site.microcks().and_then(|settings| microcks::unrouted(site, settings, request)) {
        return Ok(made);
    }
    let path = request.uri.path();
    match found {
        Found::Options { allow } => {
            let headers = listed(&allow).1.map(|allow| (header::ALLOW, allow)).into_iter().collect();
            let reply = Reply { status: StatusCode::NO_CONTENT, headers, body: Body::Whole(Bytes::new()) };
            let matched =
                Matched::Gateway(Arc::new([format!("`OPTIONS {path}` is answered from the routes of this path")]));
            Ok(Made::plain(reply, matched))
        }
        Found::MethodNotAllowed { allow } => {
            let (names, allow) = listed(&allow);
            let mut refusal = Refusal::new(Kind::Method, format!("`{path}` answers {names}, not {}", request.method));
            refusal.allow = allow;
            refusal.hints = advice(site, request);
            Err(refusal)
        }
        Found::BadPath { path } => Err(Refusal::new(Kind::BadTarget, format!("Failed to decode param '{path}'"))),
        Found::BadEscape { param, raw, .. } => {
            let public = format!("`{raw}`, the value of `{param}`, is not well percent-encoded UTF-8");
            Err(Refusal::new(Kind::BadTarget, public))
        }
        Found::NotFound | Found::Route { .. } => {
            let mut refusal = Refusal::new(Kind::NoRoute, format!("no route answers `{} {path}`", request.method));
            refusal.hints = advice(site, request);
            Err(refusal)
        }
    }
}

fn is_preflight(settings: &MockoonSettings, request: &Request) -> bool {
    settings.cors && request.method == Method::OPTIONS && readable::has_path(&request.uri)
}

/// What a browser wants to hear. The environment's own fields win; its cookies come twice, as Mockoon sets them twice.
fn preflight(mut headers: HeaderMap, request: &Request) -> Made {
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    for (name, value) in PREFLIGHT {
        headers.entry(name).or_insert(value);
    }
    let reply = Reply { status: StatusCode::OK, headers, body: Body::Whole(Bytes::new()) };
    let path = request.uri.path();
    Made::plain(reply, Matched::Gateway(Arc::new([format!("`OPTIONS {path}` is answered as a preflight (CORS)")])))
}

/// Methods for a sentence, and for the `allow` field.
fn listed(methods: &[Method]) -> (String, Option<HeaderValue>) {
    let names = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let allow = HeaderValue::from_str(&names).ok();
    (names, allow)
}

/// What was nearest, and which TOML would add the route: a line each. The first line repeats what was refused.
fn advice(site: &Site, request: &Request) -> Vec<String> {
    let advice = site.table.nearest(&request.method, request.uri.path()).to_string();
    advice.lines().skip(1).map(str::to_owned).collect()
}
