use http::StatusCode;
use ringback_model::{
    environment::{Answering, Body, Mode, OnError, Origin, PathSyntax, Response, Rules, Streaming},
    ids::RouteName,
};

use super::*;

mod agreement;

const TEMPLATE: PathRules = PathRules { syntax: PathSyntax::Template, automatic_methods: true };
const EXPRESS: PathRules = PathRules { syntax: PathSyntax::Express, automatic_methods: false };

/// `GET /orders`, `GET|PUT /orders`, `ANY /orders`.
fn route(line: &str) -> Route {
    let (methods, path) = line.split_once(' ').unwrap();
    let response = Response {
        id: None,
        rules: Rules::default(),
        label: None,
        status: StatusCode::OK,
        headers: vec![],
        body: Body::Empty,
        latency: std::time::Duration::ZERO,
        callbacks: vec![],
        default: true,
        origin: Origin::default(),
    };
    Route {
        id: None,
        name: RouteName::try_new("route").unwrap(),
        methods: methods.split('|').filter(|m| *m != "ANY").map(|m| m.parse().unwrap()).collect(),
        path: path.into(),
        answer: Answering::Responses { mode: Mode::Default, responses: vec![response] },
        upstream: None,
        on_error: OnError::Error,
        origin: Origin::default(),
    }
}

/// A `GET` route at a path.
pub(crate) fn route_at(path: &str) -> Route {
    route(&format!("GET {path}"))
}

fn table(rules: PathRules, lines: &[&str]) -> RouteTable {
    let routes: Vec<Route> = lines.iter().map(|line| route(line)).collect();
    RouteTable::build(&routes, rules, "").unwrap()
}

/// `1 id=7`, `405 GET,HEAD,OPTIONS`, `options ...`, `bad id=%zz`, `none`.
fn found(table: &RouteTable, request: &str) -> String {
    let (method, path) = request.split_once(' ').unwrap();
    let list = |methods: Vec<Method>| methods.iter().map(Method::as_str).collect::<Vec<_>>().join(",");
    match table.find(&method.parse().unwrap(), path) {
        Found::Route { index, params, as_get, item, .. } => {
            let params: String = params.iter().map(|(name, value)| format!(" {name}={}", value.as_str())).collect();
            format!("{index}{params}{}{}", if item { " item" } else { "" }, if as_get { " as-get" } else { "" })
        }
        Found::BadPath { path } => format!("bad path {path}"),
        Found::BadEscape { param, raw, .. } => format!("bad {param}={raw}"),
        Found::Options { allow } => format!("options {}", list(allow)),
        Found::MethodNotAllowed { allow } => format!("405 {}", list(allow)),
        Found::NotFound => "none".into(),
    }
}

#[track_caller]
fn check(rules: PathRules, lines: &[&str], requests: &[(&str, &str)]) {
    let table = table(rules, lines);
    for (request, expected) in requests {
        assert_eq!(found(&table, request), *expected, "{request} with {lines:?}");
    }
}

#[test]
fn templates_match_whole_segments_exactly() {
    check(
        TEMPLATE,
        &["GET /", "GET /orders", "GET /orders/{id}", "GET /orders/{id}/items/{item}", "GET /orders/{id}/"],
        &[
            ("GET /", "0"),
            ("GET /orders", "1"),
            ("GET /orders/7", "2 id=7"),
            ("GET /orders/7/items/a%20b", "3 id=7 item=a b"),
            ("GET /orders/7/", "4 id=7"),
            ("GET /orders/", "none"),
            ("GET //orders", "none"),
            ("GET /Orders", "none"),
            ("GET /orders/7/items", "none"),
            ("GET orders", "none"),
            ("GET *", "none"),
        ],
    );
}

#[test]
fn segments_can_be_mixed() {
    check(
        TEMPLATE,
        &["GET /v{n}/files/{name}.{ext}", "GET /v{n}/files/{name}", "GET /{name}:cancel", "GET /{name}:{verb}"],
        &[
            ("GET /v2/files/a.tar.gz", "0 n=2 name=a.tar ext=gz"),
            ("GET /v2/files/readme", "1 n=2 name=readme"),
            ("GET /v/files/readme", "none"),
            ("GET /run-7:cancel", "2 name=run-7"),
            ("GET /run-7:start", "3 name=run-7 verb=start"),
        ],
    );
}

#[test]
fn a_wildcard_takes_the_rest_even_when_it_is_empty() {
    check(
        TEMPLATE,
        &["GET /files/{*rest}", "GET /files"],
        &[
            ("GET /files/a/b%2Fc", "0 rest=a/b/c"),
            ("GET /files/", "0 rest="),
            ("GET /files", "1"),
            ("GET /file/a", "none"),
        ],
    );
}

