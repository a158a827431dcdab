//! What a client of a Mockoon environment gets: the choice by conditions, files, fields, and what is said where no route is.

use serde_json::{Value, json};

use crate::support::{Gateway, PATIENCE, Raw};

/// An environment of these routes, with more members.
async fn serve(routes: Vec<Value>, more: Value) -> Gateway {
    let mut environment = json!({
        "uuid": "e", "lastMigration": 33, "name": "env", "port": 3000, "cors": true, "latency": 0,
        "headers": [{ "key": "X-Env", "value": "{{method}}" }],
        "rootChildren": routes.iter().map(|route| json!({ "type": "route", "uuid": route["uuid"] })).collect::<Vec<_>>(),
        "routes": routes,
    });
    let members = environment.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    Gateway::try_start("env.json", &environment.to_string(), None).await.unwrap_or_else(|rejected| {
        panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
    })
}

fn route(endpoint: &str, responses: Vec<Value>) -> Value {
    json!({ "uuid": endpoint, "type": "http", "method": "get", "endpoint": endpoint, "responses": responses })
}

/// A route with one response.
fn one(endpoint: &str, response: Value) -> Value {
    route(endpoint, vec![response])
}

fn rule(target: &str, modifier: &str, operator: &str, value: &str) -> Value {
    json!({ "target": target, "modifier": modifier, "operator": operator, "value": value, "invert": false })
}

#[tokio::test]
async fn conditions_choose_the_response_and_the_journal_says_so() {
    let by_number = json!({ "body": "second", "rules": [rule("request_number", "", "equals", "2")] });
    let by_bucket =
        json!({ "body": "open", "rules": [rule("data_bucket", "shop.open", "equals", "{{queryParam 'is'}}")] });
    let gateway = serve(
        vec![
            route("chosen", vec![json!({ "body": "default" }), by_number, by_bucket]),
            one("set", json!({ "body": "{{setData 'set' 'shop' 'open' 'yes'}}set" })),
            route("broken", vec![json!({ "body": "x", "rules": [rule("query", "a", "regex", "(")] })]),
        ],
        json!({ "data": [{ "uuid": "b", "id": "shop", "name": "shop", "value": "{}" }] }),
    )
    .await;
    assert_eq!(gateway.get("/chosen?is=yes").await.body, "default");
    assert_eq!(gateway.get("/chosen").await.body, "second");
    assert_eq!(gateway.get("/set").await.body, "set");
    assert_eq!(gateway.get("/chosen?is=yes").await.body, "open");
    let journal = gateway.journal().await;
    let because = |at: usize| journal[at]["match"]["because"].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        [because(0), because(1)],
        ["the first response, none is the default", "its conditions hold"],
        "{journal:#?}"
    );

    assert_eq!(gateway.get("/broken").await.body, "x", "a condition that finds nothing to look at is not tried");
    let refused = gateway.get("/broken?a=1").await;
    assert_eq!((refused.status.as_u16(), refused.header("content-type")), (500, "text/plain; charset=utf-8"));
    assert_eq!(refused.body, "Invalid regular expression: /(/: Unterminated group");
    assert!(!refused.headers.contains_key("ringback-error"));
}

#[tokio::test]
async fn a_route_that_passes_leaves_the_request_to_the_next_and_does_not_count_it() {
    let mut first = route("x", vec![json!({ "body": "mine", "rules": [rule("query", "mine", "equals", "1")] })]);
    first["responseMode"] = json!("FALLBACK");
    first["responses"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "body": "third", "rules": [rule("request_number", "", "equals", "3")] }));
    let mut second = one("x", json!({ "body": "others" }));
    second["uuid"] = json!("later");
    let gateway = serve(vec![first, second], json!({})).await;
    for (path, body) in [
        ("/x", "others"),
        ("/x?mine=1", "mine"),
        ("/x", "others"),
        ("/x?mine=1", "mine"),
        ("/x", "third"),
        ("/x", "others"),
    ] {
        assert_eq!(gateway.get(path).await.body, body, "{path}");
    }
}

