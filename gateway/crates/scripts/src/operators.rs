//! What operators make of values.

use std::cmp::Ordering;

use rust_decimal::{Decimal, MathematicalOps, prelude::ToPrimitive};

use crate::{Language, ast::Binary, heap::Heap, value::Value};

/// Makes a value of two, where that needs nobody else.
///
/// # Errors
/// When the operator knows nothing of such values.
pub(crate) fn binary(
    operator: Binary,
    left: &Value,
    right: &Value,
    language: Language,
    heap: &mut Heap,
) -> Result<Value, String> {
    let is_groovy = language == Language::Groovy;
    Ok(match operator {
        Binary::Add => return add(left, right, language, heap),
        Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder | Binary::Power => {
            return arithmetic(operator, left, right, language);
        }
        Binary::Equal | Binary::StrictEqual => Value::Bool(equal(left, right, heap, 0)),
        Binary::NotEqual | Binary::StrictNotEqual => Value::Bool(!equal(left, right, heap, 0)),
        Binary::Less => Value::Bool(compare(left, right)?.is_some_and(Ordering::is_lt)),
        Binary::LessOrEqual => Value::Bool(compare(left, right)?.is_some_and(Ordering::is_le)),
        Binary::More => Value::Bool(compare(left, right)?.is_some_and(Ordering::is_gt)),
        Binary::MoreOrEqual => Value::Bool(compare(left, right)?.is_some_and(Ordering::is_ge)),
        Binary::Compare => Value::Int(compare(left, right)?.map_or(0, |order| order as i64)),
        Binary::Finds => Value::Bool(pattern(right)?.find(&left.print(heap, is_groovy)).is_some()),
        Binary::Matches => {
            let text = left.print(heap, is_groovy);
            Value::Bool(matches(right, &text)?)
        }
        Binary::In => Value::Bool(contains(right, left, heap)),
        Binary::InstanceOf => match right {
            Value::Class(class) => Value::Bool(is_of(left, class)),
            _ => return Err("`instanceof` needs a class".into()),
        },
        Binary::Append => return Err(format!("nothing can be appended to {}", left.kind())),
    })
}

/// Whether a list, a map or a text holds a value.
pub(crate) fn contains(holder: &Value, value: &Value, heap: &Heap) -> bool {
    match holder {
        Value::List(list) => heap.list(*list).iter().any(|element| equal(element, value, heap, 0)),
        Value::Map(map) => heap.map(*map).iter().any(|(name, _)| matches!(value, Value::Text(text) if text == name)),
        Value::Text(text) => matches!(value, Value::Text(part) if text.contains(&**part)),
        _ => false,
    }
}

/// A pattern, or a text read as one.
pub(crate) fn pattern(value: &Value) -> Result<regress::Regex, String> {
    match value {
        Value::Pattern(pattern, _) => Ok((**pattern).clone()),
        Value::Text(text) => regress::Regex::new(text).map_err(|error| format!("`{text}` is no pattern: {error}")),
        other => Err(format!("{} is no pattern", other.kind())),
    }
}

/// Whether a pattern, or a text read as one, takes a text as a whole.
pub(crate) fn matches(value: &Value, text: &str) -> Result<bool, String> {
    let source = match value {
        Value::Pattern(_, source) | Value::Text(source) => source,
        other => return Err(format!("{} is no pattern", other.kind())),
    };
    let whole = regress::Regex::new(&format!("^(?:{source})$"));
    let whole = whole.map_err(|error| format!("`{source}` is no pattern: {error}"))?;
    Ok(whole.find(text).is_some())
}

/// Whether a value of Groovy's `switch` fits a case: it is among its elements, of its class, taken by its pattern, or the same.
///
/// # Errors
/// When the pattern is none.
pub(crate) fn is_case(case: &Value, value: &Value, heap: &Heap) -> Result<bool, String> {
    match case {
        Value::List(_) => Ok(contains(case, value, heap)),
        Value::Class(class) => Ok(is_of(value, class)),
        Value::Pattern(..) if value.is_null() => Ok(false),
        Value::Pattern(..) => matches(case, &value.print(heap, true)),
        _ => Ok(equal(value, case, heap, 0)),
    }
}

fn is_of(value: &Value, class: &str) -> bool {
    match class {
        "String" | "GString" | "CharSequence" => matches!(value, Value::Text(_)),
        "Number" => matches!(value, Value::Int(_) | Value::Decimal(_) | Value::Double(_)),
        "Integer" | "Long" => matches!(value, Value::Int(_)),
        "BigDecimal" => matches!(value, Value::Decimal(_)),
        "Double" | "Float" => matches!(value, Value::Double(_)),
        "Boolean" => matches!(value, Value::Bool(_)),
        "List" | "Collection" | "ArrayList" | "Array" => matches!(value, Value::List(_)),
        "Map" | "HashMap" | "LinkedHashMap" => matches!(value, Value::Map(_)),
        "Object" => !value.is_null(),
        _ => false,
    }
}

