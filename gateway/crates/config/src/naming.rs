//! How operations and their services are called where a document does not say: reading fills in what writing leaves out.

use std::iter;

use http::Method;
use percent_encoding::percent_decode_str;

/// What the paths of a service begin with, not percent-encoded.
pub(crate) fn service_base(name: &str, version: &str) -> String {
    format!("/rest/{name}/{version}")
}

/// The service that a path belongs to, by what the paths of each begin with: the longest. Empty: to none.
pub(crate) fn base_of<'a>(path: &str, bases: &'a [String]) -> &'a str {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let fits =
        |base: &&String| path.strip_prefix(&***base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    bases.iter().filter(fits).max_by_key(|base| base.len()).map_or("", String::as_str)
}

/// The name of a route that has none: its methods and its path.
pub(crate) fn route_name(methods: &[Method], path: &str) -> String {
    let methods: Vec<_> = methods.iter().map(Method::as_str).collect();
    if methods.is_empty() { path.into() } else { methods.join("|") + " " + path }
}

/// The name of an operation that has none: the methods, and the path without what stands in front of it.
pub(crate) fn operation_name(methods: &[Method], path: &str, base: &str) -> String {
    let slashes = path.match_indices('/').map(|(at, _)| at).chain(iter::once(path.len()));
    let own = slashes.skip(base.matches('/').count()).map(|at| path.get(at..).unwrap_or_default());
    route_name(methods, own.into_iter().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_its_paths() {
        let bases = [service_base("API", "1"), service_base("API", "1/x"), service_base("API Pastry", "2.0.0")];
        assert_eq!(base_of("/rest/API%20Pastry/2.0.0/pastry", &bases), "/rest/API Pastry/2.0.0");
        assert_eq!(base_of("/rest/API/1/x/y", &bases), "/rest/API/1/x");
        assert_eq!(base_of("/rest/API/10", &bases), "");
    }

    #[test]
    fn an_operation_is_called_by_its_own_path() {
        let name = |path: &str, base: &str| operation_name(&[Method::GET], path, base);
        assert_eq!(name("/rest/API%20Pastry/2.0.0/pastry/{name}", "/rest/API Pastry/2.0.0"), "GET /pastry/{name}");
        assert_eq!(name("/rest/a/1/", "/rest/a/1"), "GET /");
        assert_eq!((name("/rest/a/1", "/rest/a/1"), name("/a", "")), ("GET ".into(), "GET /a".into()));
    }
}
