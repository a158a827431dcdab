//! `helpers`, as far as a template can call them: it has no functions to pass.

use super::{number, regexp, symbols};
use crate::{
    Error, Value,
    faker::Faker,
    method::{Method::Call, Outcome, Table},
    options::{Options, arg},
    text,
};

pub(super) const TABLE: Table = &[
    ("fake", Call(fake)),
    ("slugify", Call(slugify)),
    ("replaceSymbols", Call(symbols::replace_symbols)),
    ("replaceCreditCardSymbols", Call(symbols::replace_credit_card_symbols)),
    ("fromRegExp", Call(regexp::from_reg_exp)),
    ("shuffle", Call(shuffle)),
    ("uniqueArray", Call(unique_array)),
    ("mustache", Call(mustache)),
    ("maybe", Call(maybe)),
    ("objectKey", Call(|faker, args| object_key(faker, arg(args, 0)))),
    ("objectValue", Call(|faker, args| entry(faker, arg(args, 0)).map(|(_, value)| value))),
    ("objectEntry", Call(|faker, args| entry(faker, arg(args, 0)).map(|(key, value)| Value::Array(vec![key, value])))),
    ("arrayElement", Call(|faker, args| pick_value(faker, arg(args, 0)))),
    ("weightedArrayElement", Call(weighted_array_element)),
    ("arrayElements", Call(array_elements)),
    ("enumValue", Call(enum_value)),
    ("rangeToNumber", Call(|faker, args| number::of_range(faker, arg(args, 0)).map(Value::from))),
    ("multiple", Call(multiple)),
];

/// The text of an argument, of which the original calls a string's method.
pub(super) fn text_of(value: &Value, method: &str) -> Result<String, Error> {
    match value {
        Value::Undefined => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Null => Err(Error::unreadable("null", method)),
        _ => Err(Error::thrown(format!("e.{method} is not a function"))),
    }
}

/// `helpers.arrayElement(value)`.
pub(super) fn pick_value(faker: &mut Faker<'_>, value: &Value) -> Outcome {
    let len = match value {
        Value::Undefined | Value::Null => return Err(Error::unreadable(&value.to_text(), "length")),
        Value::Array(items) => items.len(),
        Value::String(text) => text::length(text),
        other => match other.get("length") {
            Value::Number(length) if length != 0.0 => length as usize,
            Value::Number(_) => 0,
            // Neither 0 nor above 1.
            _ => 1,
        },
    };
    let index = faker.index(len)?;
    Ok(value.at(index))
}

/// `helpers.weightedArrayElement(items)`, of `{ weight, value }`.
pub(crate) fn weighted(faker: &mut Faker<'_>, items: &[Value]) -> Outcome {
    if items.is_empty() {
        return Err(Error::faker("weightedArrayElement expects an array with at least one element"));
    }
    let weights: Vec<f64> = items.iter().map(|item| item.get("weight").to_number()).collect();
    if !weights.iter().all(|weight| *weight > 0.0) {
        return Err(Error::faker("weightedArrayElement expects weights that are positive numbers"));
    }
    let drawn = faker.real()? * weights.iter().sum::<f64>();
    let mut reached = 0.0;
    for (item, weight) in items.iter().zip(weights) {
        reached += weight;
        if drawn < reached {
            return Ok(item.get("value"));
        }
    }
    Ok(items.last().map(|item| item.get("value")).unwrap_or_default())
}

