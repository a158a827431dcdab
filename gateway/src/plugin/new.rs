//! `ringback plugin new`: a folder to start from.

use std::path::{Path, PathBuf};

use ringback_authoring::{Language, NewError, scaffold};

use super::{Failure, out};
use crate::cli::NewArgs;

pub(super) fn run(args: &NewArgs) -> Result<(), Failure> {
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(args.name.as_str()));
    let language = args.lang.into();
    let files = scaffold(&args.name, language, &folder).map_err(|error| match error {
        NewError::NotEmpty(_) => Failure::help(error, "choose another folder with `--path`, or empty this one"),
        error => Failure::of(&error),
    })?;
    out(&told(&folder, language, &files))
}

fn told(folder: &Path, language: Language, files: &[PathBuf]) -> String {
    // What the project keeps a copy of is not what its author reads first.
    let own = files.iter().filter(|file| !file.starts_with("plugin-sdk") && !file.starts_with("wit/deps"));
    let listed: String = own.map(|file| format!("  {}\n", file.display())).collect();
    let folder = folder.display();
    let install = match language {
        Language::JavaScript | Language::Python => "--install ",
        Language::Rust | Language::Go | Language::C => "",
    };
    format!(
        "created `{folder}`:\n{listed}\nnext:\n  ringback plugin build {install}{folder}\n  ringback plugin test {folder}\n  \
         ringback serve {folder}\n"
    )
}
