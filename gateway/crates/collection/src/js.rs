//! A JSON value as JavaScript sees it: what it prints, what number it is, which properties it has. A view: nothing is
//! copied but texts that have to be made.

use std::{borrow::Cow, cmp::Ordering};

use ringback_model::json::{Array, Json, Number, Object};
use ringback_values::{Value, array_index, number, utf16_len};

/// A JSON value as JavaScript sees it.
#[derive(Debug, Clone)]
pub enum Js<'a> {
    /// Nothing is there.
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number. There is one kind.
    Number(f64),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    Array(&'a Array),
    /// An object.
    Object(&'a Object),
}

/// What is left of a value in a comparison with `<`: a string, or a number.
#[derive(Debug, Clone)]
pub(crate) enum Primitive<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

// === impl Js ===

impl<'a> Js<'a> {
    /// A value of a document; absent: `undefined`.
    #[inline]
    pub fn of(value: Option<&'a Json>) -> Self {
        match value {
            None => Self::Undefined,
            Some(Json::Null) => Self::Null,
            Some(Json::Bool(value)) => Self::Bool(*value),
            Some(Json::Number(number)) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            Some(Json::String(text)) => Self::Text(Cow::Borrowed(text)),
            Some(Json::Array(items)) => Self::Array(items),
            Some(Json::Object(object)) => Self::Object(object),
        }
    }

    /// Whether nothing is there.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// An own property. Prototypes have nothing to give.
    pub fn property(&self, name: &str) -> Self {
        match self {
            Self::Object(object) => Self::of(object.get(name)),
            Self::Array(items) => match array_index(name) {
                Some(index) => Self::of(items.get(index as usize)),
                None if name == "length" => Self::Number(items.len() as f64),
                None => Self::Undefined,
            },
            Self::Text(text) => character(text, name),
            _ => Self::Undefined,
        }
    }

    /// `String(value)`.
    pub fn text(&self) -> Cow<'a, str> {
        match self {
            Self::Undefined => Cow::Borrowed("undefined"),
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Number(value) => Cow::Owned(number::with_text(*value, ToOwned::to_owned)),
            Self::Text(text) => text.clone(),
            Self::Object(_) => Cow::Borrowed("[object Object]"),
            Self::Array(items) => {
                let mut joined = String::new();
                join(&mut joined, items);
                Cow::Owned(joined)
            }
        }
    }

    /// Whether `String(value)` is a text.
    pub fn prints(&self, text: &str) -> bool {
        match self {
            Self::Number(value) => number::with_text(*value, |printed| printed == text),
            Self::Text(own) => own == text,
            other => other.text() == text,
        }
    }

    /// What it is compared as.
    pub(crate) fn primitive(self) -> Primitive<'a> {
        match self {
            Self::Undefined => Primitive::Number(f64::NAN),
            Self::Null => Primitive::Number(0.0),
            Self::Bool(value) => Primitive::Number(f64::from(u8::from(value))),
            Self::Number(value) => Primitive::Number(value),
            Self::Text(text) => Primitive::Text(text),
            other => Primitive::Text(other.text()),
        }
    }

    /// The value by itself. Absent: it is `undefined`, which JSON has no word for.
    pub fn to_json(&self) -> Option<Json> {
        Some(match self {
            Self::Undefined => return None,
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(value) => json_number(*value),
            Self::Text(text) => Json::String(text.as_ref().into()),
            Self::Array(items) => Json::Array((*items).clone()),
            Self::Object(object) => Json::Object((*object).clone()),
        })
    }
}

/// A character of a string, or its length.
fn character<'a>(text: &str, name: &str) -> Js<'a> {
    if name == "length" {
        return Js::Number(utf16_len(text) as f64);
    }
    if array_index(name).is_none() {
        return Js::Undefined;
    }
    match Value::string(text).property(name) {
        Value::String(character) => Js::Text(Cow::Owned(character.as_str().to_owned())),
        _ => Js::Undefined,
    }
}

