//! Redirects of callbacks, for environments that follow them: as the Fetch standard does (section 4.4, HTTP-redirect fetch).
//! Each step is a request of its own, which the policy checks like the first.

use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use reqwest::{Request, Url};

/// Fields that speak of content, which a request that becomes a `GET` has no more.
const OF_CONTENT: [HeaderName; 4] =
    [header::CONTENT_ENCODING, header::CONTENT_LANGUAGE, header::CONTENT_LOCATION, header::CONTENT_TYPE];
/// Fields that are for one origin only.
const OF_ORIGIN: [HeaderName; 4] = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE, header::HOST];

/// Whether an answer leads elsewhere.
pub(crate) fn leads_on(status: StatusCode, headers: &HeaderMap) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) && headers.contains_key(header::LOCATION)
}

/// The request that follows from an answer to `sent`. Absent: the answer leads nowhere.
pub(crate) fn next(mut sent: Request, status: StatusCode, headers: &HeaderMap) -> Option<Request> {
    if !leads_on(status, headers) {
        return None;
    }
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    let url = sent.url().join(location).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    if becomes_get(sent.method(), status) {
        *sent.method_mut() = Method::GET;
        *sent.body_mut() = None;
        for name in OF_CONTENT {
            sent.headers_mut().remove(name);
        }
    }
    if origin(&url) != origin(sent.url()) {
        for name in OF_ORIGIN {
            sent.headers_mut().remove(name);
        }
    }
    *sent.url_mut() = url;
    Some(sent)
}

fn becomes_get(method: &Method, status: StatusCode) -> bool {
    match status.as_u16() {
        301 | 302 => *method == Method::POST,
        303 => !matches!(*method, Method::GET | Method::HEAD),
        _ => false,
    }
}

fn origin(url: &Url) -> (&str, Option<&str>, Option<u16>) {
    (url.scheme(), url.host_str(), url.port_or_known_default())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn posted() -> Request {
        let mut request = Request::new(Method::POST, "http://a.test:80/x/y?z".parse().unwrap());
        *request.body_mut() = Some("content".into());
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        request.headers_mut().insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer 1"));
        request
    }

    fn followed(status: u16, location: &'static str) -> Option<(String, String, bool, bool)> {
        let headers = HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_static(location))]);
        let next = next(posted(), StatusCode::from_u16(status).unwrap(), &headers)?;
        let typed = next.headers().contains_key(header::CONTENT_TYPE);
        assert_eq!(typed, next.body().is_some());
        let authorized = next.headers().contains_key(header::AUTHORIZATION);
        Some((next.method().to_string(), next.url().to_string(), typed, authorized))
    }

    #[test]
    fn a_redirect_is_followed_as_fetch_does() {
        let to = |method: &str, url: &str, typed, authorized| Some((method.into(), url.into(), typed, authorized));
        assert_eq!(followed(302, "/b"), to("GET", "http://a.test/b", false, true));
        assert_eq!(followed(303, "b"), to("GET", "http://a.test/x/b", false, true));
        assert_eq!(followed(307, "//b.test/c"), to("POST", "http://b.test/c", true, false));
        assert_eq!(followed(308, "https://a.test/"), to("POST", "https://a.test/", true, false));
        assert_eq!(followed(304, "/b"), None);
        assert_eq!(followed(301, "file:///etc/passwd"), None);
    }
}
