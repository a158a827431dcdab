//! `string`.

use super::{helpers, number};
use crate::{
    Error, Value,
    faker::Faker,
    math,
    method::{Method::Call, Outcome, Table},
    options::{Options, arg},
};

pub(super) const TABLE: Table = &[
    ("fromCharacters", Call(from_characters)),
    ("alpha", Call(alpha)),
    ("alphanumeric", Call(alphanumeric)),
    ("binary", Call(|faker, args| prefixed(faker, args, "0b", "01"))),
    ("octal", Call(|faker, args| prefixed(faker, args, "0o", "01234567"))),
    ("hexadecimal", Call(hexadecimal)),
    ("numeric", Call(numeric)),
    ("sample", Call(sample)),
    ("uuid", Call(|faker, _| uuid(faker).map(Value::from))),
    ("ulid", Call(ulid)),
    ("nanoid", Call(nanoid)),
    ("symbol", Call(symbol)),
];

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";
/// Upper and lower case, each as likely as it is long.
const HEX_DIGITS: &str = "0123456789abcdefABCDEF";
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// So many of some characters.
pub(super) fn characters(faker: &mut Faker<'_>, characters: &str, length: f64) -> Result<String, Error> {
    let characters: Vec<char> = characters.chars().collect();
    some_of(faker, &characters, length)
}

fn some_of(faker: &mut Faker<'_>, characters: &[char], length: f64) -> Result<String, Error> {
    // NaN is not below zero, but makes an empty text all the same, once there is something to choose from.
    if length <= 0.0 {
        return Ok(String::new());
    }
    if characters.is_empty() {
        return Err(Error::faker("Unable to generate string: No characters to select from."));
    }
    Ok(faker.several(length, |faker| faker.pick(characters))?.into_iter().collect())
}

/// So many hexadecimal digits of mixed case.
pub(super) fn hex_digits(faker: &mut Faker<'_>, length: f64) -> Result<String, Error> {
    characters(faker, HEX_DIGITS, length)
}

/// So many decimal digits; the first is a 0 only where that is allowed.
pub(super) fn digits(faker: &mut Faker<'_>, length: f64, may_lead_with_zero: bool) -> Result<String, Error> {
    digits_but(faker, length, may_lead_with_zero, &[])
}

fn digits_but(faker: &mut Faker<'_>, length: f64, with_zero: bool, excluded: &[char]) -> Result<String, Error> {
    if length <= 0.0 {
        return Ok(String::new());
    }
    let allowed: Vec<char> = DIGITS.chars().filter(|digit| !excluded.contains(digit)).collect();
    if allowed.is_empty() || (!with_zero && allowed == ['0']) {
        return Err(Error::faker("Unable to generate numeric string, because all possible digits are excluded."));
    }
    let mut out = String::new();
    if !with_zero && !excluded.contains(&'0') {
        let first: Vec<char> = allowed.iter().copied().filter(|digit| *digit != '0').collect();
        out.push(faker.pick(&first)?);
    }
    let rest = length - out.len() as f64;
    out.push_str(&some_of(faker, &allowed, rest)?);
    Ok(out)
}

/// Letters of a casing, without some.
pub(super) fn alpha_of(faker: &mut Faker<'_>, length: f64, casing: &str, but: &str) -> Result<String, Error> {
    letters(faker, length, "", casing, &but.chars().collect::<Vec<_>>())
}

/// Digits and letters of a casing, without some.
pub(super) fn alphanumeric_of(faker: &mut Faker<'_>, length: f64, casing: &str, but: &str) -> Result<String, Error> {
    letters(faker, length, DIGITS, casing, &but.chars().collect::<Vec<_>>())
}

fn letters(faker: &mut Faker<'_>, length: f64, first: &str, casing: &str, but: &[char]) -> Result<String, Error> {
    if length <= 0.0 {
        return Ok(String::new());
    }
    let cases: &[&str] = match casing {
        "upper" => &[UPPER],
        "lower" => &[LOWER],
        "mixed" => &[LOWER, UPPER],
        _ => &[],
    };
    let all = first.chars().chain(cases.iter().flat_map(|case| case.chars()));
    let allowed: Vec<char> = all.filter(|c| !but.contains(c)).collect();
    some_of(faker, &allowed, length)
}

/// The option `length`, a number or a range, 1 by default.
fn length_of(faker: &mut Faker<'_>, options: &Options) -> Result<f64, Error> {
    number::of_range(faker, &options.get("length").or_if_nullish(1.0))
}

/// The option `exclude`, a text or an array of texts.
fn excluded(options: &Options) -> Result<Vec<char>, Error> {
    match options.get("exclude") {
        Value::Undefined => Ok(Vec::new()),
        Value::String(text) => Ok(text.chars().collect()),
        Value::Array(items) => Ok(items
            .iter()
            .filter_map(|item| {
                let mut characters = item.as_str()?.chars();
                characters.next().filter(|_| characters.next().is_none())
            })
            .collect()),
        Value::Null => Err(Error::unreadable("null", "includes")),
        _ => Err(Error::thrown("a.includes is not a function")),
    }
}