#[test]
fn the_first_of_the_document_wins() {
    let literal = ("GET /orders/latest", "1");
    check(TEMPLATE, &["POST /orders/{id}", "GET /orders/latest", "GET /orders/{id}"], &[literal]);
    check(TEMPLATE, &["GET /orders/{id}", "GET /orders/latest"], &[("GET /orders/latest", "0 id=latest")]);
    check(TEMPLATE, &["ANY /{*rest}", "GET /orders"], &[("GET /orders", "0 rest=orders")]);
    check(TEMPLATE, &["GET /{a}/x", "GET /b/{c}"], &[("GET /b/x", "0 a=b"), ("GET /b/y", "1 c=y")]);
    check(TEMPLATE, &["GET /b/{c}", "GET /{a}/x"], &[("GET /b/x", "0 c=x"), ("GET /c/x", "1 a=c")]);
}

#[test]
fn methods_are_told_apart() {
    check(
        TEMPLATE,
        &["GET /a", "POST|PURGE /a", "ANY /any", "DELETE /{x}"],
        &[
            ("GET /a", "0"),
            ("PURGE /a", "1"),
            ("DELETE /a", "3 x=a"),
            ("PUT /a", "405 GET,POST,DELETE,HEAD,OPTIONS,PURGE"),
            ("OPTIONS /a", "options GET,POST,DELETE,HEAD,OPTIONS,PURGE"),
            ("WHATEVER /any", "2"),
            ("WHATEVER /a", "405 GET,POST,DELETE,HEAD,OPTIONS,PURGE"),
            ("GET /b", "405 DELETE,OPTIONS"),
            ("OPTIONS /b/c", "none"),
        ],
    );
}

#[test]
fn get_routes_answer_head_unless_another_route_of_the_path_does() {
    check(
        TEMPLATE,
        &["GET /a", "GET /b/{x}", "HEAD /b/{y}", "OPTIONS /a", "ANY /{*rest}"],
        &[("HEAD /a", "0 as-get"), ("HEAD /b/1", "2 y=1"), ("OPTIONS /a", "3"), ("HEAD /c", "4 rest=c")],
    );
    check(EXPRESS, &["GET /a"], &[("HEAD /a", "none"), ("OPTIONS /a", "none"), ("POST /a", "none")]);
}

#[test]
fn bad_escapes_are_reported_and_literals_are_not_decoded() {
    check(
        TEMPLATE,
        &["GET /a/{x}", "GET /café au lait", "GET /a%2Fb"],
        &[
            ("GET /a/%zz", "bad x=%zz"),
            ("GET /a/%ff", "bad x=%ff"),
            ("GET /%61/1", "none"),
            ("GET /caf%C3%A9%20au%20lait", "1"),
            ("GET /a%2Fb", "2"),
        ],
    );
}

#[test]
fn express_paths_are_tried_in_order() {
    check(
        EXPRESS,
        &["GET /:from-:to", "GET /a/:b?", "ANY *", "GET /b", "POST /a/:id"],
        &[
            ("GET /a-b-c", "0 from=a-b to=c"),
            ("GET /A/%41", "1 b=A"),
            ("POST //a//7", "2 wildcard0=a/7"),
            ("PURGE /x/y/", "2 wildcard0=x/y/"),
            ("GET /b", "2 wildcard0=b"),
            ("GET /", "none"),
            ("GET *", "none"),
        ],
    );
}

#[test]
fn a_path_that_can_not_be_decoded_meets_no_express_route() {
    check(
        EXPRESS,
        &["GET /q/%C3:a", "GET /q/:b", "GET /static"],
        &[
            ("GET /q/%zz", "bad path /q/%zz"),
            ("GET //static%", "bad path /static%"),
            ("GET /nope/%ed%a0%80", "bad path /nope/%ed%a0%80"),
            // A parameter that begins within an escape: the next route is tried.
            ("GET /q/%C3%A9", "1 b=é"),
            ("GET /q/%C3x", "bad path /q/%C3x"),
        ],
    );
}

#[test]
fn a_route_that_declines_leaves_to_the_next_that_matches() {
    let lines = ["GET /a", "GET /{x}", "POST /a", "GET /{*rest}", "GET /a", "GET /v{n}", "GET /v1"];
    let table = table(TEMPLATE, &lines);
    let chain = |path: &str| {
        let mut found = table.find(&Method::GET, path);
        let mut indices = vec![];
        while let Found::Route { index, place, .. } = found {
            indices.push(index);
            found = table.find_after(place, &Method::GET, path);
        }
        assert_eq!(found, Found::NotFound);
        indices
    };
    assert_eq!(chain("/a"), [0, 1, 3, 4]);
    assert_eq!(chain("/v1"), [1, 3, 5, 6]);
    assert_eq!(chain("/v/w"), [3]);
}

