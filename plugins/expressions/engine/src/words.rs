//! Names of persons and places that made-up data is drawn from, in English: a text of lines each.

use crate::{functions::below, host::Host};

/// Words to draw from.
pub(crate) struct Words {
    lines: &'static str,
    count: u64,
}

/// Given names.
pub(crate) const FIRST_NAMES: Words = Words::new(include_str!("words/first-names.txt"));
/// Family names.
pub(crate) const LAST_NAMES: Words = Words::new(include_str!("words/last-names.txt"));
/// What stands before a name.
pub(crate) const NAME_PREFIXES: Words = Words::new(include_str!("words/name-prefixes.txt"));
/// What stands behind a name.
pub(crate) const NAME_SUFFIXES: Words = Words::new(include_str!("words/name-suffixes.txt"));
/// Cities.
pub(crate) const CITIES: Words = Words::new(include_str!("words/cities.txt"));
/// What streets end with.
pub(crate) const STREET_SUFFIXES: Words = Words::new(include_str!("words/street-suffixes.txt"));
/// Countries behind their codes (ISO 3166-1, alpha-2): `AD Andorra`.
pub(crate) const COUNTRIES: Words = Words::new(include_str!("words/countries.txt"));

// === impl Words ===

impl Words {
    /// Those of a text, each with a line feed behind it.
    const fn new(lines: &'static str) -> Self {
        let mut rest = lines.as_bytes();
        let mut count = 0;
        while let [first, after @ ..] = rest {
            if *first == b'\n' {
                count += 1;
            }
            rest = after;
        }
        Self { lines, count }
    }

    /// One of them.
    pub(crate) fn pick(&self, host: &mut dyn Host) -> &'static str {
        // There are some hundred.
        self.lines.lines().nth(below(host, self.count) as usize).unwrap_or_default()
    }
}
