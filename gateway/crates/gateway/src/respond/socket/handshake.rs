//! The opening of a WebSocket (RFC 6455, section 4.2), with the words of the `ws` library where it is refused.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use sha1::{Digest as _, Sha1};

use crate::http::express::Sent;

/// What a server adds to a client's key (RFC 6455, section 1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Versions that are spoken: the standard's and the draft's before it, which is the same on the wire.
const VERSIONS: [&[u8]; 2] = [b"13", b"8"];

/// Whether a request asks for a WebSocket. Other upgrades are answered as if they were not asked for.
pub(in crate::respond) fn asks(headers: &HeaderMap) -> bool {
    let Some(upgrade) = headers.get(header::UPGRADE) else { return false };
    let connection = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let upgrades = |value: &str| value.to_ascii_lowercase().contains("upgrade");
    upgrade.as_bytes().eq_ignore_ascii_case(b"websocket") && connection.into_iter().any(upgrades)
}

/// The answer where no route opens one.
pub(super) fn no_route() -> Sent {
    refused(StatusCode::NOT_FOUND, "No WebSocket route found for this path")
}

/// The answer to a request whose path has a route: 101, or what is wrong.
pub(super) fn answer(method: &Method, headers: &HeaderMap) -> Sent {
    if *method != Method::GET {
        let mut sent = refused(StatusCode::METHOD_NOT_ALLOWED, "Invalid HTTP method");
        sent.headers.insert(header::ALLOW, HeaderValue::from_static("GET"));
        return sent;
    }
    let Some(key) = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| is_key(key.as_bytes())) else {
        return refused(StatusCode::BAD_REQUEST, "Missing or invalid Sec-WebSocket-Key header");
    };
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).map(HeaderValue::as_bytes);
    if !version.is_some_and(|version| VERSIONS.contains(&version)) {
        let mut sent = refused(StatusCode::BAD_REQUEST, "Missing or invalid Sec-WebSocket-Version header");
        sent.headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13, 8"));
        return sent;
    }
    let accept = BASE64_STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize());
    let mut fields = HeaderMap::new();
    fields.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    fields.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    fields.extend(HeaderValue::from_str(&accept).ok().map(|value| (header::SEC_WEBSOCKET_ACCEPT, value)));
    fields.extend(protocol(headers).map(|value| (header::SEC_WEBSOCKET_PROTOCOL, value)));
    Sent { status: StatusCode::SWITCHING_PROTOCOLS, headers: fields, body: Bytes::new() }
}

/// The first protocol that the client offers.
fn protocol(headers: &HeaderMap) -> Option<HeaderValue> {
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let first = offered.split(',').next()?.trim();
    HeaderName::from_bytes(first.as_bytes()).ok()?;
    HeaderValue::from_str(first).ok()
}

/// Sixteen bytes in base64.
fn is_key(key: &[u8]) -> bool {
    BASE64_STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16)
}

fn refused(status: StatusCode, why: &'static str) -> Sent {
    let headers = HeaderMap::from_iter([
        (header::CONNECTION, HeaderValue::from_static("close")),
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html")),
    ]);
    Sent { status, headers, body: Bytes::from_static(why.as_bytes()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn a_websocket_is_asked_for_by_two_fields() {
        assert!(asks(&fields(&[("upgrade", "WebSocket"), ("connection", "keep-alive, Upgrade")])));
        assert!(!asks(&fields(&[("upgrade", "h2c"), ("connection", "Upgrade")])));
        assert!(!asks(&fields(&[("upgrade", "websocket")])));
    }

    #[test]
    fn the_key_is_answered_as_the_standard_says() {
        let key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let good = fields(&[key, ("sec-websocket-version", "13"), ("sec-websocket-protocol", "chat, superchat")]);
        let sent = answer(&Method::GET, &good);
        assert_eq!(sent.status, 101);
        assert_eq!(sent.headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(sent.headers["sec-websocket-protocol"], "chat");
        assert_eq!(answer(&Method::POST, &good).status, 405);
        assert_eq!(answer(&Method::GET, &fields(&[("sec-websocket-key", "short")])).status, 400);
        assert_eq!(answer(&Method::GET, &fields(&[key])).headers["sec-websocket-version"], "13, 8");
    }
}
