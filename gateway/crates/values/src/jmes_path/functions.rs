//! The functions of expressions.

use super::{
    Failed,
    eval::{Found, Search, number},
    parse::Node,
};
use crate::{Text, Value, is_space, json, number as numbers};

/// What a function is called with.
enum Argument<'n> {
    Value(Value),
    /// `&expression`
    Expression(&'n Node),
}

struct Arguments<'n>(Vec<Argument<'n>>);

/// Calls a function.
pub(super) fn call(search: &mut Search<'_>, name: &str, nodes: &[Node], value: &Value) -> Found {
    let mut arguments = Vec::with_capacity(nodes.len());
    for node in nodes {
        arguments.push(match node {
            Node::Reference(expression) => Argument::Expression(expression),
            node => Argument::Value(search.visit(node, value)?),
        });
    }
    let arguments = Arguments(arguments);
    let (least, most) = arity(name).ok_or(Failed)?;
    if !(least..=most).contains(&arguments.0.len()) {
        return Err(Failed);
    }
    match name {
        "abs" | "ceil" | "floor" | "avg" | "sum" | "to_number" => calculate(name, &arguments),
        "map" | "group_by" | "max_by" | "min_by" | "sort_by" => by_expression(search, name, &arguments),
        "keys" | "values" | "items" | "merge" | "from_items" => of_objects(name, &arguments),
        "contains" | "length" | "max" | "min" | "reverse" | "sort" | "zip" | "to_array" | "join" | "not_null" => {
            of_lists(name, &arguments)
        }
        "type" => Ok(Value::String(Text::fixed(type_of(arguments.value(0)?)))),
        "to_string" => Ok(match arguments.value(0)? {
            text @ Value::String(_) => text.clone(),
            other => Value::String(json::to_compact(other)),
        }),
        name => of_texts(name, &arguments),
    }
}

/// How many arguments a function takes. Absent: there is none of this name.
fn arity(name: &str) -> Option<(usize, usize)> {
    Some(match name {
        "abs" | "ceil" | "floor" | "lower" | "upper" | "keys" | "values" | "avg" | "from_items" | "items"
        | "length" | "max" | "min" | "reverse" | "sort" | "sum" | "to_array" | "to_number" | "to_string" | "type" => {
            (1, 1)
        }
        "contains" | "ends_with" | "starts_with" | "group_by" | "join" | "map" | "max_by" | "min_by" | "sort_by" => {
            (2, 2)
        }
        "trim" | "trim_left" | "trim_right" => (1, 2),
        "find_first" | "find_last" => (2, 4),
        "pad_left" | "pad_right" | "split" => (2, 3),
        "replace" => (3, 4),
        "merge" | "not_null" | "zip" => (1, usize::MAX),
        _ => return None,
    })
}

// === impl Arguments ===

impl Arguments<'_> {
    fn value(&self, at: usize) -> Result<&Value, Failed> {
        match self.0.get(at) {
            Some(Argument::Value(value)) => Ok(value),
            _ => Err(Failed),
        }
    }

    fn values(&self) -> Result<Vec<&Value>, Failed> {
        (0..self.0.len()).map(|at| self.value(at)).collect()
    }

    fn expression(&self, at: usize) -> Result<&Node, Failed> {
        match self.0.get(at) {
            Some(Argument::Expression(node)) => Ok(node),
            _ => Err(Failed),
        }
    }

    fn text(&self, at: usize) -> Result<&Text, Failed> {
        text(self.value(at)?)
    }

    fn items(&self, at: usize) -> Result<&[Value], Failed> {
        items(self.value(at)?)
    }

    /// A whole number that is not negative. Absent: it was not given.
    fn count(&self, at: usize) -> Result<Option<usize>, Failed> {
        if self.0.len() <= at {
            return Ok(None);
        }
        let number = number(self.value(at)?)?;
        // Saturates, where no text is as long.
        if number >= 0.0 && number.fract() == 0.0 { Ok(Some(number as usize)) } else { Err(Failed) }
    }
}

