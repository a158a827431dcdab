//! A value: what prints, what is true, what a comparison says.

use std::{cmp::Ordering, sync::Arc};

use crate::{Object, Text, array_index, number};

/// A JavaScript value. Cloning copies no text and no members.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Nothing: an absent member, an argument that was not given.
    #[default]
    Undefined,
    /// JSON's `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string, which `{{ }}` escapes.
    String(Text),
    /// A string that `{{ }}` does not escape: Handlebars' `SafeString`. An object to `typeof`.
    Safe(Text),
    /// An array.
    Array(Arc<Vec<Value>>),
    /// An object.
    Object(Arc<Object>),
    /// A date: `new Date(...)`.
    Date(Arc<Date>),
}

/// A date with all that is asked of it. Whoever makes one knows the time zone and the calendar; here is neither.
#[derive(Clone, Debug)]
pub struct Date {
    /// Milliseconds since 1970; `NaN` for a date that is none.
    pub millis: f64,
    /// What `String(date)` gives, which depends on the time zone.
    pub text: Text,
    /// What `date.toJSON()` gives. Absent: the date is none, and `null` stands for it.
    pub json: Option<Text>,
}

// === impl Value ===

impl Value {
    /// The empty string.
    pub const EMPTY: Self = Self::String(Text::EMPTY);

    /// An array of values.
    #[must_use]
    pub fn array(items: Vec<Self>) -> Self {
        Self::Array(Arc::new(items))
    }

    /// An object of members as they were written.
    #[must_use]
    pub fn object(members: Vec<(Text, Self)>) -> Self {
        Self::Object(Arc::new(Object::from_members(members)))
    }

    /// A string.
    #[must_use]
    pub fn string(text: impl Into<Text>) -> Self {
        Self::String(text.into())
    }

