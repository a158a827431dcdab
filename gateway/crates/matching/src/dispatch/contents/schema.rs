//! A schema of OpenAPI, any version, and what is wrong with a value by it. Keywords are tried in the order in which they are
//! written, and what is not known is let pass.
//!
//! Our own beside [`rules::schema`](crate::rules), which is Ajv's strict mode and says only whether: here each error is told,
//! in another tool's words, and nothing is a reason to refuse a schema. A general validator would bring twenty crates for it.

use std::{cell::Cell, collections::HashMap};

use ringback_values::{Regexp, Text};
use serde_json::{Map, Value};

use super::messages as say;
use crate::rules::Format;

/// How deep schemas refer to each other: one that refers to itself without end stops there.
const DEEPEST: u32 = 128;
/// How many schemas are tried for one content: those that refer to themselves in two places multiply.
const STEPS_MAX: u32 = 200_000;
/// How many errors are told.
const ERRORS_MAX: usize = 100;

/// A schema with its patterns compiled.
#[derive(Debug)]
pub(super) struct Schema {
    root: Value,
    /// By source. Those that do not compile are let pass.
    patterns: HashMap<String, Regexp>,
}

/// What is wrong with a value so far.
struct Walk<'s> {
    schema: &'s Schema,
    depth: u32,
    steps: &'s Cell<u32>,
}

// === impl Schema ===

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// That it is no JSON, or no schema at all.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let root: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if !(root.is_object() || root.is_boolean()) {
            return Err("it is neither an object nor a boolean".into());
        }
        let mut patterns = HashMap::new();
        gather(&root, &mut patterns);
        Ok(Self { root, patterns })
    }

    /// What is wrong with a value. Empty: nothing.
    pub(super) fn errors(&self, value: &Value) -> Vec<String> {
        let steps = Cell::new(0);
        let mut errors = Walk { schema: self, depth: 0, steps: &steps }.errors(&self.root, value);
        errors.truncate(ERRORS_MAX);
        errors
    }

    fn resolve(&self, reference: &str) -> Option<&Value> {
        let pointer = reference.strip_prefix('#')?;
        let decoded = percent_encoding::percent_decode_str(pointer).decode_utf8().ok()?;
        self.root.pointer(&decoded)
    }
}

/// Compiles every pattern in a schema.
fn gather(schema: &Value, patterns: &mut HashMap<String, Regexp>) {
    let mut add = |source: &str| {
        if let Ok(pattern) = Regexp::compile(source, "u").or_else(|_| Regexp::compile(source, "")) {
            patterns.insert(source.to_owned(), pattern);
        }
    };
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(pattern)) = members.get("pattern") {
                add(pattern);
            }
            if let Some(Value::Object(named)) = members.get("patternProperties") {
                named.keys().for_each(|source| add(source));
            }
            members.values().for_each(|member| gather(member, patterns));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, patterns)),
        _ => {}
    }
}

// === impl Walk ===

