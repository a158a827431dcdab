//! Cookies of another server, so that a browser keeps them for this one.

use http::HeaderValue;

/// A `set-cookie` without the domain that it is for: its first one.
pub(super) fn without_domain(cookie: HeaderValue) -> HeaderValue {
    let mut found = false;
    without(&cookie, |attribute| {
        let is_domain = attribute
            .split_once('=')
            .is_some_and(|(name, value)| name.eq_ignore_ascii_case("domain") && !value.is_empty());
        is_domain && !std::mem::replace(&mut found, is_domain)
    })
    .unwrap_or(cookie)
}

/// A `set-cookie` that browsers send over plain HTTP, too.
pub(super) fn without_secure(cookie: &HeaderValue) -> HeaderValue {
    without(cookie, |attribute| attribute.eq_ignore_ascii_case("secure")).unwrap_or_else(|| cookie.clone())
}

/// Leaves out attributes, with the semicolon before them. Absent: the field is no text, and none is known.
fn without(cookie: &HeaderValue, mut leaves_out: impl FnMut(&str) -> bool) -> Option<HeaderValue> {
    let text = cookie.to_str().ok()?;
    let mut parts = text.split(';');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts.filter(|part| !leaves_out(part.trim_start())) {
        kept.push(';');
        kept.push_str(part);
    }
    HeaderValue::from_str(&kept).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_left_out_whole() {
        let cookie = HeaderValue::from_static("a=1; Path=/;  DOMAIN=x.test; Secure; HttpOnly;secured");
        assert_eq!(without_domain(cookie.clone()), "a=1; Path=/; Secure; HttpOnly;secured");
        assert_eq!(without_secure(&cookie), "a=1; Path=/;  DOMAIN=x.test; HttpOnly;secured");
        assert_eq!(without_secure(&HeaderValue::from_static("secure")), "secure");
    }
}
