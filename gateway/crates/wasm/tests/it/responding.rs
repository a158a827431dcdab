//! What a well-behaved responder gets and gives.

use ringback_model::{
    environment::BucketGrant, fault::FaultKind, ids::BucketName, json::Json, limits, time::Timestamp,
};

use super::support::{ECHO, HOST, call, call_times, load, respond, source, text};

async fn answer_of(path: &str, body: &str) -> String {
    let (answer, _) = respond(&load(ECHO), call(path, body)).await.unwrap();
    text(&answer).to_owned()
}

#[tokio::test]
async fn a_rust_plugin_answers_from_head_header_and_body() {
    let plugin = load(ECHO);
    let (answer, unit) = respond(&plugin, call("/echo?a=b", "[1]")).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(text(&answer), r#"{"id":"é/17","body":[1]}"#);
    assert!(unit.is_empty());
}

#[tokio::test]
async fn bucket_changes_come_back_in_the_unit_and_the_guest_sees_its_own() {
    let plugin = load(ECHO);
    let (answer, unit) = respond(&plugin, call("/push", r#"{"id": 1}"#)).await.unwrap();
    assert_eq!(text(&answer), r#"[{"id":1}]"#);
    let mut changes = unit.finish(Timestamp::default());
    let mut view = super::support::view();
    changes.apply(&mut view).unwrap();
    assert_eq!(view.get("orders").unwrap().value.as_ref().unwrap().to_text(), r#"[{"id":1}]"#);
}

#[tokio::test]
async fn a_bucket_that_refuses_is_an_error_that_the_guest_can_read() {
    let plugin = load(ECHO);
    let fault = respond(&plugin, call("/push", "{")).await.map(drop).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Error);
    assert_eq!(fault.to_string(), "plugin `test` failed: the order was not kept");
    assert_eq!(fault.request.map(|request| request.number), Some(12));
    assert!(fault.detail.unwrap().contains("EOF while parsing"));
}

#[tokio::test]
async fn a_call_that_is_run_again_has_the_same_time_and_the_same_dice() {
    let plugin = load(ECHO);
    let (first, _) = respond(&plugin, call("/dice", "")).await.unwrap();
    let (again, _) = respond(&plugin, call("/dice", "")).await.unwrap();
    assert_eq!(text(&first), text(&again));
    let dice = Json::parse(text(&first)).unwrap().to_text();
    assert!(dice.starts_with("[1795289922000000,"), "{dice}");
}

#[tokio::test]
async fn a_panic_and_an_error_are_faults_that_say_so() {
    let plugin = load(ECHO);
    let panicked = respond(&plugin, call("/panic", "")).await.map(drop).unwrap_err();
    assert_eq!(panicked.kind, FaultKind::Trap);
    assert_eq!(panicked.message, "trapped: wasm `unreachable` instruction executed");
    let frames = panicked.detail.unwrap();
    assert!(frames.contains("wasm backtrace") && frames.contains("echo.wasm!echo::exports::"), "{frames}");
    assert!(frames.lines().count() <= 25, "{frames}");
    let failed = respond(&plugin, call("/fail", "")).await.map(drop).unwrap_err();
    assert_eq!((failed.kind, failed.detail.as_deref()), (FaultKind::Error, Some("as asked")));
}

#[tokio::test]
async fn the_rest_of_the_request_is_there_when_it_is_asked_for() {
    assert_eq!(
        answer_of("/request?q=1&r", "\u{e9}!").await,
        "req-3fa2c1-12 POST Some(\"q=1&r\") POST /echo default 1795289922000000 1 true\n\
         host,x-id,cookie,cookie,accept\n\
         a=1; b=2 none none\n\
         3 \u{e9}!\n\
         http://localhost:3000 127.0.0.1"
    );
}

#[tokio::test]
async fn buckets_are_read_and_changed_by_path_and_say_what_they_refuse() {
    assert_eq!(
        answer_of("/buckets", "").await,
        "orders,user\n3 None\n\
         {\"visits\":3,\"address\":{\"city\":\"Paris\",\"zip\":1}}\n\
         Error::NoSuchBucket(\"there is no bucket `nope`, or it was not granted; granted: `orders`, `user`\")\n\
         Error::WrongType(\"an array is needed, this is a number\")\n\
         Error::NoSuchPath(\"`a.b` is not there\")\n\
         Error::NotJson(\"EOF while parsing an object at line 1 column 1\")"
    );
}

#[tokio::test]
async fn a_bucket_that_was_not_granted_is_not_there() {
    let mut source = source("narrow", ECHO);
    source.grants.buckets = BucketGrant::Named(vec![BucketName::try_new("user").unwrap()]);
    let plugin = HOST.load(source).unwrap();
    let fault = respond(&plugin, call("/push", "1")).await.map(drop).unwrap_err();
    let detail = fault.detail.unwrap();
    assert!(detail.contains("there is no bucket `orders`, or it was not granted; granted: `user`"), "{detail}");
}

#[tokio::test]
async fn json_nests_as_deep_as_the_gateway_reads_it_and_no_deeper() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let plugin = load(ECHO);
    let deepest = respond(&plugin, call("/push", &nested(limits::JSON_DEPTH_MAX - 1))).await;
    assert_eq!(deepest.unwrap().0.status, 200);
    let fault = respond(&plugin, call("/push", &nested(100_000))).await.map(drop).unwrap_err();
    assert!(fault.detail.unwrap().contains("recursion limit"));
}

#[tokio::test]
async fn callbacks_are_staged_listed_and_taken_back() {
    let plugin = load(ECHO);
    let (answer, unit) = respond(&plugin, call("/schedule", "http://localhost:9/hook")).await.unwrap();
    assert_eq!(text(&answer), "cb-3fa2c1-12.1\n1 cb-3fa2c1-12.1 1795289932000000 0");
    let staged = unit.finish(Timestamp::default()).scheduled;
    assert_eq!((staged.len(), staged[0].outgoing.url.to_string().as_str()), (1, "http://localhost:9/hook"));
    assert_eq!(staged[0].ordering_key.as_deref(), Some("order-1"));
    let by = staged[0].scheduled_by.as_ref().expect("a plugin asked for it");
    assert_eq!((&by.plugin, by.generation), (plugin.name(), plugin.generation()));
    let (unknown, _) = respond(&plugin, call("/cancel", "cb-000001-1.1")).await.unwrap();
    assert_eq!(text(&unknown), "false");
}

#[tokio::test]
async fn a_callback_goes_only_where_it_was_granted_and_only_so_often() {
    let plugin = load(ECHO);
    let said = async |url: &str, times| {
        let (answer, unit) = respond(&plugin, call_times("/schedule", url, times)).await.unwrap();
        (text(&answer).lines().next().unwrap().to_owned(), unit.scheduled().len())
    };
    assert_eq!(
        said("http://localhost:10/", 1).await,
        (r#"Error::Denied("host `localhost:10` was not granted; granted: `localhost:9`")"#.into(), 0)
    );
    assert_eq!(
        said("http://localhost@evil.example:9/", 1).await.0,
        r#"Error::Denied("host `evil.example:9` was not granted; granted: `localhost:9`")"#
    );
    assert_eq!(
        said("localhost:9", 1).await.0,
        r#"Error::Invalid("`localhost:9` is not an absolute http or https URL")"#
    );
    assert_eq!(
        said("http://localhost:9/", limits::CALL_CALLBACKS_MAX + 1).await,
        (r#"Error::TooMany("a call may schedule at most 100 callbacks")"#.into(), 100)
    );
}

#[tokio::test]
async fn the_operators_table_is_there_as_json() {
    assert_eq!(answer_of("/config", "").await, r#"{"reject-after":3}"#);
}