impl Walk<'_> {
    fn errors(&self, schema: &Value, value: &Value) -> Vec<String> {
        self.steps.set(self.steps.get() + 1);
        if self.depth > DEEPEST || self.steps.get() > STEPS_MAX {
            return vec![];
        }
        let deeper = Self { depth: self.depth + 1, ..*self };
        match schema {
            Value::Bool(false) => vec![say::NEVER.into()],
            Value::Object(keywords) if !(value.is_null() && is_true(keywords.get("nullable"))) => {
                keywords.iter().flat_map(|(keyword, of)| deeper.keyword(keyword, of, keywords, value)).collect()
            }
            _ => vec![],
        }
    }

    fn holds(&self, schema: &Value, value: &Value) -> bool {
        self.errors(schema, value).is_empty()
    }

    fn keyword(&self, keyword: &str, of: &Value, schema: &Map<String, Value>, value: &Value) -> Vec<String> {
        let one = |wrong: bool, say: &dyn Fn() -> String| if wrong { vec![say()] } else { vec![] };
        match keyword {
            "$ref" => {
                let target = of.as_str().and_then(|reference| self.schema.resolve(reference));
                target.map_or_else(Vec::new, |target| self.errors(target, value))
            }
            "type" => one(!is_of_type(of, value), &|| say::wrong_type(value, of)),
            "enum" => {
                let values = of.as_array().map(Vec::as_slice).unwrap_or_default();
                one(!values.iter().any(|known| same(known, value)), &|| say::not_among(values))
            }
            "const" => one(!same(of, value), &|| say::not_the_constant(of)),
            "allOf" => each(of).flat_map(|schema| self.errors(schema, value)).collect(),
            "anyOf" => {
                let all: Vec<_> = each(of).map(|schema| self.errors(schema, value)).collect();
                if all.iter().any(Vec::is_empty) { vec![] } else { all.concat() }
            }
            "oneOf" => {
                let all: Vec<_> = each(of).map(|schema| self.errors(schema, value)).collect();
                match all.iter().filter(|errors| errors.is_empty()).count() {
                    1 => vec![],
                    0 => std::iter::once(say::not_exactly_one(0)).chain(all.concat()).collect(),
                    valid => vec![say::not_exactly_one(valid)],
                }
            }
            "not" => one(self.holds(of, value), &|| say::must_not_be(of)),
            "if" => {
                let branch = schema.get(if self.holds(of, value) { "then" } else { "else" });
                branch.map_or_else(Vec::new, |branch| self.errors(branch, value))
            }
            _ => match value {
                Value::Number(number) => number_errors(keyword, of, schema, number.as_f64().unwrap_or(f64::NAN)),
                Value::String(text) => self.text_errors(keyword, of, text),
                Value::Array(items) => self.array_errors(keyword, of, schema, items),
                Value::Object(members) => self.object_errors(keyword, of, schema, members),
                Value::Null | Value::Bool(_) => vec![],
            },
        }
    }

    fn text_errors(&self, keyword: &str, of: &Value, text: &str) -> Vec<String> {
        let wrong = match keyword {
            "minLength" | "maxLength" => {
                return sized(keyword, of, text.chars().count());
            }
            "pattern" => {
                let source = of.as_str().unwrap_or_default();
                let pattern = self.schema.patterns.get(source);
                pattern.is_some_and(|pattern| !pattern.is_match(text)).then(|| say::no_match(source))
            }
            "format" => {
                let name = of.as_str().unwrap_or_default();
                let value = ringback_values::Value::String(Text::from(text));
                // Encoded bytes are nothing that Microcks looks at.
                let wrong =
                    Format::named(name).filter(|_| name != "byte").is_some_and(|format| !format.is_valid(&value));
                wrong.then(|| say::bad_format(name))
            }
            _ => None,
        };
        wrong.into_iter().collect()
    }

    fn array_errors(&self, keyword: &str, of: &Value, schema: &Map<String, Value>, items: &[Value]) -> Vec<String> {
        let fixed = || schema.get("prefixItems").or(schema.get("items")).and_then(Value::as_array).map_or(0, Vec::len);
        match keyword {
            "minItems" | "maxItems" => sized(keyword, of, items.len()),
            "uniqueItems" if is_true(Some(of)) => {
                let twice = |(at, item): (usize, &Value)| items.iter().take(at).any(|known| same(known, item));
                items.iter().enumerate().any(twice).then(|| say::NOT_UNIQUE.to_owned()).into_iter().collect()
            }
            "prefixItems" => each(of).zip(items).flat_map(|(schema, item)| self.errors(schema, item)).collect(),
            "items" if of.is_array() => {
                each(of).zip(items).flat_map(|(schema, item)| self.errors(schema, item)).collect()
            }
            "items" | "additionalItems" => {
                let skipped = if keyword == "items" && !schema.contains_key("prefixItems") { 0 } else { fixed() };
                let rest = items.iter().enumerate().skip(skipped);
                match of {
                    Value::Bool(false) => rest.map(|(index, _)| say::strange_item(index)).collect(),
                    of => rest.flat_map(|(_, item)| self.errors(of, item)).collect(),
                }
            }
            "contains" => {
                let found = items.iter().any(|item| self.holds(of, item));
                (!found).then(|| say::lacks(of)).into_iter().collect()
            }
            _ => vec![],
        }
    }

    fn object_errors(
        &self,
        keyword: &str,
        of: &Value,
        schema: &Map<String, Value>,
        members: &Map<String, Value>,
    ) -> Vec<String> {
        let named = || of.as_object().into_iter().flatten();
        match keyword {
            "minProperties" | "maxProperties" => sized(keyword, of, members.len()),
            "required" => {
                let names = each(of).filter_map(Value::as_str);
                names.filter(|name| !members.contains_key(*name)).map(say::missing).collect()
            }
            "properties" => {
                named().filter_map(|(name, schema)| Some(self.errors(schema, members.get(name)?))).flatten().collect()
            }
            "patternProperties" => named()
                .flat_map(|(source, schema)| {
                    let fitting = members.iter().filter(|(name, _)| self.fits(source, name));
                    fitting.flat_map(|(_, value)| self.errors(schema, value)).collect::<Vec<_>>()
                })
                .collect(),
            "additionalProperties" => self.additional(of, schema, members),
            "propertyNames" => members.keys().flat_map(|name| self.errors(of, &Value::String(name.clone()))).collect(),
            "dependentRequired" => named()
                .filter(|(name, _)| members.contains_key(*name))
                .flat_map(|(name, wanted)| {
                    let missing =
                        each(wanted).filter_map(Value::as_str).filter(|wanted| !members.contains_key(*wanted));
                    missing.map(move |missing| say::missing_with(missing, name)).collect::<Vec<_>>()
                })
                .collect(),
            _ => vec![],
        }
    }

    /// What is wrong with members that neither names nor patterns cover.
    fn additional(&self, of: &Value, schema: &Map<String, Value>, members: &Map<String, Value>) -> Vec<String> {
        let of_keyword = |keyword: &str| schema.get(keyword).and_then(Value::as_object);
        let (named, patterns) = (of_keyword("properties"), of_keyword("patternProperties"));
        let covered = |name: &String| {
            named.is_some_and(|named| named.contains_key(name))
                || patterns.is_some_and(|patterns| patterns.keys().any(|source| self.fits(source, name)))
        };
        let rest = members.iter().filter(|(name, _)| !covered(name));
        match of {
            Value::Bool(false) => rest.map(|(name, _)| say::strange_property(name)).collect(),
            of => rest.flat_map(|(_, value)| self.errors(of, value)).collect(),
        }
    }

    fn fits(&self, source: &str, name: &str) -> bool {
        self.schema.patterns.get(source).is_some_and(|pattern| pattern.is_match(name))
    }
}

