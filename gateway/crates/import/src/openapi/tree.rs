//! A document as a tree whose values know their places. Copies share what they hold: what an alias, a reference or a merge
//! repeats costs nothing.

use std::{collections::HashMap, ops::Range, sync::Arc};

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    /// Bytes of the file: from, to. Quotes belong to it; of lists and objects in YAML it is the first byte.
    pub(super) span: Range<usize>,
}

/// A JSON value, or what YAML says for one.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// As written.
    Number(Arc<str>),
    Text(Arc<str>),
    List(Arc<[Node]>),
    Map(Arc<Map>),
}

/// An object, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Map {
    /// Each name once.
    entries: Vec<Entry>,
    /// By name, indexes of entries: of large objects.
    index: Option<HashMap<Arc<str>, usize>>,
    /// Entries that later ones of the same name stand for.
    twice: Vec<Entry>,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: Arc<str>,
    /// Where the name was written.
    pub(super) span: Range<usize>,
    pub(super) node: Node,
}

/// Members up to which looking at each is as quick as an index.
const SMALL_MAX: usize = 16;

// === impl Node ===

impl Node {
    /// A value that stands for something written elsewhere.
    pub(super) fn made(value: Value) -> Self {
        Self { value, span: 0..0 }
    }

    /// A text that stands for something written elsewhere.
    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::made(Value::Text(text.into()))
    }

    /// An object made of members.
    pub(super) fn map(members: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        let entry = |(name, node): (Arc<str>, Self)| Entry { name, span: node.span.clone(), node };
        Self::made(Value::Map(Arc::new(Map::new(members.into_iter().map(entry).collect()))))
    }

    /// A list of values.
    pub(super) fn list(elements: Vec<Self>) -> Self {
        Self::made(Value::List(elements.into()))
    }

    /// What it is, with its article: `an object`.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "an object",
        }
    }

    /// A member of an object. Absent: it has no such member, or is no object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.as_map()?.get(name).map(|entry| &entry.node)
    }

    /// A member of an object, or an element of a list by its number.
    pub(super) fn at(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::List(elements) => elements.get(name.parse::<usize>().ok()?),
            _ => self.get(name),
        }
    }

    pub(super) fn as_map(&self) -> Option<&Arc<Map>> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The members of an object; none of what is no object.
    pub(super) fn entries(&self) -> &[Entry] {
        self.as_map().map_or(&[], |map| &map.entries)
    }

    /// The elements of a list; none of what is no list.
    pub(super) fn elements(&self) -> &[Self] {
        match &self.value {
            Value::List(elements) => elements,
            _ => &[],
        }
    }

    pub(super) fn as_text(&self) -> Option<&Arc<str>> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number, a boolean or a text, as text, as it was written.
    pub(super) fn as_written(&self) -> Option<Arc<str>> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(true) => Some("true".into()),
            Value::Bool(false) => Some("false".into()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match &self.value {
            Value::Number(text) => super::number::value(text),
            Value::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Whether this is the very same object or list, not another one that says the same.
    pub(super) fn id(&self) -> Option<usize> {
        match &self.value {
            Value::Map(map) => Some(Arc::as_ptr(map).addr()),
            Value::List(list) => Some(Arc::as_ptr(list).cast::<()>().addr()),
            _ => None,
        }
    }

    /// Enough of it to point at: a scalar, or the first byte.
    pub(super) fn place(&self) -> Range<usize> {
        match self.value {
            Value::List(_) | Value::Map(_) => self.span.start..self.span.start + 1,
            _ => self.span.clone(),
        }
    }
}

// === impl Map ===

impl Map {
    /// An object of these members. Of two of one name the later one counts, in the place of the earlier one.
    pub(super) fn new(given: Vec<Entry>) -> Self {
        let mut map = Self { index: (given.len() > SMALL_MAX).then(HashMap::new), ..Self::default() };
        for entry in given {
            let place = map.place(&entry.name);
            match place.and_then(|place| map.entries.get_mut(place)) {
                Some(earlier) => map.twice.push(std::mem::replace(earlier, entry)),
                None => {
                    if let Some(index) = &mut map.index {
                        index.insert(entry.name.clone(), map.entries.len());
                    }
                    map.entries.push(entry);
                }
            }
        }
        map
    }

    fn place(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => self.entries.iter().position(|entry| &*entry.name == name),
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The members that do not count, since later ones have their names.
    pub(super) fn twice(&self) -> &[Entry] {
        &self.twice
    }

    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.get(self.place(name)?)
    }
}
