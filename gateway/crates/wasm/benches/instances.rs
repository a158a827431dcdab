//! What a plugin call costs in process: a new instance and one call, a warm instance, a warm renderer.
//!
//! Bars: `fresh respond` below 20 us, `warm render` below 5 us. Measured on two quiet cores: 11.4, 2.8 (`warm respond`) and
//! 4.3 us. `cargo bench -p ringback-wasm` runs it.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench")]

use std::{hint::black_box, net::IpAddr, sync::Arc, time::Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use http::{HeaderMap, HeaderValue, Method};
use ringback_model::{
    environment::{BucketGrant, Grants, HostPattern, Instances},
    http_values::Request,
    ids::{EnvironmentName, PluginName, RequestId, RouteName, SessionId},
    ports::{Call, Context, Purpose, Template},
    seed::Seed,
    time::Timestamp,
    unit::{Cause, Scope, Unit, View},
};
use ringback_wasm::{Host, HostOptions, Plugin, PluginFile, PluginSource};

const ECHO: &[u8] = include_bytes!("../tests/guests/echo/echo.wasm");
const HANDLEBARS: &[u8] = include_bytes!("../../../../plugins/handlebars/handlebars.wasm");
const TEMPLATE: &str = r#"{"id":"{{urlParam 'x'}}{{header 'x-id'}}","amount":{{body 'amount'}},"at":"{{method}}"}"#;

fn request() -> Arc<Request> {
    let mut headers = HeaderMap::new();
    for (name, value) in
        [("host", "localhost:3000"), ("accept", "*/*"), ("x-id", "7"), ("content-type", "application/json")]
    {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Arc::new(Request {
        id: RequestId { tag: 1, number: 1 },
        received: Timestamp::from_micros(1_795_289_922_000_000),
        session: SessionId::default(),
        method: Method::POST,
        uri: "/orders/42".parse().unwrap(),
        headers,
        body: r#"{"amount":12.5,"currency":"EUR"}"#.into(),
        route: RouteName::try_new("POST /orders/:x").unwrap(),
        params: [("x".into(), "42".into())].into_iter().collect(),
        number: 1,
        origin: "http://localhost:3000".into(),
        client: IpAddr::from([127, 0, 0, 1]),
        cause: None,
        depth: 0,
    })
}

fn call(request: &Arc<Request>, scope: &Scope, view: &View) -> Call {
    Call {
        unit: Unit::new(scope.clone(), request.route.clone(), Cause::Request(request.id), 0, view.clone()),
        now: request.received,
        random: Seed(1).of_request(request.id),
        request: Some(Arc::clone(request)),
        upstream: None,
        surroundings: None,
    }
}

fn load(host: &Host, name: &str, wasm: &'static [u8], instances: Instances) -> Arc<Plugin> {
    let source = PluginSource {
        grants: Grants {
            buckets: BucketGrant::All,
            callback_hosts: vec![HostPattern::try_new("localhost").unwrap()],
            ..Grants::default()
        },
        instances,
        ..PluginSource::new(PluginName::try_new(name).unwrap(), PluginFile::Bytes(wasm.into()))
    };
    host.load(source).unwrap()
}

fn instances(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let host = Host::new(HostOptions::default()).unwrap();
    let (request, view) = (request(), View::default());
    let scope = Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() };

    for (name, instances) in [("fresh", Instances::Fresh), ("warm", Instances::Warm { reuse: 100_000, max: None })] {
        let responder = load(&host, name, ECHO, instances).responder().unwrap();
        criterion.bench_function(&format!("{name} respond"), |bencher| {
            bencher.iter_custom(|calls| {
                runtime.block_on(async {
                    let started = Instant::now();
                    for _ in 0..calls {
                        black_box(responder.clone().respond(call(&request, &scope, &view)).await.unwrap());
                    }
                    started.elapsed()
                })
            });
        });
    }

    let renderer = load(&host, "handlebars", HANDLEBARS, Instances::Fresh).renderer().unwrap();
    let template = Template { source: TEMPLATE.into(), purpose: Purpose::ResponseBody };
    let templates =
        runtime.block_on(renderer.compile(vec![template], None)).map_err(|_| "the template compiles").unwrap();
    criterion.bench_function("warm render", |bencher| {
        bencher.iter_custom(|calls| {
            runtime.block_on(async {
                let started = Instant::now();
                for _ in 0..calls {
                    let rendered =
                        templates.render(&[0], Context::default(), call(&request, &scope, &view)).await.unwrap();
                    black_box(rendered.outputs);
                }
                started.elapsed()
            })
        });
    });
    criterion.bench_function("the call itself", |bencher| bencher.iter(|| black_box(call(&request, &scope, &view))));
}

criterion_group!(benches, instances);
criterion_main!(benches);
