//! The shapes of tokens inside a tag: what opens and closes one, what a number and a name are made of.

use super::token::Kind;
use crate::value::is_space;

/// The token that opens a tag, and its length.
pub(super) fn opening(rest: &str) -> (Kind, usize) {
    let strip = rest.starts_with("{{~");
    let base = 2 + usize::from(strip);
    let inside = rest.get(base..).unwrap_or_default();
    let (kind, length) = match inside.as_bytes() {
        [b'#', b'>', ..] => (Kind::OpenPartialBlock { strip }, 2),
        [b'#', b'*', ..] => (Kind::OpenBlock { strip, decorator: true }, 2),
        [b'#', ..] => (Kind::OpenBlock { strip, decorator: false }, 1),
        [b'>', ..] => (Kind::OpenPartial { strip }, 1),
        [b'/', ..] => (Kind::OpenEnd { strip }, 1),
        [b'^', ..] => (Kind::OpenInverse { strip }, 1),
        [b'{', ..] => (Kind::OpenUnescaped { strip }, 1),
        [b'&', ..] => (Kind::Open { strip, unescaped: true, decorator: false }, 1),
        [b'*', ..] => (Kind::Open { strip, unescaped: false, decorator: true }, 1),
        _ => match inside.trim_start_matches(is_space).strip_prefix("else") {
            Some(after) if !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') => {
                (Kind::OpenElse { strip }, inside.len() - after.len())
            }
            _ => (Kind::Open { strip, unescaped: false, decorator: false }, 0),
        },
    };
    (kind, base + length)
}

/// The token that closes a tag, and its length.
pub(super) fn closing(rest: &str) -> Option<(Kind, usize)> {
    Some(match rest.as_bytes() {
        [b'}', b'~', b'}', b'}', ..] => (Kind::CloseUnescaped { strip: true }, 4),
        [b'}', b'}', b'}', ..] => (Kind::CloseUnescaped { strip: false }, 3),
        [b'~', b'}', b'}', ..] => (Kind::Close { strip: true }, 3),
        [b'}', b'}', ..] => (Kind::Close { strip: false }, 2),
        _ => return None,
    })
}

/// `-?[0-9]+(\.[0-9]+)?` in front of the end of a word.
pub(super) fn number_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(sign);
    if whole == 0 {
        return None;
    }
    let mut length = sign + whole;
    if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    let next = rest.get(length..)?.chars().next()?;
    (matches!(next, '~' | '}' | ')') || is_space(next)).then_some(length)
}

/// `as |`.
pub(super) fn params_length(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("as")?;
    let bar = after.trim_start_matches(is_space);
    (bar.len() < after.len() && bar.starts_with('|')).then(|| rest.len() - bar.len() + 1)
}

/// Characters that a name may have without brackets.
pub(super) fn is_id(c: char) -> bool {
    !(is_space(c) || matches!(c, '!'..='#' | '%'..=',' | '.' | '/' | ';'..='>' | '@' | '['..='^' | '`' | '{'..='~'))
}

/// Characters that may follow a name.
pub(super) fn ends_id(c: char) -> bool {
    matches!(c, '=' | '~' | '}' | '/' | '.' | ')' | '|') || is_space(c)
}
