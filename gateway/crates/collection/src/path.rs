//! Paths into items (npm `object-path`), read once and followed in place.

use std::sync::Arc;

use ringback_model::json::{Array, Json, Lookup};
use ringback_values::{Value, array_index, number};

use crate::{CollectionError, Js};

/// Places that a list gets at most when an id is put far behind its end.
const HOLES_MAX: usize = 1_000;

/// A path into a value. A backslash means nothing in it.
#[derive(Debug, Clone)]
pub(crate) struct Path(Vec<Box<str>>);

/// A path that is followed into item after item.
#[derive(Debug)]
pub(crate) struct Trail(Vec<Lookup>);

/// Where items have their ids.
#[derive(Debug, Clone)]
pub struct Key {
    text: Arc<str>,
    /// As ids are read and written: `\.` is a dot within a name.
    names: Path,
    /// As items are found by id: Mockoon splits at every dot there.
    plain: Path,
}

// === impl Path ===

impl Path {
    /// Reads a path. The empty one is the whole.
    pub(crate) fn new(text: &str) -> Self {
        if text.is_empty() { Self(vec![]) } else { Self(text.split('.').map(Into::into).collect()) }
    }

    /// What is there.
    pub(crate) fn follow<'a>(&self, value: Js<'a>) -> Js<'a> {
        self.0.iter().fold(value, |value, name| value.property(name))
    }

    /// The same, to be followed many times.
    pub(crate) fn trail(&self) -> Trail {
        Trail(self.0.iter().map(|name| Lookup::new(name)).collect())
    }
}

// === impl Trail ===

impl Trail {
    /// What is there.
    pub(crate) fn follow<'a>(&mut self, item: &'a Json) -> Js<'a> {
        let mut value = Some(item);
        let mut steps = self.0.iter_mut();
        // Members of members are followed by reference: a view of each on the way costs more than finding it.
        while let Some(Json::Object(object)) = value
            && let Some(lookup) = steps.next()
        {
            value = lookup.find(object);
        }
        steps.fold(Js::of(value), |value, lookup| value.property(lookup.name()))
    }
}

// === impl Key ===

impl Key {
    /// Reads a path, as a route's `crudKey` is written.
    pub fn new(text: &str) -> Self {
        let plain = Path::new(text);
        let names = match text.contains("\\.") {
            true => Path(ringback_values::path::split(text).iter().map(|name| name.as_str().into()).collect()),
            false => plain.clone(),
        };
        Self { text: text.into(), names, plain }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names along it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.0.iter().map(|name| &**name)
    }

    /// An item's id.
    pub(crate) fn of<'a>(&self, item: &'a Json) -> Js<'a> {
        self.names.follow(Js::of(Some(item)))
    }

    /// Whether a value has no id, and could have one.
    pub(crate) fn is_missing_in(&self, body: &Value) -> bool {
        matches!(body, Value::Array(_) | Value::Object(_)) && self.is_absent_in(body)
    }

    /// Whether a value has no id.
    pub(crate) fn is_absent_in(&self, body: &Value) -> bool {
        matches!(self.names().fold(body.clone(), |value, name| value.property(name)), Value::Undefined)
    }

    /// The place of an item: that of an object by its id, that of anything else by its own place, the first where the id
    /// is no number.
    pub(crate) fn find(&self, items: &Array, id: &str) -> Option<usize> {
        let place = number::parse_int(id);
        let place = if place.is_nan() { 0.0 } else { place };
        let mut trail = self.plain.trail();
        // The one number that prints as the id does; others need not be printed.
        let number = Some(number::parse(id)).filter(|number| Js::Number(*number).prints(id));
        items.iter().enumerate().position(|(at, item)| match item {
            Json::Object(_) | Json::Array(_) => {
                let own = trail.follow(item);
                match own {
                    Js::Undefined | Js::Null => false,
                    Js::Number(own) => number == Some(own),
                    own => own.prints(id),
                }
            }
            _ => at as f64 == place,
        })
    }

    /// Puts an id into a value.
    ///
    /// # Errors
    /// When something without members is in its way.
    pub(crate) fn put(&self, value: &mut Json, id: Json) -> Result<(), CollectionError> {
        // A path that holds an escape is a list of names to Mockoon's library, none of which stands for an index.
        let indexes = !self.text.contains("\\.");
        *value = placed(value, &self.names.0, id, indexes)
            .ok_or_else(|| CollectionError::NoPlaceForId(self.text.as_ref().into()))?;
        Ok(())
    }
}

