//! OpenAPI descriptions and Microcks' artifacts among the documents: all of them together are one environment.

use std::path::{Path, PathBuf};

use ringback_diag::{Diagnostics, Sources};
use ringback_import::openapi::{Disk, Document, Options as Import, identity, read};
use ringback_model::environment::Environment;

use super::{
    Options,
    artifact::{Artifact, service},
};

/// What was found of them so far, in the order of the paths.
#[derive(Default)]
pub(super) struct Described {
    documents: Vec<(String, String)>,
    folder: PathBuf,
    /// Before which environment theirs comes.
    place: usize,
}

// === impl Described ===

impl Described {
    /// Takes a document in; `place` is the number of environments before it.
    pub(super) fn add(&mut self, path: &Path, text: String, place: usize) {
        if self.documents.is_empty() {
            self.place = place;
            self.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        }
        self.documents.push((path.display().to_string(), text));
    }

    /// Takes in what came over HTTP: a main one in place of all earlier descriptions of its service but those that only add
    /// to it.
    pub(super) fn join(&mut self, artifacts: &[Artifact], place: usize) {
        let replaced: Vec<Option<String>> = artifacts.iter().map(Artifact::replaces).collect();
        let is_replaced = |service: &str, by: &[Option<String>]| by.iter().flatten().any(|by| by == service);
        if replaced.iter().any(Option::is_some) {
            self.documents.retain(|(name, text)| {
                let known = identity(Document { name, text }).filter(|known| known.is_description);
                known.is_none_or(|known| !is_replaced(&service(&known), &replaced))
            });
        }
        for (index, artifact) in artifacts.iter().enumerate() {
            let later = replaced.get(index + 1..).unwrap_or_default();
            let own = replaced.get(index).and_then(Option::as_deref);
            if !own.is_some_and(|own| is_replaced(own, later)) {
                self.add(Path::new(&artifact.path()), artifact.text.to_string(), place);
            }
        }
    }

    /// Adds their environment to the others, where the first of them stands. What is wrong is reported.
    pub(super) fn import(
        self,
        options: &Options,
        environments: &mut Vec<Environment>,
        sources: &mut Sources,
        found: &mut Diagnostics,
        files: &mut Vec<PathBuf>,
    ) {
        if self.documents.is_empty() {
            return;
        }
        let documents: Vec<_> = self.documents.iter().map(|(name, text)| Document { name, text }).collect();
        let said = Import { folder: Some(options.working_folder.join(self.folder)), ..Import::default() };
        match read(&documents, &Disk, &said, sources) {
            Ok(imported) => {
                found.extend(imported.warnings);
                files.extend(imported.files);
                environments.insert(self.place.min(environments.len()), imported.environment);
            }
            Err(refused) => {
                found.extend(refused.diagnostics);
                files.extend(refused.files);
            }
        }
    }
}
