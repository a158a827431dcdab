//! The words of Mockoon's environments that the gateway has of its own: modes, rules, files, buckets, TLS, the proxy, and
//! what the command line says over a document.

use std::{path::Path, time::Duration};

use ringback_diag::{Colour, Sources, render};
use ringback_import::mockoon::{DisabledRoutes, Imported, Options, read, read_bytes};
use ringback_model::environment::{
    Answering, Body, Combine, Environment, FileBody, Mode, Operator, Response, Route, Seeding, Streaming, Target,
    TlsIdentity,
};
use serde_json::{Value, json};

fn imported(document: &Value, options: &Options) -> Result<Imported, String> {
    let mut sources = Sources::default();
    read("mockoon.json", &document.to_string(), options, &mut sources)
        .map_err(|errors| render(&errors, &sources, Colour::Plain))
}

/// An environment of some fields, the others left to their defaults.
fn with(fields: &Value, options: &Options) -> Result<Environment, String> {
    let mut document = json!({ "lastMigration": 33, "routes": [], "cors": false });
    if let (Value::Object(document), Value::Object(fields)) = (&mut document, fields) {
        document.extend(fields.clone());
    }
    Ok(imported(&document, options)?.environment)
}

fn environment(fields: &Value) -> Result<Environment, String> {
    with(fields, &Options::default())
}

/// A UUID that says what it is of.
fn id(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits:0<32}")
}

fn mode(route: &Route) -> Option<Mode> {
    match &route.answer {
        Answering::Responses { mode, .. } | Answering::Collection { mode, .. } | Answering::Socket { mode, .. } => {
            Some(*mode)
        }
        _ => None,
    }
}

fn first(environment: &Environment) -> Option<&Response> {
    environment.routes.first()?.responses().next()
}

fn file(body: &Body) -> Option<&FileBody> {
    match body {
        Body::File(file) => Some(file),
        _ => None,
    }
}

#[test]
fn routes_of_every_kind_choose_in_every_mode() {
    let route = |kind: &str, mode: Value| json!({ "type": kind, "method": "", "endpoint": "a b", "responseMode": mode, "responses": [{ "crudKey": "_id" }] });
    let mut streams = route("ws", json!("RANDOM"));
    streams["streamingMode"] = "BROADCAST".into();
    streams["streamingInterval"] = 3.into();
    let environment = environment(&json!({ "routes": [
        route("crud", json!("FALLBACK")), route("ws", json!("DISABLE_RULES")), streams, route("http", json!(null)),
    ] }))
    .unwrap();
    let [crud, conversation, broadcast] = &*environment.routes else { panic!("a route without a method is left out") };
    assert!(matches!(&crud.answer, Answering::Collection { key, .. } if &**key == "_id"));
    assert_eq!(
        crud.methods.iter().map(http::Method::as_str).collect::<Vec<_>>(),
        ["GET", "POST", "PUT", "PATCH", "DELETE"]
    );
    assert_eq!([crud, conversation, broadcast].map(mode), [Mode::Fallback, Mode::WithoutRules, Mode::Random].map(Some));
    let streaming = |route: &Route| match route.answer {
        Answering::Socket { streaming, .. } => Some(streaming),
        _ => None,
    };
    assert_eq!(streaming(conversation), Some(Streaming::Conversation));
    assert_eq!(streaming(broadcast), Some(Streaming::Broadcast(Duration::from_millis(10))), "no faster than this");
    assert_eq!(crud.path, "/a%20b");
}

#[test]
fn rules_are_read_word_for_word() {
    let environment = environment(&json!({ "routes": [{ "responses": [{
        "rulesOperator": "AND",
        "rules": [
            { "target": "request_number", "modifier": "", "value": "2", "operator": "regex_i", "invert": true },
            { "target": "templating", "modifier": "{{body 'a'}}", "value": "{{now}}", "operator": "array_includes" },
            { "target": "body", "modifier": "", "value": "{{x}}", "operator": "valid_json_schema" },
            "not a rule",
        ],
    }] }] }))
    .unwrap();
    let rules = &first(&environment).unwrap().rules;
    let [number, template, schema, default] = &*rules.rules else { panic!("four rules") };
    assert_eq!(rules.combine, Combine::All);
    assert_eq!(
        (number.target, number.operator, number.invert),
        (Target::RequestNumber, Operator::RegexIgnoreCase, true)
    );
    assert_eq!((template.target, template.operator), (Target::Template, Operator::ArrayIncludes));
    assert!(template.modifier.templated && template.value.templated);
    assert!(!schema.value.templated, "what names a schema is not rendered");
    assert_eq!((default.target, default.operator, &*default.value.source), (Target::Body, Operator::Equals, ""));
}