#[tokio::test]
async fn a_text_is_dressed_as_express_does() {
    let typed = |value: &str| json!([{ "key": "Content-Type", "value": value }]);
    let gateway = serve(
        vec![
            one("plain", json!({ "body": "{}" })),
            one("json", json!({ "body": "{}", "headers": typed("application/json") })),
            one("odd", json!({ "body": "x", "headers": typed("{{queryParam 't'}}") })),
            one("none", json!({ "body": "body", "statusCode": 204, "headers": typed("text/plain") })),
            one("status", json!({ "body": "{{status 999}}x", "statusCode": 201 })),
            one("informs", json!({ "body": "x", "statusCode": 100 })),
            one("broken", json!({ "body": "{{#if}}", "statusCode": 418 })),
            one("field", json!({ "body": "x", "headers": [{ "key": "X-A", "value": "{{> absent}}" }] })),
            one("etag", json!({ "body": "x", "headers": [{ "key": "ETag", "value": "\"v{{queryParam 'v'}}\"" }] })),
        ],
        json!({}),
    )
    .await;
    let get = async |path: &str| {
        let answer = gateway.get(path).await;
        (answer.status.as_u16(), answer.header("content-type").to_owned(), answer.body)
    };
    let text = |status: u16, media_type: &str, body: &str| (status, media_type.to_owned(), body.to_owned());
    assert_eq!(get("/plain").await, text(200, "text/html; charset=utf-8", "{}"));
    assert_eq!(get("/json").await, text(200, "application/json; charset=utf-8", "{}"));
    assert_eq!(get("/odd?t=a/b").await, text(200, "a/b; charset=utf-8", "x"));
    let invalid = "Error while serving the content: invalid media type";
    assert_eq!(get("/odd?t=ab").await, text(200, "text/plain; charset=utf-8", invalid));
    assert_eq!(get("/none").await, text(204, "", ""));
    assert_eq!(get("/status").await, text(999, "text/html; charset=utf-8", "x"));
    assert_eq!(get("/informs").await.0, 500);
    let (status, media_type, why) = get("/broken").await;
    assert_eq!((status, media_type.as_str()), (418, "text/plain; charset=utf-8"));
    assert!(why.starts_with("Error while serving the content: "), "{why}");
    assert_eq!(gateway.get("/field").await.header("x-a"), "-- Header parsing error, see logs for more details --");
    for (path, tag, status) in
        [("/etag?v=1", "\"v1\"", 304), ("/etag?v=2", "\"v1\"", 200), ("/plain", "*", 304), ("/broken", "*", 418)]
    {
        let answer = gateway.ask("GET", path, &[("if-none-match", tag)], "").await;
        assert_eq!(answer.status.as_u16(), status, "{path} {tag}");
    }
}

#[tokio::test]
async fn a_file_is_content() {
    let file = |path: &str| json!({ "bodyType": "FILE", "filePath": path, "sendFileAsBody": true, "body": "instead {{method}}" });
    let with = |mut response: Value, more: Value| {
        response.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        response
    };
    let gateway = serve(
        vec![
            one("text", file("a.txt")),
            one("raw", with(file("a.txt"), json!({ "disableTemplating": true }))),
            one("bytes", with(file("b.bin"), json!({ "sendFileAsBody": false }))),
            one("missing", with(file("none.json"), json!({ "statusCode": 201 }))),
            one("instead", with(file("none.json"), json!({ "fallbackTo404": true }))),
            one("within", file("in/{{queryParam 'f'}}")),
        ],
        json!({}),
    )
    .await;
    std::fs::write(gateway.file("a.txt"), "by {{method}}").unwrap();
    std::fs::write(gateway.file("b.bin"), "0123456789").unwrap();
    std::fs::create_dir(gateway.file("in")).unwrap();
    std::fs::write(gateway.file("in/c.txt"), "within").unwrap();

    let text = gateway.get("/text").await;
    assert_eq!((text.header("content-type"), text.body.as_str()), ("text/plain; charset=utf-8", "by GET"));
    std::fs::write(gateway.file("a.txt"), "now by {{method}}").unwrap();
    assert_eq!(gateway.get("/text").await.body, "now by GET", "a file is read when it is asked for");
    assert_eq!(gateway.get("/raw").await.body, "now by {{method}}");

    let whole = gateway.get("/bytes").await;
    assert_eq!((whole.header("content-type"), whole.header("content-length")), ("application/octet-stream", "10"));
    assert_eq!(whole.header("content-disposition"), "attachment; filename=\"b.bin\"");
    let part = gateway.ask("GET", "/bytes", &[("range", "bytes=2-4")], "").await;
    assert_eq!((part.status.as_u16(), part.body.as_str()), (206, "234"));
    assert_eq!((part.header("content-range"), part.header("content-length")), ("bytes 2-4/10", "3"));
    let beyond = gateway.ask("GET", "/bytes", &[("range", "bytes=20-")], "").await;
    assert_eq!((beyond.status.as_u16(), beyond.body.as_str()), (416, "Requested range not satisfiable"));

    let missing = gateway.get("/missing").await;
    assert_eq!((missing.status.as_u16(), missing.header("content-type")), (201, "text/plain; charset=utf-8"));
    let why = "Error while serving the file content: ENOENT: no such file or directory, open '";
    assert!(missing.body.starts_with(why), "{}", missing.body);
    let instead = gateway.get("/instead").await;
    assert_eq!((instead.status.as_u16(), instead.body.as_str()), (404, "instead GET"));

    assert_eq!(gateway.get("/within?f=c.txt").await.body, "within");
    let outside = gateway.get("/within?f=../a.txt").await;
    assert_eq!(outside.status, 200);
    let why = "Error while serving the content: Access to relative path outside of the allowed base directory (";
    assert!(outside.body.starts_with(why), "{}", outside.body);
}

