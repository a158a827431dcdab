//! The `ringback.toml` that vectors run in: the plugin as its operator would declare it, with everything granted that the
//! plugin asks for.

use std::path::Path;

use ringback_config::vectors::Vectors;
use ringback_model::environment::{Bucket, Seeding};
use toml::{Table, Value};

use super::{manifest_table, project};
use crate::plugin::Failure;

/// Most of what one call of a test may take: the machine of a test may be slower than that of a gateway, and instructions
/// are counted. What a gateway would stop is told beside what it cost.
const CPU_MAX: &str = "1s";

/// The document's text.
pub(super) fn text(read: &project::Read, component: &Path, vectors: &Vectors) -> Result<String, Failure> {
    let mut manifest = manifest_table(read)?;
    let mut document = Table::new();
    document.insert("server".into(), table([("listen", "127.0.0.1:0".into())]));
    let secrets: Table =
        vectors.secrets.iter().map(|(name, value)| (name.to_string(), value.as_str().into())).collect();
    document.insert("buckets".into(), Value::Table(buckets(read, vectors, &mut manifest)?));
    document.insert("secrets".into(), Value::Table(secrets));
    document.insert("plugin".into(), table([(read.project.name.as_str(), plugin(read, component, vectors)?)]));
    if let Some(routes) = manifest.remove("route") {
        document.insert("route".into(), answered_by(routes, &read.project.name));
    }
    toml::to_string(&document).map_err(|error| Failure::run(format!("the vectors make no document: {error}")))
}

fn plugin(read: &project::Read, component: &Path, vectors: &Vectors) -> Result<Value, Failure> {
    let needs = &read.manifest.needs;
    let hosts = needs.callback_hosts.iter().chain(&vectors.callback_hosts);
    // Whoever needs a bucket or a secret that the vectors do not have is told so by the gateway.
    let grants = table([
        ("buckets", texts(needs.buckets.iter())),
        ("callback-hosts", texts(hosts)),
        ("hosts", texts(needs.hosts.iter())),
        ("secrets", texts(needs.secrets.iter())),
        ("env", texts(needs.env.iter())),
    ]);
    let mut plugin = Table::new();
    plugin.insert("path".into(), component.display().to_string().into());
    plugin.insert("grants".into(), grants);
    plugin.insert("config".into(), toml_of(&vectors.config)?);
    plugin.insert("cpu-max".into(), CPU_MAX.into());
    if let Some(bytes) = needs.memory_bytes {
        plugin.insert("memory-max".into(), format!("{bytes} B").into());
    }
    Ok(Value::Table(plugin))
}

/// The buckets of the vectors, and those of the manifest that the vectors do not name.
fn buckets(read: &project::Read, vectors: &Vectors, manifest: &mut Table) -> Result<Table, Failure> {
    let own = manifest.remove("buckets").and_then(|own| own.as_table().cloned());
    let mut buckets = own.unwrap_or_default();
    for name in &read.manifest.needs.buckets {
        buckets.entry(name.to_string()).or_insert_with(|| Value::Table(Table::new()));
    }
    for Bucket { name, seed, .. } in &vectors.buckets {
        let value = match seed {
            Seeding::Template(text) | Seeding::AtFirstUse(text) => Value::String(text.source.to_string()),
            Seeding::Value(value) => {
                let value = serde_json::from_str(&value.to_text());
                toml_of(&value.map_err(|error| Failure::of(&error))?)?
            }
        };
        buckets.insert(name.to_string(), value);
    }
    Ok(buckets)
}

/// Routes that this plugin answers, unless they say otherwise.
fn answered_by(mut routes: Value, plugin: &str) -> Value {
    for route in routes.as_array_mut().into_iter().flatten().filter_map(Value::as_table_mut) {
        let answers = ["responder", "response", "body", "upstream", "status"];
        if !answers.iter().any(|key| route.contains_key(*key)) {
            route.insert("responder".into(), plugin.into());
        }
    }
    routes
}

fn toml_of(value: &serde_json::Value) -> Result<Value, Failure> {
    Value::try_from(value).map_err(|error| Failure::run(format!("TOML can't say what the vectors hold: {error}")))
}

fn table<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Table(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn texts<T: ToString>(values: impl Iterator<Item = T>) -> Value {
    Value::Array(values.map(|value| Value::String(value.to_string())).collect())
}