#[test]
fn a_collection_has_a_path_for_itself_and_one_for_its_items() {
    let collection = |path: &str, mode| Route {
        answer: Answering::Collection { key: "id".into(), mode, responses: vec![] },
        ..route(&format!("ANY {path}"))
    };
    let routes = [collection("/users/", Mode::Default), collection("/*", Mode::Fallback), route("ANY /*")];
    let table = RouteTable::build(&routes, EXPRESS, "").unwrap();
    assert_eq!(found(&table, "POST /users/"), "0");
    assert_eq!(found(&table, "GET /users"), "1 wildcard0=users");
    assert_eq!(found(&table, "PATCH /users/7"), "0 id=7 item");
    assert_eq!(found(&table, "POST /users/7"), "1 wildcard0=users/7");
    assert_eq!(found(&table, "HEAD /users/7"), "2 wildcard0=users/7");
    let Found::Route { place, .. } = table.find(&Method::GET, "/a/b") else { panic!() };
    let next = table.find_after(place, &Method::GET, "/a/b");
    assert!(matches!(next, Found::Route { index: 1, item: true, .. }), "{next:?}");
    assert_eq!(table.shadowed(), [], "a route that may decline takes nothing away");
    let template = RouteTable::build(&[collection("/users", Mode::Default)], TEMPLATE, "").unwrap();
    assert_eq!(found(&template, "HEAD /users/7"), "0 id=7 item as-get");
    assert_eq!(found(&template, "POST /users/7"), "405 GET,PUT,PATCH,DELETE,HEAD,OPTIONS");
}

#[test]
fn a_websocket_is_found_by_those_who_open_one_only() {
    let socket = Answering::Socket { streaming: Streaming::Conversation, mode: Mode::Default, responses: vec![] };
    let routes = [Route { answer: socket, ..route("ANY /ws/:room") }, route("ANY /*")];
    let table = RouteTable::build(&routes, EXPRESS, "").unwrap();
    assert_eq!(found(&table, "GET /ws/7"), "1 wildcard0=ws/7");
    assert!(matches!(table.find_socket("/ws/7"), Found::Route { index: 0, .. }));
    assert_eq!(table.find_socket("/ws"), Found::NotFound);
    assert_eq!(table.find_socket("/ws/%zz"), Found::NotFound);
    assert_eq!(table.shadowed(), []);
}

#[test]
fn an_invalid_express_route_never_answers_and_others_do() {
    let lines = ["GET /:id(\\d+)", "GET /a", "GET /b*"];
    let table = table(EXPRESS, &lines);
    let invalid: Vec<_> = table.invalid().iter().map(|error| error.route).collect();
    assert_eq!(invalid, [Some(0), Some(2)]);
    assert_eq!(found(&table, "GET /a"), "1");
    assert_eq!(found(&table, "GET /bc"), "none");
    assert_eq!(table.shadowed(), []);
    let table = RouteTable::build(&["GET /a", "GET /b"].map(route), EXPRESS, "v(").unwrap();
    assert_eq!(table.invalid().iter().map(|error| error.route).collect::<Vec<_>>(), [None]);
    assert_eq!(found(&table, "GET /v(/a"), "none");
}

#[test]
fn a_prefix_stands_before_every_path() {
    let routes = [route("GET /orders/{id}")];
    let table = RouteTable::build(&routes, TEMPLATE, "/api/{tenant}/").unwrap();
    assert_eq!(found(&table, "GET /api/acme/orders/7"), "0 tenant=acme id=7");
    assert_eq!(found(&table, "GET /orders/7"), "none");
    let table = RouteTable::build(&[route("GET /orders/:id")], EXPRESS, "api").unwrap();
    assert_eq!(found(&table, "GET /api/orders/7"), "0 id=7");
}

#[test]
fn faults_name_their_place() {
    let fault = |rules, prefix, path: &str| {
        let errors = RouteTable::build(&[route(&format!("GET {path}"))], rules, prefix).unwrap_err();
        let PatternError { route, span, complaint } = errors.into_iter().next().unwrap();
        let whole = if route.is_some() { path } else { prefix };
        format!("{}: {complaint}", &whole[span])
    };
    let template = |path| fault(TEMPLATE, "", path);
    assert_eq!(template("orders"), "o: a path begins with `/`");
    assert_eq!(template("/a/{id"), "{: `{` has no partner");
    assert_eq!(template("/a/{id/b}"), "{: `{` has no partner");
    assert_eq!(template("/a/id}"), "}: `}` has no partner");
    assert_eq!(template("/a/{}"), "{}: a parameter needs a name");
    assert_eq!(template("/a/{i d}"), "{i d}: a parameter's name can't hold ` `: letters, digits, `_`, `-` and `.` are");
    assert_eq!(template("/{a}/{a}"), "{a}: two parameters are called `a`");
    assert_eq!(template("/{a}{b}"), "{b}: `b` needs a text before it, to tell where it begins");
    assert_eq!(template("/{*a}/b"), "{*a}: a wildcard is the whole last segment: `/files/{*rest}`");
    assert_eq!(template("/a?b=c"), "?b=c: a path ends before `?`: queries are matched by rules");
    assert_eq!(fault(TEMPLATE, "/{x", "/a"), "{: `{` has no partner");
}

