//! JSON as `JSON.parse` reads and `JSON.stringify` writes it.

use crate::{Value, limits::MAX_NESTING, math};

/// The value of a text; nothing where it is no JSON.
pub(crate) fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(value)
}

/// The text of a value, without spaces; nothing for `undefined` and for a `BigInt`.
pub(crate) fn write(value: &Value) -> Option<String> {
    let mut out = String::new();
    put(&mut out, value, 0).then_some(out)
}

struct Reader<'a> {
    rest: &'a str,
}

// === impl Reader ===

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_NESTING {
            return None;
        }
        self.skip_space();
        match self.rest.bytes().next()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Value::String),
            b't' => self.take("true").then_some(Value::Bool(true)),
            b'f' => self.take("false").then_some(Value::Bool(false)),
            b'n' => self.take("null").then_some(Value::Null),
            _ => self.number(),
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        let mut items = Vec::new();
        self.take("[");
        if self.take("]") {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take("]") {
                return Some(Value::Array(items));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut members: Vec<(String, Value)> = Vec::new();
        self.take("{");
        if self.take("}") {
            return Some(Value::Object(members));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            if !self.take(":") {
                return None;
            }
            let value = self.value(depth + 1)?;
            match members.iter_mut().find(|(name, _)| *name == key) {
                Some((_, place)) => *place = value,
                None => members.push((key, value)),
            }
            if self.take("}") {
                // Names that are array indices go first, in their order.
                members.sort_by_key(|(key, _)| index(key).unwrap_or(u32::MAX));
                return Some(Value::Object(members));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut rest = self.rest.strip_prefix('"')?.chars();
        let mut units: Vec<u16> = Vec::new();
        let mut out = String::new();
        loop {
            let next = rest.next()?;
            if next == '\\' {
                let escaped = match rest.next()? {
                    'u' => {
                        let digits = rest.as_str().get(..4)?;
                        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                            return None;
                        }
                        rest = rest.as_str().get(4..)?.chars();
                        units.push(u16::from_str_radix(digits, 16).ok()?);
                        continue;
                    }
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    same @ ('"' | '\\' | '/') => same,
                    _ => return None,
                };
                flush(&mut out, &mut units);
                out.push(escaped);
                continue;
            }
            flush(&mut out, &mut units);
            match next {
                '"' => break,
                '\0'..='\u{1f}' => return None,
                next => out.push(next),
            }
        }
        self.rest = rest.as_str();
        Some(out)
    }

    fn number(&mut self) -> Option<Value> {
        let bytes = self.rest.as_bytes();
        let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
        let mut end = usize::from(bytes.first() == Some(&b'-'));
        let whole = digits(end);
        if whole == 0 || (whole > 1 && bytes.get(end) == Some(&b'0')) {
            return None;
        }
        end += whole;
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            if fraction == 0 {
                return None;
            }
            end += 1 + fraction;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent == 0 {
                return None;
            }
            end += 1 + sign + exponent;
        }
        let number = self.rest.get(..end)?.parse().ok()?;
        self.rest = self.rest.get(end..)?;
        Some(Value::Number(number))
    }
}

/// Puts escaped UTF-16 units into a text: two may be one character.
fn flush(out: &mut String, units: &mut Vec<u16>) {
    if !units.is_empty() {
        out.push_str(&String::from_utf16_lossy(units));
        units.clear();
    }
}

/// The array index that a name is, in JavaScript's sense.
fn index(key: &str) -> Option<u32> {
    let is_plain = key == "0" || (!key.starts_with('0') && key.bytes().all(|b| b.is_ascii_digit()));
    key.parse().ok().filter(|index| is_plain && *index < u32::MAX)
}

/// Whether there was something to write.
fn put(out: &mut String, value: &Value, depth: usize) -> bool {
    if depth > MAX_NESTING {
        return false;
    }
    match value {
        Value::Undefined | Value::BigInt(_) => return false,
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) if !number.is_finite() => out.push_str("null"),
        Value::Number(number) => out.push_str(&math::to_text(*number)),
        Value::String(text) => quote(out, text),
        Value::Safe(text) => {
            out.push_str("{\"string\":");
            quote(out, text);
            out.push('}');
        }
        Value::Date(_) => match value.iso_date() {
            Some(text) => quote(out, &text),
            None => out.push_str("null"),
        },
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                if !put(out, item, depth + 1) {
                    out.push_str("null");
                }
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            let start = out.len();
            for (key, member) in members {
                let before = out.len();
                if before > start {
                    out.push(',');
                }
                quote(out, key);
                out.push(':');
                if !put(out, member, depth + 1) {
                    out.truncate(before);
                }
            }
            out.push('}');
        }
    }
    true
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn what_is_read_is_written_again() {
        for text in ["null", "[1,-2.5,1e+21,true]", r#"{"1":"x","b":[],"a":{"":null}}"#, r#""\"\\\n\u0001é😀""#] {
            assert_eq!(read(text).and_then(|value| write(&value)).as_deref(), Some(text));
        }
        assert_eq!(
            read(r#" {"b":1, "2":2 ,"b":3,"1":4} "#).and_then(|v| write(&v)).as_deref(),
            Some(r#"{"1":4,"2":2,"b":3}"#)
        );
        assert_eq!(read(r#""\ud83d\ude00""#).and_then(|v| write(&v)).as_deref(), Some(r#""😀""#));
    }

    #[test]
    fn nothing_else_is_json() {
        for text in ["", "01", "1.", "+1", "{a:1}", "[1,]", "'x'", "\"\t\"", "nul", "1 2", "{\"a\" 1}", r#""\x""#] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
    }
}