#[tokio::test]
async fn a_file_larger_than_a_rendered_answer_is_sent_as_it_is() {
    let gateway = serve(
        vec![one("large", json!({ "bodyType": "FILE", "filePath": "large.json", "sendFileAsBody": true }))],
        json!({}),
    )
    .await;
    let large = format!("[\"{{{{method}}}}\", \"{}\"]", "x".repeat(16 << 20));
    std::fs::write(gateway.file("large.json"), &large).unwrap();
    let answer = gateway.get("/large").await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, large.len()), "{:.200}", answer.body);
    assert!(answer.header("content-type").starts_with("application/json"));
    assert!(answer.body.starts_with("[\"{{method}}\""));
}

#[tokio::test]
async fn where_no_route_is_express_answers() {
    let gateway = serve(vec![one("a", json!({ "body": "a" }))], json!({})).await;
    let nowhere = gateway.get("/nowhere").await;
    assert_eq!((nowhere.status.as_u16(), nowhere.header("x-env")), (404, "GET"));
    assert_eq!(nowhere.header("content-security-policy"), "default-src 'none'");
    assert!(nowhere.body.contains("<pre>Cannot GET /nowhere</pre>"), "{}", nowhere.body);
    assert!(!nowhere.headers.keys().any(|name| name.as_str().starts_with("ringback")));

    let preflight = gateway.ask("OPTIONS", "/anywhere", &[], "").await;
    assert_eq!((preflight.status.as_u16(), preflight.header("access-control-allow-origin")), (200, "*"));
    assert_eq!(preflight.header("x-env"), "OPTIONS");
    let undecodable = gateway.get("/a%zz").await;
    assert_eq!((undecodable.status.as_u16(), undecodable.body.as_str()), (500, "Failed to decode param '/a%zz'"));
    assert_eq!(gateway.get("//a").await.body, "a");

    for (request, status, body) in [
        ("FOO /a HTTP/1.1\r\nhost: x\r\n\r\n", 400, ""),
        ("GET /a HTTP/1.1\r\n\r\n", 400, ""),
        ("GET http://x/a HTTP/1.1\r\nhost: x\r\n\r\n", 404, "<pre>Cannot GET /a</pre>"),
        ("GET /b<x> HTTP/1.1\r\nhost: x\r\n\r\n", 404, "<pre>Cannot GET /b%3Cx%3E</pre>"),
    ] {
        let mut raw = Raw::open(gateway.address).await;
        raw.send(request).await;
        let answer = raw.answer().await;
        assert_eq!(answer.status.as_u16(), status, "{request}");
        assert!(answer.body.contains(body), "{request}: {}", answer.body);
    }
    let without = serve(vec![], json!({ "cors": false })).await;
    assert_eq!(without.ask("OPTIONS", "/anywhere", &[], "").await.status, 404);
}

#[tokio::test]
async fn a_bucket_is_content_as_it_is() {
    let bucket = |id: &str| json!({ "bodyType": "DATABUCKET", "databucketID": id, "body": "inline {{method}}" });
    let gateway = serve(
        vec![one("list", bucket("list")), one("text", bucket("text")), one("none", bucket("none"))],
        json!({ "data": [
            { "uuid": "1", "id": "list", "name": "list", "value": "[1.0, {\"a\": null}]" },
            { "uuid": "2", "id": "text", "name": "text", "value": "\"bare\"" },
        ] }),
    )
    .await;
    let list = gateway.get("/list").await;
    assert_eq!((list.header("content-type"), list.body.as_str()), ("text/html; charset=utf-8", "[1,{\"a\":null}]"));
    assert_eq!(gateway.get("/text").await.body, "bare");
    assert_eq!(gateway.get("/none").await.body, "inline {{method}}");
}

#[tokio::test]
async fn latencies_of_environment_and_response_add_up() {
    let gateway = serve(vec![one("slow", json!({ "body": "slow", "latency": 50 }))], json!({ "latency": 100 })).await;
    let clock = gateway.running.app.gateway.clock.clone();
    for (before, (path, waited_ms)) in [("/slow", 150), ("/nowhere", 100)].into_iter().enumerate() {
        let last = clock.last_sleeper();
        let mut raw = Raw::open(gateway.address).await;
        raw.send(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        tokio::time::timeout(PATIENCE, clock.sleeper_after(last)).await.unwrap();
        gateway.advance(&format!("{}ms", waited_ms - 1)).await;
        assert_eq!(gateway.journal().await.len(), before, "{path} is not answered before its time");
        gateway.advance("1ms").await;
        raw.answer().await;
    }
}
