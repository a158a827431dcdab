//! What clients do to a connection, and what they get.

use std::time::Duration;

use ringback_model::time::Clock;

use crate::support::{Gateway, PATIENCE, Raw};

const ROUTES: &str = r#"
    [server]
    request-body-max = "1 KiB"
    requests-in-flight-max = 2
    [[route]]
    path = "/static"
    body = "static"
    [[route]]
    path = "/echo"
    body = "{{method}} {{header 'x-a'}} {{body}}"
    [[route]]
    path = "/late"
    latency = "3s"
    body = "late"
"#;

/// Asks once more on a connection of its own: whatever happened before, others are served.
async fn still_serves(gateway: &Gateway) {
    assert_eq!(gateway.get("/static").await.body, "static");
}

const IN_FLIGHT: &str = "ringback_requests_in_flight";
const CONNECTIONS: &str = "ringback_connections";

// === well-behaved ===

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order_on_one_connection() {
    let gateway = Gateway::start(ROUTES).await;
    let mut raw = Raw::open(gateway.address).await;
    raw.send(
        "GET /static HTTP/1.1\r\nhost: x\r\n\r\n\
         POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc\
         GET /none HTTP/1.1\r\nhost: x\r\n\r\n\
         POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n",
    )
    .await;
    let mut answers = vec![];
    for _ in 0..4 {
        let answer = raw.answer().await;
        answers.push((answer.status.as_u16(), answer.body));
    }
    assert_eq!((answers[0].0, &*answers[0].1), (200, "static"));
    assert_eq!((answers[1].0, &*answers[1].1), (200, "POST  abc"));
    assert_eq!(answers[2].0, 404);
    assert_eq!((answers[3].0, &*answers[3].1), (200, "POST  def"));
    // The connection is kept.
    raw.send("GET /static HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(raw.answer().await.body, "static");
}

#[tokio::test]
async fn http_1_0_is_spoken_and_the_connection_ends_unless_it_is_to_be_kept() {
    let gateway = Gateway::start(ROUTES).await;
    let mut raw = Raw::open(gateway.address).await;
    raw.send("GET /static HTTP/1.0\r\nconnection: keep-alive\r\n\r\n").await;
    assert_eq!(raw.answer().await.body, "static");
    raw.send("GET /static HTTP/1.0\r\n\r\n").await;
    let rest = raw.rest().await;
    assert!(rest.starts_with("HTTP/1.0 200 OK\r\n") && rest.ends_with("\r\n\r\nstatic"), "{rest}");
}

#[tokio::test]
async fn a_client_that_waits_to_be_told_to_continue_is_told() {
    let gateway = Gateway::start(ROUTES).await;
    let mut raw = Raw::open(gateway.address).await;
    raw.send("POST /echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n").await;
    assert_eq!(raw.head().await.status, 100);
    raw.send("ok").await;
    assert_eq!(raw.answer().await.body, "POST  ok");
    // One whose body would be refused is spared to send it.
    raw.send("POST /echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2000\r\n\r\n").await;
    assert_eq!(raw.answer().await.status, 413);
}

#[tokio::test]
async fn many_connections_at_once_are_served_and_leave_nothing() {
    let gateway = Gateway::start(ROUTES).await;
    let mut open = vec![];
    for _ in 0..300 {
        open.push(Raw::open(gateway.address).await);
    }
    for raw in &mut open {
        raw.send("GET /static HTTP/1.1\r\nhost: x\r\n\r\n").await;
    }
    for raw in &mut open {
        assert_eq!(raw.answer().await.body, "static");
    }
    gateway.until(CONNECTIONS, 300).await;
    drop(open);
    gateway.until(CONNECTIONS, 0).await;
}

// === too much ===

#[tokio::test]
async fn a_body_over_the_limit_is_refused_announced_or_not() {
    let gateway = Gateway::start(ROUTES).await;
    let mut announced = Raw::open(gateway.address).await;
    announced.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1025\r\n\r\n").await;
    let mut chunked = Raw::open(gateway.address).await;
    chunked.send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n401\r\n").await;
    chunked.send(vec![b'a'; 1025]).await;
    for mut raw in [announced, chunked] {
        let answer = raw.answer().await;
        assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (413, "body-too-large"));
        assert_eq!(answer.json()["detail"], "a request body may have at most 1024 bytes");
        assert_eq!(answer.json()["help"][0], "raise `request-body-max` in `[server]`");
    }
    assert_eq!(gateway.post("/echo", &"a".repeat(1024)).await.status, 200);
    gateway.until(IN_FLIGHT, 0).await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let gateway = Gateway::start(ROUTES).await;
    let fields = "x-a: 1\r\n".repeat(101);
    let long = "a".repeat(200_000);
    let heads = [
        (format!("GET /static HTTP/1.1\r\nhost: x\r\nx-a: {long}\r\n\r\n"), "431"),
        (format!("GET /static HTTP/1.1\r\nhost: x\r\n{fields}\r\n"), "431"),
        (format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"), "4"),
    ];
    for (head, status) in heads {
        let mut raw = Raw::open(gateway.address).await;
        raw.send(head).await;
        let rest = raw.rest().await;
        assert!(rest.starts_with(&format!("HTTP/1.1 {status}")), "{rest:.100}");
    }
    still_serves(&gateway).await;
}

#[tokio::test]
async fn more_requests_than_may_be_in_flight_are_told_to_come_back() {
    let gateway = Gateway::start(ROUTES).await;
    let mut held = vec![];
    for _ in 0..2 {
        let mut raw = Raw::open(gateway.address).await;
        raw.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n").await;
        held.push(raw);
    }
    gateway.until(IN_FLIGHT, 2).await;
    let shed = gateway.get("/static").await;
    assert_eq!((shed.status.as_u16(), shed.header("ringback-error")), (503, "overloaded"));
    assert_eq!(shed.header("retry-after"), "1");
    assert_eq!(shed.json()["detail"], "2 requests are being answered, more are not taken");
    for raw in &mut held {
        raw.send("ok").await;
        assert_eq!(raw.answer().await.body, "POST  ok");
    }
    still_serves(&gateway).await;
}

// === bad ===

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let gateway = Gateway::start(ROUTES).await;
    let texts = [
        "garbage\r\n\r\n",
        "GET\r\n\r\n",
        "GET /static HTTP/9.9\r\n\r\n",
        "G\0T /static HTTP/1.1\r\n\r\n",
        "GET /static HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /static HTTP/1.1\r\nx y: 1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "GET /st atic HTTP/1.1\r\nhost: x\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
    ];
    for text in texts {
        let mut raw = Raw::open(gateway.address).await;
        raw.send(text).await;
        let rest = raw.rest().await;
        assert!(rest.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{text:?}: {rest}");
    }
    still_serves(&gateway).await;
    gateway.until(CONNECTIONS, 1).await;
}

#[tokio::test]
async fn a_chunked_body_that_breaks_off_or_lies_is_refused() {
    let gateway = Gateway::start(ROUTES).await;
    for chunks in ["zz\r\n", "5\r\nabc", "ffffffffffffffffff\r\n"] {
        let mut raw = Raw::open(gateway.address).await;
        raw.send(format!("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{chunks}")).await;
        raw.half_close().await;
        let answer = raw.answer().await;
        assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (400, "body-incomplete"), "{chunks}");
    }
    still_serves(&gateway).await;
}

