//! What a file that is accepted means.

use std::{path::Path, time::Duration};

use http::Method;
use ringback_config::{Loaded, Rollback, Settings, read, schema};
use ringback_diag::{Colour, Sources, render};
use ringback_model::{
    environment::{
        Answering, BucketGrant, Instances, Listen, Mode, OnError, PathSyntax, Response, Route, Seeding, Text,
    },
    limits,
};

const EXAMPLE: &str = include_str!("../../../../examples/orders/ringback.toml");
const EVERYTHING: &str = include_str!("ui/accepted.toml");

fn loaded(folder: &Path, text: &str) -> Result<Loaded, String> {
    let env = |name: &str| (name == "SET").then(|| "a secret".to_owned());
    let mut sources = Sources::default();
    let loaded = read("mocks/ringback.toml", text, folder, &env, &mut sources);
    loaded.map_err(|refused| render(&refused.diagnostics, &sources, Colour::Plain))
}

fn accepted(text: &str) -> Result<Loaded, String> {
    loaded(Path::new("mocks"), text)
}

fn responses(route: &Route) -> (Mode, &[Response]) {
    match &route.answer {
        Answering::Responses { mode, responses } => (*mode, responses),
        _ => (Mode::Default, &[]),
    }
}

#[test]
fn the_tutorial_is_read_word_for_word() {
    let Loaded { settings, environment, warnings, .. } = accepted(EXAMPLE).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(settings, Settings::default());
    assert_eq!(environment.listen, Listen { host: "127.0.0.1".into(), port: 3000 });
    assert_eq!(environment.default_content_type.unwrap(), "text/plain; charset=utf-8");
    assert_eq!(environment.paths.syntax, PathSyntax::Template);
    assert!(environment.paths.automatic_methods);

    let [create, list, webhook] = &*environment.routes else { panic!("three routes") };
    let (_, [created]) = responses(create) else { panic!("one response") };
    let expected = r#"{{setData 'push' 'orders' null (object orderId='123456' status='pending')}}{"orderId":"123456","status":"pending"}"#;
    let body = created.body.text().unwrap();
    assert_eq!((&*body.source, body.templated, created.status.as_u16()), (expected, true, 201));
    assert_eq!(
        (created.headers[0].name.as_str(), &*created.headers[0].value.source),
        ("content-type", "application/json")
    );
    assert_eq!((created.callbacks[0].callback, created.callbacks[0].delay), (0, Duration::from_secs(10)));
    assert_eq!(&*responses(list).1[0].body.text().unwrap().source, "{{data 'orders'}}");
    assert_eq!(&*responses(webhook).1[0].body.text().unwrap().source, "{{setData 'set' 'orders' '0.status' 'paid'}}");

    let [callback] = &*environment.callbacks else { panic!("one callback") };
    assert_eq!((callback.name.as_str(), &*callback.method.source), ("payment-processing", "POST"));
    assert_eq!(
        (&*callback.url.texts().next().unwrap().source, callback.timeout),
        ("/webhook", limits::ATTEMPT_TIMEOUT)
    );
    assert!(matches!(&environment.buckets[0].seed, Seeding::Value(value) if value.to_text() == "[]"));
}

