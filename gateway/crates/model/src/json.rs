//! A JSON document that shares structure: cloning costs nothing, and a change copies only the path to it.
//!
//! Buckets are read by many calls at once and changed by some of them. A unit of work clones the document, changes its
//! clone and hands it to the store, so a `push` onto 100,000 orders must touch a handful of nodes. Small arrays and
//! objects are plain shared vectors, which are quicker and smaller; above [`SMALL_MAX`] entries they become trees.
//! Members keep the order in which they came.

use std::sync::Arc;

pub use serde_json::Number;

use crate::path::{DataPath, index};

mod lookup;
mod serde;
mod tree;

pub use lookup::Lookup;
pub use tree::{Array, Object, SMALL_MAX};

/// A JSON value.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number: integers of 64 bits are kept exactly.
    Number(Number),
    /// A string.
    String(Arc<str>),
    /// An array.
    Array(Array),
    /// An object.
    Object(Object),
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// A segment names a member of something that has none, or an element beyond the end.
    #[error("`{0}` is not there")]
    NoSuchPath(String),
    /// The value is of another type than the operation works on.
    #[error("an {wanted} is needed, this is {found}")]
    WrongType {
        /// What the operation works on: `array`, `object`.
        wanted: &'static str,
        /// What is there, with its article: `a string`.
        found: &'static str,
    },
}

/// What an entry costs beside its content, in bytes: an estimate that keeps limits honest, not an allocator's figure.
const ENTRY_BYTES: usize = 32;

// === impl Json ===

impl Json {
    /// An empty array.
    pub fn array() -> Self {
        Self::Array(Array::default())
    }

    /// An empty object.
    pub fn object() -> Self {
        Self::Object(Object::default())
    }