/// Appends what `items.join(",")` gives.
fn join(joined: &mut String, items: &Array) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            joined.push(',');
        }
        match Js::of(Some(item)) {
            Js::Null => {}
            Js::Array(items) => join(joined, items),
            other => joined.push_str(&other.text()),
        }
    }
}

// === impl Primitive ===

impl Primitive<'_> {
    /// How `<` and `>` order two values. Absent: neither holds, and they are not equal either.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => Some(compare_units(one, other)),
            _ => self.number().partial_cmp(&other.number()),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Text(text) => number::parse(text),
            Self::Number(number) => *number,
        }
    }
}

/// How JavaScript orders strings: by UTF-16 code units.
fn compare_units(one: &str, other: &str) -> Ordering {
    // Where they first differ, one side is ASCII: code points and code units agree.
    if one.is_ascii() || other.is_ascii() {
        return one.cmp(other);
    }
    one.encode_utf16().cmp(other.encode_utf16())
}

/// A value of JavaScript's as JSON: `undefined` is left out of objects, and `null` elsewhere.
pub fn json_of(value: &Value) -> Json {
    match value {
        Value::Undefined | Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(value) => json_number(*value),
        Value::String(text) | Value::Safe(text) => Json::String(text.as_str().into()),
        Value::Date(date) => date.json.as_ref().map_or(Json::Null, |text| Json::String(text.as_str().into())),
        Value::Array(items) => Json::Array(items.iter().map(json_of).collect()),
        Value::Object(object) => {
            let members = object.iter().filter(|(_, value)| !matches!(value, Value::Undefined));
            Json::Object(members.map(|(key, value)| (key.as_str().into(), json_of(value))).collect())
        }
    }
}

/// A number as JSON: an integer where it is one, `null` for what is none.
pub(crate) fn json_number(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Json::Number((value as i64).into());
    }
    Number::from_f64(value).map_or(Json::Null, Json::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text).unwrap()
    }

    #[test]
    fn values_print_as_in_javascript() {
        for (value, printed) in [
            ("null", "null"),
            ("1.50", "1.5"),
            ("1e21", "1e+21"),
            ("-0.0", "0"),
            ("12345678901234567890", "12345678901234567000"),
            ("\"a\"", "a"),
            ("[1,[null,true],{}]", "1,,true,[object Object]"),
            ("{}", "[object Object]"),
        ] {
            let value = json(value);
            assert_eq!(Js::of(Some(&value)).text(), printed);
            assert!(Js::of(Some(&value)).prints(printed));
        }
    }

    #[test]
    fn properties_are_members_elements_characters_and_lengths() {
        let value = json(r#"{"a":["x","yz"],"n":1}"#);
        let js = Js::of(Some(&value));
        let list = js.property("a");
        assert_eq!(list.property("length").text(), "2");
        assert_eq!(list.property("1").property("1").text(), "z");
        assert!(list.property("2").is_undefined() && list.property("-1").is_undefined());
        assert!(js.property("n").property("length").is_undefined());
        assert!(js.property("toString").is_undefined());
    }

    #[test]
    fn strings_are_ordered_by_code_units() {
        let text = |text: &'static str| Primitive::Text(text.into());
        assert_eq!(text("\u{e000}").compare(&text("😀")), Some(Ordering::Greater));
        assert_eq!(text("b").compare(&text("a")), Some(Ordering::Greater));
        assert_eq!(text("10").compare(&Primitive::Number(9.0)), Some(Ordering::Greater));
        assert_eq!(text("x").compare(&Primitive::Number(9.0)), None);
    }

    #[test]
    fn a_value_and_its_json_print_alike() {
        for text in [r#"{"1":[1,1.5,1e21,null,true],"b":{"c":"é"}}"#, "[]", "3"] {
            let value = ringback_values::json::parse(&text.into()).unwrap();
            let mut out = Vec::new();
            crate::write(&mut out, &json_of(&value));
            assert_eq!(String::from_utf8(out).unwrap(), ringback_values::json::to_compact(&value).as_str());
        }
    }
}
