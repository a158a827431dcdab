//! A Mockoon document as an OpenAPI 3.0 description, as Mockoon exports it (`mockoon.md`, section 7): paths with their
//! parameters, a response for each status with its body as an example, a CRUD route as the routes that it stands for. What
//! OpenAPI has no word for, rules and WebSockets among it, is left out.

use std::collections::HashMap;

use ringback_model::json::Json;

use super::{array, object};
use crate::json::{Member, Node, Value, enumeration_key, number_text};

/// What a CRUD route stands for: method, whether for one item, status and what it does.
const COLLECTION: [(&str, bool, f64, &str); 9] = [
    ("get", false, 200.0, "Get all items"),
    ("get", true, 200.0, "Get item by ID"),
    ("post", false, 201.0, "Create a new item"),
    ("put", false, 200.0, "Update all items"),
    ("put", true, 200.0, "Update item by ID"),
    ("patch", false, 200.0, "Partially update all items"),
    ("patch", true, 200.0, "Partially update item by ID"),
    ("delete", false, 200.0, "Delete all items"),
    ("delete", true, 200.0, "Delete item by ID"),
];

/// Describes a repaired document.
pub(in crate::mockoon) fn describe(document: &Node) -> Node {
    let tls = document.get("tlsOptions").and_then(|tls| tls.get("enabled")).is_some_and(Node::is_truthy);
    let scheme = if tls { "https" } else { "http" };
    let url = format!("{scheme}://localhost:{}/{}", number_of(document, "port"), text_of(document, "endpointPrefix"));
    let mut paths = Members::default();
    for route in routes(document) {
        match text_of(route, "type") {
            "http" => {
                let responses: Vec<_> = list(route, "responses").iter().map(|response| (response, None)).collect();
                let endpoint = text_of(route, "endpoint");
                let described = text_of(route, "documentation");
                operation(&mut paths, document, endpoint, text_of(route, "method"), described, &responses);
            }
            "crud" => {
                let Some(response) = list(route, "responses").first() else { continue };
                for (method, is_item, status, described) in COLLECTION {
                    let endpoint =
                        collapse(&format!("{}{}", text_of(route, "endpoint"), if is_item { "/:id" } else { "" }));
                    operation(&mut paths, document, &endpoint, method, described, &[(response, Some(status))]);
                }
            }
            _ => {}
        }
    }
    object(
        &(0..0),
        [
            ("openapi", string("3.0.0")),
            ("info", object(&(0..0), [("title", string(text_of(document, "name"))), ("version", string("1.0.0"))])),
            ("servers", array(&(0..0), vec![object(&(0..0), [("url", string(&url))])])),
            ("paths", paths.into_node()),
        ],
    )
}

/// All routes in the order in which they are tried.
fn routes(document: &Node) -> Vec<&Node> {
    let by_id = |name: &str| -> HashMap<&str, &Node> {
        let all = list(document, name).iter().rev();
        all.map(|one| (text_of(one, "uuid"), one)).collect()
    };
    let (routes, folders) = (by_id("routes"), by_id("folders"));
    let mut order = vec![];
    let mut open = vec![list(document, "rootChildren").iter()];
    while let Some(children) = open.last_mut() {
        match children.next() {
            None => drop(open.pop()),
            Some(child) if text_of(child, "type") == "folder" => {
                open.extend(folders.get(text_of(child, "uuid")).map(|folder| list(folder, "children").iter()));
            }
            Some(child) => order.extend(routes.get(text_of(child, "uuid")).copied()),
        }
    }
    order
}

