//! Callbacks of Mockoon environments: what they carry, and which are sent.

use serde_json::{Value, json};

use crate::support::Gateway;

/// A gateway that takes whatever it is sent: its journal is what arrived.
async fn target() -> Gateway {
    Gateway::start("[server]\nname = \"target\"\n[[route]]\npath = \"/{*all}\"\nbody = \"taken\"").await
}

/// An environment whose route `GET /go` has these callbacks, in this order, and more members. `{to}` is the target.
async fn serve(target: &Gateway, callbacks: &[Value], response: Value, more: Value) -> Gateway {
    let mut callbacks = callbacks.to_vec();
    for (at, callback) in callbacks.iter_mut().enumerate() {
        callback["uuid"] = json!(format!("00000000-0000-4000-8000-{at:012}"));
    }
    let uses: Vec<Value> = callbacks.iter().map(|c| json!({ "uuid": c["uuid"], "latency": 0 })).collect();
    let mut response = response;
    response["callbacks"] = json!(uses);
    let mut environment = json!({
        "uuid": "e", "lastMigration": 33, "name": "env", "port": 3000, "hostname": "127.0.0.1",
        "rootChildren": [{ "type": "route", "uuid": "go" }],
        "routes": [{ "uuid": "go", "type": "http", "method": "all", "endpoint": "go", "responses": [response] }],
        "callbacks": callbacks,
    });
    environment.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let text = environment.to_string().replace("{to}", &format!("http://{}", target.address));
    Gateway::with("env.json", &text, |options| {
        let folder = options.documents.working_folder.clone();
        std::fs::write(folder.join("text.json"), r#"{"m":"{{method}}"}"#).unwrap();
        std::fs::write(folder.join("raw.bin"), b"\xff\x00{{method}}").unwrap();
    })
    .await
    .unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
}

/// What arrived, in its order.
async fn arrived(target: &Gateway) -> Vec<Value> {
    target.journal().await.into_iter().map(|exchange| exchange["request"].clone()).collect()
}

fn field<'a>(request: &'a Value, name: &str) -> &'a str {
    let fields = &request["headers"];
    let found = fields[name].as_str().or_else(|| fields[name][0].as_str());
    let listed = || {
        let pair = fields.as_array()?.iter().find(|pair| pair[0].as_str() == Some(name))?;
        pair[1].as_str()
    };
    found.or_else(listed).unwrap_or_default()
}

#[tokio::test]
async fn a_callback_carries_a_text_a_bucket_a_file_or_a_form() {
    let target = target().await;
    let post = |path: &str, more: Value| {
        let mut callback = json!({ "name": path, "method": "post", "uri": format!("{{to}}/{path}") });
        callback.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        callback
    };
    let file = |path: &str, as_body: bool| json!({ "bodyType": "FILE", "filePath": path, "sendFileAsBody": as_body });
    let callbacks = [
        post("text", json!({ "body": "<{{method}}>", "headers": [{ "key": "X-H", "value": "{{header 'x-in'}}" }] })),
        post("bucket", json!({ "bodyType": "DATABUCKET", "databucketID": "buck" })),
        post("file", file("./{{queryParam 'f'}}.json", true)),
        post("missing", file("none.txt", true)),
        post("raw", file("raw.bin", true)),
        post("form", file("text.json", false)),
        post("broken", json!({ "body": "{{#if}}" })),
        json!({ "name": "nowhere", "method": "post", "uri": "not a url", "body": "" }),
        json!({ "name": "get", "method": "get", "uri": "{to}/get?q=a b", "body": "left out" }),
    ];
    let data = json!({ "data": [{ "uuid": "b", "id": "buck", "name": "b", "value": "{\"n\": 1.0}" }] });
    let gateway = serve(&target, &callbacks, json!({ "body": "ok" }), data).await;
    let answer = gateway.ask("PUT", "/go?f=text", &[("x-in", "<1>")], "").await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "ok"));
    gateway.advance("1s").await;

    let arrived = arrived(&target).await;
    let paths: Vec<&str> = arrived.iter().map(|request| request["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/text", "/bucket", "/file", "/raw", "/form", "/get"], "{arrived:#?}");
    let bodies: Vec<&str> = arrived.iter().map(|request| request["body"].as_str().unwrap_or_default()).collect();
    assert_eq!([bodies[0], bodies[1], bodies[2], bodies[5]], ["<PUT>", "{\"n\":1}", "{\"m\":\"PUT\"}", ""]);
    assert!(bodies[4].contains("name=\"file\"") && bodies[4].contains("{\"m\":\"{{method}}\"}"), "{}", bodies[4]);
    let types: Vec<&str> = arrived.iter().map(|request| field(request, "content-type")).collect();
    assert_eq!(
        types[..4],
        ["text/plain;charset=UTF-8", "text/plain;charset=UTF-8", "application/json", "application/octet-stream"]
    );
    assert!(types[4].starts_with("multipart/form-data; boundary="), "{}", types[4]);
    let first = &arrived[0];
    assert_eq!(
        ["x-h", "user-agent", "accept", "x-mockoon-callback-depth"].map(|name| field(first, name)),
        ["&lt;1&gt;", "node", "*/*", "1"]
    );

    let journal = gateway.journal().await;
    let fault = journal[0]["fault"].as_str().unwrap_or_default();
    for name in ["missing", "broken", "nowhere"] {
        assert!(fault.contains(&format!("callback `{name}` was not scheduled")), "{fault}");
    }
}

