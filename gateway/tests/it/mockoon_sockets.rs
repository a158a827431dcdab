//! WebSockets of Mockoon environments: opened, answered, streamed to, closed.

use serde_json::{Value, json};

use crate::support::{Gateway, Raw};

async fn serve(routes: Value) -> Gateway {
    let children: Vec<Value> =
        routes.as_array().unwrap().iter().map(|route| json!({ "type": "route", "uuid": route["uuid"] })).collect();
    let environment = json!({
        "uuid": "e", "lastMigration": 33, "name": "env", "port": 3000, "endpointPrefix": "v1",
        "rootChildren": children, "routes": routes,
    });
    Gateway::try_start("env.json", &environment.to_string(), None).await.unwrap_or_else(|rejected| {
        panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
    })
}

fn route(endpoint: &str, streaming: Value, responses: Value) -> Value {
    json!({
        "uuid": endpoint, "type": "ws", "endpoint": endpoint, "responses": responses,
        "streamingMode": streaming, "streamingInterval": 100,
    })
}

/// Asks for a WebSocket, and returns the connection with the status of the answer.
async fn open(gateway: &Gateway, path: &str, more: &str) -> (Raw, u16) {
    let mut raw = Raw::open(gateway.address).await;
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    raw.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{key}{more}\r\n"))
        .await;
    let status = raw.head().await.status.as_u16();
    (raw, status)
}

/// A text in a frame whose mask is zero.
async fn say(raw: &mut Raw, text: &str) {
    let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(text.as_bytes());
    raw.send(frame).await;
}

#[tokio::test]
async fn a_message_is_answered_by_the_response_that_its_rules_choose() {
    let ping = json!({ "target": "body", "modifier": "a", "operator": "equals", "value": "1", "invert": false });
    let number =
        json!({ "target": "request_number", "modifier": "", "operator": "equals", "value": "3", "invert": false });
    let gateway = serve(json!([route(
        "chat/:room",
        json!(null),
        json!([
            { "body": "one {{body 'a'}};", "rules": [ping] },
            { "body": "third;", "rules": [number] },
            { "body": "{{body}} {{urlParam 'room'}} {{queryParam 'q'}};", "default": true },
        ]),
    )]))
    .await;
    let (mut raw, status) = open(&gateway, "/v1/chat/r1?q=z", "Content-Type: application/json\r\n").await;
    assert_eq!(status, 101);
    say(&mut raw, "{\"b\":1}").await;
    raw.until("{\"b\":1} r1 z;").await;
    say(&mut raw, "{\"a\":1}").await;
    raw.until("one 1;").await;
    say(&mut raw, "[]").await;
    raw.until("third;").await;
    assert_eq!(open(&gateway, "/v1/none", "").await.1, 404);
    assert_eq!(gateway.get("/v1/chat/r1").await.status, 404);
    let journal = gateway.journal().await;
    assert_eq!(journal[0]["response"]["status"].as_u64().or(journal[0]["status"].as_u64()), Some(101), "{journal:#?}");
}

#[tokio::test]
async fn streams_follow_the_clock() {
    let count = json!([{ "body": "{{setGlobalVar 'c' (add (getGlobalVar 'c' null 0) 1)}}u{{getGlobalVar 'c'}};" }]);
    let turns = json!([{ "body": "b1;" }, { "body": "b2;" }]);
    let mut shared = route("all", json!("BROADCAST"), turns);
    shared["responseMode"] = json!("SEQUENTIAL");
    let gateway = serve(json!([route("own", json!("UNICAST"), count), shared])).await;
    let (mut own, _) = open(&gateway, "/v1/own", "").await;
    let (mut first, _) = open(&gateway, "/v1/all", "").await;
    step_until(&gateway, &mut own, "u1;").await;
    step_until(&gateway, &mut own, "u2;").await;
    let (mut second, _) = open(&gateway, "/v1/all", "").await;
    step_until(&gateway, &mut first, "b2;").await;
    // Who leads leaves, and the other one goes on.
    drop(first);
    step_until(&gateway, &mut second, "b1;").await;
}

/// Moves the clock by an interval at a time until a text has come.
async fn step_until(gateway: &Gateway, raw: &mut Raw, text: &str) {
    let mut reading = Box::pin(raw.until(text));
    loop {
        tokio::select! {
            biased;
            _ = &mut reading => return,
            _ = gateway.advance("100ms") => {}
        }
    }
}

#[tokio::test]
async fn a_latency_is_waited_and_a_reply_that_is_empty_is_not_sent() {
    let gateway = serve(json!([
        route("late", json!(null), json!([{ "body": "late;", "latency": 500 }])),
        route("empty", json!(null), json!([{ "body": "" }])),
    ]))
    .await;
    let (mut late, _) = open(&gateway, "/v1/late", "").await;
    say(&mut late, "a").await;
    step_until(&gateway, &mut late, "late;").await;
    let (mut empty, _) = open(&gateway, "/v1/empty", "").await;
    say(&mut empty, "a").await;
    // A close is answered with a close, before which nothing came.
    empty.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]).await;
    let rest = empty.rest().await;
    assert_eq!(rest.chars().count(), 4, "{rest:?}");
}

#[tokio::test]
async fn sockets_end_with_the_gateway() {
    let gateway = serve(json!([route("chat", json!(null), json!([{ "body": "x" }]))])).await;
    let (raw, status) = open(&gateway, "/v1/chat", "").await;
    assert_eq!(status, 101);
    let (rest, _) = tokio::join!(raw.rest(), gateway.running.drain());
    assert!(!rest.is_empty(), "a close comes before the end");
}
