//! `cargo xtask conformance`: runs the black-box suites that lie beside the repository, in `../shared/conformance`, against
//! the gateway as the tests build it. They know it by its command line and HTTP alone.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::examples::target_folder;

mod microcks;
mod mockoon;

/// A case that can't pass, by its id's beginning, and why.
type Wrong = (&'static str, &'static str);

/// Where the suites lie, if they do.
pub(crate) fn folder(root: &Path) -> Option<PathBuf> {
    let folder = root.join("../shared/conformance");
    folder.is_dir().then_some(folder)
}

/// Runs every suite.
///
/// # Errors
/// When there are none, or a case fails.
pub(crate) fn run(root: &Path) -> Result<()> {
    let suites = folder(root).context("there are no suites in `../shared/conformance`")?;
    let mut cargo = Command::new("cargo");
    // Exactly as the tests build it: with other features than theirs, wasmtime would be compiled once more.
    cargo.current_dir(root).args(["test", "--workspace", "--locked", "--no-run", "--quiet"]);
    if !cargo.status().context("cannot run cargo")?.success() {
        bail!("the gateway does not build");
    }
    let program = target_folder(root).join("debug/ringback");
    let outcomes = [mockoon::run(&suites.join("mockoon"), &program), microcks::run(&suites.join("microcks"), &program)];
    let failing: Vec<_> = outcomes.into_iter().filter_map(|outcome| outcome.err().map(|why| why.to_string())).collect();
    if failing.is_empty() { Ok(()) } else { bail!("{}", failing.join("; ")) }
}

/// Whether all of these ids are of cases that can't pass; there is at least one. Says which are not counted, and why.
fn only_wrong(ids: &[String], wrong: &[Wrong]) -> bool {
    let mut only = !ids.is_empty();
    for id in ids {
        match wrong.iter().find(|(wrong, _)| id.starts_with(wrong)) {
            Some((_, why)) => println!("not counted: {id}: {why}"),
            None => only = false,
        }
    }
    only
}