/// A value as a decimal. Absent: it is no exact number.
pub(crate) fn exact(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        _ => None,
    }
}

/// A value as a double. Absent: it is no number.
pub(crate) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        other => exact(other)?.to_f64(),
    }
}

/// Whether two values are the same, numbers by their size, lists and maps by what they hold.
pub(crate) fn equal(left: &Value, right: &Value, heap: &Heap, depth: usize) -> bool {
    match (left, right) {
        _ if depth > 32 => false,
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Text(a), Value::Text(b)) | (Value::Class(a), Value::Class(b)) => a == b,
        (Value::Host(a), Value::Host(b)) => a == b,
        (Value::Function(a), Value::Function(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (heap.list(*a), heap.list(*b));
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, heap, depth + 1))
        }
        (Value::Map(a), Value::Map(b)) => {
            let same = |(name, value): &(std::sync::Arc<str>, Value)| {
                heap.member(*b, name).is_some_and(|other| equal(value, other, heap, depth + 1))
            };
            heap.map(*a).len() == heap.map(*b).len() && heap.map(*a).iter().all(same)
        }
        (a, b) => match (exact(a), exact(b), float(a), float(b)) {
            (Some(a), Some(b), ..) => a == b,
            (.., Some(a), Some(b)) => a == b,
            _ => false,
        },
    }
}

/// The order of two values. Absent: one is no number.
pub(crate) fn compare(left: &Value, right: &Value) -> Result<Option<Ordering>, String> {
    if let (Value::Text(a), Value::Text(b)) = (left, right) {
        return Ok(Some(a.cmp(b)));
    }
    match (exact(left), exact(right), float(left), float(right)) {
        (Some(a), Some(b), ..) => Ok(Some(a.cmp(&b))),
        (.., Some(a), Some(b)) => Ok(a.partial_cmp(&b)),
        _ => Err(format!("{} and {} can't be compared", left.kind(), right.kind())),
    }
}

fn add(left: &Value, right: &Value, language: Language, heap: &mut Heap) -> Result<Value, String> {
    let is_groovy = language == Language::Groovy;
    match (left, right) {
        (Value::List(a), Value::List(b)) if is_groovy => {
            let sum = [heap.list(*a), heap.list(*b)].concat();
            Ok(heap.new_list(sum))
        }
        (Value::List(a), b) if is_groovy => {
            let mut sum = heap.list(*a).to_vec();
            sum.push(b.clone());
            Ok(heap.new_list(sum))
        }
        (Value::Map(a), Value::Map(b)) if is_groovy => {
            let (first, second) = (heap.map(*a).to_vec(), heap.map(*b).to_vec());
            let sum = heap.new_map(first);
            if let Value::Map(sum) = sum {
                second.into_iter().for_each(|(name, value)| heap.set_member(sum, name, value));
            }
            Ok(sum)
        }
        (a, b) if float(a).is_some() && float(b).is_some() => arithmetic(Binary::Add, a, b, language),
        (Value::Null, _) if is_groovy && !matches!(right, Value::Text(_)) => Err("nothing can be added to null".into()),
        (a, b) => {
            let text = a.print(heap, is_groovy) + &b.print(heap, is_groovy);
            heap.charge(text.len());
            Ok(Value::text(text))
        }
    }
}

fn arithmetic(operator: Binary, left: &Value, right: &Value, language: Language) -> Result<Value, String> {
    let unknown = || format!("{} and {} are no numbers", left.kind(), right.kind());
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        let whole = match operator {
            Binary::Add => a.checked_add(*b),
            Binary::Subtract => a.checked_sub(*b),
            Binary::Multiply => a.checked_mul(*b),
            Binary::Remainder => a.checked_rem(*b),
            Binary::Power => u32::try_from(*b).ok().and_then(|power| a.checked_pow(power)),
            // Groovy divides whole numbers into exact ones.
            _ => None,
        };
        if let Some(whole) = whole {
            return Ok(Value::Int(whole));
        }
    }
    if let (Language::Groovy, Some(a), Some(b)) = (language, exact(left), exact(right)) {
        let found = match operator {
            Binary::Add => a.checked_add(b),
            Binary::Subtract => a.checked_sub(b),
            Binary::Multiply => a.checked_mul(b),
            Binary::Divide if b.is_zero() => return Err("division by zero".into()),
            Binary::Divide => a.checked_div(b).map(|quotient| quotient.normalize()),
            Binary::Remainder => a.checked_rem(b),
            _ => b.to_i64().and_then(|power| a.checked_powi(power)),
        };
        if let Some(found) = found {
            return Ok(Value::Decimal(found));
        }
    }
    let (a, b) = (float(left).ok_or_else(unknown)?, float(right).ok_or_else(unknown)?);
    Ok(Value::Double(match operator {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        Binary::Remainder => a % b,
        _ => a.powf(b),
    }))
}
