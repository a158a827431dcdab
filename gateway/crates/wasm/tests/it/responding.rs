//! What a well-behaved responder gets and gives.

use ringback_model::{fault::FaultKind, json::Json, time::Timestamp};

use super::support::{ECHO, call, load, respond};

#[tokio::test]
async fn a_rust_plugin_answers_from_head_header_and_body() {
    let plugin = load(ECHO);
    let (answer, unit) = respond(&plugin, call("/echo?a=b", "[1]")).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.body, r#"{"id":"é/17","body":[1]}"#);
    assert!(unit.is_empty());
}

#[tokio::test]
async fn bucket_changes_come_back_in_the_unit_and_the_guest_sees_its_own() {
    let plugin = load(ECHO);
    let (answer, unit) = respond(&plugin, call("/push", r#"{"id": 1}"#)).await.unwrap();
    assert_eq!(answer.body, r#"[{"id":1}]"#);
    let mut changes = unit.finish(Timestamp::default());
    let mut view = super::support::view();
    changes.apply(&mut view).unwrap();
    assert_eq!(view.get("orders").unwrap().value.to_text(), r#"[{"id":1}]"#);
}

#[tokio::test]
async fn a_bucket_that_refuses_is_an_error_that_the_guest_can_read() {
    let plugin = load(ECHO);
    let fault = respond(&plugin, call("/push", "{")).await.map(drop).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Error);
    assert_eq!(fault.to_string(), "plugin `test` failed: the order was not kept");
    assert!(fault.detail.unwrap().contains("EOF while parsing"));
}

#[tokio::test]
async fn a_call_that_is_run_again_has_the_same_time_and_the_same_dice() {
    let plugin = load(ECHO);
    let (first, _) = respond(&plugin, call("/dice", "")).await.unwrap();
    let (again, _) = respond(&plugin, call("/dice", "")).await.unwrap();
    assert_eq!(first.body, again.body);
    let dice = Json::parse(std::str::from_utf8(&first.body).unwrap()).unwrap().to_text();
    assert!(dice.starts_with("[1795289922000000,"), "{dice}");
}

#[tokio::test]
async fn a_panic_and_an_error_are_faults_that_say_so() {
    let plugin = load(ECHO);
    let panicked = respond(&plugin, call("/panic", "")).await.map(drop).unwrap_err();
    assert_eq!(panicked.kind, FaultKind::Trap);
    assert_eq!(panicked.message, "trapped: wasm `unreachable` instruction executed");
    assert!(panicked.detail.unwrap().contains("backtrace"));
    let failed = respond(&plugin, call("/fail", "")).await.map(drop).unwrap_err();
    assert_eq!((failed.kind, failed.detail.as_deref()), (FaultKind::Error, Some("as asked")));
}
