//! The type of a text (`content-type` 1.0, `mime` 1.6 and Mockoon's own choice of an encoding): which charset it names, and
//! how it reads once it has one.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderValue;

/// Why a text can't be sent under a type; Mockoon shows the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidType {
    /// It is not of the form `type/subtype`.
    #[error("invalid media type")]
    MediaType,
    /// What follows are no parameters.
    #[error("invalid parameter format")]
    Parameter,
}

/// How a text becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    /// A byte a character, its lowest: what Node makes of ISO-8859-1, of Windows' and of ASCII.
    Latin1,
    Utf16Le,
}

// === impl Charset ===

impl Charset {
    /// The charset that a type names. Absent: it names none.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        let named = named(content_type)?.trim().to_ascii_lowercase();
        Some(match named.as_str() {
            "iso-8859-1" | "latin1" | "binary" | "windows-1252" | "iso88591" | "iso_8859_1" | "iso_8859-1"
            | "ascii" | "us-ascii" => Self::Latin1,
            "utf-16le" | "utf16le" | "ucs-2" | "ucs2" | "utf-16" | "utf16" => Self::Utf16Le,
            _ => Self::Utf8,
        })
    }

    /// A text in UTF-8 as bytes of this charset.
    pub(super) fn encode(self, content: Bytes) -> Bytes {
        let units = |content: &Bytes| String::from_utf8_lossy(content).encode_utf16().collect::<Vec<_>>();
        match self {
            Self::Utf8 => content,
            Self::Latin1 if content.is_ascii() => content,
            Self::Latin1 => units(&content).into_iter().map(|unit| unit.to_le_bytes()[0]).collect(),
            Self::Utf16Le => units(&content).into_iter().flat_map(u16::to_le_bytes).collect(),
        }
    }
}

/// The value of the first `charset` parameter, found as Mockoon finds it: anywhere after a semicolon. Empty: it has none.
fn named(content_type: &str) -> Option<&str> {
    content_type.match_indices(';').find_map(|(at, _)| {
        let parameter = content_type.get(at + 1..)?.trim_start();
        let (name, rest) = (parameter.get(.."charset".len())?, parameter.get("charset".len()..)?);
        let value = name.eq_ignore_ascii_case("charset").then(|| rest.trim_start().strip_prefix('='))??;
        let value = value.trim_start();
        let value = value.strip_prefix('"').unwrap_or(value);
        value.split(['"', ';']).next()
    })
}

/// A type as `res.set` keeps it: texts, scripts and JSON get a charset where they name none.
pub(super) fn set(content_type: &str) -> Cow<'_, str> {
    let textual = ["text/", "application/javascript", "application/json"];
    match named(content_type).is_none() && textual.iter().any(|start| content_type.starts_with(start)) {
        true => format!("{content_type}; charset=utf-8").into(),
        false => content_type.into(),
    }
}

/// A type with UTF-8 as its charset, in the form in which Express writes it anew: lower case, parameters by name.
///
/// # Errors
/// When it is no media type.
pub(super) fn in_utf8(content_type: &str) -> Result<HeaderValue, InvalidType> {
    HeaderValue::from_maybe_shared(Bytes::from(rewritten(content_type)?)).map_err(|_| InvalidType::MediaType)
}

fn rewritten(content_type: &str) -> Result<String, InvalidType> {
    let (essence, parameters) = content_type.split_once(';').map_or((content_type, None), |(e, p)| (e, Some(p)));
    let essence = essence.trim();
    let is_type = essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if !is_type {
        return Err(InvalidType::MediaType);
    }
    let mut found = parameters.map_or(Ok(vec![]), |text| parse(text).ok_or(InvalidType::Parameter))?;
    found.retain(|(name, _)| name != "charset");
    found.push(("charset".into(), "utf-8".into()));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let mut text = essence.to_ascii_lowercase();
    for (name, value) in &found {
        text.push_str("; ");
        text.push_str(name);
        text.push('=');
        quote(value, &mut text);
    }
    Ok(text)
}

/// Parameters after the first semicolon; of several with one name the last. Absent: they are not well formed.
fn parse(text: &str) -> Option<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = vec![];
    let mut rest = text;
    loop {
        let (name, value) = rest.trim_start_matches(' ').split_once('=')?;
        let name = name.trim_end_matches(' ').to_ascii_lowercase();
        if !is_token(&name) {
            return None;
        }
        let (value, after) = value_of(value.trim_start_matches(' '))?;
        found.retain(|(known, _)| *known != name);
        found.push((name, value));
        let after = after.trim_start_matches(' ');
        if after.is_empty() {
            return Some(found);
        }
        rest = after.strip_prefix(';')?;
    }
}

/// A token or a quoted string, unquoted, and what follows it.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| !is_token_char(c)).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end)?;
        return (!value.is_empty()).then(|| (value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, quoted.get(at + 1..)?)),
            '\\' => value.push(chars.next()?.1),
            c => value.push(c),
        }
    }
    None
}

fn quote(value: &str, out: &mut String) {
    if is_token(value) {
        return out.push_str(value);
    }
    out.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_token_char)
}

/// A character of a token (RFC 9110 section 5.6.2).
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parameters_are_read_and_written_anew() {
        assert_eq!(rewritten("a/b").unwrap(), "a/b; charset=utf-8");
        assert_eq!(rewritten(" A/B ; x = 1 ;y=\"a \\\" b\"").unwrap(), "a/b; charset=utf-8; x=1; y=\"a \\\" b\"");
        assert_eq!(rewritten("a/b; x").unwrap_err(), InvalidType::Parameter);
        assert_eq!(rewritten("a/b; x=1 z").unwrap_err(), InvalidType::Parameter);
        assert_eq!(rewritten("a b/c").unwrap_err(), InvalidType::MediaType);
        assert_eq!(rewritten("").unwrap_err(), InvalidType::MediaType);
    }

    #[test]
    fn a_charset_is_found_wherever_it_stands() {
        assert_eq!(Charset::of("text/plain; a=1; CharSet = \"Latin1\""), Some(Charset::Latin1));
        assert_eq!(Charset::of("text/plain;charset="), Some(Charset::Utf8));
        assert_eq!(Charset::of("text/plain; xcharset=latin1"), None);
        assert_eq!(set("text/x"), "text/x; charset=utf-8");
        assert_eq!(set("image/svg+xml"), "image/svg+xml");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,40}") {
            let _ = (Charset::of(&text), set(&text).len());
            if let Ok(whole) = rewritten(&text) {
                // What was written is read as the same again.
                prop_assert_eq!(rewritten(&whole).unwrap(), whole);
            }
        }
    }
}
