//! How a condition compares what it examines.

use ringback_model::environment::{Operator, Rule};
use ringback_values::{Regexp, RegexpError, Text, Value};

use super::{Facts, RuleError, lookup::Path, schema::SchemaCache};

/// A comparison, with what could be compiled of it.
#[derive(Debug)]
pub(super) enum Comparison {
    Null,
    EmptyArray,
    Equals,
    /// Only of arrays.
    Includes,
    Matches {
        flags: &'static str,
        /// Absent: the pattern is rendered for each request.
        pattern: Option<Result<Regexp, RegexpError>>,
    },
    Schema {
        /// Where among the buckets the schema is.
        path: Path,
        cache: SchemaCache,
    },
}

// === impl Comparison ===

impl Comparison {
    /// `value`: absent where it is rendered.
    pub(super) fn new(rule: &Rule, value: Option<&Text>) -> Self {
        let matches = |flags| Self::Matches { flags, pattern: value.map(|value| Regexp::compile(value, flags)) };
        match rule.operator {
            Operator::Null => Self::Null,
            Operator::EmptyArray => Self::EmptyArray,
            Operator::Equals => Self::Equals,
            // Without a modifier it is no better than `equals`.
            Operator::ArrayIncludes if rule.modifier.source.is_empty() => Self::Equals,
            Operator::ArrayIncludes => Self::Includes,
            Operator::Regex => matches(""),
            Operator::RegexIgnoreCase => matches("i"),
            Operator::JsonSchema => {
                Self::Schema { path: Path::names(&rule.value.source), cache: SchemaCache::default() }
            }
        }
    }

    /// Whether the value is compared with as a text, which may be a template.
    pub(super) fn uses_rendered_value(operator: Operator) -> bool {
        !matches!(operator, Operator::Null | Operator::EmptyArray | Operator::JsonSchema)
    }

    /// What V8 says of a pattern that is none.
    pub(super) fn problem(&self) -> Option<String> {
        match self {
            Self::Matches { pattern: Some(Err(error)), .. } => Some(error.to_string()),
            _ => None,
        }
    }

    pub(super) fn holds(&self, found: Value, value: &Text, facts: &dyn Facts) -> Result<bool, RuleError> {
        match self {
            Self::Null => return Ok(found.is_nullish() || matches!(&found, Value::String(text) if text.is_empty())),
            Self::EmptyArray => return Ok(matches!(&found, Value::Array(items) if items.is_empty())),
            _ => {}
        }
        let found = match found {
            Value::Undefined => return Ok(false),
            Value::Null => Value::EMPTY,
            found => found,
        };
        let is_value = |item: &Value| item.to_text() == *value;
        Ok(match (self, &found) {
            (Self::Matches { flags, pattern }, found) => {
                let compiled;
                let pattern = match pattern {
                    Some(pattern) => pattern.as_ref().map_err(Clone::clone)?,
                    None => {
                        compiled = Regexp::compile(value, flags)?;
                        &compiled
                    }
                };
                any(found, |item| pattern.is_match(&item.to_text()))
            }
            (Self::Schema { path, cache }, found) => {
                let schema = path.find_named(|| facts.buckets(), |name| facts.bucket(name))?;
                cache.is_valid(&schema, found)
            }
            (Self::Includes, Value::Array(items)) => items.iter().any(is_value),
            (Self::Includes, _) => false,
            (_, found) => any(found, is_value),
        })
    }
}

/// Of an array any item, anything else itself.
fn any(value: &Value, is: impl Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is),
        value => is(value),
    }
}
