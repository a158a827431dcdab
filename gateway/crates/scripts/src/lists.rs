//! Methods of lists: Groovy's and JavaScript's names for them.

use std::{cmp::Ordering, ops::Range};

use crate::{
    ScriptError,
    ast::Binary,
    heap::ListId,
    interpreter::Run,
    operators::{self, float},
    value::Value,
};

/// A place in a list of so many; from its end where it is below 0. Absent: it is no place.
pub(crate) fn place(index: &Value, count: usize) -> Option<usize> {
    let index = float(index).filter(|index| index.fract() == 0.0)? as i64;
    if index >= 0 {
        return usize::try_from(index).ok();
    }
    count.checked_sub(usize::try_from(index.checked_neg()?).ok()?)
}

/// Calls a list's method. Absent: it has none of that name.
pub(crate) fn call(
    run: &mut Run<'_>,
    list: ListId,
    name: &str,
    arguments: &[Value],
    span: &Range<usize>,
) -> Result<Option<Value>, ScriptError> {
    let elements = run.heap.list(list).to_vec();
    run.heap.charge(elements.len());
    let first = arguments.first().cloned().unwrap_or(Value::Null);
    let is_function = matches!(first, Value::Function(_));
    if is_function && let Some(made) = with_function(run, &elements, name, &first, arguments.get(1), span)? {
        return Ok(Some(made));
    }
    if let Some(made) = changed(run, list, name, arguments) {
        return Ok(Some(made));
    }
    Ok(Some(match name {
        "size" | "length" => Value::size(elements.len()),
        "isEmpty" => Value::Bool(elements.is_empty()),
        "contains" | "includes" => Value::Bool(holds(run, &elements, &first)),
        "containsAll" => {
            let others = run.elements(&first, span)?;
            Value::Bool(others.iter().all(|other| holds(run, &elements, other)))
        }
        "indexOf" => {
            let found = elements.iter().position(|element| operators::equal(element, &first, &run.heap, 0));
            found.map_or(Value::Int(-1), Value::size)
        }
        "get" | "getAt" | "at" => {
            place(&first, elements.len()).and_then(|at| elements.get(at)).cloned().unwrap_or(Value::Null)
        }
        "first" | "head" => elements.first().cloned().unwrap_or(Value::Null),
        "last" => elements.last().cloned().unwrap_or(Value::Null),
        "join" => {
            let mark = if first.is_null() {
                if run.is_groovy() { String::new() } else { ",".into() }
            } else {
                run.print(&first)
            };
            let texts: Vec<String> = elements.iter().map(|element| run.print(element)).collect();
            Value::text(texts.join(&mark))
        }
        "sum" => {
            let mut sum = elements.first().cloned().unwrap_or(Value::Null);
            for element in elements.iter().skip(1) {
                sum = run.binary(Binary::Add, &sum, element, span)?;
            }
            sum
        }
        "min" | "max" => {
            let mut sorted = elements;
            sort(run, &mut sorted, span, |_, value| Ok(value.clone()))?;
            let found = if name == "min" { sorted.first() } else { sorted.last() };
            found.cloned().unwrap_or(Value::Null)
        }
        "sort" | "toSorted" => {
            let mut sorted = elements;
            sort(run, &mut sorted, span, |_, value| Ok(value.clone()))?;
            run.heap.new_list(sorted)
        }
        "unique" | "toSet" => {
            let mut kept: Vec<Value> = vec![];
            for element in elements {
                if !holds(run, &kept, &element) {
                    kept.push(element);
                }
            }
            run.heap.new_list(kept)
        }
        "reverse" => run.heap.new_list(elements.into_iter().rev().collect()),
        "take" | "slice" | "drop" | "subList" => {
            let count = elements.len();
            let from = place(&first, count).unwrap_or(0);
            let to = arguments.get(1).and_then(|to| place(to, count)).unwrap_or(count);
            let (skip, take) = match name {
                "take" => (0, from),
                "drop" => (from, count),
                _ => (from, to.saturating_sub(from)),
            };
            run.heap.new_list(elements.into_iter().skip(skip).take(take).collect())
        }
        "concat" | "plus" => {
            let others = run.elements(&first, span)?;
            run.heap.new_list([elements, others].concat())
        }
        "flatten" | "flat" => {
            let mut flat = vec![];
            for element in elements {
                match element {
                    Value::List(inner) => flat.extend_from_slice(run.heap.list(inner)),
                    other => flat.push(other),
                }
            }
            run.heap.new_list(flat)
        }
        "count" => {
            Value::size(elements.iter().filter(|element| operators::equal(element, &first, &run.heap, 0)).count())
        }
        "iterator" | "toList" | "asList" | "clone" => run.heap.new_list(elements),
        _ => return Ok(None),
    }))
}

fn holds(run: &Run<'_>, elements: &[Value], value: &Value) -> bool {
    elements.iter().any(|element| operators::equal(element, value, &run.heap, 0))
}

/// Methods that change the list itself. Absent: none of them.
fn changed(run: &mut Run<'_>, list: ListId, name: &str, arguments: &[Value]) -> Option<Value> {
    let first = arguments.first().cloned().unwrap_or(Value::Null);
    let added = match (name, &first) {
        ("addAll", Value::List(other)) => run.heap.list(*other).to_vec(),
        ("push" | "add", _) => arguments.to_vec(),
        _ => vec![],
    };
    let at = match name {
        "remove" | "removeAt" => place(&first, run.heap.list(list).len()),
        _ => None,
    };
    let count = added.len();
    let elements = run.heap.list_mut(list, count)?;
    Some(match name {
        "add" | "push" | "addAll" => {
            elements.extend(added);
            if name == "push" { Value::size(elements.len()) } else { Value::Bool(true) }
        }
        "remove" | "removeAt" => match at.filter(|at| *at < elements.len()) {
            Some(at) => elements.remove(at),
            None => Value::Bool(false),
        },
        "pop" | "removeLast" => elements.pop().unwrap_or(Value::Null),
        "shift" | "removeFirst" if !elements.is_empty() => elements.remove(0),
        "shift" | "removeFirst" => Value::Null,
        "unshift" => {
            elements.insert(0, first);
            Value::size(elements.len())
        }
        "clear" => {
            elements.clear();
            Value::Null
        }
        _ => return None,
    })
}

