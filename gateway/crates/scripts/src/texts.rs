//! Methods of texts, of Java's and JavaScript's strings alike.

use std::{ops::Range, sync::Arc};

use crate::{
    ScriptError,
    interpreter::Run,
    numbers,
    operators::{float, pattern},
    value::Value,
};

/// Calls a text's method. Absent: it has none of that name.
pub(crate) fn call(
    run: &mut Run<'_>,
    text: &Arc<str>,
    name: &str,
    arguments: &[Value],
    span: &Range<usize>,
) -> Result<Option<Value>, ScriptError> {
    let wrong = |message: String| ScriptError::new(span.clone(), message);
    let printed: Vec<String> = arguments.iter().map(|argument| run.print(argument)).collect();
    let first = printed.first().map(String::as_str).unwrap_or_default();
    let second = printed.get(1).map(String::as_str).unwrap_or_default();
    let is_pattern = matches!(arguments.first(), Some(Value::Pattern(..)));
    let made = match name {
        "contains" | "includes" => Value::Bool(text.contains(first)),
        "startsWith" => Value::Bool(text.starts_with(first)),
        "endsWith" => Value::Bool(text.ends_with(first)),
        "equals" => Value::Bool(matches!(arguments.first(), Some(Value::Text(other)) if other == text)),
        "equalsIgnoreCase" => Value::Bool(text.to_lowercase() == first.to_lowercase()),
        "isEmpty" => Value::Bool(text.is_empty()),
        "isBlank" | "allWhitespace" => Value::Bool(text.trim().is_empty()),
        "length" | "size" => Value::size(text.encode_utf16().count()),
        "toLowerCase" => Value::text(text.to_lowercase()),
        "toUpperCase" => Value::text(text.to_uppercase()),
        "trim" | "strip" => Value::text(text.trim()),
        "toString" | "intern" => Value::Text(text.clone()),
        "concat" => Value::text(format!("{text}{}", printed.concat())),
        "capitalize" => {
            let mut rest = text.chars();
            Value::text(rest.next().map(|c| c.to_uppercase().collect::<String>() + rest.as_str()).unwrap_or_default())
        }
        "reverse" => Value::text(text.chars().rev().collect::<String>()),
        "indexOf" => Value::Int(at(text, text.find(first))),
        "lastIndexOf" => Value::Int(at(text, text.rfind(first))),
        "charAt" | "getAt" => Value::text(part(text, arguments, true)),
        "substring" | "slice" => Value::text(part(text, arguments, false)),
        "repeat" | "multiply" => Value::text(repeated(text, arguments)),
        "padLeft" | "padStart" => Value::text(padding(text, arguments, second) + text),
        "padRight" | "padEnd" => Value::text(text.to_string() + &padding(text, arguments, second)),
        "matches" => Value::Bool(
            crate::operators::binary(
                crate::ast::Binary::Matches,
                &Value::Text(text.clone()),
                arguments.first().unwrap_or(&Value::Null),
                run.language,
                &mut run.heap,
            )
            .map_err(wrong)?
            .is_true(&run.heap, true),
        ),
        "match" => {
            let found = pattern(arguments.first().unwrap_or(&Value::Null)).map_err(wrong)?.find(text);
            match found {
                None => Value::Null,
                Some(found) => {
                    let groups = found.groups();
                    let group = |range: Option<Range<usize>>| Value::option(range.and_then(|range| text.get(range)));
                    let groups = groups.map(group).collect();
                    run.heap.new_list(groups)
                }
            }
        }
        "split" | "tokenize" => {
            let pieces = split(run, text, arguments.first(), name).map_err(wrong)?;
            let pieces = pieces.into_iter().map(Value::text).collect();
            run.heap.new_list(pieces)
        }
        "replaceAll" | "replaceFirst" | "replace" if is_pattern || (name != "replace" && run.is_groovy()) => {
            let found = pattern(arguments.first().unwrap_or(&Value::Null)).map_err(wrong)?;
            let all = name == "replaceAll" || !name.ends_with("First") && run.is_groovy();
            Value::text(if all { found.replace_all(text, second) } else { found.replace(text, second) })
        }
        "replaceAll" => Value::text(text.replace(first, second)),
        "replace" if run.is_groovy() => Value::text(text.replace(first, second)),
        "replace" => Value::text(text.replacen(first, second, 1)),
        "isNumber" | "isDouble" | "isBigDecimal" => Value::Bool(numbers::number(&Value::Text(text.clone())).is_some()),
        "isInteger" | "isLong" => Value::Bool(text.trim().parse::<i64>().is_ok()),
        "toInteger" | "toLong" | "toDouble" | "toFloat" | "toBigDecimal" => {
            let number = numbers::number(&Value::Text(text.clone()));
            let number = number.and_then(|number| numbers::call(&number, name, &[]));
            number.ok_or_else(|| wrong(format!("`{text}` is no number")))?
        }
        "toBoolean" => Value::Bool(matches!(text.trim().to_lowercase().as_str(), "true" | "y" | "1")),
        _ => return Ok(None),
    };
    if let Value::Text(made) = &made {
        run.heap.charge(made.len());
    }
    Ok(Some(made))
}

