//! Mockoon environments.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{Wrong, only_wrong};

/// What answers as Mockoon's command line would; the runner fills in the braces.
const COMMAND: &str = "mockoon start --data {data} --port {port} --disable-log-to-file --admin-api-token bb-token";

const WRONG: [Wrong; 1] = [(
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

/// Runs the suite. Only the wording of error pages is free.
pub(super) fn run(suite: &Path, program: &Path) -> Result<()> {
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
        python.arg(suite.join("run.py")).args(["--lenient", "--cmd", &format!("{} {COMMAND}", program.display())]);
        python.arg("--json").arg(told.path());
        let passed = python.arg(case).status().context("cannot run python3")?.success();
        if !passed && !passes(told.path()).with_context(|| format!("the runner broke on {name}"))? {
            failing.push(name.into_owned());
        }
    }
    if !failing.is_empty() {
        bail!("Mockoon: cases fail in {}", failing.join(", "));
    }
    Ok(())
}

/// Whether all that failed are cases that can't pass.
fn passes(told: &Path) -> Result<bool> {
    let told: Told = serde_json::from_str(&std::fs::read_to_string(told)?)?;
    let ids: Vec<_> = told.failures.into_iter().map(|failure| failure.id).collect();
    Ok(only_wrong(&ids, &WRONG))
}
