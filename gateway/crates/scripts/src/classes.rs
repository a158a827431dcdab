//! Classes and functions of the languages' libraries, as far as dispatch scripts use them.

use std::{ops::Range, sync::Arc};

use crate::{
    Language, ScriptError,
    interpreter::Run,
    json, numbers,
    operators::{compare, float},
    value::Value,
};

/// Classes that something can be called on, or made of.
const KNOWN: [&str; 30] = [
    "JsonSlurper",
    "JsonSlurperClassic",
    "JsonOutput",
    "JsonBuilder",
    "JSON",
    "Math",
    "Integer",
    "Long",
    "Double",
    "Float",
    "BigDecimal",
    "Boolean",
    "String",
    "Number",
    "Object",
    "Array",
    "System",
    "Date",
    "Random",
    "List",
    "Map",
    "ArrayList",
    "HashMap",
    "LinkedHashMap",
    "Collection",
    "CharSequence",
    "Exception",
    "RuntimeException",
    "Error",
    "Instant",
];

/// Whether a name is a class's.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// `new Class(…)`
pub(crate) fn new(
    run: &mut Run<'_>,
    class: &Arc<str>,
    arguments: Vec<Value>,
    span: &Range<usize>,
) -> Result<Value, ScriptError> {
    let first = arguments.into_iter().next().unwrap_or(Value::Null);
    Ok(match &**class {
        "JsonSlurper" | "JsonSlurperClassic" | "Random" | "Date" | "JsonOutput" => Value::Class(class.clone()),
        // What it builds is what it was given.
        "JsonBuilder" => {
            let text = json::write(&first, false, &run.heap);
            Value::text(text)
        }
        "Map" | "HashMap" | "LinkedHashMap" | "Object" => match first {
            map @ Value::Map(_) => map,
            _ => run.heap.new_map(vec![]),
        },
        "List" | "ArrayList" | "Array" => {
            let elements = if first.is_null() { vec![] } else { run.elements(&first, span)? };
            run.heap.new_list(elements)
        }
        "Exception" | "RuntimeException" | "Error" => first,
        "String" => Value::text(run.print(&first)),
        "BigDecimal" | "Integer" | "Long" | "Double" => cast(run, first, class, span)?,
        _ => return Err(unknown(class, span)),
    })
}

fn unknown(class: &str, span: &Range<usize>) -> ScriptError {
    ScriptError::new(span.clone(), format!("class `{class}` is not known here"))
}

/// `value as Class`
pub(crate) fn cast(
    run: &mut Run<'_>,
    value: Value,
    class: &Arc<str>,
    span: &Range<usize>,
) -> Result<Value, ScriptError> {
    let number = |value: &Value| {
        let wrong = || ScriptError::new(span.clone(), format!("{} is no number", value.kind()));
        numbers::number(value).ok_or_else(wrong)
    };
    Ok(match &**class {
        "int" | "Integer" | "long" | "Long" => numbers::whole(&number(&value)?).unwrap_or(Value::Null),
        "double" | "Double" | "float" | "Float" => float(&number(&value)?).map_or(Value::Null, Value::Double),
        "BigDecimal" | "Number" => number(&value)?,
        "String" => Value::text(run.print(&value)),
        "boolean" | "Boolean" => Value::Bool(run.is_true(&value)),
        _ => value,
    })
}

/// `Class.name`
pub(crate) fn member(class: &str, name: &str, span: &Range<usize>) -> Result<Value, ScriptError> {
    match (class, name) {
        ("Math", "PI") => Ok(Value::Double(std::f64::consts::PI)),
        ("Integer", "MAX_VALUE") => Ok(Value::Int(i64::from(i32::MAX))),
        ("Long", "MAX_VALUE") => Ok(Value::Int(i64::MAX)),
        _ => Err(ScriptError::new(span.clone(), format!("`{class}.{name}` is not known here"))),
    }
}

/// A function of the language itself.
pub(crate) fn call(
    run: &mut Run<'_>,
    name: &Arc<str>,
    arguments: Vec<Value>,
    span: &Range<usize>,
) -> Result<Value, ScriptError> {
    let first = arguments.first().cloned().unwrap_or(Value::Null);
    Ok(match &**name {
        "parseInt" | "parseFloat" | "Number" => {
            let found = numbers::number(&first).or_else(|| leading(&run.print(&first)));
            let found = if &**name == "parseInt" { found.and_then(|found| numbers::whole(&found)) } else { found };
            found.unwrap_or(Value::Double(f64::NAN))
        }
        "isNaN" => Value::Bool(numbers::number(&first).and_then(|number| float(&number)).is_none_or(f64::is_nan)),
        "String" => Value::text(run.print(&first)),
        "Boolean" => Value::Bool(run.is_true(&first)),
        "println" | "print" => {
            let line = run.print(&first);
            run.host.log("info", &line);
            Value::Null
        }
        "Error" => first,
        "fetch" => {
            let message = "a script calls nobody here: let a plugin take its place, with a grant for the host";
            return Err(ScriptError::new(span.clone(), message));
        }
        _ => return Err(ScriptError::new(span.clone(), format!("`{name}` is not known here"))),
    })
}

/// The number that a text begins with. Absent: it begins with none.
fn leading(text: &str) -> Option<Value> {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    numbers::number(&Value::text(text.get(..end)?))
}

