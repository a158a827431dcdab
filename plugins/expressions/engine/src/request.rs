//! Parts of requests that have to be taken apart: forms, queries, paths.

use std::borrow::Cow;

/// The value of the first field of a name, in a query or in a form (`application/x-www-form-urlencoded`).
pub(crate) fn form_value<'f>(form: &'f str, name: &str) -> Option<Cow<'f, str>> {
    form_fields(form).find(|(known, _)| known == name).map(|(_, value)| value)
}

/// The fields of a query or of a form, decoded.
pub(crate) fn form_fields(form: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form.split('&').filter(|field| !field.is_empty()).map(|field| {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        (decoded(name), decoded(value))
    })
}

/// Whether a body of this type is a form.
pub(crate) fn is_form(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The pieces of a path, the empty one before its first `/` included. As in Java, empty ones at the end are none.
pub(crate) fn path_pieces(path: &str) -> impl Iterator<Item = &str> {
    path.trim_end_matches('/').split('/').take(if path.bytes().all(|byte| byte == b'/') { 0 } else { usize::MAX })
}

/// A text of a form: `+` is a blank, `%20` too. What is no UTF-8 becomes U+FFFD.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => match escaped(after) {
                Some((byte, after)) => {
                    rest = after;
                    byte
                }
                None => b'%',
            },
            plain => plain,
        });
    }
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The byte that two hexadecimal digits stand for, and what follows them.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, after) = text.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(digits[0])? * 16 + digit(digits[1])?;
    Some((u8::try_from(byte).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::{form_value, is_form, path_pieces};

    #[test]
    fn forms_are_decoded_and_the_first_field_counts() {
        let form = "a=1&b=x+y%20z&a=2&c&%C3%A9=%zz&d=%ff";
        assert_eq!(form_value(form, "a").as_deref(), Some("1"));
        assert_eq!(form_value(form, "b").as_deref(), Some("x y z"));
        assert_eq!(form_value(form, "c").as_deref(), Some(""));
        assert_eq!(form_value(form, "\u{e9}").as_deref(), Some("%zz"));
        assert_eq!(form_value(form, "d").as_deref(), Some("\u{fffd}"));
        assert_eq!(form_value(form, "e"), None);
        assert!(is_form("Application/X-WWW-form-urlencoded; charset=utf-8") && !is_form("text/plain"));
    }

    #[test]
    fn paths_split_as_java_splits_them() {
        let pieces = |path| path_pieces(path).collect::<Vec<_>>();
        assert_eq!(pieces("/hello/a%2Fb"), ["", "hello", "a%2Fb"]);
        assert_eq!(pieces("/a/"), ["", "a"]);
        assert!(pieces("/").is_empty() && pieces("").is_empty());
    }
}
