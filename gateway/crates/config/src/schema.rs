//! The JSON Schemas of `ringback.toml` and `plugin.toml`, made from the definitions that the files are read into. Editors use
//! them, and so does [`check`](crate::check).

use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::Value;

use crate::document::{Document, Manifest, Vectors};

/// The JSON Schema (draft 2020-12) of `ringback.toml`.
pub fn schema() -> Value {
    schema_of::<Document>()
}

/// The JSON Schema of `plugin.toml`.
pub(crate) fn manifest() -> Value {
    schema_of::<Manifest>()
}

/// The JSON Schema of test vectors.
pub(crate) fn vectors() -> Value {
    schema_of::<Vectors>()
}

fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(forget_null));
    settings.into_generator().into_root_schema_for::<T>().into()
}

/// TOML has no null: a key that may be absent is simply not required.
fn forget_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = &**types {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    let Some(Value::Array(branches)) = object.get_mut("anyOf") else { return };
    branches.retain(|branch| branch.get("type").is_none_or(|name| name != "null"));
    if let [Value::Object(only)] = &**branches {
        let only = only.clone();
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}
