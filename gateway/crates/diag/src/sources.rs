//! The files that were read, so that a diagnostic can show the line that it is about.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The texts of files, by the names that the operator gave them.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    folder: PathBuf,
    texts: BTreeMap<Arc<str>, Arc<str>>,
}

/// A place for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

// === impl Sources ===

impl Sources {
    /// No files yet. Paths below `working_folder` are shown relative to it.
    pub fn new(working_folder: &Path) -> Self {
        Self { folder: working_folder.into(), texts: BTreeMap::new() }
    }

    /// Keeps a file's text, instead of what was kept under this name before, and returns the name to point with.
    pub fn add(&mut self, file: &str, text: &str) -> Arc<str> {
        let file: Arc<str> = file.into();
        self.texts.insert(file.clone(), text.into());
        file
    }

    /// A file's text. Absent: the file was not kept.
    pub fn text(&self, file: &str) -> Option<&Arc<str>> {
        self.texts.get(file)
    }

    /// How a file is called in messages.
    pub fn shown<'a>(&self, file: &'a str) -> &'a str {
        let path = Path::new(file);
        let below =
            if self.folder.as_os_str().is_empty() { path } else { path.strip_prefix(&self.folder).unwrap_or(path) };
        let plain = below.strip_prefix(".").unwrap_or(below);
        plain.to_str().filter(|shown| !shown.is_empty()).unwrap_or(file)
    }
}

/// Line and column of a byte offset; beyond the text, its end.
pub fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..text.floor_char_boundary(offset)).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    // Counted in bytes: a search of characters takes ten times as long in files of many megabytes.
    let newlines = before.bytes().filter(|byte| *byte == b'\n').count();
    Position { line: newlines + 1, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_working_folder_are_shown_without_it() {
        let sources = Sources::new(Path::new("/home/ann/app"));
        assert_eq!(sources.shown("/home/ann/app/mocks/ringback.toml"), "mocks/ringback.toml");
        assert_eq!(sources.shown("./ringback.toml"), "ringback.toml");
        assert_eq!(sources.shown("../ringback.toml"), "../ringback.toml");
        assert_eq!(sources.shown("/home/ann/application/ringback.toml"), "/home/ann/application/ringback.toml");
    }

    #[test]
    fn columns_count_characters() {
        let at = |offset| position("aé\nb", offset);
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(3), Position { line: 1, column: 3 });
        assert_eq!(at(2), Position { line: 1, column: 2 });
        assert_eq!(at(4), Position { line: 2, column: 1 });
        assert_eq!(at(99), Position { line: 2, column: 2 });
    }
}
