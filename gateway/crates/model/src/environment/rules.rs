//! Conditions under which a response is chosen (`mockoon.md`, section 3).

use super::{Origin, Text};

/// The conditions of one response.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// How they are taken together.
    pub combine: Combine,
    /// In the order of the document. Empty: the response is never chosen by conditions.
    pub rules: Vec<Rule>,
}

/// How conditions are taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combine {
    /// One that holds is enough.
    #[default]
    Any,
    /// Every one must hold.
    All,
}

/// A condition on a request and the state that it finds.
#[derive(Debug, Clone)]
pub struct Rule {
    /// What is looked at.
    pub target: Target,
    /// Which part of it: a name, an object path, a JSONPath where it begins with `$`. Empty: all of it.
    pub modifier: Text,
    /// How it is compared.
    pub operator: Operator,
    /// What it is compared with.
    pub value: Text,
    /// Whether the condition holds where the comparison does not.
    pub invert: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// The request's content, parsed by its type.
    Body,
    /// The query.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// A value that the route's path captured.
    Parameter,
    /// The request's target.
    Path,
    /// The method, in lower case.
    Method,
    /// How many requests the route has answered, this one included.
    RequestNumber,
    /// A global variable.
    GlobalVariable,
    /// A data bucket.
    Bucket,
    /// What the modifier, a template, renders to.
    Template,
    /// A word that is not known: the comparison never holds.
    Unknown,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The same text; of a list, an element with the same text.
    Equals,
    /// A regular expression (ECMAScript) finds something.
    Regex,
    /// A regular expression finds something, whatever the case.
    RegexIgnoreCase,
    /// Nothing is there, or `null`, or an empty text.
    Null,
    /// A list without elements.
    EmptyArray,
    /// A list with an element of the same text.
    ArrayIncludes,
    /// It satisfies the JSON Schema that a data bucket holds, which the value names.
    JsonSchema,
}

// === impl Rules ===

impl Rules {
    /// Whether a part of a condition is rendered before it is looked at.
    pub fn is_templated(&self) -> bool {
        self.rules.iter().any(|rule| rule.target == Target::Template || rule.modifier.templated || rule.value.templated)
    }
}
