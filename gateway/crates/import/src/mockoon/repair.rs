//! Reads objects as Mockoon's schema repair does: what is missing gets its default silently, what is wrong gets it with a
//! warning, and what nobody knows is reported. The repaired document is a by-product: what was read, field by field.

use std::{collections::HashSet, fmt::Display, ops::Range, sync::Arc};

use ringback_diag::{Diagnostic, Diagnostics, listed, quoted, suggest};

use super::ids::Ids;
use crate::json::{Member, Node, Value};

/// Where warnings go, and where ids come from.
pub(super) struct Repair<'a> {
    file: &'a Arc<str>,
    ids: Ids,
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
    /// What was read: the object as it is once repaired.
    repaired: Vec<Member>,
    repair: &'r mut Repair<'a>,
}

/// What becomes of an element that is no object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is one whose fields are all missing.
    IsDefault,
    /// It is left out.
    IsLeftOut,
}

// === impl Repair ===

impl<'a> Repair<'a> {
    pub(super) fn new(file: &'a Arc<str>, text: &str) -> Self {
        Self { file, ids: Ids::of(text), found: Diagnostics::default() }
    }

    pub(super) fn file(&self) -> &Arc<str> {
        self.file
    }

    pub(super) fn warn(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::warning(message).at(self.file, span).help(help));
    }
}

// === impl Fields ===

impl<'r, 'a> Fields<'r, 'a> {
    pub(super) fn new(what: &'static str, object: &'r Node, repair: &'r mut Repair<'a>) -> Self {
        Self { what, object, repaired: vec![], repair }
    }

    /// The place of the whole object: its first byte.
    pub(super) fn place(&self) -> Range<usize> {
        super::start(self.object)
    }

