//! What an environment of Mockoon's means here.

use std::time::Duration;

use http::Method;
use proptest::prelude::*;
use ringback_diag::{Colour, Sources, render};
use ringback_import::{Imported, mockoon};
use ringback_model::{
    environment::{
        Answering, CallbackDefinition, Environment, Header, Latency, Listen, Mode, PathSyntax, Response, Seeding, Text,
    },
    limits,
};
use serde_json::{Value, json};

const EXAMPLE: &str = include_str!("../../../../examples/orders/mockoon.json");

fn read(text: &str) -> Result<Imported, String> {
    let mut sources = Sources::default();
    mockoon("mockoon.json", text, &mut sources).map_err(|errors| render(&errors, &sources, Colour::Plain))
}

/// An environment of some fields, the others left to their defaults.
fn environment(fields: &Value) -> Result<Environment, String> {
    let mut document = json!({ "lastMigration": 33, "routes": [], "cors": false });
    if let (Value::Object(document), Value::Object(fields)) = (&mut document, fields) {
        document.extend(fields.clone());
    }
    Ok(read(&document.to_string())?.environment)
}

fn responses(environment: &Environment, route: usize) -> (Mode, &[Response]) {
    match environment.routes.get(route).map(|route| &route.answer) {
        Some(Answering::Responses { mode, responses }) => (*mode, responses),
        _ => (Mode::Default, &[]),
    }
}

fn names(environment: &Environment) -> Vec<&str> {
    environment.routes.iter().map(|route| route.name.as_str()).collect()
}

fn fields(headers: &[Header]) -> Vec<(&str, &str)> {
    headers.iter().map(|header| (header.name.as_str(), &*header.value.source)).collect()
}

fn url(callback: &CallbackDefinition) -> &str {
    callback.url.texts().next().map_or("", |url| &url.source)
}

/// A UUID that says what it is of.
fn id(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits:0<32}")
}

/// A text as it stands in the file.
fn written<'a>(file: &'a str, text: &Text) -> &'a str {
    &file[text.origin.span.0..text.origin.span.1]
}

#[test]
fn the_tutorial_is_read_word_for_word() {
    let Imported { environment, warnings, .. } = read(EXAMPLE).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(environment.name.as_str(), "Orders");
    assert_eq!(environment.listen, Listen { host: "127.0.0.1".into(), port: 3000 });
    assert_eq!(environment.default_content_type.as_ref().unwrap(), "text/html; charset=utf-8");
    assert_eq!(environment.paths.syntax, PathSyntax::Express);
    assert!(!environment.paths.automatic_methods);
    assert_eq!(names(&environment), ["POST /orders", "GET /orders", "POST /webhook"]);

    let (_, [created]) = responses(&environment, 0) else { panic!("one response") };
    let expected = r#"{{setData 'push' 'orders' null (object orderId='123456' status='pending')}}{"orderId":"123456","status":"pending"}"#;
    let body = created.body.text().unwrap();
    assert_eq!((&*body.source, body.templated, created.status.as_u16()), (expected, true, 201));
    assert_eq!(written(EXAMPLE, body), expected.replace('"', "\\\""));
    assert_eq!(fields(&created.headers), [("content-type", "application/json")]);
    assert_eq!((created.callbacks[0].callback, created.callbacks[0].delay), (0, Duration::from_secs(10)));
    assert_eq!(&*responses(&environment, 1).1[0].body.text().unwrap().source, "{{data 'orders'}}");
    let paid = responses(&environment, 2).1[0].body.text().unwrap();
    assert_eq!(&*paid.source, "{{setData 'set' 'orders' '0.status' 'paid'}}");

    let [callback] = &*environment.callbacks else { panic!("one callback") };
    assert_eq!((callback.name.as_str(), &*callback.method.source), ("Payment processing", "POST"));
    assert_eq!((url(callback), callback.timeout), ("/webhook", limits::ATTEMPT_TIMEOUT));
    assert_eq!(fields(&callback.headers), [("content-type", "text/plain;charset=UTF-8")], "as node sends empty texts");
    assert!(matches!(&environment.buckets[0].seed, Seeding::Value(value) if value.to_text() == "[]"));
}

