//! JSON Schema of draft 7 as Ajv 8 has it in its strict mode: a schema with a keyword or format that is not known, or
//! with one that is ignored where it stands, is none, and nothing satisfies it.
//!
//! Our own since it works on values as they are, where a general validator would have each body and schema converted, and
//! since the schema lies in a bucket that may change: it is compiled again when it has.

mod compile;
mod format;
mod validate;

pub(crate) use self::format::Format;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use ringback_values::{Regexp, Text, Value};

/// A compiled schema: nodes that name each other by their place.
#[derive(Debug)]
struct Schema {
    nodes: Vec<Node>,
}

/// The place of a node.
type Place = usize;

/// One schema object.
#[derive(Debug, Default)]
struct Node {
    checks: Vec<Check>,
}

/// What must hold of a value. Those that are for one type say nothing of others.
#[derive(Debug)]
enum Check {
    Never,
    Type(Vec<Type>),
    Enum(Vec<Value>),
    MultipleOf(f64),
    Maximum {
        limit: f64,
        exclusive: bool,
    },
    Minimum {
        limit: f64,
        exclusive: bool,
    },
    /// In characters.
    Length {
        least: usize,
        most: usize,
    },
    Pattern(Regexp),
    Format(format::Format),
    Items {
        least: usize,
        most: usize,
    },
    Unique,
    Contains(Place),
    EachItem(Place),
    /// The first items, and the rest.
    Tuple {
        items: Vec<Place>,
        rest: Option<Place>,
    },
    Members {
        least: usize,
        most: usize,
    },
    Required(Vec<Text>),
    Properties(Properties),
    Names(Place),
    /// Where a member is there, these must be too.
    Requires(Text, Vec<Text>),
    /// Where a member is there, this holds of the whole.
    Implies(Text, Place),
    All(Vec<Place>),
    Any(Vec<Place>),
    One(Vec<Place>),
    Not(Place),
    If {
        condition: Place,
        then: Option<Place>,
        otherwise: Option<Place>,
    },
}

/// What holds of an object's members.
#[derive(Debug, Default)]
struct Properties {
    named: BTreeMap<String, Place>,
    patterns: Vec<(Regexp, Place)>,
    /// Of members that neither names nor patterns cover.
    rest: Option<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Null,
    Boolean,
    Number,
    Integer,
    String,
    Array,
    Object,
}

/// Why a schema is none. Nobody sees it: Mockoon only says that the rule does not hold.
#[derive(Debug)]
struct NotASchema;

/// The schema that was compiled last. A bucket's schema changes rarely.
#[derive(Debug, Default)]
pub(super) struct SchemaCache(Mutex<Option<Compiled>>);

#[derive(Debug, Clone)]
struct Compiled {
    source: Value,
    /// Absent: it is none.
    schema: Option<Arc<Schema>>,
}

// === impl SchemaCache ===

impl SchemaCache {
    /// Whether a value satisfies a schema. What is no schema is satisfied by nothing.
    pub(super) fn is_valid(&self, schema: &Value, value: &Value) -> bool {
        schema.is_truthy() && self.compiled(schema).is_some_and(|schema| schema.is_valid(value))
    }

