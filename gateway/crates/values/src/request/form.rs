//! Queries and form bodies with brackets in their names, as npm `qs` reads them: `a[b]=1`, `a[]=1`, `a[0]=1`,
//! `a=1&a=2`. Every pair becomes a small tree, and the trees are merged.

use crate::{Text, Value, array_index};

/// What a reader of `qs` may choose.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// How many brackets may follow a name; what is deeper stays one name.
    pub depth: usize,
    /// Indexes from here on make an object of an array.
    pub array_limit: usize,
}

/// What Express gives the query.
pub(super) const QUERY: Rules = Rules { depth: 5, array_limit: 1000 };
/// What Mockoon gives a form body.
pub(super) const FORM: Rules = Rules { depth: 10, array_limit: 20 };

/// Pairs that are read; more are ignored.
const MOST_PAIRS: usize = 1000;

/// A tree before it is known to be whole. An array has holes until then.
enum Node {
    Leaf(Text),
    Array(Vec<Option<Node>>),
    Object(Vec<(Text, Node)>),
}

/// The object that a query or form body is.
pub(super) fn parse(text: &str, rules: Rules) -> Value {
    let mut values: Vec<(Text, Node)> = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()).take(MOST_PAIRS) {
        add_pair(&mut values, &pair.replace("%5B", "[").replace("%5b", "[").replace("%5D", "]").replace("%5d", "]"));
    }
    let mut root = Node::Object(Vec::new());
    for (name, value) in values {
        let names = segments(&name, rules.depth);
        if !names.is_empty() {
            root = root.merge(value.beneath(&names, rules));
        }
    }
    root.into_value()
}

/// Equal names gather their values before brackets are looked at.
fn add_pair(values: &mut Vec<(Text, Node)>, pair: &str) {
    // A name in brackets may hold `=`: the one that counts follows `]`.
    let at = pair.find("]=").map(|at| at + 1).or_else(|| pair.find('='));
    let (name, value) =
        at.map_or((pair, ""), |at| (pair.get(..at).unwrap_or_default(), pair.get(at + 1..).unwrap_or_default()));
    let (name, value) = (decode(name), Node::Leaf(decode(value)));
    match values.iter_mut().find(|(known, _)| *known == name) {
        Some((_, Node::Array(items))) => items.push(Some(value)),
        Some((_, known)) => {
            let first = std::mem::replace(known, Node::Array(Vec::new()));
            *known = Node::Array(vec![Some(first), Some(value)]);
        }
        None => values.push((name, value)),
    }
}

/// One step of a name.
enum Segment<'n> {
    /// In front of the brackets.
    Plain(&'n str),
    /// `[name]`, `[0]`; the brackets are off.
    Bracket(&'n str),
    /// `[]`.
    Append,
}

/// `a[b][]` to its steps. Brackets may lie in each other; what is never closed or lies too deep is one step.
fn segments(name: &str, depth: usize) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut open = name.find('[');
    let plain = name.get(..open.unwrap_or(name.len())).unwrap_or_default();
    if !plain.is_empty() {
        segments.push(Segment::Plain(plain));
    }
    let mut taken = 0;
    while let Some(at) = open {
        let close = if taken < depth { closing(name, at) } else { None };
        let Some(close) = close else {
            segments.push(Segment::Bracket(name.get(at..).unwrap_or_default()));
            return segments;
        };
        segments.push(match name.get(at + 1..close).unwrap_or_default() {
            "" => Segment::Append,
            inside => Segment::Bracket(inside),
        });
        taken += 1;
        open = name.get(close..).and_then(|rest| rest.find('[')).map(|found| close + found);
    }
    segments
}

/// Where the bracket that opens at a place is closed.
fn closing(name: &str, open: usize) -> Option<usize> {
    let mut level = 0;
    for (at, byte) in name.bytes().enumerate().skip(open) {
        match byte {
            b'[' => level += 1,
            b']' if level == 1 => return Some(at),
            b']' => level -= 1,
            _ => {}
        }
    }
    None
}

// === impl Node ===