/// Sorts by what a key makes of each value.
pub(crate) fn sort(
    run: &mut Run<'_>,
    elements: &mut [Value],
    span: &Range<usize>,
    mut key: impl FnMut(&mut Run<'_>, &Value) -> Result<Value, ScriptError>,
) -> Result<(), ScriptError> {
    let mut keyed = vec![];
    for element in elements.iter() {
        keyed.push((key(run, element)?, element.clone()));
    }
    let mut wrong = None;
    keyed.sort_by(|(a, _), (b, _)| match operators::compare(a, b) {
        Ok(order) => order.unwrap_or(Ordering::Equal),
        Err(message) => {
            wrong = Some(message);
            Ordering::Equal
        }
    });
    if let Some(message) = wrong {
        return Err(ScriptError::new(span.clone(), message));
    }
    for (place, (_, element)) in elements.iter_mut().zip(keyed) {
        *place = element;
    }
    Ok(())
}

/// Methods that take a function. Absent: none of them.
fn with_function(
    run: &mut Run<'_>,
    elements: &[Value],
    name: &str,
    function: &Value,
    second: Option<&Value>,
    span: &Range<usize>,
) -> Result<Option<Value>, ScriptError> {
    let indexed = !run.is_groovy() || name == "eachWithIndex";
    let mut kept = vec![];
    match name {
        "inject" | "reduce" => {
            let mut rest = elements.iter();
            let mut sum = second.cloned().or_else(|| rest.next().cloned()).unwrap_or(Value::Null);
            for element in rest {
                sum = run.invoke(function, vec![sum, element.clone()], span)?;
            }
            return Ok(Some(sum));
        }
        "sort" | "toSorted" if run.arity(function) < 2 => {
            let mut sorted = elements.to_vec();
            sort(run, &mut sorted, span, |run, value| run.invoke(function, vec![value.clone()], span))?;
            return Ok(Some(run.heap.new_list(sorted)));
        }
        "sort" | "toSorted" => return sorted_by(run, elements, function, span).map(Some),
        "max" | "min" => {
            let mut sorted = elements.to_vec();
            sort(run, &mut sorted, span, |run, value| run.invoke(function, vec![value.clone()], span))?;
            let found = if name == "min" { sorted.first() } else { sorted.last() };
            return Ok(Some(found.cloned().unwrap_or(Value::Null)));
        }
        "sum" => {
            let mut sum = Value::Int(0);
            for element in elements {
                let value = run.invoke(function, vec![element.clone()], span)?;
                sum = run.binary(Binary::Add, &sum, &value, span)?;
            }
            return Ok(Some(sum));
        }
        "find" | "findAll" | "filter" | "grep" | "any" | "some" | "every" | "findIndexOf" | "findIndex" | "count"
        | "collect" | "map" | "each" | "forEach" | "eachWithIndex" | "removeAll" | "removeIf" | "collectMany"
        | "flatMap" => {}
        _ => return Ok(None),
    }
    for (index, element) in elements.iter().enumerate() {
        let mut arguments = vec![element.clone()];
        if indexed {
            arguments.push(Value::size(index));
        }
        let value = run.invoke(function, arguments, span)?;
        let holds = run.is_true(&value);
        match name {
            "find" if holds => return Ok(Some(element.clone())),
            "any" | "some" if holds => return Ok(Some(Value::Bool(true))),
            "every" if !holds => return Ok(Some(Value::Bool(false))),
            "findIndexOf" | "findIndex" if holds => return Ok(Some(Value::size(index))),
            "findAll" | "filter" | "grep" | "count" if holds => kept.push(element.clone()),
            "removeAll" | "removeIf" if !holds => kept.push(element.clone()),
            "collect" | "map" => kept.push(value),
            "collectMany" | "flatMap" => kept.extend(run.elements(&value, span)?),
            _ => {}
        }
    }
    Ok(Some(match name {
        "find" => Value::Null,
        "any" | "some" => Value::Bool(false),
        "every" => Value::Bool(true),
        "findIndexOf" | "findIndex" => Value::Int(-1),
        "count" => Value::size(kept.len()),
        "each" | "forEach" | "eachWithIndex" => Value::Null,
        _ => run.heap.new_list(kept),
    }))
}

/// Sorts by a function of two: by insertion, since each comparison may fail.
fn sorted_by(
    run: &mut Run<'_>,
    elements: &[Value],
    function: &Value,
    span: &Range<usize>,
) -> Result<Value, ScriptError> {
    let mut sorted: Vec<Value> = vec![];
    for element in elements {
        let mut at = sorted.len();
        while let Some(before) = at.checked_sub(1).and_then(|before| sorted.get(before)) {
            let order = run.invoke(function, vec![before.clone(), element.clone()], span)?;
            if float(&order).is_none_or(|order| order <= 0.0) {
                break;
            }
            at -= 1;
        }
        sorted.insert(at, element.clone());
    }
    Ok(run.heap.new_list(sorted))
}