    /// Parses a JSON text.
    ///
    /// # Errors
    /// When the text is not JSON (says where) or nests deeper than [`JSON_DEPTH_MAX`](crate::limits::JSON_DEPTH_MAX).
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The compact JSON text.
    pub fn to_text(&self) -> String {
        // Keys are strings and numbers are finite, so nothing can fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What it is, with its article: `an array`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The value at a path. Absent: nothing is there.
    pub fn at(&self, path: &DataPath<'_>) -> Option<&Self> {
        path.segments().iter().try_fold(self, |value, segment| match value {
            Self::Array(array) => array.get(index(segment)?),
            Self::Object(object) => object.get(segment),
            _ => None,
        })
    }

    /// About how many bytes the value takes. Grows with its size: for values that come in, not for whole buckets.
    pub fn weight(&self) -> usize {
        ENTRY_BYTES
            + match self {
                Self::String(text) => text.len(),
                Self::Array(array) => array.iter().map(Self::weight).sum(),
                Self::Object(object) => object.iter().map(|(key, value)| key.len() + value.weight()).sum(),
                _ => 0,
            }
    }

    /// Puts a value at a path and returns what was there. Missing objects on the way are created; an index equal to an
    /// array's length appends.
    ///
    /// # Errors
    /// When the path leads through a value without members, or beyond an array's end. Nothing has changed then.
    pub fn set(&mut self, path: &DataPath<'_>, value: Self) -> Result<Self, JsonError> {
        self.can_set(path)?;
        Ok(std::mem::replace(self.slot(path)?, value))
    }

    /// The value at a path, to be changed, with objects and the next array element created on the way.
    fn slot(&mut self, path: &DataPath<'_>) -> Result<&mut Self, JsonError> {
        let mut value = self;
        for segment in path.segments() {
            if matches!(value, Self::Null) {
                *value = Self::object();
            }
            value = match value {
                Self::Array(array) => index(segment).and_then(|at| array.slot(at)),
                Self::Object(object) => Some(object.slot(segment)),
                _ => None,
            }
            .ok_or_else(|| JsonError::NoSuchPath(segment.to_string()))?;
        }
        Ok(value)
    }

    /// Whether a value can be put at a path.
    ///
    /// # Errors
    /// As [`Json::set`].
    pub fn can_set(&self, path: &DataPath<'_>) -> Result<(), JsonError> {
        let mut value = self;
        for segment in path.segments() {
            value = match value {
                Self::Null => return Ok(()),
                Self::Array(array) => match index(segment) {
                    Some(at) if at < array.len() => array.get(at).unwrap_or(&Self::Null),
                    Some(at) if at == array.len() => return Ok(()),
                    _ => return Err(JsonError::NoSuchPath(segment.to_string())),
                },
                Self::Object(object) => match object.get(segment) {
                    Some(member) => member,
                    None => return Ok(()),
                },
                _ => return Err(JsonError::NoSuchPath(segment.to_string())),
            };
        }
        Ok(())
    }

    /// The existing value at a path, to be changed.
    fn at_mut(&mut self, path: &DataPath<'_>) -> Result<&mut Self, JsonError> {
        // The look before keeps `slot` from creating what is missing.
        match self.at(path) {
            Some(_) => self.slot(path),
            None => Err(JsonError::NoSuchPath(path.segments().join("."))),
        }
    }

    /// Whether a value can be appended at a path.
    ///
    /// # Errors
    /// As [`Json::push`].
    pub fn can_push(&self, path: &DataPath<'_>) -> Result<(), JsonError> {
        match self.at(path) {
            Some(Self::Array(_)) => Ok(()),
            Some(other) => Err(JsonError::WrongType { wanted: "array", found: other.kind() }),
            None => Err(JsonError::NoSuchPath(path.segments().join("."))),
        }
    }

    /// Whether members of `value` can be copied to a path.
    ///
    /// # Errors
    /// As [`Json::merge`].
    pub fn can_merge(&self, path: &DataPath<'_>, value: &Self) -> Result<(), JsonError> {
        match (self.at(path), value) {
            (Some(Self::Object(_)), Self::Object(_)) => Ok(()),
            (Some(Self::Object(_)), other) | (Some(other), _) => {
                Err(JsonError::WrongType { wanted: "object", found: other.kind() })
            }
            (None, _) => Err(JsonError::NoSuchPath(path.segments().join("."))),
        }
    }

    /// Appends to the array at a path.
    ///
    /// # Errors
    /// When nothing, or no array, is there.
    pub fn push(&mut self, path: &DataPath<'_>, value: Self) -> Result<(), JsonError> {
        match self.at_mut(path)? {
            Self::Array(array) => {
                array.push(value);
                Ok(())
            }
            other => Err(JsonError::WrongType { wanted: "array", found: other.kind() }),
        }
    }

    /// Copies the members of `value` into the object at a path.
    ///
    /// # Errors
    /// When either is no object, or nothing is there.
    pub fn merge(&mut self, path: &DataPath<'_>, value: &Self) -> Result<(), JsonError> {
        let Self::Object(members) = value else {
            return Err(JsonError::WrongType { wanted: "object", found: value.kind() });
        };
        match self.at_mut(path)? {
            Self::Object(object) => {
                for (key, member) in members.iter() {
                    *object.slot(key) = member.clone();
                }
                Ok(())
            }
            other => Err(JsonError::WrongType { wanted: "object", found: other.kind() }),
        }
    }

    /// Removes what is at a path and returns it; later elements of an array move up. The empty path leaves `null`.
    pub fn del(&mut self, path: &DataPath<'_>) -> Option<Self> {
        let Some((last, parents)) = path.segments().split_last() else {
            return Some(std::mem::take(self));
        };
        self.at(path)?;
        let mut value = self;
        for segment in parents {
            value = match value {
                Self::Array(array) => array.slot(index(segment)?)?,
                Self::Object(object) => object.slot(segment),
                _ => return None,
            };
        }
        match value {
            Self::Array(array) => array.remove(index(last)?),
            Self::Object(object) => object.remove(last),
            _ => None,
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

#[cfg(test)]
mod tests;
