//! Contents made of schemas, where no example says what is sent: `example`, `examples`, `default`, `const` and `enum` where a
//! schema has one, else something of its type and format. The same seed and place make the same.

use std::sync::Arc;

use ringback_model::http_values::essence;

use super::{
    library::{Library, Spot},
    text,
    tree::{Node, Value},
};

mod words;
mod xml;

use words::Draws;

/// Deepest nesting of what is made.
const DEPTH_MAX: usize = 12;
/// Most values of one content.
const VALUES_MAX: usize = 2_000;
/// Most elements that a list is given.
const ELEMENTS_MAX: usize = 10;

/// Makes one content.
pub(super) struct Generator<'l, 'a> {
    library: &'l mut Library<'a>,
    draws: Draws,
    values: usize,
    /// The schemas around the one at hand: one that holds itself ends there.
    around: Vec<usize>,
    /// Whether what only answers have is left out, or what only requests have.
    is_request: bool,
}

/// Schemas of `allOf`, read as one.
#[derive(Default)]
struct Merged {
    properties: Vec<(Arc<str>, Spot)>,
    required: Vec<Arc<str>>,
    additional: Option<Spot>,
    /// All the schemas, the nearest first.
    parts: Vec<Spot>,
}

impl<'l, 'a> Generator<'l, 'a> {
    /// For what stands at a place, which is mixed into the seed.
    pub(super) fn new(library: &'l mut Library<'a>, seed: u64, at: &Spot) -> Self {
        let place = at.node.span.start as u64;
        Self { library, draws: Draws::new(seed ^ place.rotate_left(32)), values: 0, around: vec![], is_request: false }
    }

    /// A content of a media type. Absent: none can be made, since it is neither JSON, XML nor text.
    pub(super) fn content(&mut self, media_type: &str, schema: &Spot, is_request: bool) -> Option<Arc<str>> {
        self.is_request = is_request;
        let node = self.value(schema);
        let essence = essence(media_type);
        if is_json(&essence) {
            return Some(text::json(&node).into());
        }
        if is_xml(&essence) && matches!(&node.value, Value::Map(_) | Value::List(_)) {
            return Some(xml::document(self.library, schema, &node));
        }
        // Of forms and the like only what the schema's own example says.
        let is_text = matches!(&node.value, Value::Text(_)) || essence == "text/plain";
        is_text.then(|| text::plain(&node))
    }

    /// A value of a schema.
    fn value(&mut self, schema: &Spot) -> Node {
        self.values += 1;
        let Some(schema) = self.library.resolve(schema) else { return Node::made(Value::Null) };
        if let Some(given) = self.given(&schema) {
            return given;
        }
        let id = schema.node.id();
        let is_within = id.is_some_and(|id| self.around.contains(&id));
        if is_within || self.around.len() >= DEPTH_MAX || self.values > VALUES_MAX {
            return nothing(&schema.node);
        }
        self.around.extend(id);
        let made = self.made(&schema);
        self.around.truncate(self.around.len() - usize::from(id.is_some()));
        made
    }

    /// What a schema says itself.
    fn given(&mut self, schema: &Spot) -> Option<Node> {
        let first = |name: &str| schema.get(name).and_then(|list| list.elements().next());
        let single = ["const", "example"].into_iter().find_map(|name| schema.get(name));
        let value = single.or_else(|| first("examples")).or_else(|| schema.get("default")).or_else(|| {
            let choices: Vec<_> = schema.get("enum").iter().flat_map(Spot::elements).collect();
            choices.iter().find(|choice| !choice.node.is_null()).or(choices.first()).cloned()
        })?;
        Some(self.library.resolve_value(&value).node)
    }

    fn made(&mut self, schema: &Spot) -> Node {
        for several in ["oneOf", "anyOf"] {
            let choices: Vec<_> = schema.get(several).iter().flat_map(Spot::elements).collect();
            let is_null = |choice: &&Spot| choice.text("type").as_deref() == Some("null");
            let Some(first) = choices.iter().find(|choice| !is_null(choice)) else { continue };
            let chosen = self.value(first);
            // What stands beside the choice holds of each.
            let has_own = schema.get("properties").is_some() || schema.get("allOf").is_some();
            return if has_own { joined(self.of_type(schema), &chosen) } else { chosen };
        }
        self.of_type(schema)
    }

    fn of_type(&mut self, schema: &Spot) -> Node {
        let mut merged = Merged::default();
        self.merge(schema, &mut merged, 0);
        if let Some(given) = merged.parts.clone().iter().skip(1).find_map(|part| self.given(part))
            && merged.properties.is_empty()
        {
            return given;
        }
        let says = |name: &str| merged.parts.iter().find_map(|part| part.get(name));
        let kind = says("type").and_then(|kind| match &kind.node.value {
            Value::Text(text) => Some(text.clone()),
            _ => kind.node.elements().iter().filter_map(Node::as_text).find(|text| &***text != "null").cloned(),
        });
        match kind.as_deref() {
            Some("object") => self.object(&merged),
            Some("array") => self.list(&merged),
            Some("string") => self.draws.text(&merged.parts),
            Some("integer") => self.draws.number(&merged.parts, true),
            Some("number") => self.draws.number(&merged.parts, false),
            Some("boolean") => Node::made(Value::Bool(true)),
            Some(_) => Node::made(Value::Null),
            None if !merged.properties.is_empty() || merged.additional.is_some() => self.object(&merged),
            None if says("items").is_some() => self.list(&merged),
            None if says("format").is_some() || says("pattern").is_some() => self.draws.text(&merged.parts),
            None if says("minimum").is_some() || says("maximum").is_some() => self.draws.number(&merged.parts, false),
            None => match merged.parts.iter().skip(1).find(|part| part.get("oneOf").or(part.get("anyOf")).is_some()) {
                Some(part) => {
                    let part = part.clone();
                    self.made(&part)
                }
                None => Node::map([]),
            },
        }
    }

