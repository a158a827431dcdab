//! Mockoon's template language: Handlebars 4.7 and Mockoon's helpers, as they behave in JavaScript.
//!
//! [`Template::compile`] parses once; a [`Rendering`] renders any number of templates against one request, which it
//! asks its [`Host`] for piece by piece. No I/O, no clock and no randomness but the host's; nothing panics, and depth,
//! steps and output are bounded. The gateway reaches it through the component in `../component`.
//!
//! In the order of a template's life: `syntax` (text to tree), `compile` (tree to `program`), `render` (program to
//! text), which calls `helpers`, which ask `request`, `response` and the host.

mod collation;
mod compile;
mod date;
mod error;
mod escape;
mod helpers;
mod host;
mod limits;
mod object_path;
mod program;
mod render;
mod request;
mod response;
mod scope;
mod syntax;

use std::{cell::Cell, rc::Rc};

use ringback_values as value;

pub use error::{RenderError, SyntaxError};
pub use host::{Bucket, BucketError, Change, Host};
pub use render::Rendering;
pub use request::hostname;
pub use value::{
    Object, Text, Value,
    json::{parse as parse_json, to_compact as print_json},
};

/// A compiled template. Cloning it shares it.
#[derive(Clone, Debug)]
pub struct Template {
    program: Rc<program::Program>,
    /// The length that the last render had: the next one's buffer starts with it.
    expected: Rc<Cell<usize>>,
}

// === impl Template ===

impl Template {
    /// Parses and compiles a template.
    ///
    /// # Errors
    ///
    /// The first thing that does not parse.
    pub fn compile(source: &str) -> Result<Self, SyntaxError> {
        let tree = syntax::parse(&Text::from(source))?;
        let program = Rc::new(compile::compile(source, tree));
        Ok(Self { program, expected: Rc::new(Cell::new(source.len())) })
    }

    /// The text that it always prints, where it holds no tag.
    #[must_use]
    pub fn as_plain(&self) -> Option<&str> {
        match self.program.nodes.as_slice() {
            [] => Some(""),
            [program::Node::Text(text)] => Some(text),
            _ => None,
        }
    }

    fn expected(&self) -> usize {
        self.expected.get()
    }

    fn expect(&self, length: usize) {
        // A little room, since values vary; a giant stays an exception.
        self.expected.set((length + 32).min(64 << 10));
    }
}