#[test]
fn what_is_missing_is_as_in_mockoon() {
    let environment = environment(&json!({ "routes": [{ "responses": [{}] }] })).unwrap();
    assert_eq!(environment.listen, Listen { host: String::new(), port: 3000 });
    assert_eq!(environment.name.as_str(), "New environment");
    assert_eq!(environment.routes[0].methods, [Method::GET]);
    let (_, [response]) = responses(&environment, 0) else { panic!("one response") };
    assert_eq!((response.status.as_u16(), &*response.body.text().unwrap().source), (200, "{}"));
}

#[test]
fn routes_are_tried_in_the_order_of_the_folders() {
    let route = |name: &str| json!({ "uuid": id(name), "endpoint": name, "responses": [{}] });
    let all = ["orphan", "last", "deep", "first", "lost"];
    let child = |kind: &str, name: &str| json!({ "type": kind, "uuid": id(name) });
    let environment = environment(&json!({
        "routes": all.map(route),
        "folders": [
            { "uuid": id("outer"), "children": [child("folder", "inner"), child("route", "nowhere")] },
            { "uuid": id("inner"), "children": [child("route", "deep"), child("folder", "unknown")] },
            { "uuid": id("unplaced"), "children": [child("route", "lost"), child("route", "first")] },
        ],
        "rootChildren": [child("route", "first"), child("folder", "outer"), child("route", "last"), child("route", "first")],
    })).unwrap();
    assert_eq!(names(&environment), ["GET /deep", "GET /last", "GET /lost", "GET /first", "GET /orphan"]);
}

#[test]
fn paths_methods_and_names_are_made_plain() {
    let route = |method: &str, endpoint: &str| json!({ "method": method, "endpoint": endpoint, "responses": [{}] });
    let environment = environment(&json!({
        "endpointPrefix": "//api/v:ver/",
        "routes": [route("all", "/a//:id/"), route("propfind", ""), route("get", "x*"), { "responses": [{}], "endpoint": "x*" }],
    })).unwrap();
    assert_eq!(environment.prefix, "api/v:ver");
    assert_eq!(names(&environment), ["ALL /a/:id/", "PROPFIND /", "GET /x*", "GET /x* (2)"]);
    assert_eq!((environment.routes[0].path.as_str(), environment.routes[0].methods.len()), ("/a/:id/", 0));
    assert_eq!(environment.routes[1].methods[0].as_str(), "PROPFIND");
}

#[test]
fn responses_keep_their_ways() {
    let header = |key: &str, value: &str| json!({ "key": key, "value": value });
    let environment = environment(&json!({
        "latency": 5,
        "headers": [header("X-A", "1"), header("x-a", "{{now}}")],
        "routes": [{
            "responseMode": "SEQUENTIAL",
            "responses": [
                { "label": "one", "statusCode": "404", "latency": 10, "body": "", "disableTemplating": true,
                  "headers": [header("set-cookie", "a"), header("Set-Cookie", "b"), header("x", ""), header("", "y")] },
                { "default": true, "body": "{{now}}", "disableTemplating": true },
                { "body": "{{now}}", "bodyType": "FILE", "filePath": "" },
            ],
        }],
    }))
    .unwrap();
    assert_eq!(fields(&environment.headers), [("x-a", "{{now}}")]);
    let (mode, [one, two, three]) = responses(&environment, 0) else { panic!("three responses") };
    assert_eq!((mode, one.label.as_deref(), one.status.as_u16()), (Mode::Sequential, Some("one"), 404));
    assert_eq!(environment.latency, Latency { most: Duration::from_millis(5), random: false });
    assert_eq!((one.latency, one.default), (Duration::from_millis(10), false));
    assert_eq!(
        one.body.text().map(|body| &*body.source),
        Some(""),
        "an empty body has a content type, no body has none"
    );
    assert_eq!(fields(&one.headers), [("set-cookie", "a"), ("set-cookie", "b")]);
    assert_eq!((two.default, two.body.text().unwrap().templated), (true, false));
    assert!(three.body.text().unwrap().templated);
}

