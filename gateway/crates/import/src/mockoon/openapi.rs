//! OpenAPI descriptions (Swagger 2, OpenAPI 3) as Mockoon's documents, as Mockoon itself converts them (`mockoon.md`,
//! section 7): a route for each path and method, a response for each status and named example, with a body that its schema
//! makes.
//!
//! `tree` resolves references, `server` finds prefix and port, `routes` the routes, `schema` makes bodies. What is made
//! points at the description, so that warnings do too. Where Mockoon gives up a description over a part that is not as its
//! schema wants, here that part is left out.

use std::{collections::BTreeMap, sync::Arc, thread};

use ringback_diag::{Diagnostic, Diagnostics};

use crate::json::{Member, Node, Value};

mod export;
mod routes;
mod schema;
mod server;
mod tree;

pub(super) use export::describe;
pub(super) use tree::external;

/// What bodies browsers may read, and with what they may ask for it: fields that Mockoon gives new environments.
const CORS_FIELDS: [(&str, &str); 3] = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS"),
    ("Access-Control-Allow-Headers", "Content-Type, Origin, Accept, Authorization, Content-Length, X-Requested-With"),
];
/// Room for references within references: the schemas of large descriptions refer to one another for thousands of levels.
const STACK_BYTES: usize = 256 << 20;

/// The two languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Swagger,
    OpenApi,
}

/// Whether a document is a description.
pub(super) fn is_description(root: &Node) -> bool {
    root.get("openapi").is_some() || root.get("swagger").is_some()
}

/// Whether a text that is not JSON is meant to be a description.
pub(super) fn is_meant(file: &str, text: &str) -> bool {
    let is_yaml = [".yaml", ".yml"].iter().any(|end| file.ends_with(end));
    let begins = |line: &str| ["openapi:", "swagger:"].iter().any(|key| line.replace(['"', '\''], "").starts_with(key));
    is_yaml || text.lines().any(begins)
}

/// Makes a Mockoon document of a description. `documents`: what its references to other places mean, by URL.
///
/// # Errors
/// When it is of another version than 2 or 3.
pub(super) fn convert(
    root: &Node,
    documents: &BTreeMap<String, String>,
    file: &Arc<str>,
    found: &mut Diagnostics,
) -> Result<Node, Diagnostic> {
    let version = version(root).ok_or_else(|| {
        let node = root.get("openapi").unwrap_or(root);
        let message = "this is an OpenAPI description of a version that is not known";
        Diagnostic::error(message).at(file, node.span.clone()).help("write one of version 3, or of Swagger 2")
    })?;
    // Whatever its depth, the tree is made, used and dropped there.
    let converted = thread::scope(|scope| {
        let work = || {
            let mut warnings = Diagnostics::default();
            let tree = tree::resolve(root, documents, file, &mut warnings);
            (document(&tree, root, version, file, &mut warnings), warnings)
        };
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).ok()?;
        thread.join().ok()
    });
    let (document, warnings) = converted.ok_or_else(|| {
        let help = "serve the environment that Mockoon makes of it";
        Diagnostic::error("this OpenAPI description can't be converted").at(file, super::start(root)).help(help)
    })?;
    found.extend(warnings);
    Ok(document)
}

fn version(root: &Node) -> Option<Version> {
    if root.get("swagger").is_some() {
        return Some(Version::Swagger);
    }
    match &root.get("openapi")?.value {
        Value::String(version) if version.starts_with("3.") => Some(Version::OpenApi),
        // In YAML, without quotes.
        Value::Number(version) if (3.0..4.0).contains(version) => Some(Version::OpenApi),
        _ => None,
    }
}

fn document(tree: &tree::Tree, root: &Node, version: Version, file: &Arc<str>, found: &mut Diagnostics) -> Node {
    let place = super::start(root);
    let text = |text: &str| Node::string(text, place.clone());
    let title = tree.get("info").and_then(|info| info.get("title")).and_then(|title| title.as_text());
    let title = title.filter(|title| !title.is_empty()).map_or_else(
        || match version {
            Version::Swagger => "Swagger import".into(),
            Version::OpenApi => "OpenAPI import".into(),
        },
        str::to_owned,
    );
    let server::Server { prefix, port } = server::find(tree, version);
    let headers = CORS_FIELDS.map(|(key, value)| object(&place, [("key", text(key)), ("value", text(value))]));
    let blank = || array(&place, vec![object(&place, [("key", text("")), ("value", text(""))])]);
    object(
        &place,
        [
            ("lastMigration", number(&place, super::FORMAT)),
            ("name", text(&title)),
            ("endpointPrefix", text(&prefix)),
            ("port", number(&place, f64::from(port))),
            ("routes", array(&place, routes::routes(tree, version, file, found))),
            ("headers", array(&place, headers.into())),
            ("proxyReqHeaders", blank()),
            ("proxyResHeaders", blank()),
        ],
    )
}

fn object<const N: usize>(place: &std::ops::Range<usize>, members: [(&'static str, Node); N]) -> Node {
    let member = |(name, node): (&'static str, Node)| Member { name: name.into(), span: place.clone(), node };
    Node { value: Value::Object(members.into_iter().map(member).collect()), span: place.clone() }
}

fn array(place: &std::ops::Range<usize>, elements: Vec<Node>) -> Node {
    Node { value: Value::Array(elements), span: place.clone() }
}

fn number(place: &std::ops::Range<usize>, number: f64) -> Node {
    Node { value: Value::Number(number), span: place.clone() }
}
