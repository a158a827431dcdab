//! A plugin's own templates, rendered within its call.

use std::sync::Arc;

use ringback_model::{environment::BucketGrant, fault::FaultKind, ids::BucketName, time::Timestamp, unit::Unit};
use ringback_wasm::{Host, Plugin, PluginSource, Renderers};

use super::{
    rendering::{BUNDLED, HELLO, renderer_with},
    support::{HOST, Wat, call, host, patient, plugin_name, reply, respond, says, source, text, texts, view},
};

const IMPORT: &str = r#"(import "ringback:gateway/templates@0.1.0" "render"
    (func $render (param i32 i32 i32 i32 i32 i32 i32)))"#;
const PUSH: &str =
    r#"(import "ringback:gateway/buckets@0.1.0" "push" (func $push (param i32 i32 i32 i32 i32 i32 i32)))"#;

/// A guest that renders and answers with the text, or with the error's message.
fn renders(renderer: &str, template: &str, data: &str) -> Vec<u8> {
    let (items, arguments) = texts(2048, &[renderer, template, data]);
    let respond = format!("(call $render {} (i32.const 1800)) {}", arguments.join(" "), reply(1804));
    Wat { imports: IMPORT, items, respond, ..Wat::default() }.build()
}

/// A plugin for which `renderer` is the only one, by the name `r`.
fn asking_on(host: &Host, wasm: &[u8], renderer: &Arc<Plugin>) -> Arc<Plugin> {
    asking_with(host, source("asks", wasm), renderer)
}

fn asking_with(host: &Host, mut source: PluginSource, renderer: &Arc<Plugin>) -> Arc<Plugin> {
    let renderer = Arc::downgrade(renderer);
    source.renderers = Renderers::new(move |name| renderer.upgrade().filter(|_| *name == plugin_name("r")));
    source.grants.buckets = BucketGrant::Named(vec![BucketName::try_new("orders").unwrap()]);
    host.load(source).unwrap_or_else(|error| panic!("{error}"))
}

fn asking(wasm: &[u8]) -> Arc<Plugin> {
    asking_on(&HOST, wasm, &BUNDLED)
}

fn renderer(compile: &str, render: &str) -> Arc<Plugin> {
    HOST.load(source("r", &renderer_with(PUSH, compile, render))).unwrap()
}

fn orders(unit: Unit) -> String {
    let (mut changes, mut view) = (unit.finish(Timestamp::default()), view());
    changes.apply(&mut view).unwrap();
    view.get("orders").unwrap().value.as_ref().unwrap().to_text()
}

