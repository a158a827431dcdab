//! Strings. Positions and lengths are UTF-16 code units, as JavaScript counts them.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError, limits,
    value::{Text, Value, number, utf16_len},
};

pub(super) const TABLE: Table = &[
    ("lowercase", Helper::Pure(|arguments| change_case(arguments, "toLowerCase", str::to_lowercase))),
    ("uppercase", Helper::Pure(|arguments| change_case(arguments, "toUpperCase", str::to_uppercase))),
    ("split", Helper::Pure(split)),
    ("includes", Helper::Pure(includes)),
    ("indexOf", Helper::Pure(index_of)),
    ("substr", Helper::Pure(substr)),
    ("padStart", Helper::Pure(|arguments| pad(arguments, true))),
    ("padEnd", Helper::Pure(|arguments| pad(arguments, false))),
    ("replace", Helper::Pure(|arguments| replace(arguments, false))),
    ("replaceAll", Helper::Pure(|arguments| replace(arguments, true))),
    ("newline", Helper::Pure(|_| Ok(Value::string(Text::fixed("\n"))))),
];

fn change_case(arguments: &Arguments<'_>, method: &str, change: fn(&str) -> String) -> Outcome {
    match arguments.params.first() {
        None => Ok(Value::EMPTY),
        Some(Value::String(text) | Value::Safe(text)) => Ok(Value::string(change(text))),
        Some(Value::Undefined) => {
            Err(RenderError::new(format!("Cannot read properties of undefined (reading '{method}')")))
        }
        Some(Value::Null) => Err(RenderError::new(format!("Cannot read properties of null (reading '{method}')"))),
        Some(_) => Err(RenderError::new(format!("text.{method} is not a function"))),
    }
}

fn split(arguments: &Arguments<'_>) -> Outcome {
    let Some(text) = arguments.first().as_text().filter(|text| !text.is_empty()) else { return Ok(Value::EMPTY) };
    let separator = match arguments.get(1) {
        Value::String(separator) if !separator.is_empty() => separator.clone(),
        _ => Text::fixed(" "),
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(separator.as_str()) {
        parts.push(Value::String(text.slice(start, at)));
        start = at + separator.len();
    }
    parts.push(Value::String(text.slice(start, text.len())));
    Ok(Value::array(parts))
}

/// An argument of the searching helpers: objects count as the empty string.
fn searched(value: &Value) -> Text {
    match value {
        Value::Undefined | Value::Null | Value::Array(_) | Value::Object(_) => Text::EMPTY,
        value => value.to_text(),
    }
}

/// The text to look into, where `undefined` is an error as it is in JavaScript.
fn subject(arguments: &Arguments<'_>) -> Result<Text, RenderError> {
    match arguments.params.first() {
        Some(Value::Undefined) => Err(RenderError::new("Cannot read properties of undefined (reading 'toString')")),
        _ => Ok(searched(arguments.first())),
    }
}

fn includes(arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Bool(searched(arguments.get(0)).contains(searched(arguments.get(1)).as_str())))
}

fn index_of(arguments: &Arguments<'_>) -> Outcome {
    let (text, search) = (subject(arguments)?, searched(arguments.get(1)));
    let from = match arguments.get(2) {
        Value::Undefined | Value::Null | Value::Array(_) | Value::Object(_) => 0.0,
        // `Number(from.toString())`: `true` is none.
        from => number::parse(&from.to_text()),
    };
    let length = utf16_len(&text);
    // Clamped to the length, so it fits; NaN is 0.
    let start = unit_offset(&text, from.clamp(0.0, length as f64) as usize);
    let found = text.get(start..).and_then(|rest| rest.find(search.as_str()));
    Ok(Value::Number(found.map_or(-1.0, |at| utf16_len(text.get(..start + at).unwrap_or_default()) as f64)))
}

