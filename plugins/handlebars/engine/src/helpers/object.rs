//! Objects and JSON.

use super::{Arguments, Helper, Outcome, Table};
use crate::value::{Value, json, path};

pub(super) const TABLE: Table = &[
    ("object", Helper::Pure(object)),
    ("objectMerge", Helper::Pure(object_merge)),
    ("objectPath", Helper::Pure(object_path)),
    ("stringify", Helper::Pure(stringify)),
    ("jsonParse", Helper::Pure(json_parse)),
];

fn object(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::object(arguments.hash.to_vec()))
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

fn object_path(arguments: &Arguments<'_>) -> Outcome {
    if arguments.len() < 2 {
        return Ok(Value::Undefined);
    }
    let (data, default) = (arguments.plain(0), arguments.get(2));
    let default = if default.is_nullish() { Value::EMPTY } else { default.clone() };
    let path = arguments.plain(1);
    Ok(match &path {
        Value::String(path) if data.is_object_like() && !path.is_empty() => match path::get(&data, path) {
            Value::Undefined => default,
            found => found,
        },
        _ => data,
    })
}

/// Arrays and objects as indented JSON, anything else as it is. A second argument takes the place of Handlebars' own
/// in Mockoon: when it is false nothing comes.
fn stringify(arguments: &Arguments<'_>) -> Outcome {
    if arguments.params.get(1).is_some_and(|second| !second.is_truthy()) {
        return Ok(Value::Undefined);
    }
    Ok(match arguments.first() {
        value @ (Value::Array(_) | Value::Object(_) | Value::Safe(_)) => Value::String(json::to_indented(value)),
        value => value.clone(),
    })
}

fn json_parse(arguments: &Arguments<'_>) -> Outcome {
    Ok(arguments.first().as_text().and_then(json::parse).unwrap_or_default())
}
