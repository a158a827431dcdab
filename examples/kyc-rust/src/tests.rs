//! The provider on the SDK's fakes. What it does over HTTP is in `tests/kyc.toml`.

use std::time::Duration;

use ringback_plugin::testing::{Called, Gateway, get, post};
use serde_json::{Value, json};

use super::{Config, handle};

fn gateway() -> Gateway {
    Gateway::new().bucket("applicants", json!({})).secret("kyc-webhook", "test").at("2026-01-02T03:04:05Z")
}

fn apply(gateway: &mut Gateway, application: Value) -> Called {
    gateway.call(handle, post("/kyc/applicants").json(&application))
}

fn ada() -> Value {
    json!({ "id": "u-1", "name": "Ada Lovelace", "country": "GB", "callbackUrl": "http://localhost:9/hook" })
}

#[test]
fn an_applicant_is_accepted_and_promised_two_callbacks() {
    let mut gateway = gateway();
    let called = apply(&mut gateway, ada());
    assert_eq!(called.response().status(), 202);
    assert_eq!(called.response().header_value("location"), Some("/kyc/applicants/u-1"));
    assert_eq!(called.json(), json!({ "id": "u-1", "status": "pending", "try": 1 }));
    let [received, decided] = called.callbacks.as_slice() else { panic!("two callbacks: {called:?}") };
    assert_eq!((received.delay, decided.delay), (Duration::from_secs(1), Duration::from_secs(5)));
    assert_eq!(received.idempotency_key.as_deref(), Some("u-1-1-received"));
    assert_eq!(decided.ordering_key.as_deref(), Some("u-1"));
    assert_eq!(decided.text(), r#"{"id":"u-1","event":"decided","result":"approved"}"#);
    assert_eq!(
        decided.header("kyc-signature"),
        Some("t=1767323045,v1=882ce85b3d86c3895facb6c3838d869f815d8102e04bdd49a84fb6f36529466d")
    );
    let [line] = called.logs.as_slice() else { panic!("one line: {called:?}") };
    assert_eq!(
        (line.message.as_str(), line.fields.as_slice()),
        ("applicant accepted", [("id".into(), "u-1".into())].as_slice())
    );
}

#[test]
fn the_third_try_is_rejected_and_stays_so() {
    let mut gateway = gateway();
    let statuses = [1, 2, 3].map(|_| apply(&mut gateway, ada()).response().status());
    assert_eq!(statuses, [202, 202, 409]);
    let shown = gateway.call(handle, get("/kyc/applicants/u-1").param("id", "u-1"));
    assert_eq!(shown.json()["status"], "rejected");
    assert_eq!(gateway.pending().len(), 4);
}

#[test]
fn an_application_that_is_none_is_told_why() {
    let mut gateway = gateway();
    let told =
        [json!([]), json!({}), json!({ "id": 1, "name": "A" }), json!({ "id": "é", "name": "A", "callbackUrl": "x" })];
    let told = told.map(|application| {
        let called = apply(&mut gateway, application);
        (called.response().status(), called.json()["error"].as_str().unwrap().to_owned())
    });
    let expected = [
        (400, "the body is not a JSON object"),
        (422, "`id` is missing"),
        (422, "`id` is missing"),
        (422, "`id` may hold letters, digits, `-` and `_` only"),
    ];
    assert_eq!(told, expected.map(|(status, error)| (status, error.to_owned())));
    assert_eq!(gateway.bucket_value("applicants"), json!({}));
}

#[test]
fn a_host_that_was_not_granted_is_told_and_was_no_try() {
    let mut gateway = gateway().callback_host("localhost");
    let mut application = ada();
    application["callbackUrl"] = json!("http://example.com/hook");
    let called = apply(&mut gateway, application);
    assert_eq!(called.response().status(), 422);
    assert_eq!(called.json(), json!({ "error": "host `example.com:80` was not granted; granted: `localhost`" }));
    assert_eq!(gateway.bucket_value("applicants"), json!({}));
}

#[test]
fn without_its_secret_it_fails_and_keeps_nothing() {
    let mut gateway = Gateway::new().bucket("applicants", json!({}));
    let called = apply(&mut gateway, ada());
    assert!(called.error().message().contains("kyc-webhook"), "{}", called.error());
    assert_eq!(gateway.bucket_value("applicants"), json!({}));
}

#[test]
fn the_configuration_is_checked() {
    let told = |config: Value| -> Vec<String> {
        let checked = Gateway::new().config(config).configure::<Config>();
        checked.err().unwrap_or_default().iter().map(ToString::to_string).collect()
    };
    assert!(told(json!({ "reject-after": 3, "blocked": [] })).is_empty());
    for wrong in [json!(0), json!(-1), json!(1.5), json!("2"), json!(null)] {
        let expected = ["/reject-after: `reject-after` must be a whole number of at least 1"];
        assert_eq!(told(json!({ "reject-after": wrong })), expected);
    }
    assert_eq!(
        told(json!({ "rejectafter": 3, "blocked": ["KP", 1] })),
        [
            "/blocked/1: `blocked.1` must be a string, not integer `1`",
            "/rejectafter: unknown key `rejectafter` (help: did you mean `reject-after`?)"
        ]
    );
}
