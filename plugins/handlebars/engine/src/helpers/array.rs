//! Arrays.

use std::sync::Arc;

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError, limits,
    value::{Text, Value, utf16_len, write_joined},
};

pub(super) const TABLE: Table = &[
    ("array", Helper::Pure(|arguments| Ok(Value::array(arguments.params.to_vec())))),
    ("concat", Helper::Pure(concat)),
    ("join", Helper::Pure(join)),
    ("slice", Helper::Pure(slice)),
    ("reverse", Helper::Pure(reverse)),
    ("filter", Helper::Pure(filter)),
    ("find", Helper::Pure(find)),
    ("len", Helper::Pure(len)),
];

fn array_of<'a>(arguments: &'a Arguments<'_>) -> Option<&'a Arc<Vec<Value>>> {
    match arguments.first() {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

/// Strings together, or arrays when the first argument is one.
fn concat(arguments: &Arguments<'_>) -> Outcome {
    let Some(first) = array_of(arguments) else {
        let mut text = String::new();
        for param in arguments.params {
            param.write(&mut text);
            check_text(text.len())?;
        }
        return Ok(Value::string(text));
    };
    let mut items = first.as_ref().clone();
    for param in arguments.params.get(1..).unwrap_or_default() {
        match param {
            Value::Array(more) => items.extend(more.iter().cloned()),
            other => items.push(other.clone()),
        }
        check_text(items.len())?;
    }
    Ok(Value::array(items))
}

/// Keeps a loop from doubling a value until there is no memory.
fn check_text(length: usize) -> Result<(), RenderError> {
    if length > limits::OUTPUT_BYTES {
        return Err(RenderError::new(format!("a helper's value is longer than {}", limits::OUTPUT_BYTES)));
    }
    Ok(())
}

fn join(arguments: &Arguments<'_>) -> Outcome {
    if arguments.is_empty() {
        return Ok(super::block::options());
    }
    let Some(items) = array_of(arguments) else { return Ok(arguments.first().clone()) };
    let separator = match arguments.get(1) {
        Value::String(separator) => separator.clone(),
        _ => Text::fixed(", "),
    };
    let mut text = String::new();
    write_joined(&mut text, items, &separator);
    Ok(Value::string(text))
}

fn slice(arguments: &Arguments<'_>) -> Outcome {
    let Some(items) = array_of(arguments) else { return Ok(Value::EMPTY) };
    let from = relative(arguments.get(1).to_number(), items.len());
    let to = match arguments.get(2) {
        Value::Number(to) => relative(*to, items.len()),
        _ => items.len(),
    };
    Ok(Value::array(items.get(from..to).unwrap_or_default().to_vec()))
}

/// A place in a list of a length, counted from its end when negative.
pub(super) fn relative(at: f64, length: usize) -> usize {
    if at.is_nan() {
        return 0;
    }
    let length = length as f64;
    let at = at.trunc();
    // Clamped to the length, so it fits.
    (if at < 0.0 { (length + at).max(0.0) } else { at.min(length) }) as usize
}

fn reverse(arguments: &Arguments<'_>) -> Outcome {
    Ok(match array_of(arguments) {
        Some(items) => Value::array(items.iter().rev().cloned().collect()),
        None => Value::EMPTY,
    })
}

fn filter(arguments: &Arguments<'_>) -> Outcome {
    let Some(items) = array_of(arguments) else { return Ok(Value::EMPTY) };
    let conditions = arguments.params.get(1..).unwrap_or_default();
    if conditions.is_empty() {
        return Ok(arguments.first().clone());
    }
    let mut kept = Vec::new();
    for item in items.iter() {
        if any_holds(item, conditions)? {
            kept.push(item.clone());
        }
    }
    Ok(Value::array(kept))
}

fn find(arguments: &Arguments<'_>) -> Outcome {
    let Some(items) = array_of(arguments) else { return Ok(Value::EMPTY) };
    let conditions = arguments.params.get(1..).unwrap_or_default();
    for item in items.iter() {
        if any_holds(item, conditions)? {
            return Ok(item.clone());
        }
    }
    Ok(Value::Undefined)
}

/// Conditions are alternatives; an array among them means all of its own, an array in that alternatives again.
fn any_holds(item: &Value, conditions: &[Value]) -> Result<bool, RenderError> {
    for condition in conditions {
        let holds = match condition {
            Value::Array(all) => all_hold(item, all)?,
            condition => matches_condition(item, condition)?,
        };
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

fn all_hold(item: &Value, conditions: &[Value]) -> Result<bool, RenderError> {
    for condition in conditions {
        let holds = match condition {
            Value::Array(any) => any_holds(item, any)?,
            condition => matches_condition(item, condition)?,
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An object asks for members that match, anything else for the same value.
fn matches_condition(item: &Value, condition: &Value) -> Result<bool, RenderError> {
    let Value::Object(wanted) = condition else { return Ok(item.strict_eq(condition)) };
    if !item.is_object_like() {
        return Ok(false);
    }
    for (key, wanted) in wanted.iter() {
        if matches!(item, Value::Null) {
            return Err(RenderError::new(format!("Cannot read properties of null (reading '{}')", key.as_str())));
        }
        if !matches_condition(&item.property(key), &wanted.clone().unwrap_safe())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The length of a string or an array; 0 for anything else, safe strings too.
fn len(arguments: &Arguments<'_>) -> Outcome {
    let length = match arguments.first() {
        Value::String(text) => utf16_len(text),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    Ok(Value::Number(length as f64))
}
