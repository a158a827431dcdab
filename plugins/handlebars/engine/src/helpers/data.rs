//! Buckets: `data`, `dataRaw`, `setData`. What Mockoon does in its memory is here one call to the gateway, staged.

mod change;

use super::{Arguments, Helper, Outcome, Table, request::printed};
use crate::{
    RenderError,
    host::BucketError,
    render::Rendering,
    value::{Text, Value, json, path, request::contains},
};

pub(super) const TABLE: Table =
    &[("data", Helper::Live(data)), ("dataRaw", Helper::Live(data_raw)), ("setData", Helper::Live(change::set_data))];

/// `data name [path]`: prints a bucket or a part of it. The gateway's text passes through unparsed, so far as JavaScript would
/// print the same.
fn data(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    Ok(match read(rendering, arguments)? {
        Found::Text(text) if text.starts_with('"') || may_have_indices(&text) => {
            printed(&json::parse(&text).unwrap_or_default(), false)
        }
        Found::Text(text) => Value::Safe(text),
        Found::Value(value) => printed(&value, false),
        Found::NoBucket => Value::Undefined,
    })
}

/// `dataRaw name [path]`: the value itself.
fn data_raw(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    Ok(match read(rendering, arguments)? {
        Found::Text(text) => json::parse(&text).unwrap_or_default(),
        Found::Value(value) => value,
        Found::NoBucket => Value::Undefined,
    })
}

/// Whether a member's name may be an index, which JavaScript lists before all others, in their order: the gateway keeps the
/// order in which they came.
fn may_have_indices(json: &str) -> bool {
    json.as_bytes().windows(3).any(|name| matches!(name, [b'{' | b',', b'"', b'0'..=b'9']))
}

/// What is at a place in a bucket.
enum Found {
    /// JSON.
    Text(Text),
    Value(Value),
    NoBucket,
}

fn read(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Result<Found, RenderError> {
    let Some(bucket) = bucket(rendering, arguments, 0)? else { return Ok(Found::NoBucket) };
    if rendering.request.deleted_buckets.contains(&bucket) {
        return Ok(Found::Value(Value::Undefined));
    }
    // Mockoon takes no other type for a path than a string.
    let path = arguments.get(1).as_text().cloned().unwrap_or_default();
    if let Some(place) = path::bucket_path(&path)
        && let Some(text) = get(rendering, &bucket, &place)?
    {
        return Ok(Found::Text(text));
    }
    // What the gateway's paths cannot say: other JSONPath, lengths, characters, a value that has no members.
    let whole = match rendering.host.bucket_get(&bucket, "") {
        Ok(Some(whole)) => whole,
        // One that is there and holds nothing, as after `DELETE` of a whole collection.
        Ok(None) => return Ok(Found::Value(Value::Undefined)),
        Err(BucketError::DoesNotApply | BucketError::NoSuchBucket) => return Ok(Found::NoBucket),
        Err(BucketError::Failed(message)) => return Err(RenderError::new(message)),
    };
    let whole = json::parse(&whole).unwrap_or_default();
    // Mockoon looks into objects and arrays only.
    if !matches!(whole, Value::Array(_) | Value::Object(_) | Value::Null) {
        return Ok(Found::Value(whole));
    }
    Ok(Found::Value(path::try_lookup(&whole, &Value::String(path), Value::EMPTY)?))
}

/// The JSON at a place of a bucket.
fn get(rendering: &mut Rendering<'_>, bucket: &str, path: &str) -> Result<Option<Text>, RenderError> {
    match rendering.host.bucket_get(bucket, path) {
        Ok(found) => Ok(found),
        Err(BucketError::DoesNotApply | BucketError::NoSuchBucket) => Ok(None),
        Err(BucketError::Failed(message)) => Err(RenderError::new(message)),
    }
}

/// The first bucket whose id is the one given or whose name contains it, whatever their case; the empty name means the
/// first of all. Where none does, the name itself: the gateway may know a bucket by it.
fn bucket(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>, index: usize) -> Result<Option<Text>, RenderError> {
    let Some(wanted) = arguments.params.get(index) else { return Ok(None) };
    let host = &mut *rendering.host;
    let buckets = rendering.request.buckets.get_or_insert_with(|| host.buckets());
    let wanted = match wanted {
        Value::String(wanted) | Value::Safe(wanted) => wanted,
        _ if buckets.is_empty() => return Ok(None),
        Value::Undefined | Value::Null => {
            let message = format!("Cannot read properties of {} (reading 'toLowerCase')", wanted.to_text().as_str());
            return Err(RenderError::new(message));
        }
        _ => return Err(RenderError::new("dataBucketName.toLowerCase is not a function")),
    };
    let is_named = |name: &Text| {
        contains(name, wanted) || (!wanted.is_ascii() && name.to_lowercase().contains(&wanted.to_lowercase()))
    };
    let found = buckets.iter().find(|bucket| bucket.id.as_ref() == Some(wanted) || is_named(&bucket.name));
    Ok(Some(found.map_or(wanted, |bucket| &bucket.name).clone()))
}
