//! URLs that come from outside, as runtime expressions and those who fire webhooks give them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a part of a query may not hold as it is: all but RFC 3986's unreserved characters (section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A URL as it is sent: what a URL can't hold is percent-encoded, a fragment is taken off. A reference that begins with `/` is
/// meant from `origin` on, scheme and authority (RFC 3986 section 4.2; OpenAPI resolves the URLs of an API against its
/// server's). Absent: it is no URL of `http` or `https`.
pub(crate) fn absolute(origin: &str, text: &str) -> Option<String> {
    let text = text.trim();
    let scheme = || origin.split_once("//").map_or("http:", |(scheme, _)| scheme);
    let is_of = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if text.starts_with("//") {
        ringback_egress::spelled(&format!("{}{text}", scheme()))
    } else if text.starts_with('/') {
        ringback_egress::spelled(&format!("{origin}{text}"))
    } else if is_of("http://") || is_of("https://") {
        ringback_egress::spelled(text)
    } else {
        None
    }
}

/// A URL without a fragment, with one more parameter in its query.
pub(super) fn with_query(mut url: String, name: &str, value: &str) -> String {
    match url.find('?') {
        None => url.push('?'),
        Some(_) if url.ends_with(['?', '&']) => {}
        Some(_) => url.push('&'),
    }
    url.extend(utf8_percent_encode(name, RESERVED));
    url.push('=');
    url.extend(utf8_percent_encode(value, RESERVED));
    url
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ORIGIN: &str = "http://localhost:3000";

    #[test]
    fn what_a_url_can_not_hold_is_encoded_and_the_rest_stays() {
        let sent = |text| absolute(ORIGIN, text).unwrap_or_default();
        assert_eq!(sent(" http://x/a b?mail=a@b.c&n=\u{e9}#top"), "http://x/a%20b?mail=a@b.c&n=%C3%A9");
        assert_eq!(sent("http://x/a%20b?c={d}|e"), "http://x/a%20b?c={d}|e");
        assert_eq!(sent("HTTPS://x:8443/a"), "https://x:8443/a");
    }

    #[test]
    fn a_reference_is_meant_from_the_gateway_on_and_other_texts_are_none() {
        assert_eq!(absolute(ORIGIN, "/cb?a=b").as_deref(), Some("http://localhost:3000/cb?a=b"));
        assert_eq!(absolute(ORIGIN, "//other/cb").as_deref(), Some("http://other/cb"));
        for text in ["", "not a url", "cb", "ftp://x/", "http://", "javascript:alert(1)", "localhost:3000/cb"] {
            assert_eq!(absolute(ORIGIN, text), None, "{text}");
        }
    }

    #[test]
    fn parameters_go_behind_what_is_there() {
        let with = |url: &str| with_query(url.into(), "a b", "c&d=\u{e9}");
        assert_eq!(with("http://x/"), "http://x/?a%20b=c%26d%3D%C3%A9");
        assert_eq!(with("http://x/?"), "http://x/?a%20b=c%26d%3D%C3%A9");
        assert_eq!(with("http://x/?y=z"), "http://x/?y=z&a%20b=c%26d%3D%C3%A9");
    }

    proptest! {
        #[test]
        fn any_text_is_a_url_or_none(text in ".*") {
            if let Some(url) = absolute(ORIGIN, &text) {
                prop_assert!(url.is_ascii() && !url.contains([' ', '#']), "{url}");
            }
        }
    }
}
