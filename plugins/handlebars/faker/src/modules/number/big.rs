//! Whole numbers beyond what a double holds. They have up to 38 digits here, where JavaScript's have any number.

use crate::{Error, Value, faker::Faker, math, method::Outcome, modules::string, options::Options};

pub(super) fn big_int(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = match args.first() {
        Some(max @ (Value::Number(_) | Value::String(_) | Value::Bool(_) | Value::BigInt(_))) => {
            Options::of(&Value::object([("max", max.clone())]), "max")?
        }
        Some(Value::Null) => return Err(Error::unreadable("null", "min")),
        _ => Options::new(args, "min")?,
    };
    let min = read(&options.get("min").or_if_nullish(0.0))?;
    let max = match options.get("max") {
        Value::Undefined | Value::Null => min.checked_add(999_999_999_999_999).ok_or_else(too_big)?,
        max => read(&max)?,
    };
    let step = read(&options.get("multipleOf").or_if_nullish(1.0))?;
    if max < min {
        return Err(Error::faker(format!("Max {max} should be larger than min {min}.")));
    }
    if step <= 0 {
        return Err(Error::faker("multipleOf should be greater than 0."));
    }
    let first = min / step + i128::from(min % step > 0);
    let last = max / step - i128::from(max % step < 0);
    if last < first {
        return Err(Error::faker(format!("No suitable bigint value between {min} and {max} found.")));
    }
    let chosen = if first == last {
        first
    } else {
        let count = last.checked_sub(first).and_then(|count| count.checked_add(1)).ok_or_else(too_big)?;
        let digits = string::digits(faker, count.to_string().len() as f64, true)?;
        first + remainder(&digits, count)
    };
    Ok(Value::BigInt(chosen.checked_mul(step).ok_or_else(too_big)?.to_string()))
}

/// The remainder of a number of any size.
fn remainder(digits: &str, divisor: i128) -> i128 {
    // A division digit by digit: ten times the divisor may be too big, so the tens are added up.
    digits.bytes().fold(0, |rest, digit| {
        let add = |a: i128, b: i128| if a >= divisor - b { a - (divisor - b) } else { a + b };
        let ten = (0..10).fold(0, |sum, _| add(sum, rest));
        add(ten, i128::from(digit - b'0') % divisor)
    })
}

/// What `BigInt(value)` gives.
fn read(value: &Value) -> Result<i128, Error> {
    match value {
        Value::Bool(value) => Ok(i128::from(*value)),
        Value::Number(number) if !math::is_integer(*number) => {
            let text = math::to_text(*number);
            Err(Error::thrown(format!(
                "The number {text} cannot be converted to a BigInt because it is not an integer"
            )))
        }
        // Beyond i128 it saturates, which the check finds.
        Value::Number(number) if number.abs() >= 1.7e38 => Err(too_big()),
        Value::Number(number) => Ok(*number as i128),
        Value::Null | Value::Undefined => Err(Error::thrown(format!("Cannot convert {} to a BigInt", value.to_text()))),
        other => read_text(&other.to_text()),
    }
}

fn read_text(text: &str) -> Result<i128, Error> {
    let trimmed = text.trim();
    let is_decimal = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let radix = match trimmed.get(..2) {
        Some("0x" | "0X") => Some(16),
        Some("0o" | "0O") => Some(8),
        Some("0b" | "0B") => Some(2),
        _ => None,
    };
    let digits = trimmed.get(2..).unwrap_or_default();
    let number = match radix {
        _ if trimmed.is_empty() => Some(0),
        Some(radix) if !digits.starts_with(['+', '-']) => i128::from_str_radix(digits, radix).ok(),
        Some(_) => None,
        None if is_decimal(trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed)) => {
            return trimmed.parse().map_err(|_| too_big());
        }
        None => None,
    };
    number.ok_or_else(|| Error::thrown(format!("Cannot convert {text} to a BigInt")))
}

fn too_big() -> Error {
    Error::Limit("a `bigInt` of faker has more than 38 digits".to_owned())
}
