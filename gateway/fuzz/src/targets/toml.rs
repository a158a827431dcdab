//! `ringback.toml`, and what plugins say about themselves.

use std::path::Path;

use ringback_config::{
    manifest::{self, Word},
    read, write,
};
use ringback_diag::{Colour, Diagnostics, Sources, render, report};

use crate::Material;

pub(crate) fn seeds(material: &Material) -> Vec<String> {
    material.toml()
}

/// What is read can be written and read again; what is said about it can be shown.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // It would read any file of this machine, devices without end among them.
    if text.contains("${file") {
        return;
    }
    let mut sources = Sources::default();
    match read("ringback.toml", text, Path::new("mocks"), &|_| None, &mut sources) {
        Ok(loaded) => {
            shown(&loaded.warnings, &sources);
            write(&loaded.environment, &[]);
        }
        Err(refused) => shown(&refused.diagnostics, &sources),
    }
    let mut sources = Sources::default();
    match manifest::parse("plugin.toml", text, Word::Author, &mut sources) {
        Ok(parsed) => shown(&parsed.warnings, &sources),
        Err(errors) => shown(&errors, &sources),
    }
}

fn shown(diagnostics: &Diagnostics, sources: &Sources) {
    assert_eq!(report(diagnostics, sources).len(), diagnostics.as_slice().len());
    render(diagnostics, sources, Colour::Plain);
}