/// A byte's place in characters; -1 where there is none.
fn at(text: &str, byte: Option<usize>) -> i64 {
    let before = byte.and_then(|byte| text.get(..byte));
    before.map_or(-1, |before| i64::try_from(before.chars().count()).unwrap_or(i64::MAX))
}

fn index(value: Option<&Value>) -> Option<i64> {
    value.and_then(float).map(|number| number as i64)
}

fn part(text: &str, arguments: &[Value], one: bool) -> String {
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let within = |place: i64| (if place < 0 { place + count } else { place }).clamp(0, count);
    let from = within(index(arguments.first()).unwrap_or(0));
    let to = if one { from + 1 } else { index(arguments.get(1)).map_or(count, within) };
    let (from, to) = (from.min(to), to.max(from));
    let (skip, take) = (usize::try_from(from).unwrap_or(0), usize::try_from(to - from).unwrap_or(0));
    text.chars().skip(skip).take(take).collect()
}

/// Longest text that padding and repeating make, in characters.
const MADE_MAX: usize = 100_000;

fn repeated(text: &str, arguments: &[Value]) -> String {
    let times = index(arguments.first()).and_then(|times| usize::try_from(times).ok()).unwrap_or(0);
    text.repeat(times.min(MADE_MAX / text.len().max(1)))
}

fn padding(text: &str, arguments: &[Value], with: &str) -> String {
    let width = index(arguments.first()).and_then(|width| usize::try_from(width).ok()).unwrap_or(0);
    let missing = width.min(MADE_MAX).saturating_sub(text.chars().count());
    let with = if with.is_empty() { " " } else { with };
    with.chars().cycle().take(missing).collect()
}

fn split(run: &Run<'_>, text: &str, by: Option<&Value>, name: &str) -> Result<Vec<String>, String> {
    let own = |pieces: &mut dyn Iterator<Item = &str>| pieces.map(str::to_owned).collect::<Vec<_>>();
    let Some(by) = by else { return Ok(own(&mut text.split_whitespace())) };
    match by {
        Value::Text(marks) if name == "tokenize" => {
            Ok(own(&mut text.split(|c| marks.contains(c)).filter(|piece| !piece.is_empty())))
        }
        Value::Text(mark) if mark.is_empty() => Ok(text.chars().map(String::from).collect()),
        Value::Text(mark) if !run.is_groovy() => Ok(own(&mut text.split(&**mark))),
        by => {
            let (pattern, mut pieces, mut from) = (pattern(by)?, vec![], 0);
            for found in pattern.find_iter(text).filter(|found| !found.range().is_empty()) {
                pieces.push(text.get(from..found.start()).unwrap_or_default().to_owned());
                from = found.end();
            }
            pieces.push(text.get(from..).unwrap_or_default().to_owned());
            // Java leaves out empty pieces at the end.
            while run.is_groovy() && pieces.len() > 1 && pieces.last().is_some_and(String::is_empty) {
                pieces.pop();
            }
            Ok(pieces)
        }
    }
}
