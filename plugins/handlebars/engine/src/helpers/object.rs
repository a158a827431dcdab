//! Objects and JSON.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    value::{Value, json},
};

pub(super) const TABLE: Table = &[
    ("object", Helper::Pure(object)),
    ("objectMerge", Helper::Pure(object_merge)),
    ("stringify", Helper::Pure(stringify)),
    ("jsonParse", Helper::Pure(json_parse)),
];

/// `object name=value...`. An argument without a name takes the place of Handlebars' own, whose `hash` is looked for.
fn object(arguments: &Arguments<'_>) -> Outcome {
    match arguments.params.first() {
        None => Ok(Value::object(arguments.hash.to_vec())),
        Some(nothing) if nothing.is_nullish() => {
            let message = format!("Cannot read properties of {} (reading 'hash')", nothing.to_text().as_str());
            Err(RenderError::new(message))
        }
        Some(other) => Ok(other.property("hash")),
    }
}

fn object_merge(arguments: &Arguments<'_>) -> Outcome {
    if arguments.is_empty() {
        return Ok(Value::EMPTY);
    }
    let objects = arguments.params.iter().filter_map(|param| match param {
        Value::Object(object) => Some(object),
        _ => None,
    });
    Ok(Value::object(objects.flat_map(|object| object.iter().cloned()).collect()))
}

/// Arrays and objects as indented JSON, anything else as it is. A second argument takes the place of Handlebars' own
/// in Mockoon: when it is false nothing comes.
fn stringify(arguments: &Arguments<'_>) -> Outcome {
    if arguments.params.get(1).is_some_and(|second| !second.is_truthy()) {
        return Ok(Value::Undefined);
    }
    Ok(match arguments.first() {
        value @ (Value::Array(_) | Value::Object(_) | Value::Safe(_) | Value::Date(_)) => {
            Value::String(json::to_indented(value))
        }
        value => value.clone(),
    })
}

fn json_parse(arguments: &Arguments<'_>) -> Outcome {
    Ok(arguments.first().as_text().and_then(json::parse).unwrap_or_default())
}
