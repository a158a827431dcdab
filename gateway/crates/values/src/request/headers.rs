//! Header fields as Node gives them: repeated ones are joined, but for those that can't be.

use std::sync::Arc;

use crate::{Text, Value};

/// Fields that Node never joins: of two, the first counts.
const SINGLE: [&str; 18] = [
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
    "server",
    "user-agent",
];

/// Every header field as an object: names in lower case, in the order received. `set-cookie` is an array of its values.
#[must_use]
pub fn joined(fields: Vec<(Text, Text)>) -> Value {
    let mut members: Vec<(Text, Value)> = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        match members.iter_mut().find(|(known, _)| *known == name) {
            None if name == *SET_COOKIE => members.push((name, Value::array(vec![Value::String(value)]))),
            None => members.push((name, Value::String(value))),
            Some((_, known)) => add(known, &name, value),
        }
    }
    Value::object(members)
}

/// A field by its name, in whatever case. The two spellings of `referer` are one to Express.
#[must_use]
pub fn field(headers: &Value, name: &str) -> Value {
    let name = name.to_ascii_lowercase();
    if name == "referer" || name == "referrer" {
        let found = headers.property("referrer");
        return if found.is_truthy() { found } else { headers.property("referer") };
    }
    headers.property(&name)
}

const SET_COOKIE: &str = "set-cookie";

fn add(known: &mut Value, name: &str, value: Text) {
    if let Value::Array(items) = known {
        Arc::make_mut(items).push(Value::String(value));
    } else if !SINGLE.contains(&name) {
        let separator = if name == "cookie" { "; " } else { ", " };
        *known = Value::string([known.to_text().as_str(), separator, &value].concat());
    }
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