    fn compiled(&self, source: &Value) -> Option<Arc<Schema>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(known) if known.source.deep_eq(source) => known.schema.clone(),
            _ => {
                let schema = Schema::compile(source).ok().map(Arc::new);
                *last = Some(Compiled { source: source.clone(), schema: schema.clone() });
                schema
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ringback_values::{Text, json};

    use super::SchemaCache;

    fn is_valid(schema: &str, value: &str) -> bool {
        let read = |text: &str| json::parse(&Text::from(text)).unwrap();
        SchemaCache::default().is_valid(&read(schema), &read(value))
    }

    #[test]
    fn keywords_hold_of_the_types_that_they_are_for() {
        for (schema, valid, invalid) in [
            (r#"{"type":"integer"}"#, &["1", "1.0"][..], &["1.5", "\"1\"", "null"][..]),
            (r#"{"type":["string","null"]}"#, &["\"a\"", "null"], &["1", "{}"]),
            (r#"{"type":"string","nullable":true}"#, &["\"a\"", "null"], &["1"]),
            (r#"{"minimum":1,"exclusiveMaximum":3}"#, &["1", "2.9", "\"x\""], &["0", "3"]),
            (
                r#"{"minLength":1,"maxLength":2,"pattern":"^a"}"#,
                &["\"a\"", "\"a😀\"", "5"],
                &["\"\"", "\"abc\"", "\"b\""],
            ),
            (r#"{"enum":[1,{"a":[1]}]}"#, &["1", r#"{"a":[1]}"#], &["2", r#"{"a":[2]}"#]),
            (r#"{"const":null}"#, &["null"], &["0"]),
            (
                r#"{"required":["a"],"properties":{"a":{"type":"number"}}}"#,
                &[r#"{"a":1,"b":2}"#, "[]"],
                &["{}", r#"{"a":"1"}"#],
            ),
            (
                r#"{"properties":{"a":true},"patternProperties":{"^x":{"type":"number"}},"additionalProperties":false}"#,
                &[r#"{"a":1,"xy":2}"#],
                &[r#"{"b":1}"#, r#"{"xy":"2"}"#],
            ),
            (r#"{"items":{"type":"number"},"minItems":1,"uniqueItems":true}"#, &["[1,2]"], &["[]", "[1,1]", "[\"a\"]"]),
            (r#"{"items":[{"type":"number"}],"additionalItems":false}"#, &["[1]", "[]"], &["[1,2]"]),
            (r#"{"contains":{"const":1}}"#, &["[2,1]"], &["[]", "[2]"]),
            (r#"{"anyOf":[{"type":"number"},{"type":"null"}],"not":{"const":5}}"#, &["1", "null"], &["5", "\"x\""]),
            (r#"{"oneOf":[{"minimum":1},{"minimum":5}]}"#, &["2"], &["6", "0"]),
            (r#"{"if":{"const":1},"then":false,"else":true}"#, &["2"], &["1"]),
            (
                r##"{"$ref":"#/definitions/n","definitions":{"n":{"properties":{"next":{"$ref":"#/definitions/n"}},"required":["v"]}}}"##,
                &[r#"{"v":1,"next":{"v":2}}"#],
                &[r#"{"v":1,"next":{}}"#],
            ),
            (
                r##"{"$id":"http://x/s","allOf":[{"$ref":"#a"}],"definitions":{"a":{"$id":"#a","type":"number"}}}"##,
                &["1"],
                &["\"1\""],
            ),
            (
                r#"{"dependencies":{"a":["b"],"c":{"required":["d"]}}}"#,
                &[r#"{"a":1,"b":1}"#, "{}"],
                &[r#"{"a":1}"#, r#"{"c":1}"#],
            ),
            (
                r#"{"propertyNames":{"maxLength":1},"maxProperties":1}"#,
                &[r#"{"a":1}"#],
                &[r#"{"ab":1}"#, r#"{"a":1,"b":2}"#],
            ),
            (r#"{"multipleOf":2}"#, &["4"], &["5"]),
            (r#"{"format":"date"}"#, &["\"2024-02-29\"", "5"], &["\"2023-02-29\"", "\"x\""]),
            (r#"{"format":"int32"}"#, &["5", "\"x\""], &["5.5", "3000000000"]),
        ] {
            for value in valid {
                assert!(is_valid(schema, value), "{schema} of {value}");
            }
            for value in invalid {
                assert!(!is_valid(schema, value), "{schema} of {value}");
            }
        }
    }

    #[test]
    fn what_strict_mode_refuses_is_no_schema() {
        for schema in [
            r#"{"unknown":1}"#,
            r#"{"format":"no-such"}"#,
            r#"{"type":"no-such"}"#,
            r#"{"pattern":"("}"#,
            r#"{"if":{}}"#,
            r#"{"then":{}}"#,
            r#"{"additionalItems":false}"#,
            r#"{"nullable":true}"#,
            r#"{"minLength":-1}"#,
            r#"{"required":"a"}"#,
            r#"{"enum":[]}"#,
            r#"{"enum":[1,1]}"#,
            r#"{"type":["null","null"]}"#,
            r#"{"id":"x"}"#,
            r#"{"properties":{"ab":{}},"patternProperties":{"a":{}}}"#,
            r##"{"$ref":"#/definitions/none"}"##,
            r##"{"$ref":"#"}"##,
            r#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#,
            r#""text""#,
            "5",
            "false",
        ] {
            assert!(!is_valid(schema, "{}"), "{schema}");
        }
        assert!(is_valid("true", "{}"));
        assert!(is_valid(r#"{"$schema":"http://json-schema.org/draft-07/schema#","title":"t"}"#, "{}"));
    }

    #[test]
    fn a_schema_that_changes_is_compiled_again() {
        let read = |text: &str| json::parse(&Text::from(text)).unwrap();
        let cache = SchemaCache::default();
        assert!(cache.is_valid(&read(r#"{"type":"number"}"#), &read("1")));
        assert!(!cache.is_valid(&read(r#"{"type":"string"}"#), &read("1")));
    }

    proptest! {
        #[test]
        fn any_value_may_be_taken_for_a_schema(text in r#"\{"(type|items|properties|\$ref|allOf|enum|if|format)":("[a-z#/]{0,5}"|\[\]|\{\}|\[\{\}\]|null|1)\}"#) {
            is_valid(&text, "{}");
        }
    }
}
