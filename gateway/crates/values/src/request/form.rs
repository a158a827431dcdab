//! Queries and form bodies with brackets in their names, as npm `qs` 6.16 reads them: `a[b]=1`, `a[]=1`, `a[0]=1`,
//! `a=1&a=2`. Every pair becomes a small tree, and the trees are merged.

use crate::{Text, Value, array_index};

/// What a reader of `qs` may choose.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// How many brackets may follow a name; what is deeper stays one name.
    pub depth: usize,
    /// Arrays that would be longer become objects with the indexes as names.
    pub array_limit: u64,
    /// Whether names that every JavaScript object has (`toString`) are allowed. Pairs with such a name are dropped.
    pub allows_inherited: bool,
}

/// What Express gives the query.
pub(super) const QUERY: Rules = Rules { depth: 5, array_limit: 1000, allows_inherited: true };
/// What Mockoon gives a form body.
pub(super) const FORM: Rules = Rules { depth: 10, array_limit: 20, allows_inherited: false };

/// Pairs that are read; more are ignored.
const MOST_PAIRS: usize = 1000;

/// What every JavaScript object has by inheritance.
const INHERITED: [&str; 12] = [
    "constructor",
    "__defineGetter__",
    "__defineSetter__",
    "hasOwnProperty",
    "__lookupGetter__",
    "__lookupSetter__",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toString",
    "valueOf",
    "__proto__",
    "toLocaleString",
];

/// A tree before it is known to be whole.
enum Node {
    Leaf(Text),
    Array(Items),
    Object(Members),
}

/// An array with holes: what is there, by ascending index. A name of a few bytes may ask for a thousand holes.
#[derive(Default)]
struct Items(Vec<(u64, Node)>);

#[derive(Default)]
struct Members {
    list: Vec<(Text, Node)>,
    /// The highest index, where this was an array that grew beyond its limit: what is added goes on from there.
    overflow: Option<u64>,
}

/// The object that a query or form body is.
pub(super) fn parse(text: &str, rules: Rules) -> Value {
    let mut values: Vec<(Text, Node)> = Vec::new();
    for pair in text.split('&').take(MOST_PAIRS) {
        add_pair(&mut values, &unescape_brackets(pair), rules);
    }
    // Names come in the order of an object's keys: array indexes first.
    values.sort_by_key(|(name, _)| array_index(name).map_or((1, 0), |index| (0, index)));
    let mut root = Node::Object(Members::default());
    for (name, value) in values {
        if let Some(names) = segments(&name, rules) {
            root = root.merge(value.beneath(&names, rules), rules);
        }
    }
    root.into_value()
}

fn unescape_brackets(pair: &str) -> String {
    pair.replace("%5B", "[").replace("%5b", "[").replace("%5D", "]").replace("%5d", "]")
}