fn text(value: &Value) -> Result<&Text, Failed> {
    if let Value::String(text) = value { Ok(text) } else { Err(Failed) }
}

fn items(value: &Value) -> Result<&[Value], Failed> {
    if let Value::Array(items) = value { Ok(items) } else { Err(Failed) }
}

fn calculate(name: &str, arguments: &Arguments<'_>) -> Found {
    let value = arguments.value(0)?;
    Ok(match name {
        "to_number" => match value {
            Value::Number(_) => value.clone(),
            Value::String(text) => match numbers::parse(text) {
                number if number.is_nan() => Value::Null,
                number => Value::Number(number),
            },
            _ => Value::Null,
        },
        "abs" => Value::Number(number(value)?.abs()),
        "ceil" => Value::Number(number(value)?.ceil()),
        "floor" => Value::Number(number(value)?.floor()),
        name => {
            let numbers = items(value)?.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            let sum: f64 = numbers.iter().sum();
            match name {
                "sum" => Value::Number(sum + 0.0),
                _ if numbers.is_empty() => Value::Null,
                _ => Value::Number(sum / numbers.len() as f64),
            }
        }
    })
}

fn by_expression(search: &mut Search<'_>, name: &str, arguments: &Arguments<'_>) -> Found {
    if name == "map" {
        let (node, items) = (arguments.expression(0)?, arguments.items(1)?);
        return Ok(Value::array(items.iter().map(|item| search.visit(node, item)).collect::<Result<_, _>>()?));
    }
    let (items, node) = (arguments.items(0)?, arguments.expression(1)?);
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        keyed.push((search.visit(node, item)?, item.clone()));
    }
    match name {
        "group_by" => {
            let mut groups: Vec<(Text, Vec<Value>)> = Vec::new();
            for (key, item) in keyed {
                let key = text(&key)?;
                match groups.iter_mut().find(|(known, _)| known == key) {
                    Some((_, group)) => group.push(item),
                    None => groups.push((key.clone(), vec![item])),
                }
            }
            Ok(Value::object(groups.into_iter().map(|(key, group)| (key, Value::array(group))).collect()))
        }
        "sort_by" => {
            sort(&mut keyed)?;
            Ok(Value::array(keyed.into_iter().map(|(_, item)| item).collect()))
        }
        name => extreme_by(name == "max_by", keyed),
    }
}

/// The first item with the highest, or lowest, key. Texts count as numbers here, as they do in the original, where the
/// first is compared with infinity.
fn extreme_by(wants_max: bool, keyed: Vec<(Value, Value)>) -> Found {
    let mut best: Option<(Value, Value)> = None;
    for (key, item) in keyed {
        if !matches!(key, Value::Number(_) | Value::String(_)) {
            return Err(Failed);
        }
        let infinity = Value::Number(if wants_max { f64::NEG_INFINITY } else { f64::INFINITY });
        let order = key.compare(best.as_ref().map_or(&infinity, |(best, _)| best));
        if order.is_some_and(|order| if wants_max { order.is_gt() } else { order.is_lt() }) {
            best = Some((key, item));
        }
    }
    Ok(best.map_or(Value::Null, |(_, item)| if item.is_truthy() { item } else { Value::Null }))
}

/// Sorts by keys that are all numbers or all texts. Of equal texts the last comes first: the original's comparison never
/// finds two texts equal.
fn sort(keyed: &mut [(Value, Value)]) -> Result<(), Failed> {
    let is_number = |(key, _): &(Value, Value)| matches!(key, Value::Number(_));
    let is_text = |(key, _): &(Value, Value)| matches!(key, Value::String(_));
    if keyed.iter().all(is_number) {
        keyed.sort_by(|(a, _), (b, _)| a.to_number().total_cmp(&b.to_number()));
        return Ok(());
    }
    if !keyed.iter().all(is_text) {
        return Err(Failed);
    }
    keyed.reverse();
    keyed.sort_by(|(a, _), (b, _)| a.to_text().as_str().cmp(b.to_text().as_str()));
    Ok(())
}

