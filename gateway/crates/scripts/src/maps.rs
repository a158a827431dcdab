//! Methods of maps.

use std::{ops::Range, sync::Arc};

use crate::{
    ScriptError,
    heap::{Heap, MapId},
    interpreter::Run,
    value::Value,
};

/// The names of a map's members, the indices of a list.
pub(crate) fn keys_of(value: &Value, heap: &mut Heap) -> Vec<Value> {
    match value {
        Value::Map(map) => heap.map(*map).iter().map(|(name, _)| Value::Text(name.clone())).collect(),
        Value::List(list) => (0..heap.list(*list).len()).map(|index| Value::text(index.to_string())).collect(),
        _ => vec![],
    }
}

/// A map's members, each as a map of `key` and `value`.
pub(crate) fn entries(map: MapId, heap: &mut Heap) -> Vec<Value> {
    let members = heap.map(map).to_vec();
    let entry = |(name, value): (Arc<str>, Value)| {
        heap.new_map(vec![("key".into(), Value::Text(name)), ("value".into(), value)])
    };
    members.into_iter().map(entry).collect()
}

/// Calls a map's method. Absent: it has none of that name.
pub(crate) fn call(
    run: &mut Run<'_>,
    map: MapId,
    name: &str,
    arguments: &[Value],
    span: &Range<usize>,
) -> Result<Option<Value>, ScriptError> {
    let members = run.heap.map(map).to_vec();
    let first = arguments.first().cloned().unwrap_or(Value::Null);
    let key = run.print(&first);
    if matches!(first, Value::Function(_)) {
        return with_function(run, members, name, &first, span);
    }
    Ok(Some(match name {
        "get" | "getAt" | "getOrDefault" => {
            let found = run.heap.member(map, &key).cloned();
            found.unwrap_or_else(|| arguments.get(1).cloned().unwrap_or(Value::Null))
        }
        "put" | "set" | "putAt" => {
            let before = run.heap.member(map, &key).cloned();
            run.heap.set_member(map, key.into(), arguments.get(1).cloned().unwrap_or(Value::Null));
            before.unwrap_or(Value::Null)
        }
        "putAll" => {
            if let Value::Map(other) = first {
                for (name, value) in run.heap.map(other).to_vec() {
                    run.heap.set_member(map, name, value);
                }
            }
            Value::Null
        }
        "remove" | "delete" => {
            let removed = members.iter().position(|(name, _)| **name == *key);
            let members = run.heap.map_mut(map);
            match (removed, members) {
                (Some(at), Some(members)) => members.remove(at).1,
                _ => Value::Null,
            }
        }
        "containsKey" | "has" | "hasOwnProperty" => Value::Bool(members.iter().any(|(name, _)| **name == *key)),
        "containsValue" => {
            Value::Bool(members.iter().any(|(_, value)| crate::operators::equal(value, &first, &run.heap, 0)))
        }
        "keySet" | "keys" => {
            let keys = keys_of(&Value::Map(map), &mut run.heap);
            run.heap.new_list(keys)
        }
        "values" => run.heap.new_list(members.into_iter().map(|(_, value)| value).collect()),
        "entrySet" => {
            let entries = entries(map, &mut run.heap);
            run.heap.new_list(entries)
        }
        "getKey" => run.heap.member(map, "key").cloned().unwrap_or(Value::Null),
        "getValue" => run.heap.member(map, "value").cloned().unwrap_or(Value::Null),
        "size" => Value::size(members.len()),
        "isEmpty" => Value::Bool(members.is_empty()),
        // A function that lies in it.
        _ => match run.heap.member(map, name).cloned() {
            Some(function @ Value::Function(_)) => run.invoke(&function, arguments.to_vec(), span)?,
            _ => return Ok(None),
        },
    }))
}

/// Methods that take a function of an entry, or of its key and value. Absent: none of them.
fn with_function(
    run: &mut Run<'_>,
    members: Vec<(Arc<str>, Value)>,
    name: &str,
    function: &Value,
    span: &Range<usize>,
) -> Result<Option<Value>, ScriptError> {
    let (two, mut kept, mut made) = (run.arity(function) > 1, vec![], vec![]);
    for (key, value) in members {
        let entry = vec![("key".into(), Value::Text(key.clone())), ("value".into(), value.clone())];
        let entry = run.heap.new_map(entry);
        let arguments = match (two, run.is_groovy()) {
            (true, true) => vec![Value::Text(key.clone()), value.clone()],
            (_, true) => vec![entry.clone()],
            (_, false) => vec![value.clone(), Value::Text(key.clone())],
        };
        let found = run.invoke(function, arguments, span)?;
        let holds = run.is_true(&found);
        match name {
            "find" if holds => return Ok(Some(entry)),
            "any" if holds => return Ok(Some(Value::Bool(true))),
            "every" if !holds => return Ok(Some(Value::Bool(false))),
            "findAll" | "count" if holds => kept.push((key, value)),
            "collect" => made.push(found),
            _ => {}
        }
    }
    Ok(Some(match name {
        "find" | "each" | "forEach" => Value::Null,
        "any" => Value::Bool(false),
        "every" => Value::Bool(true),
        "count" => Value::size(kept.len()),
        "findAll" => run.heap.new_map(kept),
        "collect" => run.heap.new_list(made),
        _ => return Ok(None),
    }))
}
