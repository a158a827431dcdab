//! Values as texts, as Microcks writes examples (`microcks.md`, section 1.2): objects and lists become compact JSON in the
//! order of the document, texts stay byte for byte, other scalars become plain text, `null` its four letters.

use std::sync::Arc;

use ringback_model::json::Json;

use super::{
    number,
    tree::{Node, Value},
};

/// Most bytes that one value is written as: aliases and references can repeat a lot.
pub(super) const TEXT_MAX_BYTES: usize = 16 << 20;

/// A value as the content of a message, or a part of a URL.
pub(super) fn plain(node: &Node) -> Arc<str> {
    match &node.value {
        Value::Text(text) => text.clone(),
        Value::Number(written) => number::text(written).into(),
        _ => json(node).into(),
    }
}

/// A value as JSON; cut where it is longer than [`TEXT_MAX_BYTES`].
pub(super) fn json(node: &Node) -> String {
    let mut text = String::new();
    write(&mut text, node);
    text
}

fn write(text: &mut String, node: &Node) {
    if text.len() > TEXT_MAX_BYTES {
        return;
    }
    match &node.value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(written) => text.push_str(&number::text(written)),
        Value::Text(string) => quote(text, string),
        Value::List(elements) => {
            text.push('[');
            for (index, element) in elements.iter().enumerate() {
                separate(text, index);
                write(text, element);
            }
            text.push(']');
        }
        Value::Map(map) => {
            text.push('{');
            for (index, entry) in map.entries().iter().enumerate() {
                separate(text, index);
                quote(text, &entry.name);
                text.push(':');
                write(text, &entry.node);
            }
            text.push('}');
        }
    }
}

fn separate(text: &mut String, index: usize) {
    if index > 0 {
        text.push(',');
    }
}

pub(super) fn quote(text: &mut String, string: &str) {
    let plain = string.bytes().all(|byte| byte >= 0x20 && !matches!(byte, b'"' | b'\\' | 0x7f));
    match plain {
        true => text.extend(["\"", string, "\""]),
        false => text.push_str(&Json::from(string).to_text()),
    }
}
