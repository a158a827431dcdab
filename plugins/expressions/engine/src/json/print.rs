//! Prints values: alone as their text, within others as compact JSON.

use super::{Json, Kind, Node, number};

// === impl Json ===

impl Json {
    /// Appends a value as a template prints it: a string's text, an array or an object as compact JSON.
    pub(crate) fn write(&self, text: &str, at: usize, out: &mut String) {
        let Some(node) = self.node(at) else { return };
        match node.kind {
            Kind::Plain => out.push_str(Self::source(node, text)),
            Kind::Escaped => unescape(Self::source(node, text), out),
            Kind::Array | Kind::Object => self.write_compact(text, at, node, out),
            _ => self.write_scalar(text, node, out),
        }
    }

    /// Without recursion: closing brackets wait in a list.
    fn write_compact(&self, text: &str, root: usize, whole: Node, out: &mut String) {
        let mut open: Vec<(usize, bool)> = Vec::new();
        let mut is_first = true;
        let mut at = root;
        loop {
            while let Some((_, is_object)) = open.pop_if(|(end, _)| *end <= at) {
                out.push(if is_object { '}' } else { ']' });
                is_first = false;
            }
            if at >= whole.next as usize {
                return;
            }
            if !is_first {
                out.push(',');
            }
            if open.last().is_some_and(|(_, is_object)| *is_object) {
                let Some(name) = self.node(at) else { return };
                self.write_scalar(text, name, out);
                out.push(':');
                at += 1;
            }
            let Some(node) = self.node(at) else { return };
            at += 1;
            is_first = matches!(node.kind, Kind::Array | Kind::Object);
            if is_first {
                out.push(if node.kind == Kind::Object { '{' } else { '[' });
                open.push((node.next as usize, node.kind == Kind::Object));
            } else {
                self.write_scalar(text, node, out);
            }
        }
    }

    /// A value that holds no others, as JSON.
    fn write_scalar(&self, text: &str, node: Node, out: &mut String) {
        let source = Self::source(node, text);
        match node.kind {
            Kind::Plain => {
                out.push('"');
                out.push_str(source);
                out.push('"');
            }
            Kind::Escaped => {
                let mut decoded = String::with_capacity(source.len());
                unescape(source, &mut decoded);
                write_string(&decoded, out);
            }
            Kind::Float => number::write(source, out),
            Kind::Integer if source == "-0" => out.push('0'),
            _ => out.push_str(source),
        }
    }
}

/// Appends a text as a JSON string, as Jackson does.
pub(crate) fn write_string(text: &str, out: &mut String) {
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
            c if c < ' ' => {
                let digit = |value: u32| char::from_digit(value, 16).unwrap_or('0').to_ascii_uppercase();
                out.push_str("\\u00");
                out.extend([digit(u32::from(c) >> 4), digit(u32::from(c) & 15)]);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends a string's text, of the bytes between its quotes. Half of a surrogate pair is no text and becomes U+FFFD.
pub(super) fn unescape(source: &str, out: &mut String) {
    let mut rest = source;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escaped.chars();
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('u') => {
                let (c, after) = unicode(escaped);
                out.push(c);
                rest = after;
                continue;
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// The character of `uXXXX`, or of two such as a surrogate pair, and what follows.
fn unicode(escaped: &str) -> (char, &str) {
    let unit = |text: &str| text.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let after = escaped.get(5..).unwrap_or_default();
    let first = unit(escaped).unwrap_or(0xfffd);
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = after.strip_prefix('\\').filter(|next| next.starts_with('u')).and_then(unit)
        && (0xdc00..0xe000).contains(&second)
    {
        let c = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
        return (c.unwrap_or(char::REPLACEMENT_CHARACTER), after.get(6..).unwrap_or_default());
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), after)
}
