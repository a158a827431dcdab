//! Changes within values, as npm `object-path` 0.11 makes them in the memory of Mockoon: what a missing step becomes,
//! and what JavaScript throws where a value has no members.

use std::sync::Arc;

use crate::{
    RenderError, limits,
    value::{Object, Text, Value, array_index, path},
};

/// A place in a value: `a.0.b`, with `\.` for a dot within a name.
pub(crate) struct Place {
    names: Vec<Text>,
    /// Names of a path with an escaped dot are never numbers to a change.
    escaped: bool,
    /// How long the path is up to its last name, without the dot.
    parent_length: Option<usize>,
    path: Text,
}

// === impl Place ===

impl Place {
    pub(crate) fn new(path: &Text) -> Self {
        let names = path::split(path);
        let escaped = path.contains("\\.");
        // Names are cut out of the path, so the last one's dot is found by its length.
        let last_length = names.last().map_or(0, |last| last.len() + last.matches('.').count());
        let parent_length = (names.len() > 1).then(|| path.len().saturating_sub(last_length + 1));
        Self { names, escaped, parent_length, path: path.clone() }
    }

    /// The path without its last name. Absent: there is only one.
    pub(crate) fn parent(&self) -> Option<Text> {
        self.parent_length.map(|length| self.path.slice(0, length))
    }

    pub(crate) fn has_number(&self) -> bool {
        self.names.iter().any(|name| is_integer(name))
    }

    pub(crate) fn ends_in_number(&self) -> bool {
        self.names.last().is_some_and(|name| is_integer(name))
    }

    pub(crate) fn ends_in_negative(&self) -> bool {
        self.names.last().is_some_and(|name| name.starts_with('-') && is_integer(name))
    }
}

/// Whether a name is what its whole number prints as.
fn is_integer(name: &str) -> bool {
    let digits = name.strip_prefix('-').unwrap_or(name);
    array_index(digits).is_some() && name != "-0"
}

/// A value with another at a place. Missing steps become arrays where a number follows, else objects.
///
/// # Errors
///
/// What JavaScript throws where the path leads into a value that takes no members.
pub(crate) fn set(value: Value, place: &Place, new: Value) -> Result<Value, RenderError> {
    set_in(value, &place.names, place.escaped, new)
}

fn set_in(value: Value, names: &[Text], escaped: bool, new: Value) -> Result<Value, RenderError> {
    let Some((name, rest)) = names.split_first() else { return Ok(new) };
    check_members(&value, name)?;
    let new = match rest.first() {
        None => new,
        Some(next) => {
            let inner = match value.property(name) {
                Value::Undefined if !escaped && is_integer(next) => Value::array(Vec::new()),
                Value::Undefined => Value::object(Vec::new()),
                inner => inner,
            };
            set_in(inner, rest, escaped, new)?
        }
    };
    with_member(value, name, new)
}

fn check_members(value: &Value, name: &str) -> Result<(), RenderError> {
    let kind = match value {
        Value::Object(_) | Value::Array(_) | Value::Date(_) => return Ok(()),
        Value::Undefined | Value::Null => {
            let message = format!("Cannot set properties of {} (setting '{name}')", value.to_text().as_str());
            return Err(RenderError::new(message));
        }
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) | Value::Safe(_) => "string",
    };
    let shown = value.to_text();
    Err(RenderError::new(format!("Cannot create property '{name}' on {kind} '{}'", shown.as_str())))
}

fn with_member(value: Value, name: &Text, new: Value) -> Result<Value, RenderError> {
    Ok(match value {
        Value::Object(object) => {
            let mut object = Arc::unwrap_or_clone(object);
            object.insert(name.clone(), new);
            Value::Object(Arc::new(object))
        }
        Value::Array(items) => {
            let Some(index) = array_index(name) else { return Ok(Value::Array(items)) };
            let index = index as usize;
            if index > limits::OUTPUT_BYTES {
                return Err(RenderError::new("Invalid array length"));
            }
            let mut items = Arc::unwrap_or_clone(items);
            if index >= items.len() {
                items.resize(index + 1, Value::Undefined);
            }
            if let Some(item) = items.get_mut(index) {
                *item = new;
            }
            Value::array(items)
        }
        other => other,
    })
}

/// A value without the item that a negative number at the end of the path counts from the end of an array.
pub(crate) fn delete_from_end(value: Value, place: &Place) -> Value {
    let Some((last, steps)) = place.names.split_last() else { return value };
    delete_in(value, steps, last)
}

fn delete_in(value: Value, steps: &[Text], last: &Text) -> Value {
    match (steps.split_first(), value) {
        (Some((name, rest)), value) => match value.property(name) {
            Value::Undefined => value,
            inner => with_member(value.clone(), name, delete_in(inner, rest, last)).unwrap_or(value),
        },
        (None, Value::Array(items)) => {
            let mut items = Arc::unwrap_or_clone(items);
            let from_end = last.strip_prefix('-').and_then(array_index).map_or(0, |back| back as usize);
            if !items.is_empty() {
                items.remove(items.len().saturating_sub(from_end).min(items.len() - 1));
            }
            Value::array(items)
        }
        (None, Value::Object(object)) => {
            let members = object.iter().filter(|(name, _)| name != last).cloned().collect();
            Value::Object(Arc::new(Object::from_members(members)))
        }
        (None, other) => other,
    }
}
