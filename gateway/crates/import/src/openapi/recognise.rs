//! What a document is: an OpenAPI description, one of Microcks' artifacts, or another tool's document, which is told what to
//! do instead (`microcks.md`, section 1.1).

use ringback_diag::quoted;

use super::{
    library::{Library, Spot},
    parse,
    service::Dialect,
    tree::Node,
};

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An OpenAPI description.
    Description(Dialect),
    /// `kind: APIMetadata`.
    Metadata,
    /// `kind: APIExamples`.
    Examples,
}

/// What Microcks' artifacts say of themselves.
const ARTIFACTS: [(&str, Kind); 2] = [("APIMetadata", Kind::Metadata), ("APIExamples", Kind::Examples)];

/// Whether a text is meant to be read here: an OpenAPI description, an artifact, or a document of an API in another language.
/// Not Mockoon's environments: these are JSON.
pub fn is_meant(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !parse::is_json(text) {
        return true;
    }
    let Ok(root) = parse::parse(&"".into(), text) else {
        // What is broken is told so by who it is most likely meant for.
        return ["\"openapi\"", "\"swagger\"", "\"asyncapi\""].iter().any(|key| text.contains(key));
    };
    let has = |name: &str| root.get(name).is_some();
    ["openapi", "swagger", "asyncapi", "apiVersion", "paths"].into_iter().any(has) || is_foreign_json(&root)
}

/// Whether a text is XML.
pub(super) fn is_xml(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// Whether an object is a Postman collection or an archive of HTTP messages.
fn is_foreign_json(root: &Node) -> bool {
    let schema = root.get("info").is_some_and(|info| info.get("_postman_id").is_some() || info.get("schema").is_some());
    (schema && root.get("item").is_some()) || root.get("log").is_some_and(|log| log.get("entries").is_some())
}

/// What a document is. Absent: it can't be read here, which was reported.
pub(super) fn kind(library: &mut Library<'_>, root: &Spot) -> Option<Kind> {
    if let Some(version) = root.get("openapi") {
        let text = version.node.as_written().unwrap_or_default();
        let dialect = match text.split('.').take(2).collect::<Vec<_>>().as_slice() {
            ["3", "0"] | ["3"] => Some(Dialect::Three),
            ["3", _] => Some(Dialect::JsonSchema),
            _ => None,
        };
        if dialect.is_none() {
            let message = format!("OpenAPI {text} is not known");
            library.error(&version, message, "3.0, 3.1 and 3.2 are: `openapi: 3.1.0`");
        }
        return dialect.map(Kind::Description);
    }
    let artifact = root.get("kind").and_then(|kind| kind.node.as_written());
    if let Some((_, kind)) = ARTIFACTS.into_iter().find(|(name, _)| artifact.as_deref() == Some(name)) {
        return Some(kind);
    }
    let (what, help) = foreign(root, artifact.as_deref());
    library.error(root, what, help);
    None
}

/// What another tool's document is, and what to do with it.
fn foreign(root: &Spot, artifact: Option<&str>) -> (String, &'static str) {
    let has = |name: &str| root.node.get(name).is_some();
    if has("swagger") {
        let what = "this is Swagger 2, which has no examples of requests".into();
        return (
            what,
            "convert it to OpenAPI 3, or serve it as Mockoon reads it: `ringback mockoon start --data FILE`",
        );
    }
    if has("asyncapi") {
        return ("this is AsyncAPI, which describes messages, not requests".into(), "describe the HTTP API in OpenAPI");
    }
    if is_foreign_json(&root.node) {
        return match has("log") {
            true => (
                "this is an HTTP archive (HAR)".into(),
                "describe its requests in OpenAPI, with their answers as examples",
            ),
            false => {
                ("this is a Postman collection".into(), "convert it to OpenAPI, with its saved answers as examples")
            }
        };
    }
    if let Some(kind) = artifact {
        return (format!("{} is no artifact that is known", quoted(kind)), "`APIMetadata` and `APIExamples` are");
    }
    let what = match root.node.as_map() {
        Some(_) => "this is not an OpenAPI description: it has no `openapi`".into(),
        None => format!("an OpenAPI description is an object, this is {}", root.node.kind()),
    };
    (what, "begin it with `openapi: 3.1.0`")
}
