//! The importer: a Mockoon environment, an old export, or an OpenAPI description.

use ringback_diag::{Colour, Sources, render, report};
use ringback_import::mockoon::{Options, read_bytes};

use crate::Material;

pub(crate) fn seeds(material: &Material) -> Vec<String> {
    [material.objects_with("routes"), material.objects_with("paths")].concat()
}

/// What is read, is read as the same once it has been repaired; what is said about it can be shown.
pub(crate) fn run(bytes: &[u8]) {
    let mut sources = Sources::default();
    let read = read_bytes("environment.json", bytes, &Options::default(), &mut sources);
    let said = read.as_ref().map_or_else(|errors| errors, |imported| &imported.warnings);
    assert_eq!(report(said, &sources).len(), said.as_slice().len());
    render(said, &sources, Colour::Plain);
    let Ok(imported) = read else { return };
    let repaired = imported.repaired.to_json(false);
    let again = read_bytes("environment.json", repaired.as_bytes(), &Options::default(), &mut Sources::default());
    assert!(again.is_ok(), "the repaired document can't be read: {repaired}");
    let _ = (imported.repaired.to_openapi_json(false), imported.repaired.to_openapi_yaml());
}
