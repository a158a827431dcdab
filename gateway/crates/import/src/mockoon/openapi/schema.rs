//! Bodies from schemas: examples and defaults as they are, else templates that make something of the type.

use std::{
    collections::BTreeMap,
    rc::Rc,
    sync::{Arc, LazyLock},
};

use regex::Regex;

use super::tree::{Kind, Tree};
use crate::json::{Member, Node, Value, enumeration_key, number_text};

/// Most values of one body. Schemas that refer to one another can say more than a machine holds.
const BODY_MAX: usize = 20_000;
/// Most values of all bodies of a description.
const TOTAL_MAX: usize = 1_000_000;
/// Deepest nesting of a body: each level of it is written further in.
const DEPTH_MAX: usize = 200;

/// Makes bodies, as long as there is room.
pub(super) struct Bodies {
    left: usize,
}

/// A schema that several are merged into (`allOf`).
#[derive(Default)]
struct Merged {
    properties: Vec<(Arc<str>, Rc<Tree>)>,
    example: Option<Vec<(Arc<str>, Rc<Tree>)>>,
    default: Option<Rc<Tree>>,
    choices: Option<Vec<Rc<Tree>>>,
}

/// What is left for one body.
struct Room {
    values: usize,
    levels: usize,
}

// === impl Bodies ===

impl Bodies {
    pub(super) fn new() -> Self {
        Self { left: TOTAL_MAX }
    }

    fn room<T>(&mut self, make: impl FnOnce(&mut Room) -> T) -> T {
        let most = self.left.min(BODY_MAX);
        let mut room = Room { values: most, levels: DEPTH_MAX };
        let made = make(&mut room);
        self.left -= most - room.values;
        made
    }

    /// The body that a schema makes. Empty: the schema is none.
    pub(super) fn of_schema(&mut self, schema: &Tree) -> String {
        self.room(|room| room.generate(schema)).map_or_else(String::new, |value| text(&value))
    }

    /// The body that an example is. Absent examples are empty.
    pub(super) fn of_example(&mut self, example: Option<&Tree>) -> String {
        example.map_or_else(String::new, |example| text(&self.copy(example)))
    }

    /// A copy of an example.
    pub(super) fn copy(&mut self, example: &Tree) -> Node {
        self.room(|room| room.copy(example))
    }

    /// A header's value: text as it is, other values as they are written.
    pub(super) fn of_header(&mut self, schema: &Tree) -> String {
        match self.room(|room| room.generate(schema)) {
            None => String::new(),
            Some(value) => plain(&value),
        }
    }
}

/// A value without the quotes of a text.
pub(super) fn plain(value: &Node) -> String {
    value.as_str().map_or_else(|| value.to_text(false), |text| text.to_string())
}

/// JSON over several lines, with expressions that make numbers and the like out of their quotes.
fn text(value: &Node) -> String {
    static PRIMITIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let literal = "(?:-?[0-9]+(?:\\.[0-9]+)?|true|false|null)";
        let faker = "faker '(?:number\\.int|number\\.float|datatype\\.boolean)'(?: max=99999)?";
        Regex::new(&format!("\"(\\{{\\{{(?:{faker}|oneOf {literal}(?: {literal})*?)\\}}\\}})\"")).ok()
    });
    let text = value.to_text(true);
    match &*PRIMITIVE {
        Some(primitive) => primitive.replace_all(&text, "$1").into_owned(),
        None => text,
    }
}

// === impl Room ===

