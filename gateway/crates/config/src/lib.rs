//! Reads `ringback.toml`: a text becomes [`Settings`] and an [`Environment`], or every reason why it can't, all at once. In the
//! same manner [`manifest`] reads what plugins say about themselves.
//!
//! The steps of [`read`], each with a module: parse to a tree whose values know their places; put in `${env:NAME}` and
//! `${file:PATH}` (`interpolate`); check the shape against the schema of the definitions, taking out what is wrong
//! (`check`); read what is left into the definitions (`document`); say what it means (`lower`). Only `${file:PATH}`
//! touches the disk; environment variables come from the caller.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use ringback_diag::{Diagnostic, Diagnostics, Sources};
use ringback_model::environment::{Environment, PathSyntax};
use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::{
    Spanned,
    de::{DeTable, Deserializer},
};

mod check;
mod document;
mod interpolate;
mod lower;
pub mod manifest;
mod mask;
mod naming;
mod path;
mod quantity;
mod schema;
mod settings;
mod shadow;
mod syntax;
pub mod vectors;
mod write;

pub use schema::schema;
pub use settings::{PluginSettings, PublicKey, Rollback, Settings};
pub use write::write;

use check::Checked;
use document::{Conventions, Document};
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
    read_beside(None, file, text, folder, env, sources)
}

/// Reads a text, beside a folder of plugins that the command line names: it counts where the document names none. Absent:
/// there is none.
///
/// # Errors
/// When it can't run.
pub fn read_beside(
    plugins: Option<&Path>,
    file: &str,
    text: &str,
    folder: &Path,
    env: &dyn Fn(&str) -> Option<String>,
    sources: &mut Sources,
) -> Result<Loaded, Refused> {
    let (file, mut root) = tree(file, text, sources).map_err(|diagnostics| Refused { diagnostics, files: vec![] })?;
    let interpolation = Interpolation { file: &file, text, folder, env, sources };
    let Interpolated { files, whole, mut found } = interpolation.run(root.get_mut());
    let mut declared = declared(root.get_ref());
    declared.open |= plugins.is_some();
    let plugins_folder = plugins.map(Path::to_owned);
    let (document, broken) = shaped::<Document>(&schema(), &file, root, &mut found);
    let mut lowering = Lowering {
        file,
        text,
        folder,
        plugins_folder,
        own: None,
        conventions: Conventions::Ringback,
        bases: vec![],
        syntax: PathSyntax::Template,
        whole,
        declared,
        broken,
        found,
    };
    let (settings, environment) = lowering.document(&document);
    let mut diagnostics = lowering.found;
    diagnostics.sort();
    if diagnostics.has_errors() {
        return Err(Refused { diagnostics, files });
    }
    Ok(Loaded { settings, environment, warnings: diagnostics, files })
}

/// Parses a text and keeps what messages may show of it.
fn tree<'a>(file: &str, text: &'a str, sources: &mut Sources) -> Result<(Arc<str>, Spanned<DeTable<'a>>), Diagnostics> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok((sources.add(file, &mask::masked(text, root.get_ref())), root));
    }
    let text = mask::masked_lines(text);
    let file = sources.add(file, &text);
    let mut diagnostics: Diagnostics = syntax::diagnostics(&file, &text, &errors).collect();
    diagnostics.sort();
    Err(diagnostics)
}

/// Checks the shape of a tree, reads what is left of it, and says where tables start that lost something.
fn shaped<T: DeserializeOwned + Default>(
    schema: &Value,
    file: &Arc<str>,
    mut root: Spanned<DeTable<'_>>,
    found: &mut Diagnostics,
) -> (T, HashSet<usize>) {
    let Checked { found: wrong, broken } = check::check(schema, file, &mut root);
    found.extend(wrong);
    let read = T::deserialize(Deserializer::from(root)).unwrap_or_else(|error| {
        // The schema and the definitions are one, so this is a defect of ours; the operator still gets a place.
        let span = error.span().unwrap_or_default();
        found.push(Diagnostic::error(error.message()).at(file, span));
        T::default()
    });
    (read, broken)
}

/// The names that stand in a table of a file, whatever is wrong with what they name.
fn names(root: &DeTable<'_>, table: &str) -> Vec<String> {
    let table = root.get(table).and_then(|value| value.get_ref().as_table());
    table.into_iter().flat_map(|table| table.keys()).map(|key| key.get_ref().to_string()).collect()
}

fn declared(root: &DeTable<'_>) -> Declared {
    let plugins = root.get("plugins").and_then(|plugins| plugins.get_ref().as_table());
    let bucket = root.get("bucket").and_then(|bucket| bucket.get_ref().as_table());
    let ids = bucket.into_iter().flat_map(|table| table.values());
    let ids = ids.filter_map(|bucket| bucket.get_ref().as_table()?.get("id")?.get_ref().as_str());
    let mut buckets = [names(root, "buckets"), names(root, "bucket")].concat();
    buckets.dedup();
    Declared {
        buckets,
        bucket_ids: ids.map(str::to_owned).collect(),
        callbacks: names(root, "callback"),
        fired: vec![],
        plugins: names(root, "plugin"),
        secrets: Some(names(root, "secrets")),
        open: plugins.is_some_and(|plugins| plugins.contains_key("folder")),
    }
}
