//! `sort` and `sortBy`.
//!
//! An order that is none (texts among numbers) leaves what V8's algorithm leaves: it is done in the same steps, as long
//! as an array is short enough that V8 takes it in one run.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError, collation,
    value::{Text, Value},
};

pub(super) const TABLE: Table = &[("sort", Helper::Pure(sort)), ("sortBy", Helper::Pure(sort_by))];

/// `sort array [order]`: numbers, or texts where the first item is one.
fn sort(arguments: &Arguments<'_>) -> Outcome {
    let Value::Array(items) = arguments.first() else { return Ok(Value::EMPTY) };
    if items.first().is_none_or(Value::is_object_like) {
        return Ok(arguments.first().clone());
    }
    let is_descending = is_descending(arguments, 1)?;
    let by_text = matches!(items.first(), Some(Value::String(_)));
    let (mut present, absent): (Vec<Value>, Vec<Value>) =
        items.iter().cloned().partition(|item| !matches!(item, Value::Undefined));
    sort_values(&mut present, &|a, b| {
        if by_text { compare_texts("a", a, b) } else { Ok(a.to_number() - b.to_number()) }
    })?;
    Ok(finished(present, absent, is_descending))
}

/// `sortBy array key [order]`: objects by a member.
fn sort_by(arguments: &Arguments<'_>) -> Outcome {
    let Value::Array(items) = arguments.first() else { return Ok(Value::EMPTY) };
    let unsorted = || Ok(arguments.first().clone());
    let Some(first) = items.first().filter(|first| first.is_object_like()) else { return unsorted() };
    let key = arguments.plain(1);
    if !key.is_truthy() {
        return unsorted();
    }
    let key = key.to_text();
    let first_key = member(first, &key)?;
    if !first_key.is_truthy() {
        return unsorted();
    }
    let is_descending = is_descending(arguments, 2)?;
    let by_text = matches!(first_key, Value::String(_));
    let (mut present, absent): (Vec<Value>, Vec<Value>) =
        items.iter().cloned().partition(|item| !matches!(item, Value::Undefined));
    sort_values(&mut present, &|a, b| {
        let (a, b) = (member(a, &key)?, member(b, &key)?);
        if by_text { compare_texts("a[sort_key]", &a, &b) } else { Ok(a.to_number() - b.to_number()) }
    })?;
    Ok(finished(present, absent, is_descending))
}

fn is_descending(arguments: &Arguments<'_>, index: usize) -> Result<bool, RenderError> {
    if arguments.len() <= index {
        return Ok(false);
    }
    match arguments.plain(index) {
        Value::String(order) => Ok(order.to_lowercase() == "desc"),
        nothing if nothing.is_nullish() => Err(no_property(&nothing, "toLowerCase")),
        _ => Err(RenderError::new("(0 , utils_1.fromSafeString)(...).toLowerCase is not a function")),
    }
}

/// `undefined` is last whatever the comparison says, and first in the reverse.
fn finished(mut present: Vec<Value>, absent: Vec<Value>, is_descending: bool) -> Value {
    present.extend(absent);
    if is_descending {
        present.reverse();
    }
    Value::array(present)
}

fn member(item: &Value, key: &Text) -> Result<Value, RenderError> {
    if item.is_nullish() { Err(no_property(item, key)) } else { Ok(item.property(key)) }
}

fn no_property(value: &Value, key: &str) -> RenderError {
    RenderError::new(format!("Cannot read properties of {} (reading '{key}')", value.to_text().as_str()))
}

fn compare_texts(shown: &str, a: &Value, b: &Value) -> Result<f64, RenderError> {
    match a {
        Value::String(a) => Ok(f64::from(collation::compare(a, &b.to_text()) as i8)),
        nothing if nothing.is_nullish() => Err(no_property(nothing, "localeCompare")),
        _ => Err(RenderError::new(format!("{shown}.localeCompare is not a function"))),
    }
}

/// What JavaScript's comparison functions give: below 0 when the first comes first; `NaN` counts as 0.
type Compare<'c> = dyn Fn(&Value, &Value) -> Result<f64, RenderError> + 'c;

/// Items that V8 sorts in one run.
const ONE_RUN: usize = 63;

fn sort_values(items: &mut Vec<Value>, compare: &Compare<'_>) -> Result<(), RenderError> {
    if items.len() <= ONE_RUN {
        return sort_run(items, compare);
    }
    let mut right = items.split_off(items.len() / 2);
    sort_values(items, compare)?;
    sort_values(&mut right, compare)?;
    let left = std::mem::take(items);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if compare(b, a)? < 0.0 { right.next() } else { left.next() };
        items.extend(next);
    }
    items.extend(left);
    items.extend(right);
    Ok(())
}

/// V8's way with short arrays: what is in order at the start, or in the reverse, stays together; every other item is
/// put where a binary search finds its place.
fn sort_run(items: &mut [Value], compare: &Compare<'_>) -> Result<(), RenderError> {
    let sorted = leading_run(items, compare)?;
    for at in sorted..items.len() {
        let (mut left, mut right) = (0, at);
        while left < right {
            let middle = left + (right - left) / 2;
            if is_before(items, at, middle, compare)? { right = middle } else { left = middle + 1 }
        }
        if let Some(part) = items.get_mut(left..=at) {
            part.rotate_right(1);
        }
    }
    Ok(())
}

fn leading_run(items: &mut [Value], compare: &Compare<'_>) -> Result<usize, RenderError> {
    if items.len() < 2 {
        return Ok(items.len());
    }
    let falls = is_before(items, 1, 0, compare)?;
    let mut length = 2;
    while length < items.len() && is_before(items, length, length - 1, compare)? == falls {
        length += 1;
    }
    if falls && let Some(run) = items.get_mut(..length) {
        run.reverse();
    }
    Ok(length)
}

fn is_before(items: &[Value], a: usize, b: usize, compare: &Compare<'_>) -> Result<bool, RenderError> {
    match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => Ok(compare(a, b)? < 0.0),
        _ => Ok(false),
    }
}
