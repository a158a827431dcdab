//! What is on this machine, as the environment tells.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use ringback_authoring::{Machine, toolchain::Toolchain};

/// The machine that this task runs on.
pub(crate) fn this() -> Machine {
    let variable = |name| std::env::var_os(name);
    let home = variable("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    Machine {
        path: variable("PATH").unwrap_or_default(),
        cargo_home: variable("CARGO_HOME").map(PathBuf::from).or(home),
    }
}

/// A compiler for plugins.
pub(crate) fn wasm_toolchain() -> Result<Toolchain> {
    Toolchain::discover(&this()).map_err(|missing| anyhow!("this is missing:\n{missing}"))
}
