//! Text that many values share: a view into a string that is kept once.
//!
//! A request body is parsed into views of itself and a template's literals are views of its source, so that a value
//! costs a counter instead of a copy.

use std::{
    borrow::Borrow,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

/// A piece of shared text. Cloning it copies no text.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Static(&'static str),
    Shared { whole: Arc<str>, start: u32, end: u32 },
}

// === impl Text ===

impl Text {
    /// The empty text.
    pub const EMPTY: Self = Self(Repr::Static(""));

    /// Text that lives as long as the program.
    #[must_use]
    pub const fn fixed(text: &'static str) -> Self {
        Self(Repr::Static(text))
    }

    /// A part of this text: byte offsets, cut off at its end. Empty where they fall inside a character.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Self {
        match &self.0 {
            Repr::Static(text) => Self(Repr::Static(text.get(from..to.min(text.len())).unwrap_or_default())),
            Repr::Shared { whole, start, end } => {
                let (length, base) = ((end - start) as usize, *start);
                let to = to.min(length);
                let from = from.min(to);
                // Both are at most `length`, which fits.
                Self(Repr::Shared { whole: whole.clone(), start: base + from as u32, end: base + to as u32 })
            }
        }
    }

    /// The text itself.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Static(text) => text,
            Repr::Shared { whole, start, end } => whole.get(*start as usize..*end as usize).unwrap_or_default(),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl From<Arc<str>> for Text {
    /// Text beyond 4 GiB is cut off: no limit of the gateway lets it come that far.
    fn from(whole: Arc<str>) -> Self {
        let end = u32::try_from(whole.len()).unwrap_or(u32::MAX);
        Self(Repr::Shared { whole, start: 0, end })
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::EMPTY } else { Self::from(Arc::<str>::from(text)) }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

/// As the text that it is, so that a map with texts as keys is asked with a `str`.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_slice_of_a_slice_is_a_view_of_the_whole() {
        let whole = Text::from("hello world");
        let world = whole.slice(6, 11);
        assert_eq!(world.as_str(), "world");
        assert_eq!(world.slice(1, 3).as_str(), "or");
        assert_eq!(world.slice(3, 99).as_str(), "ld");
    }

    #[test]
    fn a_cut_inside_a_character_is_empty() {
        assert_eq!(Text::from("é").slice(1, 2).as_str(), "");
        assert_eq!(Text::fixed("é").slice(0, 1).as_str(), "");
    }
}
