//! `number`: everything that Faker draws goes through [`between`].

use crate::{
    Error, Value,
    faker::Faker,
    math,
    method::{Method::Call, Outcome, Table},
    options::{Options, arg},
};

mod big;
mod roman;

pub(super) const TABLE: Table = &[
    ("int", Call(|faker, args| int_of(faker, arg(args, 0)).map(Value::from))),
    ("float", Call(float)),
    ("binary", Call(|faker, args| in_radix(faker, args, 1.0, 2))),
    ("octal", Call(|faker, args| in_radix(faker, args, 7.0, 8))),
    ("hex", Call(|faker, args| in_radix(faker, args, 15.0, 16))),
    ("bigInt", Call(big::big_int)),
    ("romanNumeral", Call(roman::roman_numeral)),
];

/// `{ min, max }`.
pub(super) fn range(min: f64, max: f64) -> Value {
    Value::object([("min", Value::Number(min)), ("max", Value::Number(max))])
}

/// `number.int({ min, max, multipleOf })`: no draw where there is but one such number.
pub(crate) fn between(faker: &mut Faker<'_>, min: f64, max: f64, multiple_of: f64) -> Result<f64, Error> {
    let first = (min / multiple_of).ceil();
    let last = (max / multiple_of).floor();
    if first == last {
        return Ok(first * multiple_of);
    }
    if last < first {
        let is_range = max >= min;
        let (min, max) = (math::to_text(min), math::to_text(max));
        return Err(Error::faker(if is_range {
            format!("No suitable integer value between {min} and {max} found.")
        } else {
            format!("Max {max} should be greater than min {min}.")
        }));
    }
    let real = faker.real()?;
    Ok((real * (last - first + 1.0) + first).floor() * multiple_of)
}

/// `number.int(value)`.
pub(super) fn int_of(faker: &mut Faker<'_>, value: &Value) -> Result<f64, Error> {
    let options = Options::or_number(std::slice::from_ref(value), "max", "min")?;
    let min = options.or("min", 0.0).to_number();
    let max = options.or("max", math::MAX_SAFE_INTEGER).to_number();
    match options.or("multipleOf", 1.0) {
        Value::Number(step) if math::is_integer(step) => {
            if step <= 0.0 {
                return Err(Error::faker("multipleOf should be greater than 0."));
            }
            between(faker, min, max, step)
        }
        _ => Err(Error::faker("multipleOf should be an integer.")),
    }
}

/// `helpers.rangeToNumber(value)`: a number as it is, or one from a range.
pub(super) fn of_range(faker: &mut Faker<'_>, value: &Value) -> Result<f64, Error> {
    match value {
        Value::Number(number) => Ok(*number),
        value => int_of(faker, value),
    }
}

/// The options of `number.float`.
#[derive(Default)]
pub(super) struct Float {
    pub min: Value,
    pub max: Value,
    pub fraction_digits: Value,
    pub multiple_of: Value,
}

fn float(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_number(args, "max", "min")?;
    let float = Float {
        min: options.get("min"),
        max: options.get("max"),
        fraction_digits: options.get("fractionDigits"),
        multiple_of: options.get("multipleOf"),
    };
    float.draw(faker)
}

/// `number.float({ min, max, fractionDigits })`.
pub(super) fn float_between(faker: &mut Faker<'_>, min: f64, max: f64, digits: f64) -> Result<f64, Error> {
    let float =
        Float { min: min.into(), max: max.into(), fraction_digits: digits.into(), multiple_of: Value::Undefined };
    Ok(float.draw(faker)?.to_number())
}

// === impl Float ===

impl Float {
    pub(super) fn draw(self, faker: &mut Faker<'_>) -> Outcome {
        let (min, max) = (self.min.or(0.0), self.max.or(1.0));
        if is_less(&max, &min) {
            return Err(Error::faker(format!("Max {} should be greater than min {}.", max.to_text(), min.to_text())));
        }
        if !self.fraction_digits.is_nullish() {
            if !self.multiple_of.is_nullish() {
                return Err(Error::faker("multipleOf and fractionDigits cannot be set at the same time."));
            }
            match self.fraction_digits {
                Value::Number(digits) if math::is_integer(digits) && digits >= 0.0 => {}
                _ => return Err(Error::faker("fractionDigits should be an integer of 0 or more.")),
            }
        }
        let step = match self.multiple_of {
            Value::Undefined if self.fraction_digits.is_nullish() => None,
            Value::Undefined => Some(math::power(10.0, -self.fraction_digits.to_number())),
            Value::Null => None,
            step => Some(step.to_number()),
        };
        let Some(step) = step else {
            let share = faker.real()? * (max.to_number() - min.to_number());
            return Ok(sum(share, &min));
        };
        if step <= 0.0 {
            return Err(Error::faker("multipleOf should be greater than 0."));
        }
        let digits = libm::log10(step);
        let steps = if step < 1.0 && math::is_integer(digits) { math::power(10.0, -digits) } else { 1.0 / step };
        let drawn = between(faker, min.to_number() * steps, max.to_number() * steps, 1.0)?;
        Ok(Value::Number(drawn / steps))
    }
}

/// What `number + value` gives: texts, and what prints as one, are put behind it.
pub(super) fn sum(number: f64, value: &Value) -> Value {
    match value {
        Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) => Value::Number(number + value.to_number()),
        value => Value::from(math::to_text(number) + &value.to_text()),
    }
}

/// Whether `left < right` holds: texts compare by their letters.
fn is_less(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left) | Value::Safe(left), Value::String(right) | Value::Safe(right)) => {
            left.encode_utf16().lt(right.encode_utf16())
        }
        _ => left.to_number() < right.to_number(),
    }
}

fn in_radix(faker: &mut Faker<'_>, args: &[Value], max: f64, radix: u32) -> Outcome {
    let options = Options::or_number(args, "max", "min")?;
    let (min, max) = (options.or("min", 0.0).to_number(), options.or("max", max).to_number());
    let number = faker.int(min, max)?;
    Ok(Value::from(math::to_radix(number, radix)))
}
