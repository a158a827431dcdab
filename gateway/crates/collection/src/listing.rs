//! What a query asks of a list, read once: search, filters, sorting, page.

use ringback_model::json::Lookup;
use ringback_values::{Value, number};

use crate::{
    filter::{self, Filter},
    needle::Needle,
};

/// Items on a page, where the query does not say.
const LIMIT_DEFAULT: f64 = 10.0;

/// What a query asks of a list.
#[derive(Debug)]
pub(crate) struct Listing {
    /// Found in items whatever the case. Absent: all items are.
    pub(crate) search: Option<Needle>,
    /// All of them must hold.
    pub(crate) filters: Vec<Filter>,
    /// Absent: items stay as they are.
    pub(crate) sort: Option<Sort>,
    /// Absent: all items are sent.
    pub(crate) page: Option<Page>,
}

/// By which property items are sorted.
#[derive(Debug)]
pub(crate) struct Sort {
    pub(crate) by: Lookup,
    pub(crate) descending: bool,
}

/// A part of a list, by the numbers that a client gave: they may be anything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    number: f64,
    limit: f64,
}

// === impl Listing ===

impl Listing {
    /// Reads a query. What is repeated, and so is no text, says nothing.
    pub(crate) fn of(query: &Value) -> Self {
        let Value::Object(query) = query else {
            return Self { search: None, filters: vec![], sort: None, page: None };
        };
        let text = |name: &str| {
            query.get(name).and_then(|value| match value {
                Value::String(text) => Some(text.as_str()),
                _ => None,
            })
        };
        let number = |name: &str, default: f64| match text(name).map(number::parse_int) {
            Some(given) if given != 0.0 && !given.is_nan() => given,
            _ => default,
        };
        let is_paged = query.get("limit").is_some() || query.get("page").is_some();
        Self {
            search: text("search").filter(|text| !text.is_empty()).map(Needle::new),
            filters: query.iter().filter_map(|(name, value)| filter::parse(name, value)).collect(),
            sort: text("sort").map(|by| Sort { by: Lookup::new(by), descending: text("order") == Some("desc") }),
            page: is_paged.then(|| Page { number: number("page", 1.0), limit: number("limit", LIMIT_DEFAULT) }),
        }
    }
}

// === impl Page ===

impl Page {
    /// Which of so many items are on it: from, to.
    pub(crate) fn range(self, count: usize) -> (usize, usize) {
        let from = place((self.number - 1.0) * self.limit, count);
        (from, place(self.number * self.limit, count).max(from))
    }
}

/// A place in a list as `slice` takes it: what is negative counts from the end.
fn place(at: f64, count: usize) -> usize {
    let at = if at.is_nan() { 0.0 } else { at.trunc() };
    let at = if at < 0.0 { at + count as f64 } else { at };
    // Saturates: below 0 is 0.
    (at as usize).min(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(query: &str, count: usize) -> Option<(usize, usize)> {
        Listing::of(&ringback_values::request::parse_query(query)).page.map(|page| page.range(count))
    }

    #[test]
    fn a_page_is_cut_as_slice_cuts() {
        for (query, cut) in [
            ("limit=2", (0, 2)),
            ("page=2&limit=3", (3, 4)),
            ("page=0&limit=abc", (0, 4)),
            ("page=9", (4, 4)),
            ("limit=-1", (0, 3)),
            ("page=-1&limit=1", (2, 3)),
            ("page=2&limit=-1", (3, 3)),
            ("limit=1&limit=2", (0, 4)),
            ("limit=99999999999999999999999&page=99999999999", (4, 4)),
        ] {
            assert_eq!(range(query, 4), Some(cut), "{query}");
        }
        assert_eq!(range("sort=a", 4), None);
    }
}
