//! What a `[[route]]` says that chooses among its responses by a key of the request: `dispatch`, and what goes with it.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{At, DurationText, Entries, Texts};

/// What responses are chosen by: nothing, or what the table says.
#[derive(Debug, Clone)]
pub(crate) enum Dispatch {
    /// Any of them fits.
    Any,
    /// A key of the request.
    Table(Box<DispatchTable>),
}

/// The word for [`Dispatch::Any`].
pub(crate) const ANY: &str = "any";

/// What responses are chosen by: parameters of path and query, header fields, a part of a JSON content, or what a plugin
/// says.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct DispatchTable {
    /// Path parameters: the response `for` their values is chosen. With `query` both count.
    #[schemars(extend("examples" = [["name"]]))]
    pub path: Option<At<Texts>>,
    /// Query parameters: the response `for` their values is chosen. With `path` both count.
    #[schemars(extend("examples" = [["page"]]))]
    pub query: Option<At<Texts>>,
    /// Header fields: the response `for` their values is chosen.
    #[schemars(extend("examples" = [["x-tenant"]]))]
    pub header: Option<At<Texts>>,
    /// A part of the request's JSON content, by a JSON Pointer (empty: the whole); one of the five tables beside it says which
    /// response it means.
    #[schemars(example = &"/customer/country")]
    pub body: Option<At<String>>,
    /// The response by the part's text; numbers and booleans as text, nothing as an empty one.
    #[schemars(extend("examples" = [{"card": "paid by card"}]))]
    pub equals: Option<At<Entries<At<String>>>>,
    /// The response by a range that the part, a number, is in: `[1;5]`, or `]1;5[` without its ends.
    #[schemars(extend("examples" = [{"[0;17]": "minor", "]17;150]": "adult"}]))]
    pub range: Option<At<Entries<At<String>>>>,
    /// The response by a range that the part's length is in, an array's.
    #[schemars(extend("examples" = [{"[0;0]": "empty", "[1;99]": "some"}]))]
    pub size: Option<At<Entries<At<String>>>>,
    /// The response by a regular expression that takes the whole of the part's text.
    #[schemars(extend("examples" = [{"FR.*": "french"}]))]
    pub regexp: Option<At<Entries<At<String>>>>,
    /// The response where the part is `found`, `null` too, and where it is `missing`.
    #[schemars(extend("examples" = [{"found": "with coupon", "missing": "without"}]))]
    pub presence: Option<At<Entries<At<String>>>>,
    /// The response for what none of these takes. Absent: none, and `fallback` counts.
    #[schemars(example = &"paid in cash")]
    pub default: Option<At<String>>,
    /// A responder plugin, whose answer is the label of the response as text, or its `key`. Beside `script`: it takes the
    /// script's place where a plugin of this name serves; absent: `dispatch`.
    #[schemars(example = &"choose")]
    pub plugin: Option<At<String>>,
    /// A script as Microcks has them, which returns the label of the response, or its `key`.
    #[schemars(example = &"return mockRequest.getRequestHeader('x-tenant')[0]")]
    pub script: Option<At<String>>,
    /// What the script is written in. Absent: `javascript`.
    pub language: Option<At<ScriptLanguage>>,
}

/// What a script is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum ScriptLanguage {
    /// JavaScript.
    Javascript,
    /// Groovy.
    Groovy,
}

/// The server that answers requests instead. The path that it gets is the request's without `base`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Forward {
    /// It answers all of them: scheme, host and a path that stands before theirs.
    #[schemars(example = &"https://api.example.com")]
    pub always: Option<At<String>>,
    /// It answers those for which no response is chosen.
    #[schemars(example = &"https://api.example.com")]
    pub unmatched: Option<At<String>>,
}

/// What must hold of a request's parameter; else the request is told 400.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Constraint {
    /// Where the parameter is.
    #[serde(rename = "in")]
    #[schemars(example = &"query")]
    pub place: At<Place>,
    /// Its name.
    #[schemars(example = &"page")]
    pub name: At<String>,
    /// Whether it must be there. Absent: no.
    #[schemars(example = true)]
    #[serde(default)]
    pub required: bool,
    /// A regular expression that takes its whole value, if it is there. Absent: any value will do.
    #[schemars(example = &"[0-9]+")]
    #[serde(default)]
    pub regexp: Option<At<String>>,
    /// Whether the answer carries the same header field. Absent: no.
    #[schemars(example = true)]
    #[serde(default)]
    pub recopy: bool,
}

/// Where a request has a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub(crate) enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// In a form that is the request's content.
    Form,
}

/// A delay that varies.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Delay {
    /// Any length up to this.
    pub up_to: Option<At<DurationText>>,
    /// This length, `percent` more or less.
    pub around: Option<At<DurationText>>,
    /// How far a delay `around` a length varies. Absent: not at all.
    #[schemars(range(min = 0, max = 100), example = 20)]
    pub percent: Option<At<i64>>,
}

// === impl Dispatch ===

impl<'de> Deserialize<'de> for Dispatch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Dispatch;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "`{ANY}`, or a table")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Dispatch, E> {
                if word == ANY { Ok(Dispatch::Any) } else { Err(E::invalid_value(de::Unexpected::Str(word), &self)) }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Dispatch, A::Error> {
                DispatchTable::deserialize(MapAccessDeserializer::new(map)).map(Box::new).map(Dispatch::Table)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl JsonSchema for Dispatch {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Dispatch".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<DispatchTable>();
        json_schema!({ "anyOf": [{ "type": "string", "enum": [ANY] }, table] })
    }
}
