//! What an expression of XPath gives, and how it converts (section 4).

use roxmltree::Node as Xml;

/// A node: attributes are nodes too.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'d> {
    Tree(Xml<'d, 'd>),
    /// An element's attribute, by its index.
    Attribute(Xml<'d, 'd>, usize),
}

/// A value.
#[derive(Debug)]
pub(super) enum Value<'d> {
    /// In document order, each once.
    Nodes(Vec<Node<'d>>),
    Bool(bool),
    Number(f64),
    Text(String),
}

// === impl Node ===

impl<'d> Node<'d> {
    /// Where it stands in the document.
    pub(super) fn order(self) -> (u32, usize) {
        match self {
            Self::Tree(node) => (node.id().get(), 0),
            Self::Attribute(owner, index) => (owner.id().get(), index + 1),
        }
    }

    /// Its text: of an element and of the document, all text within.
    pub(super) fn text(self) -> String {
        match self {
            Self::Attribute(owner, index) => {
                owner.attributes().nth(index).map_or_else(String::new, |attribute| attribute.value().to_owned())
            }
            Self::Tree(node) if node.is_element() || node.is_root() => {
                node.descendants().filter(Xml::is_text).filter_map(|text| text.text()).collect()
            }
            Self::Tree(node) => match node.pi() {
                Some(instruction) => instruction.value.unwrap_or_default().to_owned(),
                None => node.text().unwrap_or_default().to_owned(),
            },
        }
    }

    /// Its name without the prefix; empty where it has none.
    pub(super) fn local_name(self) -> &'d str {
        match self {
            Self::Attribute(owner, index) => owner.attributes().nth(index).map_or("", |attribute| attribute.name()),
            Self::Tree(node) => node.pi().map_or_else(|| node.tag_name().name(), |instruction| instruction.target),
        }
    }

    /// The namespace of its name. Absent: none.
    pub(super) fn namespace(self) -> Option<&'d str> {
        match self {
            Self::Attribute(owner, index) => owner.attributes().nth(index)?.namespace(),
            Self::Tree(node) => node.tag_name().namespace(),
        }
    }

    /// Its name with the prefix that is in force for its namespace.
    pub(super) fn name(self) -> String {
        let (Self::Tree(scope) | Self::Attribute(scope, _)) = self;
        let uri = self.namespace();
        // An attribute without a prefix has no namespace; an element may have the one that needs none.
        let needs_none = matches!(self, Self::Tree(_)) && uri == scope.default_namespace();
        match uri.filter(|_| !needs_none).and_then(|uri| scope.lookup_prefix(uri)) {
            Some(prefix) => format!("{prefix}:{}", self.local_name()),
            None => self.local_name().to_owned(),
        }
    }
}

// === impl Value ===

impl Value<'_> {
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
        }
    }

    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(number) => *number,
            Self::Text(text) => number(text),
            Self::Nodes(nodes) => nodes.first().map_or(f64::NAN, |node| number(&node.text())),
        }
    }

    pub(super) fn into_text(self) -> String {
        match self {
            Self::Nodes(nodes) => nodes.first().map_or_else(String::new, |node| node.text()),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => print(number),
            Self::Text(text) => text,
        }
    }
}

/// The number that a text is; none that XPath does not write either.
pub(super) fn number(text: &str) -> f64 {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

fn print(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    // `-0` is `0`.
    (number + 0.0).to_string()
}
