//! Cookies, as npm `cookie-parser` reads them.

use super::form;
use crate::{Text, Value, json};

/// A `Cookie` header: the first of two with one name counts, quotes come off, percent-encoding is undone, and a value
/// that begins with `j:` is JSON, unless that is false to JavaScript.
#[must_use]
pub fn parse(header: &str) -> Value {
    let mut members: Vec<(Text, Value)> = Vec::new();
    for pair in header.split(';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let name = name.trim_matches(SPACE);
        if name == "__proto__" || members.iter().any(|(known, _)| known == name) {
            continue;
        }
        let value = unquoted(value.trim_matches(SPACE));
        // What does not decode stays as it came.
        let value = form::percent_decode(value).unwrap_or_else(|| Text::from(value));
        let parsed = value.strip_prefix("j:").and_then(|rest| json::parse(&Text::from(rest)));
        members.push((Text::from(name), parsed.filter(Value::is_truthy).unwrap_or(Value::String(value))));
    }
    Value::object(members)
}

const SPACE: [char; 2] = [' ', '\t'];

fn unquoted(value: &str) -> &str {
    if value == "\"" {
        return "";
    }
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::json::to_compact;

    #[test]
    fn cookies_are_decoded() {
        let cookies = parse(r#"a=%3Cv%3E; b="q"; a=2; c=j:{"x":1}; d=%zz; broken; e="; f=j:0; __proto__=1"#);
        assert_eq!(to_compact(&cookies).as_str(), r#"{"a":"<v>","b":"q","c":{"x":1},"d":"%zz","e":"","f":"j:0"}"#);
    }
}
