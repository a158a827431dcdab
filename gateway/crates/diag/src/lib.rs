//! What is wrong, where, and what to do. Config, import and the gateway make [`Diagnostic`]s; the command line, the log
//! and the admin API show them, all of a run together: as text with [`render`], as data with [`report()`].
//!
//! A diagnostic is one lowercase phrase without a full stop, literals in backticks, and one help. It points at bytes of a
//! file that [`Sources`] holds; lines and columns are counted only when it is shown, from 1, columns in characters.

use std::{collections::HashMap, ops::Range, sync::Arc};

use serde::Serialize;

mod excerpt;
mod phrase;
mod render;
mod report;
mod sources;
mod suggest;

pub use phrase::{listed, quoted};
pub use render::{Colour, render};
pub use report::{Report, report};
pub use sources::{Position, Sources, position};
pub use suggest::suggest;

/// One thing that a person should know about what they wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where. Absent: nowhere in a file.
    pub place: Option<Place>,
    /// What to do. Absent: the message says it all.
    pub help: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It can't run like this.
    Error,
    /// It runs, but perhaps not as meant.
    Warning,
}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, by the name under which [`Sources`] holds it.
    pub file: Arc<str>,
    /// Bytes of the file: from, to.
    pub span: Range<usize>,
    /// A finer place in the template that stands there. Absent: the stretch itself is meant.
    pub template: Option<TemplatePlace>,
}

/// A stretch of a template, in the template's own bytes: what a renderer knows about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplatePlace {
    /// The template, once the file's own escapes are resolved.
    pub text: Arc<str>,
    /// Bytes of the template: from, to.
    pub span: Range<usize>,
}

/// All that is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

// === impl Diagnostic ===

impl Diagnostic {
    /// Something that can't run.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), place: None, help: None }
    }

    /// Something that runs, but perhaps not as meant.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// Points at bytes of a file.
    #[must_use]
    pub fn at(mut self, file: &Arc<str>, span: Range<usize>) -> Self {
        self.place = Some(Place { file: file.clone(), span, template: None });
        self
    }

    /// Points at bytes of the template that stands where [`at`](Self::at) points.
    #[must_use]
    pub fn within(mut self, text: &Arc<str>, span: Range<usize>) -> Self {
        if let Some(place) = &mut self.place {
            place.template = Some(TemplatePlace { text: text.clone(), span });
        }
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

// === impl Diagnostics ===

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Whether anything can't run.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Orders them by file and place, those without a place first.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| key(a).cmp(&key(b)));
    }

    /// Keeps of the warnings that differ in nothing but what they quote and count the first so many, and one that says how
    /// many more there are: what is wrong with an example is often wrong with thousands.
    pub fn fold(&mut self, most: usize) {
        let kinds: Vec<String> = self.0.iter().map(kind).collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for kind in &kinds {
            *counts.entry(kind).or_default() += 1;
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut kinds = kinds.iter().map(String::as_str);
        self.0.retain_mut(|diagnostic| {
            let kind = kinds.next().unwrap_or_default();
            let count = counts.get(kind).copied().unwrap_or_default();
            let place = seen.entry(kind).or_default();
            *place += 1;
            if diagnostic.severity == Severity::Error || count <= most + 1 || *place <= most {
                return true;
            }
            let is_next = *place == most + 1;
            if is_next {
                diagnostic.message = format!("{} more like this: {}", count - most, diagnostic.message);
            }
            is_next
        });
    }

    /// All of them.
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.0
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a message says, without what it quotes and counts.
fn kind(diagnostic: &Diagnostic) -> String {
    let unquoted = diagnostic.message.split('`').step_by(2).collect::<Vec<_>>().join("`");
    unquoted.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// What [`Diagnostics::sort`] compares: file, then where in it, then where in the template that stands there.
fn key(diagnostic: &Diagnostic) -> Option<(&str, usize, usize)> {
    let place = diagnostic.place.as_ref()?;
    Some((&*place.file, place.span.start, place.template.as_ref().map_or(0, |template| template.span.start)))
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, more: T) {
        self.0.extend(more);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(all: T) -> Self {
        Self(all.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