/// `Class.name(…)`
pub(crate) fn call_on(
    run: &mut Run<'_>,
    class: &Arc<str>,
    name: &str,
    arguments: Vec<Value>,
    span: &Range<usize>,
) -> Result<Value, ScriptError> {
    let wrong = |message: String| ScriptError::new(span.clone(), message);
    let first = arguments.first().cloned().unwrap_or(Value::Null);
    Ok(match (&**class, name) {
        ("JsonSlurper" | "JsonSlurperClassic", "parseText" | "parse") | ("JSON", "parse") => {
            let text = run.print(&first);
            json::read(&text, run.language, &mut run.heap).map_err(wrong)?
        }
        ("JsonOutput", "toJson") => Value::text(json::write(&first, false, &run.heap)),
        ("JsonOutput", "prettyPrint") => {
            let text = run.print(&first);
            let value = json::read(&text, run.language, &mut run.heap).map_err(wrong)?;
            Value::text(json::write(&value, true, &run.heap))
        }
        ("JSON", "stringify") => Value::text(json::write(&first, arguments.len() > 2, &run.heap)),
        ("Integer" | "Long", "parseInt" | "parseLong" | "valueOf" | "toInteger") => {
            cast(run, first, &"int".into(), span)?
        }
        ("Double" | "Float", "parseDouble" | "parseFloat" | "valueOf") => cast(run, first, &"double".into(), span)?,
        ("Number", "isInteger") => Value::Bool(float(&first).is_some_and(|number| number.fract() == 0.0)),
        ("Number", "parseFloat" | "parseInt") => call(run, &name.into(), arguments, span)?,
        ("String", "valueOf") => Value::text(run.print(&first)),
        ("String", "format") => Value::text(format(run, &arguments)),
        ("Boolean", "parseBoolean" | "valueOf") => Value::Bool(run.print(&first).eq_ignore_ascii_case("true")),
        ("Array", "isArray") => Value::Bool(matches!(first, Value::List(_))),
        ("Object", "keys") => {
            let keys = crate::maps::keys_of(&first, &mut run.heap);
            run.heap.new_list(keys)
        }
        ("Object", "values") => run.reach(&first, "values", vec![], crate::ast::Access::Plain, span)?,
        ("Object", "entries") => {
            let members = if let Value::Map(map) = first { run.heap.map(map).to_vec() } else { vec![] };
            let pairs = members.into_iter().map(|(name, value)| run.heap.new_list(vec![Value::Text(name), value]));
            let pairs = pairs.collect();
            run.heap.new_list(pairs)
        }
        ("System", "currentTimeMillis") | ("Date", "now" | "getTime") => match run.language {
            Language::Groovy => Value::Int(run.host.now_ms()),
            Language::JavaScript => Value::Double(run.host.now_ms() as f64),
        },
        ("Math", _) => return math(run, name, &arguments, span),
        ("Random", "nextInt") => {
            let below = float(&first).unwrap_or(f64::from(i32::MAX)).max(1.0);
            Value::Int((run.host.random() * below) as i64)
        }
        _ => return Err(wrong(format!("`{class}.{name}` is not known here"))),
    })
}

fn math(run: &mut Run<'_>, name: &str, arguments: &[Value], span: &Range<usize>) -> Result<Value, ScriptError> {
    if name == "random" {
        return Ok(Value::Double(run.host.random()));
    }
    if matches!(name, "max" | "min") {
        let mut best = arguments.first().cloned().unwrap_or(Value::Null);
        for other in arguments.iter().skip(1) {
            let order = compare(other, &best).map_err(|message| ScriptError::new(span.clone(), message))?;
            if order.is_some_and(|order| if name == "max" { order.is_gt() } else { order.is_lt() }) {
                best = other.clone();
            }
        }
        return Ok(best);
    }
    let first = arguments.first().unwrap_or(&Value::Null);
    let number =
        float(first).ok_or_else(|| ScriptError::new(span.clone(), format!("{} is no number", first.kind())))?;
    let found = match name {
        "abs" => return Ok(numbers::call(first, "abs", &[]).unwrap_or(Value::Null)),
        "floor" => number.floor(),
        "ceil" => number.ceil(),
        "round" => return Ok(Value::Int((number + 0.5).floor() as i64)),
        "sqrt" => number.sqrt(),
        "pow" => number.powf(arguments.get(1).and_then(float).unwrap_or(1.0)),
        _ => return Err(ScriptError::new(span.clone(), format!("`Math.{name}` is not known here"))),
    };
    Ok(Value::Double(found))
}

/// `String.format`: `%s`, `%d`, `%.2f` and `%%`.
fn format(run: &mut Run<'_>, arguments: &[Value]) -> String {
    let mut rest = arguments.iter();
    let pattern = rest.next().map(|pattern| run.print(pattern)).unwrap_or_default();
    let (mut text, mut chars) = (String::new(), pattern.chars().peekable());
    while let Some(next) = chars.next() {
        if next != '%' {
            text.push(next);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = chars.next_if(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | ',' | '+')) {
            flags.push(flag);
        }
        match chars.next() {
            Some('%') => text.push('%'),
            Some('n') => text.push('\n'),
            Some('f') => {
                let digits =
                    flags.split_once('.').and_then(|(_, digits)| digits.parse::<usize>().ok()).unwrap_or(6).min(20);
                let number = rest.next().and_then(float).unwrap_or(f64::NAN);
                text.push_str(&format!("{number:.digits$}"));
            }
            _ => text.push_str(&rest.next().map(|value| run.print(value)).unwrap_or_default()),
        }
    }
    text
}
