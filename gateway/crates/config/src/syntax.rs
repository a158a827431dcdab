//! What the TOML parser says, in our form.

use std::{collections::BTreeSet, sync::Arc};

use ringback_diag::{Diagnostic, position, quoted};
use toml::de::Error;

/// One diagnostic for each line with errors: those after the first one follow from it.
pub(crate) fn diagnostics<'a>(
    file: &'a Arc<str>,
    text: &'a str,
    errors: &'a [Error],
) -> impl Iterator<Item = Diagnostic> + 'a {
    let mut lines = BTreeSet::new();
    let first_of_line = move |error: &&Error| lines.insert(position(text, error.span().unwrap_or_default().start).line);
    errors.iter().filter(first_of_line).map(move |error| diagnostic(file, text, error))
}

fn diagnostic(file: &Arc<str>, text: &str, error: &Error) -> Diagnostic {
    let span = error.span().unwrap_or_default();
    let written = text.get(span.clone()).unwrap_or_default();
    let (what, expected) = match error.message().split_once(", expected ") {
        Some((what, expected)) => (what, Some(expected)),
        None => (error.message(), None),
    };
    let (message, help) = match what {
        "duplicate key" => (format!("{} is set twice", quoted(written)), Some("remove one".into())),
        "string values must be quoted" if !written.is_empty() => {
            (format!("{} is no value", quoted(written)), Some(format!("a string stands in quotes: `\"{written}\"`")))
        }
        _ => (what.to_owned(), expected.map(|expected| format!("expected {expected}"))),
    };
    Diagnostic { help, ..Diagnostic::error(message).at(file, span) }
}
