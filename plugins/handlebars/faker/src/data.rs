//! The locales' tables, read where they lie: `data/pack.mjs` writes them and says how.
//!
//! A lookup touches the few bytes that it needs, so a component's pages of locales that nobody asks for stay untouched.

use crate::Value;

static PACKED: &[u8] = include_bytes!("data/locales.bin");

/// Magic, length of the texts, length of the nodes, root.
const HEADER_BYTES: usize = 16;
const COUNT_BYTES: usize = 3;
const TEXT_BYTES: usize = 3;
const ITEM_BYTES: usize = 4;
const MEMBER_BYTES: usize = TEXT_BYTES + ITEM_BYTES;

/// A value of the tables.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node {
    /// `null`: the locale's people have no such thing.
    Null,
    Number(f64),
    Text(&'static str),
    Array(Array),
    Object(Object),
}

/// An array of the tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Array {
    /// Where the items begin.
    at: usize,
    len: usize,
    /// Whether the items are places of texts, not references.
    is_texts: bool,
}

/// An object of the tables; its members are in JavaScript's order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object {
    at: usize,
    len: usize,
}

/// The tables of a locale, its fallbacks' among them: an object by module of objects by entry.
pub(crate) fn locale(name: &str) -> Option<Object> {
    let root = little(12, ITEM_BYTES);
    match Node::of(root) {
        Node::Object(locales) => match locales.get(name) {
            Some(Node::Object(locale)) => Some(locale),
            _ => None,
        },
        _ => None,
    }
}

// === impl Node ===

impl Node {
    fn of(reference: usize) -> Self {
        let payload = reference & 0x0fff_ffff;
        // Nodes lie behind the texts, and behind a node's count are its items.
        let node = HEADER_BYTES + little(4, 4) + payload;
        let (len, at) = (|| little(node, COUNT_BYTES), node + COUNT_BYTES);
        match reference >> 28 {
            1 => Self::Number(payload as f64),
            2 => Self::Text(text(payload)),
            3 => Self::Array(Array { at, len: len(), is_texts: true }),
            4 => Self::Array(Array { at, len: len(), is_texts: false }),
            5 => Self::Object(Object { at, len: len() }),
            6 => Self::Number(PACKED.get(at..).and_then(<[u8]>::first_chunk).map_or(0.0, |b| f64::from_le_bytes(*b))),
            _ => Self::Null,
        }
    }

    /// A member of an object.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        match self {
            Self::Object(object) => object.get(key),
            _ => None,
        }
    }

    /// The value as a call hands it out.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::from(text),
            Self::Array(array) => Value::Array(array.iter().map(Self::to_value).collect()),
            Self::Object(object) => {
                Value::Object(object.iter().map(|(key, node)| (key.to_owned(), node.to_value())).collect())
            }
        }
    }

    /// The text, or nothing where it is none.
    pub(crate) fn as_text(self) -> Option<&'static str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

// === impl Array ===

impl Array {
    pub(crate) fn len(self) -> usize {
        self.len
    }

    pub(crate) fn get(self, index: usize) -> Option<Node> {
        if index >= self.len {
            None
        } else if self.is_texts {
            Some(Node::Text(text(little(self.at + index * TEXT_BYTES, TEXT_BYTES))))
        } else {
            Some(Node::of(little(self.at + index * ITEM_BYTES, ITEM_BYTES)))
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Node> {
        (0..self.len).filter_map(move |index| self.get(index))
    }

    /// The items that are texts.
    pub(crate) fn texts(self) -> impl Iterator<Item = &'static str> {
        self.iter().filter_map(Node::as_text)
    }
}

// === impl Object ===

impl Object {
    pub(crate) fn get(self, key: &str) -> Option<Node> {
        (0..self.len).find(|index| self.key(*index) == key).map(|index| self.member(index))
    }

    pub(crate) fn keys(self) -> impl Iterator<Item = &'static str> {
        (0..self.len).map(move |index| self.key(index))
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (&'static str, Node)> {
        (0..self.len).map(move |index| (self.key(index), self.member(index)))
    }

    fn key(self, index: usize) -> &'static str {
        text(little(self.at + index * MEMBER_BYTES, TEXT_BYTES))
    }

    fn member(self, index: usize) -> Node {
        Node::of(little(self.at + index * MEMBER_BYTES + TEXT_BYTES, ITEM_BYTES))
    }
}

/// A number of a few bytes, the lowest first; 0 beyond the end.
fn little(at: usize, bytes: usize) -> usize {
    let bytes = PACKED.get(at..at + bytes).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

/// The text at an offset into the texts.
fn text(offset: usize) -> &'static str {
    let mut rest = PACKED.get(HEADER_BYTES + offset..).unwrap_or_default().iter();
    let (mut len, mut shift) = (0, 0);
    for byte in rest.by_ref() {
        len |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 21 {
            break;
        }
    }
    rest.as_slice().get(..len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Node, PACKED, little, locale};

    #[test]
    fn the_file_is_whole() {
        assert!(PACKED.starts_with(b"FKR1"));
        assert_eq!(PACKED.len(), 16 + little(4, 4) + little(8, 4));
    }

    #[test]
    fn a_locale_has_what_its_fallbacks_have() {
        let first = |name: &str, module: &str, entry: &str| {
            let entry = locale(name)?.get(module)?.get(entry)?;
            let Node::Array(items) = entry else { return None };
            items.get(0)?.as_text()
        };
        assert_eq!(first("en", "animal", "bear"), first("de", "animal", "bear"));
        assert_eq!(first("de", "color", "human"), first("de_AT", "color", "human"));
        assert!(locale("xx").is_none());
    }
}
