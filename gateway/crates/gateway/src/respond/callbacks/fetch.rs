//! What Mockoon and the `fetch` of Node, by which it sends callbacks, add to the fields of a request (`mockoon.md`, section
//! 6), and how many callbacks led to a request.

use http::{HeaderMap, HeaderName};

/// Counts the callbacks that led to a request, as Mockoon does.
const DEPTH: HeaderName = HeaderName::from_static("x-mockoon-callback-depth");
/// What is added where the document sets nothing else. But for `accept-encoding`: the answer is kept as it comes.
const FIELDS: [(&str, &str); 4] =
    [("accept", "*/*"), ("accept-language", "*"), ("sec-fetch-mode", "cors"), ("user-agent", "node")];

/// Adds the fields to a callback's own. `depth` callbacks led to the request that it is of.
pub(super) fn dress(fields: &mut Vec<(&str, String)>, depth: u32) {
    for (name, value) in FIELDS {
        if fields.iter().all(|(set, _)| *set != name) {
            fields.push((name, value.to_owned()));
        }
    }
    fields.retain(|(name, _)| *name != DEPTH.as_str());
    fields.push(("x-mockoon-callback-depth", depth.saturating_add(1).to_string()));
}

/// How many callbacks led to a request, by Mockoon's count: what JavaScript's `parseInt` reads, 0 where that is nothing.
pub(in crate::respond) fn depth(headers: &HeaderMap) -> u32 {
    let text = headers.get(&DEPTH).and_then(|value| value.to_str().ok()).unwrap_or_default().trim_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold(0, |depth: u32, digit| depth.saturating_mul(10).saturating_add((digit - b'0').into()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_depth_is_read_as_javascript_reads_it() {
        let of = |text| depth(&HeaderMap::from_iter([(DEPTH, HeaderValue::from_static(text))]));
        assert_eq!([of("3"), of(" +12x"), of("-1"), of("x"), of("99999999999")], [3, 12, 0, 0, u32::MAX]);
        assert_eq!(depth(&HeaderMap::new()), 0);
    }

    #[test]
    fn a_documents_own_fields_win_but_for_the_depth() {
        let mut fields = vec![("user-agent", "mine".to_owned()), ("x-mockoon-callback-depth", "9".to_owned())];
        dress(&mut fields, 1);
        let find = |name| fields.iter().filter(|(set, _)| *set == name).map(|(_, value)| value.as_str()).collect();
        let found: Vec<Vec<&str>> = ["user-agent", "accept", "x-mockoon-callback-depth"].map(find).into();
        assert_eq!(found, [["mine"], ["*/*"], ["2"]]);
    }
}