#[test]
fn all_faults_are_reported_together_and_a_prefixs_once() {
    let routes = ["GET a", "GET /b", "GET /{c"].map(route);
    let owners = |prefix| {
        let errors = RouteTable::build(&routes, TEMPLATE, prefix).unwrap_err();
        errors.into_iter().map(|error| error.route).collect::<Vec<_>>()
    };
    assert_eq!(owners(""), [Some(0), Some(2)]);
    assert_eq!(owners("/{x"), [None]);
}

#[test]
fn a_miss_is_explained_nearest_first() {
    let table = table(TEMPLATE, &["GET /orders", "POST /orders", "GET /orders/{id}", "GET /health"]);
    assert_eq!(
        table.explain(&Method::POST, "/order"),
        [
            "`POST /orders`: path differs in `order`",
            "`GET /orders`: path differs in `order`",
            "`GET /health`: path differs in `order`",
            "`GET /orders/{id}`: path differs in `order`",
        ]
    );
    assert_eq!(table.explain(&Method::DELETE, "/orders/7")[0], "`GET /orders/{id}`: same path, other method");
    assert_eq!(table.explain(&Method::GET, "/orders/")[0], "`GET /orders`: path has a `/` more at its end");
    assert_eq!(table.explain(&Method::GET, "/api/orders")[0], "`GET /orders`: path has `api` more");
    assert_eq!(table.explain(&Method::GET, "/orders")[0], "`GET /orders`: matches");
}

#[test]
fn a_miss_comes_with_the_toml_that_would_mend_it() {
    let orders = table(TEMPLATE, &["GET /orders", "POST /orders"]);
    let text = "no route answers `POST /order`
nearest: `POST /orders` (path differs in `order`)
add it with:
[[route]]
method = \"POST\"
path = \"/order\"
status = 200
body = \"\"
";
    assert_eq!(orders.nearest(&Method::POST, "/order").to_string(), text);
    let far = orders.nearest(&Method::POST, "/x/\"{y}\"");
    assert_eq!(far.nearest, None);
    assert!(far.toml().unwrap().contains(r#"path = "/x/\"%7By%7D\"""#));
    let mockoon = table(EXPRESS, &["GET /orders"]).nearest(&Method::GET, "/Order");
    assert_eq!(mockoon.toml(), None);
    assert_eq!(mockoon.nearest.unwrap().label, "GET /orders");
}

#[test]
fn a_long_request_is_explained_in_short() {
    let table = table(TEMPLATE, &["GET /orders"]);
    let advice = table.nearest(&Method::GET, &format!("/{}", "x".repeat(60_000))).to_string();
    assert!(advice.len() < 400, "{} bytes", advice.len());
}

#[test]
fn routes_that_never_answer_are_found() {
    let shadowed = |rules, lines: &[&str]| table(rules, lines).shadowed();
    assert_eq!(shadowed(TEMPLATE, &["GET /a", "GET /a", "POST /a", "ANY /a"]), [(1, 0)]);
    assert_eq!(
        shadowed(TEMPLATE, &["GET /{a}", "GET /b", "GET /v{n}", "GET /b/c", "GET /{b}"]),
        [(1, 0), (2, 0), (4, 0)]
    );
    assert_eq!(shadowed(TEMPLATE, &["GET /v{n}", "GET /b", "GET /{n}", "GET /v1"]), [(3, 0)]);
    assert_eq!(shadowed(TEMPLATE, &["ANY /{*rest}", "GET /a/{b}", "GET /c/{*d}"]), [(1, 0), (2, 0)]);
    assert_eq!(shadowed(TEMPLATE, &["GET /c/{d}/{e}", "GET /c/{*d}", "GET /c/{d}"]), [(2, 1)]);
    assert_eq!(shadowed(TEMPLATE, &["GET|POST /a", "POST /a", "POST|PUT /a"]), [(1, 0)]);
    assert_eq!(shadowed(TEMPLATE, &["GET /a", "HEAD /a"]), []);
    assert_eq!(shadowed(EXPRESS, &["GET /a/:id?", "GET /A", "GET /a/", "GET /a/b/c"]), [(1, 0), (2, 0)]);
}
