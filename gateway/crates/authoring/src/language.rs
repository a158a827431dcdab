//! The languages that plugins are written in here. Any other that makes components works as well, without this help.

use std::{fmt, str::FromStr};

/// A language with templates and a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// With `plugin-sdk`.
    Rust,
    /// In QuickJS.
    JavaScript,
    /// In CPython.
    Python,
    /// By the Go compiler itself, as a preview-1 reactor.
    Go,
    /// By clang.
    C,
}

// === impl Language ===

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rust, Self::JavaScript, Self::Python, Self::Go, Self::C];

    /// The name in `plugin.toml` and on the command line: `js`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "js",
            Self::Python => "python",
            Self::Go => "go",
            Self::C => "c",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join("`, `");
        Self::ALL.into_iter().find(|language| language.name() == text).ok_or_else(|| format!("one of `{}`", names()))
    }
}
