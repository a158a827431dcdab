//! Older formats to the current one (`mockoon.md`, section 1.3), on the JSON itself: what is moved keeps its place.
//!
//! A step that finds the document broken ends the migration, as in Mockoon; the repair makes do with what there is. Steps
//! that only add defaults are not here: the repair adds them.

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics, quoted};

use super::{FORMAT, start};
use crate::json::{Member, Node, Value};

mod environment;
mod faker;
mod response;
mod route;

/// What a step expected and did not find: the list of this name.
struct Broken(&'static str);

type Step = Result<(), Broken>;
type Change = fn(&mut Node) -> Step;

/// From which format on a document is written so, and what makes it so.
const STEPS: [(u8, Change); 21] = [
    (2, environment::cors),
    (2, route::content_type),
    (4, route::custom_headers),
    (5, route::file),
    (6, route::responses),
    (7, response::fresh_id),
    (11, response::status),
    (18, response::regex),
    (19, environment::tls),
    (20, response::default),
    (21, route::mode),
    (22, response::rules),
    (23, environment::buckets),
    (24, response::body_type),
    (25, environment::order),
    (27, environment::hostname),
    (29, environment::faker),
    (30, response::callbacks),
    (31, route::enabled),
    (32, environment::collapsed),
    (33, route::streaming),
];

/// Brings a document to the current format. One that does not say its format stays as it is, but for routes that are
/// their own response.
pub(super) fn migrate(root: &mut Node, file: &Arc<str>, found: &mut Diagnostics) {
    let mut warn = |span, message: String, help: &str| {
        found.push(Diagnostic::warning(message).at(file, span).help(help));
    };
    let Some(format) = format(root) else {
        let help = "open it in Mockoon once, and it is written in the current format";
        let message = format!("`lastMigration` is missing: the environment is read as if it were in format {FORMAT}");
        warn(start(root), message, help);
        for place in route::own_responses(root) {
            let message = "this route has no `responses`: what it says itself is taken for its response".into();
            warn(place, message, "Mockoon answers 404 here; move `body` and the like into an element of `responses`");
        }
        return;
    };
    if format < 31.0 {
        for route in root.get("routes").map(Node::elements).unwrap_or_default() {
            if let Some(Node { value: Value::Bool(false), span }) = route.get("enabled") {
                let help = "to leave it out, name it with `--disable-routes`";
                warn(span.clone(), "this route is disabled, and served all the same, as by Mockoon's CLI".into(), help);
            }
        }
    }
    for (step, change) in STEPS.iter().filter(|(step, _)| f64::from(*step) > format) {
        if let Err(Broken(list)) = change(root) {
            let message = format!("this environment of format {format} can't be brought to format {step}");
            let help =
                format!("{} must be a list of objects, also within others; it is repaired instead", quoted(list));
            warn(start(root), message, &help);
            break;
        }
    }
}

/// The format as JavaScript compares it. Absent: the document does not say, or says what is no number.
pub(super) fn format(root: &Node) -> Option<f64> {
    let format = match &root.get("lastMigration")?.value {
        Value::Null | Value::Bool(false) => 0.0,
        Value::Bool(true) => 1.0,
        Value::Number(format) => *format,
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().ok()?,
        Value::Array(_) | Value::Object(_) => return None,
    };
    (!format.is_nan()).then_some(format)
}

/// Changes each object of a list.
fn each(parent: &mut Node, list: &'static str, change: &mut dyn FnMut(&mut Node) -> Step) -> Step {
    let Some(Node { value: Value::Array(elements), .. }) = parent.get_mut(list) else { return Err(Broken(list)) };
    for element in elements {
        if !matches!(element.value, Value::Object(_)) {
            return Err(Broken(list));
        }
        change(element)?;
    }
    Ok(())
}

/// Changes each response of each route.
fn each_response(root: &mut Node, mut change: impl FnMut(&mut Node) -> Step) -> Step {
    each(root, "routes", &mut |route| each(route, "responses", &mut change))
}

/// An object that stands where another one does.
fn object_at(place: &Node, members: Vec<Member>) -> Node {
    Node { value: Value::Object(members), span: place.span.clone() }
}
