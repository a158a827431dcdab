//! The admin API, as an operator's script uses it.

use serde_json::{Value, json};

use crate::support::{Answer, Gateway, Raw};

const ROUTES: &str = r#"
    [server]
    name = "shop"
    [journal]
    body-max = "8 B"
    [buckets]
    orders = []
    user = { name = "Ada" }
    "dotted.name" = 1
    [[route]]
    name = "list"
    method = "GET"
    path = "/orders"
    body = "{{data 'orders'}}"
    [[route]]
    name = "create"
    method = "POST"
    path = "/orders"
    status = 201
    body = "{{setData 'push' 'orders' null (body 'id')}}"
"#;

fn problem(answer: &Answer, status: u16) -> Value {
    let problem = answer.json();
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (status, "application/problem+json"),
        "{answer:?}"
    );
    assert_eq!(problem["status"], status);
    problem["detail"].clone()
}

// === what it is, what it does ===

#[tokio::test]
async fn it_says_how_it_is_what_it_is_and_what_it_serves() {
    let gateway = Gateway::start(ROUTES).await;
    assert_eq!(gateway.admin_json("GET", "/__admin/health", "").await["status"], "ok");
    assert_eq!(gateway.admin_json("GET", "/__admin/ready", "").await["status"], "ready");
    let version = gateway.admin_json("GET", "/__admin/version", "").await;
    assert_eq!((&version["name"], &version["wit"]), (&json!("ringback"), &json!("0.1.0")));
    let routes = gateway.admin_json("GET", "/__admin/routes", "").await;
    let url = format!("http://{}/orders", gateway.address);
    let line = |name: &str, method: &str| json!({"environment": "shop", "name": name, "methods": method, "path": "/orders", "url": url});
    assert_eq!(routes, json!({"routes": [line("list", "GET"), line("create", "POST")]}));
    let plugins = gateway.admin_json("GET", "/__admin/plugins", "").await;
    assert_eq!(
        (&plugins["plugins"][0]["name"], &plugins["plugins"][0]["bundled"]),
        (&json!("handlebars"), &json!(true))
    );
    // The data path has none of it.
    assert_eq!(gateway.get("/__admin/health").await.status, 404);
}

