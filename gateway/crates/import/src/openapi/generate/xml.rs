//! Made contents as XML: elements named after properties, and what the `xml` of their schemas says (OpenAPI 3.2, section 4.8.26).

use std::sync::Arc;

use super::super::{
    library::{Library, Spot},
    text,
    tree::{Node, Value},
};

/// What the outermost element of a schema without a name is called.
const ROOT: &str = "root";
/// What elements of a list in a list are called.
const ITEM: &str = "item";
/// Deepest chain of `allOf` that a property is looked for in.
const PARTS_MAX: usize = 8;

/// A value of a schema as a document.
pub(super) fn document(library: &mut Library<'_>, schema: &Spot, node: &Node) -> Arc<str> {
    let reference = schema.text("$ref").unwrap_or_default();
    let named = reference.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(ROOT);
    let mut writer = Writer { library, out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".into() };
    writer.element(named, node, Some(schema));
    writer.out.into()
}

struct Writer<'l, 'a> {
    library: &'l mut Library<'a>,
    out: String,
}

impl Writer<'_, '_> {
    /// An element, which its schema may call otherwise.
    fn element(&mut self, name: &str, node: &Node, schema: Option<&Spot>) {
        let schema = schema.and_then(|schema| self.library.resolve(schema));
        let (name, namespace) = named(name, schema.as_ref());
        self.out += &format!("<{name}{namespace}");
        let members: Vec<_> = node
            .entries()
            .iter()
            .map(|entry| (entry, schema.as_ref().and_then(|schema| self.property(schema, &entry.name, 0))))
            .collect();
        for (entry, property) in members.iter().filter(|(_, property)| is_attribute(property.as_ref())) {
            let (name, _) = named(&entry.name, property.as_ref());
            self.out += &format!(" {name}=\"{}\"", escaped(&text::plain(&entry.node)));
        }
        self.out.push('>');
        match &node.value {
            Value::Map(_) => {
                for (entry, property) in members.iter().filter(|(_, property)| !is_attribute(property.as_ref())) {
                    self.member(&entry.name, &entry.node, property.as_ref());
                }
            }
            Value::List(_) => self.list(ITEM, node, schema.as_ref()),
            Value::Null => {}
            _ => self.out += &escaped(&text::plain(node)),
        }
        self.out += &format!("</{name}>");
    }

    /// A property: an element, or for a list one for each of its own, within another where the schema wraps them.
    fn member(&mut self, name: &str, node: &Node, schema: Option<&Spot>) {
        if !matches!(node.value, Value::List(_)) {
            return self.element(name, node, schema);
        }
        let wraps = schema.and_then(|schema| schema.get("xml")).is_some_and(|xml| xml.says("wrapped"));
        if !wraps {
            return self.list(name, node, schema);
        }
        let (outer, namespace) = named(name, schema);
        self.out += &format!("<{outer}{namespace}>");
        self.list(name, node, schema);
        self.out += &format!("</{outer}>");
    }

    fn list(&mut self, name: &str, node: &Node, schema: Option<&Spot>) {
        let items = schema.and_then(|schema| schema.get("items"));
        for element in node.elements() {
            self.element(name, element, items.as_ref());
        }
    }

    /// The schema of a property, resolved.
    fn property(&mut self, schema: &Spot, name: &str, depth: usize) -> Option<Spot> {
        if let Some(own) = schema.get("properties").and_then(|properties| properties.get(name)) {
            return self.library.resolve(&own);
        }
        let parts: Vec<_> = schema.get("allOf").iter().flat_map(Spot::elements).collect();
        parts.iter().filter(|_| depth < PARTS_MAX).find_map(|part| {
            let part = self.library.resolve(part)?;
            self.property(&part, name, depth + 1)
        })
    }
}

fn is_attribute(schema: Option<&Spot>) -> bool {
    schema.and_then(|schema| schema.get("xml")).is_some_and(|xml| xml.says("attribute"))
}

/// The name of an element or attribute, and the namespace that it declares, if any.
fn named(name: &str, schema: Option<&Spot>) -> (String, String) {
    let xml = schema.and_then(|schema| schema.get("xml"));
    let says = |member: &str| xml.as_ref().and_then(|xml| xml.text(member)).filter(|text| !text.is_empty());
    let name = valid(says("name").as_deref().unwrap_or(name));
    let (prefix, namespace) = (says("prefix").map(|prefix| valid(&prefix)), says("namespace"));
    let declared = match (&prefix, namespace) {
        (_, None) => String::new(),
        (None, Some(namespace)) => format!(" xmlns=\"{}\"", escaped(&namespace)),
        (Some(prefix), Some(namespace)) => format!(" xmlns:{prefix}=\"{}\"", escaped(&namespace)),
    };
    (prefix.map_or_else(|| name.clone(), |prefix| format!("{prefix}:{name}")), declared)
}

/// A name without what XML's names can't hold.
fn valid(name: &str) -> String {
    let mut valid: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' }).collect();
    if !valid.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        valid.insert(0, '_');
    }
    valid
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
