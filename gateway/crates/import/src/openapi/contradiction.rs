//! Examples that are not what their schemas say: the first difference of each, with its place. Templates may render to
//! anything; of `oneOf` and `anyOf` nothing is looked at.

use std::sync::Arc;

use ringback_diag::quoted;
use ringback_model::http_values::essence;

use super::{
    generate,
    library::Spot,
    parse,
    reader::Reader,
    service::{Dialect, Named},
    text,
    tree::{Node, Value},
};

/// Deepest nesting that is looked at.
const DEPTH_MAX: usize = 16;
/// Most elements of a list that are looked at.
const ELEMENTS_MAX: usize = 50;

/// What differs, and where.
struct Difference {
    at: Spot,
    pointer: String,
    what: String,
}

impl Reader<'_, '_> {
    /// Reports an example of JSON that contradicts the schema beside it.
    pub(super) fn check_example(&mut self, example: &Named, media_type: &str, media: &Spot) {
        let essence = essence(media_type);
        let (Some(data), Some(schema)) = (&example.data, media.get("schema")) else { return };
        if example.sent.is_some() || !generate::is_json(&essence) {
            return;
        }
        let Some(data) = json(data) else { return };
        let Some(difference) = self.difference(&data, &schema, "", 0) else { return };
        if self.library.is_new(&difference.at) {
            let name =
                example.name.as_ref().map_or_else(|| "this example".into(), |name| format!("example {}", quoted(name)));
            let place = if difference.pointer.is_empty() { "it" } else { &quoted(&difference.pointer) };
            let message = format!("{name} contradicts its schema: {place} {}", difference.what);
            self.library.warn(&difference.at, message, "it is sent as it is; mend the example, or the schema");
        }
    }

    fn difference(&mut self, value: &Spot, schema: &Spot, pointer: &str, depth: usize) -> Option<Difference> {
        let schema = self.library.resolve(schema).filter(|_| depth < DEPTH_MAX)?;
        if value.node.as_text().is_some_and(|text| text.contains("{{")) {
            return None;
        }
        let differs = |what: String| Some(Difference { at: value.clone(), pointer: pointer.to_owned(), what });
        let may_be_null = self.dialect == Dialect::Three && schema.says("nullable");
        if value.node.is_null() && may_be_null {
            return None;
        }
        let kinds = kinds(&schema);
        if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(&value.node, kind)) {
            return differs(format!("is {}, not {}", value.node.kind(), kinds.join(" or ")));
        }
        let choices: Vec<String> =
            schema.get("enum").iter().flat_map(Spot::elements).map(|choice| text::json(&choice.node)).collect();
        if !choices.is_empty() && !choices.contains(&text::json(&value.node)) {
            return differs(format!("is none of {}", choices.iter().take(10).cloned().collect::<Vec<_>>().join(", ")));
        }
        for part in schema.get("allOf").iter().flat_map(Spot::elements).collect::<Vec<_>>() {
            if let Some(difference) = self.difference(value, &part, pointer, depth + 1) {
                return Some(difference);
            }
        }
        match &value.node.value {
            Value::Map(_) => self.of_object(value, &schema, pointer, depth),
            Value::List(_) => {
                let items = schema.get("items")?;
                let elements: Vec<_> = value.elements().take(ELEMENTS_MAX).enumerate().collect();
                elements.into_iter().find_map(|(index, element)| {
                    self.difference(&element, &items, &format!("{pointer}/{index}"), depth + 1)
                })
            }
            _ => None,
        }
    }

    fn of_object(&mut self, value: &Spot, schema: &Spot, pointer: &str, depth: usize) -> Option<Difference> {
        for name in schema.get("required").iter().flat_map(Spot::elements).filter_map(|name| name.node.as_written()) {
            let declared = schema.get("properties").and_then(|properties| self.library.get(&properties, &name));
            // Whether it is an answer's or a request's is not known here.
            let may_be_hidden =
                declared.is_some_and(|declared| declared.says("readOnly") || declared.says("writeOnly"));
            if value.get(&name).is_none() && !may_be_hidden {
                let what = format!("has no {}, which is required", quoted(&name));
                return Some(Difference { at: value.clone(), pointer: pointer.to_owned(), what });
            }
        }
        let properties = schema.get("properties");
        let is_closed = schema.node.get("additionalProperties").is_some_and(|more| more.as_bool() == Some(false));
        for member in value.members().collect::<Vec<_>>() {
            let pointer = format!("{pointer}/{}", member.name);
            let Some(declared) = properties.as_ref().and_then(|properties| properties.get(&member.name)) else {
                if is_closed && schema.get("patternProperties").is_none() {
                    return Some(Difference { at: member.at, pointer, what: "is no property that is allowed".into() });
                }
                continue;
            };
            if let Some(difference) = self.difference(&member.spot, &declared, &pointer, depth + 1) {
                return Some(difference);
            }
        }
        None
    }
}

/// An example as data: a text that is JSON is read. Absent: it holds templates, or is none.
fn json(data: &Spot) -> Option<Spot> {
    let Some(text) = data.node.as_text().filter(|text| parse::is_json(text)) else { return Some(data.clone()) };
    if text.contains("{{") {
        return None;
    }
    let node = parse::parse(&"".into(), text).ok()?;
    Some(Spot { file: data.file, node: placed(&node, data) })
}

/// A value that was read from a text, at the text's own place.
fn placed(node: &Node, at: &Spot) -> Node {
    let value = match &node.value {
        Value::List(elements) => Value::List(elements.iter().map(|element| placed(element, at)).collect()),
        Value::Map(map) => {
            let entries = map.entries().iter().map(|entry| super::tree::Entry {
                name: entry.name.clone(),
                span: at.node.span.clone(),
                node: placed(&entry.node, at),
            });
            Value::Map(Arc::new(super::tree::Map::new(entries.collect())))
        }
        other => other.clone(),
    };
    Node { value, span: at.node.span.clone() }
}

/// The types that a schema allows. Empty: any.
fn kinds(schema: &Spot) -> Vec<String> {
    match schema.get("type") {
        Some(kind) => match kind.node.as_text() {
            Some(kind) => vec![kind.to_string()],
            None => kind.elements().filter_map(|kind| Some(kind.node.as_text()?.to_string())).collect(),
        },
        None => vec![],
    }
}

/// Whether a value is of a type. One that is not known holds all.
fn is_of(node: &Node, kind: &str) -> bool {
    match kind {
        "null" => node.is_null(),
        "boolean" => matches!(node.value, Value::Bool(_)),
        "string" => matches!(node.value, Value::Text(_)),
        "number" => matches!(node.value, Value::Number(_)),
        "integer" => {
            matches!(node.value, Value::Number(_)) && node.as_number().is_some_and(|number| number.fract() == 0.0)
        }
        "array" => matches!(node.value, Value::List(_)),
        "object" => matches!(node.value, Value::Map(_)),
        _ => true,
    }
}
