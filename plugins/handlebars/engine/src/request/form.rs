//! Queries and form bodies with brackets in their names, as npm `qs` reads them: `a[b]=1`, `a[]=1`, `a[0]=1`, `a=1&a=2`.

use std::collections::BTreeMap;

use crate::value::{Text, Value, array_index};

/// Pairs that are read; more are ignored (`qs`).
const MOST_PAIRS: usize = 1000;
/// Indexes above this make an object of an array (`qs`).
const HIGHEST_INDEX: u32 = 20;

/// What a query is made of before it is known which of its parts are arrays.
enum Node {
    Leaf(Text),
    List(Vec<Node>),
    Indexed(BTreeMap<u32, Node>),
    Object(Vec<(Text, Node)>),
}

/// The object that a query or form body is.
pub(crate) fn parse(text: &str, depth: usize) -> Value {
    let mut root = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()).take(MOST_PAIRS) {
        // A bracket before `=` may hold one of its own: the `=` that counts follows `]`.
        let at = pair.find("]=").map(|at| at + 1).or_else(|| pair.find('='));
        let (name, value) = at.map_or((pair, ""), |at| (pair.get(..at).unwrap_or_default(), pair.get(at + 1..).unwrap_or_default()));
        let (name, value) = (decode(name), decode(value));
        let names = split_name(&name, depth);
        if !names.contains(&"__proto__") {
            insert(&mut root, &names, value);
        }
    }
    Node::Object(root).into_value()
}

/// `a[b][c]` to its names; what lies deeper than allowed stays one name with its brackets.
fn split_name(name: &str, depth: usize) -> Vec<&str> {
    let Some(open) = name.find('[') else { return vec![name] };
    let mut names = Vec::new();
    let mut rest = name;
    if open > 0 {
        names.push(name.get(..open).unwrap_or_default());
        rest = name.get(open..).unwrap_or_default();
    }
    for _ in 0..depth {
        let Some((inside, after)) = rest.strip_prefix('[').and_then(|inside| inside.split_once(']')) else { break };
        names.push(inside);
        rest = after.get(after.find('[').unwrap_or(after.len())..).unwrap_or_default();
    }
    if names.is_empty() {
        return vec![name];
    }
    if !rest.is_empty() {
        names.push(rest);
    }
    names
}

fn insert(members: &mut Vec<(Text, Node)>, names: &[&str], value: Text) {
    let Some((first, rest)) = names.split_first() else { return };
    let Some((_, node)) = members.iter_mut().find(|(known, _)| known == *first) else {
        members.push((Text::from(*first), Node::of(rest, value)));
        return;
    };
    node.add(rest, value);
}

// === impl Node ===

impl Node {
    /// A new node for what is left of a name.
    fn of(names: &[&str], value: Text) -> Self {
        let Some((first, rest)) = names.split_first() else { return Self::Leaf(value) };
        if first.is_empty() {
            return Self::List(vec![Self::of(rest, value)]);
        }
        match array_index(first).filter(|index| *index <= HIGHEST_INDEX) {
            Some(index) => Self::Indexed(BTreeMap::from([(index, Self::of(rest, value))])),
            None => Self::Object(vec![(Text::from(*first), Self::of(rest, value))]),
        }
    }

    fn add(&mut self, names: &[&str], value: Text) {
        let Some((first, rest)) = names.split_first() else { return self.add_leaf(value) };
        match self {
            Self::List(items) if first.is_empty() => items.push(Self::of(rest, value)),
            Self::Indexed(items) => match array_index(first).filter(|index| *index <= HIGHEST_INDEX) {
                Some(index) => match items.get_mut(&index) {
                    Some(item) => item.add(rest, value),
                    None => {
                        items.insert(index, Self::of(rest, value));
                    }
                },
                None if first.is_empty() => {
                    let next = items.keys().next_back().map_or(0, |last| last + 1);
                    items.insert(next, Self::of(rest, value));
                }
                None => self.add_to_object(names, value),
            },
            Self::List(items) if array_index(first).is_some_and(|index| index <= HIGHEST_INDEX) => {
                items.push(Self::of(rest, value));
            }
            Self::Object(_) | Self::List(_) | Self::Leaf(_) => self.add_to_object(names, value),
        }
    }