#[tokio::test]
async fn a_chain_of_callbacks_ends_where_it_may() {
    let target = target().await;
    let callbacks = [
        json!({ "name": "again", "method": "get", "uri": "/go" }),
        json!({ "name": "told", "method": "post", "uri": "{to}/told", "body": "x" }),
    ];
    let gateway = serve(&target, &callbacks, json!({ "body": "ok" }), json!({})).await;
    let answer = gateway.ask("GET", "/go", &[("x-mockoon-callback-depth", "98")], "").await;
    assert_eq!(answer.status, 200);
    gateway.advance("1s").await;
    let depths: Vec<String> =
        arrived(&target).await.iter().map(|request| field(request, "x-mockoon-callback-depth").to_owned()).collect();
    assert_eq!(depths, ["99", "100"]);
}

#[tokio::test]
async fn an_answer_that_failed_sends_nothing_and_one_of_a_file_does() {
    let target = target().await;
    let callbacks =
        [json!({ "name": "told", "method": "post", "uri": "{to}/told", "body": "{{setGlobalVar 'x' 1}}x" })];
    for (response, count) in [
        (json!({ "body": "{{#if}}" }), 0),
        (json!({ "bodyType": "FILE", "filePath": "none.txt" }), 0),
        (json!({ "bodyType": "FILE", "filePath": "none.txt", "fallbackTo404": true, "body": "gone" }), 1),
        (json!({ "bodyType": "FILE", "filePath": "raw.bin" }), 1),
    ] {
        let before = arrived(&target).await.len();
        let gateway = serve(&target, &callbacks, response.clone(), json!({})).await;
        gateway.get("/go").await;
        gateway.advance("1s").await;
        assert_eq!(arrived(&target).await.len() - before, count, "{response}");
    }
}

#[tokio::test]
async fn a_redirect_is_followed() {
    let toml = "[server]\nname = \"target\"\n[[route]]\nmethod = \"POST\"\npath = \"/moved\"\nstatus = 302\nbody = \"\"\n\
                headers = { location = \"/there\" }\n[[route]]\npath = \"/there\"\nbody = \"here\"";
    let target = Gateway::start(toml).await;
    let callbacks = [json!({ "name": "moved", "method": "post", "uri": "{to}/moved", "body": "x" })];
    let gateway = serve(&target, &callbacks, json!({ "body": "ok" }), json!({})).await;
    gateway.get("/go").await;
    gateway.advance("1s").await;
    let asked: Vec<String> = arrived(&target)
        .await
        .iter()
        .map(|r| format!("{} {}", r["method"].as_str().unwrap(), r["path"].as_str().unwrap()))
        .collect();
    assert_eq!(asked, ["POST /moved", "GET /there"]);
}