#[test]
fn bodies_come_from_texts_files_and_buckets() {
    let environment = environment(&json!({
        "data": [
            { "uuid": id("one"), "id": "abcd", "name": "One", "value": "[1]" },
            { "uuid": id("two"), "id": "abcd", "name": "One", "value": "[2]" },
        ],
        "routes": [{ "responses": [
            { "bodyType": "DATABUCKET", "databucketID": "abcd" },
            { "bodyType": "DATABUCKET", "databucketID": "One", "body": "{{a}}" },
            { "bodyType": "FILE", "filePath": ".\\a\\{{b}}\\.c", "body": "{{a}}", "fallbackTo404": true },
            { "bodyType": "FILE", "filePath": "{{b", "disableTemplating": true, "sendFileAsBody": true },
        ] }],
    }))
    .unwrap();
    let [bucket, missing, templated, plain] = &*environment.routes[0].responses().collect::<Vec<_>>() else {
        panic!("four responses")
    };
    assert!(matches!(&bucket.body, Body::Bucket(name) if name.as_str() == "One"), "the first of this id");
    assert!(!missing.body.text().unwrap().templated, "a bucket is not found by its name");
    let templated = file(&templated.body).unwrap();
    assert_eq!((&*templated.path.source, templated.path.templated), ("./a/{{b}}\\.c", true));
    assert!(templated.templated && templated.attachment && templated.instead.as_ref().unwrap().templated);
    let plain = file(&plain.body).unwrap();
    assert!(!plain.path.templated && !plain.templated && !plain.attachment && plain.instead.is_none());
    let known: Vec<_> = environment.buckets.iter().map(|bucket| (bucket.name.as_str(), bucket.id.as_deref())).collect();
    assert_eq!(known, [("One", Some("abcd")), ("One (2)", Some("abcd"))]);
}

#[test]
fn files_that_are_not_there_are_warned_of_where_the_folder_is_known() {
    let body = |path: &str| json!({ "bodyType": "FILE", "filePath": path });
    let document = json!({ "lastMigration": 33, "routes": [{ "responses": [
        body("Cargo.toml"), body("missing.json"), body("{{body 'a'}}.json"),
    ] }] });
    let warned = |options: &Options| imported(&document, options).unwrap().warnings.as_slice().len();
    assert_eq!(warned(&Options::default()), 0);
    assert_eq!(warned(&Options::within(Path::new(env!("CARGO_MANIFEST_DIR")))), 1);
}

#[test]
fn buckets_that_ask_for_a_request_wait_for_one() {
    let bucket = |value: &str| json!({ "name": "b", "value": value });
    let environment = environment(&json!({
        "data": [bucket("{{body 'a'}}"), bucket("{{now}}"), bucket("{{data 'body '}}"), bucket("[]")],
    }))
    .unwrap();
    let kinds = environment.buckets.iter().map(|bucket| match &bucket.seed {
        Seeding::AtFirstUse(_) => "first use",
        Seeding::Template(_) => "start",
        Seeding::Value(_) => "value",
    });
    assert_eq!(kinds.collect::<Vec<_>>(), ["first use", "start", "start", "value"]);
}

#[test]
fn callbacks_carry_files_and_buckets() {
    let environment = environment(&json!({
        "data": [{ "id": "abcd", "name": "One", "value": "[1]" }],
        "callbacks": [
            { "uuid": id("file"), "uri": "http://x/", "bodyType": "FILE", "filePath": "a.txt", "sendFileAsBody": false },
            { "uuid": id("bucket"), "uri": "http://x/", "bodyType": "DATABUCKET", "databucketID": "abcd" },
            { "uuid": id("get"), "uri": "http://x/", "method": "get", "bodyType": "FILE", "filePath": "a.txt" },
        ],
        "routes": [{ "responses": [{ "disableTemplating": true, "callbacks": [{ "uuid": id("file"), "latency": -5 }] }] }],
    }))
    .unwrap();
    let [sent, bucket, get, untemplated] = &*environment.callbacks else {
        panic!("three callbacks, one of them twice")
    };
    assert!(file(&sent.body).unwrap().attachment && file(&sent.body).unwrap().templated && sent.headers.is_empty());
    assert!(matches!(&bucket.body, Body::Bucket(name) if name.as_str() == "One"));
    assert_eq!(&*bucket.headers[0].value.source, "text/plain;charset=UTF-8");
    assert!(get.body.is_empty());
    assert!(!file(&untemplated.body).unwrap().templated);
    assert_eq!(
        (first(&environment).unwrap().callbacks[0].callback, first(&environment).unwrap().callbacks[0].delay),
        (3, Duration::ZERO)
    );
}