#[test]
fn callbacks_are_sent_as_mockoon_sends_them() {
    let environment = environment(&json!({
        "port": 4000, "endpointPrefix": "api",
        "callbacks": [
            { "uuid": id("a"), "name": "Paid", "uri": "/webhook", "body": "{{now}}" },
            { "uuid": id("b"), "name": "Paid", "uri": "http://x/", "method": "delete", "body": "never sent" },
            { "uuid": id("c"), "uri": "http://x/", "body": "x", "headers": [{ "key": "content-type", "value": "text/csv" }] },
        ],
        "routes": [
            { "responses": [{ "callbacks": [{ "uuid": id("b"), "latency": 7 }, { "uuid": id("a") }, { "uuid": id("none") }] }] },
            { "responses": [{ "disableTemplating": true, "callbacks": [{ "uuid": id("a") }, { "uuid": id("c") }, { "uuid": id("a") }] }] },
        ],
    })).unwrap();
    let called: Vec<_> = environment.callbacks.iter().map(|callback| callback.name.as_str()).collect();
    assert_eq!(called, ["Paid", "Paid (2)", "Callback", "Paid (3)"]);
    let [paid, deleted, typed, untemplated] = &*environment.callbacks else { panic!("four callbacks") };
    assert_eq!(url(paid), "/api/webhook");
    assert_eq!(fields(&paid.headers), [("content-type", "text/plain;charset=UTF-8")]);
    assert_eq!((&*deleted.method.source, deleted.body.is_empty(), deleted.headers.len()), ("DELETE", true, 0));
    assert_eq!(fields(&typed.headers), [("content-type", "text/csv")]);
    assert!(paid.body.text().unwrap().templated && !untemplated.body.text().unwrap().templated);

    let used = |route| {
        responses(&environment, route).1[0].callbacks.iter().map(|used| (used.callback, used.delay.as_millis()))
    };
    assert_eq!(used(0).collect::<Vec<_>>(), [(1, 7), (0, 0)]);
    assert_eq!(used(1).collect::<Vec<_>>(), [(3, 0), (2, 0), (3, 0)]);
}

#[test]
fn cors_is_a_setting_not_a_route() {
    for cors in [true, false] {
        let environment =
            environment(&json!({ "cors": cors, "routes": [{ "method": "options", "responses": [{}] }] })).unwrap();
        assert_eq!(names(&environment), ["OPTIONS /"]);
        assert_eq!(environment.conventions.mockoon().map(|settings| settings.cors), Some(cors));
    }
}

#[test]
fn buckets_are_json_templates_or_text() {
    let bucket = |name: &str, value: &str| json!({ "id": "abcd", "name": name, "value": value });
    let environment = environment(&json!({
        "data": [bucket("a", "{\"b\": 1, \"a\": 2}"), bucket("a", "[{{now}}]"), bucket("", "not json"), {}],
    }))
    .unwrap();
    let seeds = environment.buckets.iter().map(|bucket| match &bucket.seed {
        Seeding::Value(value) => (bucket.name.as_str(), value.to_text()),
        Seeding::Template(text) | Seeding::AtFirstUse(text) => {
            (bucket.name.as_str(), format!("rendered: {}", text.source))
        }
    });
    let seeds: Vec<_> = seeds.collect();
    let expected =
        [("a", r#"{"b":1,"a":2}"#), ("a (2)", "rendered: [{{now}}]"), ("abcd", r#""not json""#), ("New data", "[]")];
    assert_eq!(seeds, expected.map(|(name, seed)| (name, seed.to_owned())));
}

/// Any JSON, built from words that mean something.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(EXAMPLE.split('"').map(str::to_owned).collect::<Vec<_>>());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        "\\PC{0,5}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*", at in 0..EXAMPLE.len(), removed in 0usize..80) {
        drop(read(&text));
        let start = EXAMPLE.floor_char_boundary(at);
        let end = EXAMPLE.floor_char_boundary((start + removed).min(EXAMPLE.len()));
        drop(read(&format!("{}{text}{}", &EXAMPLE[..start], &EXAMPLE[end..])));
    }

    #[test]
    fn any_json_is_read_or_refused(value in any_json()) {
        drop(read(&value.to_string()));
    }

    #[test]
    fn any_value_of_any_field_is_repaired(field in 0usize..12, value in any_json()) {
        let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
        let places = ["/port", "/routes", "/routes/0", "/routes/0/responses", "/routes/0/responses/0", "/routes/0/method",
            "/data/0/value", "/callbacks/0", "/rootChildren", "/headers", "/name", "/routes/0/responses/0/statusCode"];
        *document.pointer_mut(places[field]).unwrap() = value;
        prop_assert!(read(&document.to_string()).is_ok());
    }
}

#[test]
fn nesting_is_bounded() {
    assert!(read(&"[".repeat(100_000)).unwrap_err().contains("maximum nesting depth exceeded"));
    assert!(read(&r#"{"a":"#.repeat(100_000)).is_err());
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    assert!(read(&format!("\u{feff}{EXAMPLE}")).is_ok());
}
