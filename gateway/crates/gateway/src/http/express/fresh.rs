//! Whether a client's copy is still good (npm `fresh` 0.5, which Express asks for every answer).

use http::{HeaderMap, HeaderName, header};
use jiff::{Timestamp, fmt::rfc2822};

/// Whether a client that asks with these fields has what is about to be sent with those.
pub(super) fn fresh(asked: &HeaderMap, sent: &HeaderMap) -> bool {
    let (tags, since) = (text(asked, header::IF_NONE_MATCH), text(asked, header::IF_MODIFIED_SINCE));
    if tags.is_none() && since.is_none() {
        return false;
    }
    let reload = text(asked, header::CACHE_CONTROL).is_some_and(|c| c.split(',').any(|part| part.trim() == "no-cache"));
    if reload {
        return false;
    }
    let named = tags.is_none_or(|tags| tags == "*" || text(sent, header::ETAG).is_some_and(|own| names(tags, own)));
    let unmodified = |since: &str| {
        let modified = text(sent, header::LAST_MODIFIED).and_then(time);
        modified.zip(time(since)).is_some_and(|(modified, since)| modified <= since)
    };
    named && since.is_none_or(unmodified)
}

/// Whether a list of tags names one, weakly compared.
fn names(tags: &str, own: &str) -> bool {
    let strong = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    tags.split(',').any(|tag| strong(tag.trim_matches(' ')) == strong(own))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}

/// A time as mail and HTTP write it, or as ISO 8601 does: what `Date.parse` is given in such a field.
fn time(text: &str) -> Option<Timestamp> {
    rfc2822::parse(text).map(|zoned| zoned.timestamp()).ok().or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn is_fresh(asked: &[(&'static str, &'static str)], sent: &[(&'static str, &'static str)]) -> bool {
        let map = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
        };
        fresh(&map(asked), &map(sent))
    }

    #[test]
    fn tags_are_compared_weakly() {
        let etag = [("etag", "\"abc\"")];
        assert!(is_fresh(&[("if-none-match", "W/\"abc\"")], &etag));
        assert!(is_fresh(&[("if-none-match", "\"x\", \"abc\"")], &etag));
        assert!(is_fresh(&[("if-none-match", "*")], &[]));
        assert!(!is_fresh(&[("if-none-match", "\"x\"")], &etag));
        assert!(!is_fresh(&[("if-none-match", "\"x\"")], &[]));
        assert!(!is_fresh(&[("if-none-match", "*"), ("cache-control", "max-age=0, no-cache")], &[]));
        assert!(!is_fresh(&[], &etag));
    }

    #[test]
    fn a_time_counts_where_both_sides_have_one() {
        let modified = [("last-modified", "Wed, 21 Oct 2015 07:28:00 GMT")];
        let since = |time| [("if-modified-since", time)];
        assert!(is_fresh(&since("Wed, 21 Oct 2015 07:28:00 GMT"), &modified));
        assert!(!is_fresh(&since("Tue, 20 Oct 2015 07:28:00 GMT"), &modified));
        assert!(!is_fresh(&since("yesterday"), &modified));
        assert!(!is_fresh(&since("Wed, 21 Oct 2015 07:28:00 GMT"), &[]));
    }
}
