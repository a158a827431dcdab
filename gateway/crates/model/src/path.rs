//! Where in a JSON document: member names and array indexes separated by dots, `\.` for a dot within a name
//! (Mockoon's object paths). The empty path is the whole document.

use std::borrow::Cow;

use smallvec::SmallVec;

/// A parsed path, borrowed from its text where nothing was escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPath<'a>(SmallVec<[Cow<'a, str>; 4]>);

impl<'a> DataPath<'a> {
    /// Reads a path. Every text is one.
    pub fn parse(text: &'a str) -> Self {
        if text.is_empty() {
            return Self(SmallVec::new());
        }
        if !text.contains('\\') {
            return Self(text.split('.').map(Cow::Borrowed).collect());
        }
        let mut segments: SmallVec<[Cow<'a, str>; 4]> = SmallVec::new();
        let mut current = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if chars.peek() == Some(&'.') => current.extend(chars.next()),
                '.' => segments.push(Cow::Owned(std::mem::take(&mut current))),
                _ => current.push(c),
            }
        }
        segments.push(Cow::Owned(current));
        Self(segments)
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> &[Cow<'a, str>] {
        &self.0
    }
}

/// A segment as an array index: decimal digits without a leading zero.
pub fn index(segment: &str) -> Option<usize> {
    let plain = segment == "0" || (!segment.starts_with('0') && segment.bytes().all(|b| b.is_ascii_digit()));
    plain.then(|| segment.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_separate_and_can_be_escaped() {
        let segments = |text| DataPath::parse(text).segments().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(segments("0.status"), ["0", "status"]);
        assert_eq!(segments(r"a\.b.c"), ["a.b", "c"]);
        assert_eq!(segments(r"a\b"), [r"a\b"]);
        assert!(segments("").is_empty());
        assert_eq!(
            [index("0"), index("10"), index("01"), index("-1"), index("")],
            [Some(0), Some(10), None, None, None]
        );
    }
}
