//! What is wrong with a value, in the words of the validator that Microcks has (networknt's `json-schema-validator`, 1.5).

use serde_json::Value;

/// The type of a value by its name.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub(super) fn wrong_type(found: &Value, expected: &Value) -> String {
    let expected = match expected {
        Value::Array(names) => format!("[{}]", joined(names.iter().map(|name| name.as_str().unwrap_or_default()))),
        name => name.as_str().unwrap_or_default().to_owned(),
    };
    format!("{} found, {expected} expected", type_name(found))
}

pub(super) fn not_among(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    format!("does not have a value in the enumeration [{}]", values.join(", "))
}

pub(super) fn not_the_constant(value: &Value) -> String {
    format!("must be the constant value '{}'", bare(value))
}

pub(super) fn missing(name: &str) -> String {
    format!("required property '{name}' not found")
}

pub(super) fn missing_with(name: &str, present: &str) -> String {
    format!("has a missing property '{name}' which is dependent required because '{present}' is present")
}

pub(super) fn strange_property(name: &str) -> String {
    format!("property '{name}' is not defined in the schema and the schema does not allow additional properties")
}

pub(super) fn strange_item(index: usize) -> String {
    format!("index '{index}' is not defined in the schema and the schema does not allow additional items")
}

/// What a keyword that limits a number or a size says.
pub(super) fn beyond(keyword: &str, limit: &Value, found: usize) -> String {
    match keyword {
        "minimum" => format!("must have a minimum value of {limit}"),
        "maximum" => format!("must have a maximum value of {limit}"),
        "exclusiveMinimum" => format!("must have an exclusive minimum value of {limit}"),
        "exclusiveMaximum" => format!("must have an exclusive maximum value of {limit}"),
        "multipleOf" => format!("must be multiple of {limit}"),
        "minLength" => format!("must be at least {limit} characters long"),
        "maxLength" => format!("must be at most {limit} characters long"),
        "minItems" => format!("must have at least {limit} items but found {found}"),
        "maxItems" => format!("must have at most {limit} items but found {found}"),
        "minProperties" => format!("must have at least {limit} properties"),
        _ => format!("must have at most {limit} properties"),
    }
}

pub(super) fn no_match(pattern: &str) -> String {
    format!("does not match the regex pattern {pattern}")
}

pub(super) fn bad_format(format: &str) -> String {
    let what = match format {
        "date" => " must be a valid RFC 3339 full-date",
        "date-time" => " must be a valid RFC 3339 date-time",
        "time" => " must be a valid RFC 3339 full-time",
        "email" => " must be a valid RFC 5321 Mailbox",
        "hostname" => " must be a valid RFC 1123 host name",
        "ipv4" => " must be a valid RFC 2673 IP address",
        "ipv6" => " must be a valid RFC 4291 IP address",
        "uri" => " must be a valid RFC 3986 URI",
        "uuid" => " must be a valid RFC 4122 UUID",
        _ => "",
    };
    format!("does not match the {format} pattern{what}")
}

pub(super) const NOT_UNIQUE: &str = "must have only unique items in the array";
pub(super) const NEVER: &str = "schema is false";

pub(super) fn not_exactly_one(valid: usize) -> String {
    format!("must be valid to one and only one schema, but {valid} are valid")
}

pub(super) fn must_not_be(schema: &Value) -> String {
    format!("must not be valid to the schema {schema}")
}

pub(super) fn lacks(schema: &Value) -> String {
    format!("does not contain an element that passes these validations: {schema}")
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