#[test]
fn tls_and_the_proxy_are_read_and_the_command_line_has_the_last_word() {
    let fields = json!({
        "port": 1, "hostname": "a", "latency": 3,
        "tlsOptions": { "enabled": true, "certPath": "{{getEnvVar 'CERT'}}", "keyPath": "key.pem", "caPath": "ca.pem", "passphrase": "" },
        "proxyMode": true, "proxyHost": "https://example.com/api", "proxyRemovePrefix": true,
        "proxyReqHeaders": [{ "key": "x", "value": "1" }, { "key": "", "value": "" }],
    });
    let plain = environment(&fields).unwrap();
    let tls = plain.tls.unwrap();
    assert!(matches!(&tls.identity, TlsIdentity::Pem { certificate, key } if certificate.templated && !key.templated));
    assert!(tls.chain.is_some() && tls.passphrase.is_none() && tls.clients.is_none());
    let proxy = plain.proxy.unwrap();
    assert_eq!((proxy.upstream.to_string().as_str(), proxy.strip_prefix), ("https://example.com/api", true));
    assert_eq!((proxy.request_headers.len(), proxy.response_headers.len()), (1, 0));

    let options = Options {
        port: Some(2),
        hostname: Some(String::new()),
        proxy: Some(false),
        disable_tls: true,
        random_latency: true,
        ..Options::within(Path::new("/mocks"))
    };
    let over = with(&fields, &options).unwrap();
    assert_eq!((over.listen.port, over.listen.host.as_str(), over.latency.random), (2, "", true));
    assert!(over.tls.is_none() && over.proxy.is_none());
    assert_eq!(over.folder, Path::new("/mocks"));
    let settings = over.conventions.mockoon().unwrap();
    assert!(!settings.cors && settings.environment_id.is_some() && settings.admin.is_some());

    let own = environment(&json!({ "tlsOptions": { "enabled": true, "certPath": "only.pem" } })).unwrap();
    assert!(matches!(own.tls.unwrap().identity, TlsIdentity::SelfSigned), "a certificate without its key is not used");
}

#[test]
fn routes_can_be_left_out_by_id_by_path_and_by_folder() {
    let route = |name: &str| json!({ "uuid": id(name), "endpoint": format!("{name}/x"), "responses": [{}] });
    let fields = json!({
        "routes": [route("a"), route("b"), route("c")],
        "folders": [{ "uuid": id("f"), "name": "Old things", "children": [{ "type": "route", "uuid": id("c") }] }],
    });
    let served = |words: &[&str]| {
        let disabled_routes = DisabledRoutes(words.iter().map(|word| (*word).to_owned()).collect());
        let options = Options { disabled_routes, ..Options::default() };
        let environment = with(&fields, &options).unwrap();
        environment.routes.iter().map(|route| route.path.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(served(&[]), "/c/x /a/x /b/x", "orphan folders come before orphan routes");
    assert_eq!(served(&[&id("a")]), "/c/x /b/x");
    assert_eq!(served(&["b/"]), "/c/x /a/x");
    assert_eq!(served(&["Old"]), "/a/x /b/x");
    assert_eq!(served(&["*"]), "");
}

#[test]
fn an_old_document_says_what_it_said() {
    let document = json!({
        "lastMigration": 5, "https": true, "cors": false, "hostname": "0.0.0.0",
        "routes": [{
            "uuid": id("a"), "endpoint": "a", "method": "put", "enabled": false, "sequentialResponse": true,
            "statusCode": "201", "latency": 7, "body": "{{faker 'name.firstName'}}", "headers": [{ "key": "x", "value": "1" }],
            "filePath": "", "sendFileAsBody": false,
        }],
        "data": [{ "name": "b", "value": "[{{faker 'datatype.number'}}]" }],
    });
    let Imported { environment, repaired, .. } = imported(&document, &Options::default()).unwrap();
    let response = first(&environment).unwrap();
    assert_eq!(mode(&environment.routes[0]), Some(Mode::Sequential));
    assert_eq!((response.status.as_u16(), response.latency, response.default), (201, Duration::from_millis(7), true));
    assert_eq!(&*response.body.text().unwrap().source, "{{faker 'person.firstName'}}");
    assert_eq!(response.headers.len(), 1);
    assert!(
        matches!(&environment.buckets[0].seed, Seeding::Template(text) if &*text.source == "[{{faker 'number.int' max=99999}}]")
    );
    assert!(environment.tls.is_some() && environment.listen.host.is_empty());

    let written: Value = serde_json::from_str(&repaired.to_json(true)).unwrap();
    assert_eq!(written["lastMigration"], 33);
    assert_eq!(written["rootChildren"], json!([{ "type": "route", "uuid": id("a") }]));
    let again = imported(&written, &Options::default()).unwrap();
    assert!(again.warnings.is_empty(), "what is written has nothing to repair");
    assert_eq!(again.repaired.to_json(false), repaired.to_json(false));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let mut sources = Sources::default();
    let refused = read_bytes("a.json", b"{\"routes\": [\xff]}", &Options::default(), &mut sources).unwrap_err();
    assert!(refused.as_slice()[0].message.contains("not UTF-8"));
    assert!(read_bytes("a.json", b"{\"routes\": []}", &Options::default(), &mut sources).is_ok());
}
