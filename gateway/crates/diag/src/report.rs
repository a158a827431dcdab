//! Diagnostics as data: for the admin API and for editors.

use serde::Serialize;

use crate::{Diagnostic, Diagnostics, Position, Severity, Sources, position};

/// A diagnostic whose places are lines and columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file as messages show it. Absent: nowhere in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where it starts. Absent: nowhere in a file, or in the whole of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Position>,
    /// Where it ends: the column after the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Position>,
    /// Where it starts in the template that stands there. Absent: it is not about a template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Position>,
    /// What to do. Absent: the message says it all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// All diagnostics in their order, as data.
pub fn report(diagnostics: &Diagnostics, sources: &Sources) -> Vec<Report> {
    diagnostics.as_slice().iter().map(|diagnostic| one(diagnostic, sources)).collect()
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> Report {
    let place = diagnostic.place.as_ref();
    let text = place.and_then(|place| sources.text(&place.file));
    let at = |offset: usize| text.map(|text| position(text, offset));
    Report {
        severity: diagnostic.severity,
        message: diagnostic.message.clone(),
        file: place.map(|place| sources.shown(&place.file).to_owned()),
        start: place.and_then(|place| at(place.span.start)),
        end: place.and_then(|place| at(place.span.end)),
        template: place.and_then(|p| p.template.as_ref()).map(|template| position(&template.text, template.span.start)),
        help: diagnostic.help.clone(),
    }
}
