//! `plugin.toml`: what a plugin says about itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{At, Callback, DurationText, Entries, Grants, Instances, Route, Seed, SizeText};

/// What a plugin says about itself. It lies in the plugin's project, is embedded in the component, and may lie beside a
/// dropped component as `NAME.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(title = "plugin.toml")]
pub(crate) struct Manifest {
    /// The plugin's name: that of its file, and of the responder of its routes. It must be there, but beside a dropped
    /// component, whose file says it.
    #[schemars(example = &"kyc")]
    pub name: Option<At<String>>,
    /// What it is, in a line.
    #[schemars(example = &"A KYC provider")]
    pub description: Option<At<String>>,
    /// The plugin's own version.
    #[schemars(example = &"1.0.0")]
    pub version: Option<At<String>>,
    /// The language that it is written in.
    pub language: Option<At<Language>>,
    /// What it asks for. What the operator has not granted is told with the line that grants it.
    pub needs: Needs,
    /// Named JSON documents with their content at start, where the operator's document does not declare them.
    pub buckets: Entries<At<Seed>>,
    /// Its routes, after those of the operator's document. Where nothing else answers one, this plugin does.
    pub route: Vec<At<Route>>,
    /// Outbound requests that responses of its routes can cause, by name.
    pub callback: Entries<At<Callback>>,
    /// One call that is made with state of its own before the plugin serves: it must be answered with this status.
    pub canary: Option<At<Canary>>,
    /// Beside a dropped component only: what it may use.
    pub grants: Option<At<Grants>>,
    /// Beside a dropped component only: the plugin's own table.
    #[schemars(extend("type" = "object"))]
    pub config: Option<At<Entries<At<Seed>>>>,
    /// Beside a dropped component only: how its instances live.
    pub instances: Option<At<Instances>>,
    /// Beside a dropped component only: memory of one instance, at most `256 MiB`.
    pub memory_max: Option<At<SizeText>>,
    /// Beside a dropped component only: time that a call may keep a core busy, at most `10s`.
    pub cpu_max: Option<At<DurationText>>,
    /// Beside a dropped component only: time that a call may take, waiting included, at most `30s`.
    pub wall_max: Option<At<DurationText>>,
    /// Beside a dropped component only: the SHA-256 digest of the component, in hexadecimal.
    #[schemars(example = &"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub sha256: Option<At<String>>,
}

/// What a plugin asks for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Needs {
    /// Buckets that it reads and changes, by name.
    #[schemars(extend("examples" = [["applicants"]]))]
    pub buckets: Vec<At<String>>,
    /// Secrets that it signs with, by name.
    #[schemars(extend("examples" = [["kyc-webhook"]]))]
    pub secrets: Vec<At<String>>,
    /// Hosts that it knows its callbacks will go to; usually a request says where.
    #[schemars(extend("examples" = [["localhost"]]))]
    pub callback_hosts: Vec<At<String>>,
    /// Hosts that it asks while a client waits.
    #[schemars(extend("examples" = [["api.example.com"]]))]
    pub hosts: Vec<At<String>>,
    /// Environment variables that it reads, by name.
    #[schemars(extend("examples" = [["TZ"]]))]
    pub env: Vec<At<String>>,
    /// The least memory of one instance that it works with. Absent: `64 MiB` is enough.
    pub memory: Option<At<SizeText>>,
}

/// A language that plugins are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Language {
    /// Rust.
    Rust,
    /// JavaScript.
    Js,
    /// Python.
    Python,
    /// Go.
    Go,
    /// C.
    C,
}

/// A request, and the status that its answer must have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Canary {
    /// The method. Absent: `GET`.
    #[schemars(example = &"GET")]
    #[serde(default)]
    pub method: Option<At<String>>,
    /// The path, with a query or without.
    #[schemars(example = &"/kyc/applicants/nobody")]
    pub path: At<String>,
    /// The status. Absent: 200.
    #[schemars(range(min = 200, max = 599), example = 404)]
    #[serde(default)]
    pub status: Option<At<i64>>,
}
