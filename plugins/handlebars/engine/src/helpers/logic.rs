//! Comparisons.

use super::{Arguments, Helper, Outcome, Table};
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("eq", Helper::Pure(eq)),
    ("gt", Helper::Pure(|arguments| compare(arguments, |a, b| a > b))),
    ("gte", Helper::Pure(|arguments| compare(arguments, |a, b| a >= b))),
    ("lt", Helper::Pure(|arguments| compare(arguments, |a, b| a < b))),
    ("lte", Helper::Pure(|arguments| compare(arguments, |a, b| a <= b))),
];

/// `===`, with safe strings as strings.
fn eq(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Bool(arguments.len() >= 2 && arguments.plain(0).strict_eq(&arguments.plain(1))))
}

/// As numbers; what is none compares as false, whichever way.
fn compare(arguments: &Arguments<'_>, holds: fn(f64, f64) -> bool) -> Outcome {
    Ok(Value::Bool(holds(arguments.get(0).to_number(), arguments.get(1).to_number())))
}
