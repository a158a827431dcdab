//! `[[route.response]]`, and the short form that stands directly on a route.

use http::StatusCode;
use ringback_model::environment::{Body, Environment, Response};

use super::{
    callback::{attachments, body},
    lines::Lines,
    rules::rules,
};

/// Whether a response can stand directly on its route.
pub(super) fn is_short(response: &Response) -> bool {
    response.id.is_none() && response.label.is_none() && response.rules.rules.is_empty() && !response.default
}

/// Writes a response into a table of its own.
pub(super) fn response(response: &Response, is_default: bool, environment: &Environment, lines: &mut Lines) {
    lines.table("[[route.response]]");
    lines.optional("label", response.label.as_deref());
    lines.optional("id", response.id.as_deref());
    lines.flag("default", is_default, false);
    rules(&response.rules, lines);
    keys(response, environment, lines);
}

/// The keys that also stand directly on a route.
pub(super) fn keys(response: &Response, environment: &Environment, lines: &mut Lines) {
    if response.status != StatusCode::OK {
        lines.value("status", response.status.as_str());
    }
    lines.headers("headers", &response.headers);
    match &response.body {
        // An empty text is none.
        Body::Text(text) if text.source.is_empty() => {}
        content => body(content, lines),
    }
    lines.duration("latency", response.latency);
    attachments(&response.callbacks, environment, lines);
}
