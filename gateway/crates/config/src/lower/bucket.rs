//! `[buckets]`, and other tables of free values.

use ringback_diag::{position, quoted};
use ringback_model::{
    environment::{Bucket, Seeding, Text},
    ids::BucketName,
    json::Json,
};
use serde_json::{Map, Number, Value};

use super::Lowering;
use crate::document::{self, At, Entries, Render, Seed};

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

    /// The buckets of both tables, in the order of the file.
    pub(super) fn all_buckets(
        &mut self,
        plain: &Entries<At<Seed>>,
        tables: &Entries<At<document::Bucket>>,
    ) -> Vec<Bucket> {
        let mut buckets = self.buckets(plain);
        for (key, table) in &tables.0 {
            if let Some((other, _)) = plain.0.iter().find(|(other, _)| other.value == key.value) {
                let line = position(self.text, other.span.start).line;
                let message = format!("two buckets are called {}", quoted(&key.value));
                self.wrong(&key.span, message, format!("the other one is in line {line}; give one another name"));
            }
            buckets.extend(self.bucket(key, &table.value));
        }
        buckets.sort_by_key(|bucket| bucket.origin.span.0);
        buckets
    }

    fn bucket(&mut self, key: &At<String>, bucket: &document::Bucket) -> Option<Bucket> {
        let name = self.name(key, BucketName::try_new);
        let document::Bucket { seed, templating, render, id, uuid } = bucket;
        let seed = match seed {
            None => Some(Seeding::Value(Json::Null)),
            Some(seed) => self.table_seeding(seed, templating.unwrap_or(true), render.as_ref()),
        };
        let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.as_str().into());
        Some(Bucket { name: name?, id: text(id), uuid: text(uuid), seed: seed?, origin: self.origin(&key.span) })
    }

    fn table_seeding(&mut self, seed: &At<Seed>, templated: bool, render: Option<&At<Render>>) -> Option<Seeding> {
        if let (toml::Value::String(text), false) = (&seed.value.0, templated) {
            return Some(Seeding::Value(read(&Text::fixed(text))));
        }
        let seeding = self.seeding(seed)?;
        Some(match (seeding, render.map(|render| render.value)) {
            (Seeding::Template(text), Some(Render::FirstUse)) => Seeding::AtFirstUse(text),
            (seeding, _) => seeding,
        })
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
