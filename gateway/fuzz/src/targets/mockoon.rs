//! The importer: a Mockoon environment, an old export, or an OpenAPI description.

use std::path::Path;

use ringback_diag::{Colour, Sources, render, report};
use ringback_import::mockoon::{Options, read_bytes};
use ringback_model::environment::Environment;

use crate::Material;

pub(crate) fn seeds(material: &Material) -> Vec<String> {
    [material.objects_with("routes"), material.objects_with("paths")].concat()
}

/// What is read can be read again once it has been repaired, and once it has been converted; what is said about it can be
/// shown.
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
    converted(&imported.environment);
}

/// `ringback import` writes what is read again, and then written as before.
fn converted(environment: &Environment) {
    let text = ringback_config::write(environment, &[]);
    let mut sources = Sources::default();
    match ringback_config::read("ringback.toml", &text, Path::new(""), &|_| None, &mut sources) {
        Ok(loaded) => assert_eq!(ringback_config::write(&loaded.environment, &[]), without_comments(&text)),
        Err(refused) => panic!("{}\n{text}", render(&refused.diagnostics, &sources, Colour::Plain)),
    }
}

/// What could not be written is told in comments at the top, once.
fn without_comments(text: &str) -> String {
    text.lines().skip_while(|line| line.starts_with('#') || line.is_empty()).map(|line| format!("{line}\n")).collect()
}
