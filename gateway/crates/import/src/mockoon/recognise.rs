//! What a JSON document is.

use ringback_diag::{Diagnostic, quoted};

use super::{FORMAT, migrate, repair::Repair, start};
use crate::json::{Node, Value};

/// The environment that a document is, or holds.
///
/// # Errors
/// When it is none: Mockoon would serve an empty one in its place. When it is of a newer Mockoon.
pub(super) fn environment(root: Node, repair: &mut Repair<'_>) -> Result<Node, Diagnostic> {
    let file = repair.file().clone();
    let refuse =
        |node: &Node, message: String, help: &str| Err(Diagnostic::error(message).at(&file, start(node)).help(help));
    if !matches!(root.value, Value::Object(_)) {
        let message = format!("a Mockoon environment is an object, this is {}", root.kind());
        return refuse(&root, message, "export the environment anew");
    }
    if root.get("openapi").or_else(|| root.get("swagger")).is_some() {
        let help = "import it in Mockoon, and serve the environment that it makes";
        return refuse(&root, "this is an OpenAPI description, which this version does not read".into(), help);
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
