//! Buckets: `data`, `dataRaw`, `setData`. What Mockoon does in its memory is here one call to the gateway, staged.

use super::{Arguments, Helper, Outcome, Table, request::printed};
use crate::{
    RenderError,
    host::{Change, ChangeError},
    render::Rendering,
    request::contains,
    value::{Text, Value, json, path},
};

pub(super) const TABLE: Table = &[("data", Helper::Live(data)), ("dataRaw", Helper::Live(data_raw)), ("setData", Helper::Live(set_data))];

/// `data name [path]`: prints a bucket or a part of it. The gateway's text of a whole bucket passes through unparsed.
fn data(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let Some(text) = read(rendering, arguments)? else { return missing(rendering, arguments) };
    if text.starts_with('"') {
        return Ok(printed(&json::parse(&text).unwrap_or_default(), false));
    }
    Ok(Value::Safe(text))
}

/// `dataRaw name [path]`: the value itself.
fn data_raw(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    match read(rendering, arguments)? {
        Some(text) => Ok(json::parse(&text).unwrap_or_default()),
        None => missing(rendering, arguments),
    }
}

/// Nothing for a bucket that is not there, the empty string for a path that leads nowhere.
fn missing(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    Ok(if find(rendering, arguments, 0).is_none() { Value::Undefined } else { Value::EMPTY })
}

fn read(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Result<Option<Text>, RenderError> {
    let Some(bucket) = find(rendering, arguments, 0) else { return Ok(None) };
    let path = match arguments.get(1).as_text() {
        // Mockoon takes no other type for a path.
        None => Text::EMPTY,
        Some(path) => match path::bucket_path(path) {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let found = rendering.host.bucket_get(&bucket, &path).map_err(RenderError::new)?;
    if found.is_none()
        && let Some(array) = path::parent_of_length(&path)
    {
        let array = rendering.host.bucket_get(&bucket, array).map_err(RenderError::new)?;
        let length = array.and_then(|text| json::parse(&text)).map(|array| array.property("length"));
        return Ok(length.filter(|length| !length.is_nullish()).map(|length| length.to_text()));
    }
    Ok(found)
}

/// The first bucket whose name contains the one given, whatever their case. The empty name means the first.
fn find(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>, index: usize) -> Option<Text> {
    let wanted = arguments.params.get(index)?.to_text();
    let host = &mut *rendering.host;
    let names = rendering.request.bucket_names.get_or_insert_with(|| host.bucket_names());
    let is_wanted = |name: &Text| {
        contains(name, &wanted) || (!wanted.is_ascii() && name.to_lowercase().contains(&wanted.to_lowercase()))
    };
    names.iter().find(|name| is_wanted(name)).cloned()
}

/// `setData operator name [path] [value]`. A change that does not fit what is there is ignored, as in Mockoon.
fn set_data(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if arguments.len() < 2 {
        return Ok(Value::Undefined);
    }
    let Some(bucket) = find(rendering, arguments, 1) else { return Ok(Value::Undefined) };
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
            Ok(()) | Err(ChangeError::DoesNotApply) => Ok(()),
            Err(ChangeError::Failed(message)) => Err(RenderError::new(message)),
        }
    }

    fn current(&mut self) -> Result<Option<Value>, RenderError> {
        let text = self.rendering.host.bucket_get(&self.bucket, &self.path).map_err(RenderError::new)?;
        Ok(text.and_then(|text| json::parse(&text)))
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
            Ok(()) => Ok(()),
            Err(ChangeError::DoesNotApply) => self.change(Change::Set(&json)),
            Err(ChangeError::Failed(message)) => Err(RenderError::new(message)),
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
