//! What can go wrong: a template that does not parse, and a render that does not finish.

use std::{fmt, ops::Range};

use crate::value::JsonPathError;

/// Why a template does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// One lowercase phrase, literals in backticks: "`{{#if` is never closed".
    pub message: String,
    /// The bytes of the source that it is about.
    pub span: Range<usize>,
    /// What to do about it, where there is something better than the message.
    pub help: Option<String>,
    thrown: Thrown,
}

/// What Handlebars throws for it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Thrown {
    /// The parser's own error.
    Parse,
    /// The parser's own error where the text ends, and the tokens that it could have taken.
    AtEnd(String),
    /// A message, and the byte of the source whose place it names.
    At(String, usize),
    /// A message alone.
    Plain(String),
}

/// Characters that a parse error shows on either side of its place.
const SHOWN: usize = 20;

// === impl SyntaxError ===

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, help: None, thrown: Thrown::Parse }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Handlebars throws another message than its parser's own, with a place in the source.
    pub(crate) fn thrown_at(mut self, message: impl Into<String>, at: usize) -> Self {
        self.thrown = Thrown::At(message.into(), at);
        self
    }

    /// Handlebars throws another message than its parser's own.
    pub(crate) fn thrown_as(mut self, message: impl Into<String>) -> Self {
        self.thrown = Thrown::Plain(message.into());
        self
    }

    /// Handlebars' parser finds it where the text ends, and lists what could have come.
    pub(crate) fn thrown_at_end(mut self, expected: String) -> Self {
        self.thrown = Thrown::AtEnd(expected);
        self
    }

    /// What Mockoon tells a client that asks for the template: Handlebars' message. Of the parser's own errors the last
    /// line is ours, where the original lists the tokens of its grammar.
    #[must_use]
    pub fn thrown(&self, source: &str) -> String {
        match &self.thrown {
            Thrown::Plain(message) => message.clone(),
            Thrown::At(message, at) => {
                let (line, column) = position(source, *at);
                format!("{message} - {line}:{}", column - 1)
            }
            Thrown::Parse => parse_error(source, self.span.start, &self.message),
            Thrown::AtEnd(expected) => parse_error(source, source.len(), &format!("Expecting {expected}, got 'EOF'")),
        }
    }

    /// Where it begins: line and column in characters, both from 1.
    #[must_use]
    pub fn position(&self, source: &str) -> (usize, usize) {
        position(source, self.span.start)
    }
}

/// The parser's error at a byte: the text around it, and what is wrong there.
fn parse_error(source: &str, at: usize, what: &str) -> String {
    let (before, after) = source.split_at_checked(at).unwrap_or((source, ""));
    let line = position(source, at).0;
    let (before, after) = (last_shown(before), after.chars().take(SHOWN));
    let after: String = after.filter(|c| *c != '\n').collect();
    let arrow = "-".repeat(before.chars().count());
    format!("Parse error on line {line}:\n{before}{after}\n{arrow}^\n{what}")
}

/// Line and column of a byte, both from 1, the column in characters.
fn position(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count();
    (before.bytes().filter(|b| *b == b'\n').count() + 1, column + 1)
}

/// The end of a text on one line, with dots where it goes on.
fn last_shown(text: &str) -> String {
    let start = text.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
    let shown = text.get(start..).unwrap_or_default().replace('\n', "");
    if start > 0 { format!("...{shown}") } else { shown }
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

impl From<JsonPathError> for RenderError {
    fn from(error: JsonPathError) -> Self {
        Self::new(error.to_string())
    }
}
