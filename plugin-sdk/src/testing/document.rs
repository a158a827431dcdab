//! A bucket's document, with the contract's rules for paths and changes.

use serde_json::{Map, Number, Value};

use crate::BucketError;

/// A bucket's document.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Document(pub(crate) Value);

type Result<T> = std::result::Result<T, BucketError>;

// === impl Document ===

impl Document {
    pub(crate) fn get(&self, path: &str) -> Option<&Value> {
        at(&self.0, &segments(path))
    }

    pub(crate) fn set(&mut self, path: &str, value: Value) -> Result<()> {
        let segments = segments(path);
        // Made on a copy, so that an error leaves no half-made path.
        let mut changed = self.0.clone();
        *slot(&mut changed, &segments)? = value;
        self.0 = changed;
        Ok(())
    }

    pub(crate) fn push(&mut self, path: &str, value: Value) -> Result<()> {
        match self.existing(path)? {
            Value::Array(array) => {
                array.push(value);
                Ok(())
            }
            other => Err(wrong_type("array", other)),
        }
    }

    pub(crate) fn merge(&mut self, path: &str, value: Value) -> Result<()> {
        match (self.existing(path)?, value) {
            (Value::Object(object), Value::Object(members)) => {
                object.extend(members);
                Ok(())
            }
            (Value::Object(_), other) => Err(wrong_type("object", &other)),
            (other, _) => Err(wrong_type("object", other)),
        }
    }

    pub(crate) fn inc(&mut self, path: &str, by: f64) -> Result<f64> {
        let now = match self.get(path) {
            None | Some(Value::Null) => 0.0,
            Some(Value::Number(number)) => number.as_f64().unwrap_or_default(),
            Some(other) => return Err(wrong_type("number", other)),
        };
        let sum = now + by;
        self.set(path, number(sum))?;
        Ok(sum)
    }

    pub(crate) fn del(&mut self, path: &str) {
        let segments = segments(path);
        let Some((last, parents)) = segments.split_last() else {
            self.0 = Value::Null;
            return;
        };
        if at(&self.0, &segments).is_none() {
            return;
        }
        match slot(&mut self.0, parents) {
            Ok(Value::Array(array)) => drop(index(last).map(|at| array.remove(at))),
            Ok(Value::Object(object)) => drop(object.remove(last)),
            Ok(_) | Err(_) => {}
        }
    }

    /// The value at a path, which is there.
    fn existing(&mut self, path: &str) -> Result<&mut Value> {
        let segments = segments(path);
        if at(&self.0, &segments).is_none() {
            return Err(no_such_path(&segments.join(".")));
        }
        slot(&mut self.0, &segments)
    }
}

/// Names and indexes between dots, `\.` for a dot within a name. The empty path has none.
fn segments(path: &str) -> Vec<String> {
    if path.is_empty() {
        return vec![];
    }
    let mut segments = vec![String::new()];
    let mut letters = path.chars().peekable();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '.' => {
                segments.push(String::new());
                continue;
            }
            '\\' if letters.peek() == Some(&'.') => letters.next().unwrap_or('.'),
            letter => letter,
        };
        if let Some(last) = segments.last_mut() {
            last.push(letter);
        }
    }
    segments
}

/// An array's index: decimal digits without a leading zero.
fn index(segment: &str) -> Option<usize> {
    let is_plain = segment == "0" || (!segment.starts_with('0') && segment.bytes().all(|byte| byte.is_ascii_digit()));
    is_plain.then(|| segment.parse().ok()).flatten()
}

fn at<'v>(value: &'v Value, segments: &[String]) -> Option<&'v Value> {
    segments.iter().try_fold(value, |value, segment| match value {
        Value::Array(array) => array.get(index(segment)?),
        Value::Object(object) => object.get(segment),
        _ => None,
    })
}

