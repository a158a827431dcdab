//! `ringback import`: a Mockoon environment or an OpenAPI description as the `ringback.toml` that answers the same.

use std::path::{Path, PathBuf};

use ringback_diag::{Diagnostic, Diagnostics, Sources, render, report};
use ringback_import::mockoon::{Imported, Options, read_bytes};

use crate::{BAD_CONFIGURATION, FAILED, cli::ImportArgs, terminal};

/// Prints the document, or writes it into a file. What could not be carried over is told in its comments, and to standard
/// error.
pub(crate) fn run(args: &ImportArgs) -> u8 {
    let mut sources = Sources::new(&std::env::current_dir().unwrap_or_else(|_| PathBuf::new()));
    let told = |found: &Diagnostics, sources: &Sources| {
        terminal::err(&render(found, sources, terminal::colour(&std::io::stderr())));
    };
    let imported = match read(&args.path, &mut sources) {
        Ok(imported) => imported,
        Err(found) => {
            told(&found, &sources);
            return BAD_CONFIGURATION;
        }
    };
    let text = ringback_config::write(&imported.environment, &report(&imported.warnings, &sources));
    told(&imported.warnings, &sources);
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

fn read(path: &Path, sources: &mut Sources) -> Result<Imported, Diagnostics> {
    let name = path.display().to_string();
    if path.extension().is_some_and(|extension| extension == "toml") {
        let error = Diagnostic::error(format!("`{name}` is a TOML file"));
        return Err(error.help("name a Mockoon environment or an OpenAPI description").into());
    }
    let bytes = std::fs::read(path)
        .map_err(|error| Diagnostic::error(format!("`{name}` can't be read: {error}")).help("name a file"))?;
    let options = Options { folder: path.parent().map(Path::to_owned), ..Options::default() };
    read_bytes(&name, &bytes, &options, sources)
}
