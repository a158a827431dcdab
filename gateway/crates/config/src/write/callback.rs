//! `[callback.NAME]`.

use ringback_diag::quoted;
use ringback_model::{
    environment::{Attachment, Body, CallbackDefinition, CallbackUrl, Environment, FileBody},
    limits,
};

use super::{
    lines::{Lines, duration},
    literal,
};
use crate::lower::is_runtime;

/// The method that callbacks have where none is written.
const METHOD: &str = "POST";

pub(super) fn callback(callback: &CallbackDefinition, lines: &mut Lines) {
    lines.table(&format!("[callback.{}]", literal::key(callback.name.as_str())));
    if &*callback.method.source != METHOD {
        lines.text("method", &callback.method.source);
    }
    match &callback.url {
        CallbackUrl::Text(url) => lines.text("url", &url.source),
        CallbackUrl::Expression { url, query } => {
            lines.text("url", url.source());
            // Beside a query a URL without expressions is read as one that may have some.
            if query.is_empty() && !is_runtime(url.source()) {
                lines.value("query", "{}");
            }
            lines.fields("query", query.iter().map(|(name, value)| (&**name, &*value.source)));
        }
        CallbackUrl::Given { query } => {
            lines.fields("query", query.iter().map(|(name, value)| (&**name, &*value.source)));
        }
    }
    lines.headers("headers", &callback.headers);
    body(&callback.body, lines);
    lines.optional("ordering-key", callback.ordering_key.as_ref().map(|key| &*key.source));
    let statuses: Vec<_> = callback.expects.iter().map(ToString::to_string).collect();
    lines.texts("expects", statuses.iter().map(String::as_str));
    if callback.timeout != limits::ATTEMPT_TIMEOUT {
        lines.duration("timeout", callback.timeout);
    }
    if let Some(policy) = &callback.policy {
        lines.comment(&format!("policy {} is not written: name it anew", quoted(policy.plugin.as_str())));
    }
}

/// The keys of a content.
pub(super) fn body(body: &Body, lines: &mut Lines) {
    match body {
        Body::Empty => {}
        Body::Text(text) => {
            lines.text("body", &text.source);
            lines.flag("templating", text.templated || !text.source.contains("{{"), true);
        }
        Body::File(file) => {
            lines.value("file", &file_text(file));
            lines.flag("templating", file.templated, true);
        }
        Body::Bucket(bucket) => lines.text("bucket", bucket.as_str()),
    }
}

fn file_text(file: &FileBody) -> String {
    let path = literal::inline(&file.path.source);
    if !file.attachment && file.instead.is_none() {
        return path;
    }
    let attachment = if file.attachment { ", attachment = true" } else { "" };
    let missing = file.instead.as_ref().map(|text| format!(", missing = {}", literal::inline(&text.source)));
    format!("{{ path = {path}{attachment}{} }}", missing.unwrap_or_default())
}

/// A response's uses of callbacks.
pub(super) fn attachments(attachments: &[Attachment], environment: &Environment, lines: &mut Lines) {
    let uses = attachments.iter().filter_map(|attachment| {
        let name = literal::inline(environment.callbacks.get(attachment.callback)?.name.as_str());
        let Attachment { delay, in_turn, .. } = *attachment;
        let mut more = String::new();
        if !delay.is_zero() {
            more += &format!(", delay = \"{}\"", duration(delay));
        }
        if in_turn {
            more += ", in-turn = true";
        }
        Some(if more.is_empty() { name } else { format!("{{ use = {name}{more} }}") })
    });
    lines.list("callbacks", &uses.collect::<Vec<_>>());
}
