//! Strings and keys as TOML writes them, such that reading gives the same text. Marks of interpolation are escaped.

use crate::check::quoted_key;

/// A key of a table, quoted where it must be.
pub(super) fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if is_bare { quoted_key(name) } else { basic(name) }
}

/// A string in one line.
pub(super) fn inline(text: &str) -> String {
    let text = &escaped_marks(text);
    let is_literal = !text.contains('\'') && !text.contains(is_control);
    if is_literal && text.contains(['"', '\\']) { format!("'{text}'") } else { basic(text) }
}

/// A string, over several lines where it has some.
pub(super) fn string(text: &str) -> String {
    if !text.contains('\n') {
        return inline(text);
    }
    let text = &escaped_marks(text);
    let is_literal = !text.contains("'''") && !text.ends_with('\'') && !text.contains(|c| c != '\n' && is_control(c));
    if is_literal {
        return format!("'''\n{text}'''");
    }
    let lines: Vec<_> = text.split('\n').map(escaped).collect();
    format!("\"\"\"\n{}\"\"\"", lines.join("\n"))
}

fn basic(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// What a basic string holds for a text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            sign if is_control(sign) => escaped.push_str(&format!("\\u{:04X}", u32::from(sign))),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Whether a sign must not stand in a string as it is. A tab may.
fn is_control(sign: char) -> bool {
    sign != '\t' && sign.is_control()
}

/// `${env:NAME}` is meant as it stands.
fn escaped_marks(text: &str) -> String {
    text.replace("${env:", "$${env:").replace("${file:", "$${file:")
}
