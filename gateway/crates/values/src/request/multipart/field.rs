//! Names with brackets in a multipart form: `a[b]`, `a[0]`, `a[]`, as Mockoon reads them.

use crate::{Text, Value, request::ordered::Ordered};

/// Names that JavaScript objects are vulnerable through. A field with one of them in its name is dropped.
const DANGEROUS: [&str; 3] = ["__proto__", "constructor", "prototype"];
/// A higher index makes the whole name a plain one.
const HIGHEST_INDEX: u64 = 10_000;

/// Steps that a name may have; one with more is a plain name.
const MOST_STEPS: usize = 64;
/// Empty places of arrays that a form may ask for in all; beyond, what is there moves together.
const MOST_HOLES: u64 = 100_000;

/// The fields that were read so far.
pub(super) struct Form {
    members: Ordered<Node>,
}

enum Node {
    Leaf(Value),
    /// What is there, by ascending index.
    Array(Vec<(u64, Node)>),
    Object(Ordered<Node>),
}

/// One step of a name.
enum Step<'n> {
    Name(&'n str),
    Index(u64),
}

// === impl Form ===

impl Form {
    pub(super) fn new() -> Self {
        Self { members: Ordered::new() }
    }

    /// Adds a text or a file.
    pub(super) fn add(&mut self, name: &str, value: Value) {
        let is_dangerous = name.split(['[', ']', '.']).any(|step| DANGEROUS.contains(&step));
        if name.is_empty() || is_dangerous {
            return;
        }
        let (first, steps, appends) = steps(name).unwrap_or_else(|| (name, Vec::new(), false));
        let Some(slot) = self.members.entry(Text::from(first), Node::default) else { return };
        let value = Node::of(value);
        match slot {
            // Of a name without brackets the second makes an array, whatever the first is.
            slot if !name.contains('[') && !slot.is_undefined() => slot.push(value),
            slot => slot.add(&steps, value, appends),
        }
    }

    pub(super) fn into_value(self) -> Value {
        Node::Object(self.members).into_value(&mut { MOST_HOLES })
    }
}

/// The first name of a field's name, the steps behind it, and whether it ends in `[]`. `None`: its brackets say nothing.
fn steps(name: &str) -> Option<(&str, Vec<Step<'_>>, bool)> {
    let (first, mut rest) = name.split_at_checked(name.find('[').unwrap_or(name.len()))?;
    if first.is_empty() {
        return None;
    }
    let mut steps = Vec::new();
    while !rest.is_empty() && rest != "[]" {
        let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
        let is_index = inside.bytes().all(|byte| byte.is_ascii_digit());
        steps.push(match inside {
            "" => return None,
            digits if is_index => Step::Index(digits.parse().ok().filter(|index| *index <= HIGHEST_INDEX)?),
            inside => Step::Name(inside),
        });
        if steps.len() > MOST_STEPS {
            return None;
        }
        rest = after;
    }
    Some((first, steps, rest == "[]"))
}

impl Default for Node {
    fn default() -> Self {
        Self::Leaf(Value::Undefined)
    }
}

// === impl Node ===

impl Node {
    fn of(value: Value) -> Self {
        let Value::Object(object) = value else { return Self::Leaf(value) };
        let mut members = Ordered::new();
        for (name, value) in object.iter() {
            members.entry(name.clone(), || Self::Leaf(value.clone()));
        }
        Self::Object(members)
    }

    fn is_undefined(&self) -> bool {
        matches!(self, Self::Leaf(Value::Undefined))
    }

