//! Diagnostics as text, in the form of the house style: what, where, the line, carets, help.

use anstyle::{AnsiColor, Style};

use crate::{
    Diagnostic, Diagnostics, Place, Severity, Sources,
    excerpt::{Excerpt, excerpt},
    phrase::printable,
};

/// Whether the text goes to something that shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    Ansi,
    /// Without.
    Plain,
}

/// Narrowest column of line numbers, so that short files look alike.
const GUTTER_MIN: usize = 2;
/// An interpolated text may hold a secret: its place is told, its content is not.
const INTERPOLATIONS: [&str; 2] = ["${env:", "${file:"];

struct Painter {
    colour: Colour,
}

/// The text of all diagnostics in their order, an empty line between two of them; ends with a newline unless there are none.
pub fn render(diagnostics: &Diagnostics, sources: &Sources, colour: Colour) -> String {
    let painter = Painter { colour };
    let shown: Vec<_> =
        diagnostics.as_slice().iter().map(|diagnostic| painter.diagnostic(diagnostic, sources)).collect();
    shown.join("\n")
}

/// What is shown of a place.
pub(crate) struct View {
    /// `shop.json:118:27 (line 3, column 5 of the template)`
    pub(crate) place: String,
    /// Absent: there is no line to show.
    excerpt: Option<Excerpt>,
}

/// Finds the finest place that can be shown: a template that stands in the file as it is is shown there, one that was
/// written with escapes is shown by itself.
pub(crate) fn view(place: &Place, sources: &Sources) -> View {
    let file = printable(sources.shown(&place.file));
    let Some(text) = sources.text(&place.file) else {
        return View { place: file, excerpt: None };
    };
    let outer = excerpt(text, &place.span);
    let at = |excerpt: &Excerpt| format!("{file}:{}:{}", excerpt.position.line, excerpt.position.column);
    let Some(template) = &place.template else {
        return View { place: at(&outer), excerpt: Some(outer) };
    };
    let written = text.get(place.span.clone()).unwrap_or_default();
    if written == &*template.text {
        // A plugin gave these numbers.
        let in_file = |offset: usize| place.span.start + offset.min(template.text.len());
        let exact = excerpt(text, &(in_file(template.span.start)..in_file(template.span.end)));
        return View { place: at(&exact), excerpt: Some(exact) };
    }
    let inner = excerpt(&template.text, &template.span);
    let position = inner.position;
    let place = format!("{} (line {}, column {} of the template)", at(&outer), position.line, position.column);
    let may_hold_a_secret = INTERPOLATIONS.iter().any(|mark| written.contains(mark));
    View { place, excerpt: Some(if may_hold_a_secret { outer } else { inner }) }
}

// === impl Painter ===

impl Painter {
    fn diagnostic(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        let (word, colour) = match diagnostic.severity {
            Severity::Error => ("error", AnsiColor::Red),
            Severity::Warning => ("warning", AnsiColor::Yellow),
        };
        let strong = colour.on_default().bold();
        let message = self.paint(Style::new().bold(), &format!(": {}", printable(&diagnostic.message)));
        let mut out = format!("{}{message}\n", self.paint(strong, word));
        let view = diagnostic.place.as_ref().map(|place| view(place, sources));
        let help = diagnostic.help.as_deref().map(|help| format!("help: {}", printable(help)));
        match &view {
            Some(View { place, excerpt: Some(excerpt) }) => {
                out += &self.lines(place, excerpt, strong, help.as_deref());
            }
            Some(View { place, excerpt: None }) => out += &self.bare(&[&format!("--> {place}")], help.as_deref()),
            None => out += &self.bare(&[], help.as_deref()),
        }
        out
    }

    /// The place, the line, and beneath it the carets and the help.
    fn lines(&self, place: &str, excerpt: &Excerpt, strong: Style, help: Option<&str>) -> String {
        let number = excerpt.position.line.to_string();
        let width = number.len().max(GUTTER_MIN);
        let frame = AnsiColor::Blue.on_default().bold();
        let arrow = self.paint(frame, &format!("{:width$}-->", ""));
        let first = self.paint(frame, &format!("{number:>width$} |"));
        let second = self.paint(frame, &format!("{:width$} |", ""));
        let carets = format!("{:indent$}{}", "", "^".repeat(excerpt.carets), indent = excerpt.indent);
        let note = help.map(|help| format!("{carets} {help}")).unwrap_or(carets);
        let line = format!("{first} {}", excerpt.line);
        format!("{arrow} {place}\n{}\n{second} {}\n", line.trim_end(), self.paint(strong, &note))
    }

    /// What there is to say without a line to show.
    fn bare(&self, lines: &[&str], help: Option<&str>) -> String {
        lines.iter().copied().chain(help).map(|line| format!("{:GUTTER_MIN$}{line}\n", "")).collect()
    }

    fn paint(&self, style: Style, text: &str) -> String {
        match self.colour {
            Colour::Ansi => format!("{style}{text}{style:#}"),
            Colour::Plain => text.into(),
        }
    }
}
