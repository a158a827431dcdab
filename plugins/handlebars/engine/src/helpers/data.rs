//! Buckets: `data`, `dataRaw`, `setData`. What Mockoon does in its memory is here one call to the gateway, staged.

use super::{Arguments, Helper, Outcome, Table, request::printed};
use crate::{
    RenderError,
    host::{BucketError, Change},
    render::Rendering,
    value::{Text, Value, json, path, request::contains},
};

pub(super) const TABLE: Table =
    &[("data", Helper::Live(data)), ("dataRaw", Helper::Live(data_raw)), ("setData", Helper::Live(set_data))];

/// `data name [path]`: prints a bucket or a part of it. The gateway's text of a whole bucket passes through unparsed.
fn data(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    Ok(match read(rendering, arguments)? {
        Found::Text(text) if text.starts_with('"') => printed(&json::parse(&text).unwrap_or_default(), false),
        Found::Text(text) => Value::Safe(text),
        Found::Nothing => Value::EMPTY,
        Found::NoBucket => Value::Undefined,
    })
}

/// `dataRaw name [path]`: the value itself.
fn data_raw(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    Ok(match read(rendering, arguments)? {
        Found::Text(text) => json::parse(&text).unwrap_or_default(),
        Found::Nothing => Value::EMPTY,
        Found::NoBucket => Value::Undefined,
    })
}

/// What is at a place in a bucket.
enum Found {
    Text(Text),
    Nothing,
    NoBucket,
}

fn read(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Result<Found, RenderError> {
    let Some(bucket) = bucket(rendering, arguments, 0) else { return Ok(Found::NoBucket) };
    // Mockoon takes no other type for a path than a string.
    let Some(path) = arguments.get(1).as_text().map_or(Some(Text::EMPTY), path::bucket_path) else {
        return Ok(Found::Nothing);
    };
    match get(rendering, &bucket, &path)? {
        Found::Nothing => match path::parent_of_length(&path) {
            Some(array) => length(get(rendering, &bucket, array)?),
            None => Ok(Found::Nothing),
        },
        found => Ok(found),
    }
}

fn get(rendering: &mut Rendering<'_>, bucket: &str, path: &str) -> Result<Found, RenderError> {
    match rendering.host.bucket_get(bucket, path) {
        Ok(Some(text)) => Ok(Found::Text(text)),
        Ok(None) | Err(BucketError::DoesNotApply) => Ok(Found::Nothing),
        Err(BucketError::NoSuchBucket) => Ok(Found::NoBucket),
        Err(BucketError::Failed(message)) => Err(RenderError::new(message)),
    }
}

/// The gateway's paths know no `length`.
fn length(array: Found) -> Result<Found, RenderError> {
    let Found::Text(text) = array else { return Ok(array) };
    let length = json::parse(&text).unwrap_or_default().property("length");
    Ok(if length.is_nullish() { Found::Nothing } else { Found::Text(length.to_text()) })
}

/// The first bucket whose name contains the one given, whatever their case; the empty name means the first of all.
/// Where none does, the name itself: the gateway may know a bucket by it.
fn bucket(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>, index: usize) -> Option<Text> {
    let wanted = arguments.params.get(index)?.to_text();
    let host = &mut *rendering.host;
    let names = rendering.request.bucket_names.get_or_insert_with(|| host.bucket_names());
    let is_wanted = |name: &Text| {
        contains(name, &wanted) || (!wanted.is_ascii() && name.to_lowercase().contains(&wanted.to_lowercase()))
    };
    Some(names.iter().find(|name| is_wanted(name)).cloned().unwrap_or(wanted))
}

/// `setData operator name [path] [value]`. A change that does not fit what is there is ignored, as in Mockoon.
fn set_data(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if arguments.len() < 2 {
        return Ok(Value::Undefined);
    }
    let Some(bucket) = bucket(rendering, arguments, 1) else { return Ok(Value::Undefined) };
    let path = match arguments.get(2) {
        path if path.is_nullish() => Text::EMPTY,
        path => path.to_text(),
    };
    let mut target = Target { rendering, bucket, path };
    let value = arguments.plain(3);
    match arguments.first().to_text().as_str() {
        "push" => target.change(Change::Push(&json_of(&value)))?,
        "del" => target.change(Change::Delete)?,
        "inc" => target.add(&value, 1.0)?,
        "dec" => target.add(&value, -1.0)?,
        "invert" => target.invert()?,
        "merge" if matches!(value, Value::Object(_)) => target.merge(&value)?,
        _ => target.set(&value)?,
    }
    Ok(Value::Undefined)
}

/// `null` stands for what has no JSON.
fn json_of(value: &Value) -> Text {
    match value {
        Value::Undefined => Text::fixed("null"),
        value => json::to_compact(value),
    }
}

/// A place in a bucket.
struct Target<'r, 'h> {
    rendering: &'r mut Rendering<'h>,
    bucket: Text,
    path: Text,
}

// === impl Target ===

impl Target<'_, '_> {
    fn change(&mut self, change: Change<'_>) -> Result<(), RenderError> {
        match self.rendering.host.bucket_change(&self.bucket, &self.path, change) {
            Ok(()) | Err(BucketError::DoesNotApply | BucketError::NoSuchBucket) => Ok(()),
            Err(BucketError::Failed(message)) => Err(RenderError::new(message)),
        }
    }

    fn current(&mut self) -> Result<Option<Value>, RenderError> {
        Ok(match get(self.rendering, &self.bucket, &self.path)? {
            Found::Text(text) => json::parse(&text),
            Found::Nothing | Found::NoBucket => None,
        })
    }

    /// A member that is `undefined` prints as none.
    fn set(&mut self, value: &Value) -> Result<(), RenderError> {
        match value {
            Value::Undefined if !self.path.is_empty() => self.change(Change::Delete),
            value => self.change(Change::Set(&json_of(value))),
        }
    }

    /// Over an object its members, over anything else the object itself.
    fn merge(&mut self, value: &Value) -> Result<(), RenderError> {
        let json = json_of(value);
        match self.rendering.host.bucket_change(&self.bucket, &self.path, Change::Merge(&json)) {
            Err(BucketError::DoesNotApply) => self.change(Change::Set(&json)),
            Ok(()) | Err(BucketError::NoSuchBucket) => Ok(()),
            Err(BucketError::Failed(message)) => Err(RenderError::new(message)),
        }
    }

    /// Adds a number, 1 when none is given, to what reads as one.
    fn add(&mut self, by: &Value, sign: f64) -> Result<(), RenderError> {
        let amount = by.to_number();
        if by.is_truthy() && amount.is_nan() {
            return Ok(());
        }
        let amount = if amount == 0.0 || amount.is_nan() { sign } else { amount * sign };
        match self.current()? {
            None => Ok(()),
            Some(Value::Number(_)) => self.change(Change::Add(amount)),
            Some(value) if value.to_number().is_nan() => Ok(()),
            Some(value) => self.set(&Value::Number(value.to_number() + amount)),
        }
    }

    fn invert(&mut self) -> Result<(), RenderError> {
        match self.current()? {
            Some(Value::Bool(value)) => self.set(&Value::Bool(!value)),
            _ => Ok(()),
        }
    }
}
