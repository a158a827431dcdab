//! What a lookup costs, with 20 and with 2,000 routes: the difference must stay small. `cargo bench -p ringback-matching`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up stops")]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use http::{Method, StatusCode};
use ringback_matching::RouteTable;
use ringback_model::{
    environment::{Answering, Body, Mode, OnError, Origin, PathRules, PathSyntax, Response, Route, Rules},
    ids::RouteName,
};

/// What makes a path, and a request for it, of a number.
type Pattern = fn(usize) -> (String, String);

/// Paths of Mockoon's that begin alike and that segments alone can't tell apart.
const ALIKE: [(&str, Pattern); 7] = [
    ("optional", |n| (format!("/api/:tenant/r{n}/:id?"), format!("/api/acme/r{n}/7"))),
    ("wildcard", |n| (format!("/api/r{n}/*"), format!("/api/r{n}/a/b/c"))),
    ("inner-wildcard", |n| (format!("/api/*/r{n}/end"), format!("/api/a/b/r{n}/end"))),
    ("begin-of-segment", |n| (format!("/api/r{n}-:id"), format!("/api/r{n}-7"))),
    ("end-of-segment", |n| (format!("/api/:id-r{n}"), format!("/api/7-r{n}"))),
    ("two-in-segment", |n| (format!("/api/:name.r{n}.:ext"), format!("/api/a.r{n}.txt"))),
    ("doubtful", |n| (format!("/api/:a-:b.r{n}*rest"), format!("/api/a-b.r{n}/c/d"))),
];

/// A quarter of the routes have no parameter; each resource has the five operations that an API description gives it.
fn routes(count: usize, syntax: PathSyntax) -> Vec<Route> {
    let id = if syntax == PathSyntax::Express { ":id" } else { "{id}" };
    let route = |index: usize| {
        let (resource, operation) = (index / 5, index % 5);
        let collection = format!("/api/v1/resource{resource}");
        let (method, path) = match operation {
            0 => (Method::GET, collection),
            1 => (Method::GET, format!("{collection}/{id}")),
            2 => (Method::PUT, format!("{collection}/{id}")),
            3 => (Method::DELETE, format!("{collection}/{id}")),
            _ => (Method::GET, format!("{collection}/{id}/items/{}", id.replace("id", "item"))),
        };
        route_at(index, method, path)
    };
    (0..count).map(route).collect()
}

fn route_at(index: usize, method: Method, path: String) -> Route {
    let response = Response {
        id: None,
        rules: Rules::default(),
        label: None,
        status: StatusCode::OK,
        headers: vec![],
        body: Body::Empty,
        latency: Duration::ZERO,
        callbacks: vec![],
        default: true,
        origin: Origin::default(),
    };
    Route {
        id: None,
        name: RouteName::try_new(&format!("r{index}")).expect("a short name"),
        methods: vec![method],
        path,
        answer: Answering::Responses { mode: Mode::Default, responses: vec![response] },
        upstream: None,
        on_error: OnError::Error,
        origin: Origin::default(),
    }
}

const SYNTAXES: [(&str, PathSyntax); 2] = [("template", PathSyntax::Template), ("express", PathSyntax::Express)];

fn table(count: usize, syntax: PathSyntax) -> RouteTable {
    let rules = PathRules { syntax, automatic_methods: true };
    RouteTable::build(&routes(count, syntax), rules, "").expect("the paths are valid")
}

fn find(criterion: &mut Criterion) {
    for (name, syntax) in SYNTAXES {
        for count in [20, 2_000] {
            let table = table(count, syntax);
            let last = count / 5 - 1;
            let paths = [
                ("literal", format!("/api/v1/resource{last}")),
                ("param", format!("/api/v1/resource{last}/12345")),
                ("two-params", format!("/api/v1/resource{last}/12345/items/7")),
                ("miss", format!("/api/v1/resources/{last}")),
            ];
            for (kind, path) in paths {
                criterion.bench_function(&format!("{name}/{kind}/{count}"), |bencher| {
                    bencher.iter(|| table.find(black_box(&Method::GET), black_box(&path)));
                });
            }
        }
    }
}

fn find_alike(criterion: &mut Criterion) {
    let rules = PathRules { syntax: PathSyntax::Express, automatic_methods: false };
    for (name, path) in ALIKE {
        for count in [20, 2_000] {
            let routes: Vec<Route> = (0..count).map(|n| route_at(n, Method::GET, path(n).0)).collect();
            let table = RouteTable::build(&routes, rules, "").expect("the paths are valid");
            let (_, request) = path(count - 1);
            criterion.bench_function(&format!("alike/{name}/{count}"), |bencher| {
                bencher.iter(|| table.find(black_box(&Method::GET), black_box(&request)));
            });
            criterion.bench_function(&format!("alike/{name}/build/{count}"), |bencher| {
                bencher.iter(|| RouteTable::build(black_box(&routes), rules, ""));
            });
        }
    }
}

/// What a load and a 404 cost.
fn others(criterion: &mut Criterion) {
    for (name, syntax) in SYNTAXES {
        let routes = routes(2_000, syntax);
        let rules = PathRules { syntax, automatic_methods: true };
        criterion.bench_function(&format!("{name}/build/2000"), |bencher| {
            bencher.iter(|| RouteTable::build(black_box(&routes), rules, ""));
        });
        let table = table(2_000, syntax);
        criterion.bench_function(&format!("{name}/nearest/2000"), |bencher| {
            bencher.iter(|| table.nearest(black_box(&Method::GET), black_box("/api/v1/resorce17/12345")));
        });
    }
}

criterion_group!(benches, find, find_alike, others);
criterion_main!(benches);