/// Replaces every `{{key}}` by what is made anew for each.
pub(super) fn replace_key(
    faker: &mut Faker<'_>,
    text: &str,
    key: &str,
    mut make: impl FnMut(&mut Faker<'_>) -> Result<String, Error>,
) -> Result<String, Error> {
    let pattern = format!("{{{{{key}}}}}");
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(&pattern) {
        out.push_str(before);
        let value = make(faker)?;
        faker.spend(1 + value.len())?;
        out.push_str(&value);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

fn fake(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let pattern = match arg(args, 0) {
        Value::String(text) => text.clone(),
        other => match pick_value(faker, other)? {
            Value::String(text) => text,
            Value::Undefined => return Err(Error::unreadable("undefined", "search")),
            _ => return Err(Error::thrown("r.search is not a function")),
        },
    };
    faker.fake(&pattern).map(Value::from)
}

fn slugify(_: &mut Faker<'_>, args: &[Value]) -> Outcome {
    Ok(Value::from(text::slug(&text_of(arg(args, 0), "normalize")?)))
}

/// What `[...value]` gives.
fn spread(value: &Value) -> Result<Vec<Value>, Error> {
    match value {
        Value::Array(items) => Ok(items.clone()),
        Value::String(text) => Ok(text.chars().map(|c| Value::from(c.to_string())).collect()),
        _ => Err(Error::thrown("e is not iterable")),
    }
}

fn shuffle(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let items = arg(args, 0);
    let is_in_place = Options::of(arg(args, 1), "inplace")?.is("inplace");
    match items {
        Value::Array(_) => {}
        _ if !is_in_place => {}
        Value::Undefined | Value::Null => return Err(Error::unreadable(&items.to_text(), "length")),
        Value::String(text) if text::length(text) > 1 => {
            let last = text::length(text) - 1;
            return Err(Error::thrown(format!("Cannot assign to read only property '{last}' of string '{text}'")));
        }
        // There is nothing in it to change.
        other => return Ok(other.clone()),
    }
    shuffled(faker, spread(items)?).map(Value::Array)
}

/// `helpers.shuffle(items)`.
pub(super) fn shuffled<T>(faker: &mut Faker<'_>, mut items: Vec<T>) -> Result<Vec<T>, Error> {
    for last in (1..items.len()).rev() {
        let other = faker.int(0.0, last as f64)? as usize;
        items.swap(last, other);
    }
    Ok(items)
}

fn unique_array(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let Value::Array(items) = arg(args, 0) else {
        return Ok(Value::Array(Vec::new()));
    };
    let mut unique: Vec<Value> = Vec::new();
    for item in items {
        faker.spend(unique.len())?;
        if !unique.iter().any(|known| is_same(known, item)) {
            unique.push(item.clone());
        }
    }
    let mut unique = shuffled(faker, unique)?;
    // Saturates: NaN and what is below zero take none.
    unique.truncate(arg(args, 1).to_number() as usize);
    Ok(Value::Array(unique))
}

/// Whether two values are one to a `Set`: objects never are.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || (left.is_nan() && right.is_nan()),
        (Value::Array(_) | Value::Object(_) | Value::Safe(_) | Value::Date(_), _) => false,
        (left, right) => left == right,
    }
}

fn mustache(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let (text, data) = (arg(args, 0), arg(args, 1));
    let keys = keys(data).unwrap_or_default();
    let mut text = match text {
        Value::Undefined | Value::Null => return Ok(Value::from("")),
        Value::String(text) => text.clone(),
        other if keys.is_empty() => return Ok(other.clone()),
        _ => return Err(Error::thrown("e.replace is not a function")),
    };
    for key in keys {
        text = replace_key(faker, &text, &key, |_| Ok(data.get(&key).to_text().into_owned()))?;
    }
    Ok(Value::from(text))
}

fn maybe(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = args.get(1..).unwrap_or_default();
    match super::datatype::boolean(faker, options)? {
        Value::Bool(true) => Err(Error::thrown("e is not a function")),
        _ => Ok(Value::Undefined),
    }
}

/// What `Object.keys(value)` gives.
fn keys(value: &Value) -> Result<Vec<String>, Error> {
    match value {
        Value::Undefined | Value::Null => Err(Error::thrown("Cannot convert undefined or null to object")),
        Value::Object(members) => Ok(members.iter().map(|(key, _)| key.clone()).collect()),
        Value::Array(items) => Ok((0..items.len()).map(|index| index.to_string()).collect()),
        Value::String(text) => Ok((0..text::length(text)).map(|index| index.to_string()).collect()),
        Value::Safe(_) => Ok(vec!["string".to_owned()]),
        _ => Ok(Vec::new()),
    }
}

fn object_key(faker: &mut Faker<'_>, value: &Value) -> Outcome {
    entry(faker, value).map(|(key, _)| key)
}

fn entry(faker: &mut Faker<'_>, value: &Value) -> Result<(Value, Value), Error> {
    let keys = keys(value)?;
    let index = faker.index(keys.len())?;
    let key = keys.into_iter().nth(index).unwrap_or_default();
    let member = value.get(&key);
    Ok((Value::from(key), member))
}

fn weighted_array_element(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    match arg(args, 0) {
        Value::Array(items) => weighted(faker, items),
        value @ (Value::Undefined | Value::Null) => Err(Error::unreadable(&value.to_text(), "length")),
        Value::String(text) if text.is_empty() => weighted(faker, &[]),
        _ => Err(Error::thrown("e.every is not a function")),
    }
}

fn array_elements(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let value = arg(args, 0);
    let items = match value {
        Value::Undefined | Value::Null => return Err(Error::unreadable(&value.to_text(), "length")),
        value => spread(value),
    };
    // What is no array has no length, and is found to be none only when something is taken of it.
    let len = items.as_ref().map_or(f64::NAN, |items| items.len() as f64);
    if len == 0.0 {
        return Ok(Value::Array(Vec::new()));
    }
    let all =
        Value::object([("min", Value::Number(1.0)), ("max", items.as_ref().map_or(Value::Undefined, |_| len.into()))]);
    let count = number::of_range(faker, &arg(args, 1).clone().or_if_nullish(all))?;
    if count >= len {
        return shuffled(faker, items?).map(Value::Array);
    }
    if count <= 0.0 {
        return Ok(Value::Array(Vec::new()));
    }
    let mut items = items?;
    let keep = len - count;
    for last in (0..items.len()).rev().take_while(|last| (last + 1) as f64 > keep) {
        let other = faker.int(0.0, last as f64)? as usize;
        items.swap(last, other);
    }
    // What is not whole is cut off, and NaN takes all.
    Ok(Value::Array(items.split_off((keep as usize).min(items.len()))))
}

fn enum_value(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let value = arg(args, 0);
    let mut names = keys(value)?;
    names.retain(|name| crate::math::parse(name).is_nan());
    let index = faker.index(names.len())?;
    Ok(names.get(index).map(|name| value.get(name)).unwrap_or_default())
}

fn multiple(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = match arg(args, 1) {
        Value::Null => return Err(Error::unreadable("null", "count")),
        options => Options::of(options, "count")?,
    };
    let count = number::of_range(faker, &options.get("count").or_if_nullish(3.0))?;
    if count <= 0.0 {
        return Ok(Value::Array(Vec::new()));
    }
    match arg(args, 0) {
        Value::Undefined => faker.several(count, |_| Ok(Value::Undefined)).map(Value::Array),
        other => Err(Error::thrown(format!("{} is not a function", described(other)))),
    }
}

/// A value as V8's messages show it.
fn described(value: &Value) -> String {
    match value {
        Value::Object(_) | Value::Safe(_) => "#<Object>".to_owned(),
        other => other.to_text().into_owned(),
    }
}
