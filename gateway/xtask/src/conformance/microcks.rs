//! OpenAPI documents the way Microcks serves them.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{Wrong, only_wrong};

/// What serves a document; the runner fills in the braces.
const COMMAND: &str = "serve {files} --host 127.0.0.1 --port {port} --admin-port {admin_port}";

const WRONG: [Wrong; 0] = [];

/// What the runner writes down.
#[derive(Deserialize)]
struct Told {
    results: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    status: String,
}

/// Runs the suite, on a clock that it moves itself.
pub(super) fn run(suite: &Path, program: &Path) -> Result<()> {
    println!("microcks");
    let told = tempfile::NamedTempFile::new()?;
    let mut python = Command::new("python3");
    python.arg(suite.join("run.py")).arg("--virtual-time").args(["--cmd", &format!("{} {COMMAND}", program.display())]);
    python.arg("--json").arg(told.path());
    if python.status().context("cannot run python3")?.success() {
        return Ok(());
    }
    let told: Told = serde_json::from_str(&std::fs::read_to_string(told.path())?).context("the runner broke")?;
    let failed = told.results.into_iter().filter(|case| case.status == "failed").map(|case| case.id);
    let failed: Vec<_> = failed.collect();
    if only_wrong(&failed, &WRONG) { Ok(()) } else { bail!("Microcks: cases fail: {}", failed.join(", ")) }
}
