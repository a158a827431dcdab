//! `[plugin.NAME]`: a component, what it may use and how far it may go.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{At, DurationText, Entries, Seed, SizeText};

/// A WebAssembly component, and what it may use.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Plugin {
    /// The component's file, relative to this file. Absent: `NAME.wasm` in the `folder` of `[plugins]`.
    #[schemars(example = &"plugins/kyc.wasm")]
    #[serde(default)]
    pub path: Option<At<String>>,
    /// What it may use. Absent: nothing but the clock, random numbers, the log and its own `config`.
    #[serde(default)]
    pub grants: Grants,
    /// The plugin's own table: what may stand there is up to the plugin.
    #[serde(default)]
    #[schemars(extend("type" = "object"))]
    pub config: Entries<At<Seed>>,
    /// How its instances live: `fresh` for each call, or `{ reuse = 1000 }` for about so many. Absent: `fresh`.
    #[serde(default)]
    pub instances: Option<At<Instances>>,
    /// Memory of one instance, at most `256 MiB`. Absent: `64 MiB`.
    #[serde(default)]
    pub memory_max: Option<At<SizeText>>,
    /// Time that a call may keep a core busy, at most `10s`. Absent: `100ms`.
    #[schemars(example = &"500ms")]
    #[serde(default)]
    pub cpu_max: Option<At<DurationText>>,
    /// Time that a call may take, waiting included, at most `30s`. Absent: `5s`.
    #[schemars(example = &"10s")]
    #[serde(default)]
    pub wall_max: Option<At<DurationText>>,
    /// The SHA-256 digest of the component, in hexadecimal: another one is not loaded. Absent: any is.
    #[schemars(example = &"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    #[serde(default)]
    pub sha256: Option<At<String>>,
}

/// What a plugin may use. Nothing that is not named.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Grants {
    /// Buckets that it may read and change, by name.
    #[schemars(extend("examples" = [["orders"]]))]
    pub buckets: Vec<At<String>>,
    /// Hosts that the callbacks it schedules may go to: `localhost`, `*.example.com:8443`. Absent: it may not schedule any.
    #[schemars(extend("examples" = [["localhost"]]))]
    pub callback_hosts: Vec<At<String>>,
    /// Hosts that it may ask itself while a client waits: `api.example.com`. Absent: none.
    #[schemars(extend("examples" = [["api.example.com"]]))]
    pub hosts: Vec<At<String>>,
    /// Secrets of `[secrets]` that it may sign with, by name. It never sees them.
    #[schemars(extend("examples" = [["kyc-webhook"]]))]
    pub secrets: Vec<At<String>>,
    /// Environment variables of the gateway that it sees, by name.
    #[schemars(extend("examples" = [["TZ"]]))]
    pub env: Vec<At<String>>,
    /// A folder whose files it may answer with, relative to this file. Absent: none.
    #[schemars(example = &"fixtures")]
    pub files: Option<At<String>>,
}

/// How a plugin's instances live.
#[derive(Debug)]
pub(crate) enum Instances {
    /// By the word `fresh`.
    Fresh,
    /// By a table.
    Table(InstancesTable),
}

/// Instances that are used more than once. A trap retires one early.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct InstancesTable {
    /// About how many calls; the number is drawn around it.
    #[schemars(range(min = 1, max = 1_000_000), example = 1000)]
    pub reuse: At<u32>,
    /// How many there are at once; further calls wait for one. Absent: as many as calls may run at once.
    #[schemars(range(min = 1, max = 1024), example = 8)]
    #[serde(default)]
    pub max: Option<At<u32>>,
}

// === impl Instances ===

impl Instances {
    /// The only word there is.
    pub(crate) const FRESH: &'static str = "fresh";
}

impl<'de> Deserialize<'de> for Instances {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Instances;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "`{}`, or a table", Instances::FRESH)
            }

            fn visit_str<E: de::Error>(self, _: &str) -> Result<Instances, E> {
                // The schema let no other word through.
                Ok(Instances::Fresh)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Instances, A::Error> {
                InstancesTable::deserialize(MapAccessDeserializer::new(map)).map(Instances::Table)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for Instances {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instances".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<InstancesTable>();
        json_schema!({ "anyOf": [{ "type": "string", "enum": [Self::FRESH] }, table] })
    }
}