    /// A schema and those of its `allOf`.
    fn merge(&mut self, schema: &Spot, merged: &mut Merged, depth: usize) {
        merged.parts.push(schema.clone());
        let required = schema.get("required");
        merged.required.extend(required.iter().flat_map(Spot::elements).filter_map(|name| name.node.as_written()));
        let additional = schema.get("additionalProperties").filter(|spot| spot.node.as_map().is_some());
        merged.additional = merged.additional.take().or(additional);
        for part in schema.get("allOf").iter().flat_map(Spot::elements).collect::<Vec<_>>() {
            let Some(part) = self.library.resolve(&part).filter(|_| depth < DEPTH_MAX) else { continue };
            if !merged.parts.iter().any(|other| other.node.id() == part.node.id()) {
                self.merge(&part, merged, depth + 1);
            }
        }
        for member in schema.get("properties").iter().flat_map(Spot::members).collect::<Vec<_>>() {
            match merged.properties.iter_mut().find(|(name, _)| *name == member.name) {
                Some((_, other)) => *other = member.spot,
                None => merged.properties.push((member.name, member.spot)),
            }
        }
    }

    fn object(&mut self, merged: &Merged) -> Node {
        let mut members = vec![];
        for (name, schema) in &merged.properties {
            let Some(resolved) = self.library.resolve(schema) else { continue };
            let hidden = if self.is_request { "readOnly" } else { "writeOnly" };
            let is_within = resolved.node.id().is_some_and(|id| self.around.contains(&id));
            // One that holds itself would never end: where it need not be there, it isn't.
            if resolved.says(hidden) || (is_within && !merged.required.contains(name)) {
                continue;
            }
            if self.values <= VALUES_MAX || merged.required.contains(name) {
                members.push((name.clone(), self.value(schema)));
            }
        }
        if let Some(additional) = merged.additional.as_ref().filter(|_| members.is_empty()) {
            members.push(("key".into(), self.value(additional)));
        }
        Node::map(members)
    }

    fn list(&mut self, merged: &Merged) -> Node {
        let says = |name: &str| merged.parts.iter().find_map(|part| part.get(name));
        let number = |name: &str| says(name).and_then(|spot| spot.node.as_number());
        let first: Vec<_> = says("prefixItems").iter().flat_map(Spot::elements).collect();
        let mut elements: Vec<Node> = first.iter().take(ELEMENTS_MAX).map(|schema| self.value(schema)).collect();
        let Some(items) = says("items").filter(|items| items.node.as_map().is_some()) else {
            return Node::list(elements);
        };
        let resolved = self.library.resolve(&items);
        let is_within = resolved.and_then(|items| items.node.id()).is_some_and(|id| self.around.contains(&id));
        let least = number("minItems").unwrap_or(0.0).max(if is_within { 0.0 } else { 1.0 });
        let most = number("maxItems").unwrap_or(f64::MAX);
        let count = least.min(most).min(ELEMENTS_MAX as f64) as usize;
        while elements.len() < count {
            elements.push(self.value(&items));
        }
        Node::list(elements)
    }
}

/// Whether a media type is JSON's, or any.
pub(super) fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json" | "*/*" | "application/*")
        || essence.ends_with("+json")
        || matches!(essence, "application/x-ndjson" | "application/jsonl")
}

fn is_xml(essence: &str) -> bool {
    matches!(essence, "application/xml" | "text/xml") || essence.ends_with("+xml")
}

/// The smallest value of a schema's type.
fn nothing(schema: &Node) -> Node {
    match schema.get("type").and_then(Node::as_text).map(|text| &**text) {
        Some("array") => Node::list(vec![]),
        Some("string") => Node::text(""),
        Some("integer" | "number") => Node::made(Value::Number("0".into())),
        Some("boolean") => Node::made(Value::Bool(false)),
        Some("object") => Node::map([]),
        _ if schema.get("properties").is_some() => Node::map([]),
        _ => Node::made(Value::Null),
    }
}

/// The members of two objects; the second's count.
fn joined(one: Node, two: &Node) -> Node {
    if one.as_map().is_none() || two.as_map().is_none() {
        return two.clone();
    }
    let kept = one.entries().iter().filter(|entry| two.get(&entry.name).is_none());
    Node::map(kept.chain(two.entries()).map(|entry| (entry.name.clone(), entry.node.clone())))
}