#[tokio::test]
async fn requests_are_found_by_what_they_were() {
    let gateway = Gateway::start(ROUTES).await;
    gateway.get("/orders?a=1").await;
    gateway.post("/orders", r#"{"id":"1"}"#).await;
    gateway.get("/nothing").await;
    gateway.ask("GET", "/orders", &[("ringback-session", "mine")], "").await;
    let all = gateway.admin_json("GET", "/__admin/requests", "").await;
    let targets = async |query: &str| {
        let found = gateway.admin_json("GET", &format!("/__admin/requests{query}"), "").await;
        let line = |r: &Value| {
            format!("{} {}", r["request"]["method"].as_str().unwrap(), r["request"]["path"].as_str().unwrap())
        };
        found["requests"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(targets("").await, ["GET /orders", "POST /orders", "GET /nothing", "GET /orders"]);
    assert_eq!(targets("?limit=2").await, ["GET /nothing", "GET /orders"]);
    assert_eq!(targets("?limit=0").await, [""; 0]);
    assert_eq!(targets("?route=create").await, ["POST /orders"]);
    assert_eq!(targets("?session=mine").await, ["GET /orders"]);
    assert_eq!(targets("/unmatched").await, ["GET /nothing"]);
    let since = format!("?since={}", all["requests"][1]["number"]);
    assert_eq!(targets(&since).await, ["GET /nothing", "GET /orders"]);
    assert_eq!(targets(&format!("?since={}", all["last"])).await, [""; 0]);

    let id = all["requests"][1]["id"].as_str().unwrap();
    let one = gateway.admin_json("GET", &format!("/__admin/requests/{id}"), "").await;
    assert_eq!(
        (&one["id"], &one["match"]["route"], &one["response"]["status"]),
        (&json!(id), &json!("create"), &json!(201))
    );
    assert_eq!(
        (&one["changed"], &one["session"], &one["environment"]),
        (&json!(["orders"]), &json!("default"), &json!("shop"))
    );
    // Bodies are cut where the operator says.
    assert_eq!((&one["request"]["body"], &one["request"]["bodyBytes"]), (&json!(r#"{"id":"1"#), &json!(10)));
    assert_eq!(all["requests"][0]["request"]["query"], "a=1");

    assert_eq!(gateway.admin("DELETE", "/__admin/requests", "").await.status, 204);
    assert_eq!(targets("").await, [""; 0]);
    let gone = gateway.admin("GET", &format!("/__admin/requests/{id}"), "").await;
    assert_eq!(problem(&gone, 404), format!("the journal has no request `{id}`"));
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let gateway = Gateway::start("[[route]]\npath = \"/\"\nheaders = { set-cookie = \"a=secret\" }").await;
    let headers =
        [("authorization", "Bearer secret"), ("cookie", "b=secret"), ("x-api-key", "secret"), ("x-other", "shown")];
    gateway.ask("GET", "/", &headers, "").await;
    let shown = gateway.admin("GET", "/__admin/requests", "").await.body;
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains(r#""authorization":"[redacted]""#) && shown.contains("shown"), "{shown}");
}

// === buckets ===

#[tokio::test]
async fn one_bucket_is_read_replaced_patched_and_put_back() {
    let gateway = Gateway::start(ROUTES).await;
    assert_eq!(gateway.bucket("user").await, r#"{"name":"Ada"}"#);
    let change = async |method: &str, name: &str, body: &str| {
        gateway.admin(method, &format!("/__admin/buckets/{name}"), body).await.status
    };
    assert_eq!(change("PUT", "orders", "[1,2]").await, 204);
    assert_eq!(gateway.get("/orders").await.body, "[1,2]");
    assert_eq!(change("PATCH", "user", r#"{"name":null,"age":{"years":36}}"#).await, 204);
    assert_eq!(gateway.bucket("user").await, r#"{"age":{"years":36}}"#);
    assert_eq!(change("DELETE", "user", "").await, 204);
    assert_eq!(gateway.bucket("user").await, r#"{"name":"Ada"}"#);
    assert_eq!(gateway.bucket("orders").await, "[1,2]");
    assert_eq!(gateway.bucket("dotted.name").await, "1");
}

#[tokio::test]
async fn all_buckets_change_together_or_not_at_all() {
    let gateway = Gateway::start(ROUTES).await;
    let all = async || gateway.admin("GET", "/__admin/buckets", "").await.body;
    assert_eq!(all().await, r#"{"orders":[],"user":{"name":"Ada"},"dotted.name":1}"#);
    let put = gateway.admin("PUT", "/__admin/buckets", r#"{"orders":["x"],"dotted.name":2}"#).await;
    assert_eq!(put.status, 204, "{put:?}");
    assert_eq!(all().await, r#"{"orders":["x"],"user":{"name":"Ada"},"dotted.name":2}"#);
    let half = gateway.admin("PUT", "/__admin/buckets", r#"{"orders":["y"],"nope":2}"#).await;
    assert_eq!(problem(&half, 404), "there is no bucket `nope`; declared: `orders`, `user`, `dotted.name`");
    assert_eq!(gateway.bucket("orders").await, r#"["x"]"#);
    gateway.admin("PATCH", "/__admin/buckets", r#"{"user":{"age":36}}"#).await;
    assert_eq!(gateway.bucket("user").await, r#"{"name":"Ada","age":36}"#);
    gateway.admin("DELETE", "/__admin/buckets", "").await;
    assert_eq!(all().await, r#"{"orders":[],"user":{"name":"Ada"},"dotted.name":1}"#);
}

#[tokio::test]
async fn what_is_wrong_with_a_bucket_is_said() {
    let gateway = Gateway::start(ROUTES).await;
    let declared = "there is no bucket `nope`; declared: `orders`, `user`, `dotted.name`";
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        assert_eq!(problem(&gateway.admin(method, "/__admin/buckets/nope", "1").await, 404), declared, "{method}");
    }
    let bad = problem(&gateway.admin("PUT", "/__admin/buckets/orders", "{").await, 400);
    assert!(bad.as_str().unwrap().starts_with("the body is not JSON: "), "{bad}");
    let array = problem(&gateway.admin("PUT", "/__admin/buckets", "[]").await, 400);
    assert_eq!(array, "an object of buckets is needed, this is an array");
    let mut raw = Raw::open(gateway.admin).await;
    raw.send(b"PUT /__admin/buckets/orders HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\n\"\xff\"").await;
    let bytes = problem(&raw.answer().await, 400);
    assert!(bytes.as_str().unwrap().starts_with("the body is not UTF-8"), "{bytes}");
    assert_eq!(gateway.bucket("orders").await, "[]");
    let environment = problem(&gateway.admin("GET", "/__admin/buckets?environment=Shop", "").await, 404);
    assert_eq!(environment, "there is no such environment; there are: `shop`");
    let session = problem(&gateway.admin("GET", "/__admin/buckets?session=a%20b", "").await, 400);
    assert!(session.as_str().unwrap().starts_with("`a b` is no session: "), "{session}");
}

// === events, metrics, reset ===

#[tokio::test]
async fn events_are_streamed_as_they_happen() {
    let gateway = Gateway::start(ROUTES).await;
    let mut raw = Raw::open(gateway.admin).await;
    raw.send("GET /__admin/events HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    raw.until("\r\n\r\n").await;
    gateway.post("/orders", r#"{"id":"1"}"#).await;
    gateway.running.app.reload().await.unwrap();
    let stream = raw.until("event: reloaded").await;
    assert!(stream.contains("content-type: text/event-stream"), "{stream}");
    assert!(stream.contains("id: 1\nevent: request\ndata: {") || stream.contains("event: request"), "{stream}");
    let data = stream.split("data: ").nth(1).unwrap().lines().next().unwrap();
    let event: Value = serde_json::from_str(data).unwrap();
    assert_eq!((&event["number"], &event["request"]["path"]), (&json!(1), &json!("/orders")));
}

#[tokio::test]
async fn what_is_counted_is_shown() {
    let gateway = Gateway::start(ROUTES).await;
    gateway.post("/orders", r#"{"id":"1"}"#).await;
    gateway.get("/nothing").await;
    let text = gateway.admin("GET", "/metrics", "").await;
    assert!(text.header("content-type").starts_with("text/plain; version=0.0.4"));
    for line in [
        r#"ringback_requests_total{environment="shop",route="create",status="2xx"} 1"#,
        r#"ringback_requests_total{environment="shop",route="-",status="4xx"} 1"#,
        "ringback_requests_in_flight 0",
        "ringback_connections 1",
    ] {
        assert!(text.body.lines().any(|l| l == line), "{line}\n{}", text.body);
    }
}

#[tokio::test]
async fn a_reset_puts_everything_back() {
    let gateway = Gateway::start(ROUTES).await;
    gateway.post("/orders", r#"{"id":"1"}"#).await;
    gateway
        .ask("POST", "/orders", &[("ringback-session", "mine"), ("content-type", "application/json")], r#"{"id":"2"}"#)
        .await;
    assert_eq!(gateway.admin("POST", "/__admin/reset?session=mine", "").await.status, 204);
    assert_eq!(gateway.bucket("orders").await, r#"["1"]"#);
    assert_eq!(gateway.admin("GET", "/__admin/buckets/orders?session=mine", "").await.body, "[]");
    // A misspelt key must not be taken for none.
    let misspelt = gateway.admin("POST", "/__admin/reset?sesion=mine", "").await;
    assert!(problem(&misspelt, 400).as_str().unwrap().contains("unknown field `sesion`"));
    assert_eq!(gateway.bucket("orders").await, r#"["1"]"#);
    assert_eq!(gateway.admin("POST", "/__admin/reset", "").await.status, 204);
    assert_eq!(gateway.bucket("orders").await, "[]");
    assert!(gateway.journal().await.is_empty());
}

// === what it refuses ===

#[tokio::test]
async fn what_it_does_not_have_is_a_problem_that_says_what_it_has() {
    let gateway = Gateway::start(ROUTES).await;
    let path = problem(&gateway.admin("GET", "/__admin/bukets", "").await, 404);
    assert!(
        path.as_str().unwrap().starts_with("the admin API has no `/__admin/bukets`; below `/__admin/` it has health, "),
        "{path}"
    );
    let method = gateway.admin("POST", "/__admin/health", "").await;
    assert_eq!(problem(&method, 405), "this path has other methods");
    assert_eq!(method.header("allow"), "GET,HEAD");
    for path in [
        "/__admin/requests?limit=x",
        "/__admin/requests?since=-1",
        "/__admin/callbacks?stat=held",
        "/__admin/buckets/%ff",
    ] {
        problem(&gateway.admin("GET", path, "").await, 400);
    }
}

#[tokio::test]
async fn pages_in_the_operators_browser_may_not_use_it() {
    let gateway = Gateway::start(ROUTES).await;
    let own = gateway.admin.to_string();
    let ask = async |headers: &[(&str, &str)]| gateway.admin_with("POST", "/__admin/reset", headers, "").await;
    gateway.post("/orders", r#"{"id":"1"}"#).await;
    for origin in ["https://evil.example", "null", "http://localhost:1"] {
        assert_eq!(
            problem(&ask(&[("origin", origin)]).await, 403),
            "pages of another origin may not use the admin API"
        );
    }
    for host in ["evil.example", "rebound.example:3001", "127.0.0.1.nip.io"] {
        let told = problem(&ask(&[("host", host)]).await, 403);
        assert_eq!(told, format!("`{host}` is not a name of the admin API: use its address or `localhost`"));
    }
    assert_eq!(gateway.bucket("orders").await, r#"["1"]"#);
    for host in [own.as_str(), "localhost:3001", "[::1]:3001", "ringback"] {
        assert_eq!(ask(&[("host", host)]).await.status, 204, "{host}");
    }
    assert_eq!(ask(&[("host", &own), ("origin", &format!("http://{own}"))]).await.status, 204);
}
