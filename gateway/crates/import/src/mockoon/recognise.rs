//! What a JSON document is.

use std::sync::Arc;

use ringback_diag::{Diagnostic, quoted};

use super::{FORMAT, Options, migrate, openapi, repair::Repair, start};
use crate::{
    json::{self, Node, Value},
    yaml,
};

/// Reads JSON, or YAML where an OpenAPI description is meant.
///
/// # Errors
/// When it is neither.
pub(super) fn parse(file: &Arc<str>, text: &str) -> Result<Node, Diagnostic> {
    json::parse(file, text).or_else(|error| {
        if !openapi::is_meant(file, text) {
            return Err(error);
        }
        let root = yaml::parse(file, text)?;
        if openapi::is_description(&root) {
            return Ok(root);
        }
        let message = "this is not an OpenAPI description: it has neither `openapi` nor `swagger`";
        Err(Diagnostic::error(message).at(file, start(&root)).help("Mockoon's environments are JSON, not YAML"))
    })
}

/// The environment that a document is, or holds, or describes.
///
/// # Errors
/// When it is none: Mockoon would serve an empty one in its place. When it is of a newer Mockoon.
pub(super) fn environment(root: Node, options: &Options, repair: &mut Repair<'_>) -> Result<Node, Diagnostic> {
    let file = repair.file().clone();
    let refuse =
        |node: &Node, message: String, help: &str| Err(Diagnostic::error(message).at(&file, start(node)).help(help));
    if !matches!(root.value, Value::Object(_)) {
        let message = format!("a Mockoon environment is an object, this is {}", root.kind());
        return refuse(&root, message, "export the environment anew");
    }
    if openapi::is_description(&root) {
        return openapi::convert(&root, &options.documents, &file, &mut repair.found);
    }
    let root = if is_export(&root) { exported(root, repair)? } else { root };
    if root.get("routes").is_none() && root.get("lastMigration").is_none() {
        return refuse(&root, "this is not a Mockoon environment: it has no `routes`".into(), "add `\"routes\": []`");
    }
    match migrate::format(&root).zip(root.get("lastMigration")) {
        Some((format, node)) if format > FORMAT => {
            let message = format!("this environment is of a newer Mockoon: format {format}, {FORMAT} is known");
            Err(Diagnostic::error(message).at(&file, node.span.clone()).help("update Ringback"))
        }
        _ => Ok(root),
    }
}

/// Whether this is how Mockoon exported environments and routes until version 1.17: `{source, data: [{type, item}]}`.
fn is_export(root: &Node) -> bool {
    let is_item = |element: &Node| element.get("type").is_some() && element.get("item").is_some();
    root.get("source").is_some() && root.get("data").is_some_and(|data| data.elements().iter().any(is_item))
}

/// The first environment of an export.
fn exported(mut root: Node, repair: &mut Repair<'_>) -> Result<Node, Diagnostic> {
    let place = start(&root);
    let is_environment =
        |element: &Node| element.get("type").and_then(Node::as_str).is_some_and(|kind| &**kind == "environment");
    let items = root.get_mut("data").map(Node::elements_mut).unwrap_or_default().iter_mut();
    let mut environments = items.filter(|element| is_environment(element)).filter_map(|element| element.remove("item"));
    let Some(first) = environments.next() else {
        let message = "this is an export of an old Mockoon, without an environment inside";
        let help = "export the whole environment; a route alone can't be served";
        return Err(Diagnostic::error(message).at(repair.file(), place).help(help));
    };
    for other in environments {
        let name = other.get("name").and_then(Node::as_str).map_or("", |name| name);
        let message = format!("environment {} of this export is left out: a file serves its first one", quoted(name));
        repair.warn(start(&other), message, "put what stands in its `item` in a file of its own");
    }
    Ok(first)
}
