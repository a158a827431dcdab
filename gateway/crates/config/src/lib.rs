//! Reads `ringback.toml`: a text becomes [`Settings`] and an [`Environment`], or every reason why it can't, all at once.
//!
//! The steps of [`read`], each with a module: parse to a tree whose values know their places; put in `${env:NAME}` and
//! `${file:PATH}` ([`interpolate`]); check the shape against the schema of the definitions, taking out what is wrong
//! ([`check`]); read what is left into the definitions ([`document`]); say what it means ([`lower`]). Only [`load`] and
//! `${file:PATH}` touch the disk; environment variables come from the caller.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use ringback_diag::{Diagnostic, Diagnostics, Sources, quoted};
use ringback_model::environment::Environment;
use serde::Deserialize;
use toml::de::{DeTable, Deserializer};

mod check;
mod document;
mod interpolate;
mod lower;
mod path;
mod quantity;
mod schema;
mod settings;
mod shadow;

pub use quantity::{ListenError, listen};
pub use schema::schema;
pub use settings::{DEFAULT_ADMIN_PORT, DEFAULT_PORT, Settings};

use document::Document;
use interpolate::{Interpolated, Interpolation};
use lower::{Declared, Lowering};

/// A file that can run.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What it sets about the gateway itself.
    pub settings: Settings,
    /// What it serves.
    pub environment: Environment,
    /// What is perhaps not meant as it stands.
    pub warnings: Diagnostics,
    /// Other files that it was made from: a change of one of them is a change of this.
    pub files: Vec<PathBuf>,
}

/// What a file can't run for, and what else was found.
#[derive(Debug, Clone)]
pub struct Refused {
    /// At least one error, sorted by place.
    pub diagnostics: Diagnostics,
    /// Other files that it would be made from: a change of one of them may mend this.
    pub files: Vec<PathBuf>,
}

/// Largest configuration file: far above any that a person wrote, far below what hurts.
const FILE_MAX_BYTES: u64 = 16 << 20;

/// Reads the file at a path; `sources` keeps its text, and those of the files that it names.
///
/// # Errors
/// When it can't be read, or can't run.
pub fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>, sources: &mut Sources) -> Result<Loaded, Refused> {
    let name = path.to_string_lossy();
    let text = text_of(path).map_err(|why| {
        let message = format!("{} can't be read: {why}", quoted(sources.shown(&name)));
        Refused { diagnostics: Diagnostic::error(message).into(), files: vec![] }
    })?;
    read(&name, &text, path.parent().unwrap_or(Path::new("")), env, sources)
}

fn text_of(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| interpolate::reason(&error))?.len();
    if size > FILE_MAX_BYTES {
        return Err(format!("it has more than {} MiB", FILE_MAX_BYTES >> 20));
    }
    std::fs::read_to_string(path).map_err(|error| interpolate::reason(&error))
}

/// Reads a text. `file` is what messages call it, `folder` what its paths are relative to, `env` knows the environment
/// variables.
///
/// # Errors
/// When it can't run.
pub fn read(
    file: &str,
    text: &str,
    folder: &Path,
    env: &dyn Fn(&str) -> Option<String>,
    sources: &mut Sources,
) -> Result<Loaded, Refused> {
    let file = sources.add(file, text);
    let (mut root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut diagnostics: Diagnostics = syntax_errors(&file, text, &errors).collect();
        diagnostics.sort();
        return Err(Refused { diagnostics, files: vec![] });
    }
    let interpolation = Interpolation { file: &file, text, folder, env, sources };
    let Interpolated { files, whole, mut found } = interpolation.run(root.get_mut());
    let declared = declared(root.get_ref());
    found.extend(check::check(&schema(), &file, &mut root));
    let document = Document::deserialize(Deserializer::from(root)).unwrap_or_else(|error| {
        // The schema and the definitions are one, so this is a defect of ours; the operator still gets a place.
        let span = error.span().unwrap_or_default();
        found.push(Diagnostic::error(error.message()).at(&file, span));
        Document::default()
    });
    let mut lowering = Lowering { file, text, folder, whole, declared, found };
    let (settings, environment) = lowering.document(&document);
    let mut diagnostics = lowering.found;
    diagnostics.sort();
    if diagnostics.has_errors() {
        return Err(Refused { diagnostics, files });
    }
    Ok(Loaded { settings, environment, warnings: diagnostics, files })
}

/// What the TOML parser says, in our form: one error a line, since those after it follow from it.
fn syntax_errors<'a>(
    file: &'a Arc<str>,
    text: &'a str,
    errors: &'a [toml::de::Error],
) -> impl Iterator<Item = Diagnostic> + 'a {
    let mut lines = std::collections::BTreeSet::new();
    errors.iter().filter_map(move |error| {
        let span = error.span().unwrap_or_default();
        let is_first = lines.insert(ringback_diag::position(text, span.start).line);
        let (what, expected) = match error.message().split_once(", expected ") {
            Some((what, expected)) => (what, Some(expected)),
            None => (error.message(), None),
        };
        let diagnostic = Diagnostic::error(what.replace('\n', " ")).at(file, span);
        is_first.then(|| match expected {
            Some(expected) => diagnostic.help(format!("expected {expected}")),
            None => diagnostic,
        })
    })
}

/// The names that stand in a file, whatever is wrong with what they name.
fn declared(root: &DeTable<'_>) -> Declared {
    let names = |table: &str| {
        let table = root.get(table).and_then(|value| value.get_ref().as_table());
        table.into_iter().flat_map(|table| table.keys()).map(|key| key.get_ref().to_string()).collect()
    };
    Declared { buckets: names("buckets"), callbacks: names("callback"), plugins: names("plugin") }
}