fn of_objects(name: &str, arguments: &Arguments<'_>) -> Found {
    if name == "from_items" {
        let mut members = Vec::new();
        for pair in arguments.items(0)? {
            let [key, value] = items(pair)? else { return Err(Failed) };
            members.push((text(key)?.clone(), value.clone()));
        }
        return Ok(Value::object(members));
    }
    let mut members = Vec::new();
    for value in arguments.values()? {
        let Value::Object(object) = value else { return Err(Failed) };
        members.extend(object.iter().cloned());
    }
    Ok(match name {
        "keys" => Value::array(members.into_iter().map(|(name, _)| Value::String(name)).collect()),
        "values" => Value::array(members.into_iter().map(|(_, value)| value).collect()),
        "items" => Value::array(
            members.into_iter().map(|(name, value)| Value::array(vec![Value::String(name), value])).collect(),
        ),
        _ => Value::object(members),
    })
}

fn of_lists(name: &str, arguments: &Arguments<'_>) -> Found {
    let first = arguments.value(0)?;
    Ok(match (name, first) {
        ("not_null", _) => {
            arguments.values()?.into_iter().find(|value| !matches!(value, Value::Null)).cloned().unwrap_or(Value::Null)
        }
        ("contains", Value::Array(items)) => {
            let wanted = arguments.value(1)?;
            Value::Bool(items.iter().any(|item| item.strict_eq(wanted)))
        }
        ("contains", Value::String(text)) => match arguments.value(1)? {
            Value::String(part) => Value::Bool(text.contains(part.as_str())),
            _ => Value::Null,
        },
        ("length", Value::String(text)) => Value::Number(text.chars().count() as f64),
        ("length", Value::Array(items)) => Value::Number(items.len() as f64),
        ("length", Value::Object(object)) => Value::Number(object.len() as f64),
        ("reverse", Value::String(text)) => Value::string(text.chars().rev().collect::<String>()),
        ("reverse", Value::Array(items)) => Value::array(items.iter().rev().cloned().collect()),
        ("to_array", Value::Array(_)) => first.clone(),
        ("to_array", other) => Value::array(vec![other.clone()]),
        ("join", Value::String(separator)) => {
            let texts =
                arguments.items(1)?.iter().map(|item| text(item).map(Text::as_str)).collect::<Result<Vec<_>, _>>()?;
            Value::string(texts.join(separator))
        }
        ("sort", Value::Array(items)) => sorted(items)?,
        ("max" | "min", Value::Array(items)) => match sorted_by_value(items)?.as_slice() {
            [] => Value::Null,
            [least, ..] if name == "min" => least.clone(),
            [.., most] => most.clone(),
        },
        ("zip", _) => {
            let lists = arguments.values()?.into_iter().map(items).collect::<Result<Vec<_>, _>>()?;
            let length = lists.iter().map(|list| list.len()).min().unwrap_or(0);
            let row = |at| Value::array(lists.iter().filter_map(|list| list.get(at).cloned()).collect());
            Value::array((0..length).map(row).collect())
        }
        _ => return Err(Failed),
    })
}

/// `sort`: texts by their characters; numbers too, by how they print, as JavaScript sorts without being told how.
fn sorted(items: &[Value]) -> Found {
    let is_number = items.iter().all(|item| matches!(item, Value::Number(_)));
    if !is_number && !items.iter().all(|item| matches!(item, Value::String(_))) {
        return Err(Failed);
    }
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.to_text().as_str().cmp(b.to_text().as_str()));
    Ok(Value::array(sorted))
}

fn sorted_by_value(items: &[Value]) -> Result<Vec<Value>, Failed> {
    let mut keyed: Vec<(Value, Value)> = items.iter().map(|item| (item.clone(), item.clone())).collect();
    sort(&mut keyed)?;
    Ok(keyed.into_iter().map(|(_, item)| item).collect())
}

