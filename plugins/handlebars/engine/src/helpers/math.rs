//! Numbers.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    value::{Value, number},
};

pub(super) const TABLE: Table = &[
    ("add", Helper::Pure(|arguments| fold(arguments, |sum, number| sum + number))),
    ("subtract", Helper::Pure(|arguments| fold(arguments, |sum, number| sum - number))),
    ("multiply", Helper::Pure(|arguments| fold(arguments, |sum, number| sum * number))),
    ("divide", Helper::Pure(|arguments| fold(arguments, |sum, number| if number == 0.0 { sum } else { sum / number }))),
    ("modulo", Helper::Pure(modulo)),
    ("ceil", Helper::Pure(|arguments| of_one(arguments, f64::ceil))),
    ("floor", Helper::Pure(|arguments| of_one(arguments, f64::floor))),
    ("round", Helper::Pure(|arguments| of_one(arguments, round))),
    ("toFixed", Helper::Pure(to_fixed)),
    ("parseInt", Helper::Pure(parse_int)),
];

/// From the first argument on, over those of the others that are numbers. One argument alone stays as it is: Mockoon
/// folds over Handlebars' own argument too, which makes a number of it.
fn fold(arguments: &Arguments<'_>, step: fn(f64, f64) -> f64) -> Outcome {
    let Some((first, others)) = arguments.params.split_first() else { return Ok(Value::EMPTY) };
    let numbers = others.iter().map(Value::to_number).filter(|number| !number.is_nan());
    Ok(Value::Number(numbers.fold(first.to_number(), step)))
}

fn of_one(arguments: &Arguments<'_>, step: fn(f64) -> f64) -> Outcome {
    Ok(arguments.params.first().map_or(Value::EMPTY, |number| Value::Number(step(number.to_number()))))
}

/// `Math.round`: halves go up.
fn round(number: f64) -> f64 {
    let floor = number.floor();
    if number - floor >= 0.5 { floor + 1.0 } else { floor }
}

fn modulo(arguments: &Arguments<'_>) -> Outcome {
    let divisor = arguments.get(1).to_number();
    if arguments.len() <= 1 || divisor == 0.0 {
        return Ok(Value::EMPTY);
    }
    Ok(Value::Number(arguments.first().to_number() % divisor))
}

fn to_fixed(arguments: &Arguments<'_>) -> Outcome {
    let or_zero = |value: &Value| Some(value.to_number()).filter(|number| !number.is_nan()).unwrap_or_default();
    let digits = or_zero(arguments.get(1)).trunc();
    if !(0.0..=100.0).contains(&digits) {
        return Err(RenderError::new("toFixed() digits argument must be between 0 and 100"));
    }
    // Within a byte by the check above.
    Ok(Value::string(number::to_fixed(or_zero(arguments.first()), digits as u8)))
}

fn parse_int(arguments: &Arguments<'_>) -> Outcome {
    let number = number::parse_int(&arguments.first().to_text());
    Ok(if number.is_nan() { Value::EMPTY } else { Value::Number(number) })
}
