//! Header fields as Node gives them: repeated ones are joined, but for those that can't be.

use crate::{Text, Value};

/// Fields that Node never joins: of two, the first counts.
const SINGLE: [&str; 17] = [
    "age",
    "authorization",
    "content-length",
    "content-type",
    "etag",
    "expires",
    "from",
    "host",
    "if-modified-since",
    "if-unmodified-since",
    "last-modified",
    "location",
    "max-forwards",
    "proxy-authorization",
    "referer",
    "retry-after",
    "user-agent",
];

/// Every header field as an object: names in lower case, in the order received.
#[must_use]
pub fn joined(fields: Vec<(Text, Text)>) -> Value {
    let mut members: Vec<(Text, Value)> = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let Some((_, known)) = members.iter_mut().find(|(known, _)| *known == name) else {
            members.push((name, Value::String(value)));
            continue;
        };
        if !SINGLE.contains(&name.as_str()) {
            let separator = if name == *"cookie" { "; " } else { ", " };
            let both = [known.to_text().as_str(), separator, &value].concat();
            *known = Value::string(both);
        }
    }
    Value::object(members)
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::{Text, json::to_compact};

    #[test]
    fn repeated_fields_are_joined_but_for_single_ones() {
        let field = |name, value| (Text::fixed(name), Text::fixed(value));
        let fields = vec![field("a", "1"), field("host", "x"), field("a", "2"), field("host", "y")];
        assert_eq!(to_compact(&joined(fields)).as_str(), r#"{"a":"1, 2","host":"x"}"#);
    }
}
