//! Reads a JSON text (RFC 8259) into values that share it.

use std::sync::Arc;

use crate::{Object, Text, Value};

/// Arrays and objects in each other. Deeper texts are refused: reading recurses, and a guest's stack is small.
const DEEPEST: u32 = 128;

/// The value of a JSON text, `None` when it is not one.
#[must_use]
pub fn parse(text: &Text) -> Option<Value> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, depth: 0 };
    let value = reader.value()?;
    reader.skip_space();
    (reader.at == reader.bytes.len()).then_some(value)
}

struct Reader<'t> {
    text: &'t Text,
    bytes: &'t [u8],
    at: usize,
    depth: u32,
}

// === impl Reader ===

impl Reader<'_> {
    fn value(&mut self) -> Option<Value> {
        self.skip_space();
        match self.peek()? {
            b'"' => Some(Value::String(self.string()?)),
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        if self.depth == DEEPEST {
            return None;
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Option<Value> {
        let mut members = Vec::new();
        if self.eat_after_space(b'}') {
            return Some(Value::Object(Arc::new(Object::default())));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            if !self.eat_after_space(b':') {
                return None;
            }
            members.push((key, self.value()?));
            if self.eat_after_space(b'}') {
                return Some(Value::object(members));
            }
            self.eat_after_space(b',').then_some(())?;
        }
    }

    fn array(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        if self.eat_after_space(b']') {
            return Some(Value::array(items));
        }
        loop {
            items.push(self.value()?);
            if self.eat_after_space(b']') {
                return Some(Value::array(items));
            }
            self.eat_after_space(b',').then_some(())?;
        }
    }

    fn string(&mut self) -> Option<Text> {
        self.eat(b'"').then_some(())?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => return self.string_with_escapes(start),
                0..=0x1f => return None,
                _ => self.at += 1,
            }
        }
        let text = self.text.slice(start, self.at);
        self.at += 1;
        Some(text)
    }

    fn string_with_escapes(&mut self, start: usize) -> Option<Text> {
        let mut owned = self.text.get(start..self.at)?.to_owned();
        loop {
            let plain = self.at;
            while !matches!(self.peek()?, b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            owned.push_str(self.text.get(plain..self.at)?);
            match self.next()? {
                b'"' => return Some(Text::from(owned)),
                b'\\' => owned.push(self.escape()?),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => return self.unicode_escape(),
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            _ => return None,
        })
    }

    /// One `\uXXXX`, or two that are a surrogate pair. A lone surrogate is not text and becomes U+FFFD.
    fn unicode_escape(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        if self.eat(b'\\') && self.eat(b'u') {
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
        }
        self.at = before;
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.next()?).to_digit(16)?;
        }
        Some(code)
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        let negative = self.eat(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return None;
        }
        let integer_end = self.at;
        if self.eat(b'.') && self.digits() == 0 {
            return None;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return None;
            }
        }
        // Up to 15 digits are exact in a double: no need for the general reader.
        if self.at == integer_end && whole <= 15 {
            let digits = self.bytes.get(start + usize::from(negative)..self.at)?;
            let number = digits.iter().fold(0_i64, |number, digit| number * 10 + i64::from(digit - b'0')) as f64;
            return Some(Value::Number(if negative { -number } else { number }));
        }
        self.text.get(start..self.at)?.parse().ok().map(Value::Number)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let found = self.bytes.get(self.at..)?.starts_with(word.as_bytes());
        self.at += word.len();
        found.then_some(value)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn eat_after_space(&mut self, byte: u8) -> bool {
        self.skip_space();
        self.eat(byte)
    }

    #[inline]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::{Text, json::to_compact};

    fn round(text: &str) -> Option<String> {
        parse(&Text::from(text)).map(|value| to_compact(&value).as_str().to_owned())
    }

    #[test]
    fn texts_come_back_as_javascript_would_print_them() {
        for (text, printed) in [
            (r#" { "b" : 1 , "2":[ ] , "1":{} } "#, r#"{"1":{},"2":[],"b":1}"#),
            (r#"[1.0,1e3,-0,12345678901234567890,1e-7]"#, "[1,1000,0,12345678901234567000,1e-7]"),
            (r#""a\"\\\n\u00e9\ud83d\ude00\ud800x""#, "\"a\\\"\\\\\\né😀\u{fffd}x\""),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
            ("true", "true"),
            ("null", "null"),
        ] {
            assert_eq!(round(text).as_deref(), Some(printed), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in
            ["", "{", "[1,]", "{a:1}", "01", "1.", "-", "'a'", "\"a", "\"\n\"", "nul", "1 2", "{\"a\":1,}", "\"\\x\""]
        {
            assert_eq!(round(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(round(&deep(128)).is_some());
        assert!(round(&deep(129)).is_none());
        assert!(round(&"[".repeat(1_000_000)).is_none());
    }
}
