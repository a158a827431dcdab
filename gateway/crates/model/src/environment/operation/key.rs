//! Keys as Microcks writes them: the importer makes them of examples, the gateway of requests, and equal ones belong together
//! (`microcks.md`, section 2.4). Values stand in them decoded and as they are; nothing is escaped.

use std::{borrow::Borrow, collections::BTreeSet, fmt::Write as _};

/// The key of path parameters: `/name=value` for each, sorted by name.
pub fn parts_key<N: AsRef<str>, V: AsRef<str>>(parts: impl IntoIterator<Item = (N, V)>) -> String {
    written('/', parts)
}

/// The key of query parameters: `?name=value` for each, sorted by name, then value, each once.
pub fn parameters_key<N: AsRef<str>, V: AsRef<str>>(parameters: impl IntoIterator<Item = (N, V)>) -> String {
    written('?', parameters)
}

/// The key of header fields: `?name=value` for each, sorted by name. Names are lower case.
pub fn headers_key<N: AsRef<str>, V: AsRef<str>>(headers: impl IntoIterator<Item = (N, V)>) -> String {
    written('?', headers)
}

/// The key of path and query parameters together.
pub fn elements_key(parts: impl Borrow<str>, parameters: impl Borrow<str>) -> String {
    format!("{}{}", parts.borrow(), parameters.borrow())
}

fn written<N: AsRef<str>, V: AsRef<str>>(mark: char, pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let sorted: BTreeSet<_> =
        pairs.into_iter().map(|(name, value)| (name.as_ref().to_owned(), value.as_ref().to_owned())).collect();
    let mut key = String::new();
    for (name, value) in sorted {
        let _ = write!(key, "{mark}{name}={value}");
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_sorted_and_each_stands_once() {
        assert_eq!(parts_key([("owner", "laurent"), ("car", "307")]), "/car=307/owner=laurent");
        assert_eq!(parameters_key([("b", "2"), ("a", "1"), ("a", "0"), ("a", "1")]), "?a=0?a=1?b=2");
        assert_eq!(elements_key("/a=1", "?b=2"), "/a=1?b=2");
        assert_eq!(parts_key::<&str, &str>([]), "");
    }
}
