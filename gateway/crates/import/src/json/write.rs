//! JSON as `JSON.stringify` writes it.

use ringback_model::json::Json;

use super::{Member, Node, Value};

/// How far members stand in, for each level.
const INDENT: &str = "  ";

impl Node {
    /// As text. `pretty`: over several lines.
    pub(crate) fn to_text(&self, pretty: bool) -> String {
        let mut text = String::new();
        self.write(&mut text, pretty.then_some(0));
        text
    }

    fn write(&self, text: &mut String, level: Option<usize>) {
        match &self.value {
            Value::Null => text.push_str("null"),
            Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => text.push_str(&number_text(*number)),
            Value::String(string) => text.push_str(&Json::String(string.clone()).to_text()),
            Value::Array(elements) => {
                list(text, ['[', ']'], elements, level, |text, element, level| element.write(text, level));
            }
            Value::Object(members) => {
                list(text, ['{', '}'], members, level, |text, Member { name, node, .. }, level| {
                    text.push_str(&Json::String(name.as_str().into()).to_text());
                    text.push_str(if level.is_some() { ": " } else { ":" });
                    node.write(text, level);
                });
            }
        }
    }
}

/// A number as JavaScript prints it within JSON.
pub(crate) fn number_text(number: f64) -> String {
    if number.is_finite() { ryu_js::Buffer::new().format(number).into() } else { "null".into() }
}

fn list<T>(
    text: &mut String,
    [open, close]: [char; 2],
    items: &[T],
    level: Option<usize>,
    write: impl Fn(&mut String, &T, Option<usize>),
) {
    let line = |text: &mut String, level: Option<usize>| {
        if let Some(level) = level {
            text.push('\n');
            (0..level).for_each(|_| text.push_str(INDENT));
        }
    };
    let within = level.map(|level| level + 1);
    text.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        line(text, within);
        write(text, item, within);
    }
    if !items.is_empty() {
        line(text, level);
    }
    text.push(close);
}
