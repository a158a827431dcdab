//! `cargo xtask conformance`: runs the black-box suites that lie beside the repository, in `../shared/conformance`, against
//! the gateway as the tests build it. They know it by its command line and HTTP alone.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::examples::target_folder;

/// What answers as Mockoon's command line would; the runner fills in the braces.
const MOCKOON: &str = "mockoon start --data {data} --port {port} --disable-log-to-file --admin-api-token bb-token";

/// Cases that can't pass, by their id's beginning, and why.
const WRONG: [(&str, &str); 1] = [(
    "peer-desktop/templating-00#63 ",
    "`{{now}}` prints the day, and the case wants the day on which it was recorded",
)];

/// What the runner writes down.
#[derive(Deserialize)]
struct Told {
    failures: Vec<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    id: String,
}

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
    mockoon(&suites.join("mockoon"), &program)
}

/// Mockoon environments. Only the wording of error pages is free.
fn mockoon(suite: &Path, program: &Path) -> Result<()> {
    let mut cases: Vec<_> = std::fs::read_dir(suite.join("cases"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    cases.sort();
    let told = tempfile::NamedTempFile::new()?;
    let mut failing = Vec::new();
    for case in &cases {
        let name = case.file_stem().unwrap_or_default().to_string_lossy();
        println!("mockoon, {name}");
        std::fs::write(told.path(), "")?;
        let mut python = Command::new("python3");
        python.arg(suite.join("run.py")).args(["--lenient", "--cmd", &format!("{} {MOCKOON}", program.display())]);
        python.arg("--json").arg(told.path());
        let passed = python.arg(case).status().context("cannot run python3")?.success();
        if !passed && !only_wrong(told.path()).with_context(|| format!("the runner broke on {name}"))? {
            failing.push(name.into_owned());
        }
    }
    if !failing.is_empty() {
        bail!("cases fail in {}", failing.join(", "));
    }
    Ok(())
}

/// Whether all that failed are cases that can't pass.
fn only_wrong(told: &Path) -> Result<bool> {
    let told: Told = serde_json::from_str(&std::fs::read_to_string(told)?)?;
    let mut only = !told.failures.is_empty();
    for Failure { id } in &told.failures {
        match WRONG.iter().find(|(wrong, _)| id.starts_with(wrong)) {
            Some((_, why)) => println!("not counted: {id}: {why}"),
            None => only = false,
        }
    }
    Ok(only)
}