    /// Whether the file has the field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some()
    }

    /// A value that `read` understands; else, with a warning, the default. `meant`: what it would understand in lower case.
    fn field<T: Display>(
        &mut self,
        name: &'static str,
        wanted: impl FnOnce() -> String,
        default: T,
        read: impl Fn(&Node) -> Option<T>,
        json: impl Fn(&T) -> Value,
        meant: impl Fn(&str) -> bool,
    ) -> At<T> {
        let node = self.object.get(name);
        let at = match node.and_then(|node| Some((read(node)?, node))) {
            Some((value, node)) => At { value, span: node.content(), given: true },
            None => {
                if let Some(node) = node {
                    let message = format!("{} of {} is not {}", quoted(name), self.what, wanted());
                    let taken = default.to_string();
                    let taken = if taken.is_empty() { "none".into() } else { quoted(&taken) };
                    let meant = node.as_str().map(|text| text.to_lowercase()).filter(|text| meant(text));
                    let meant = meant.map_or_else(String::new, |word| format!(": write {}", quoted(&word)));
                    self.repair.warn(node.span.clone(), message, format!("Mockoon takes {taken} instead{meant}"));
                }
                At { value: default, span: self.place(), given: false }
            }
        };
        self.keep(name, json(&at.value));
        at
    }

    fn keep(&mut self, name: &'static str, value: Value) {
        let span = self.place();
        self.repaired.push(Member { name: name.into(), span: span.clone(), node: Node { value, span } });
    }

    /// A string.
    pub(super) fn text(&mut self, name: &'static str, default: &str) -> At<Arc<str>> {
        self.field(
            name,
            || "a string".into(),
            default.into(),
            |node| node.as_str().cloned(),
            |text| Value::String(text.clone()),
            |_| false,
        )
    }

    /// A string that is not empty.
    pub(super) fn filled_text(&mut self, name: &'static str, default: &str) -> At<Arc<str>> {
        let read = |node: &Node| node.as_str().filter(|text| !text.is_empty()).cloned();
        self.field(
            name,
            || "a string that is not empty".into(),
            default.into(),
            read,
            |text| Value::String(text.clone()),
            |_| false,
        )
    }

    /// A UUID. One that is missing or none is made, and nothing can refer to it.
    pub(super) fn uuid(&mut self) -> At<Arc<str>> {
        const NAME: &str = "uuid";
        let node = self.object.get(NAME);
        let given = node.and_then(|node| Some((node.as_str().filter(|text| is_uuid(text))?.clone(), node)));
        let at = match given {
            Some((value, node)) => At { value, span: node.content(), given: true },
            None => {
                if let Some(node) = node {
                    let message = format!("{} of {} is not a UUID", quoted(NAME), self.what);
                    let help = "Mockoon gives it another, so what refers to it by this one does not find it";
                    self.repair.warn(node.span.clone(), message, help);
                }
                At { value: self.repair.ids.uuid(), span: self.place(), given: false }
            }
        };
        self.keep(NAME, Value::String(at.value.clone()));
        at
    }

    /// A short id. One that is missing is made.
    pub(super) fn short_id(&mut self) -> At<Arc<str>> {
        let made = self.repair.ids.short();
        self.text("id", &made)
    }

    /// A boolean.
    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> At<bool> {
        let read = |node: &Node| match node.value {
            Value::Bool(value) => Some(value),
            _ => None,
        };
        self.field(name, || "a boolean".into(), default, read, |value| Value::Bool(*value), |_| false)
    }

    /// A number within bounds; one in a string will do.
    pub(super) fn number(
        &mut self,
        name: &'static str,
        default: f64,
        bounds: std::ops::RangeInclusive<f64>,
    ) -> At<f64> {
        let wanted = || match (*bounds.start(), *bounds.end()) {
            (f64::MIN, _) => "a number".into(),
            (least, f64::MAX) => format!("a number from {least}"),
            (least, most) => format!("a number from {least} to {most}"),
        };
        let read = |node: &Node| number(node).filter(|number| bounds.contains(number));
        self.field(name, wanted, default, read, |number| Value::Number(*number), |_| false)
    }

    /// One of some words. The empty word stands for `null`, where `null` is one of them.
    pub(super) fn word(
        &mut self,
        name: &'static str,
        default: &'static str,
        words: &[&'static str],
        null: bool,
    ) -> At<&'static str> {
        let wanted = || {
            let words = listed(words.iter().copied().filter(|word| !word.is_empty()));
            format!("one of {}", words.unwrap_or_default())
        };
        let read = |node: &Node| {
            let word = match &node.value {
                Value::Null if null => return Some(""),
                Value::String(word) if !(null && word.is_empty()) => word,
                _ => return None,
            };
            words.iter().copied().find(|known| *known == &**word)
        };
        let json =
            |word: &&'static str| if null && word.is_empty() { Value::Null } else { Value::String((*word).into()) };
        self.field(name, wanted, default, read, json, |text| words.contains(&text))
    }

    /// The objects of an array, each read by `read`, which leaves out what can't be mended.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        what: &'static str,
        wrong: Wrong,
        read: fn(&mut Fields<'_, 'a>) -> Option<T>,
    ) -> Vec<T> {
        let node = self.object.get(name);
        if let Some(node) = node.filter(|node| !matches!(node.value, Value::Array(_))) {
            let message = format!("{} of {} is not an array", quoted(name), self.what);
            self.repair.warn(node.span.clone(), message, "Mockoon takes an empty one instead");
        }
        let (mut all, mut repaired) = (vec![], vec![]);
        for element in node.map(Node::elements).unwrap_or_default() {
            let empty = Node { value: Value::Object(vec![]), span: element.span.clone() };
            let mut is_object = matches!(element.value, Value::Object(_));
            if !is_object {
                let message = format!("an element of {} is not an object", quoted(name));
                let help = match wrong {
                    Wrong::IsDefault => format!("Mockoon takes {what} of defaults instead"),
                    Wrong::IsLeftOut => "it is left out".into(),
                };
                self.repair.warn(element.span.clone(), message, help);
                is_object = wrong == Wrong::IsDefault;
            }
            if is_object {
                let object = if matches!(element.value, Value::Object(_)) { element } else { &empty };
                let mut fields = Fields::new(what, object, self.repair);
                if let Some(one) = read(&mut fields) {
                    repaired.push(fields.finish());
                    all.push(one);
                }
            }
        }
        self.keep(name, Value::Array(repaired));
        all
    }

    /// An object that is always there, if only by its defaults.
    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        what: &'static str,
        read: fn(&mut Fields<'_, 'a>) -> T,
    ) -> T {
        let empty = Node { value: Value::Object(vec![]), span: self.place() };
        let node = self.object.get(name);
        if let Some(node) = node.filter(|node| !matches!(node.value, Value::Object(_))) {
            let message = format!("{} of {} is not an object", quoted(name), self.what);
            self.repair.warn(node.span.clone(), message, "Mockoon takes the defaults instead");
        }
        let object = node.filter(|node| matches!(node.value, Value::Object(_))).unwrap_or(&empty);
        let mut fields = Fields::new(what, object, self.repair);
        let read = read(&mut fields);
        let repaired = fields.finish();
        self.keep(name, repaired.value);
        read
    }

    /// Says that the object is left out, since one of its fields can't be mended.
    pub(super) fn leave_out(&mut self, why: &str) {
        let (place, what) = (self.place(), self.what);
        self.repair.warn(place, format!("{what} {why}"), "it is left out");
    }

    /// A field that is set whatever the file says.
    pub(super) fn fixed(&mut self, name: &'static str, value: Value) {
        self.keep(name, value);
    }

    /// Reports the fields that nobody read, and those that stand twice: the last one counts. The repaired object.
    pub(super) fn finish(self) -> Node {
        let span = self.place();
        if let Value::Object(members) = &self.object.value {
            let mut later = HashSet::new();
            for member in members.iter().rev().filter(|member| !later.insert(&member.name)) {
                let message = format!("{} stands twice in {}", quoted(&member.name), self.what);
                self.repair.warn(member.span.clone(), message, "the later one counts");
            }
            let known = || self.repaired.iter().map(|field| &*field.name);
            for member in members.iter().filter(|member| !known().any(|name| name == member.name)) {
                let message = format!("unknown field {} in {}", quoted(&member.name), self.what);
                let help = suggest(&member.name, known()).map(|near| format!("did you mean {}?", quoted(near)));
                let help = help.unwrap_or_else(|| "Mockoon drops it too".into());
                self.repair.warn(member.span.clone(), message, help);
            }
        }
        Node { value: Value::Object(self.repaired), span }
    }
}

