//! A part's header: its fields, and the parameters within them.

use crate::request::contains;

/// The fields of a part that matter, the first of each name.
#[derive(Default)]
pub(super) struct Header {
    disposition: Option<String>,
    content_type: Option<String>,
}

/// What `content-disposition` says of a part of a form.
pub(super) struct Disposition {
    /// Absent: there is none, or it is empty.
    pub name: Option<String>,
    /// The last name of the path that was sent. Absent: it is no file.
    pub filename: Option<String>,
}

pub(super) struct ContentType {
    /// `type/subtype`, in lower case.
    pub essence: String,
    /// In lower case.
    pub charset: Option<String>,
}

// === impl Header ===

impl Header {
    /// The header at the beginning of a part, and its length with the empty line that ends it. `None`: it is malformed.
    pub(super) fn read(part: &[u8]) -> Option<(Self, usize)> {
        let mut header = Self::default();
        let mut at = 0;
        loop {
            let (name, value, next) = field(part, at)?;
            match name.as_str() {
                "content-disposition" if header.disposition.is_none() => header.disposition = Some(value),
                "content-type" if header.content_type.is_none() => header.content_type = Some(value),
                _ => {}
            }
            at = next;
            if part.get(at..)?.starts_with(b"\r\n") {
                return Some((header, at + 2));
            }
        }
    }

    /// `None`: the part belongs to no form.
    pub(super) fn disposition(&self) -> Option<Disposition> {
        let text = self.disposition.as_deref()?;
        let (kind, parameters) = split(text);
        let parameters = parameters_of(parameters)?;
        if !kind.eq_ignore_ascii_case("form-data") {
            return None;
        }
        let find = |wanted: &str| {
            let found = parameters.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
        };
        let filename = find("filename*").or_else(|| find("filename")).map(|path| last_name(&path).to_owned());
        Some(Disposition { name: find("name"), filename })
    }

    pub(super) fn content_type(&self) -> Option<ContentType> {
        let (essence, parameters) = content_type(self.content_type.as_deref()?)?;
        let charset = parameters.into_iter().find(|(name, _)| name == "charset");
        Some(ContentType { essence, charset: charset.map(|(_, value)| value.to_ascii_lowercase()) })
    }
}

/// The boundary that a request's content type names.
pub(super) fn boundary(text: &str) -> Option<String> {
    let (essence, parameters) = content_type(text)?;
    let found = parameters.into_iter().find(|(name, _)| name == "boundary");
    found.map(|(_, value)| value).filter(|_| contains(&essence, "multipart/form-data"))
}

fn content_type(text: &str) -> Option<(String, Vec<(String, String)>)> {
    let (kind, rest) = text.split_once('/')?;
    let (subtype, parameters) = split(rest);
    let is_whole = !kind.is_empty() && !subtype.is_empty() && kind.bytes().all(is_token);
    let parameters = parameters_of(parameters).filter(|_| is_whole)?;
    Some((format!("{kind}/{subtype}").to_ascii_lowercase(), parameters))
}

/// A field's name in lower case, its value with folded lines joined, and where the next line begins.
fn field(part: &[u8], start: usize) -> Option<(String, String, usize)> {
    let line = part.get(start..)?;
    let colon = line.iter().position(|byte| !is_token(*byte)).filter(|at| *at > 0 && line.get(*at) == Some(&b':'))?;
    let name = latin1(line.get(..colon)?).to_ascii_lowercase();
    let mut value = Vec::new();
    let mut at = start + colon + 1;
    loop {
        let rest = part.get(at..)?;
        let spaces =
            if value.is_empty() { rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count() } else { 0 };
        let end = rest.iter().position(|byte| !is_visible(*byte))?;
        value.extend_from_slice(rest.get(spaces..end).unwrap_or_default());
        if !rest.get(end..)?.starts_with(b"\r\n") {
            return None;
        }
        at += end + 2;
        if !matches!(part.get(at)?, b' ' | b'\t') {
            return Some((name, latin1(&value), at));
        }
    }
}

/// The token at the beginning of a text, and the rest.
fn split(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_token(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// `; name=value; name="value"; name*=utf-8''value`, names in lower case. `None`: malformed.
fn parameters_of(text: &str) -> Option<Vec<(String, String)>> {
    let mut parameters: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim_start_matches([' ', '\t']);
    while !rest.is_empty() {
        rest = rest.strip_prefix(';')?.trim_start_matches([' ', '\t']);
        let (name, after) = split(rest);
        let after = after.strip_prefix('=').filter(|value| !value.is_empty())?;
        let (value, after) = if name.ends_with('*') {
            extended(after)?
        } else if let Some(quoted) = after.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let (token, after) = split(after);
            (token.to_owned(), (!token.is_empty()).then_some(after)?)
        };
        let name = name.to_ascii_lowercase();
        if !parameters.iter().any(|(known, _)| *known == name) {
            parameters.push((name, value));
        }
        rest = after.trim_start_matches([' ', '\t']);
    }
    Some(parameters)
}

/// A quoted string's text, and what follows its end. A backslash that escapes nothing is itself.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut escaping = false;
    for (at, c) in text.char_indices() {
        match c {
            '\\' if !escaping => escaping = true,
            '"' if !escaping => return Some((value, text.get(at + 1..)?)),
            '\\' | '"' => {
                value.push(c);
                escaping = false;
            }
            c if c.is_ascii_control() && c != '\t' => return None,
            c => {
                if escaping {
                    value.push('\\');
                }
                escaping = false;
                value.push(c);
            }
        }
    }
    None
}

/// RFC 5987's `charset'language'percent-encoded`.
fn extended(text: &str) -> Option<(String, &str)> {
    let (charset, rest) = text.split_once('\'')?;
    let (_, rest) = rest.split_once('\'')?;
    let end = rest.bytes().position(|byte| !is_token(byte) || matches!(byte, b'*' | b'\'')).unwrap_or(rest.len());
    let (encoded, after) = rest.split_at_checked(end)?;
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut digits = encoded.bytes();
    while let Some(byte) = digits.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(digits.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    Some((super::decode(&bytes, &charset.to_ascii_lowercase()), after))
}

/// The last name of a path, on whatever system.
fn last_name(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if matches!(name, "." | "..") { "" } else { name }
}

/// Each byte as the character of its number.
pub(super) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// RFC 9110's `token`.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What may stand in a field's value.
fn is_visible(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}