    /// Whether it is `null` or `undefined`.
    #[must_use]
    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// Whether `if (value)` holds.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::String(text) => !text.is_empty(),
            Self::Safe(_) | Self::Array(_) | Self::Object(_) | Self::Date(_) => true,
        }
    }

    /// Handlebars' emptiness: what is false, but not 0, and an array without items.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Number(number) => number.is_nan(),
            Self::Array(items) => items.is_empty(),
            other => !other.is_truthy(),
        }
    }

    /// Whether `typeof` says `object`.
    #[must_use]
    pub fn is_object_like(&self) -> bool {
        matches!(self, Self::Null | Self::Safe(_) | Self::Array(_) | Self::Object(_) | Self::Date(_))
    }

    /// What `Number(value)` gives.
    #[must_use]
    pub fn to_number(&self) -> f64 {
        match self {
            Self::Undefined => f64::NAN,
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(number) => *number,
            Self::String(text) | Self::Safe(text) => number::parse(text),
            Self::Array(_) | Self::Object(_) => number::parse(&self.to_text()),
            Self::Date(date) => date.millis,
        }
    }

    /// What `String(value)` gives.
    #[must_use]
    pub fn to_text(&self) -> Text {
        match self {
            Self::String(text) | Self::Safe(text) => text.clone(),
            Self::Undefined => Text::fixed("undefined"),
            Self::Null => Text::fixed("null"),
            Self::Bool(true) => Text::fixed("true"),
            Self::Bool(false) => Text::fixed("false"),
            Self::Object(_) => Text::fixed("[object Object]"),
            Self::Date(date) => date.text.clone(),
            Self::Number(number) => number::with_text(*number, |text| Text::from(text)),
            Self::Array(items) => {
                let mut out = String::new();
                write_joined(&mut out, items, ",");
                Text::from(out)
            }
        }
    }

    /// Appends what `String(value)` gives.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::String(text) | Self::Safe(text) => out.push_str(text),
            Self::Number(number) => number::write(out, *number),
            Self::Array(items) => write_joined(out, items, ","),
            other => out.push_str(&other.to_text()),
        }
    }

    /// The string inside a safe string, anything else as it is.
    #[must_use]
    pub fn unwrap_safe(self) -> Self {
        match self {
            Self::Safe(text) => Self::String(text),
            other => other,
        }
    }

    /// The string that it is, safe or not.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::String(text) | Self::Safe(text) => Some(text),
            _ => None,
        }
    }

    /// An own property, as `value[key]` reads it. Prototypes have nothing to give.
    #[must_use]
    pub fn property(&self, key: &str) -> Self {
        match self {
            Self::Object(object) => object.get(key).cloned().unwrap_or_default(),
            Self::Array(items) => match array_index(key) {
                Some(index) => items.get(index as usize).cloned().unwrap_or_default(),
                None if key == "length" => Self::Number(items.len() as f64),
                None => Self::Undefined,
            },
            Self::String(text) => match array_index(key) {
                Some(index) => nth_unit(text, index as usize),
                None if key == "length" => Self::Number(utf16_len(text) as f64),
                None => Self::Undefined,
            },
            _ => Self::Undefined,
        }
    }

    /// `===`.
    #[must_use]
    pub fn strict_eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            _ => self.is_same_object(other),
        }
    }

    /// Whether two values hold the same, members in whatever order.
    #[must_use]
    pub fn deep_eq(&self, other: &Self) -> bool {
        match (self, other) {
            (a, b) if a.is_same_object(b) => true,
            (Self::Array(a), Self::Array(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.deep_eq(b)),
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| value.deep_eq(other)))
            }
            (a, b) => a.strict_eq(b),
        }
    }

    /// `==`, which decides whether a block opens a new level for `../`.
    #[must_use]
    pub fn loose_eq(&self, other: &Self) -> bool {
        match (self, other) {
            (a, b) if a.is_nullish() || b.is_nullish() => a.is_nullish() && b.is_nullish(),
            (Self::String(a), Self::String(b)) => a == b,
            (a, b) if a.is_object_like() && b.is_object_like() => a.is_same_object(b),
            (Self::String(_), Self::Safe(_) | Self::Array(_) | Self::Object(_))
            | (Self::Safe(_) | Self::Array(_) | Self::Object(_), Self::String(_)) => self.to_text() == other.to_text(),
            (a, b) => a.to_number() == b.to_number(),
        }
    }

    /// How `<`, `>`, `<=` and `>=` see two values: texts by their UTF-16 units, anything else as numbers. Absent: one is
    /// not a number, and none of the four holds.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if !self.is_numeric() && !other.is_numeric() {
            return Some(self.to_text().encode_utf16().cmp(other.to_text().encode_utf16()));
        }
        self.to_number().partial_cmp(&other.to_number())
    }

    /// Whether it compares as a number whatever the other is.
    fn is_numeric(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null | Self::Bool(_) | Self::Number(_))
    }

    fn is_same_object(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(a), Self::Array(b)) => Arc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            (Self::Date(a), Self::Date(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Whether arrays and objects lie in each other at most this deep.
    #[must_use]
    pub fn is_within_depth(&self, depth: usize) -> bool {
        match self {
            Self::Array(items) => depth > 0 && items.iter().all(|item| item.is_within_depth(depth - 1)),
            Self::Object(object) => depth > 0 && object.iter().all(|(_, value)| value.is_within_depth(depth - 1)),
            _ => true,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}

/// Appends what `items.join(separator)` gives: `null` and `undefined` are empty there.
pub fn write_joined(out: &mut String, items: &[Value], separator: &str) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        if !item.is_nullish() {
            item.write(out);
        }
    }
}

/// White space as JavaScript's `\s` and `trim` have it.
#[must_use]
pub fn is_space(c: char) -> bool {
    match c {
        '\u{feff}' => true,
        '\u{85}' => false,
        other => other.is_whitespace(),
    }
}

/// A string's length as JavaScript counts it, in UTF-16 code units.
#[must_use]
pub fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// The character at a code unit. Half of a surrogate pair is not text: the whole character stands for its first half.
fn nth_unit(text: &str, index: usize) -> Value {
    let mut unit = 0;
    for c in text.chars() {
        if unit == index {
            return Value::string(c.encode_utf8(&mut [0; 4]) as &str);
        }
        unit += c.len_utf16();
        if unit > index {
            return Value::string("\u{fffd}");
        }
    }
    Value::Undefined
}

#[cfg(test)]
mod tests {
    use crate::{Text, Value};

    #[test]
    fn arrays_print_joined_and_objects_do_not_print() {
        let nested = Value::array(vec![Value::Number(1.0), Value::Null, Value::array(vec![Value::Bool(true)])]);
        assert_eq!(nested.to_text().as_str(), "1,,true");
        assert_eq!(Value::object(vec![]).to_text().as_str(), "[object Object]");
    }

    #[test]
    fn emptiness_spares_zero() {
        assert!(!Value::Number(0.0).is_empty());
        assert!(Value::array(vec![]).is_empty());
        assert!(!Value::object(vec![]).is_empty());
        assert!(!Value::Safe(Text::EMPTY).is_empty());
    }

    #[test]
    fn lengths_count_utf16_units() {
        assert!(Value::string("a😀").property("length").strict_eq(&Value::Number(3.0)));
        assert!(Value::string("a😀").property("0").strict_eq(&Value::string("a")));
    }
}