/// Describes a method on a path, instead of what may have been there. A response comes with the status that it has here.
fn operation(
    paths: &mut Members,
    document: &Node,
    endpoint: &str,
    method: &str,
    described: &str,
    responses: &[(&Node, Option<f64>)],
) {
    let (path, parameters) = template(endpoint);
    let mut by_status = Members::default();
    for (response, status) in responses {
        let status = status.map_or_else(|| number_of(response, "statusCode"), number_text);
        by_status.set(&status, describe_response(document, response));
    }
    let mut members = vec![("description", string(described)), ("responses", by_status.into_node())];
    if !parameters.is_empty() {
        let parameters = parameters.iter().map(|name| {
            let required = Node { value: Value::Bool(true), span: 0..0 };
            let schema = object(&(0..0), [("type", string("string"))]);
            object(
                &(0..0),
                [("name", string(name)), ("in", string("path")), ("schema", schema), ("required", required)],
            )
        });
        members.push(("parameters", array(&(0..0), parameters.collect())));
    }
    let mut operation = Members::default();
    members.into_iter().for_each(|(name, node)| operation.set(name, node));
    let mut methods = Members::default();
    if let Some(Value::Object(members)) = paths.remove(&path) {
        members.into_iter().for_each(|member| methods.set(&member.name, member.node));
    }
    methods.set(method, operation.into_node());
    paths.set(&path, methods.into_node());
}

fn describe_response(document: &Node, response: &Node) -> Node {
    let headers = || list(document, "headers").iter().chain(list(response, "headers"));
    let is_type = |header: &&Node| text_of(header, "key").eq_ignore_ascii_case("content-type");
    let content_type = |owner: &'static str, node: &Node| {
        list(node, owner)
            .iter()
            .find(is_type)
            .map(|header| text_of(header, "value").to_owned())
            .filter(|t| !t.is_empty())
    };
    let media = content_type("headers", response).or_else(|| content_type("headers", document));
    let body = text_of(response, "body");
    let is_json = text_of(response, "bodyType") == "INLINE" && Json::parse(body).is_ok();
    let example = if is_json { string(body) } else { Members::default().into_node() };
    let mut content = Members::default();
    content.set(media.as_deref().unwrap_or("*/*"), object(&(0..0), [("example", example)]));
    let mut fields = Members::default();
    for header in headers().filter(|header| !is_type(header)) {
        let schema = object(&(0..0), [("type", string("string"))]);
        let value = object(&(0..0), [("schema", schema), ("example", string(text_of(header, "value")))]);
        fields.set(text_of(header, "key"), value);
    }
    object(
        &(0..0),
        [
            ("description", string(text_of(response, "label"))),
            ("content", content.into_node()),
            ("headers", fields.into_node()),
        ],
    )
}

/// `orders/:id` becomes `/orders/{id}`, and its parameters.
fn template(endpoint: &str) -> (String, Vec<String>) {
    let (mut path, mut parameters) = (String::from("/"), vec![]);
    let mut rest = endpoint;
    while let Some((before, after)) = rest.split_once(':') {
        path.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        if name.is_empty() {
            path.push(':');
        } else {
            path.push_str(&format!("{{{name}}}"));
            parameters.push(name.to_owned());
        }
        rest = after;
    }
    (path + rest, parameters)
}

fn collapse(path: &str) -> String {
    let mut collapsed = String::new();
    for sign in path.chars() {
        if !(sign == '/' && collapsed.ends_with('/')) {
            collapsed.push(sign);
        }
    }
    collapsed
}

/// Members in their order, each name once.
#[derive(Default)]
struct Members {
    all: Vec<Member>,
    places: HashMap<String, usize>,
}

impl Members {
    fn set(&mut self, name: &str, node: Node) {
        match self.places.get(name).and_then(|at| self.all.get_mut(*at)) {
            Some(member) => member.node = node,
            None => {
                self.places.insert(name.into(), self.all.len());
                self.all.push(Member { name: name.into(), span: 0..0, node });
            }
        }
    }

    /// Takes what is there; its place stays.
    fn remove(&mut self, name: &str) -> Option<Value> {
        let member = self.places.get(name).and_then(|at| self.all.get_mut(*at))?;
        Some(std::mem::replace(&mut member.node.value, Value::Null))
    }

    fn into_node(mut self) -> Node {
        self.all.sort_by_key(|member| enumeration_key(&member.name));
        Node { value: Value::Object(self.all), span: 0..0 }
    }
}

fn string(text: &str) -> Node {
    Node::string(text, 0..0)
}

fn list<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    node.get(name).map_or(&[], Node::elements)
}

fn text_of<'n>(node: &'n Node, name: &str) -> &'n str {
    node.get(name).and_then(Node::as_str).map_or("", |text| text)
}

fn number_of(node: &Node, name: &str) -> String {
    node.get(name).map_or_else(String::new, |number| number.to_text(false))
}