fn from_characters(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let length = match arg(args, 1) {
        Value::Undefined => 1.0,
        length => number::of_range(faker, length)?,
    };
    if length <= 0.0 {
        return Ok(Value::from(""));
    }
    let items = match arg(args, 0) {
        Value::String(text) => Value::Array(text.chars().map(|c| Value::from(c.to_string())).collect()),
        other => other.clone(),
    };
    match &items {
        Value::Null | Value::Undefined => Err(Error::unreadable(&items.to_text(), "length")),
        Value::Array(items) if items.is_empty() => {
            Err(Error::faker("Unable to generate string: No characters to select from."))
        }
        items => {
            let chosen = faker.several(length, |faker| helpers::pick_value(faker, items))?;
            Ok(Value::from(crate::value::join(&chosen, "", 0)))
        }
    }
}

fn alpha(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    lettered(faker, args, "")
}

fn alphanumeric(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    lettered(faker, args, DIGITS)
}

fn lettered(faker: &mut Faker<'_>, args: &[Value], first: &str) -> Outcome {
    let options = Options::or_length(args)?;
    let length = length_of(faker, &options)?;
    if length <= 0.0 {
        return Ok(Value::from(""));
    }
    let casing = options.or("casing", "mixed");
    if first.is_empty() && !matches!(casing.as_str(), Some("upper" | "lower" | "mixed")) {
        return Err(Error::unreadable("undefined", "filter"));
    }
    letters(faker, length, first, casing.as_str().unwrap_or_default(), &excluded(&options)?).map(Value::from)
}

fn prefixed(faker: &mut Faker<'_>, args: &[Value], prefix: &str, digits: &str) -> Outcome {
    let options = Options::new(args, "prefix")?;
    let prefix = options.text("prefix", prefix);
    let length = length_of(faker, &options)?;
    Ok(Value::from(prefix + &characters(faker, digits, length)?))
}

fn hexadecimal(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "casing")?;
    let prefix = options.or("prefix", "0x");
    let length = length_of(faker, &options)?;
    if length <= 0.0 {
        return Ok(prefix);
    }
    let digits = hex_digits(faker, length)?;
    let digits = match options.get("casing").as_str() {
        Some("upper") => digits.to_ascii_uppercase(),
        Some("lower") => digits.to_ascii_lowercase(),
        _ => digits,
    };
    Ok(Value::from(format!("{}{digits}", prefix.to_text())))
}

fn numeric(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_length(args)?;
    let length = length_of(faker, &options)?;
    if length <= 0.0 {
        return Ok(Value::from(""));
    }
    let with_zero = options.is_unless_given("allowLeadingZeros");
    digits_but(faker, length, with_zero, &excluded(&options)?).map(Value::from)
}

fn sample(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let length = number::of_range(faker, &arg(args, 0).clone().or(10.0))?;
    let mut out = String::new();
    while (out.len() as f64) < length {
        // From 33 to 125, so it is ASCII.
        out.push(char::from(faker.int(33.0, 125.0)? as u8));
    }
    Ok(Value::from(out))
}

/// `string.uuid()`.
pub(super) fn uuid(faker: &mut Faker<'_>) -> Result<String, Error> {
    let pattern = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    let mut uuid = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            'x' => uuid.push_str(&math::to_radix(faker.int(0.0, 15.0)?, 16)),
            c => uuid.push(c),
        }
    }
    // All the others are drawn before this one.
    let variant = math::to_radix(faker.int(8.0, 11.0)?, 16);
    Ok(uuid.replace('y', &variant))
}

fn ulid(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "refDate")?;
    let mut rest = super::date::reference(faker, &options)?;
    let mut time = Vec::new();
    for _ in 0..10 {
        let digit = rest % 32.0;
        let letter = if digit < 0.0 { None } else { CROCKFORD.get(digit as usize..=digit as usize) };
        time.push(letter.unwrap_or("undefined"));
        rest = (rest - digit) / 32.0;
    }
    let time: String = time.into_iter().rev().collect();
    Ok(Value::from(time + &characters(faker, CROCKFORD, 16.0)?))
}

fn nanoid(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let length = number::of_range(faker, &arg(args, 0).clone().or(21.0))?;
    let mut out = String::new();
    while (out.len() as f64) < length {
        // 62 letters and digits, and two others.
        let is_common = faker.real()? * 64.0 < 62.0;
        let next =
            if is_common { alphanumeric_of(faker, 1.0, "mixed", "")? } else { faker.pick(&["_", "-"])?.to_owned() };
        out.push_str(&next);
    }
    Ok(Value::from(out))
}

fn symbol(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let length = number::of_range(faker, &arg(args, 0).clone().or(1.0))?;
    characters(faker, SYMBOLS, length).map(Value::from)
}
