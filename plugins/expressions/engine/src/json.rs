//! JSON texts as templates look into them: read once into a flat list of places in the text, which nothing is copied out of
//! until it is printed. Printing is Jackson's, which Microcks reads and prints with: numbers with a fraction or an exponent
//! are Java's `double`, everything else stands as it was.

mod number;
mod pointer;
mod print;
mod read;

pub(crate) use pointer::Pointer;
pub(crate) use print::write_string;

/// A JSON text that was read.
#[derive(Debug)]
pub(crate) struct Json {
    /// Values in the order of the text, each before what it holds; an object's names stand before their values.
    nodes: Vec<Node>,
}

/// A value in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    kind: Kind,
    /// Its bytes; of a string those between the quotes.
    start: u32,
    end: u32,
    /// The index of what follows it and all that it holds.
    next: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    True,
    False,
    /// A number without fraction and exponent.
    Integer,
    /// Any other number.
    Float,
    /// A string without escapes.
    Plain,
    /// A string with escapes.
    Escaped,
    Array,
    Object,
}

// === impl Json ===

impl Json {
    /// The value itself.
    pub(crate) const ROOT: usize = 0;

    /// Whether the value is an object.
    pub(crate) fn is_object(&self) -> bool {
        self.nodes.first().is_some_and(|node| node.kind == Kind::Object)
    }

    fn node(&self, at: usize) -> Option<Node> {
        self.nodes.get(at).copied()
    }

    fn source(node: Node, text: &str) -> &str {
        text.get(node.start as usize..node.end as usize).unwrap_or_default()
    }
}

/// The text of a member of an object, as templates print it: for whoever reads settings. Absent: the text is no JSON object, or
/// has no such member.
#[must_use]
pub fn member_text(json: &str, name: &str) -> Option<String> {
    let read = Json::parse(json).filter(Json::is_object)?;
    let at = read.find(json, Json::ROOT, &Pointer::member(name))?;
    let mut out = String::new();
    read.write(json, at, &mut out);
    Some(out)
}