impl Room {
    /// Makes a value a level deeper. What finds no room is an empty text.
    fn deeper<T: From<Node>>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let (Some(values), Some(levels)) = (self.values.checked_sub(1), self.levels.checked_sub(1)) else {
            return node(Value::String("".into())).into();
        };
        (self.values, self.levels) = (values, levels);
        let made = make(self);
        self.levels += 1;
        made
    }

    fn copy(&mut self, tree: &Tree) -> Node {
        self.deeper(|room| {
            node(match &tree.kind {
                Kind::Scalar(value) => value.clone(),
                Kind::Array(elements) => Value::Array(elements.iter().map(|element| room.copy(element)).collect()),
                Kind::Object(members) => {
                    Value::Object(members.iter().map(|(name, tree)| member(name, room.copy(tree))).collect())
                }
            })
        })
    }

    /// What a schema makes. Absent: it is none.
    fn generate(&mut self, schema: &Tree) -> Option<Node> {
        if matches!(schema.kind, Kind::Scalar(_)) {
            return None;
        }
        self.deeper(|room| room.of_words(schema))
    }

    /// By the first of the words that a schema has, in the order in which they count.
    fn of_words(&mut self, schema: &Tree) -> Option<Node> {
        if let Some(choices) = schema.get("enum").filter(|choices| matches!(choices.kind, Kind::Array(_))) {
            return Some(one_of(choices.elements()));
        }
        if let Some(given) = schema.get("example").or_else(|| schema.get("default")) {
            return Some(self.copy(given));
        }
        if let Some(parts) = schema.get("allOf").map(|parts| parts.elements()).filter(|parts| !parts.is_empty()) {
            return Some(self.merged(parts));
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = schema.get(choice).and_then(|choices| choices.elements().first()) {
                return self.generate(first);
            }
        }
        Some(self.of_type(schema))
    }

    fn merged(&mut self, parts: &[Rc<Tree>]) -> Node {
        let mut merged = Merged::default();
        parts.iter().for_each(|part| merged.add(part));
        if let Some(choices) = merged.choices {
            return one_of(&choices);
        }
        if let Some(example) = merged.example {
            return node(Value::Object(example.iter().map(|(name, tree)| member(name, self.copy(tree))).collect()));
        }
        match merged.default {
            Some(default) => self.copy(&default),
            None => self.properties(&merged.properties),
        }
    }

    fn of_type(&mut self, schema: &Tree) -> Node {
        let kind = schema.get("type").map(|kind| kind.elements().first().unwrap_or(kind));
        let kind = match kind.and_then(|kind| kind.as_text()) {
            Some(kind) if !kind.is_empty() => kind,
            _ if schema.get("properties").is_some_and(|properties| !matches!(properties.kind, Kind::Scalar(_))) => {
                "object"
            }
            _ => "",
        };
        let format = schema.get("format").and_then(|format| format.as_text()).unwrap_or_default();
        let template = match (kind, format) {
            ("number", "float" | "double") => "{{faker 'number.float'}}",
            ("integer" | "number", _) => "{{faker 'number.int' max=99999}}",
            ("string", "date") => "{{date '2019' (now) 'yyyy-MM-dd'}}",
            ("string", "date-time") => "{{faker 'date.recent' 365}}",
            ("string", "email") => "{{faker 'internet.email'}}",
            ("string", "uuid") => "{{faker 'string.uuid'}}",
            ("boolean", _) => "{{faker 'datatype.boolean'}}",
            ("array", _) => return self.array(schema),
            ("object", _) => {
                return self.properties(schema.get("properties").map_or(&[], |properties| properties.members()));
            }
            _ => "",
        };
        node(Value::String(template.into()))
    }

    /// One element; of a Swagger list that is written with commas, just that.
    fn array(&mut self, schema: &Tree) -> Node {
        let element = schema.get("items").and_then(|items| self.generate(items)).unwrap_or(node(Value::Null));
        let is_csv = schema.get("collectionFormat").and_then(|format| format.as_text()) == Some("csv");
        if is_csv { element } else { node(Value::Array(vec![element])) }
    }

    /// What makes nothing is left out.
    fn properties(&mut self, properties: &[(Arc<str>, Rc<Tree>)]) -> Node {
        let made = properties.iter().filter_map(|(name, schema)| Some(member(name, self.generate(schema)?)));
        node(Value::Object(made.collect()))
    }
}

// === impl Merged ===

impl Merged {
    fn add(&mut self, part: &Tree) {
        if let Some(properties) = part.get("properties") {
            overlay(&mut self.properties, properties.members());
        }
        if let Some(example) = part.get("example").filter(|example| example.is_truthy()) {
            overlay(self.example.get_or_insert_default(), &example.spread());
        }
        if self.default.is_none() {
            self.default = part.get("default").cloned();
        }
        if let Some(choices) = part.get("enum").filter(|choices| matches!(choices.kind, Kind::Array(_))) {
            let choices = choices.elements();
            match &mut self.choices {
                None => self.choices = Some(choices.to_vec()),
                Some(known) => {
                    known.extend(choices.iter().cloned());
                    *known = distinct(known);
                }
            }
        }
    }
}

/// Each text, number and the like once; arrays and objects are all different.
fn distinct(choices: &[Rc<Tree>]) -> Vec<Rc<Tree>> {
    let mut distinct: Vec<Rc<Tree>> = vec![];
    for choice in choices {
        let is_known = |other: &Rc<Tree>| match (&choice.kind, &other.kind) {
            (Kind::Scalar(one), Kind::Scalar(other)) => one == other,
            _ => Rc::ptr_eq(choice, other),
        };
        if !distinct.iter().any(is_known) {
            distinct.push(choice.clone());
        }
    }
    distinct
}

/// Later members take the places of earlier ones of their name.
fn overlay(members: &mut Vec<(Arc<str>, Rc<Tree>)>, more: &[(Arc<str>, Rc<Tree>)]) {
    let mut places: BTreeMap<_, _> = members.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
    for (name, tree) in more {
        match places.get(name).and_then(|at| members.get_mut(*at)) {
            Some((_, place)) => *place = tree.clone(),
            None => {
                places.insert(name.clone(), members.len());
                members.push((name.clone(), tree.clone()));
            }
        }
    }
    members.sort_by_key(|(name, _)| enumeration_key(name));
}

/// A template that takes one of some values.
fn one_of(choices: &[Rc<Tree>]) -> Node {
    let written = |choice: &Rc<Tree>| match &choice.kind {
        Kind::Scalar(Value::String(text)) => format!("'{text}'"),
        Kind::Scalar(Value::Number(number)) => number_text(*number),
        Kind::Scalar(Value::Bool(value)) => value.to_string(),
        Kind::Scalar(_) => "null".into(),
        Kind::Array(_) => String::new(),
        Kind::Object(_) => "[object Object]".into(),
    };
    let written: Vec<_> = choices.iter().map(written).collect();
    node(Value::String(format!("{{{{oneOf {}}}}}", written.join(" ")).into()))
}

/// What is made stands nowhere.
fn node(value: Value) -> Node {
    Node { value, span: 0..0 }
}

fn member(name: &str, node: Node) -> Member {
    Member { name: name.into(), span: 0..0, node }
}