    /// Adds a value at the end of steps.
    fn add(&mut self, steps: &[Step<'_>], value: Self, appends: bool) {
        match steps.split_first() {
            None => self.add_here(value, appends),
            Some((step, steps)) => {
                self.make_room(step);
                if let Some(slot) = self.slot(step) {
                    slot.add(steps, value, appends);
                }
            }
        }
    }

    fn add_here(&mut self, value: Self, appends: bool) {
        match self {
            slot if slot.is_undefined() && !appends => *slot = value,
            slot if slot.is_undefined() => *slot = Self::Array(vec![(0, value)]),
            // Where a text stood before there were names, it has the empty name.
            Self::Object(members) if members.has("") => {
                if let Some(slot) = members.get_mut("") {
                    slot.add_here(value, false);
                }
            }
            slot => slot.push(value),
        }
    }

    /// Adds to the array that this is, or becomes.
    fn push(&mut self, value: Self) {
        if let Self::Array(items) = self {
            let next = items.last().map_or(0, |(index, _)| index + 1);
            items.push((next, value));
        } else {
            *self = Self::Array(vec![(0, std::mem::take(self)), (1, value)]);
        }
    }

    /// Makes this something that a step leads into.
    fn make_room(&mut self, step: &Step<'_>) {
        *self = match (std::mem::take(self), step) {
            (Self::Leaf(Value::Undefined), Step::Index(_)) => Self::Array(Vec::new()),
            (Self::Leaf(Value::Undefined), Step::Name(_)) => Self::Object(Ordered::new()),
            (Self::Array(items), Step::Name(_)) => {
                let mut members = Ordered::new();
                for (index, item) in items {
                    members.entry(Text::from(index.to_string()), || item);
                }
                Self::Object(members)
            }
            (leaf @ Self::Leaf(_), _) => {
                let mut members = Ordered::new();
                members.entry(Text::EMPTY, || leaf);
                Self::Object(members)
            }
            (node, _) => node,
        };
    }

    fn slot(&mut self, step: &Step<'_>) -> Option<&mut Self> {
        match (self, step) {
            (Self::Array(items), Step::Index(index)) => {
                let at = items.binary_search_by_key(index, |(known, _)| *known).unwrap_or_else(|at| {
                    items.insert(at, (*index, Self::default()));
                    at
                });
                items.get_mut(at).map(|(_, node)| node)
            }
            (Self::Object(members), Step::Index(index)) => members.entry(Text::from(index.to_string()), Self::default),
            (Self::Object(members), Step::Name(name)) => members.entry(Text::from(*name), Self::default),
            _ => None,
        }
    }

    fn into_value(self, holes: &mut u64) -> Value {
        match self {
            Self::Leaf(value) => value,
            Self::Array(items) => {
                let mut values: Vec<Value> = Vec::with_capacity(items.len());
                for (index, item) in items {
                    let missing = index.saturating_sub(values.len() as u64).min(*holes);
                    *holes -= missing;
                    values.extend(std::iter::repeat_n(Value::Undefined, missing as usize));
                    values.push(item.into_value(holes));
                }
                Value::array(values)
            }
            Self::Object(members) => {
                let members = members.into_list().into_iter().map(|(name, node)| (name, node.into_value(holes)));
                Value::object(members.collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Form;
    use crate::{Value, json::to_compact};

    fn read(fields: &[(&str, &str)]) -> String {
        let mut form = Form::new();
        for (name, value) in fields {
            form.add(name, Value::string(*value));
        }
        to_compact(&form.into_value()).as_str().to_owned()
    }

    #[test]
    fn brackets_make_objects_and_arrays() {
        for (fields, json) in [
            (&[("a[b][c]", "1"), ("a[b][d]", "2")][..], r#"{"a":{"b":{"c":"1","d":"2"}}}"#),
            (&[("a[]", "1"), ("a[]", "2")], r#"{"a":["1","2"]}"#),
            (&[("a[2]", "1"), ("a[0]", "2")], r#"{"a":["2",null,"1"]}"#),
            (&[("a[0]", "1"), ("a[b]", "2")], r#"{"a":{"0":"1","b":"2"}}"#),
            (&[("a", "1"), ("a[b]", "2"), ("a", "3")], r#"{"a":[{"":"1","b":"2"},"3"]}"#),
            (&[("a[b]", "1"), ("a[b]", "2")], r#"{"a":{"b":["1","2"]}}"#),
            (&[("a[b", "1"), ("a[][b]", "2"), ("[c]", "3")], r#"{"a[b":"1","a[][b]":"2","[c]":"3"}"#),
            (&[("__proto__", "1"), ("a[constructor]", "2"), ("a[10001]", "3")], r#"{"a[10001]":"3"}"#),
        ] {
            assert_eq!(read(fields), json, "{fields:?}");
        }
    }

    #[test]
    fn holes_are_bounded() {
        let mut form = Form::new();
        for n in 0..1000 {
            form.add(&format!("a{n}[9999]"), Value::Null);
        }
        assert!(to_compact(&form.into_value()).len() < 600_000);
    }
}