/// Where a code unit begins, in bytes.
fn unit_offset(text: &str, unit: usize) -> usize {
    if text.is_ascii() {
        return unit.min(text.len());
    }
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= unit {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

/// A part of a text by code units. Half of a character becomes U+FFFD, as it does where Node sends it.
fn units_between(text: &Text, from: usize, to: usize) -> Text {
    if text.is_ascii() {
        return text.slice(from, to);
    }
    let mut part = String::new();
    let mut at = 0;
    for c in text.chars() {
        let end = at + c.len_utf16();
        match (at >= from, end <= to) {
            (true, true) => part.push(c),
            _ if at < to && end > from => part.push(char::REPLACEMENT_CHARACTER),
            _ => {}
        }
        at = end;
    }
    Text::from(part)
}

fn substr(arguments: &Arguments<'_>) -> Outcome {
    let text = subject(arguments)?;
    let units = utf16_len(&text);
    let whole = |value: &Value| match value {
        Value::Undefined | Value::Null | Value::Array(_) | Value::Object(_) => None,
        value => Some(Some(number::parse(&value.to_text())).filter(|number| !number.is_nan()).unwrap_or_default()),
    };
    let from = super::array::relative(whole(arguments.get(1)).unwrap_or_default(), units);
    let length = whole(arguments.get(2)).unwrap_or(units as f64).clamp(0.0, (units - from) as f64);
    Ok(Value::String(units_between(&text, from, from + length as usize)))
}

fn pad(arguments: &Arguments<'_>, at_start: bool) -> Outcome {
    let Some(value) = arguments.params.first() else { return Ok(Value::EMPTY) };
    let text = value.to_text();
    let filler = if arguments.len() == 3 { arguments.get(2).to_text() } else { Text::fixed(" ") };
    let wanted = if arguments.len() >= 2 { arguments.get(1).to_number() } else { 0.0 };
    let missing = wanted.trunc() - utf16_len(&text) as f64;
    if missing.is_nan() || missing < 1.0 || filler.is_empty() {
        return Ok(Value::String(text));
    }
    if missing > limits::OUTPUT_BYTES as f64 {
        return Err(RenderError::new("Invalid string length"));
    }
    // Within the limit, so it fits.
    let mut missing = missing as usize;
    let mut padding = String::new();
    for c in filler.chars().cycle() {
        if missing == 0 {
            break;
        }
        // Half of a character becomes U+FFFD, as it does where Node sends it.
        padding.push(if missing < c.len_utf16() { char::REPLACEMENT_CHARACTER } else { c });
        missing = missing.saturating_sub(c.len_utf16());
    }
    let parts = if at_start { [padding.as_str(), &text] } else { [text.as_str(), &padding] };
    Ok(Value::string(parts.concat()))
}

/// Literal search; the replacement may speak of what was found, as JavaScript's does: `$&`, `` $` ``, `$'`, `$$`.
fn replace(arguments: &Arguments<'_>, all: bool) -> Outcome {
    let [input, search, replacement] = [0, 1, 2].map(|index| arguments.get(index).as_text());
    let (Some(input), Some(search), Some(replacement)) = (input, search, replacement) else { return Ok(Value::EMPTY) };
    if search.is_empty() {
        return Ok(Value::String(input.clone()));
    }
    let most = if all { usize::MAX } else { 1 };
    let mut out = String::with_capacity(input.len());
    let mut start = 0;
    for (at, found) in input.match_indices(search.as_str()).take(most) {
        out.push_str(input.get(start..at).unwrap_or_default());
        start = at + found.len();
        write_replacement(&mut out, replacement, input, at..start);
        if out.len() > limits::OUTPUT_BYTES {
            return Err(RenderError::new("Invalid string length"));
        }
    }
    out.push_str(input.get(start..).unwrap_or_default());
    Ok(Value::string(out))
}

fn write_replacement(out: &mut String, replacement: &str, input: &str, found: std::ops::Range<usize>) {
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        let (before, pattern) = rest.split_at(at);
        out.push_str(before);
        let meant = match pattern.as_bytes() {
            [_, b'$', ..] => Some("$"),
            [_, b'&', ..] => input.get(found.clone()),
            [_, b'`', ..] => input.get(..found.start),
            [_, b'\'', ..] => input.get(found.end..),
            _ => None,
        };
        out.push_str(meant.unwrap_or("$"));
        rest = pattern.get(if meant.is_some() { 2 } else { 1 }..).unwrap_or_default();
    }
    out.push_str(rest);
}
