//! Documents to import, and what is said of them.

use std::{collections::HashMap, fmt::Write as _, io, path::Path};

use ringback_diag::{Colour, Sources, render};
use ringback_import::openapi::{Document, Files, Imported, Options, read};
use ringback_model::environment::{Answering, Environment, Operation};

/// Files in memory.
struct Beside(HashMap<&'static str, &'static [u8]>);

impl Files for Beside {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let found = path.to_str().and_then(|path| self.0.get(path));
        found.map(|bytes| bytes.to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

pub(crate) fn import(documents: &[(&str, &str)], beside: &[(&'static str, &'static [u8])]) -> Result<Imported, String> {
    let files = Beside(beside.iter().copied().collect());
    let documents: Vec<_> = documents.iter().map(|(name, text)| Document { name, text }).collect();
    let mut sources = Sources::default();
    read(&documents, &files, &Options::default(), &mut sources)
        .map_err(|refused| render(&refused.diagnostics, &sources, Colour::Plain))
}

pub(crate) fn said(documents: &[(&str, &str)], beside: &[(&'static str, &'static [u8])]) -> String {
    let files = Beside(beside.iter().copied().collect());
    let documents: Vec<_> = documents.iter().map(|(name, text)| Document { name, text }).collect();
    let mut sources = Sources::default();
    let read = read(&documents, &files, &Options::default(), &mut sources);
    let diagnostics = read.map_or_else(|refused| refused.diagnostics, |imported| imported.warnings);
    render(&diagnostics, &sources, Colour::Plain)
}

pub(crate) fn environment(text: &str) -> Environment {
    import(&[("api.yaml", text)], &[]).unwrap().environment
}

pub(crate) fn operations(environment: &Environment) -> Vec<&Operation> {
    let operations = environment.routes.iter().map(|route| match &route.answer {
        Answering::Examples(operation) => &**operation,
        other => panic!("{other:?}"),
    });
    operations.collect()
}

/// Operations and their examples, a line each.
pub(crate) fn shown(environment: &Environment) -> String {
    let mut text = String::new();
    for operation in operations(environment) {
        let _ = writeln!(text, "{}", operation.name);
        for example in &operation.examples {
            let response = &example.response;
            let key = example.key.as_deref().unwrap_or("-");
            let body = response.body.text().map_or("-", |body| &body.source);
            let _ = write!(text, "  {} {key} {} {body}", example.name, response.status.as_u16());
            for header in response.headers.iter().filter(|header| header.name != "content-type") {
                let _ = write!(text, " {}: {}", header.name, header.value.source);
            }
            text.push('\n');
        }
    }
    text
}

/// A description of the one path of `info` and `paths` that every test needs.
pub(crate) fn api(paths: &str) -> String {
    let indented: String = paths.trim_matches('\n').lines().map(|line| format!("  {line}\n")).collect();
    format!("openapi: 3.1.0\ninfo: {{ title: My API, version: 1.0 }}\npaths:\n{indented}")
}
