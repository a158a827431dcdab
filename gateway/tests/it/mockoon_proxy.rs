//! The proxy of Mockoon environments: what no route answers.

use serde_json::{Value, json};

use crate::support::Gateway;

async fn upstream() -> Gateway {
    let toml = r#"
        [server]
        name = "upstream"
        [[route]]
        path = "/base/cookies"
        body = "cookies"
        headers = { set-cookie = "a=1; Domain=x.test; Secure; Path=/", x-both = "upstream" }
        [[route]]
        path = "/base/{*all}"
        body = "passed on"
    "#;
    Gateway::start(toml).await
}

async fn serve(proxy: Value) -> Gateway {
    let mut environment = json!({
        "uuid": "e", "lastMigration": 33, "name": "env", "port": 3000, "cors": true, "endpointPrefix": "api",
        "headers": [{ "key": "X-Env", "value": "env" }, { "key": "X-Both", "value": "env" }],
        "rootChildren": [{ "type": "route", "uuid": "own" }],
        "routes": [{ "uuid": "own", "type": "http", "method": "get", "endpoint": "own", "responses": [{ "body": "own" }] }],
        "proxyMode": true,
    });
    environment.as_object_mut().unwrap().extend(proxy.as_object().unwrap().clone());
    Gateway::try_start("env.json", &environment.to_string(), None).await.unwrap_or_else(|rejected| {
        panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
    })
}

#[tokio::test]
async fn what_no_route_answers_is_passed_on() {
    let upstream = upstream().await;
    let gateway = serve(json!({
        "proxyHost": format!("http://{}/base", upstream.address), "proxyRemovePrefix": true,
        "proxyReqHeaders": [{ "key": "X-Req", "value": "v-{{method}}" }],
        "proxyResHeaders": [{ "key": "X-Res", "value": "r-{{method}}" }],
    }))
    .await;
    assert_eq!(gateway.get("/api/own").await.body, "own");
    let passed = gateway.ask("POST", "/api//x?y=1", &[("content-type", "text/plain")], "content").await;
    assert_eq!((passed.status.as_u16(), passed.body.as_str()), (200, "passed on"));
    assert_eq!(["x-env", "x-res"].map(|name| passed.header(name)), ["env", "r-POST"]);
    assert!(!passed.headers.contains_key("via"));
    gateway.get("/apix/y").await;
    gateway.get("/api").await;

    let cookies = gateway.get("/api/cookies").await;
    assert_eq!(["set-cookie", "x-both"].map(|name| cookies.header(name)), ["a=1; Path=/", "upstream"]);
    let preflight = gateway.ask("OPTIONS", "/api/x", &[], "").await;
    assert_eq!((preflight.status.as_u16(), preflight.header("access-control-allow-origin")), (200, "*"));

    let asked = upstream.journal().await;
    let request = |at: usize| asked[at]["request"].clone();
    let target = |at: usize| request(at)["path"].as_str().unwrap().to_owned();
    assert_eq!([target(0), target(1)], ["/base/x", "/base/x/y"]);
    assert_eq!((&request(0)["method"], &request(0)["body"]), (&json!("POST"), &json!("content")));
    let fields = request(0)["headers"].to_string();
    assert!(fields.contains("v-POST") && !fields.contains("user-agent") && !fields.contains("forwarded"), "{fields}");
    let journal = gateway.journal().await;
    assert_eq!(journal[1]["match"]["because"], "the route's upstream");
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_told_with_504() {
    let gateway = serve(json!({ "proxyHost": "http://127.0.0.1:1" })).await;
    let failed = gateway.get("/other").await;
    assert_eq!((failed.status.as_u16(), failed.header("content-type")), (504, "text/plain; charset=utf-8"));
    assert!(
        failed.body.starts_with("An error occurred while trying to proxy to http://127.0.0.1:1 /other: Error: "),
        "{}",
        failed.body
    );
    assert_eq!(failed.header("x-env"), "env");
}
