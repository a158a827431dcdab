//! What is wrong with something that the operator wrote.

use std::fmt::{self, Write as _};

/// A problem in the plugin's configuration. The operator sees it with the place in `ringback.toml`, and the plugin does
/// not serve until it is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong: one lowercase phrase, literals in backticks, no full stop.
    pub message: String,
    /// Where: a JSON Pointer (RFC 6901) into the plugin's table, `/reject-after`. Absent: the whole of it.
    pub path: Option<String>,
    /// What to do about it. Absent: nothing better than the message.
    pub help: Option<String>,
}

// === impl Diagnostic ===

impl Diagnostic {
    /// A problem of the whole table.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), path: None, help: None }
    }

    /// Says where: a JSON Pointer, `/reject-after`.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.path = Some(pointer.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl fmt::Display) -> Self {
        self.help = Some(help.to_string());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " (help: {help})"),
            None => Ok(()),
        }
    }
}

/// Adds a segment to a JSON Pointer.
pub(crate) fn append_segment(pointer: &mut String, segment: impl fmt::Display) {
    let segment = segment.to_string().replace('~', "~0").replace('/', "~1");
    // A String takes everything.
    let _ = write!(pointer, "/{segment}");
}

/// The known name that was most likely meant: at most a third of its letters is to be changed.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let by_distance = known.into_iter().map(|known| (distance(name, known), known));
    let (changes, known) = by_distance.min_by_key(|(changes, _)| *changes)?;
    (changes <= known.chars().count().max(name.chars().count()).div_ceil(3)).then_some(known)
}

/// How many letters have to be added, removed or replaced (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.chars().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        let mut next = vec![left];
        for (above, other) in row.iter().skip(1).zip(&b) {
            left = (diagonal + usize::from(letter != *other)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_one_that_is_near() {
        let known = ["reject-after", "blocked"];
        assert_eq!(nearest("reject_after", known), Some("reject-after"));
        assert_eq!(nearest("bloked", known), Some("blocked"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!([distance("", "abc"), distance("abc", ""), distance("kitten", "sitting")], [3, 3, 3]);
    }

    #[test]
    fn a_segment_is_escaped() {
        let mut pointer = String::new();
        append_segment(&mut pointer, "a/b~c");
        append_segment(&mut pointer, 0);
        assert_eq!(pointer, "/a~1b~0c/0");
    }
}
