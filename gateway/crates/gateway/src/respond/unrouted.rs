//! What the gateway says itself where no route answers: `OPTIONS`, or why nothing matched.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use ringback_matching::Found;
use ringback_model::{http_values::Request, journal::Matched};

use super::made::{Made, Reply};
use crate::{
    http::{
        body::Body,
        refusal::{Kind, Refusal},
    },
    site::Site,
};

/// What the gateway says itself: `OPTIONS`, or why nothing matched.
pub(super) fn without_route(site: &Site, request: &Request, found: Found) -> Result<Made, Refusal> {
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
