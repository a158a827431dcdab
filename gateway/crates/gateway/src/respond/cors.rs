//! Fields that let pages of other origins call: on every answer, and all that a preflight gets, where Microcks' conventions hold
//! (`microcks.md`, section 2.3). What the answer sets itself stays.

use http::{HeaderMap, HeaderValue, header};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS");
/// How long a browser may keep the answer, in seconds.
const MAX_AGE_S: HeaderValue = HeaderValue::from_static("3600");

/// Adds the fields to an answer, by the request's own.
pub(super) fn allow(headers: &mut HeaderMap, request: &HeaderMap) {
    let origin = request.get(header::ORIGIN).cloned().unwrap_or(HeaderValue::from_static("*"));
    headers.entry(header::ACCESS_CONTROL_ALLOW_ORIGIN).or_insert(origin);
    headers.entry(header::ACCESS_CONTROL_ALLOW_METHODS).or_insert(METHODS);
    headers.entry(header::ACCESS_CONTROL_MAX_AGE).or_insert(MAX_AGE_S);
    if let Ok(names) = HeaderValue::from_bytes(&names(request)) {
        headers.entry(header::ACCESS_CONTROL_ALLOW_HEADERS).or_insert(names);
    }
}

/// The names of the request's fields, and those that it asks to be let send.
fn names(request: &HeaderMap) -> Vec<u8> {
    let asked = request.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS).iter().map(HeaderValue::as_bytes);
    let own = request.keys().map(|name| name.as_str().as_bytes());
    let mut names = Vec::with_capacity(128);
    for name in own.chain(asked) {
        if !names.is_empty() {
            names.extend_from_slice(b", ");
        }
        names.extend_from_slice(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_allowed_and_what_is_set_stays() {
        let mut request = HeaderMap::new();
        request.insert("origin", HeaderValue::from_static("http://x"));
        request.insert("access-control-request-headers", HeaderValue::from_static("x-a, x-b"));
        let mut answer = HeaderMap::from_iter([(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("1"))]);
        allow(&mut answer, &request);
        assert_eq!(answer["access-control-allow-origin"], "http://x");
        assert_eq!(answer["access-control-max-age"], "1");
        assert_eq!(answer["access-control-allow-headers"], "origin, access-control-request-headers, x-a, x-b");
        let mut answer = HeaderMap::new();
        allow(&mut answer, &HeaderMap::new());
        assert_eq!(answer["access-control-allow-origin"], "*");
    }
}
