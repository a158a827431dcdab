//! JSON texts as values, and values as JSON texts.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::{
    Language,
    heap::Heap,
    value::{Value, double},
};

/// Reads a text as `JsonSlurper` or `JSON.parse` do.
///
/// # Errors
/// When it is not JSON: what is wrong.
pub(crate) fn read(text: &str, language: Language, heap: &mut Heap) -> Result<Value, String> {
    heap.charge(text.len());
    let json = serde_json::from_str(text).map_err(|error| format!("this is not JSON: {error}"))?;
    Ok(value(json, language, heap))
}

fn value(json: Json, language: Language, heap: &mut Heap) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match (language, number.as_i64()) {
            (Language::Groovy, Some(whole)) => Value::Int(whole),
            (Language::Groovy, None) => {
                let text = number.to_string();
                let exact = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
                exact.map_or_else(|_| Value::Double(number.as_f64().unwrap_or_default()), Value::Decimal)
            }
            (Language::JavaScript, _) => Value::Double(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::text(text),
        Json::Array(elements) => {
            let elements = elements.into_iter().map(|element| value(element, language, heap)).collect();
            heap.new_list(elements)
        }
        Json::Object(members) => {
            let members =
                members.into_iter().map(|(name, member)| (name.into(), value(member, language, heap))).collect();
            heap.new_map(members)
        }
    }
}

/// Writes a value as `JsonOutput.toJson` or `JSON.stringify` do.
pub(crate) fn write(value: &Value, pretty: bool, heap: &Heap) -> String {
    let json = json(value, heap, 0);
    let written = if pretty { serde_json::to_string_pretty(&json) } else { serde_json::to_string(&json) };
    written.unwrap_or_default()
}

fn json(value: &Value, heap: &Heap, depth: usize) -> Json {
    match value {
        _ if depth > 64 => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(number) => Json::from(*number),
        Value::Decimal(number) => number.to_string().parse().map_or(Json::Null, Json::Number),
        Value::Double(number) => double(*number, false).parse().map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::String(text.to_string()),
        Value::Pattern(_, text) | Value::Class(text) => Json::String(text.to_string()),
        Value::List(list) => heap.list(*list).iter().map(|element| json(element, heap, depth + 1)).collect(),
        Value::Map(map) => {
            heap.map(*map).iter().map(|(name, member)| (name.to_string(), json(member, heap, depth + 1))).collect()
        }
        Value::Null | Value::Function(_) | Value::Host(_) => Json::Null,
    }
}