/// Equal names gather their values before brackets are looked at.
fn add_pair(values: &mut Vec<(Text, Node)>, pair: &str, rules: Rules) {
    // A name in brackets may hold `=`: the one that counts follows `]`.
    let at = pair.find("]=").map(|at| at + 1).or_else(|| pair.find('='));
    let (name, value) =
        at.map_or((pair, ""), |at| (pair.get(..at).unwrap_or_default(), pair.get(at + 1..).unwrap_or_default()));
    let (name, value) = (decode(name), Node::Leaf(decode(value)));
    match values.iter_mut().find(|(known, _)| *known == name) {
        Some((_, known)) => {
            let first = std::mem::replace(known, Node::Array(Items::default()));
            *known = first.combine(value, rules);
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

/// `a[b][]` to its steps. Brackets may lie in each other; what is never closed or lies too deep is one step. Absent: the
/// name is empty, or has a step that is not allowed.
fn segments(name: &str, rules: Rules) -> Option<Vec<Segment<'_>>> {
    let is_allowed = |step: &str| rules.allows_inherited || !INHERITED.contains(&step);
    let mut segments = Vec::new();
    let mut open = name.find('[');
    let plain = name.get(..open.unwrap_or(name.len())).unwrap_or_default();
    if !plain.is_empty() {
        segments.push(is_allowed(plain).then_some(Segment::Plain(plain))?);
    }
    let mut taken = 0;
    while let Some(at) = open {
        let close = if taken < rules.depth { closing(name, at) } else { None };
        let Some(close) = close else {
            segments.push(Segment::Bracket(name.get(at..).unwrap_or_default()));
            return Some(segments);
        };
        segments.push(match name.get(at + 1..close).unwrap_or_default() {
            "" => Segment::Append,
            inside => is_allowed(inside).then_some(Segment::Bracket(inside))?,
        });
        taken += 1;
        open = name.get(close..).and_then(|rest| rest.find('[')).map(|found| close + found);
    }
    (!segments.is_empty()).then_some(segments)
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

/// The number in brackets, in its shortest form and exact in a double.
fn bracket_index(name: &str) -> Option<u64> {
    let is_index = name.bytes().all(|b| b.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if is_index && name.len() <= 15 { name.parse().ok() } else { None }
}

// === impl Node ===

impl Node {
    /// This value at the end of a name's steps.
    fn beneath(self, names: &[Segment<'_>], rules: Rules) -> Self {
        names.iter().rev().fold(self, |node, segment| match segment {
            Segment::Append => match node {
                node @ (Self::Array(_) | Self::Object(Members { overflow: Some(_), .. })) => node,
                node => Self::Array(Items(vec![(0, node)])),
            },
            Segment::Bracket(name) => match bracket_index(name) {
                Some(index) if index < rules.array_limit => Self::Array(Items(vec![(index, node)])),
                overflow => Self::member(name, node, overflow),
            },
            Segment::Plain(name) => Self::member(name, node, None),
        })
    }

    fn member(name: &str, node: Self, overflow: Option<u64>) -> Self {
        // The one name that is dangerous in JavaScript; `qs` drops it.
        let list = if name == "__proto__" { Vec::new() } else { vec![(Text::from(name), node)] };
        Self::Object(Members { list, overflow })
    }

    /// An array, or an object with its indexes as names where it is longer than arrays may be.
    fn limited(items: Items, rules: Rules) -> Self {
        let length = items.length();
        if length <= rules.array_limit {
            return Self::Array(items);
        }
        Self::Object(Members { list: items.into_members(), overflow: Some(length - 1) })
    }

    /// Two values of one name.
    fn combine(self, value: Self, rules: Rules) -> Self {
        match self {
            Self::Object(mut members) if members.overflow.is_some() => {
                members.append(value);
                Self::Object(members)
            }
            Self::Array(mut items) => {
                items.push(value);
                Self::limited(items, rules)
            }
            first => Self::limited(Items(vec![(0, first), (1, value)]), rules),
        }
    }

    fn merge(self, source: Self, rules: Rules) -> Self {
        match (self, source) {
            // An empty value adds nothing to one that is there.
            (target, Self::Leaf(text)) if text.is_empty() => target,
            (Self::Array(mut items), Self::Array(more)) => {
                items.merge(more, rules);
                Self::limited(items, rules)
            }
            (Self::Array(mut items), leaf @ Self::Leaf(_)) => {
                items.push(leaf);
                Self::limited(items, rules)
            }
            (Self::Object(mut members), leaf @ Self::Leaf(_)) if members.overflow.is_some() => {
                members.append(leaf);
                Self::Object(members)
            }
            (leaf @ Self::Leaf(_), Self::Array(items)) => {
                let shifted = items.0.into_iter().map(|(index, node)| (index + 1, node));
                Self::limited(Items(std::iter::once((0, leaf)).chain(shifted).collect()), rules)
            }
            (leaf @ Self::Leaf(_), Self::Object(Members { list, overflow: Some(last) })) => {
                let shifted = list.into_iter().map(|(name, node)| {
                    let index = bracket_index(&name).map_or(name, |index| Text::from((index + 1).to_string()));
                    (index, node)
                });
                let list = std::iter::once((Text::fixed("0"), leaf)).chain(shifted).collect();
                Self::Object(Members { list, overflow: Some(last + 1) })
            }
            (a @ Self::Leaf(_), b) | (a, b @ Self::Leaf(_)) => Self::Array(Items(vec![(0, a), (1, b)])),
            (target, source) => {
                let mut members = target.into_members();
                members.merge(source.into_members(), rules);
                Self::Object(members)
            }
        }
    }

    fn into_members(self) -> Members {
        match self {
            Self::Object(members) => members,
            Self::Array(items) => Members { list: items.into_members(), overflow: None },
            Self::Leaf(_) => Members::default(),
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Leaf(text) => Value::String(text),
            Self::Array(items) => Value::array(items.0.into_iter().map(|(_, node)| node.into_value()).collect()),
            Self::Object(members) => {
                Value::object(members.list.into_iter().map(|(name, node)| (name, node.into_value())).collect())
            }
        }
    }
}

// === impl Items ===

impl Items {
    fn length(&self) -> u64 {
        self.0.last().map_or(0, |(index, _)| index + 1)
    }

    fn push(&mut self, node: Node) {
        self.0.push((self.length(), node));
    }

    fn merge(&mut self, more: Self, rules: Rules) {
        for (index, item) in more.0 {
            match self.0.binary_search_by_key(&index, |(known, _)| *known) {
                Err(at) => self.0.insert(at, (index, item)),
                Ok(at) => match self.0.get_mut(at) {
                    Some((_, known)) if !matches!((&*known, &item), (Node::Leaf(_), _) | (_, Node::Leaf(_))) => {
                        let target = std::mem::replace(known, Node::Array(Self::default()));
                        *known = target.merge(item, rules);
                    }
                    _ => self.push(item),
                },
            }
        }
    }

    fn into_members(self) -> Vec<(Text, Node)> {
        self.0.into_iter().map(|(index, node)| (Text::from(index.to_string()), node)).collect()
    }
}

// === impl Members ===

impl Members {
    /// Adds at the next free index.
    fn append(&mut self, value: Node) {
        let next = self.overflow.map_or(0, |last| last + 1);
        self.list.push((Text::from(next.to_string()), value));
        self.overflow = Some(next);
    }

    fn merge(&mut self, source: Self, rules: Rules) {
        self.overflow = self.overflow.or(source.overflow);
        for (name, node) in source.list {
            if let (Some(last), Some(index)) = (self.overflow, bracket_index(&name)) {
                self.overflow = Some(last.max(index));
            }
            match self.list.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => {
                    let target = std::mem::replace(known, Node::Array(Items::default()));
                    *known = target.merge(node, rules);
                }
                None => self.list.push((name, node)),
            }
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
    use super::{FORM, QUERY, parse};
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
            ("toString=1", r#"{"toString":"1"}"#),
        ] {
            assert_eq!(to_compact(&parse(query, QUERY)).as_str(), json, "{query}");
        }
    }

    #[test]
    fn a_form_drops_inherited_names_and_makes_objects_of_long_arrays() {
        assert_eq!(to_compact(&parse("toString=1&a[valueOf]=2&b=3", FORM)).as_str(), r#"{"b":"3"}"#);
        let long: Vec<String> = (0..22).map(|n| format!("a={n}")).collect();
        let read = parse(&long.join("&"), FORM);
        assert_eq!(read.property("a").property("21").to_text().as_str(), "21");
        assert!(to_compact(&read).starts_with(r#"{"a":{"0":"0","1":"1""#));
        assert_eq!(to_compact(&parse("a[20]=x&a[]=y", FORM)).as_str(), r#"{"a":{"0":"y","20":"x"}}"#);
    }

    #[test]
    fn pairs_beyond_the_limit_are_ignored_and_empty_ones_count() {
        let query = format!("{}a=1", "&".repeat(999));
        assert_eq!(to_compact(&parse(&query, QUERY)).as_str(), r#"{"a":"1"}"#);
        let query = format!("{}a=1", "&".repeat(1000));
        assert_eq!(to_compact(&parse(&query, QUERY)).as_str(), "{}");
    }
}
