//! What the response that caused a callback says: status, header fields, body.
//!
//! Ringback's own: Mockoon's callbacks have no such helpers. Templates of a response come before it, so they get the
//! default or nothing.

use super::{
    Arguments, Helper, Outcome, Table,
    request::{path_of, printed, scalar_default},
};
use crate::{
    render::Rendering,
    value::{Value, path},
};

pub(super) const TABLE: Table = &[
    ("responseStatus", Helper::Live(response_status)),
    ("responseHeader", Helper::Live(response_header)),
    ("responseBody", Helper::Live(response_body)),
];

/// `responseStatus`: a number, the empty string where there is no response. Mockoon has none.
fn response_status(rendering: &mut Rendering<'_>, _: &Arguments<'_>) -> Outcome {
    Ok(rendering.host.response_status().map_or(Value::EMPTY, |status| Value::Number(status.into())))
}

/// `responseHeader name [default]`: as `header`, repeated fields joined with a comma. Mockoon has none.
fn response_header(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let found = match arguments.first() {
        Value::String(name) => rendering.response_header(name),
        name if arguments.is_empty() || name.is_object_like() => None,
        name => rendering.response_header(&name.to_text()),
    };
    Ok(found.filter(|value| !value.is_empty()).map_or_else(|| scalar_default(arguments), Value::String))
}

/// `responseBody [path] [default]`: as `body`, but JSON is what parses, whatever the content type. Mockoon has none.
fn response_body(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let path = path_of(arguments);
    let default = arguments.default_value(1);
    if matches!(&path, Value::String(text) if text.is_empty()) {
        return Ok(rendering.response_text().map_or_else(|| printed(&default, false), Value::Safe));
    }
    let body = rendering.response_body();
    let found = if body.is_truthy() { path::try_lookup(&body, &path, default)? } else { default };
    Ok(printed(&found, false))
}
