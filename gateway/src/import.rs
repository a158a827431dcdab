//! `ringback import`: a Mockoon environment, or OpenAPI descriptions with Microcks' artifacts, as the `ringback.toml` that
//! answers the same.

use std::path::{Path, PathBuf};

use ringback_diag::{Diagnostic, Diagnostics, Sources, render, report};
use ringback_import::{mockoon, openapi};
use ringback_model::environment::Environment;

use crate::{BAD_CONFIGURATION, FAILED, cli::ImportArgs, terminal};

/// Prints the document, or writes it into a file. What could not be carried over is told in its comments, and to standard
/// error.
pub(crate) fn run(args: &ImportArgs) -> u8 {
    let mut sources = Sources::new(&std::env::current_dir().unwrap_or_else(|_| PathBuf::new()));
    let told = |found: &Diagnostics, sources: &Sources| {
        terminal::err(&render(found, sources, terminal::colour(&std::io::stderr())));
    };
    let (environment, warnings) = match read(&args.paths, &mut sources) {
        Ok(read) => read,
        Err(found) => {
            told(&found, &sources);
            return BAD_CONFIGURATION;
        }
    };
    let text = ringback_config::write(&environment, &report(&warnings, &sources));
    told(&warnings, &sources);
    let Some(output) = &args.output else { return terminal::out(&text) };
    match std::fs::write(output, text) {
        Ok(()) => crate::OK,
        Err(error) => {
            let message = format!("`{}` can't be written: {error}", output.display());
            let error = Diagnostic::error(message).help("name a file in a folder that is there");
            told(&error.into(), &sources);
            FAILED
        }
    }
}

/// Reads the documents of one environment, and what should be known of it.
fn read(paths: &[PathBuf], sources: &mut Sources) -> Result<(Environment, Diagnostics), Diagnostics> {
    let mut documents = vec![];
    for path in paths {
        documents.push((path.display().to_string(), text(path)?));
    }
    if let [(name, text)] = documents.as_slice()
        && !openapi::is_meant(text)
    {
        let folder = paths.first().and_then(|path| path.parent()).map(Path::to_owned);
        let imported = mockoon::read(name, text, &mockoon::Options { folder, ..Default::default() }, sources)?;
        return Ok((imported.environment, imported.warnings));
    }
    let documents: Vec<_> = documents.iter().map(|(name, text)| openapi::Document { name, text }).collect();
    let read = openapi::read(&documents, &openapi::Disk, &openapi::Options::default(), sources);
    read.map(|imported| (imported.environment, imported.warnings)).map_err(|refused| refused.diagnostics)
}

fn text(path: &Path) -> Result<String, Diagnostics> {
    let name = path.display();
    if path.extension().is_some_and(|extension| extension == "toml") {
        let error = Diagnostic::error(format!("`{name}` is a TOML file"));
        return Err(error.help("name a Mockoon environment or an OpenAPI description").into());
    }
    let bytes = std::fs::read(path)
        .map_err(|error| Diagnostic::error(format!("`{name}` can't be read: {error}")).help("name a file"))?;
    String::from_utf8(bytes).map_err(|_| Diagnostic::error(format!("`{name}` is not UTF-8 text")).into())
}
