//! The index against trying routes one by one, for tables and requests that nobody thought of.

use proptest::prelude::*;

use super::*;
use crate::{pattern::parse, tokens::spans};

/// Tries routes one by one with the general matcher: what the index must agree with.
fn one_by_one(routes: &[Route], rules: PathRules, method: &Method, path: &str) -> Option<(usize, Vec<String>)> {
    let mut buffer = KeyBuffer::new();
    let subject = Subject::new(path, rules.syntax, &mut buffer);
    let names = |route: &Route, method| route.methods.is_empty() || route.methods.contains(method);
    for (index, route) in routes.iter().enumerate().filter(|(_, route)| names(route, method)) {
        for tokens in parse(index, &route.path, "", rules).unwrap_or_default() {
            if let Some(spans) = spans(&tokens, subject.key(), rules.syntax) {
                return Some((index, spans.into_iter().map(|span| subject.raw()[span].to_owned()).collect()));
            }
        }
    }
    None
}

fn a_path(segments: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(segments), 0..4)
        .prop_map(|segments| format!("/{}", segments.join("/")))
}

fn a_route(segments: &'static [&'static str], ends: &'static [&'static str]) -> impl Strategy<Value = Route> {
    let method = proptest::sample::select(&["GET", "POST", "GET|PUT", "ANY"]);
    (method, a_path(segments), proptest::sample::select(ends)).prop_map(|(method, path, end)| {
        // Parameters of one name each: their places make the names.
        let mut number = 0;
        let named: String = path
            .chars()
            .map(|c| {
                number += 1;
                if c == '#' { format!("p{number}") } else { c.to_string() }
            })
            .collect();
        route(&format!("{method} {named}{end}"))
    })
}

fn agree(routes: &[Route], rules: PathRules, paths: &[String]) {
    let table = RouteTable::build(routes, rules, "").unwrap();
    for path in paths {
        for method in [Method::GET, Method::POST, Method::PUT, Method::TRACE] {
            let expected = one_by_one(routes, rules, &method, path);
            let got = match table.find(&method, path) {
                Found::Route { index, params, .. } => {
                    Some((index, params.into_iter().map(|(_, value)| value.as_str().to_owned()).collect()))
                }
                _ => None,
            };
            assert_eq!(got, expected, "{method} {path} with {:?}", routes.iter().map(|r| &r.path).collect::<Vec<_>>());
        }
    }
}

const TEMPLATE_SEGMENTS: &[&str] = &["a", "b", "{#}", "{#}", "v{#}", "{#}.{#}", "{#}-b", ""];
const EXPRESS_SEGMENTS: &[&str] = &[
    "a",
    "b",
    ":#",
    ":#",
    ":#?",
    "v:#",
    ":#.:#",
    ":#-:#",
    "*",
    "b?",
    "{a}",
    "",
    "*p#.b",
    "*p#-*p#",
    ":#.*p#",
    ":#+",
    ":#*",
    "a{.:#}",
    "{/:#}",
    "A-:#-b-:#",
];
const REQUEST_SEGMENTS: &[&str] =
    &["a", "b", "ab", "v1", "v", "a.b", "a.b.c", "a-b", "a-b-b", ".", "a", "", "a--", "-", "A-1-b-b", "-b-.b"];

proptest! {
    #[test]
    fn the_index_finds_what_trying_one_by_one_finds(
        routes in proptest::collection::vec(a_route(TEMPLATE_SEGMENTS, &["", "", "/{*rest}"]), 1..12),
        paths in proptest::collection::vec(a_path(REQUEST_SEGMENTS), 1..20),
    ) {
        agree(&routes, TEMPLATE, &paths);
    }

    #[test]
    fn the_index_finds_the_same_in_express_syntax(
        routes in proptest::collection::vec(a_route(EXPRESS_SEGMENTS, &["", "", "/*", "/"]), 1..12),
        paths in proptest::collection::vec(a_path(REQUEST_SEGMENTS), 1..20),
    ) {
        agree(&routes, EXPRESS, &paths);
    }

    #[test]
    fn no_path_and_no_request_panics(path in "[/a-c:*?+(){}.\\\\é %-]{0,12}", request in "[/a-c%é.-]{0,12}") {
        for rules in [TEMPLATE, EXPRESS] {
            if let Ok(table) = RouteTable::build(&[route(&format!("GET {path}"))], rules, "") {
                table.find(&Method::GET, &request);
                table.explain(&Method::GET, &request);
                table.nearest(&Method::GET, &request).to_string();
            }
        }
    }
}