/// A number, or a string that is written like one.
fn number(node: &Node) -> Option<f64> {
    /// Beyond it, JavaScript's numbers have gaps.
    const SAFE_MAX: f64 = 9_007_199_254_740_991.0;
    let number = match &node.value {
        Value::Number(number) => *number,
        Value::String(text) => {
            let plain = text.trim();
            let is_plain = plain.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
            plain.parse().ok().filter(|_| is_plain)?
        }
        _ => return None,
    };
    (number.abs() <= SAFE_MAX).then_some(number)
}

/// What Mockoon's validator takes for a UUID: 32 hexadecimal digits, in groups by `-` or `:` or in none, perhaps in
/// brackets.
fn is_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let bare = match text.as_bytes() {
        [b'{', inner @ .., b'}'] | [b'[', inner @ .., b']'] | [b'(', inner @ .., b')'] => inner,
        bare => bare,
    };
    let separator = bare.get(8).copied().filter(|byte| matches!(byte, b'-' | b':'));
    let mut rest = bare;
    for (index, group) in GROUPS.into_iter().enumerate() {
        if index > 0 && separator.is_some() {
            match rest.split_first() {
                Some((byte, after)) if Some(*byte) == separator => rest = after,
                _ => {}
            }
        }
        let Some((digits, after)) = rest.split_at_checked(group) else { return false };
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_mockoons_validator_takes_for_them() {
        for good in [
            "838c03ee-da51-5b2f-b1c0-f5f4a3431c8f",
            "838C03EEDA515B2FB1C0F5F4A3431C8F",
            "{838c03ee-da51-5b2f-b1c0-f5f4a3431c8f}",
            "838c03ee:da51:5b2f:b1c0:f5f4a3431c8f",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(is_uuid(good), "{good}");
        }
        for bad in ["", "a", "838c03ee-da51-5b2f-b1c0-f5f4a3431c8", "838c03ee-da51-5b2f-b1c0-f5f4a3431c8fé", "{838c"] {
            assert!(!is_uuid(bad), "{bad}");
        }
    }
}
