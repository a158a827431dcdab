//! Values as JavaScript has them: arguments come as such, and answers go as such.

use std::borrow::Cow;

use crate::{date, math, text};

/// A JavaScript value, as far as templates and Faker know them.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing: an argument that was not given.
    #[default]
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A whole number of any size, as its decimal digits (`number.bigInt`).
    BigInt(String),
    /// A string.
    String(String),
    /// Handlebars' `SafeString`: an object whose text is this.
    Safe(String),
    /// An array.
    Array(Vec<Value>),
    /// An object: members in JavaScript's order, each name once.
    Object(Vec<(String, Value)>),
    /// A `Date`, in milliseconds since 1970. A template prints it as [`Value::to_text`] does, JSON as
    /// [`Value::iso_date`].
    Date(f64),
}

// === impl Value ===

impl Value {
    /// What `String(value)` gives. Dates are printed in UTC: `Sat Nov 21 2026 08:01:44 GMT+0000 (Coordinated Universal
    /// Time)`.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Undefined => "undefined".into(),
            Self::Null => "null".into(),
            Self::Bool(value) => if *value { "true" } else { "false" }.into(),
            Self::Number(number) => math::to_text(*number).into(),
            Self::BigInt(text) | Self::String(text) | Self::Safe(text) => text.as_str().into(),
            Self::Array(items) => join(items, ",", 0).into(),
            Self::Object(_) => "[object Object]".into(),
            Self::Date(ms) => date::to_text(*ms).into(),
        }
    }

    /// A date as JSON has it, `2026-11-21T08:01:44.000Z`; nothing for other values and for an invalid date.
    #[must_use]
    pub fn iso_date(&self) -> Option<String> {
        match self {
            Self::Date(ms) => date::to_iso(*ms),
            _ => None,
        }
    }

    /// What `Number(value)` gives.
    pub(crate) fn to_number(&self) -> f64 {
        match self {
            Self::Undefined | Self::Object(_) => f64::NAN,
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(number) | Self::Date(number) => *number,
            Self::BigInt(text) | Self::String(text) | Self::Safe(text) => math::parse(text),
            Self::Array(_) => math::parse(&self.to_text()),
        }
    }

    /// Whether `if (value)` holds.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::BigInt(text) => text != "0",
            Self::String(text) => !text.is_empty(),
            Self::Safe(_) | Self::Array(_) | Self::Object(_) | Self::Date(_) => true,
        }
    }

    pub(crate) fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// Whether `value == null` holds.
    pub(crate) fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// What `value ?? other` gives.
    pub(crate) fn or_if_nullish(self, other: impl Into<Self>) -> Self {
        if self.is_nullish() { other.into() } else { self }
    }

    /// What `value = other` as a default gives.
    pub(crate) fn or(self, other: impl Into<Self>) -> Self {
        if self.is_undefined() { other.into() } else { self }
    }

    /// What `value[key]` gives, `undefined` where there is nothing, also of `null`.
    pub(crate) fn get(&self, key: &str) -> Self {
        match self {
            Self::Object(members) => {
                members.iter().find(|(name, _)| name == key).map(|(_, member)| member.clone()).unwrap_or_default()
            }
            Self::Safe(text) if key == "string" => Self::String(text.clone()),
            Self::String(text) if key == "length" => Self::Number(text::length(text) as f64),
            Self::Array(items) if key == "length" => Self::Number(items.len() as f64),
            Self::String(_) | Self::Array(_) => key.parse().map_or(Self::Undefined, |index| self.at(index)),
            _ => Self::Undefined,
        }
    }

    /// What `value[index]` gives.
    pub(crate) fn at(&self, index: usize) -> Self {
        match self {
            Self::Array(items) => items.get(index).cloned().unwrap_or_default(),
            Self::String(text) if index < text::length(text) => Self::String(text::unit(text, index)),
            Self::Object(_) => self.get(&index.to_string()),
            _ => Self::Undefined,
        }
    }

    /// An object.
    pub(crate) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// What `typeof value` gives.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::BigInt(_) => "bigint",
            Self::String(_) => "string",
            _ => "object",
        }
    }
}

/// What `items.join(separator)` gives.
pub(crate) fn join(items: &[Value], separator: &str, depth: usize) -> String {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        match item {
            Value::Undefined | Value::Null => {}
            Value::Array(_) if depth > crate::limits::MAX_NESTING => {}
            Value::Array(items) => out.push_str(&join(items, ",", depth + 1)),
            other => out.push_str(&other.to_text()),
        }
    }
    out
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<Self>> for Value {
    fn from(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
}
