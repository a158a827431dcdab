//! A text to a [`Node`]: JSON where it begins as JSON does, else YAML, whatever the file is called.

use std::{collections::HashSet, ops::Range, sync::Arc};

use jsonc_parser::{ast, common::Ranged};
use ringback_diag::Diagnostic;

use super::tree::{Entry, Map, Node, Value};
use crate::{
    json,
    yaml::{self, Build},
};

/// Reads a text.
///
/// # Errors
/// When it is neither: what and where.
pub(super) fn parse(file: &Arc<str>, text: &str) -> Result<Node, Diagnostic> {
    if is_json(text) {
        let broken = match json::parse_ast(file, text) {
            Ok(value) => return Ok(json_node(value)),
            Err(broken) => broken,
        };
        // Flow collections of YAML look like JSON, which allows less.
        return yaml::parse_as::<Tree>(file, text).map_err(|_| broken);
    }
    yaml::parse_as::<Tree>(file, text)
}

/// Whether a text begins as JSON objects and lists do.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

fn json_node(value: ast::Value<'_>) -> Node {
    let range = value.range();
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.into()),
        ast::Value::StringLit(literal) => Value::Text(literal.value.into()),
        ast::Value::Array(array) => Value::List(array.elements.into_iter().map(json_node).collect()),
        ast::Value::Object(object) => {
            Value::Map(Arc::new(Map::new(object.properties.into_iter().map(json_entry).collect())))
        }
    };
    Node { value, span: range.start..range.end }
}

fn json_entry(property: ast::ObjectProp<'_>) -> Entry {
    let range = property.name.range();
    let name = property.name.as_str().into();
    Entry { name, span: range.start..range.end, node: json_node(property.value) }
}

/// Reads YAML's core schema (1.2). `<<` merges, as the tools of OpenAPI's users do, though YAML 1.2 does not know it.
struct Tree;

impl Build for Tree {
    type Node = Node;

    fn scalar(text: &str, is_plain: bool, span: Range<usize>) -> Node {
        let value = if is_plain { plain(text) } else { Value::Text(text.into()) };
        Node { value, span }
    }

    fn sequence(elements: Vec<Node>, span: Range<usize>) -> Node {
        Node { value: Value::List(elements.into()), span }
    }

    fn mapping(members: Vec<(Node, Node)>, span: Range<usize>) -> Node {
        let merges = members.iter().any(|(key, node)| is_merge(key, node));
        let entry = |(key, node): (Node, Node)| Entry { name: name(&key), span: key.span, node };
        let mut entries = vec![];
        let mut merged = vec![];
        for (key, node) in members {
            match is_merge(&key, &node) {
                true => merged.push(node),
                false => entries.push(entry((key, node))),
            }
        }
        if merges {
            merge(&mut entries, &merged);
        }
        Node { value: Value::Map(Arc::new(Map::new(entries))), span }
    }
}

/// Whether a member means that others' members are its object's too.
fn is_merge(key: &Node, node: &Node) -> bool {
    let is_map = |node: &Node| node.as_map().is_some();
    matches!(&key.value, Value::Text(text) if &**text == "<<")
        && (is_map(node) || (!node.elements().is_empty() && node.elements().iter().all(is_map)))
}

/// Adds the members of others that an object does not have itself; of several, the earlier one's count.
fn merge(entries: &mut Vec<Entry>, merged: &[Node]) {
    let mut taken: HashSet<Arc<str>> = entries.iter().map(|entry| entry.name.clone()).collect();
    let sources = merged.iter().flat_map(|node| match node.elements() {
        [] => std::slice::from_ref(node),
        several => several,
    });
    for entry in sources.flat_map(Node::entries) {
        if taken.insert(entry.name.clone()) {
            entries.push(entry.clone());
        }
    }
}

/// A key as text, as it was written: `200`, `1.0`.
fn name(key: &Node) -> Arc<str> {
    key.as_written().unwrap_or_else(|| match key.value {
        Value::Null => "".into(),
        _ => super::text::json(key).into(),
    })
}

/// A scalar without quotes.
fn plain(text: &str) -> Value {
    match yaml::plain(text) {
        json::Value::Null => Value::Null,
        json::Value::Bool(value) => Value::Bool(value),
        json::Value::Number(_) => Value::Number(text.into()),
        _ => Value::Text(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        parse(&"x".into(), text).map_or_else(|error| error.message, |node| super::super::text::json(&node))
    }

    #[test]
    fn yaml_and_json_say_the_same() {
        assert_eq!(
            read("a: 4.0\nb: [1e3, '1', x]\n200: {c: ~}\n"),
            r#"{"a":4.0,"b":[1000.0,"1","x"],"200":{"c":null}}"#
        );
        assert_eq!(read(r#" {"a": 4.0, "b": [1e3]}"#), r#"{"a":4.0,"b":[1000.0]}"#);
        assert_eq!(read("{a: 1, 'b': [x]}"), r#"{"a":1,"b":["x"]}"#);
        assert!(read("{\"a\": 1,,}").starts_with("this is not JSON"));
    }

    #[test]
    fn a_merge_adds_what_is_not_there() {
        let text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {b: 5, <<: [*x, *y]}\nw: {<<: text}\n";
        assert!(read(text).ends_with(r#""z":{"b":5,"a":1,"c":4},"w":{"<<":"text"}}"#));
    }
}
