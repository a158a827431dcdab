//! A Mockoon environment (`mockoon.md`, section 1): text -> JSON with places -> migration -> repair -> environment.
//!
//! `recognise` says what a text is and takes the environment out of an old export; `migrate` brings an older format to the
//! current one. `repair` makes of any JSON what Mockoon makes of it, reading into the definitions of `document`, which name
//! every field; `references` mends their order. `lower` says the same in the gateway's words.

use std::collections::BTreeSet;

use ringback_diag::{Diagnostic, Diagnostics, Sources, quoted};
use ringback_model::environment::Environment;

use crate::json::Node;

mod document;
mod ids;
mod lower;
mod migrate;
mod openapi;
mod options;
mod recognise;
mod references;
mod repair;
mod repaired;

pub use options::{DisabledRoutes, Options};
pub use repaired::Repaired;

/// The format that is read: Mockoon's highest migration.
const FORMAT: f64 = 33.0;

/// A document that can run.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What it serves.
    pub environment: Environment,
    /// The document as Mockoon would write it: in its current format, nothing left open.
    pub repaired: Repaired,
    /// What was not carried over, or was repaired.
    pub warnings: Diagnostics,
}

/// Reads a Mockoon environment as it stands: [`read`] with the default options.
///
/// # Errors
/// Those of [`read`].
pub fn mockoon(file: &str, text: &str, sources: &mut Sources) -> Result<Imported, Diagnostics> {
    read(file, text, &Options::default(), sources)
}

/// Reads a Mockoon environment, or an OpenAPI description as the environment that Mockoon makes of it. `file` is what
/// messages call it; `sources` keeps its text.
///
/// # Errors
/// When the text is no JSON, or no environment, or one of a Mockoon that is newer than what is known here.
pub fn read(file: &str, text: &str, options: &Options, sources: &mut Sources) -> Result<Imported, Diagnostics> {
    // Editors on Windows put a byte order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = sources.add(file, text);
    let mut repair = repair::Repair::new(&file, text);
    let root = recognise::parse(&file, text)?;
    let mut root = recognise::environment(root, options, &mut repair)?;
    migrate::migrate(&mut root, &file, &mut repair.found);
    let (mut document, mut repaired) = document::Environment::read(&root, &mut repair);
    references::repair(&mut document);
    references::write(&document, &mut repaired);
    let (environment, mut warnings) = lower::lower(&document, options, &file, repair.found);
    warnings.sort();
    Ok(Imported { environment, repaired: Repaired(repaired), warnings })
}

/// Reads a file's bytes, whatever they are: [`read`], where they are UTF-8.
///
/// # Errors
/// Those of [`read`], and when they are not UTF-8.
pub fn read_bytes(file: &str, bytes: &[u8], options: &Options, sources: &mut Sources) -> Result<Imported, Diagnostics> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(file, text, options, sources),
        Err(_) => Err(Diagnostic::error(format!("{} is not UTF-8 text", quoted(file))).into()),
    }
}

/// The other documents that an OpenAPI description refers to, by URL: what [`Options::documents`] should hold. None: the text
/// is something else, or refers to itself alone.
pub fn external_documents(file: &str, text: &str) -> BTreeSet<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let root = recognise::parse(&file.into(), text).ok();
    root.filter(openapi::is_description).map(|root| openapi::external(&root)).unwrap_or_default()
}

/// The first byte of a value: enough to point at something long.
fn start(node: &Node) -> std::ops::Range<usize> {
    node.span.start..node.span.start + 1
}
