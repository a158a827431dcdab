//! A plugin's project: the folder, and what its `plugin.toml` says.

use std::path::Path;

use ringback_authoring::{Language, MANIFEST_FILE, Project};
use ringback_config::manifest::{self, Manifest, Parsed, Word};
use ringback_diag::{Diagnostic, Diagnostics, Sources, render};

use super::Failure;
use crate::terminal;

/// A project whose manifest is right.
pub(super) struct Read {
    pub project: Project,
    pub manifest: Manifest,
}

/// Reads the manifest of a folder.
///
/// # Errors
/// When there is none, or it is wrong: everything that is.
pub(super) fn read(folder: &Path) -> Result<Read, Failure> {
    let file = folder.join(MANIFEST_FILE);
    let text = std::fs::read_to_string(&file).map_err(|error| unreadable(folder, &file, &error))?;
    let mut sources = Sources::default();
    let name = file.display().to_string();
    let parsed = manifest::parse(&name, &text, Word::Author, &mut sources);
    let Parsed { manifest, warnings } = parsed.map_err(|wrong| refused(&wrong, &sources))?;
    if !warnings.is_empty() {
        terminal::err(&render(&warnings, &sources, terminal::colour(&std::io::stderr())));
    }
    let Some(language) = manifest.language else {
        let message = format!("`{}` does not say in which language the plugin is written", sources.shown(&name));
        let help = "add `language = \"rust\"` at its top, or `js`, `python`, `go`, `c`";
        return Err(refused(&Diagnostic::error(message).help(help).into(), &sources));
    };
    let folder = std::path::absolute(folder).map_err(|error| Failure::of(&error))?;
    let name = manifest.name.to_string();
    Ok(Read { project: Project { folder, name, language: of(language), manifest: text }, manifest })
}

fn of(language: manifest::Language) -> Language {
    match language {
        manifest::Language::Rust => Language::Rust,
        manifest::Language::Js => Language::JavaScript,
        manifest::Language::Python => Language::Python,
        manifest::Language::Go => Language::Go,
        manifest::Language::C => Language::C,
    }
}

fn unreadable(folder: &Path, file: &Path, error: &std::io::Error) -> Failure {
    if error.kind() != std::io::ErrorKind::NotFound {
        return Failure::run(format!("`{}` can't be read: {error}", file.display()));
    }
    let what = if folder.is_dir() { "there is no" } else { "there is no folder, and no" };
    let help = "name the folder of a plugin, or start one: `ringback plugin new NAME --lang rust`";
    Failure { text: format!("error: {what} `{}`\nhelp: {help}\n", file.display()), code: crate::BAD_CONFIGURATION }
}

/// What is wrong with something that the author wrote.
pub(super) fn refused(wrong: &Diagnostics, sources: &Sources) -> Failure {
    Failure::configuration(render(wrong, sources, terminal::colour(&std::io::stderr())))
}
