//! Prints values as `JSON.stringify` does, but for safe strings: they print as the strings that they are, where
//! JavaScript shows their inside (`{"string":"x"}`).

use crate::{Text, Value, number};

/// `JSON.stringify(value)`; empty for `undefined`, which has no JSON.
#[must_use]
pub fn to_compact(value: &Value) -> Text {
    let mut out = String::new();
    write_compact(&mut out, value);
    Text::from(out)
}

/// `JSON.stringify(value, null, 2)`.
#[must_use]
pub fn to_indented(value: &Value) -> Text {
    let mut out = String::new();
    Writer { out: &mut out, indent: Some(0) }.value(value);
    Text::from(out)
}

fn write_compact(out: &mut String, value: &Value) {
    Writer { out, indent: None }.value(value);
}

struct Writer<'o> {
    out: &'o mut String,
    /// How many levels deep we are; absent: all on one line.
    indent: Option<usize>,
}

// === impl Writer ===

impl Writer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Undefined => {}
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) if value.is_finite() => number::write(self.out, *value),
            Value::Number(_) => self.out.push_str("null"),
            Value::String(text) | Value::Safe(text) => write_string(self.out, text),
            Value::Date(date) => match &date.json {
                Some(text) => write_string(self.out, text),
                None => self.out.push_str("null"),
            },
            Value::Array(items) => {
                self.list('[', ']', items.iter(), |writer, item| match item {
                    // An array keeps the place of what has no JSON.
                    Value::Undefined => writer.out.push_str("null"),
                    item => writer.value(item),
                });
            }
            Value::Object(object) => {
                let members = object.iter().filter(|(_, value)| !matches!(value, Value::Undefined));
                self.list('{', '}', members, |writer, (key, value)| {
                    write_string(writer.out, key);
                    writer.out.push_str(if writer.indent.is_some() { ": " } else { ":" });
                    writer.value(value);
                });
            }
        }
    }

    fn list<T>(&mut self, open: char, close: char, items: impl Iterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.out.push(open);
        self.indent = self.indent.map(|level| level + 1);
        let mut any = false;
        for item in items {
            if any {
                self.out.push(',');
            }
            any = true;
            self.break_line();
            write(self, item);
        }
        self.indent = self.indent.map(|level| level.saturating_sub(1));
        if any {
            self.break_line();
        }
        self.out.push(close);
    }

    fn break_line(&mut self) {
        if let Some(level) = self.indent {
            self.out.push('\n');
            for _ in 0..level {
                self.out.push_str("  ");
            }
        }
    }
}

/// Appends a string with its quotes. Runs of plain characters are copied whole.
fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x8 => "\\b",
            0xc => "\\f",
            0..=0x1f => "\\u00",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        out.push_str(escape);
        if escape.len() == 4 {
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        plain = at + 1;
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{to_compact, to_indented};
    use crate::{Date, Text, Value};

    #[test]
    fn undefined_is_left_out_of_objects_and_null_in_arrays() {
        let value = Value::object(vec![
            (Text::fixed("a"), Value::Undefined),
            (Text::fixed("b"), Value::array(vec![Value::Undefined, Value::Number(f64::NAN)])),
        ]);
        assert_eq!(to_compact(&value).as_str(), r#"{"b":[null,null]}"#);
    }

    #[test]
    fn indented_text_has_a_line_for_each_member_and_none_for_nothing() {
        let value = Value::object(vec![
            (Text::fixed("a"), Value::array(vec![Value::Number(1.0), Value::array(vec![])])),
            (Text::fixed("b"), Value::object(vec![])),
        ]);
        assert_eq!(to_indented(&value).as_str(), "{\n  \"a\": [\n    1,\n    []\n  ],\n  \"b\": {}\n}");
    }

    #[test]
    fn a_date_prints_as_its_json() {
        let date = |json: Option<&'static str>| {
            let date = Date { millis: 0.0, text: Text::fixed("Thu Jan 01 1970"), json: json.map(Text::fixed) };
            Value::Date(Arc::new(date))
        };
        let dates = Value::array(vec![date(Some("1970-01-01T00:00:00.000Z")), date(None)]);
        assert_eq!(to_compact(&dates).as_str(), r#"["1970-01-01T00:00:00.000Z",null]"#);
        assert_eq!(dates.to_text().as_str(), "Thu Jan 01 1970,Thu Jan 01 1970");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(
            to_compact(&Value::string("a\u{1}\u{1f}\"\\\u{7f}é")).as_str(),
            "\"a\\u0001\\u001f\\\"\\\\\u{7f}é\""
        );
    }
}
