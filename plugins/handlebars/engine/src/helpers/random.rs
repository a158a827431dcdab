//! Choices by the gateway's random numbers.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    render::Rendering,
    value::{Text, Value, json},
};

pub(super) const TABLE: Table = &[("oneOf", Helper::Live(one_of)), ("someOf", Helper::Live(some_of))];

impl Rendering<'_> {
    /// A number from 0 to below 1, as `Math.random` gives it.
    pub(super) fn random_unit(&mut self) -> f64 {
        // The upper 53 bits are as many as a double holds exactly.
        (self.host.random() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A whole number between two, both included, whichever is the lower one; `NaN` where one of them is.
    pub(super) fn random_between(&mut self, a: f64, b: f64) -> f64 {
        if a.is_nan() || b.is_nan() {
            return f64::NAN;
        }
        let (least, most) = (a.min(b).ceil(), a.max(b).floor());
        (self.random_unit() * (most - least + 1.0)).floor() + least
    }

    fn random_index(&mut self, length: usize) -> usize {
        // Below the length, so it fits.
        (self.random_unit() * length as f64) as usize
    }
}

/// One item of an array, or one of the arguments.
fn one_of(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let (items, as_json) = match arguments.params {
        [] => return Ok(Value::EMPTY),
        [Value::Array(items), rest @ ..] => (items.as_slice(), rest.first().is_some_and(Value::is_truthy)),
        items => (items, false),
    };
    let index = rendering.random_index(items.len());
    let item = items.get(index).cloned().unwrap_or_default();
    Ok(match item {
        // What `JSON.stringify` gives for nothing is nothing, which prints so.
        Value::Undefined if as_json => Value::Safe(Text::fixed("undefined")),
        item if as_json => Value::Safe(json::to_compact(&item)),
        item => item,
    })
}

/// Some items of an array, in random order. Mockoon also reorders the array itself, which is nobody's wish.
fn some_of(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let items = match arguments.params.first() {
        Some(Value::Array(items)) => items,
        Some(nothing) if nothing.is_nullish() => {
            let message = format!("Cannot read properties of {} (reading 'sort')", nothing.to_text().as_str());
            return Err(RenderError::new(message));
        }
        _ => return Err(RenderError::new("itemList.sort is not a function")),
    };
    let mut items = items.as_ref().clone();
    for last in (1..items.len()).rev() {
        let other = rendering.random_index(last + 1);
        items.swap(last, other);
    }
    let count = rendering.random_between(arguments.get(1).to_number(), arguments.get(2).to_number());
    // Saturates: a negative or absent count takes none.
    items.truncate(count as usize);
    let items = Value::array(items);
    Ok(if matches!(arguments.get(3), Value::Bool(true)) { Value::String(json::to_compact(&items)) } else { items })
}
