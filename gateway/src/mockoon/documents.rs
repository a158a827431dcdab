//! `ringback mockoon validate`, `import` and `export`: documents read and written, nothing served.

use std::path::{Path, PathBuf};

use ringback_diag::{Diagnostic, Diagnostics, Sources, render};
use ringback_import::mockoon::{Imported, Options, read_bytes};

use super::{
    FATAL,
    cli::{ExportArgs, ExportFormat, ImportArgs, ValidateArgs},
};
use crate::{OK, terminal};

/// Says of each document whether it is as Mockoon writes it today; what is mended when it is served counts as wrong.
pub(super) fn validate(args: &ValidateArgs) -> u8 {
    let mut wrong = 0;
    for path in &args.data {
        let mut sources = sources();
        let found = match read(path, &mut sources) {
            Ok(imported) => imported.warnings,
            Err(found) => found,
        };
        let verdict = if found.is_empty() { "✓ Valid environment" } else { "⨯ Invalid environment" };
        terminal::out(&format!("{verdict}: {}\n", path.display()));
        terminal::out(&render(&found, &sources, terminal::colour(&std::io::stdout())));
        wrong += usize::from(!found.is_empty());
    }
    match wrong {
        0 => terminal::out("✓ All environments are valid\n"),
        _ => FATAL,
    }
}

/// Writes an OpenAPI description, or an environment of any age, as an environment of today.
pub(super) fn import(args: &ImportArgs) -> u8 {
    convert(&args.input, &args.output, |imported| imported.repaired.to_json(args.prettify))
}

/// Describes an environment in OpenAPI.
pub(super) fn export(args: &ExportArgs) -> u8 {
    convert(&args.input, &args.output, |imported| match args.format {
        ExportFormat::Json => imported.repaired.to_openapi_json(args.prettify),
        ExportFormat::Yaml => imported.repaired.to_openapi_yaml(),
    })
}

fn convert(input: &Path, output: &Path, written: impl FnOnce(&Imported) -> String) -> u8 {
    let mut sources = sources();
    let (code, found) = match read(input, &mut sources) {
        Ok(imported) => match std::fs::write(output, written(&imported)) {
            Ok(()) => (OK, imported.warnings),
            Err(error) => {
                let message = format!("`{}` can't be written: {error}", output.display());
                (FATAL, Diagnostics::from(Diagnostic::error(message).help("name a file in a folder that is there")))
            }
        },
        Err(found) => (FATAL, found),
    };
    terminal::err(&render(&found, &sources, terminal::colour(&std::io::stderr())));
    code
}

fn read(path: &Path, sources: &mut Sources) -> Result<Imported, Diagnostics> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Diagnostic::error(format!("`{name}` can't be read: {error}")).help("name a file"))?;
    let options = Options { folder: path.parent().map(Path::to_owned), ..Options::default() };
    read_bytes(&name, &bytes, &options, sources)
}

fn sources() -> Sources {
    Sources::new(&std::env::current_dir().unwrap_or_else(|_| PathBuf::new()))
}