    fn add_leaf(&mut self, value: Text) {
        match self {
            Self::List(items) => items.push(Self::Leaf(value)),
            Self::Indexed(items) => {
                let next = items.keys().next_back().map_or(0, |last| last + 1);
                items.insert(next, Self::Leaf(value));
            }
            Self::Object(members) => members.push((value, Self::Leaf(Text::fixed("true")))),
            Self::Leaf(_) => {
                let first = std::mem::replace(self, Self::List(Vec::new()));
                *self = Self::List(vec![first, Self::Leaf(value)]);
            }
        }
    }

    fn add_to_object(&mut self, names: &[&str], value: Text) {
        let members = match std::mem::replace(self, Self::Object(Vec::new())) {
            Self::Object(members) => members,
            Self::List(items) => items.into_iter().enumerate().map(|(index, item)| (Text::from(index.to_string()), item)).collect(),
            Self::Indexed(items) => items.into_iter().map(|(index, item)| (Text::from(index.to_string()), item)).collect(),
            Self::Leaf(leaf) => vec![(leaf, Self::Leaf(Text::fixed("true")))],
        };
        let mut members = members;
        insert(&mut members, names, value);
        *self = Self::Object(members);
    }

    fn into_value(self) -> Value {
        match self {
            Self::Leaf(text) => Value::String(text),
            Self::List(items) => Value::array(items.into_iter().map(Self::into_value).collect()),
            Self::Indexed(items) => Value::array(items.into_values().map(Self::into_value).collect()),
            Self::Object(members) => Value::object(members.into_iter().map(|(name, node)| (name, node.into_value())).collect()),
        }
    }
}

/// A name or value: `+` is a space, and percent-encoding that does not decode stays.
fn decode(text: &str) -> Text {
    if !text.contains(['+', '%']) {
        return Text::from(text);
    }
    let spaced = text.replace('+', " ");
    percent_decode(&spaced).unwrap_or_else(|| Text::from(spaced))
}

/// What `decodeURIComponent` gives; `None` where it throws.
pub(super) fn percent_decode(text: &str) -> Option<Text> {
    if !text.contains('%') {
        return Some(Text::from(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let code = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(code).ok()?);
    }
    String::from_utf8(bytes).ok().map(Text::from)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::value::json::to_compact;

    #[test]
    fn names_with_brackets_become_objects_and_arrays() {
        for (query, json) in [
            ("", "{}"),
            ("a=1&b", r#"{"a":"1","b":""}"#),
            ("a=1&a=2", r#"{"a":["1","2"]}"#),
            ("a[]=1&a[]=2", r#"{"a":["1","2"]}"#),
            ("a[1]=y&a[0]=x", r#"{"a":["x","y"]}"#),
            ("a[b][c]=1&a[b][d]=2", r#"{"a":{"b":{"c":"1","d":"2"}}}"#),
            ("a[30]=1", r#"{"a":{"30":"1"}}"#),
            ("a[0][n]=1&a[0][m]=2", r#"{"a":[{"n":"1","m":"2"}]}"#),
            ("x=%3Cb%3E+c&y=%zz", r#"{"x":"<b> c","y":"%zz"}"#),
            ("a[b][c][d][e][f][g]=1", r#"{"a":{"b":{"c":{"d":{"e":{"f":{"[g]":"1"}}}}}}}"#),
            ("__proto__=1&a[__proto__]=2&b.c=3", r#"{"b.c":"3"}"#),
            ("a%5Bb%5D=1", r#"{"a":{"b":"1"}}"#),
        ] {
            assert_eq!(to_compact(&parse(query, 5)).as_str(), json, "{query}");
        }
    }
}