fn of_texts(name: &str, arguments: &Arguments<'_>) -> Found {
    let subject = arguments.text(0)?;
    Ok(match name {
        "lower" => Value::string(subject.to_lowercase()),
        "upper" => Value::string(subject.to_uppercase()),
        "starts_with" => Value::Bool(subject.starts_with(arguments.text(1)?.as_str())),
        "ends_with" => Value::Bool(subject.ends_with(arguments.text(1)?.as_str())),
        "trim" | "trim_left" | "trim_right" => {
            let chars = if arguments.0.len() > 1 { arguments.text(1)?.clone() } else { Text::EMPTY };
            let is_cut = |c: char| if chars.is_empty() { is_space(c) || c == '\u{85}' } else { chars.contains(c) };
            let text = if name == "trim_right" { subject.as_str() } else { subject.trim_start_matches(is_cut) };
            Value::string(if name == "trim_left" { text } else { text.trim_end_matches(is_cut) })
        }
        "pad_left" | "pad_right" => pad(name == "pad_left", subject, arguments)?,
        "split" => split(subject, arguments.text(1)?, arguments.count(2)?),
        "replace" => {
            let (what, by) = (arguments.text(1)?, arguments.text(2)?);
            Value::string(match arguments.count(3)? {
                None => subject.replace(what.as_str(), by),
                Some(count) => subject.replacen(what.as_str(), by, count),
            })
        }
        "find_first" | "find_last" => find(name == "find_last", subject, arguments)?,
        _ => return Err(Failed),
    })
}

/// Longer texts are not padded: nobody wants one, and it would be made of nothing.
const WIDEST: usize = 1 << 20;

fn pad(is_left: bool, subject: &str, arguments: &Arguments<'_>) -> Found {
    let width = arguments.count(1)?.filter(|width| *width <= WIDEST).ok_or(Failed)?;
    let with = if arguments.0.len() > 2 { arguments.text(2)?.as_str() } else { " " };
    let with = if with.is_empty() { " " } else { with };
    if with.chars().count() > 1 {
        return Err(Failed);
    }
    let padding = with.repeat(width.saturating_sub(subject.chars().count()));
    Ok(match (subject, is_left) {
        ("", _) => Value::EMPTY,
        (subject, true) => Value::string(padding + subject),
        (subject, false) => Value::string(subject.to_owned() + &padding),
    })
}

fn split(subject: &str, separator: &str, count: Option<usize>) -> Value {
    if subject.is_empty() && separator.is_empty() {
        return Value::array(Vec::new());
    }
    if count == Some(0) {
        return Value::array(vec![Value::string(subject)]);
    }
    let mut parts: Vec<String> = if separator.is_empty() {
        subject.chars().map(String::from).collect()
    } else {
        subject.split(separator).map(str::to_owned).collect()
    };
    if let Some(count) = count {
        let rest = parts.split_off(count.min(parts.len()));
        parts.push(rest.join(separator));
    }
    Value::array(parts.into_iter().map(Value::string).collect())
}

/// Where a text is within another, in UTF-16 units; `null` where it is not.
fn find(is_last: bool, subject: &str, arguments: &Arguments<'_>) -> Found {
    let part: Vec<u16> = arguments.text(1)?.encode_utf16().collect();
    let units: Vec<u16> = subject.encode_utf16().collect();
    let bound = |at| -> Result<Option<f64>, Failed> {
        if arguments.0.len() <= at { Ok(None) } else { number(arguments.value(at)?).map(Some) }
    };
    // Saturates at both ends.
    let start = bound(2)?.map_or(0, |start| start as usize);
    let end = bound(3)?.filter(|end| *end != 0.0).map_or(units.len(), |end| (end as usize).min(units.len()));
    let (Some(within), false) = (units.get(start..end), part.is_empty()) else { return Ok(Value::Null) };
    let mut places = within.windows(part.len()).enumerate().filter(|(_, window)| *window == part).map(|(at, _)| at);
    let found = if is_last { places.next_back() } else { places.next() };
    Ok(found.map_or(Value::Null, |at| Value::Number((start + at) as f64)))
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Undefined | Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        _ => "object",
    }
}
