//! `[plugins]`: components that are dropped into a folder.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{At, Grants};

/// Components that are dropped into a folder while the gateway runs, and whose components are trusted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Plugins {
    /// The folder, relative to this file: each `NAME.wasm` in it is the plugin `NAME`, with or without a `[plugin.NAME]`.
    /// Absent: there is none.
    #[schemars(example = &"plugins")]
    pub folder: Option<At<String>>,
    /// How many generations of a plugin are kept to roll back to, the one that serves included. Absent: 5.
    #[schemars(range(min = 1, max = 100), example = 5)]
    pub keep: Option<At<i64>>,
    /// When a new generation is rolled back by itself. Absent: when more than half of its first 20 calls trap.
    pub rollback: Option<At<Rollback>>,
    /// What components that have no `[plugin.NAME]` may use. Absent: nothing.
    pub grants: Grants,
    /// Public keys that components are signed with, each `ed25519:` and 32 bytes in base64. The signature of `NAME.wasm` is
    /// the file `NAME.wasm.sig`.
    #[schemars(extend("examples" = [["ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]]))]
    pub keyring: Vec<At<String>>,
    /// Whether a component that no key of the keyring has signed is refused. Absent: no.
    #[schemars(example = true)]
    pub require_signature: Option<At<bool>>,
}

/// When a new generation is rolled back to the one before.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Rollback {
    /// When more than this percentage of its first calls trap; 100 is never. Absent: 50.
    #[schemars(range(min = 0, max = 100), example = 50)]
    pub percent: Option<At<u8>>,
    /// How many calls are its first. Absent: 20.
    #[schemars(range(min = 1, max = 10_000), example = 20)]
    pub calls: Option<At<u32>>,
}
