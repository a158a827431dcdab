//! Microcks' dispatch scripts (`microcks.md`, section 2.4): short Groovy or JavaScript programs that look at a request and
//! name the example that answers it.
//!
//! Both are read by one parser and run by one interpreter, which know what such scripts are written with: variables,
//! conditions, loops, closures and functions, texts with `${}`, lists, maps, JSON, regular expressions, the request, the
//! context of its templates and the store. It is no Groovy and no JavaScript: what it does not know is an error that says
//! so, when the script is read where that can be, and a plugin can take the script's place.
//!
//! A script sees what its [`Host`] gives it and nothing else. Its steps, its memory and its depth are bounded, so it ends
//! within milliseconds, whatever it says; what it has made is freed when it ends.

mod ast;
mod classes;
mod heap;
mod host;
mod interpreter;
mod json;
mod lexer;
mod lists;
mod maps;
mod numbers;
mod operators;
mod parser;
mod texts;
mod value;

use std::{ops::Range, sync::Arc, time::Duration};

/// The language that a script is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Groovy: `SCRIPT`, `GROOVY`.
    Groovy,
    /// JavaScript: `JS`.
    JavaScript,
}

/// What a script sees of the world.
pub trait Host {
    /// The request's content as text.
    fn content(&self) -> &str;
    /// The request's method: `GET`.
    fn method(&self) -> &str;
    /// The request's path as sent, without its query.
    fn path(&self) -> &str;
    /// The request's query. Absent: it has none.
    fn query(&self) -> Option<&str>;
    /// The request's header fields, in their order.
    fn headers(&self) -> Vec<(String, String)>;
    /// What the operation's path captured, by name.
    fn path_parameters(&self) -> Vec<(String, String)>;
    /// The first value of each parameter of the query.
    fn query_parameters(&self) -> Vec<(String, String)>;
    /// The time, in milliseconds since 1970.
    fn now_ms(&self) -> i64;
    /// A random number from 0 to 1, 1 not included.
    fn random(&mut self) -> f64;
    /// What the service's store keeps. Absent: nothing of that name.
    fn load(&mut self, key: &str) -> Option<String>;
    /// Keeps a text in the service's store, for so long.
    fn keep(&mut self, key: &str, value: &str, time_to_live: Duration);
    /// Takes a text out of the store.
    fn forget(&mut self, key: &str);
    /// Takes a line for the log: of level `debug`, `info`, `warn` or `error`.
    fn log(&mut self, level: &str, line: &str);
}

/// How long the store keeps what is put into it without saying (Microcks: `mocks.service-state-store.default-ttl`).
pub const TIME_TO_LIVE: Duration = Duration::from_secs(10);

/// A script that was read.
#[derive(Debug, Clone)]
pub struct Script {
    language: Language,
    body: Arc<[ast::Statement]>,
}

/// What came of a script.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What it returned, as text. Absent: nothing, or `null`.
    pub result: Option<String>,
    /// What it put into the context of the request's templates, by name, as text, in the order in which it did.
    pub context: Vec<(String, String)>,
}

/// Why a script can't be read, or ended before its time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScriptError {
    /// Where: bytes of its text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

// === impl Script ===

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// When it is not written in its language, or in a part of it that is not known here.
    pub fn parse(language: Language, source: &str) -> Result<Self, ScriptError> {
        let body = parser::parse(language, source)?;
        Ok(Self { language, body: body.into() })
    }

    /// Runs it.
    ///
    /// # Errors
    /// When it asks for what is not there, throws, or goes beyond its bounds.
    pub fn run(&self, host: &mut dyn Host) -> Result<Outcome, ScriptError> {
        interpreter::run(self.language, &self.body, host)
    }
}

// === impl ScriptError ===

impl ScriptError {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    /// Line and column of where it is, from 1.
    pub fn place(&self, source: &str) -> (usize, usize) {
        let before = source.get(..self.span.start).unwrap_or(source);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}
