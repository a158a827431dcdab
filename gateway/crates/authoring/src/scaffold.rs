//! Starts a project from a language's template.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    Language, ProjectName,
    files::{CONTRACT, File, SDK, TEMPLATES},
};

/// What templates call the plugin, in the two forms that names of packages take.
const PLACEHOLDER: &str = "plugin-name";
const PLACEHOLDER_SNAKE: &str = "plugin_name";

/// Where bindings generators look for a package that a world of the project's own names.
const CONTRACT_FOLDER: &str = "wit/deps/ringback-gateway";
/// Where a Rust project finds the SDK, which no registry has.
const SDK_FOLDER: &str = "plugin-sdk";

/// Why no project was started.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// There is something in the folder already.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file could not be written.
    #[error("`{}` can't be written", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// This binary carries no template for the language.
    #[error("this build of ringback carries no template for {0}")]
    NoTemplate(Language),
}

/// Starts a project in a folder, which is made. Returns the files below it, by path.
///
/// # Errors
/// When the folder holds something, or a file can't be written.
pub fn scaffold(name: &ProjectName, language: Language, folder: &Path) -> Result<Vec<PathBuf>, NewError> {
    let has_entries = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if has_entries || folder.is_file() {
        return Err(NewError::NotEmpty(folder.to_owned()));
    }
    let prefix = format!("{language}/");
    let template = TEMPLATES.iter().filter_map(|file| Some((file.path.strip_prefix(&prefix)?, file)));
    let mut written = Vec::new();
    for (path, file) in template {
        let path = named(path, name);
        let content = match std::str::from_utf8(file.content) {
            Ok(text) => named(text, name).into_bytes(),
            Err(_) => file.content.to_vec(),
        };
        write(&folder.join(&path), &content, file.executable)?;
        written.push(PathBuf::from(path));
    }
    if written.is_empty() {
        return Err(NewError::NoTemplate(language));
    }
    match language {
        Language::Rust => written.extend(copy(SDK, folder, SDK_FOLDER)?),
        Language::JavaScript | Language::Python => written.extend(copy(CONTRACT, folder, CONTRACT_FOLDER)?),
        // Their bindings are made already.
        Language::Go | Language::C => {}
    }
    written.sort();
    Ok(written)
}

/// Writes the contract that this binary speaks into a project that keeps a copy of it: one made by an earlier version, or
/// checked out without it.
///
/// # Errors
/// When a file can't be written.
pub fn refresh_contract(language: Language, folder: &Path) -> Result<(), NewError> {
    match language {
        // The SDK and the bindings bring the contract along.
        Language::Rust | Language::Go | Language::C => Ok(()),
        Language::JavaScript | Language::Python => copy(CONTRACT, folder, CONTRACT_FOLDER).map(drop),
    }
}

fn named(text: &str, name: &ProjectName) -> String {
    text.replace(PLACEHOLDER, name.as_str()).replace(PLACEHOLDER_SNAKE, &name.snake())
}

/// Copies files to a folder of the project. Returns their paths in the project.
fn copy(files: &[File], project: &Path, folder: &str) -> Result<Vec<PathBuf>, NewError> {
    let mut written = Vec::with_capacity(files.len());
    for file in files {
        let path = Path::new(folder).join(file.path);
        write(&project.join(&path), file.content, file.executable)?;
        written.push(path);
    }
    Ok(written)
}

fn write(file: &Path, content: &[u8], executable: bool) -> Result<(), NewError> {
    let failed = |error| NewError::Write(file.to_owned(), error);
    // What is the same already keeps its time: a build that goes by times has nothing to do.
    if std::fs::read(file).is_ok_and(|there| there == content) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(file, content).map_err(failed)?;
    if executable { make_executable(file).map_err(failed) } else { Ok(()) }
}

#[cfg(unix)]
fn make_executable(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Whoever may read it may run it, as the process's own mask has it.
    let mode = file.metadata()?.permissions().mode();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn both_forms_of_the_name_are_put_in() {
        let name = "card-payments".parse().unwrap();
        assert_eq!(named("plugin-name/plugin_name.rs", &name), "card-payments/card_payments.rs");
    }
}
