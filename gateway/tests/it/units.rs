//! Units of work, as a client sees them: whole or not at all, and no other session's.

use std::{net::SocketAddr, sync::Arc};

use crate::support::{Gateway, Raw};

const ROUTES: &str = r#"
    [server]
    request-body-max = "1 MiB"
    [buckets]
    orders = []
    count = 0
    [[route]]
    method = "POST"
    path = "/orders"
    status = 201
    body = "{{setData 'push' 'orders' null (object id=(body 'id'))}}"
    [[route]]
    path = "/length"
    body = "{{data 'orders' 'length'}}"
    [[route]]
    method = "POST"
    path = "/inc"
    body = "{{setData 'inc' 'count'}}{{data 'count'}}"
    [[route]]
    method = "POST"
    path = "/read-modify-write"
    body = "{{setData 'set' 'count' null (add (dataRaw 'count') 1)}}{{data 'count'}}"
    [[route]]
    method = "POST"
    path = "/bad-body"
    body = "{{setData 'push' 'orders' null 'x'}}{{setData 'inc' 'count'}}{{> absent}}"
    callbacks = ["note"]
    [[route]]
    method = "POST"
    path = "/bad-header"
    headers = { x-a = "{{body 'x'}}" }
    body = "{{setData 'push' 'orders' null 'x'}}"
    callbacks = ["note"]
    [[route]]
    method = "POST"
    path = "/too-much"
    body = "{{setData 'push' 'orders' null 'x'}}{{#repeat 2000}}{{#repeat 2000}}{{/repeat}}{{/repeat}}"
    callbacks = ["note"]
    [[route]]
    path = "/many"
    body = "{{#repeat 1000 comma=false}}{{faker 'string.uuid'}}{{data 'count'}}{{setData 'inc' 'count'}}{{/repeat}}"
    [[route]]
    method = "POST"
    path = "/too-large"
    body = "{{setData 'push' 'orders' null 'x'}}{{#repeat 40}}{{body}}{{/repeat}}"
    callbacks = ["note"]
    [[route]]
    method = "POST"
    path = "/good"
    body = "{{setData 'push' 'orders' null 'x'}}"
    callbacks = [{ use = "note", delay = "1h" }]
    [callback.note]
    url = "http://127.0.0.1:1/"
"#;

/// How many `POST`s one client has under way on its connection.
const PIPELINED: usize = 25;

/// Sends `count` requests on one connection and returns the bodies of their answers, all of which must be `status`.
async fn client(to: SocketAddr, path: &'static str, count: usize, status: u16) -> Vec<String> {
    let mut raw = Raw::open(to).await;
    let mut bodies = Vec::with_capacity(count);
    for start in (0..count).step_by(PIPELINED) {
        let batch = PIPELINED.min(count - start);
        let body = r#"{"id":"7"}"#;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}",
            body.len()
        );
        raw.send(format!("{head}\r\n\r\n{body}").repeat(batch)).await;
        for _ in 0..batch {
            let answer = raw.answer().await;
            assert_eq!(answer.status, status, "{answer:?}");
            bodies.push(answer.body);
        }
    }
    bodies
}

