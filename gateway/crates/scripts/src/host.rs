//! What the gateway lends a script: the request, the context of its templates, the store and the log, under Microcks' names.

use std::{ops::Range, sync::Arc, time::Duration};

use crate::{
    ScriptError, TIME_TO_LIVE,
    ast::Access,
    interpreter::Run,
    operators::float,
    value::{HostObject, Value},
};

/// The longest that the store keeps a text: a day.
const TIME_TO_LIVE_MAX_SECONDS: f64 = 86_400.0;

/// A property of such an object: what its method, or `get` and its name, gives.
pub(crate) fn member(
    run: &mut Run<'_>,
    object: HostObject,
    name: &Arc<str>,
    span: &Range<usize>,
) -> Result<Value, ScriptError> {
    match object {
        HostObject::Context => Ok(context(run, name)),
        HostObject::Headers => Ok(field(run, name)),
        _ => {
            let mut rest = name.chars();
            let capital: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
            let method = format!("get{capital}{}", rest.as_str());
            run.reach(&Value::Host(object), &method, vec![], Access::Plain, span)
        }
    }
}

/// A value of the context. `null`: there is none.
pub(crate) fn context(run: &Run<'_>, name: &str) -> Value {
    let found = run.context.iter().find(|(known, _)| **known == *name);
    found.map_or(Value::Null, |(_, value)| value.clone())
}

pub(crate) fn set_context(run: &mut Run<'_>, name: Arc<str>, value: Value) {
    match run.context.iter_mut().find(|(known, _)| *known == name) {
        Some((_, kept)) => *kept = value,
        None => run.context.push((name, value)),
    }
}

fn header(run: &Run<'_>, name: &str) -> Option<String> {
    run.host.headers().into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// `headers.name`: in Groovy the first value, in JavaScript a list of all. `null`: there is none.
fn field(run: &mut Run<'_>, name: &str) -> Value {
    if run.is_groovy() { Value::option(header(run, name)) } else { element(run, name) }
}

/// `headers["name"]`: a list of all values. `null`: there is none.
pub(crate) fn element(run: &mut Run<'_>, name: &str) -> Value {
    if header(run, name).is_some() { header_list(run, name) } else { Value::Null }
}

/// The request's cookies: a list of names and values.
fn cookies(run: &mut Run<'_>) -> Value {
    let fields = run.host.headers().into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
    let all: Vec<(String, String)> = fields
        .flat_map(|(_, value)| {
            let pairs = value.split(';').filter_map(|pair| pair.trim().split_once('='));
            pairs.map(|(name, value)| (name.trim().into(), value.trim().into())).collect::<Vec<_>>()
        })
        .collect();
    let all = all.into_iter().map(|(name, value)| map(run, vec![("name".into(), name), ("value".into(), value)]));
    let all = all.collect();
    run.heap.new_list(all)
}

/// All values of a header field.
fn header_list(run: &mut Run<'_>, name: &str) -> Value {
    let values = run.host.headers().into_iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let values = values.map(|(_, value)| Value::text(value)).collect();
    run.heap.new_list(values)
}

fn map(run: &mut Run<'_>, pairs: Vec<(String, String)>) -> Value {
    let members = pairs.into_iter().map(|(name, value)| (name.into(), Value::text(value))).collect();
    run.heap.new_map(members)
}

fn of(pairs: Vec<(String, String)>, name: &str) -> Value {
    Value::option(pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value))
}

/// Calls a method of such an object.
pub(crate) fn call(
    run: &mut Run<'_>,
    object: HostObject,
    name: &str,
    arguments: &[Value],
    span: &Range<usize>,
) -> Result<Value, ScriptError> {
    let printed: Vec<String> = arguments.iter().map(|argument| run.print(argument)).collect();
    let first = printed.first().map(String::as_str).unwrap_or_default();
    let second = arguments.get(1).cloned().unwrap_or(Value::Null);
    Ok(match (object, name) {
        (HostObject::Request, "requestContent" | "getRequestContent") => Value::text(run.host.content()),
        (HostObject::Request, "getRequestHeaders") => Value::Host(HostObject::Headers),
        (HostObject::Request, "getRequest") => Value::Host(HostObject::Servlet),
        (HostObject::Request, "getURIParameters" | "getUriParameters") => {
            let pairs = run.host.path_parameters();
            map(run, pairs)
        }
        (HostObject::Request, "getURIParameter") => of(run.host.path_parameters(), first),
        (HostObject::Request, "getRequestHeader") => header_list(run, first),
        (HostObject::Headers, "get" | "getAt") => match header(run, first) {
            // With one argument Microcks gives all values.
            Some(value) => Value::text(value),
            None => second,
        },
        (HostObject::Headers, "hasValues" | "containsKey") => Value::Bool(header(run, first).is_some()),
        (HostObject::Headers, "keySet" | "getKeys") => {
            let names = run.host.headers().into_iter().map(|(name, _)| Value::text(name)).collect();
            run.heap.new_list(names)
        }
        (HostObject::Servlet, "getRequestURI" | "getPathInfo" | "getServletPath") => Value::text(run.host.path()),
        (HostObject::Servlet, "getMethod") => Value::text(run.host.method()),
        (HostObject::Servlet, "getQueryString") => Value::option(run.host.query()),
        (HostObject::Servlet, "getParameter") => of(run.host.query_parameters(), first),
        (HostObject::Servlet, "getParameterMap") => {
            let pairs = run.host.query_parameters();
            map(run, pairs)
        }
        (HostObject::Servlet, "getCookies") => cookies(run),
        (HostObject::Servlet, "getHeader") => Value::option(header(run, first)),
        (HostObject::Context, "get") => context(run, first),
        (HostObject::Context, "put" | "set") => {
            set_context(run, first.into(), second);
            Value::Null
        }
        (HostObject::Store, "get") => Value::option(run.host.load(first)),
        (HostObject::Store, "put" | "putWithTtl" | "set") => {
            let text = printed.get(1).map(String::as_str).unwrap_or_default();
            let seconds = arguments.get(2).and_then(float).map(|seconds| seconds.clamp(0.0, TIME_TO_LIVE_MAX_SECONDS));
            run.host.keep(first, text, seconds.map_or(TIME_TO_LIVE, Duration::from_secs_f64));
            Value::Null
        }
        (HostObject::Store, "delete" | "remove") => {
            run.host.forget(first);
            Value::Null
        }
        (HostObject::Log, "debug" | "info" | "warn" | "error" | "log" | "trace") => {
            let level = match name {
                "log" => "info",
                "trace" => "debug",
                level => level,
            };
            run.host.log(level, &logged(&printed));
            Value::Null
        }
        _ => {
            let object = match object {
                HostObject::Request => "mockRequest",
                HostObject::Headers => "the headers",
                HostObject::Servlet => "the request",
                HostObject::Context => "requestContext",
                HostObject::Store => "store",
                HostObject::Log => "log",
            };
            return Err(ScriptError::new(span.clone(), format!("{object} has no `{name}` here")));
        }
    })
}

/// A line for the log: `{}` takes the next argument, as SLF4J has it.
fn logged(printed: &[String]) -> String {
    let mut rest = printed.iter();
    let mut line = rest.next().cloned().unwrap_or_default();
    for value in rest {
        if line.contains("{}") {
            line = line.replacen("{}", value, 1);
        } else {
            line.push(' ');
            line.push_str(value);
        }
    }
    line
}
