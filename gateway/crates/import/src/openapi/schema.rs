//! Schemas of requests by themselves: what they refer to lies under `$defs`, and OpenAPI 3.0's own words are those of JSON
//! Schema 2020-12 (OpenAPI 3.0.4, section 4.7.24; `nullable`, boolean `exclusiveMinimum`).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    library::{Library, Spot},
    service::Dialect,
    text,
    tree::{Entry, Map, Node, Value},
};

/// Most bytes that the schemas of all documents take.
const TOTAL_MAX_BYTES: usize = 128 << 20;

/// Makes schemas stand by themselves; the same one is made once.
#[derive(Default)]
pub(super) struct Schemas {
    made: HashMap<(usize, usize), Option<Arc<str>>>,
    bytes: usize,
}

/// One schema in the making.
struct Compiler<'l, 'a> {
    library: &'l mut Library<'a>,
    dialect: Dialect,
    /// By what they refer to, the names of definitions.
    names: HashMap<usize, String>,
    taken: HashSet<String>,
    definitions: Vec<(Arc<str>, Node)>,
    /// What definitions are still to be made of.
    open: Vec<(String, Spot)>,
}

/// Words of a schema whose members are schemas by name.
const BY_NAME: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// Words whose elements are schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Words that are schemas.
const SINGLE: [&str; 11] = [
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "additionalItems",
];
/// Words that say nothing of what is valid.
const LEFT_OUT: [&str; 12] = [
    "discriminator",
    "xml",
    "externalDocs",
    "example",
    "examples",
    "default",
    "title",
    "description",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
];

impl Schemas {
    /// A schema as JSON text. Absent: there is no room left for more.
    pub(super) fn text(&mut self, library: &mut Library<'_>, schema: &Spot, dialect: Dialect) -> Option<Arc<str>> {
        let resolved = library.resolve(schema)?;
        let key = (resolved.file, resolved.node.id().unwrap_or_default());
        if let Some(made) = self.made.get(&key) {
            return made.clone();
        }
        if self.bytes > TOTAL_MAX_BYTES {
            return None;
        }
        let mut compiler = Compiler {
            library,
            dialect,
            names: HashMap::new(),
            taken: HashSet::new(),
            definitions: vec![],
            open: vec![],
        };
        let node = compiler.whole(&resolved);
        let made: Arc<str> = text::json(&node).into();
        self.bytes += made.len();
        let made = (made.len() <= text::TEXT_MAX_BYTES).then_some(made);
        self.made.insert(key, made.clone());
        made
    }
}

impl Compiler<'_, '_> {
    fn whole(&mut self, root: &Spot) -> Node {
        let node = self.schema(root);
        while let Some((name, spot)) = self.open.pop() {
            let definition = self.schema(&spot);
            self.definitions.push((name.into(), definition));
        }
        if self.definitions.is_empty() {
            return node;
        }
        let definitions = Node::map(std::mem::take(&mut self.definitions));
        match &node.value {
            Value::Map(map) => {
                let own = map.entries().iter().map(|entry| (entry.name.clone(), entry.node.clone()));
                Node::map(own.chain([("$defs".into(), definitions)]))
            }
            _ => node,
        }
    }

    fn schema(&mut self, spot: &Spot) -> Node {
        if spot.node.as_map().is_none() {
            // `true` and `false` are schemas; anything else says nothing.
            let is_boolean = matches!(spot.node.value, Value::Bool(_));
            return if is_boolean { spot.node.clone() } else { Node::made(Value::Bool(true)) };
        }
        if spot.get("$ref").is_some_and(|reference| reference.node.as_text().is_some()) {
            return self.reference(spot);
        }
        let mut entries: Vec<Entry> = vec![];
        for member in spot.members() {
            let name = &*member.name;
            if LEFT_OUT.contains(&name) || name.starts_with("x-") || name == "definitions" || name == "$defs" {
                continue;
            }
            let node = self.word(name, &member.spot, spot);
            entries.extend(node.map(|node| Entry { name: member.name.clone(), span: 0..0, node }));
        }
        let node = Node::made(Value::Map(Arc::new(Map::new(entries))));
        if self.dialect == Dialect::Three && spot.says("nullable") { nullable(node) } else { node }
    }

