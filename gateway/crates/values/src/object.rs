//! Objects with the order that JavaScript gives their keys: array indexes ascending, then the others as they came.

use std::collections::HashMap;

use crate::{Text, Value};

/// Members up to which a linear search for duplicates beats building an index.
const FEW: usize = 16;

/// An object's members.
#[derive(Clone, Default, Debug)]
pub struct Object {
    members: Vec<(Text, Value)>,
    /// How many of them, at the front, have array indexes as keys.
    indexes: usize,
}

// === impl Object ===

impl Object {
    /// An object of members as they were written: of two with one key the last value counts, at the first's place.
    #[must_use]
    pub fn from_members(members: Vec<(Text, Value)>) -> Self {
        if members.len() > FEW {
            return Self::from_many(members);
        }
        if is_in_order(&members) {
            return Self { members, indexes: 0 };
        }
        let mut object = Self { members: Vec::with_capacity(members.len()), indexes: 0 };
        for (key, value) in members {
            object.insert(key, value);
        }
        object
    }

    fn from_many(members: Vec<(Text, Value)>) -> Self {
        let mut kept: Vec<(Text, Value)> = Vec::with_capacity(members.len());
        let mut seen: HashMap<String, usize> = HashMap::with_capacity(members.len());
        for (key, value) in members {
            if let Some((_, old)) = seen.get(key.as_str()).and_then(|at| kept.get_mut(*at)) {
                *old = value;
                continue;
            }
            seen.insert(key.as_str().to_owned(), kept.len());
            kept.push((key, value));
        }
        let indexes = kept.iter().filter(|(key, _)| array_index(key).is_some()).count();
        if indexes > 0 {
            // Stable: keys that are no indexes keep their order behind those that are.
            kept.sort_by_key(|(key, _)| array_index(key).map_or((1, 0), |index| (0, index)));
        }
        Self { members: kept, indexes }
    }

    /// Sets a member, at its place when the key is new.
    pub fn insert(&mut self, key: Text, value: Value) {
        if let Some((_, old)) = self.members.iter_mut().find(|(known, _)| *known == key) {
            *old = value;
            return;
        }
        let Some(index) = array_index(&key) else {
            self.members.push((key, value));
            return;
        };
        let front = self.members.get(..self.indexes).unwrap_or_default();
        let at = front.partition_point(|(known, _)| array_index(known) < Some(index));
        self.members.insert(at, (key, value));
        self.indexes += 1;
    }

    /// A member's value.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.members.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The members in JavaScript's order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &(Text, Value)> {
        self.members.iter()
    }

    /// The member at a place of that order.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&(Text, Value)> {
        self.members.get(place)
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// Whether members may stay as they were written: no key twice, none an array index.
fn is_in_order(members: &[(Text, Value)]) -> bool {
    members
        .iter()
        .enumerate()
        .all(|(at, (key, _))| array_index(key).is_none() && !members.iter().take(at).any(|(earlier, _)| earlier == key))
}

/// The number that a key is, when it is an array index in its shortest form: `0`, `12`, not `01`.
#[must_use]
pub fn array_index(key: &str) -> Option<u32> {
    let bytes = key.as_bytes();
    match bytes {
        [b'0'] => Some(0),
        [b'1'..=b'9', rest @ ..] if rest.len() <= 9 && rest.iter().all(u8::is_ascii_digit) => {
            // 4,294,967,295 itself is a length, not an index.
            key.parse().ok().filter(|index| *index != u32::MAX)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, Text, Value};

    fn keys(object: &Object) -> Vec<&str> {
        object.iter().map(|(key, _)| key.as_str()).collect()
    }

    #[test]
    fn indexes_come_first_in_ascending_order() {
        let members = ["b", "10", "a", "2", "01"].map(|key| (Text::fixed(key), Value::Null));
        assert_eq!(keys(&Object::from_members(members.to_vec())), ["2", "10", "b", "a", "01"]);
    }

    #[test]
    fn many_members_are_ordered_like_few() {
        let many: Vec<_> = (0..40).rev().map(|n| (Text::from(n.to_string()), Value::Null)).collect();
        let object = Object::from_members([vec![(Text::fixed("z"), Value::Null)], many].concat());
        assert_eq!(keys(&object)[..3], ["0", "1", "2"]);
        assert_eq!(keys(&object)[40], "z");
    }

    #[test]
    fn a_repeated_key_keeps_its_place_and_takes_the_last_value() {
        let members = vec![
            (Text::fixed("a"), Value::Bool(false)),
            (Text::fixed("b"), Value::Null),
            (Text::fixed("a"), Value::Bool(true)),
        ];
        let object = Object::from_members(members);
        assert_eq!(keys(&object), ["a", "b"]);
        assert!(matches!(object.get("a"), Some(Value::Bool(true))));
    }
}
