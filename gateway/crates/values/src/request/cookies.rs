//! Cookies, as npm `cookie-parser` reads them.

use super::form;
use crate::{Text, Value, json};

/// A `Cookie` header: the first of two with one name counts, quotes come off, percent-encoding is undone, and a value
/// that begins with `j:` is JSON (npm `cookie-parser`).
#[must_use]
pub fn parse(header: &str) -> Value {
    let mut members: Vec<(Text, Value)> = Vec::new();
    for pair in header.split(';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let name = name.trim();
        if members.iter().any(|(known, _)| known == name) {
            continue;
        }
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
        // What does not decode stays as it came.
        let value = form::percent_decode(value).unwrap_or_else(|| Text::from(value));
        let parsed = value.strip_prefix("j:").and_then(|rest| json::parse(&Text::from(rest)));
        members.push((Text::from(name), parsed.unwrap_or(Value::String(value))));
    }
    Value::object(members)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::json::to_compact;

    #[test]
    fn cookies_are_decoded() {
        let cookies = parse(r#"a=%3Cv%3E; b="q"; a=2; c=j:{"x":1}; d=%zz; broken"#);
        assert_eq!(to_compact(&cookies).as_str(), r#"{"a":"<v>","b":"q","c":{"x":1},"d":"%zz"}"#);
    }
}
