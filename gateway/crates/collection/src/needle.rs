//! A text that is searched for, whatever the case.

use memchr::memchr2_iter;

/// A text that is searched for, whatever the case.
#[derive(Debug)]
pub(crate) enum Needle {
    /// Bytes are enough: nothing beyond ASCII is another case of what is in it.
    Ascii(Box<str>),
    /// In lower case.
    Other(Box<str>),
}

// === impl Needle ===

impl Needle {
    pub(crate) fn new(text: &str) -> Self {
        if text.is_ascii() { Self::Ascii(text.into()) } else { Self::Other(text.to_lowercase().into()) }
    }

    /// Whether it is found in a text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let needle = match self {
            Self::Other(needle) => return text.to_lowercase().contains(&**needle),
            Self::Ascii(needle) => needle.as_bytes(),
        };
        let Some(first) = needle.first() else { return true };
        let starts = memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text.as_bytes());
        let mut found = starts.filter_map(|at| text.as_bytes().get(at..at + needle.len()));
        found.any(|there| there.eq_ignore_ascii_case(needle))
    }
}

#[cfg(test)]
mod tests {
    use super::Needle;

    #[test]
    fn a_text_is_found_whatever_the_case() {
        for (needle, text, found) in [
            ("ann", "JoANNa", true),
            ("(", "a(b", true),
            ("É", "née", true),
            ("k", "\u{212a}", false),
            ("abc", "ab", false),
            ("", "", true),
        ] {
            assert_eq!(Needle::new(needle).is_in(text), found, "{needle} in {text}");
        }
    }
}
