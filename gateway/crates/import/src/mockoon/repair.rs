//! Reads objects as Mockoon's schema repair does: what is missing gets its default silently, what is wrong gets it with a
//! warning, and what nobody knows is reported.

use std::{collections::HashSet, fmt::Display, ops::Range, sync::Arc};

use ringback_diag::{Diagnostic, Diagnostics, listed, quoted, suggest};

use crate::json::{Node, Value};

/// Where warnings go.
pub(super) struct Repair<'a> {
    file: &'a Arc<str>,
    pub(super) found: Diagnostics,
}

/// A value and where it stands; for a default, where its object does.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    /// Bytes of the file; of a string, its content.
    pub(super) span: Range<usize>,
    /// Whether the file says so; else it is the default.
    pub(super) given: bool,
}

/// The fields of one object, each read once.
pub(super) struct Fields<'r, 'a> {
    /// What the object is called: `a route`.
    what: &'static str,
    object: &'r Node,
    read: Vec<&'static str>,
    repair: &'r mut Repair<'a>,
}

// === impl Repair ===

impl<'a> Repair<'a> {
    pub(super) fn new(file: &'a Arc<str>) -> Self {
        Self { file, found: Diagnostics::default() }
    }

    pub(super) fn warn(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::warning(message).at(self.file, span).help(help));
    }
}

// === impl Fields ===

impl<'r, 'a> Fields<'r, 'a> {
    pub(super) fn new(what: &'static str, object: &'r Node, repair: &'r mut Repair<'a>) -> Self {
        Self { what, object, read: vec![], repair }
    }

    /// The place of the whole object: its first byte.
    pub(super) fn place(&self) -> Range<usize> {
        super::start(self.object)
    }

    fn at<T>(&self, value: T, node: Option<&Node>) -> At<T> {
        At { value, span: node.map_or_else(|| self.place(), Node::content), given: node.is_some() }
    }

    fn take(&mut self, name: &'static str) -> Option<&'r Node> {
        self.read.push(name);
        self.object.get(name)
    }

    /// A value that `read` understands; else, with a warning, the default.
    fn field<T: Display>(
        &mut self,
        name: &'static str,
        wanted: &str,
        default: T,
        read: impl Fn(&Node) -> Option<T>,
    ) -> At<T> {
        let node = self.take(name);
        match node.and_then(|node| Some((read(node)?, node))) {
            Some((value, node)) => self.at(value, Some(node)),
            None => {
                if let Some(node) = node {
                    let message = format!("{} of {} is not {wanted}", quoted(name), self.what);
                    let taken = default.to_string();
                    let taken = if taken.is_empty() { "none".into() } else { quoted(&taken) };
                    self.repair.warn(node.span.clone(), message, format!("Mockoon takes {taken} instead"));
                }
                self.at(default, None)
            }
        }
    }

    /// A string.
    pub(super) fn text(&mut self, name: &'static str, default: &str) -> At<Arc<str>> {
        self.field(name, "a string", default.into(), |node| node.as_str().cloned())
    }

    /// A boolean.
    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> At<bool> {
        self.field(name, "a boolean", default, |node| match node.value {
            Value::Bool(value) => Some(value),
            _ => None,
        })
    }

    /// A whole number within bounds; digits in a string will do.
    pub(super) fn whole(&mut self, name: &'static str, default: u32, bounds: std::ops::RangeInclusive<u32>) -> At<u32> {
        let wanted = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        self.field(name, &wanted, default, |node| {
            let number = match &node.value {
                Value::Number(number) if number.fract() == 0.0 && *number >= 0.0 && *number <= f64::from(u32::MAX) => {
                    *number as u32
                }
                Value::String(digits) => digits.parse().ok()?,
                _ => return None,
            };
            bounds.contains(&number).then_some(number)
        })
    }

    /// One of some words. `null` is the empty word.
    pub(super) fn word(
        &mut self,
        name: &'static str,
        default: &'static str,
        words: &[&'static str],
    ) -> At<&'static str> {
        let wanted =
            format!("one of {}", listed(words.iter().copied().filter(|word| !word.is_empty())).unwrap_or_default());
        self.field(name, &wanted, default, |node| {
            let word = match &node.value {
                Value::Null => "",
                Value::String(word) => word,
                _ => return None,
            };
            words.iter().copied().find(|known| *known == word)
        })
    }

    /// The objects of an array, each read by `read`; elements that are no objects are left out.
    pub(super) fn list<T>(&mut self, name: &'static str, what: &'static str, read: fn(Fields<'_, 'a>) -> T) -> Vec<T> {
        let Some(node) = self.take(name) else { return vec![] };
        if !matches!(node.value, Value::Array(_)) {
            let message = format!("{} of {} is not an array", quoted(name), self.what);
            self.repair.warn(node.span.clone(), message, "Mockoon takes an empty one instead");
        }
        let mut all = vec![];
        for element in node.elements() {
            if matches!(element.value, Value::Object(_)) {
                all.push(read(Fields::new(what, element, self.repair)));
            } else {
                let message = format!("an element of {} is not an object", quoted(name));
                self.repair.warn(element.span.clone(), message, "Mockoon leaves it out");
            }
        }
        all
    }

    /// An object that is always there, if only by its defaults.
    pub(super) fn object<T>(&mut self, name: &'static str, what: &'static str, read: fn(Fields<'_, 'a>) -> T) -> T {
        let empty = Node { value: Value::Object(vec![]), span: self.place() };
        let node = self.take(name).filter(|node| matches!(node.value, Value::Object(_)));
        read(Fields::new(what, node.unwrap_or(&empty), self.repair))
    }

    pub(super) fn warn(&mut self, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.repair.warn(span, message, help);
    }

    /// Reports a field that says something else than its default and that is not carried over yet.
    pub(super) fn not_yet<T>(&mut self, field: &At<T>, is_default: bool, name: &str, instead: &str) {
        if field.given && !is_default {
            let message = format!("{} of {} is not carried over yet", quoted(name), self.what);
            self.repair.warn(field.span.clone(), message, instead);
        }
    }

    /// Fields that say nothing about what is served.
    pub(super) fn skip(&mut self, names: &[&'static str]) {
        self.read.extend(names);
    }

    /// Reports a list that is not carried over yet.
    pub(super) fn list_not_yet(&mut self, name: &'static str, instead: &str) {
        let Some(node) = self.take(name).filter(|node| !node.elements().is_empty()) else { return };
        let message = format!("{} of {} are not carried over yet", quoted(name), self.what);
        self.repair.warn(super::start(node), message, instead);
    }

    /// Reports the fields that nobody read, and those that stand twice: the last one counts.
    pub(super) fn finish(self) {
        let Value::Object(members) = &self.object.value else { return };
        let mut later = HashSet::new();
        for member in members.iter().rev().filter(|member| !later.insert(&member.name)) {
            let message = format!("{} stands twice in {}", quoted(&member.name), self.what);
            self.repair.warn(member.span.clone(), message, "the later one counts");
        }
        for member in members.iter().filter(|member| !self.read.contains(&&*member.name)) {
            let message = format!("unknown field {} in {}", quoted(&member.name), self.what);
            let help =
                suggest(&member.name, self.read.iter().copied()).map(|near| format!("did you mean {}?", quoted(near)));
            let help = help.unwrap_or_else(|| "Mockoon drops it too".into());
            self.repair.warn(member.span.clone(), message, help);
        }
    }
}