fn each(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

fn is_true(value: Option<&Value>) -> bool {
    value == Some(&Value::Bool(true))
}

fn number_errors(keyword: &str, of: &Value, schema: &Map<String, Value>, number: f64) -> Vec<String> {
    // Until OpenAPI 3.0 an exclusive limit is a flag beside the limit.
    let (limit, flagged) = match (keyword, of.as_f64()) {
        (_, None) => return vec![],
        ("minimum", Some(limit)) => (limit, is_true(schema.get("exclusiveMinimum"))),
        ("maximum", Some(limit)) => (limit, is_true(schema.get("exclusiveMaximum"))),
        (_, Some(limit)) => (limit, false),
    };
    let keyword = match keyword {
        "minimum" if flagged => "exclusiveMinimum",
        "maximum" if flagged => "exclusiveMaximum",
        keyword => keyword,
    };
    let wrong = match keyword {
        "minimum" => number < limit,
        "maximum" => number > limit,
        "exclusiveMinimum" => number <= limit,
        "exclusiveMaximum" => number >= limit,
        "multipleOf" => (number / limit).fract() != 0.0,
        _ => false,
    };
    wrong.then(|| say::beyond(keyword, of, 0)).into_iter().collect()
}

/// What a limit of a size says.
fn sized(keyword: &str, of: &Value, size: usize) -> Vec<String> {
    let limit = of.as_f64().unwrap_or(0.0);
    let wrong = if keyword.starts_with("min") { (size as f64) < limit } else { (size as f64) > limit };
    wrong.then(|| say::beyond(keyword, of, size)).into_iter().collect()
}

fn is_of_type(names: &Value, value: &Value) -> bool {
    match names {
        Value::String(name) => is_of(name, value),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(|name| is_of(name, value)),
        _ => true,
    }
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        name => say::type_name(value) == name,
    }
}

/// Whether two values are the same, whatever the order of members and the writing of numbers.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(has)
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests;
