//! Unique names where another tool has none: it tells things apart by id, or by place.

use std::collections::HashSet;

use ringback_model::ids::NAME_MAX_BYTES;

/// Names that are taken.
#[derive(Debug, Default)]
pub(crate) struct Names(HashSet<String>);

/// Room for the number that makes a name unique.
const SUFFIX_MAX_BYTES: usize = 8;

impl Names {
    /// A name that is not taken yet, and takes it: the wanted one without control characters, cut to what a name may
    /// have, with a number where that is needed. `fallback` stands for an empty one.
    pub(crate) fn unique(&mut self, wanted: &str, fallback: &str) -> String {
        let plain: String = wanted.chars().filter(|c| !c.is_control()).collect();
        let plain = if plain.trim().is_empty() { fallback } else { plain.trim() };
        let cut = plain.get(..plain.floor_char_boundary(NAME_MAX_BYTES - SUFFIX_MAX_BYTES)).unwrap_or(plain);
        let mut name = cut.to_owned();
        let mut number = 1;
        while !self.0.insert(name.clone()) {
            number += 1;
            name = format!("{cut} ({number})");
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let mut names = Names::default();
        assert_eq!(names.unique("POST /orders", "route"), "POST /orders");
        assert_eq!(names.unique("POST /orders", "route"), "POST /orders (2)");
        assert_eq!(names.unique("POST /orders", "route"), "POST /orders (3)");
        assert_eq!(names.unique(" \n", "route"), "route");
        assert!(names.unique(&"é".repeat(200), "route").len() <= NAME_MAX_BYTES);
    }
}