#[tokio::test]
async fn a_template_sees_data_request_and_buckets_and_changes_the_calls_own_unit() {
    let template = "{{name}} {{method}} {{setData 'push' 'orders' null 'new'}}{{data 'orders'}}";
    let plugin = asking(&renders("r", template, r#"{"name":"Ada"}"#));
    let (answer, unit) = respond(&plugin, call("/", "")).await.unwrap();
    assert_eq!(text(&answer), r#"Ada POST ["new"]"#);
    assert_eq!(orders(unit), r#"["new"]"#);
}

#[tokio::test]
async fn the_callers_grants_hold_and_not_the_renderers() {
    // The bundled renderer is granted everything.
    let template = "{{data 'user'}}|{{setData 'push' 'user' null 'x'}}";
    let plugin = asking(&renders("r", template, "{}"));
    let (answer, unit) = respond(&plugin, call("/", "")).await.unwrap();
    assert!(!text(&answer).contains("Ada") && unit.is_empty(), "{}", text(&answer));
}

#[tokio::test]
async fn a_renderer_that_fails_leaves_the_call_as_it_was() {
    let (data, arguments) = texts(3200, &["orders", "", "1"]);
    let pushes = format!("(call $push {} (i32.const 3300))", arguments.join(" "));
    let imports = format!("{PUSH} {data}");
    let failing = |then: &str| HOST.load(source("r", &renderer_with(&imports, "", &format!("{pushes} {then}"))));
    for (then, why) in [
        ("unreachable", "renderer `r` trapped: wasm `unreachable` instruction executed"),
        ("(loop $again (br $again))", "renderer `r` used more than "),
        ("", "renderer `r` rendered 0 of 1 template"),
    ] {
        let renderer = failing(then).unwrap();
        let plugin = asking_on(&HOST, &renders("r", "x", "{}"), &renderer);
        match respond(&plugin, call("/", "")).await {
            Ok((answer, unit)) => {
                assert!(text(&answer).starts_with(why), "{}", text(&answer));
                assert!(unit.is_empty(), "{why}");
            }
            // A renderer that spins spends its caller's time, which may be over by then.
            Err(fault) => assert_eq!((fault.kind, why), (FaultKind::Cpu, "renderer `r` used more than ")),
        }
    }
}

#[tokio::test]
async fn what_cannot_be_rendered_says_why() {
    let cases = [
        ("nope", "x", "{}", "there is no renderer `nope`"),
        ("no name!", "x", "{}", "there is no renderer `no name!`"),
        ("r", "x", "[]", "the data is no JSON object"),
        ("r", "x", "{", "the data is no JSON object"),
        ("r", "{{#if a}}", "{}", "the template does not parse: `{{#if` is never closed"),
    ];
    for (renderer, template, data, why) in cases {
        let said = says(&asking(&renders(renderer, template, data)), call("/", "")).await;
        assert_eq!(said, why, "{renderer} {template} {data}");
    }
}

#[tokio::test]
async fn a_call_that_renders_takes_no_second_permit() {
    let host = host(|options| options.concurrency = 1);
    let renderer = host.load(source("r", &renderer_with("", "", HELLO))).unwrap();
    let plugin = asking_on(&host, &renders("r", "x", "{}"), &renderer);
    for _ in 0..3 {
        assert_eq!(says(&plugin, call("/", "")).await, "hello");
    }
}

#[tokio::test]
async fn a_renderers_host_calls_count_as_the_callers() {
    let now = r#"(import "ringback:gateway/clock@0.1.0" "now" (func $now (result i64)))"#;
    let storm = "(loop $again (drop (call $now)) (br $again))";
    let renderer = HOST.load(source("r", &renderer_with(now, "", storm))).unwrap();
    let plugin = asking_with(&HOST, patient("asks", &renders("r", "x", "{}")), &renderer);
    let (result, cost) = plugin.respond_measured(call("/", "")).await;
    assert_eq!(text(&result.unwrap().0), "renderer `r` made more than 10000 host calls in one call");
    assert_eq!(cost.host_calls, 10_000);
}

#[tokio::test]
async fn a_source_is_compiled_once_for_all_calls() {
    // Its output is the number of templates that it has compiled: `calls` as a letter, from `a` on.
    let counts = "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))";
    let letter = format!(
        "{HELLO} (i32.store (i32.const 608) (i32.const 1))
        (i32.store8 (i32.const 3000) (i32.add (i32.const 96) (global.get $calls)))"
    );
    let renderer = renderer(counts, &letter);
    let (items, arguments) = texts(2048, &["r", "one", "{}", "two"]);
    // It renders `one`, and `two` where the path is `/two`.
    let respond = format!(
        "(call $render {r} {one} {data} (i32.const 1800))
        (if (i32.eq (i32.load offset=20 (local.get $params)) (i32.const 4)) (then
            (call $render {r} {two} {data} (i32.const 1800))))
        {}",
        reply(1804),
        r = arguments[0],
        one = arguments[1],
        data = arguments[2],
        two = arguments[3],
    );
    let guest = Wat { imports: IMPORT, items, respond, ..Wat::default() };
    let plugin = asking_on(&HOST, &guest.build(), &renderer);
    let mut said = vec![];
    for path in ["/", "/", "/two", "/two", "/"] {
        said.push(says(&plugin, call(path, "")).await);
    }
    assert_eq!(said.concat(), "aabbb");
}