/// The value at a path, with objects and the next array element created on the way.
fn slot<'v>(mut value: &'v mut Value, segments: &[String]) -> Result<&'v mut Value> {
    for segment in segments {
        if value.is_null() {
            *value = Value::Object(Map::new());
        }
        let next = match value {
            Value::Array(array) => index(segment).and_then(|at| {
                if at == array.len() {
                    array.push(Value::Null);
                }
                array.get_mut(at)
            }),
            Value::Object(object) => Some(object.entry(segment.as_str()).or_insert(Value::Null)),
            _ => None,
        };
        value = next.ok_or_else(|| no_such_path(segment))?;
    }
    Ok(value)
}

/// A sum as JSON: an integer where it is one.
fn number(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

fn no_such_path(path: &str) -> BucketError {
    BucketError::NoSuchPath(format!("`{path}` is not there"))
}

fn wrong_type(wanted: &str, found: &Value) -> BucketError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    BucketError::WrongType(format!("an {wanted} is needed, this is {found}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(before: Value, change: impl FnOnce(&mut Document) -> Result<()>) -> std::result::Result<Value, String> {
        let mut document = Document(before.clone());
        match change(&mut document) {
            Ok(()) => Ok(document.0),
            Err(error) => {
                assert_eq!(document.0, before, "an error changes nothing");
                Err(error.to_string())
            }
        }
    }

    #[test]
    fn set_creates_what_is_missing() {
        assert_eq!(after(json!({}), |d| d.set("a.b", json!(1))), Ok(json!({ "a": { "b": 1 } })));
        assert_eq!(after(json!([1]), |d| d.set("1", json!(2))), Ok(json!([1, 2])));
        assert_eq!(after(json!([1]), |d| d.set("1.5", json!(2))), Ok(json!([1, { "5": 2 }])));
        assert_eq!(after(json!({}), |d| d.set(r"a\.b", json!(1))), Ok(json!({ "a.b": 1 })));
        assert_eq!(after(json!([1]), |d| d.set("5", json!(2))), Err("`5` is not there".into()));
        assert_eq!(after(json!({ "n": null, "a": "x" }), |d| d.set("a.b", json!(2))), Err("`b` is not there".into()));
    }

    #[test]
    fn push_merge_and_inc_want_their_types() {
        assert_eq!(after(json!({ "a": [] }), |d| d.push("a", json!(2))), Ok(json!({ "a": [2] })));
        assert_eq!(after(json!({}), |d| d.push("a", json!(2))), Err("`a` is not there".into()));
        assert_eq!(after(json!({}), |d| d.push("", json!(2))), Err("an array is needed, this is an object".into()));
        assert_eq!(after(json!({ "a": 1 }), |d| d.merge("", json!({ "b": null }))), Ok(json!({ "a": 1, "b": null })));
        assert_eq!(after(json!({}), |d| d.merge("", json!(1))), Err("an object is needed, this is a number".into()));
        assert_eq!(after(json!({}), |d| d.inc("a.b", 2.0).map(drop)), Ok(json!({ "a": { "b": 2 } })));
        assert_eq!(after(json!({ "a": 1 }), |d| d.inc("a", 0.5).map(drop)), Ok(json!({ "a": 1.5 })));
        assert_eq!(after(json!([]), |d| d.inc("", 1.0).map(drop)), Err("an number is needed, this is an array".into()));
    }

    #[test]
    fn del_moves_up_what_follows() {
        let del = |before, path| {
            after(before, |d| {
                d.del(path);
                Ok(())
            })
        };
        assert_eq!(del(json!([1, 2, 3]), "1"), Ok(json!([1, 3])));
        assert_eq!(del(json!({ "a": 1 }), "a.b"), Ok(json!({ "a": 1 })));
        assert_eq!(del(json!({ "a": { "b": 1 } }), "a.b"), Ok(json!({ "a": {} })));
        assert_eq!(del(json!([1]), ""), Ok(json!(null)));
    }
}
