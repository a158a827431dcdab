//! `policy = "retry"`, or `policy = { use = "retry", times = 3 }`.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};

use super::{At, Entries, Seed};

/// A callback's use of a policy plugin: its name, or its name and what the plugin is told.
#[derive(Debug)]
pub(crate) enum Policy {
    /// The plugin alone.
    Name(String),
    /// With settings.
    Table(PolicyTable),
}

/// A policy plugin with settings.
#[derive(Debug)]
pub(crate) struct PolicyTable {
    /// The plugin's name. Absent: the schema did not let that through.
    pub plugin: Option<At<String>>,
    /// What it is told: every other key.
    pub settings: Entries<At<Seed>>,
}

/// The key that holds the plugin's name.
const USE: &str = "use";

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Policy;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a plugin, or a table")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Policy, E> {
                Ok(Policy::Name(name.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Policy, A::Error> {
                let mut table = PolicyTable { plugin: None, settings: Entries::default() };
                while let Some(key) = map.next_key::<At<String>>()? {
                    if key.value == USE {
                        table.plugin = Some(map.next_value()?);
                    } else {
                        table.settings.0.push((key, map.next_value()?));
                    }
                }
                Ok(Policy::Table(table))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for Policy {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Policy".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let plugin = "The name of the plugin; every other key is what the plugin is told.";
        json_schema!({ "anyOf": [
            { "type": "string", "examples": ["retry"] },
            {
                "type": "object",
                "properties": { USE: { "type": "string", "description": plugin, "examples": ["retry"] } },
                "required": [USE],
                "additionalProperties": true,
            },
        ] })
    }
}
