//! What the request says: body, query, path parameters, headers, cookies.

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    render::Rendering,
    value::{Text, Value, json, path},
};

pub(super) const TABLE: Table = &[
    ("body", Helper::Live(body)),
    ("bodyRaw", Helper::Live(body_raw)),
    ("queryParam", Helper::Live(query_param)),
    ("queryParamRaw", Helper::Live(query_param_raw)),
    ("queryParams", Helper::Live(|rendering, _| Ok(rendering.query()))),
    ("urlParam", Helper::Live(url_param)),
    ("urlParams", Helper::Live(url_params)),
    ("header", Helper::Live(header)),
    ("headers", Helper::Live(headers)),
    ("cookie", Helper::Live(cookie)),
    ("method", Helper::Live(|rendering, _| Ok(Value::String(rendering.host.method())))),
    ("ip", Helper::Live(|rendering, _| Ok(Value::String(rendering.host.client())))),
    ("hostname", Helper::Live(|rendering, _| Ok(Value::String(rendering.hostname())))),
    ("baseUrl", Helper::Live(|rendering, _| Ok(Value::String(rendering.host.origin())))),
    ("status", Helper::Live(status)),
];

/// The path argument of a lookup, as text: numbers are paths too.
pub(super) fn path_of(arguments: &Arguments<'_>) -> Value {
    match arguments.plain(0) {
        Value::Undefined | Value::Null => Value::EMPTY,
        Value::String(text) => Value::String(text),
        other => Value::String(other.to_text()),
    }
}

/// How `body`, `queryParam` and `data` print: objects as JSON, everything when the third argument asks so.
pub(super) fn printed(value: &Value, as_json: bool) -> Value {
    let is_json = as_json || matches!(value, Value::Null | Value::Array(_) | Value::Object(_) | Value::Date(_));
    Value::Safe(if is_json { json::to_compact(value) } else { value.to_text() })
}

fn body(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let path = path_of(arguments);
    if matches!(&path, Value::String(text) if text.is_empty()) {
        return Ok(Value::Safe(rendering.body_text()));
    }
    let default = arguments.default_value(1);
    let body = rendering.body();
    let found = if body.is_truthy() {
        path::try_lookup(&body, &path, default)?
    } else {
        path::try_lookup(&default, &path, default.clone())?
    };
    Ok(printed(&found, arguments.get(2).is_truthy()))
}

fn body_raw(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let default = arguments.default_value(1);
    let body = rendering.body();
    Ok(if body.is_truthy() { path::try_lookup(&body, &path_of(arguments), default)? } else { default })
}

fn query_param(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let value = path::try_lookup(&rendering.query(), &path_of(arguments), arguments.default_value(1))?;
    Ok(printed(&value, arguments.get(2).is_truthy()))
}

fn query_param_raw(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    Ok(path::try_lookup(&rendering.query(), &path_of(arguments), arguments.default_value(1))?)
}

fn url_param(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let name = arguments.first().to_text();
    let Some(joined) = rendering.host.param(&name) else { return Ok(Value::Undefined) };
    let list = rendering.host.param_lists().into_iter().find(|(known, _)| *known == name);
    Ok(list.map_or(Value::String(joined), |(_, list)| texts(list)))
}

fn url_params(rendering: &mut Rendering<'_>, _: &Arguments<'_>) -> Outcome {
    let lists = rendering.host.param_lists();
    let value = |name: &Text, joined| match lists.iter().find(|(known, _)| known == name) {
        Some((_, list)) => texts(list.clone()),
        None => Value::String(joined),
    };
    let params = rendering.host.params().into_iter();
    Ok(Value::object(params.map(|(name, joined)| (name.clone(), value(&name, joined))).collect()))
}

fn texts(list: Vec<Text>) -> Value {
    Value::array(list.into_iter().map(Value::String).collect())
}

/// `header name [default]`. A name that is an object, a safe string too, is none; any other must be a text.
fn header(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let found = match arguments.first() {
        _ if arguments.is_empty() => None,
        Value::String(name) if !name.is_empty() => header_value(rendering, name),
        name if name.is_object_like() => None,
        name if name.is_truthy() => return Err(RenderError::new("name must be a string to req.get")),
        _ => return Err(RenderError::new("name argument is required to req.get")),
    };
    Ok(found.filter(|value| !value.is_empty()).map_or_else(|| scalar_default(arguments), Value::String))
}

/// Express takes both spellings of the header that is misspelt by its standard.
fn header_value(rendering: &mut Rendering<'_>, name: &str) -> Option<Text> {
    if name.eq_ignore_ascii_case("referer") || name.eq_ignore_ascii_case("referrer") {
        return rendering.host.header("referrer").or_else(|| rendering.host.header("referer"));
    }
    rendering.host.header(name)
}

fn headers(rendering: &mut Rendering<'_>, _: &Arguments<'_>) -> Outcome {
    Ok(rendering.headers())
}

fn cookie(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let found = rendering.cookies().property(&arguments.first().to_text());
    Ok(if found.is_truthy() { found } else { scalar_default(arguments) })
}

/// The default of `header` and `cookie`: an object counts as the empty string, a safe string and Handlebars' own argument
/// too, which stands there when no default is given.
pub(super) fn scalar_default(arguments: &Arguments<'_>) -> Value {
    match arguments.get(1) {
        value if arguments.len() == 1 || value.is_object_like() => Value::EMPTY,
        value => value.clone(),
    }
}

/// `status code`: asks for a status from 100 to 999, the last call counts; anything else is ignored.
fn status(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let code = crate::value::number::parse_int(&arguments.first().to_text());
    if (100.0..=999.0).contains(&code) {
        // Whole, by `parse_int`, and within range.
        rendering.set_status(code as u16);
    }
    Ok(Value::EMPTY)
}
