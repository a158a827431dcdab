//! XML as npm `xml-js` 1.6 reads it in its compact form: an element is an object with its children by name, several of one
//! name are an array, and what is no element stands under `_text`, `_cdata`, `_comment`, `_attributes`, `_declaration`,
//! `_doctype` and `_instruction`.
//!
//! Strict where `sax` 1.6 is strict, and as lenient: what ends too early counts as far as it came, HTML's named
//! characters are known, and several roots are read.

mod entities;
mod scan;

use self::scan::{Event, Scanner};
use super::ordered::Ordered;
use crate::{Text, Value, is_space};

/// Elements in each other. Deeper documents are refused: values are dropped and printed by recursion.
const DEEPEST: usize = 128;

/// The object that a document is. Absent: it is not well-formed.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut tree = Tree { open: vec![Element::new(Text::EMPTY)] };
    for event in Scanner::new(text) {
        tree.take(event?)?;
    }
    while tree.open.len() > 1 {
        tree.close()?;
    }
    tree.open.pop().map(Element::into_value)
}

/// The elements that are open, the document itself first.
struct Tree {
    open: Vec<Element>,
}

struct Element {
    name: Text,
    members: Ordered<Vec<Value>>,
}

// === impl Tree ===

impl Tree {
    /// Adds what comes next; `None` where it can't.
    fn take(&mut self, event: Event) -> Option<()> {
        let depth = self.open.len();
        let current = self.open.last_mut()?;
        match event {
            // White space between elements is no text.
            Event::Text(text) if text.chars().all(is_space) => {}
            Event::Text(text) => current.add("_text", Value::string(text)),
            Event::Comment(text) => current.add("_comment", Value::string(text)),
            Event::Cdata(text) => current.add("_cdata", Value::string(text)),
            Event::Doctype(text) => {
                current.add("_doctype", Value::string(text.strip_prefix(' ').unwrap_or(&text)));
            }
            Event::Instruction { name, body } if name.eq_ignore_ascii_case("xml") => {
                *current.members.entry(Text::fixed("_declaration"), Vec::new)? = vec![declaration(&body)];
            }
            Event::Instruction { name, body } => {
                current.add("_instruction", Value::object(vec![(Text::from(name), Value::string(body))]));
            }
            Event::Open { name, attributes } => {
                if depth > DEEPEST {
                    return None;
                }
                // Its place among the children is where it begins.
                current.add(&name, Value::Undefined);
                let mut element = Element::new(Text::from(name));
                if !attributes.is_empty() {
                    element.add("_attributes", strings(attributes));
                }
                self.open.push(element);
            }
            Event::Close => self.close()?,
        }
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        let element = self.open.pop()?;
        let name = element.name.clone();
        *self.open.last_mut()?.members.get_mut(&name)?.last_mut()? = element.into_value();
        Some(())
    }
}

// === impl Element ===

impl Element {
    fn new(name: Text) -> Self {
        Self { name, members: Ordered::new() }
    }

    fn add(&mut self, name: &str, value: Value) {
        if let Some(values) = self.members.entry(Text::from(name), Vec::new) {
            values.push(value);
        }
    }

    fn into_value(self) -> Value {
        let members = self.members.into_list().into_iter().map(|(name, mut values)| match values.pop() {
            Some(only) if values.is_empty() => (name, only),
            last => (name, Value::array(values.into_iter().chain(last).collect())),
        });
        Value::object(members.collect())
    }
}

fn strings(fields: Vec<(String, String)>) -> Value {
    Value::object(fields.into_iter().map(|(name, value)| (Text::from(name), Value::string(value))).collect())
}

/// The object of `<?xml ...?>`: its attributes, when there are any.
fn declaration(body: &str) -> Value {
    let attributes = scan::declared(body);
    if attributes.is_empty() {
        return Value::object(Vec::new());
    }
    // An empty value is none: its name is there, without one.
    let member = |(name, value): (String, String)| {
        (Text::from(name), if value.is_empty() { Value::Undefined } else { Value::string(value) })
    };
    let attributes = Value::object(attributes.into_iter().map(member).collect());
    Value::object(vec![(Text::fixed("_attributes"), attributes)])
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::json::to_compact;

    fn read(text: &str) -> Option<String> {
        parse(text).map(|value| to_compact(&value).as_str().to_owned())
    }

    #[test]
    fn a_document_becomes_its_compact_form() {
        for (text, json) in [
            ("", "{}"),
            ("<a/>", r#"{"a":{}}"#),
            ("<a>x<b/>y</a>", r#"{"a":{"_text":["x","y"],"b":{}}}"#),
            ("<a><b>1</b><c/><b>2</b></a>", r#"{"a":{"b":[{"_text":"1"},{"_text":"2"}],"c":{}}}"#),
            ("<a i='1' j=\"&lt;&#65;\">&amp;&eacute;</a>", r#"{"a":{"_attributes":{"i":"1","j":"<A"},"_text":"&é"}}"#),
            (
                "<?xml version=\"1.0\" encoding='utf-8'?><a/>",
                r#"{"_declaration":{"_attributes":{"version":"1.0","encoding":"utf-8"}},"a":{}}"#,
            ),
            (
                "<a><![CDATA[<b>]]><!-- c --><?p q?></a>",
                r#"{"a":{"_cdata":"<b>","_comment":" c ","_instruction":{"p":"q"}}}"#,
            ),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a/>", r#"{"_doctype":"a [<!ENTITY x \"y\">]","a":{}}"#),
            ("<a> <b/> </a>", r#"{"a":{"b":{}}}"#),
            ("<a><b>", r#"{"a":{"b":{}}}"#),
            ("<a/><b/>", r#"{"a":{},"b":{}}"#),
        ] {
            assert_eq!(read(text).as_deref(), Some(json), "{text}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for text in [
            "x",
            "<a></b>",
            "<a b></a>",
            "<a b=c/>",
            "<a>&x;</a>",
            "<a>& b</a>",
            "<a/>x",
            "<a><!-- -- --></a>",
            "<a>&#0;</a>",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(read(&"<a>".repeat(128)).is_some());
        assert!(read(&"<a>".repeat(129)).is_none());
    }
}
