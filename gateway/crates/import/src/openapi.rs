//! OpenAPI descriptions and Microcks' artifacts as one environment of mocks, callbacks and webhooks (`microcks.md`, sections 1
//! to 4): texts -> trees with places (`parse`) -> services (`document`, `artifacts`) -> environment (`lower`).
//!
//! `library` holds the files and follows references between them. `reader` and what is named after OpenAPI's objects
//! (`parameters`, `examples`, `responses`, `calls`) make the words of `service` of them. `dispatch` finds out how examples
//! are chosen, `generate` makes some where there are none, `schema` lets request schemas stand by themselves.
//!
//! Everything that is ignored is said, with its place and the reason; what makes a document unusable refuses all of them.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use ringback_diag::{Diagnostic, Diagnostics, Sources, quoted};
use ringback_model::environment::Environment;

mod artifacts;
mod calls;
mod contradiction;
mod dispatch;
mod document;
mod examples;
mod extensions;
mod files;
mod generate;
mod library;
mod lower;
mod methods;
mod number;
mod parameters;
mod parse;
mod reader;
mod recognise;
mod responses;
mod schema;
mod service;
mod text;
mod tree;

pub use files::{DOCUMENT_MAX_BYTES, Disk, Files, NoFiles};
pub use recognise::is_meant;

use library::{Library, Spot};
use parameters::parameter_values;
use reader::Reader;
use recognise::Kind;
use service::{Dialect, Service};

/// How many warnings of one kind are told; the others are counted.
const ALIKE_MAX: usize = 10;

/// A text to read.
#[derive(Debug, Clone, Copy)]
pub struct Document<'d> {
    /// Its path, as messages call it; what it refers to is looked for beside it.
    pub name: &'d str,
    /// Its content.
    pub text: &'d str,
}

/// What documents do not say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Seeds the examples that are made of schemas.
    pub seed: u64,
    /// The folder that the environment's files are relative to. Absent: that of the first document.
    pub folder: Option<PathBuf>,
}

/// What can run.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What it serves.
    pub environment: Environment,
    /// What was left out, and why; which examples were made.
    pub warnings: Diagnostics,
    /// The files that the documents refer to: when they change, what is served does.
    pub files: Vec<PathBuf>,
}

/// What can't run.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Everything that is wrong, and what else was found.
    pub diagnostics: Diagnostics,
    /// The files that the documents refer to: when they change, it may be mended.
    pub files: Vec<PathBuf>,
}

/// A document that was read, and what it is.
struct Known {
    root: Spot,
    kind: Kind,
}

/// Reads all documents of an environment: the first description of a title and version makes a service, further ones and
/// artifacts add to it, wherever they stand. `sources` keeps their texts.
///
/// # Errors
/// Everything that makes one of them unusable: what is neither description nor artifact, references to nowhere.
pub fn read(
    documents: &[Document<'_>],
    files: &dyn Files,
    options: &Options,
    sources: &mut Sources,
) -> Result<Imported, Refused> {
    let mut library = Library::new(files, sources);
    let mut known = vec![];
    for document in documents {
        if recognise::is_xml(document.text) {
            library.refuse_xml(document.name, document.text);
            continue;
        }
        let Some(root) = library.add(document.name, document.text) else { continue };
        known.extend(recognise::kind(&mut library, &root).map(|kind| Known { root, kind }));
    }
    let mut generated = vec![];
    let services = services(&mut library, &known, options, &mut generated);
    let beside = documents.first().and_then(|document| Path::new(document.name).parent());
    let folder = options.folder.clone().or_else(|| beside.map(Path::to_owned)).unwrap_or_default();
    let environment = lower::lower(&mut library, &services, &folder, options.seed, &generated);
    let (mut found, files) = (library.found, library.read);
    found.sort();
    found.fold(ALIKE_MAX);
    match found.has_errors() {
        true => Err(Refused { diagnostics: found, files }),
        false => Ok(Imported { environment, warnings: found, files }),
    }
}

/// The API that a document is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its name.
    pub name: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// Whether the document describes it, or only adds to what does.
    pub is_description: bool,
}

/// Which API a document is about, without reading more of it. Absent: it says none, or can't be read.
pub fn identity(document: Document<'_>) -> Option<Identity> {
    let mut sources = Sources::default();
    let mut library = Library::new(&NoFiles, &mut sources);
    let root = library.add(document.name, document.text)?;
    let (holder, names, is_description) = match recognise::kind(&mut library, &root)? {
        Kind::Description(_) => ("info", ["title", "version"], true),
        Kind::Metadata | Kind::Examples => ("metadata", ["name", "version"], false),
    };
    let (name, version, _) = Reader::new(&mut library, Dialect::JsonSchema, 0).identity(&root, holder, names)?;
    Some(Identity { name, version, is_description })
}

/// Reads bytes as a document that stands alone: what a fuzzer gives.
pub fn read_bytes(bytes: &[u8]) -> Result<Imported, Refused> {
    let mut sources = Sources::default();
    match std::str::from_utf8(bytes) {
        Ok(text) => read(&[Document { name: "openapi.yaml", text }], &NoFiles, &Options::default(), &mut sources),
        Err(_) => Err(Refused { diagnostics: Diagnostic::error("this is not UTF-8 text").into(), files: vec![] }),
    }
}

fn services(
    library: &mut Library<'_>,
    known: &[Known],
    options: &Options,
    generated: &mut Vec<Arc<str>>,
) -> Vec<Service> {
    let mut services: Vec<Service> = vec![];
    let mut indexes: HashMap<(Arc<str>, Arc<str>), usize> = HashMap::new();
    for Known { root, kind } in known {
        let Kind::Description(dialect) = kind else { continue };
        let mut reader = Reader::new(library, *dialect, options.seed);
        let Some(service) = reader.service(root) else { continue };
        generated.append(&mut reader.generated);
        let key = (service.name.clone(), service.version.clone());
        match indexes.get(&key).and_then(|index| services.get_mut(*index)) {
            Some(main) => main.merge(service),
            None => {
                indexes.insert(key, services.len());
                services.push(service);
            }
        }
    }
    for Known { root, kind } in known {
        if matches!(kind, Kind::Description(_)) {
            continue;
        }
        let mut reader = Reader::new(library, Dialect::JsonSchema, options.seed);
        let Some((name, version, at)) = reader.identity(root, "metadata", ["name", "version"]) else { continue };
        let service = indexes.get(&(name.clone(), version.clone())).and_then(|index| services.get_mut(*index));
        match (service, kind) {
            (Some(service), Kind::Metadata) => reader.metadata(root, service),
            (Some(service), _) => reader.api_examples(root, service),
            (None, _) => {
                let message = format!("no description is of {} {version}, which this adds to", quoted(&name));
                library.error(
                    &at,
                    message,
                    "name the description as well: `ringback serve openapi.yaml examples.yaml`",
                );
            }
        }
    }
    services
}