#[test]
fn everything_that_may_be_written_is_kept() {
    let Loaded { settings, environment, .. } = accepted(EVERYTHING).unwrap();
    assert_eq!(environment.name.as_str(), "everything");
    assert_eq!(environment.listen, Listen { host: "::1".into(), port: 0 });
    assert_eq!(settings.admin, None);
    assert_eq!((settings.request_body_max_bytes, settings.requests_in_flight_max), (1 << 20, 64));
    assert_eq!((settings.request_timeout, settings.drain_grace), (Duration::from_secs(90), Duration::ZERO));
    assert_eq!((settings.journal_events_max, settings.journal_body_max_bytes), (10, 0));

    let [root, files, kyc, ..] = &*environment.routes else { panic!("three routes and more") };
    assert_eq!((root.name.as_str(), root.methods.len(), responses(root).1[0].status.as_u16()), ("/", 0, 204));
    assert_eq!(files.methods, [Method::GET, Method::from_bytes(b"PURGE").unwrap()]);
    let (mode, [first, second]) = responses(files) else { panic!("two responses") };
    assert_eq!(
        (mode, first.label.as_deref(), first.default, second.default),
        (Mode::Sequential, Some("first"), true, false)
    );
    let cookies: Vec<_> =
        first.headers.iter().skip(1).map(|header| (&*header.value.source, header.value.templated)).collect();
    assert_eq!(cookies, [("a=1", false), ("b={{now}}", true)]);
    assert_eq!(first.latency, Duration::from_millis(250));
    let delays: Vec<_> = first.callbacks.iter().map(|callback| callback.delay.as_secs()).collect();
    assert_eq!(delays, [0, 0, 30 * 24 * 3600]);
    assert!(matches!(&kyc.answer, Answering::Responder(plugin) if plugin.as_str() == "kyc.v2"));

    let [callback] = &*environment.callbacks else { panic!("one callback") };
    assert!(
        callback.method.templated
            && callback.url.texts().all(|url| url.templated)
            && callback.ordering_key.as_ref().unwrap().templated
    );
    assert_eq!(&*callback.body.text().unwrap().source, "a secret");

    let [plugin, _] = &*environment.plugins else { panic!("two plugins") };
    assert_eq!(plugin.path, Path::new("mocks/kyc.wasm"));
    assert_eq!(
        (plugin.instances, plugin.memory_max_bytes),
        (Instances::Warm { reuse: 1000, max: Some(8) }, Some(256 << 20))
    );
    assert_eq!(plugin.config.to_string(), r#"{"reject-after":3,"anything":{"goes":[true]}}"#);
    assert!(matches!(&plugin.grants.buckets, BucketGrant::Named(names) if names.len() == 2));
    assert!(plugin.grants.callback_hosts[0].matches("api.example.com", 8443));
    assert_eq!((environment.egress.allow.len(), environment.egress.private), (2, Some(false)));
}

#[test]
fn what_a_plugin_may_use_and_how_far_it_may_go_is_kept() {
    let Loaded { settings, environment, .. } = accepted(EVERYTHING).unwrap();
    let [kyc, retry] = &*environment.plugins else { panic!("two plugins") };
    assert!(kyc.grants.hosts[0].matches("localhost", 1));
    assert_eq!((kyc.grants.secrets[0].as_str(), &*kyc.grants.env), ("kyc-webhook", &["TZ".to_owned()][..]));
    assert_eq!(kyc.grants.files.as_deref(), Some(Path::new("mocks/fixtures")));
    assert_eq!((kyc.cpu_max, kyc.wall_max), (Some(Duration::from_secs(2)), Some(Duration::from_secs(10))));
    assert!(kyc.sha256.unwrap().to_string().starts_with("e3b0c442"));
    assert_eq!(retry.path, Path::new("mocks/dropped/retry.wasm"), "the folder's, where no path is written");

    let plugins = settings.plugins;
    assert_eq!((plugins.folder.as_deref(), plugins.keep), (Some(Path::new("mocks/dropped")), 3));
    assert_eq!(plugins.rollback, Rollback { percent: 100, calls: 5 });
    assert!(plugins.grants.buckets.allows("brought") && plugins.grants.secrets[0].as_str() == "bytes");
    assert_eq!((plugins.keyring[0].0[0], plugins.keyring.len(), plugins.require_signature), (0xd7, 1, true));
}

#[test]
fn secrets_are_texts_or_bytes_and_nobody_shows_them() {
    let environment = accepted(EVERYTHING).unwrap().environment;
    let secrets: Vec<_> = environment.secrets.iter().map(|(name, secret)| (name.as_str(), secret.as_bytes())).collect();
    assert_eq!(secrets, [("kyc-webhook", &b"a secret"[..]), ("bytes", &[0, 1, 0xff])]);
    assert_eq!(
        format!("{:?}", environment.secrets),
        "[(\"kyc-webhook\", [8 secret bytes]), (\"bytes\", [3 secret bytes])]"
    );
    let padded =
        |text: &str| accepted(&format!("[secrets]\ns = 'base64:{text}'")).unwrap().environment.secrets[0].1.clone();
    assert_eq!(padded("AA==").as_bytes(), padded("AA").as_bytes());
}

#[test]
fn a_route_says_who_answers_and_what_an_error_becomes() {
    let environment = accepted(EVERYTHING).unwrap().environment;
    let route = |path: &str| environment.routes.iter().find(|route| route.path == path).unwrap();
    let kyb = route("/kyb/{id}");
    assert!(matches!(&kyb.answer, Answering::Responder(plugin) if plugin.as_str() == "kyb"), "dropped in later");
    assert_eq!(kyb.upstream.as_ref().unwrap(), "https://api.example.com/v1");
    let OnError::Fallback(down) = &kyb.on_error else { panic!("a response") };
    assert_eq!((down.label.as_deref(), down.status.as_u16()), (Some("down"), 503));
    let reports = route("/reports");
    assert!(matches!((&reports.answer, &reports.on_error), (Answering::Upstream, OnError::Error)));
    assert!(matches!(route("/status").on_error, OnError::Passthrough));
    assert!(matches!(route("/").on_error, OnError::Error));
}

#[test]
fn a_policy_is_told_what_stands_beside_its_name() {
    let policy = |text: &str| {
        let text = format!("[callback.c]\nurl = 'http://localhost/'\npolicy = {text}\n[plugin.retry]\npath = 'r.wasm'");
        accepted(&text).unwrap().environment.callbacks[0].policy.clone().unwrap()
    };
    let table = policy("{ times = 3, use = 'retry', ladder = ['1s'] }");
    assert_eq!((table.plugin.as_str(), &*table.settings), ("retry", r#"{"times":3,"ladder":["1s"]}"#));
    assert_eq!((policy("'retry'").plugin, &*policy("'retry'").settings), (table.plugin, "{}"));
}

#[test]
fn buckets_are_json_however_they_are_written() {
    let seed = |value: &str| match &accepted(&format!("[buckets]\nb = {value}")).unwrap().environment.buckets[0].seed {
        Seeding::Value(value) => value.to_text(),
        Seeding::Template(text) | Seeding::AtFirstUse(text) => format!("rendered: {}", text.source),
    };
    assert_eq!(seed("{ b = 1, a = [true, 1.5, \"x\"] }"), r#"{"b":1,"a":[true,1.5,"x"]}"#);
    assert_eq!(seed("2026-01-02"), r#""2026-01-02""#);
    assert_eq!(seed("'[{\"id\": 1}]'"), r#"[{"id":1}]"#);
    assert_eq!(seed("'not json'"), r#""not json""#);
    assert_eq!(seed("'[{{now}}]'"), "rendered: [{{now}}]");
}

#[test]
fn an_environment_is_named_after_its_file_or_folder() {
    let name = |file: &str, folder: &str| {
        let loaded = read(file, "", Path::new(folder), &|_| None, &mut Sources::default()).unwrap();
        loaded.environment.name.to_string()
    };
    assert_eq!(name("mocks/shop.toml", "mocks"), "shop");
    assert_eq!(name("mocks/ringback.toml", "mocks"), "mocks");
    assert_eq!(name("/ringback.toml", "/"), "ringback");
}

/// The text of a file where a template says that it stands.
fn written<'a>(document: &'a str, text: &Text) -> &'a str {
    &document[text.origin.span.0..text.origin.span.1]
}

#[test]
fn templates_know_where_they_stand() {
    for literal in ["'{{a}}'", "\"{{a}}\"", "'''\n{{a}}'''", "\"\"\"\r\n{{a}}\"\"\"", "'''{{a}}'''"] {
        let document = format!("[[route]]\npath = '/'\nbody = {literal}\n");
        let environment = accepted(&document).unwrap().environment;
        let body = responses(&environment.routes[0]).1[0].body.text().cloned().unwrap();
        assert_eq!((&*body.source, written(&document, &body)), ("{{a}}", "{{a}}"), "{literal}");
        assert_eq!(body.origin.file.as_deref(), Some("mocks/ringback.toml"));
    }
}

#[test]
fn a_body_that_is_a_file_stands_in_that_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("body.json"), "{{data 'orders'}}\n").unwrap();
    let document = "[[route]]\npath = '/'\nbody = '${file:body.json}'\nlatency = '${env:UNSET}'";
    let refused = loaded(folder.path(), document).unwrap_err();
    assert!(refused.contains("`UNSET` is not set"), "{refused}");

    let loaded = loaded(folder.path(), "[[route]]\npath = '/'\nbody = '${file:body.json}'\n").unwrap();
    let body = responses(&loaded.environment.routes[0]).1[0].body.text().cloned().unwrap();
    let path = folder.path().join("body.json");
    assert_eq!(&*body.source, "{{data 'orders'}}");
    assert_eq!(body.origin.file.as_deref(), path.to_str());
    assert_eq!(body.origin.span, (0, body.source.len()));
    assert_eq!(loaded.files, [path], "a change of the file is a change of the configuration");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let document = format!("\u{feff}{EXAMPLE}");
    let environment = accepted(&document).unwrap().environment;
    let body = responses(&environment.routes[1]).1[0].body.text().cloned().unwrap();
    assert_eq!(written(&document, &body), &*body.source);
}

#[test]
fn other_marks_are_text() {
    let body = |text: &str| {
        let environment = accepted(&format!("[[route]]\npath = '/'\nbody = '{text}'")).unwrap().environment;
        responses(&environment.routes[0]).1[0].body.text().unwrap().source.to_string()
    };
    assert_eq!(body("${env:SET}!"), "a secret!");
    assert_eq!(body("$${env:SET}"), "${env:SET}");
    assert_eq!(body("${SET} $ ${ $$"), "${SET} $ ${ $$");
}

#[test]
fn the_schema_describes_every_knob() {
    fn undescribed(at: &str, schema: &serde_json::Value, found: &mut Vec<String>) {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            if property["description"].as_str().is_none_or(str::is_empty) && property["$ref"].is_null() {
                found.push(format!("{at}{key}"));
            }
        }
    }
    let schema = schema();
    let mut found = vec![];
    undescribed("", &schema, &mut found);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        undescribed(&format!("{name}."), definition, &mut found);
        assert_eq!(definition["additionalProperties"], serde_json::Value::Bool(false), "{name}");
    }
    assert_eq!(found, Vec::<String>::new());
    // A condition may be about one.
    let types = schema.to_string().replace(r#""const":"null""#, "");
    assert!(!types.contains(r#""null""#), "TOML has no null");
}
