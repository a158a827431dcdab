//! Patterns of single signs: `#` is a digit, `?` a letter, `L` a credit card's check digit.

use super::helpers::text_of;
use crate::{Error, Value, faker::Faker, math, method::Outcome, options::arg};

const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";

pub(super) fn replace_symbols(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    match arg(args, 0) {
        // It has no length, so nothing of it is looked at.
        Value::Undefined | Value::Number(_) | Value::Bool(_) | Value::Object(_) | Value::Safe(_) => Ok(Value::from("")),
        Value::Array(items) if items.is_empty() => Ok(Value::from("")),
        Value::Array(_) => Err(Error::thrown("e.charAt is not a function")),
        value => symbols(faker, &text_of(value, "length")?).map(Value::from),
    }
}

/// `helpers.replaceSymbols(text)`.
pub(super) fn symbols(faker: &mut Faker<'_>, text: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => out.push(digit(faker, 0.0)?),
            '?' => out.push(letter(faker)?),
            '*' if faker.boolean()? => out.push(letter(faker)?),
            '*' => out.push(digit(faker, 0.0)?),
            c => out.push(c),
        }
    }
    Ok(out)
}

fn letter(faker: &mut Faker<'_>) -> Result<char, Error> {
    faker.pick(LETTERS).map(char::from)
}

fn digit(faker: &mut Faker<'_>, min: f64) -> Result<char, Error> {
    // At most 9.
    Ok(char::from(b'0' + faker.int(min, 9.0)? as u8))
}

/// Replaces a sign by digits, and `!` by digits from 2 up.
pub(super) fn replace_digits(faker: &mut Faker<'_>, text: &str, sign: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_sign = sign.strip_prefix(c).is_some_and(str::is_empty);
        match c {
            _ if is_sign => out.push(digit(faker, 0.0)?),
            '!' => out.push(digit(faker, 2.0)?),
            c => out.push(c),
        }
    }
    Ok(out)
}

pub(super) fn replace_credit_card_symbols(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let pattern = match arg(args, 0) {
        Value::Undefined => "6453-####-####-####-###L".to_owned(),
        Value::String(text) => text.clone(),
        Value::Null => return Err(Error::unreadable("null", "length")),
        Value::Array(items) if !items.is_empty() => return Err(Error::thrown("e.charAt is not a function")),
        // It has no length, so nothing of it is looked at.
        _ => return Ok(Value::from("")),
    };
    let sign = arg(args, 1).clone().or("#");
    credit_card(faker, &pattern, sign.as_str().unwrap_or_default()).map(Value::from)
}

/// `helpers.replaceCreditCardSymbols(pattern, sign)`.
pub(super) fn credit_card(faker: &mut Faker<'_>, pattern: &str, sign: &str) -> Result<String, Error> {
    let text = super::regexp::expand_ranges(faker, pattern)?;
    let text = replace_digits(faker, &text, sign)?;
    Ok(text.replacen('L', &math::to_text(check_digit(&text)), 1))
}

/// The digit that completes a number, in place of an `L` at its end, by Luhn's formula; NaN where it is no number.
fn check_digit(text: &str) -> f64 {
    let digits = text.strip_suffix('L').unwrap_or(text).chars().chain(['0']);
    let digits: Vec<char> = digits.filter(|c| !(c.is_whitespace() || *c == '-')).collect();
    let mut sum = 0.0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let digit = digit.to_digit(10).map_or(f64::NAN, f64::from);
        let doubled = digit * 2.0;
        sum += match place % 2 {
            0 => digit,
            _ if doubled > 9.0 => doubled % 10.0 + 1.0,
            _ => doubled,
        };
    }
    match sum % 10.0 {
        0.0 => 0.0,
        rest => 10.0 - rest,
    }
}
