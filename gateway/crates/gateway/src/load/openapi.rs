//! OpenAPI descriptions and Microcks' artifacts among the documents: all of them together are one environment.

use std::path::{Path, PathBuf};

use ringback_diag::{Diagnostics, Sources};
use ringback_import::openapi::{Disk, Document, Options as Import, read};
use ringback_model::environment::Environment;

use super::Options;

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
