//! A Mockoon environment (`mockoon.md`, section 1): text -> JSON with places -> repair -> environment.
//!
//! `repair` makes of any JSON what Mockoon makes of it: a wrong or missing field gets its default. It reads into the
//! definitions of `document`, which name every field of Mockoon's; what they name and `lower` does not carry over yet
//! is reported where it says something else than its default. Files that an older Mockoon wrote are read as they stand.

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics, Sources};
use ringback_model::environment::Environment;

use crate::json::{self, Node, Value};

mod document;
mod lower;
mod options;
mod repair;

pub use options::{DisabledRoutes, Options};

/// The format that is read: Mockoon's highest migration.
const FORMAT: f64 = 33.0;

/// A document that can run.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What it serves.
    pub environment: Environment,
    /// What was not carried over, or was repaired.
    pub warnings: Diagnostics,
}

/// Reads a Mockoon environment as it stands: [`read`] with the default options.
///
/// # Errors
/// Those of [`read`].
pub fn mockoon(file: &str, text: &str, sources: &mut Sources) -> Result<Imported, Diagnostics> {
    read(file, text, &Options::default(), sources)
}

/// Reads a Mockoon environment. `file` is what messages call it; `sources` keeps its text.
///
/// # Errors
/// When the text is no JSON, or no environment, or one of a Mockoon that is newer than what is known here.
pub fn read(file: &str, text: &str, options: &Options, sources: &mut Sources) -> Result<Imported, Diagnostics> {
    // Editors on Windows put a byte order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = sources.add(file, text);
    let root = json::parse(&file, text)?;
    recognise(&file, &root)?;
    let mut repair = repair::Repair::new(&file);
    let document = document::Environment::read(&root, &mut repair);
    let (environment, mut warnings) = lower::lower(&document, options, &file, text, repair.found);
    warnings.sort();
    Ok(Imported { environment, warnings })
}

/// Refuses what is no environment: Mockoon would serve an empty one in its place.
fn recognise(file: &Arc<str>, root: &Node) -> Result<(), Diagnostic> {
    let refuse = |message: String, help: &str| Err(Diagnostic::error(message).at(file, start(root)).help(help));
    let Value::Object(members) = &root.value else {
        return refuse(
            format!("a Mockoon environment is an object, this is {}", root.kind()),
            "export the environment anew",
        );
    };
    if root.get("openapi").or_else(|| root.get("swagger")).is_some() {
        let help = "import it in Mockoon, and serve the environment that it makes";
        return refuse("this is an OpenAPI description, which this version does not read".into(), help);
    }
    if root.get("source").is_some() && root.get("data").is_some_and(|data| data.elements().iter().any(is_exported)) {
        let help = "serve the `item` in its `data`: that is the environment";
        return refuse("this is an export of an old Mockoon, with the environment inside".into(), help);
    }
    if !members.iter().any(|member| member.name == "routes") {
        return refuse("this is not a Mockoon environment: it has no `routes`".into(), "add `\"routes\": []`");
    }
    match root.get("lastMigration") {
        Some(Node { value: Value::Number(format), span }) if *format > FORMAT => {
            let message = format!("this environment is of a newer Mockoon: format {format}, {FORMAT} is known");
            Err(Diagnostic::error(message).at(file, span.clone()).help("update Ringback"))
        }
        _ => Ok(()),
    }
}

fn is_exported(element: &Node) -> bool {
    element.get("type").is_some() && element.get("item").is_some()
}

/// The first byte of a value: enough to point at something long.
fn start(node: &Node) -> std::ops::Range<usize> {
    node.span.start..node.span.start + 1
}
