//! `setData operator name [path] [value]`. A change that does not fit what is there is ignored, as in Mockoon.

use super::{bucket, get};
use crate::{
    RenderError,
    helpers::{Arguments, Outcome},
    host::{BucketError, Change},
    object_path::{self, Place},
    render::Rendering,
    value::{Text, Value, json},
};

pub(super) fn set_data(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if arguments.len() < 2 {
        return Ok(Value::Undefined);
    }
    let Some(bucket) = bucket(rendering, arguments, 1)? else { return Ok(Value::Undefined) };
    let path = match arguments.get(2) {
        path if path.is_nullish() => Text::EMPTY,
        path => path.to_text(),
    };
    let mut target = Target { rendering, bucket, path };
    let value = arguments.plain(3);
    match arguments.first().to_text().as_str() {
        "push" => target.change(Change::Push(&json_of(&value)))?,
        "del" => target.delete()?,
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
        self.change_at(&self.path.clone(), change).map(|_| ())
    }

    /// Whether the change fitted.
    fn change_at(&mut self, path: &str, change: Change<'_>) -> Result<bool, RenderError> {
        let is_deletion = path.is_empty() && matches!(change, Change::Delete);
        self.rendering.request.deleted_buckets.retain(|deleted| *deleted != self.bucket);
        match self.rendering.host.bucket_change(&self.bucket, path, change) {
            Ok(()) => {
                if is_deletion {
                    self.rendering.request.deleted_buckets.push(self.bucket.clone());
                }
                Ok(true)
            }
            Err(BucketError::DoesNotApply) => Ok(false),
            Err(BucketError::NoSuchBucket) => Ok(true),
            Err(BucketError::Failed(message)) => Err(RenderError::new(message)),
        }
    }

    fn current(&mut self) -> Result<Option<Value>, RenderError> {
        Ok(get(self.rendering, &self.bucket, &self.path)?.and_then(|text| json::parse(&text)))
    }

    /// Puts a value, by one call where that means the same. A member that is `undefined` prints as none.
    fn set(&mut self, value: &Value) -> Result<(), RenderError> {
        if self.path.is_empty() {
            return match value {
                Value::Undefined => self.change(Change::Delete),
                value => self.change(Change::Set(&json_of(value))),
            };
        }
        let place = Place::new(&self.path);
        let is_plain = match place.parent() {
            // Where steps are missing, a number makes an array of what the gateway would make an object.
            Some(parent) if place.has_number() => get(self.rendering, &self.bucket, &parent)?.is_some(),
            _ => true,
        };
        let json = json_of(value);
        let change = match value {
            Value::Undefined if place.ends_in_number() => None,
            Value::Undefined => Some(Change::Delete),
            _ => Some(Change::Set(&json)),
        };
        if is_plain
            && let Some(change) = change
            && self.change_at(&self.path.clone(), change)?
        {
            return Ok(());
        }
        self.replace_whole(|whole| object_path::set(whole, &place, value.clone()))
    }

    fn delete(&mut self) -> Result<(), RenderError> {
        let place = Place::new(&self.path);
        if !place.ends_in_negative() {
            return self.change(Change::Delete);
        }
        self.replace_whole(|whole| Ok(object_path::delete_from_end(whole, &place)))
    }

    /// Changes a bucket by JavaScript's rules where the gateway's are others.
    fn replace_whole(&mut self, change: impl FnOnce(Value) -> Result<Value, RenderError>) -> Result<(), RenderError> {
        let Some(whole) = get(self.rendering, &self.bucket, "")? else { return Ok(()) };
        let whole = change(json::parse(&whole).unwrap_or_default())?;
        self.change_at("", Change::Set(&json_of(&whole))).map(|_| ())
    }

    /// Over an object its members, over anything else the object itself.
    fn merge(&mut self, value: &Value) -> Result<(), RenderError> {
        if self.change_at(&self.path.clone(), Change::Merge(&json_of(value)))? { Ok(()) } else { self.set(value) }
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
