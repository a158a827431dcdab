//! `[buckets]`, and other tables of free values.

use ringback_model::{
    environment::{Bucket, Seeding, Text},
    ids::BucketName,
    json::Json,
};
use serde_json::{Map, Number, Value};

use super::Lowering;
use crate::document::{At, Entries, Seed};

/// What JSON has no word for.
struct NotFinite;

impl Lowering<'_> {
    /// The buckets, in the order of the file.
    pub(super) fn buckets(&mut self, entries: &Entries<At<Seed>>) -> Vec<Bucket> {
        let mut buckets = vec![];
        for (key, seed) in &entries.0 {
            let name = self.name(key, BucketName::try_new);
            let seeding = self.seeding(seed);
            if let (Some(name), Some(seed)) = (name, seeding) {
                buckets.push(Bucket { name, id: None, uuid: None, seed, origin: self.origin(&key.span) });
            }
        }
        buckets
    }

    fn seeding(&mut self, seed: &At<Seed>) -> Option<Seeding> {
        if let toml::Value::String(text) = &seed.value.0 {
            let text = self.template(&seed.with(text.clone()));
            return Some(if text.templated { Seeding::Template(text) } else { Seeding::Value(read(&text)) });
        }
        if holds_template(&seed.value.0) {
            let help = "write the whole bucket as one string to have it rendered";
            self.doubt(&seed.span, "templates within a table or an array stay text", help);
        }
        let value = self.json(seed)?;
        // A value that serde_json made is JSON again.
        Some(Seeding::Value(serde_json::from_value(value).unwrap_or_default()))
    }

    /// Reads any value as JSON. Absent: JSON has no word for it, which was reported.
    pub(super) fn json(&mut self, seed: &At<Seed>) -> Option<Value> {
        let value = json(&seed.value.0);
        if value.is_err() {
            self.wrong(&seed.span, "JSON has no infinite numbers and no `nan`", "write a number, or a string");
        }
        value.ok()
    }
}

/// A string as a bucket's content: JSON if it is, else the string itself.
fn read(text: &Text) -> Json {
    Json::parse(&text.source).unwrap_or_else(|_| Json::String(text.source.clone()))
}

fn json(value: &toml::Value) -> Result<Value, NotFinite> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::Number((*number).into()),
        toml::Value::Float(number) => Value::Number(Number::from_f64(*number).ok_or(NotFinite)?),
        toml::Value::Boolean(value) => Value::Bool(*value),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(elements) => Value::Array(elements.iter().map(json).collect::<Result<_, _>>()?),
        toml::Value::Table(members) => {
            let pairs = members.iter().map(|(key, value)| Ok((key.clone(), json(value)?)));
            Value::Object(pairs.collect::<Result<Map<_, _>, _>>()?)
        }
    })
}

fn holds_template(value: &toml::Value) -> bool {
    match value {
        toml::Value::String(text) => text.contains("{{"),
        toml::Value::Array(elements) => elements.iter().any(holds_template),
        toml::Value::Table(members) => members.values().any(holds_template),
        _ => false,
    }
}