impl Node {
    /// This value at the end of a name's steps.
    fn beneath(self, names: &[Segment<'_>], rules: Rules) -> Self {
        names.iter().rev().fold(self, |node, segment| match segment {
            Segment::Append => match node {
                Self::Array(items) => Self::Array(items),
                node => Self::Array(vec![Some(node)]),
            },
            Segment::Bracket(name) => {
                match array_index(name).map(|index| index as usize).filter(|index| *index < rules.array_limit) {
                    Some(index) => {
                        let mut items: Vec<_> = std::iter::repeat_with(|| None).take(index).collect();
                        items.push(Some(node));
                        Self::Array(items)
                    }
                    None => Self::member(name, node),
                }
            }
            Segment::Plain(name) => Self::member(name, node),
        })
    }

    fn member(name: &str, node: Self) -> Self {
        // The one name that is dangerous in JavaScript; `qs` drops it, and so would nothing come of it here.
        if name == "__proto__" { Self::Object(Vec::new()) } else { Self::Object(vec![(Text::from(name), node)]) }
    }

    fn merge(self, source: Self) -> Self {
        match (self, source) {
            // An empty value adds nothing to one that is there.
            (target, Self::Leaf(text)) if text.is_empty() => target,
            (Self::Array(mut items), Self::Array(more)) => {
                merge_items(&mut items, more);
                Self::Array(items)
            }
            (Self::Array(mut items), leaf @ Self::Leaf(_)) => {
                items.push(Some(leaf));
                Self::Array(items)
            }
            (leaf @ Self::Leaf(_), Self::Array(items)) => {
                Self::Array(std::iter::once(Some(leaf)).chain(items).collect())
            }
            (a @ Self::Leaf(_), b) | (a, b @ Self::Leaf(_)) => Self::Array(vec![Some(a), Some(b)]),
            (target, source) => {
                let mut members = target.into_members();
                for (name, node) in source.into_members() {
                    merge_member(&mut members, name, node);
                }
                Self::Object(members)
            }
        }
    }

    fn into_members(self) -> Vec<(Text, Self)> {
        match self {
            Self::Object(members) => members,
            Self::Array(items) => {
                let items = items.into_iter().enumerate();
                items.filter_map(|(index, item)| Some((Text::from(index.to_string()), item?))).collect()
            }
            Self::Leaf(_) => Vec::new(),
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Leaf(text) => Value::String(text),
            Self::Array(items) => Value::array(items.into_iter().flatten().map(Self::into_value).collect()),
            Self::Object(members) => {
                Value::object(members.into_iter().map(|(name, node)| (name, node.into_value())).collect())
            }
        }
    }
}

fn merge_items(items: &mut Vec<Option<Node>>, more: Vec<Option<Node>>) {
    for (index, item) in more.into_iter().enumerate() {
        let Some(item) = item else { continue };
        let free = items.len();
        match items.get_mut(index) {
            None => {
                items.extend(std::iter::repeat_with(|| None).take(index - free));
                items.push(Some(item));
            }
            Some(hole @ None) => *hole = Some(item),
            Some(Some(Node::Leaf(_))) => items.push(Some(item)),
            Some(known) if !matches!(item, Node::Leaf(_)) => *known = known.take().map(|known| known.merge(item)),
            Some(_) => items.push(Some(item)),
        }
    }
}

fn merge_member(members: &mut Vec<(Text, Node)>, name: Text, node: Node) {
    match members.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => {
            let target = std::mem::replace(known, Node::Object(Vec::new()));
            *known = target.merge(node);
        }
        None => members.push((name, node)),
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
pub(crate) fn percent_decode(text: &str) -> Option<Text> {
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
    use super::{QUERY, parse};
    use crate::json::to_compact;

    #[test]
    fn names_with_brackets_become_objects_and_arrays() {
        for (query, json) in [
            ("", "{}"),
            ("a=1&b", r#"{"a":"1","b":""}"#),
            ("a=1&a=2", r#"{"a":["1","2"]}"#),
            ("a[]=1&a[]=2&a=3", r#"{"a":["1","2","3"]}"#),
            ("a[1]=y&a[0]=x", r#"{"a":["x","y"]}"#),
            ("a[9]=z", r#"{"a":["z"]}"#),
            ("a[1000]=1", r#"{"a":{"1000":"1"}}"#),
            ("a[b][c]=1&a[b][d]=2", r#"{"a":{"b":{"c":"1","d":"2"}}}"#),
            ("a[0][n]=1&a[0][m]=2", r#"{"a":[{"n":"1","m":"2"}]}"#),
            ("a[0]=1&a[b]=2", r#"{"a":{"0":"1","b":"2"}}"#),
            ("a[b]=1&a=2", r#"{"a":[{"b":"1"},"2"]}"#),
            ("a=1&a[b]=2", r#"{"a":["1",{"b":"2"}]}"#),
            ("x=%3Cb%3E+c&y=%zz", r#"{"x":"<b> c","y":"%zz"}"#),
            ("a[b][c][d][e][f][g][h]=1", r#"{"a":{"b":{"c":{"d":{"e":{"f":{"[g][h]":"1"}}}}}}}"#),
            ("a[b=1", r#"{"a":{"[b":"1"}}"#),
            ("__proto__=1&a[__proto__]=2&b.c=3&=4", r#"{"a":{},"b.c":"3"}"#),
            ("a%5Bb%5D=1", r#"{"a":{"b":"1"}}"#),
        ] {
            assert_eq!(to_compact(&parse(query, QUERY)).as_str(), json, "{query}");
        }
    }
}