/// A value with another one at a path; what is missing on the way is made, a list where an index comes next.
fn placed(value: &Json, names: &[Box<str>], put: Json, indexes: bool) -> Option<Json> {
    let Some((name, rest)) = names.split_first() else { return Some(put) };
    let beneath = |child: Option<&Json>| {
        let lists = indexes && rest.first().is_some_and(|next| array_index(next).is_some());
        let made = if lists { Json::array() } else { Json::object() };
        placed(child.unwrap_or(&made), rest, put, indexes)
    };
    match value {
        Json::Object(object) => {
            let mut object = object.clone();
            object.insert(name, beneath(object.get(name))?);
            Some(Json::Object(object))
        }
        Json::Array(items) => {
            // A list has room for names that are no indexes, but JSON does not show them.
            let Some(at) = array_index(name).map(|index| index as usize) else { return Some(value.clone()) };
            if at > items.len() + HOLES_MAX {
                return None;
            }
            let put = beneath(items.get(at))?;
            let mut all: Vec<Json> = items.iter().cloned().collect();
            all.resize(all.len().max(at + 1), Json::Null);
            if let Some(place) = all.get_mut(at) {
                *place = put;
            }
            Some(Json::Array(all.into_iter().collect()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(key: &str, into: &str) -> Option<String> {
        let mut value = Json::parse(into).unwrap();
        Key::new(key).put(&mut value, Json::Number(7.into())).ok().map(|()| value.to_text())
    }

    #[test]
    fn ids_are_put_where_the_key_says() {
        for (key, into, then) in [
            ("id", "{}", r#"{"id":7}"#),
            ("a.id", r#"{"b":1}"#, r#"{"b":1,"a":{"id":7}}"#),
            ("a.id", r#"{"a":{"x":1}}"#, r#"{"a":{"x":1,"id":7}}"#),
            (r"a\.id", "{}", r#"{"a.id":7}"#),
            ("ids.1", "{}", r#"{"ids":[null,7]}"#),
            (r"ids.1.a\.b", "{}", r#"{"ids":{"1":{"a.b":7}}}"#),
            ("id", "[1]", "[1]"),
            ("0", "[1]", "[7]"),
        ] {
            assert_eq!(put(key, into).as_deref(), Some(then), "{key} {into}");
        }
        assert_eq!(put("a.id", r#"{"a":1}"#), None);
        assert_eq!(put("a.id", r#"{"a":null}"#), None);
        assert_eq!(put("4000000000", "[]"), None);
    }

    #[test]
    fn items_are_found_by_the_text_of_their_id_and_plain_values_by_their_place() {
        let find = |items: &str, key: &str, id: &str| match Json::parse(items).unwrap() {
            Json::Array(items) => Key::new(key).find(&items, id),
            _ => None,
        };
        assert_eq!(find(r#"[{"id":1},{"id":"1"},{"id":"x"}]"#, "id", "1"), Some(0));
        assert_eq!(find(r#"[{"id":1.0},{"id":true}]"#, "id", "true"), Some(1));
        assert_eq!(find(r#"[{"id":1},{"id":"1.0"}]"#, "id", "1.0"), Some(1));
        assert_eq!(find(r#"[{"id":1e21}]"#, "id", "1e+21"), Some(0));
        assert_eq!(find(r#"[{"id":null},{}]"#, "id", "null"), None);
        assert_eq!(find(r#"[{"a":{"b":5}}]"#, "a.b", "5"), Some(0));
        assert_eq!(find(r#"[{"a.b":5}]"#, r"a\.b", "5"), None);
        assert_eq!(find(r#"["a",null,3]"#, "id", "1x"), Some(1));
        assert_eq!(find(r#"["a"]"#, "id", "x"), Some(0));
        assert_eq!(find(r#"[{"id":0},"a"]"#, "id", "x"), None);
        assert_eq!(find(r#"["a"]"#, "id", "1"), None);
    }
}
