//! `when.all = [...]` and `when.any = [...]` of a response.

use schemars::JsonSchema;
use serde::Deserialize;

use super::At;

/// The conditions under which a response is chosen: those of one of the two.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct When {
    /// Every one of them must hold.
    #[schemars(extend("examples" = [[{"in": "query", "at": "page", "equals": "2"}]]))]
    pub all: Option<At<Vec<At<Condition>>>>,
    /// One of them that holds is enough.
    #[schemars(extend("examples" = [[{"in": "header", "at": "x-tenant", "equals": "b"}]]))]
    pub any: Option<At<Vec<At<Condition>>>>,
}

/// A condition on a request and the state that it finds: what is looked at, and one comparison.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Condition {
    /// What is looked at.
    #[serde(rename = "in")]
    #[schemars(example = &"body")]
    pub target: At<Target>,
    /// Which part of it, a template: the name of a field, a path of names and numbers (`customer.tags.0`), or a JSONPath where it
    /// begins with `$`. Absent: all of it.
    #[schemars(example = &"customer.tier")]
    #[serde(default)]
    pub at: Option<At<String>>,
    /// It is this text, a template; of a list, an element is.
    #[schemars(example = &"gold")]
    #[serde(default)]
    pub equals: Option<At<String>>,
    /// This regular expression (ECMAScript), a template, finds something.
    #[schemars(example = &"^[0-9]+$")]
    #[serde(default)]
    pub matches: Option<At<String>>,
    /// The same, whatever the case.
    #[schemars(example = &"^gold$")]
    #[serde(default)]
    pub matches_ignore_case: Option<At<String>>,
    /// It is a list with an element of this text, a template.
    #[schemars(example = &"urgent")]
    #[serde(default)]
    pub includes: Option<At<String>>,
    /// It satisfies the JSON Schema that this bucket holds: its name, or a path that begins with it.
    #[schemars(example = &"order-schema")]
    #[serde(default)]
    pub satisfies: Option<At<String>>,
    /// It is of this kind.
    #[serde(default)]
    pub is: Option<At<Kind>>,
    /// Whether the condition holds where the comparison does not. Absent: no.
    #[schemars(example = true)]
    #[serde(default)]
    pub not: bool,
}

/// What a condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Target {
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
    /// The request's path.
    Path,
    /// The method, in lower case.
    Method,
    /// How many requests the route has answered, this one included.
    RequestNumber,
    /// A variable that a template set with `setGlobalVar`.
    GlobalVariable,
    /// A bucket: `at` begins with its name.
    Bucket,
    /// What `at`, a template, renders to.
    Template,
    /// Nothing: no comparison ever holds.
    Nothing,
}

/// A kind of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Kind {
    /// Nothing is there, or `null`, or an empty text.
    Null,
    /// A list without elements.
    EmptyArray,
}
