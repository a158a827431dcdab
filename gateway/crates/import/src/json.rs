//! JSON whose values know their places.

use std::{collections::HashMap, ops::Range, sync::Arc};

use jsonc_parser::{ParseOptions, ast, common::Ranged, errors::ParseErrorKind, parse_to_ast};
use ringback_diag::Diagnostic;

mod edit;
mod write;

pub(crate) use write::number_text;

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) value: Value,
    /// Bytes of the file: from, to. Quotes and brackets belong to it.
    pub(crate) span: Range<usize>,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// As JavaScript has them.
    Number(f64),
    String(Arc<str>),
    Array(Vec<Node>),
    /// In the order of the file; of two members of one name the later one is meant.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Where the name was written.
    pub(crate) span: Range<usize>,
    pub(crate) node: Node,
}

/// Strict JSON.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a text.
///
/// # Errors
/// When it is not JSON: what and where.
pub(crate) fn parse(file: &Arc<str>, text: &str) -> Result<Node, Diagnostic> {
    parse_ast(file, text).map(node)
}

/// Reads a text as the parser's own values.
///
/// # Errors
/// When it is not JSON: what and where.
pub(crate) fn parse_ast<'t>(file: &Arc<str>, text: &'t str) -> Result<ast::Value<'t>, Diagnostic> {
    let parsed = parse_to_ast(text, &Default::default(), &STRICT).map_err(|error| {
        let range = error.range();
        Diagnostic::error(format!("this is not JSON: {}", phrase(error.kind()))).at(file, range.start..range.end)
    })?;
    parsed.value.ok_or_else(|| {
        Diagnostic::error("this is not JSON: the file is empty").at(file, 0..0).help("name a Mockoon environment")
    })
}

/// The parser's sentence as a phrase.
fn phrase(kind: &ParseErrorKind) -> String {
    let sentence = kind.to_string();
    let mut chars = sentence.chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect::<String>().trim_end_matches('.').to_owned()
}

/// By what JavaScript orders the names of an object's properties: whole numbers come first, by size.
pub(crate) fn enumeration_key(name: &str) -> (bool, u32) {
    let index = name.parse::<u32>().ok().filter(|index| *index < u32::MAX && index.to_string() == name);
    index.map_or((true, 0), |index| (false, index))
}

fn node(value: ast::Value<'_>) -> Node {
    let range = value.range();
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        // Every JSON number is a Rust number; one that is too large is infinite, as in JavaScript.
        ast::Value::NumberLit(literal) => Value::Number(literal.value.parse().unwrap_or(f64::NAN)),
        ast::Value::StringLit(literal) => Value::String(literal.value.into()),
        ast::Value::Array(array) => Value::Array(array.elements.into_iter().map(node).collect()),
        ast::Value::Object(object) => Value::Object(object.properties.into_iter().map(member).collect()),
    };
    Node { value, span: range.start..range.end }
}

fn member(property: ast::ObjectProp<'_>) -> Member {
    let range = property.name.range();
    let name = property.name.as_str().to_owned();
    Member { name, span: range.start..range.end, node: node(property.value) }
}

// === impl Node ===

impl Node {
    /// What it is, with its article: `an array`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// A member of an object. Absent: it has no such member, or is no object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Value::Object(members) = &self.value else { return None };
        members.iter().rev().find(|member| member.name == name).map(|member| &member.node)
    }

    /// The members of an object in the order in which JavaScript enumerates them: names that are whole numbers first, by
    /// size. Of two of one name, the later one in the place of the earlier one.
    pub(crate) fn in_order(&self) -> Vec<(&str, &Self)> {
        let Value::Object(members) = &self.value else { return vec![] };
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut ordered: Vec<(&str, &Self)> = vec![];
        for Member { name, node, .. } in members {
            match places.get(&**name).and_then(|at| ordered.get_mut(*at)) {
                Some((_, place)) => *place = node,
                None => {
                    places.insert(name, ordered.len());
                    ordered.push((name, node));
                }
            }
        }
        ordered.sort_by_key(|(name, _)| enumeration_key(name));
        ordered
    }

    /// A member of an object, or an element of an array by its number.
    pub(crate) fn at(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Array(elements) => elements.get(name.parse::<usize>().ok()?),
            _ => self.get(name),
        }
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&Arc<str>> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array; none of what is no array.
    pub(crate) fn elements(&self) -> &[Self] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The place of a string's content; of another value, its own.
    pub(crate) fn content(&self) -> Range<usize> {
        match self.value {
            Value::String(_) => self.span.start + 1..self.span.end.saturating_sub(1).max(self.span.start + 1),
            _ => self.span.clone(),
        }
    }
}
