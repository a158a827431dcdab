//! Arrays.

use std::{cmp::Ordering, sync::Arc};

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
    ("sort", Helper::Pure(sort)),
    ("sortBy", Helper::Pure(sort_by)),
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

fn sort(arguments: &Arguments<'_>) -> Outcome {
    let Some(items) = array_of(arguments) else { return Ok(Value::EMPTY) };
    if items.first().is_none_or(Value::is_object_like) {
        return Ok(arguments.first().clone());
    }
    sorted(items, arguments.params.get(1), Value::clone)
}

fn sort_by(arguments: &Arguments<'_>) -> Outcome {
    let Some(items) = array_of(arguments) else { return Ok(Value::EMPTY) };
    let key = arguments.get(1).to_text();
    let has_key = items.first().is_some_and(|first| first.is_object_like() && first.property(&key).is_truthy());
    if arguments.len() < 2 || !has_key {
        return Ok(arguments.first().clone());
    }
    sorted(items, arguments.params.get(2), |item| item.property(&key))
}

/// Sorts by a key of each item: as text when the first one's is, else as numbers.
fn sorted(items: &[Value], order: Option<&Value>, key: impl Fn(&Value) -> Value) -> Outcome {
    let order = order.map_or(Text::fixed("asc"), Value::to_text);
    let by_text = items.first().is_some_and(|first| matches!(key(first), Value::String(_)));
    let mut keyed: Vec<(Value, &Value)> = items.iter().map(|item| (key(item), item)).collect();
    keyed.sort_by(
        |(a, _), (b, _)| if by_text { compare_text(&a.to_text(), &b.to_text()) } else { compare_numbers(a, b) },
    );
    let mut sorted: Vec<Value> = keyed.into_iter().map(|(_, item)| item.clone()).collect();
    if order.eq_ignore_ascii_case("desc") {
        sorted.reverse();
    }
    Ok(Value::array(sorted))
}

fn compare_numbers(a: &Value, b: &Value) -> Ordering {
    // What is no number counts as one below all, so that the order stays total.
    let of = |value: &Value| Some(value.to_number()).filter(|number| !number.is_nan()).unwrap_or(f64::NEG_INFINITY);
    of(a).total_cmp(&of(b))
}

/// `localeCompare`, near enough: letters before case, so that `a B c` is in order; lower case first among equals.
pub(super) fn compare_text(a: &str, b: &str) -> Ordering {
    let folded = |text: &str| text.chars().flat_map(char::to_lowercase).map(rank).collect::<Vec<_>>();
    folded(a).cmp(&folded(b)).then_with(|| b.cmp(a))
}

/// White space and punctuation before digits before letters, as collation has it.
fn rank(c: char) -> (u8, char) {
    let class = if c.is_alphabetic() { 2 } else { u8::from(c.is_numeric()) };
    (class, c)
}

fn filter(arguments: &Arguments<'_>) -> Outcome {
    let Some(items) = array_of(arguments) else { return Ok(Value::EMPTY) };
    let conditions = arguments.params.get(1..).unwrap_or_default();
    if conditions.is_empty() {
        return Ok(arguments.first().clone());
    }
    Ok(Value::array(items.iter().filter(|item| any_holds(item, conditions)).cloned().collect()))
}

fn find(arguments: &Arguments<'_>) -> Outcome {
    let Some(items) = array_of(arguments) else { return Ok(Value::EMPTY) };
    let conditions = arguments.params.get(1..).unwrap_or_default();
    Ok(items.iter().find(|item| any_holds(item, conditions)).cloned().unwrap_or_default())
}

/// Conditions are alternatives; an array among them means all of its own, an array in that alternatives again.
fn any_holds(item: &Value, conditions: &[Value]) -> bool {
    conditions.iter().any(|condition| match condition {
        Value::Array(all) => all_hold(item, all),
        condition => matches_condition(item, condition),
    })
}

fn all_hold(item: &Value, conditions: &[Value]) -> bool {
    conditions.iter().all(|condition| match condition {
        Value::Array(any) => any_holds(item, any),
        condition => matches_condition(item, condition),
    })
}

/// An object asks for members that match, anything else for the same value.
fn matches_condition(item: &Value, condition: &Value) -> bool {
    match condition {
        Value::Object(wanted) => {
            matches!(item, Value::Object(_) | Value::Array(_))
                && wanted
                    .iter()
                    .all(|(key, wanted)| matches_condition(&item.property(key), &wanted.clone().unwrap_safe()))
        }
        condition => item.strict_eq(condition),
    }
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