async fn clients(gateway: &Gateway, clients: usize, path: &'static str, count: usize, status: u16) -> Vec<String> {
    let to = gateway.address;
    let tasks: Vec<_> = (0..clients).map(|_| tokio::spawn(client(to, path, count, status))).collect();
    let mut bodies = vec![];
    for task in tasks {
        bodies.extend(task.await.unwrap());
    }
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_pushes_lose_nothing() {
    // Without optimisation a request costs twenty times as much: a tenth of them shows the same.
    let each = if cfg!(debug_assertions) { 100 } else { 1_000 };
    let gateway = Gateway::start(ROUTES).await;
    clients(&gateway, 64, "/orders", each, 201).await;
    assert_eq!(gateway.get("/length").await.body, (64 * each).to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_increments_lose_nothing_and_each_sees_its_own() {
    for path in ["/inc", "/read-modify-write"] {
        let gateway = Gateway::start(ROUTES).await;
        let bodies = clients(&gateway, 16, path, 25, 200).await;
        assert_eq!(gateway.bucket("count").await, "400");
        let mut seen: Vec<u64> = bodies.iter().map(|body| body.parse().unwrap()).collect();
        seen.sort_unstable();
        assert_eq!(seen, (1..=400).collect::<Vec<_>>(), "{path}");
    }
}

#[tokio::test]
async fn an_answer_that_fails_leaves_no_half_state_and_no_callback() {
    let gateway = Gateway::start(ROUTES).await;
    let large = "y".repeat(1 << 19);
    let cases = [
        ("/bad-body", "", "the body's template failed: The partial absent could not be found"),
        ("/bad-header", r#"{"x":"a\nb"}"#, "header `x-a` came out with control characters"),
        // Too many passes of loops; a text that is too long.
        ("/too-much", "", ""),
        ("/too-large", &large, ""),
    ];
    for (path, body, detail) in cases {
        let answer = gateway.post(path, body).await;
        assert_eq!(answer.status, 500, "{path}: {:.200}", answer.body);
        let problem = answer.json();
        assert_eq!(problem["route"], format!("POST {path}"));
        if !detail.is_empty() {
            assert_eq!(problem["detail"], detail);
        }
        assert_eq!(gateway.bucket("orders").await, "[]", "{path}");
        assert_eq!(gateway.bucket("count").await, "0", "{path}");
        assert!(gateway.callbacks("pending").await.is_empty(), "{path}");
    }
    // The same but for the failure.
    assert_eq!(gateway.post("/good", "").await.status, 200);
    assert_eq!(gateway.bucket("orders").await, r#"["x"]"#);
    assert_eq!(gateway.callbacks("pending").await.len(), 1);
}

#[tokio::test]
async fn a_template_makes_thousands_of_records() {
    let gateway = Gateway::start(ROUTES).await;
    let answer = gateway.get("/many").await;
    assert_eq!(answer.status, 200, "{:.200}", answer.body);
    // A UUID each, and the count that it met.
    assert_eq!(answer.body.len(), 1_000 * 36 + 10 + 90 * 2 + 900 * 3);
    assert_eq!(gateway.bucket("count").await, "1000");
}

#[tokio::test]
async fn sessions_do_not_see_each_other() {
    let gateway = Arc::new(Gateway::start(ROUTES).await);
    let ask = async |path: &str, session: &str| {
        let headers = [("ringback-session", session), ("content-type", "application/json")];
        gateway.ask("POST", path, &headers, r#"{"id":"1"}"#).await
    };
    ask("/orders", "one").await;
    ask("/orders", "one").await;
    ask("/orders", "two").await;
    ask("/good", "two").await;
    let length = async |session: &str| ask("/length", session).await.body;
    assert_eq!((&*length("one").await, &*length("two").await, &*gateway.get("/length").await.body), ("2", "2", "0"));
    let one = gateway.admin("GET", "/__admin/buckets/orders?session=one", "").await;
    assert_eq!(one.body, r#"[{"id":"1"},{"id":"1"}]"#);
    assert_eq!(gateway.bucket("orders").await, "[]");
    let callbacks = async |session: &str| {
        let found = gateway.admin_json("GET", &format!("/__admin/callbacks?session={session}"), "").await;
        found["callbacks"].as_array().unwrap().len()
    };
    assert_eq!((callbacks("one").await, callbacks("two").await, callbacks("default").await), (0, 1, 0));
    // One ends, the other goes on.
    assert_eq!(gateway.admin("DELETE", "/__admin/sessions/two", "").await.status, 204);
    assert_eq!((&*length("one").await, &*length("two").await), ("2", "0"));
    assert_eq!(callbacks("two").await, 0);
}

#[tokio::test]
async fn a_session_must_have_a_name() {
    let gateway = Gateway::start(ROUTES).await;
    let long = "a".repeat(129);
    for name in ["", "a b", "a/b", "\u{e9}", &long] {
        let answer = gateway.ask("POST", "/length", &[("ringback-session", name)], "").await;
        assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (400, "bad-session"), "{name}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("letters, digits"), "{answer:?}");
    }
}