#[tokio::test]
async fn bytes_that_are_not_utf8_are_served() {
    let gateway = Gateway::start(ROUTES).await;
    let mut raw = Raw::open(gateway.address).await;
    raw.send(b"POST /echo HTTP/1.1\r\nhost: x\r\nx-a: \xe9\xff\r\ncontent-length: 3\r\n\r\na\xffb").await;
    let answer = raw.answer().await;
    assert_eq!(answer.body, "POST \u{e9}\u{ff} a\u{fffd}b");
    raw.send(b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(raw.answer().await.status.is_client_error());
    let journal = gateway.journal().await;
    assert_eq!(journal[0]["request"]["body"], serde_json::json!({"hex": "61ff62", "bytes": 3}));
}

#[tokio::test]
async fn a_client_that_closes_its_half_gets_its_answer() {
    let gateway = Gateway::start(ROUTES).await;
    let mut raw = Raw::open(gateway.address).await;
    raw.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nok").await;
    raw.half_close().await;
    let rest = raw.rest().await;
    assert!(rest.ends_with("\r\n\r\nPOST  ok"), "{rest}");
    gateway.until(CONNECTIONS, 0).await;
}

#[tokio::test]
async fn a_request_that_breaks_off_is_no_request() {
    let gateway = Gateway::start(ROUTES).await;
    let mut head = Raw::open(gateway.address).await;
    head.send("GET /static HTTP/1.1\r\nhos").await;
    head.half_close().await;
    assert!(!head.rest().await.contains("200 OK"));
    let mut body = Raw::open(gateway.address).await;
    body.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc").await;
    body.half_close().await;
    let answer = body.answer().await;
    assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (400, "body-incomplete"));
    let nothing = Raw::open(gateway.address).await;
    drop(nothing);
    drop(body);
    gateway.until(CONNECTIONS, 0).await;
    assert_eq!(gateway.journal().await.len(), 1, "only what had a whole head was a request");
}

#[tokio::test]
async fn a_slow_client_is_served() {
    let gateway = Gateway::start(ROUTES).await;
    let mut raw = Raw::open(gateway.address).await;
    for byte in "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nok".bytes() {
        raw.send([byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(raw.answer().await.body, "POST  ok");
}

// === leaving ===

#[tokio::test]
async fn latency_is_waited_on_the_gateways_clock() {
    let gateway = Gateway::start(ROUTES).await;
    let clock = gateway.running.app.gateway.clock.clone();
    let last = clock.last_sleeper();
    let mut raw = Raw::open(gateway.address).await;
    raw.send("GET /late HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::timeout(PATIENCE, clock.sleeper_after(last)).await.unwrap();
    gateway.advance("2s").await;
    assert_eq!(gateway.journal().await.len(), 0, "it is not answered before its time");
    gateway.advance("1s").await;
    assert_eq!(raw.answer().await.body, "late");
    let took = gateway.journal().await[0]["tookMs"].as_f64();
    assert_eq!(took, Some(3000.0));
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing_behind() {
    let gateway = Gateway::start(ROUTES).await;
    let mut sending = Raw::open(gateway.address).await;
    sending.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n").await;
    gateway.until(IN_FLIGHT, 1).await;
    drop(sending);
    gateway.until(IN_FLIGHT, 0).await;

    let clock = gateway.running.app.gateway.clock.clone();
    let last = clock.last_sleeper();
    let mut waiting = Raw::open(gateway.address).await;
    waiting.send("GET /late HTTP/1.1\r\nhost: x\r\n\r\n").await;
    tokio::time::timeout(PATIENCE, clock.sleeper_after(last)).await.unwrap();
    drop(waiting);
    clock.advance_to(clock.now().after(Duration::from_secs(3)));
    gateway.until(CONNECTIONS, 0).await;
    still_serves(&gateway).await;
}
