//! Mockoon's global variables: the members of a bucket that the gateway declares and nobody else sees, so that they
//! commit, isolate and reset as all state does.

use handlebars_engine::{BucketError, Text, Value, parse_json, print_json};

use crate::{bindings::ringback::gateway::buckets, gateway::bucket_error};

/// The bucket's name.
pub(crate) const BUCKET: &str = "$globals";

/// The JSON of a variable. Absent: it is not set, or this gateway keeps none.
pub(crate) fn get(name: &str) -> Result<Option<Text>, BucketError> {
    let found = match name {
        // The empty path is the whole bucket.
        "" => whole().map(|whole| whole.and_then(|whole| member_json(&whole))),
        name => buckets::get(BUCKET, &path(name)).map(|found| found.map(Text::from)),
    };
    match found.map_err(bucket_error) {
        Err(BucketError::NoSuchBucket) => Ok(None),
        found => found,
    }
}

/// Sets a variable to a JSON text, or unsets it.
pub(crate) fn set(name: &str, json: Option<&str>) -> Result<(), BucketError> {
    match (name, json) {
        ("", Some(json)) => buckets::merge(BUCKET, "", &format!("{{\"\":{json}}}")),
        // The empty path is the whole bucket, which stays: a variable that nobody can name is not worth a call.
        ("", None) => Ok(()),
        (name, Some(json)) => buckets::set(BUCKET, &path(name), json),
        (name, None) => buckets::del(BUCKET, &path(name)),
    }
    .map_err(bucket_error)
}

fn path(name: &str) -> String {
    name.replace('.', "\\.")
}

fn whole() -> Result<Option<Value>, buckets::Error> {
    Ok(buckets::get(BUCKET, "")?.and_then(|text| parse_json(&Text::from(text))))
}

fn member_json(whole: &Value) -> Option<Text> {
    match whole.property("") {
        Value::Undefined => None,
        value => Some(print_json(&value)),
    }
}
