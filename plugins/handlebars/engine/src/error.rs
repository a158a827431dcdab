//! What can go wrong: a template that does not parse, and a render that does not finish.

use std::{fmt, ops::Range};

/// Why a template does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// One lowercase phrase, literals in backticks: "`{{#if` is never closed".
    pub message: String,
    /// The bytes of the source that it is about.
    pub span: Range<usize>,
    /// What to do about it, where there is something better than the message.
    pub help: Option<String>,
}

// === impl SyntaxError ===

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Where it begins: line and column in characters, both from 1.
    #[must_use]
    pub fn position(&self, source: &str) -> (usize, usize) {
        let before = source.get(..self.span.start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        (before.bytes().filter(|b| *b == b'\n').count() + 1, column + 1)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Why a render did not finish. Where Handlebars or Mockoon has a message for it, it is that one word for word, since
/// it is part of the answer that a client sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderError {
    message: String,
}

// === impl RenderError ===

impl RenderError {
    /// An error with a message for the person who called the mock.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenderError {}
