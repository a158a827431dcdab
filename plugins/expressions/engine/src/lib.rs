//! Microcks' template language: text with `{{ expressions }}` that speak of a request, of values that were put aside, and of
//! made-up data (`microcks.md`, section 3).
//!
//! [`Template::compile`] parses once; a [`Rendering`] renders any number of templates against one request, which it asks its
//! [`Host`] for piece by piece. No I/O, no clock and no randomness but the host's; nothing panics, and depth and output are
//! bounded. The gateway reaches it through the component in `../component`.
//!
//! In the order of a template's life: `syntax` (text to `program`), `render` (program to text), which asks `request`,
//! `json`, `xpath` and `functions`.

mod date;
mod functions;
mod host;
mod json;
mod limits;
mod problem;
mod program;
mod render;
mod request;
mod syntax;
mod words;
mod xpath;

pub use host::Host;
pub use json::member_text;
pub use problem::{Problem, RenderError};
pub use render::{Bodies, Rendering};

/// A compiled template.
#[derive(Debug)]
pub struct Template {
    source: Box<str>,
    parts: Box<[program::Part]>,
}

// === impl Template ===

impl Template {
    /// Parses a template of which every expression must make sense.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, in the order of the text. Not empty.
    pub fn compile(source: &str) -> Result<Self, Vec<Problem>> {
        let parsed = syntax::parse(source);
        if parsed.problems.is_empty() {
            return Ok(Self { source: source.into(), parts: parsed.parts.into() });
        }
        Err(parsed.problems)
    }

    /// Parses a template as Microcks does, which takes everything: what has no meaning prints nothing, or `null`, and a
    /// template with an expression that is empty, never closed or can't be worked out prints itself.
    #[must_use]
    pub fn compile_leniently(source: &str) -> Self {
        let parsed = syntax::parse(source);
        let parts = match parsed.problems.iter().any(|problem| problem.is_fatal) {
            true => vec![program::Part::Text(source.into())],
            false => parsed.parts,
        };
        Self { source: source.into(), parts: parts.into() }
    }

    /// The text that it was made of.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}
