//! A request's path, in the two forms that matching needs: as it came, to take parameters from, and as a key, to look up.
//! Both have the same length, so a place in one is a place in the other.

use std::{borrow::Cow, ops::Range, sync::Arc};

use percent_encoding::percent_decode_str;
use ringback_model::{
    environment::PathSyntax,
    http_values::{ParamValue, Params},
};
use smallvec::SmallVec;

use crate::tokens::{Extent, Token, spans};

/// Paths up to this length are folded on the stack; longer ones cost an allocation.
const KEY_ON_STACK_BYTES: usize = 256;

/// Room for a key that is not the path itself. The caller's, so that it is never moved.
pub(crate) type KeyBuffer = SmallVec<[u8; KEY_ON_STACK_BYTES]>;

/// A path to be matched.
pub(crate) struct Subject<'p> {
    /// As it came; runs of `/` as one where the syntax says so.
    raw: Cow<'p, str>,
    /// The same in lower case where case does not count.
    key: &'p [u8],
    syntax: PathSyntax,
}

/// A parameter whose value can't be decoded.
#[derive(Debug)]
pub(crate) struct BadEscape {
    /// The parameter.
    pub(crate) param: Arc<str>,
    /// Its value as it came.
    pub(crate) raw: String,
}

// === impl Subject ===

impl<'p> Subject<'p> {
    pub(crate) fn new(path: &'p str, syntax: PathSyntax, buffer: &'p mut KeyBuffer) -> Self {
        match syntax {
            PathSyntax::Template => Self { raw: path.into(), key: path.as_bytes(), syntax },
            PathSyntax::Express => {
                let raw = single_slashes(path);
                buffer.extend_from_slice(raw.as_bytes());
                buffer.make_ascii_lowercase();
                Self { raw, key: buffer, syntax }
            }
        }
    }

    /// What the index is looked up with.
    pub(crate) fn key(&self) -> &[u8] {
        self.key
    }

    /// Whether it is percent-encoded UTF-8 as a whole.
    pub(crate) fn is_decodable(&self) -> bool {
        !self.raw.contains('%') || decode(&self.raw).is_some()
    }

    /// The path as it came; runs of `/` as one where the syntax says so.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// Adds the parameter that lies at a place. Of two with one name, the later one counts, in the place of the earlier.
    pub(crate) fn push(
        &self,
        name: &Arc<str>,
        extent: Extent,
        place: Range<usize>,
        params: &mut Params,
    ) -> Result<(), BadEscape> {
        let raw = self.raw.get(place).unwrap_or_default();
        let value = self.value(raw, extent).ok_or_else(|| BadEscape { param: name.clone(), raw: raw.to_owned() })?;
        match params.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => params.push((name.clone(), value)),
        }
        Ok(())
    }

    /// What a raw text is decoded. A wildcard of Mockoon's takes segments, a template's takes a text.
    fn value(&self, raw: &str, extent: Extent) -> Option<ParamValue> {
        match (self.syntax, extent) {
            (PathSyntax::Express, Extent::Path) => {
                Some(ParamValue::of_segments(raw.split('/').map(decode).collect::<Option<_>>()?))
            }
            _ => decode(raw).map(ParamValue::from),
        }
    }

    /// Adds all parameters that tokens take from the whole path.
    pub(crate) fn take(&self, tokens: &[Token], params: &mut Params) -> Result<(), BadEscape> {
        let Some(spans) = spans(tokens, self.key, self.syntax) else { return Ok(()) };
        let captures = tokens.iter().filter_map(|token| match token {
            Token::Text(_) => None,
            Token::Capture(capture) => Some(capture),
        });
        captures.zip(spans).try_for_each(|(capture, span)| self.push(&capture.name, capture.extent, span, params))
    }
}

/// Each run of `/` as one, as Mockoon reads a request's target.
pub fn single_slashes(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return path.into();
    }
    let mut collapsed = String::with_capacity(path.len());
    for character in path.chars() {
        if !(character == '/' && collapsed.ends_with('/')) {
            collapsed.push(character);
        }
    }
    collapsed.into()
}

/// The text that percent-encoding stands for. Absent: a `%` without two hexadecimal digits, or bytes that are not UTF-8.
fn decode(raw: &str) -> Option<String> {
    if !raw.contains('%') {
        return Some(raw.to_owned());
    }
    let well_formed = raw
        .split('%')
        .skip(1)
        .all(|rest| rest.as_bytes().first_chunk::<2>().is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    well_formed.then(|| percent_decode_str(raw).decode_utf8().ok().map(Cow::into_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_strictly() {
        let decoded = ["a%20b", "%C3%A9", "100%25", "+", "%zz", "%4", "%", "%ff"].map(decode);
        let expected = [Some("a b"), Some("é"), Some("100%"), Some("+"), None, None, None, None];
        assert_eq!(decoded.each_ref().map(Option::as_deref), expected);
    }

    #[test]
    fn runs_of_slashes_are_one() {
        assert_eq!(single_slashes("//a///b/"), "/a/b/");
        assert!(matches!(single_slashes("/a/b"), Cow::Borrowed(_)));
    }
}
