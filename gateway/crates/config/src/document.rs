//! The definitions: what a `ringback.toml` and a `plugin.toml` may hold. One definition per knob: its doc comment is the reference and the
//! description in the JSON Schema, its type is what the file is checked against and read into.
//!
//! Types say what shape a value has. What it means (a duration, a method, a name that must be declared) is checked when it
//! is lowered, so everything that is text here stays text, with its place.

use schemars::JsonSchema;
use serde::Deserialize;

mod bucket;
mod callback;
mod condition;
mod content;
mod manifest;
mod microcks;
mod operation;
mod plugin;
mod plugins;
mod policy;
mod route;
mod server;
mod serving;
mod shapes;
mod vectors;

pub(crate) use bucket::{Bucket, Render};
pub(crate) use callback::Callback;
pub(crate) use condition::{Condition, Kind, Target, When};
pub(crate) use content::File;
pub use manifest::Language;
pub(crate) use manifest::{Canary, Manifest, Needs};
pub(crate) use microcks::{Alias, Microcks, Service, Webhook, WebhookExample};
pub(crate) use operation::{ANY, Constraint, Delay, Dispatch, DispatchTable, Forward, Place, ScriptLanguage};
pub(crate) use plugin::{Grants, Instances, InstancesTable, Plugin};
pub(crate) use plugins::Plugins;
pub(crate) use policy::Policy;
pub(crate) use route::{Attach, Attachment, Collection, Mode, Response, Route, WebSocket};
pub(crate) use server::{Egress, Journal, Server, TemplateLanguage};
pub(crate) use serving::{Conventions, Mockoon, PathLanguage, Proxy, Tls};
pub(crate) use shapes::{At, DurationText, Entries, SecretText, Seed, SizeText, TextOr, Texts};
pub(crate) use vectors::{VectorCall, VectorCallback, VectorExpect, Vectors};

/// One environment of Ringback: its routes, the buckets they share, the callbacks they cause, and the plugins that answer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(title = "ringback.toml")]
pub(crate) struct Document {
    /// Where the environment and its admin API listen, and how much they take.
    pub server: Server,
    /// What is remembered of requests, callbacks and changes of state.
    pub journal: Journal,
    /// Named JSON documents that the routes share, with their content at start. A string is rendered if it holds `{{`, and
    /// then read as JSON; a string that is not JSON stays a string.
    pub buckets: Entries<At<Seed>>,
    /// Such documents with more to say than their content, by name. Those of both tables are kept in the order of the file.
    pub bucket: Entries<At<Bucket>>,
    /// The routes, in the order in which they are tried: the first one that takes a request's method and path answers it.
    pub route: Vec<At<Route>>,
    /// Paths under which the routes are reached besides their own: the first that fits counts.
    pub alias: Vec<At<Alias>>,
    /// The server that answers what no route does. Absent: nobody does.
    pub proxy: Option<At<Proxy>>,
    /// Outbound requests that responses can cause, by name.
    pub callback: Entries<At<Callback>>,
    /// Calls that no request causes, and that are fired through the admin API.
    pub webhook: Vec<At<Webhook>>,
    /// WebAssembly components that answer routes, by name: letters, digits, `.`, `_` and `-`.
    pub plugin: Entries<At<Plugin>>,
    /// Components that are dropped into a folder while the gateway runs, and whose components are trusted.
    pub plugins: Plugins,
    /// What plugins sign with, by name, best as `"${env:NAME}"`: a text; `base64:` and base64 for bytes; for Ed25519 a PEM of
    /// PKCS#8 or a seed of 32 bytes.
    pub secrets: Entries<At<SecretText>>,
    /// What Mockoon's command line can set.
    pub mockoon: Option<At<Mockoon>>,
    /// What Microcks serves.
    pub microcks: Option<At<Microcks>>,
    /// Where callbacks may go.
    pub egress: Egress,
}
