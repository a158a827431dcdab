//! The one spelling of a URL that browsers and Node agree on (WHATWG URL standard).

use reqwest::Url;

/// A URL as it is sent, what it may not hold percent-encoded: `http://x/a b?c=é` is `http://x/a%20b?c=%C3%A9`. Absent: it is
/// no absolute URL of `http` or `https`.
pub fn spelled(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_spelled_as_browsers_spell_it() {
        assert_eq!(spelled("http://X:80/a b?c=é#d").as_deref(), Some("http://x/a%20b?c=%C3%A9"));
        assert_eq!(spelled(" https:x "), Some("https://x/".into()));
        assert_eq!([spelled("not a url"), spelled("/a"), spelled("file:///a")], [None, None, None]);
    }
}
