//! `plugins/<name>/<name>.lock`: what a committed component was built from, and with what.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The record beside a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    /// SHA-256 of the sources: engine, component, their manifests and `Cargo.lock`, the contract.
    pub sources: String,
    /// SHA-256 of the component.
    pub component: String,
    /// `rustc --version` of the compiler that built it.
    pub compiler: String,
    /// Whether the standard library was built along, which gives other bytes.
    pub std_from_source: bool,
}

// === impl Lock ===

impl Lock {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read `{}`; run `cargo xtask plugins`", path.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("`{}` is no plugin lock; run `cargo xtask plugins`", path.display()))
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
    }
}
