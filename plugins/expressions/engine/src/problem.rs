//! What can be wrong with a template, and with a rendering.

use std::ops::Range;

/// Something in a template that can't be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, one lowercase phrase.
    pub message: String,
    /// The bytes of the source that are meant.
    pub span: Range<usize>,
    /// What to do. Absent: nothing better than the message.
    pub help: Option<String>,
    /// Whether the template can't be rendered at all.
    pub(crate) is_fatal: bool,
}

/// Why a template that parses was not rendered, one lowercase phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError(pub(crate) String);

// === impl Problem ===

impl Problem {
    /// What ends all: nothing of the template can be rendered.
    pub(crate) fn fatal(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, help: None, is_fatal: true }
    }

    /// What has no meaning, so that nothing, or `null`, stands for it.
    pub(crate) fn odd(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, help: None, is_fatal: false }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

// === impl RenderError ===

impl RenderError {
    /// The phrase.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0
    }
}
