//! Paths in both syntaxes, and requests that are matched against them.

use std::sync::OnceLock;

use http::Method;
use ringback_matching::{Found, RouteTable};
use ringback_model::environment::{PathRules, PathSyntax, Route};

use crate::Material;

/// What a route is made of; its path is put in.
const DOCUMENT: &str = "[[route]]\npath = '/'\nbody = 'x'";
/// More routes or requests than these only take time.
const LINES_MAX: usize = 16;

/// Endpoints as they stand, each with itself as the request.
pub(crate) fn seeds(material: &Material) -> Vec<String> {
    let endpoints = material.texts(|name, text| ["endpoint", "path"].contains(&name) && text.len() < 200);
    endpoints.into_iter().map(|endpoint| format!("\n{endpoint}\n\n/{endpoint}\n{endpoint}/x")).collect()
}

/// The first line is the prefix; paths follow, one a line; after an empty line, what is asked for.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (prefix, rest) = text.split_once('\n').unwrap_or(("", text));
    let (paths, requests) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let routes: Vec<Route> = paths.lines().take(LINES_MAX).map(route).collect();
    for syntax in [PathSyntax::Express, PathSyntax::Template] {
        let rules = PathRules { syntax, automatic_methods: syntax == PathSyntax::Template };
        match RouteTable::build(&routes, rules, prefix) {
            Ok(table) => requests.lines().take(LINES_MAX).for_each(|request| ask(&table, request, routes.len())),
            Err(errors) => assert!(!errors.is_empty(), "a table is refused without a word"),
        }
    }
}

fn route(path: &str) -> Route {
    static ROUTE: OnceLock<Option<Route>> = OnceLock::new();
    let read = || {
        let read = ringback_config::read("r.toml", DOCUMENT, "".as_ref(), &|_| None, &mut Default::default());
        read.ok()?.environment.routes.pop()
    };
    let mut route = ROUTE.get_or_init(read).clone().unwrap_or_else(|| unreachable!("the document is read"));
    path.clone_into(&mut route.path);
    route
}

/// Whoever goes on from a route that declines sees every one at most once, in their order.
fn ask(table: &RouteTable, path: &str, routes: usize) {
    table.find_socket(path);
    table.nearest(&Method::GET, path);
    table.explain(&Method::GET, path);
    table.shadowed();
    let mut found = table.find(&Method::GET, path);
    let mut before = None;
    while let Found::Route { index, place, .. } = found {
        assert!(index < routes && before.is_none_or(|before| before <= index), "`{path}` goes back to {index}");
        before = Some(index);
        found = table.find_after(place, &Method::GET, path);
    }
}
