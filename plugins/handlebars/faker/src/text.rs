//! Strings as JavaScript counts and changes them, in UTF-16 units.

use unicode_normalization::UnicodeNormalization;

/// What `text.length` gives.
pub(crate) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// What `text[index]` gives; half of a character shows as U+FFFD.
pub(crate) fn unit(text: &str, index: usize) -> String {
    let unit: Vec<u16> = text.encode_utf16().skip(index).take(1).collect();
    String::from_utf16_lossy(&unit)
}

/// What `text.substring(0, end)` gives.
pub(crate) fn head(text: &str, end: usize) -> String {
    let units: Vec<u16> = text.encode_utf16().take(end).collect();
    String::from_utf16_lossy(&units)
}

/// What `text.charAt(0).toUpperCase() + text.slice(1)` gives.
pub(crate) fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    match rest.next() {
        // The upper half of a character has no upper case.
        Some(first) if u32::from(first) < 0x1_0000 => first.to_uppercase().chain(rest).collect(),
        _ => text.to_owned(),
    }
}

/// Whether `\w` matches.
pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Takes a text apart (NFKD) and drops the accents.
pub(crate) fn without_accents(text: &str) -> String {
    text.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).collect()
}

/// What Faker's `helpers.slugify` makes of a text.
pub(crate) fn slug(text: &str) -> String {
    let dashed = without_accents(text).replace(' ', "-");
    dashed.chars().filter(|c| is_word(*c) || matches!(c, '.' | '-')).collect()
}

/// What `text.padStart(width, '0')` gives.
pub(crate) fn zeros(text: &str, width: usize) -> String {
    format!("{text:0>width$}")
}

/// What `encodeURIComponent(text)` gives.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Base64 with padding, of the text's UTF-8.
pub(crate) fn base64(text: &str) -> String {
    let mut out = encode(text, b"+/");
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// Base64 for URLs, without padding.
pub(crate) fn base64url(text: &str) -> String {
    encode(text, b"-_")
}

fn encode(text: &str, last: &[u8; 2]) -> String {
    let digit = |six: u32| match six & 63 {
        n @ 0..26 => b'A' + n as u8,
        n @ 26..52 => b'a' + (n - 26) as u8,
        n @ 52..62 => b'0' + (n - 52) as u8,
        62 => last[0],
        _ => last[1],
    };
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for shift in [18, 12, 6, 0].into_iter().take(chunk.len() + 1) {
            out.push(char::from(digit(bits >> shift)));
        }
    }
    out
}

/// Replaces every run of `#` by what is made for its length.
pub(crate) fn replace_runs<E>(text: &str, mut make: impl FnMut(usize) -> Result<String, E>) -> Result<String, E> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, run)) = rest.split_once('#') {
        let len = 1 + run.bytes().take_while(|b| *b == b'#').count();
        out.push_str(before);
        out.push_str(&make(len)?);
        rest = run.get(len - 1..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{base64, base64url, capitalised, percent_encoded, slug};

    #[test]
    fn texts_change_as_in_javascript() {
        assert_eq!(slug("Crème Brûlée & ½"), "Creme-Brulee--12");
        assert_eq!(capitalised("élan"), "Élan");
        assert_eq!(percent_encoded("a b/é'"), "a%20b%2F%C3%A9'");
        assert_eq!((base64("ab"), base64url("ab>?")), ("YWI=".to_owned(), "YWI-Pw".to_owned()));
    }
}
