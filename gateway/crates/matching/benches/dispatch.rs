//! What finding an operation and one of its examples costs, with 10 and with 1,000 operations, and with 10 and with 1,000
//! examples: the difference must stay small. `cargo bench -p ringback-matching --bench dispatch`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up stops")]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use ringback_matching::{Dispatcher, Found, Inquiry, RouteTable};
use ringback_model::{
    environment::{
        Answering, Body, Delay, Dispatch, Example, OnError, Operation, Origin, PathRules, PathSyntax, Response, Route,
        Rules,
    },
    ids::RouteName,
};

const BASE: &str = "/rest/Pastry%20API/1.0.0";

fn example(number: usize) -> Example {
    let response = Response {
        id: None,
        rules: Rules::default(),
        label: None,
        status: StatusCode::OK,
        headers: vec![],
        body: Body::Empty,
        latency: Duration::ZERO,
        callbacks: vec![],
        default: false,
        origin: Origin::default(),
    };
    let key = Some(format!("/id={number}?page=0").into());
    Example { name: format!("e{number}").into(), key, media_type: Some("application/json".into()), response }
}

fn operation(examples: usize) -> Operation {
    Operation {
        name: "GET /".into(),
        base: BASE.into(),
        dispatch: Dispatch::Elements { parts: vec!["id".into()], parameters: vec!["page".into(), "limit".into()] },
        fallback: None,
        forward: None,
        constraints: vec![],
        delay: Delay::default(),
        contents: vec![],
        examples: (0..examples).map(example).collect(),
    }
}

fn route(number: usize, examples: usize) -> Route {
    Route {
        id: None,
        name: RouteName::try_new(&format!("r{number}")).expect("a short name"),
        methods: vec![Method::GET],
        path: format!("{BASE}/resource{number}/{{id}}"),
        answer: Answering::Examples(Box::new(operation(examples))),
        upstream: None,
        on_error: OnError::Error,
        origin: Origin::default(),
    }
}

/// From a request to its example.
fn choose(criterion: &mut Criterion, name: &str, operations: usize, examples: usize) {
    let routes: Vec<Route> = (0..operations).map(|number| route(number, examples)).collect();
    let rules = PathRules { syntax: PathSyntax::Template, automatic_methods: false };
    let table = RouteTable::build(&routes, rules, "").expect("the paths are valid");
    let dispatchers: Vec<Dispatcher> = (0..operations).map(|_| Dispatcher::new(&operation(examples)).0).collect();
    let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
    let path = format!("{BASE}/resource{}/{}", operations - 1, examples - 1);
    criterion.bench_function(name, |bencher| {
        bencher.iter(|| {
            let Found::Route { index, params, .. } = table.find(black_box(&Method::GET), black_box(&path)) else {
                return None;
            };
            let inquiry = Inquiry { params: &params, query: black_box("page=0&other=1"), headers: &headers, body: b"" };
            let dispatcher = dispatchers.get(index)?;
            let key = dispatcher.key(&inquiry);
            let chosen = dispatcher.choose(&key, &inquiry);
            assert!(chosen.is_some());
            chosen
        });
    });
}

fn all(criterion: &mut Criterion) {
    for operations in [10, 1_000] {
        choose(criterion, &format!("operations/{operations}"), operations, 3);
    }
    for examples in [10, 1_000] {
        choose(criterion, &format!("examples/{examples}"), 10, examples);
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
