//! Three languages to look into a value with: object-path, JSONPath, JMESPath.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    value::{Value, path},
};

pub(super) const TABLE: Table = &[
    ("objectPath", Helper::Pure(|arguments| found(arguments, |data, at| Ok(path::get(data, at))))),
    ("jsonPath", Helper::Pure(|arguments| found(arguments, |data, at| Ok(path::json_path(data, at)?)))),
    ("jmesPath", Helper::Pure(|arguments| found(arguments, |data, at| Ok(path::jmes_path(data, at))))),
];

/// `objectPath data path [default]` and its kin. What has no members, and a path that is none, give the data itself.
fn found(arguments: &Arguments<'_>, find: fn(&Value, &str) -> Result<Value, RenderError>) -> Outcome {
    if arguments.len() < 2 {
        return Ok(Value::Undefined);
    }
    let data = arguments.plain(0);
    match arguments.plain(1) {
        Value::String(path) if data.is_object_like() && !path.is_empty() => Ok(match find(&data, &path)? {
            Value::Undefined => default_value(arguments),
            found => found,
        }),
        _ => Ok(data),
    }
}

/// A safe string stays one here, other than in the helpers that look into the request.
fn default_value(arguments: &Arguments<'_>) -> Value {
    match arguments.get(2) {
        nothing if nothing.is_nullish() => Value::EMPTY,
        default => default.clone(),
    }
}
