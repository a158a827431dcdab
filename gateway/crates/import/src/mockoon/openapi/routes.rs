//! Routes and responses of a description.

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics, quoted};

use super::{
    Version, array, number, object,
    schema::{Bodies, plain},
    tree::{Kind, Tree},
};
use crate::{
    json::{Node, Value},
    mockoon::document::ROUTE_METHODS,
};

/// The type of a body that none is given.
const JSON: &str = "application/json";

struct Routes<'d> {
    description: &'d Tree,
    version: Version,
    bodies: Bodies,
    file: &'d Arc<str>,
    found: &'d mut Diagnostics,
}

/// A route for each path and method, in the order of the description.
pub(super) fn routes(description: &Tree, version: Version, file: &Arc<str>, found: &mut Diagnostics) -> Vec<Node> {
    let mut routes = Routes { description, version, bodies: Bodies::new(), file, found };
    let mut all = vec![];
    for (path, item) in description.get("paths").map_or(&[][..], |paths| paths.members()) {
        for (method, operation) in item.members() {
            if !method.is_empty() && ROUTE_METHODS.contains(&&**method) && !matches!(operation.kind, Kind::Scalar(_)) {
                all.push(routes.route(path, method, operation));
            }
        }
    }
    all
}

impl Routes<'_> {
    fn route(&mut self, path: &str, method: &str, operation: &Tree) -> Node {
        let place = operation.start();
        let mut responses = vec![];
        for (status, response) in operation.get("responses").map_or(&[][..], |responses| responses.members()) {
            self.responses(status, response, operation, &mut responses);
        }
        if responses.is_empty() {
            let headers = array(&place, vec![header(&place, "Content-Type", JSON)]);
            responses.push(object(&place, [("body", Node::string("", place.clone())), ("headers", headers)]));
        }
        if let Some(first) = responses.first_mut() {
            first.set("default", Node { value: Value::Bool(true), span: place.clone() });
        }
        let described = ["summary", "description"].into_iter().filter_map(|name| operation.get(name)?.as_text());
        let documentation = described.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        object(
            &place,
            [
                ("documentation", Node::string(documentation, place.clone())),
                ("method", Node::string(method, place.clone())),
                ("endpoint", Node::string(endpoint(path), place.clone())),
                ("responses", array(&place, responses)),
            ],
        )
    }

    /// The response of a status, and those of its examples.
    fn responses(&mut self, word: &str, response: &Tree, operation: &Tree, responses: &mut Vec<Node>) {
        let Some(status) = status(word) else {
            if !word.starts_with("x-") {
                let message = format!("responses of status {} are left out", quoted(word));
                let help = "Mockoon leaves them out too: write one status, like `404`";
                self.found.push(Diagnostic::warning(message).at(self.file, response.start()).help(help));
            }
            return;
        };
        let types = self.types(response, operation);
        let json = types.iter().find(|name| is_json(name));
        let source = match self.version {
            Version::Swagger => json.map(|_| response),
            Version::OpenApi => json.and_then(|json| Some(&**response.get("content")?.get(json)?)),
        };
        let headers = self.headers(&types, response);
        let label = response.get("description").and_then(|text| text.as_text()).unwrap_or_default();
        let schema = source.and_then(|source| source.get("schema")).filter(|schema| schema.is_truthy());
        let body = schema.map_or_else(String::new, |schema| self.bodies.of_schema(schema));
        let place = schema.map_or_else(|| response.start(), |schema| schema.start());
        let mut push = |body: &str, label: &str, place| {
            responses.push(object(
                &place,
                [
                    ("body", Node::string(body, place.clone())),
                    ("label", Node::string(label, place.clone())),
                    ("statusCode", number(&place, status)),
                    ("headers", headers.clone()),
                ],
            ));
        };
        push(&body, label, place);
        for (name, example) in source.and_then(|source| source.get("examples")).map_or(&[][..], |all| all.members()) {
            let value = match self.version {
                Version::Swagger => Some(example),
                Version::OpenApi => example.get("value"),
            };
            push(&self.bodies.of_example(value.map(|value| &**value)), name, example.start());
        }
    }

    /// The types that a response may have.
    fn types(&self, response: &Tree, operation: &Tree) -> Vec<String> {
        match self.version {
            Version::Swagger => {
                let lists = [operation, self.description].into_iter().flat_map(|tree| {
                    ["produces", "consumes"].into_iter().filter_map(|name| tree.get(name)).filter(|list| list.is_some())
                });
                let first = lists.into_iter().next();
                let types = first.map_or(&[][..], |list| list.elements()).iter();
                types.filter_map(|name| Some(name.as_text()?.to_owned())).collect()
            }
            Version::OpenApi => {
                let content = response.get("content").map_or(&[][..], |content| content.members());
                content.iter().map(|(name, _)| name.to_string()).collect()
            }
        }
    }

    fn headers(&mut self, types: &[String], response: &Tree) -> Node {
        let place = response.start();
        let is_other = !types.iter().any(|name| name == JSON);
        let content_type = types.first().filter(|_| is_other).map_or(JSON, |name| name);
        let mut headers = vec![header(&place, "Content-Type", content_type)];
        for (name, given) in response.get("headers").map_or(&[][..], |headers| headers.members()) {
            let some = |name| given.get(name).filter(|value| value.is_some());
            let value = if let Some(example) = some("example") {
                plain(&self.bodies.copy(example))
            } else if let Some(examples) = some("examples") {
                let first = examples.members().first().and_then(|(_, example)| example.get("value"));
                first.map_or_else(String::new, |value| plain(&self.bodies.copy(value)))
            } else {
                some("schema").map_or_else(String::new, |schema| self.bodies.of_header(schema))
            };
            headers.push(header(&given.start(), name, &value));
        }
        array(&place, headers)
    }
}

/// Absent: it is a range, or no status.
fn status(word: &str) -> Option<f64> {
    if word == "default" {
        return Some(200.0);
    }
    let digits = word.find(|c: char| !c.is_ascii_digit()).and_then(|end| word.get(..end)).unwrap_or(word);
    digits.parse::<u16>().ok().filter(|status| (100..=999).contains(status)).map(f64::from)
}

/// `/orders/{order-id}` becomes `orders/:orderid`.
fn endpoint(path: &str) -> String {
    let mut text = String::new();
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let name = after.split_once('}').filter(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        });
        match name {
            Some((name, after)) => {
                text.push(':');
                text.push_str(&name.replace('-', ""));
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text + rest
}

/// Whether a type is JSON, by itself or with a name in front: `application/problem+json`.
fn is_json(name: &str) -> bool {
    let name = name.to_lowercase();
    let suffixed = name.find("application/").and_then(|at| name.get(at..)).is_some_and(|rest| rest.contains("+json"));
    name.contains(JSON) || suffixed
}

fn header(place: &std::ops::Range<usize>, key: &str, value: &str) -> Node {
    let text = |text: &str| Node::string(text, place.clone());
    object(place, [("key", text(key)), ("value", text(value))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_endpoints() {
        assert_eq!(endpoint("/orders/{order-id}/{a}.{b}"), "orders/:orderid/:a.:b");
        assert_eq!(endpoint("/a/{b c}{"), "a/{b c}{");
    }
}
