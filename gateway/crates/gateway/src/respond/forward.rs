//! Passes a request on to the route's upstream, and its answer back as it comes. Fields that belong to one connection stay
//! behind on both ways (RFC 9110 section 7.6.1), and both ways say that they went through here (`via`, section 7.6.3).

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use ringback_egress::Opened;
use ringback_model::{
    callback::Outgoing,
    http_values::{Request, is_hop_by_hop},
    journal::Matched,
    limits,
    ports::FetchError,
};

use super::made::{Made, Reply};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        refusal::{Kind, Refusal},
    },
    site::{RoutePlan, Site},
};

/// How long an upstream may take until its answer begins.
pub(super) const HEAD_MAX: Duration = limits::ATTEMPT_TIMEOUT;
/// What this gateway adds to `via`: the protocol that it received, and its name.
const VIA: &str = "1.1 ringback";

/// What the route's upstream answers.
///
/// # Errors
/// When there is none, or it does not answer.
pub(super) async fn forward(door: &Door, site: &Site, route: &RoutePlan, request: &Request) -> Result<Made, Refusal> {
    let none = || Refusal::new(Kind::Defect, "the route has no upstream");
    let upstream = route.upstream.as_ref().ok_or_else(none)?;
    let target = request.uri.path_and_query().map_or("/", |target| target.as_str());
    forward_to(door, site, route, request, upstream, target).await
}

/// What an upstream answers to a request with this path and query.
///
/// # Errors
/// When it does not answer.
pub(super) async fn forward_to(
    door: &Door,
    site: &Site,
    route: &RoutePlan,
    request: &Request,
    upstream: &Uri,
    target: &str,
) -> Result<Made, Refusal> {
    let outgoing = outgoing(upstream, target, request)?;
    let opened = door.gateway.courier.open(&site.name, &outgoing, HEAD_MAX).await;
    let opened = opened.map_err(|error| failed(upstream, &error))?;
    let matched = Matched::Upstream { route: route.name.clone() };
    Ok(Made::plain(reply(opened, request), matched))
}

fn failed(upstream: &Uri, error: &FetchError) -> Refusal {
    let host = upstream.authority().map_or("", |authority| authority.as_str());
    match error {
        FetchError::TimedOut => Refusal::new(Kind::UpstreamTimedOut, format!("`{host}` did not answer in time")),
        FetchError::Denied(why) => Refusal::new(Kind::Upstream, format!("`{host}` may not be called")).with_detail(why),
        other => Refusal::new(Kind::Upstream, format!("`{host}` did not answer")).with_detail(other.to_string()),
    }
}

/// The request as the upstream gets it.
fn outgoing(upstream: &Uri, target: &str, request: &Request) -> Result<Outgoing, Refusal> {
    let base = upstream.to_string();
    let url = format!("{}{target}", base.trim_end_matches('/'));
    let url = url.parse().map_err(|error| {
        Refusal::new(Kind::BadTarget, "the request target can't be passed on").with_detail(format!("{url}: {error}"))
    })?;
    let mut headers = fields(request);
    let (scheme, host) = request.origin.split_once("://").unwrap_or(("http", &request.origin));
    join(&mut headers, HeaderName::from_static("x-forwarded-for"), &request.client.to_string());
    set(&mut headers, HeaderName::from_static("x-forwarded-host"), host);
    set(&mut headers, HeaderName::from_static("x-forwarded-proto"), scheme);
    join(&mut headers, header::VIA, VIA);
    let fields = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(Outgoing { method: request.method.clone(), url, headers: fields, body: request.body.clone() })
}

/// The fields of a request that go with it, but for those that the next connection decides.
pub(super) fn fields(request: &Request) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in end_to_end(&request.headers) {
        headers.append(name.clone(), value.clone());
    }
    headers.remove(header::HOST);
    headers.remove(header::CONTENT_LENGTH);
    // It was answered when the body was read.
    headers.remove(header::EXPECT);
    headers
}

/// The answer as the client gets it.
fn reply(opened: Opened, request: &Request) -> Reply {
    let mut reply = passed(opened, request);
    join(&mut reply.headers, header::VIA, VIA);
    reply
}

/// An answer as it goes back.
pub(super) fn passed(mut opened: Opened, request: &Request) -> Reply {
    let status = opened.status;
    let mut headers: HeaderMap = HeaderMap::with_capacity(opened.headers.len() + 1);
    let all = std::mem::take(&mut opened.headers);
    for (name, value) in end_to_end(&all) {
        headers.append(name.clone(), value.clone());
    }
    // The length is that of the content, but where there is none it tells of what there would be.
    let empty = request.method == Method::HEAD || status == StatusCode::NOT_MODIFIED;
    if !empty {
        headers.remove(header::CONTENT_LENGTH);
    }
    let body = if empty { Body::Whole(bytes::Bytes::new()) } else { Body::upstream(opened, request.id) };
    Reply { status, headers, body }
}

/// The fields that do not belong to one connection: neither those that never do nor those that `connection` names.
pub(super) fn end_to_end(headers: &HeaderMap) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
    let named = |name: &HeaderName| {
        let mut lists = headers.get_all(header::CONNECTION).iter().filter_map(|list| list.to_str().ok());
        lists.any(|list| list.split(',').any(|option| option.trim().eq_ignore_ascii_case(name.as_str())))
    };
    headers.iter().filter(move |(name, _)| !is_hop_by_hop(name) && !named(name))
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Adds to a field that is a list.
fn join(headers: &mut HeaderMap, name: HeaderName, more: &str) {
    let before: Vec<_> = headers.get_all(&name).iter().filter_map(|value| value.to_str().ok()).collect();
    let all = before.into_iter().chain([more]).collect::<Vec<_>>().join(", ");
    set(headers, name, &all);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_one_connection_stays_behind() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("keep-alive", "5"),
            ("transfer-encoding", "chunked"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("accept", "*/*"),
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let left: Vec<_> = end_to_end(&headers).map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, ["accept"]);
    }

    #[test]
    fn a_list_is_added_to() {
        let mut headers = HeaderMap::new();
        headers.append(header::VIA, HeaderValue::from_static("1.0 a"));
        headers.append(header::VIA, HeaderValue::from_static("1.1 b"));
        join(&mut headers, header::VIA, VIA);
        assert_eq!(headers[header::VIA], "1.0 a, 1.1 b, 1.1 ringback");
    }
}