    /// A word of a schema. Absent: it goes into another one.
    fn word(&mut self, name: &str, spot: &Spot, schema: &Spot) -> Option<Node> {
        let is_open = |name: &str| self.dialect == Dialect::Three && schema.says(name);
        Some(match name {
            _ if BY_NAME.contains(&name) => Node::map(
                spot.members().map(|member| (member.name.clone(), self.schema(&member.spot))).collect::<Vec<_>>(),
            ),
            _ if LISTS.contains(&name) => Node::list(spot.elements().map(|element| self.schema(&element)).collect()),
            _ if SINGLE.contains(&name) && spot.node.elements().is_empty() => self.schema(spot),
            "exclusiveMinimum" if matches!(spot.node.value, Value::Bool(_)) => {
                return is_open(name).then(|| schema.node.get("minimum").cloned()).flatten();
            }
            "exclusiveMaximum" if matches!(spot.node.value, Value::Bool(_)) => {
                return is_open(name).then(|| schema.node.get("maximum").cloned()).flatten();
            }
            "minimum" if is_open("exclusiveMinimum") => return None,
            "maximum" if is_open("exclusiveMaximum") => return None,
            // Within a definition they would change what references mean.
            "$id" | "$schema" | "$anchor" | "$dynamicAnchor" => return None,
            "$dynamicRef" => return None,
            _ => spot.node.clone(),
        })
    }

    /// A reference to a definition; since 3.1 what stands beside it holds as well.
    fn reference(&mut self, spot: &Spot) -> Node {
        let Some(target) = self.library.resolve(spot) else { return Node::made(Value::Bool(true)) };
        let Some(id) = target.node.id() else { return self.schema(&target) };
        let name = match self.names.get(&id) {
            Some(name) => name.clone(),
            None => {
                let name = self.definition_name(spot);
                self.names.insert(id, name.clone());
                self.open.push((name.clone(), target));
                name
            }
        };
        let reference = ("$ref".into(), Node::text(format!("#/$defs/{name}")));
        if self.dialect == Dialect::Three {
            return Node::map([reference]);
        }
        let mut members = vec![reference];
        for member in spot.members().filter(|member| &*member.name != "$ref") {
            if LEFT_OUT.contains(&&*member.name) || member.name.starts_with("x-") {
                continue;
            }
            members.extend(self.word(&member.name, &member.spot, spot).map(|node| (member.name.clone(), node)));
        }
        Node::map(members)
    }

    /// A name of its own, after the last part of what is referred to.
    fn definition_name(&mut self, spot: &Spot) -> String {
        let reference = spot.text("$ref").unwrap_or_default();
        let last = reference.rsplit(['/', '#']).next().unwrap_or_default();
        let plain: String =
            last.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
        let wanted = if plain.is_empty() { "schema".into() } else { plain };
        let mut name = wanted.clone();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{wanted}{number}");
        }
        name
    }
}

/// A schema that `null` is valid for too.
fn nullable(node: Node) -> Node {
    let null = || Node::text("null");
    let kind = node.get("type").cloned();
    let choices = node.get("enum").cloned();
    match kind.filter(|kind| kind.as_text().is_some()) {
        // A type of its own is extended; an `enum` beside it must then hold it as well.
        Some(kind) => Node::map(node.entries().iter().map(|entry| {
            let value = match (&*entry.name, &choices) {
                ("type", _) => Node::list(vec![kind.clone(), null()]),
                ("enum", Some(choices)) if !choices.elements().iter().any(Node::is_null) => {
                    Node::list(choices.elements().iter().cloned().chain([Node::made(Value::Null)]).collect())
                }
                _ => entry.node.clone(),
            };
            (entry.name.clone(), value)
        })),
        None => Node::map([("anyOf".into(), Node::list(vec![node, Node::map([("type".into(), null())])]))]),
    }
}
