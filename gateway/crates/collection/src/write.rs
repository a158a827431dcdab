//! Values printed as JavaScript prints them: numbers of one kind, keys that are indexes first.

use ringback_model::json::{Json, Number, Object};
use ringback_values::{array_index, number};

/// Numbers up to which every integer is one of JavaScript's too.
const EXACT: u64 = 1 << 53;

/// What is sent of a value: JSON, a string without its quotes.
pub fn sent(value: &Json) -> Vec<u8> {
    if let Json::String(text) = value {
        return text.as_bytes().to_vec();
    }
    let mut out = Vec::new();
    write(&mut out, value);
    out
}

/// Appends `JSON.stringify(value)`.
pub fn write(out: &mut Vec<u8>, value: &Json) {
    match value {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Number(number) => write_number(out, number),
        Json::String(text) => write_text(out, text),
        Json::Array(items) => write_list(out, items.iter()),
        Json::Object(object) => write_object(out, object),
    }
}

/// Appends a list of values.
pub(crate) fn write_list<'a>(out: &mut Vec<u8>, items: impl Iterator<Item = &'a Json>) {
    out.push(b'[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn write_object(out: &mut Vec<u8>, object: &Object) {
    out.push(b'{');
    let start = out.len();
    let mut member = |key: &str, value: &Json| {
        if out.len() > start {
            out.push(b',');
        }
        write_text(out, key);
        out.push(b':');
        write(out, value);
    };
    if object.iter().any(|(key, _)| array_index(key).is_some()) {
        let mut indexed: Vec<_> =
            object.iter().filter_map(|(key, value)| Some((array_index(key)?, key, value))).collect();
        indexed.sort_by_key(|(index, ..)| *index);
        indexed.into_iter().for_each(|(_, key, value)| member(key, value));
        let others = object.iter().filter(|(key, _)| array_index(key).is_none());
        others.for_each(|(key, value)| member(key, value));
    } else {
        object.iter().for_each(|(key, value)| member(key, value));
    }
    out.push(b'}');
}

fn write_number(out: &mut Vec<u8>, value: &Number) {
    let exact = value.as_i64().filter(|integer| integer.unsigned_abs() < EXACT);
    let value = exact.map_or_else(|| value.as_f64().unwrap_or(f64::NAN), |integer| integer as f64);
    // JSON has no word for what is no number.
    if !value.is_finite() {
        return out.extend_from_slice(b"null");
    }
    number::with_text(value, |text| out.extend_from_slice(text.as_bytes()));
}

/// Appends a string with its quotes. Runs of plain characters are copied whole.
fn write_text(out: &mut Vec<u8>, text: &str) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_javascript_writes_them() {
        for (value, written) in [
            ("1.0", "1"),
            ("-0.0", "0"),
            ("12345678901234567890", "12345678901234567000"),
            ("9007199254740993", "9007199254740992"),
            ("1e21", "1e+21"),
            (r#"{"b":1,"10":2,"9":3,"a":4}"#, r#"{"9":3,"10":2,"b":1,"a":4}"#),
            (r#""\u0001\"\u2028é""#, "\"\\u0001\\\"\u{2028}é\""),
            (r#"[null,true,{}]"#, "[null,true,{}]"),
        ] {
            let mut out = Vec::new();
            write(&mut out, &Json::parse(value).unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), written);
        }
    }

    #[test]
    fn a_string_is_sent_bare() {
        assert_eq!(sent(&"a\"b".into()), b"a\"b");
        assert_eq!(sent(&Json::Null), b"null");
    }
}
