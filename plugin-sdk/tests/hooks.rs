//! The attributes on functions as authors write them, and the fakes around them.

use std::{fmt, time::Duration};

use ringback_plugin::{
    Callback, CallbackPolicy, CommittedCallback, Configuration, Decision, Diagnostic, Error, Outcome, Outgoing,
    Request, Response, body_stream, bucket, callback_policy, cancel, configuration, log, pending, random, responder,
    signer,
    testing::{self, Gateway, get, post},
    upstream,
};
use serde_json::{Value, json};

/// Every hook in one crate.
#[configuration(check)]
struct Config {
    #[serde(default)]
    limit: u32,
    nested: Option<Nested>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nested {
    name: String,
}

impl Config {
    fn check(&self) -> Result<(), Diagnostic> {
        match self.limit {
            0..=9 => Ok(()),
            limit => Err(Diagnostic::new(format!("`limit` is {limit}, 9 is the most")).at("/limit").help("write less")),
        }
    }
}

#[responder]
fn handle(request: Request, config: &Config) -> Result<Response, Error> {
    let name = config.nested.as_ref().map_or("", |nested| nested.name.as_str());
    Ok(Response::text(200, format!("{} {} {name}", request.path(), config.limit)))
}

#[body_stream]
fn pieces(number: u32) -> Result<Option<Vec<u8>>, Error> {
    Ok((number > 0).then(|| vec![0; 3]))
}

struct Retry;

#[callback_policy]
impl CallbackPolicy for Retry {
    fn decide(callback: &CommittedCallback, attempt: u32, outcome: &Outcome) -> Decision {
        let times = callback.settings::<Value>().ok().and_then(|settings| settings.get("times")?.as_u64()).unwrap_or(1);
        match outcome {
            outcome if outcome.is_success() => Decision::Done,
            _ if u64::from(attempt) >= times => Decision::GiveUp("too often".into()),
            _ => Decision::Retry(Duration::from_secs(1)),
        }
    }
}

fn problems(config: Value) -> Vec<String> {
    let checked = Gateway::new().config(config).configure::<Config>();
    checked.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn a_responder_gets_the_configuration() {
    let mut gateway = Gateway::new().config(json!({ "limit": 3, "nested": { "name": "x" } }));
    assert_eq!(gateway.call(handle, get("/a")).response().to_text(), "/a 3 x");
    let mut other = Gateway::new().config(json!({ "limit": 4 }));
    assert_eq!(other.call(handle, get("/b")).response().to_text(), "/b 4 ");
    assert_eq!(other.run(|| Config::get().limit), 4);
}

#[test]
fn all_mistakes_of_a_configuration_are_told_with_their_places() {
    assert!(problems(json!({})).is_empty());
    assert_eq!(problems(json!({ "limit": 10 })), ["/limit: `limit` is 10, 9 is the most (help: write less)"]);
    assert_eq!(
        problems(json!({ "limit": "3", "nested": { "nme": "x" }, "other": 1 })),
        [
            "/limit: `limit` must be u32, not string \"3\"",
            "/nested/nme: unknown key `nme` (help: did you mean `name`?)",
            "/other: unknown key `other` (help: known: `limit`, `nested`)",
        ]
    );
    assert_eq!(problems(json!({ "nested": {} })), ["/nested: `name` is missing"]);
    assert_eq!(problems(json!([])).len(), 1);
}

#[test]
fn a_wrong_configuration_fails_the_call_and_says_why() {
    let called = Gateway::new().config(json!({ "limit": 10 })).call(handle, get("/"));
    assert_eq!(called.error().message(), "the plugin's configuration is wrong");
    assert!(called.error().details().unwrap().contains("9 is the most"));
}

#[test]
fn a_key_that_must_be_something_is_told_to_whatever_it_is_renamed() {
    #[configuration]
    struct Renamed {
        #[serde(default, rename = "maxTries")]
        #[must_be("a small number")]
        max_tries: u8,
    }

    let told = Renamed::parse(r#"{"maxTries":300}"#).err().unwrap();
    assert_eq!(told[0].to_string(), "/maxTries: `maxTries` must be a small number");
    assert_eq!(Renamed::parse("{}").ok().unwrap().max_tries, 0);
}

#[test]
fn a_policy_is_asked_as_it_is() {
    let mut callback = CommittedCallback::new(Outgoing::post("http://localhost:9/"));
    callback.settings = json!({ "times": 2 }).to_string();
    assert_eq!(Retry::decide(&callback, 1, &Outcome::TimedOut), Decision::Retry(Duration::from_secs(1)));
    assert_eq!(Retry::decide(&callback, 2, &Outcome::TimedOut), Decision::GiveUp("too often".into()));
    assert_eq!(Retry::plan(&callback, 1).unwrap(), callback.request);
    assert_eq!(pieces(0).unwrap(), None);
}

#[test]
fn effects_stay_when_the_hook_returns_ok_and_go_when_it_fails() {
    fn work(request: Request) -> Result<Response, Error> {
        bucket("orders").push("", "new")?;
        Callback::post("http://localhost:9/").delay(Duration::from_secs(1)).schedule()?;
        let count = bucket("orders").get::<Vec<String>>("")?.unwrap_or_default().len();
        log::warn!("{count} orders", path = request.path());
        if request.query() == Some("fail") { Err(Error::new("as asked")) } else { Ok(Response::new(204)) }
    }

    let mut gateway = Gateway::new().bucket("orders", json!([]));
    let failed = gateway.call(work, get("/?fail"));
    assert_eq!(failed.error().message(), "as asked");
    assert_eq!((failed.callbacks.len(), gateway.pending().len()), (0, 0));
    assert_eq!(gateway.bucket_value("orders"), json!([]));
    assert_eq!(failed.logs[0].message, "1 orders", "a call reads its own changes");

    let done = gateway.call(work, get("/"));
    assert_eq!((done.callbacks.len(), gateway.pending().len()), (1, 1));
    assert_eq!(gateway.bucket_value("orders"), json!(["new"]));
    assert_eq!(done.logs[0].fields, [("path".to_owned(), "/".to_owned())]);
}

#[test]
fn an_answer_that_is_no_json_fails_the_call_and_drops_its_effects() {
    fn work(_: Request) -> Result<Response, Error> {
        bucket("n").set("", &1)?;
        Ok(Response::json(200, &std::collections::HashMap::from([([1], 2)])))
    }

    let mut gateway = Gateway::new().bucket("n", json!(0));
    assert!(gateway.call(work, get("/")).error().message().contains("JSON"));
    assert_eq!(gateway.bucket_value("n"), json!(0));
}

#[test]
fn a_foreign_error_is_told_by_its_text() {
    fn work(request: Request) -> Result<Response, fmt::Error> {
        assert_eq!(request.form(), [("a".to_owned(), "b c".to_owned())]);
        Err(fmt::Error)
    }

    let called = Gateway::new().call(work, post("/").form("a=b+c"));
    assert_eq!(called.error().message(), fmt::Error.to_string());
}

#[test]
fn callbacks_wait_come_due_and_are_cancelled() {
    let mut gateway = Gateway::new().at("2026-01-02T03:04:05Z");
    let schedule = |key: &str, after| {
        let callback = Callback::post("http://localhost:9/").idempotency_key(key).delay(Duration::from_secs(after));
        callback.schedule().unwrap()
    };
    let (first, again) = gateway.run(|| (schedule("a", 2), schedule("a", 2)));
    assert_eq!(first, again);
    let second = gateway.run(|| schedule("b", 1));
    assert_eq!(
        gateway.run(|| pending().into_iter().map(|callback| callback.id).collect::<Vec<_>>()),
        [second.clone(), first.clone()]
    );
    assert!(gateway.run(|| cancel(&second)));
    assert!(!gateway.run(|| cancel(&second)), "it is not there any more");
    assert!(gateway.advance(Duration::from_secs(1)).is_empty());
    assert_eq!(gateway.advance(Duration::from_secs(1))[0].id, first);
    assert_eq!(gateway.now().to_string(), "2026-01-02T03:04:07Z");
    assert_eq!(gateway.run(|| schedule("a", 2)), first, "a settled one counts too");
}

#[test]
fn what_can_not_be_sent_is_refused_in_the_gateways_words() {
    let told = |callback: Callback| {
        Gateway::new().callback_host("localhost:9").run(|| callback.schedule()).unwrap_err().to_string()
    };
    let post = || Callback::post("http://localhost:9/");
    assert_eq!(told(Callback::post("/hook")), "`/hook` is not an absolute http or https URL");
    assert_eq!(told(post().header("Host", "x")), "header `Host` can't be sent: the gateway sets it itself");
    assert_eq!(told(post().header("x", "a\r\nb")), "header `x` can't be sent: the value holds control characters");
    assert_eq!(told(Callback::new(Outgoing::new("GE T", "http://localhost:9/"))), "`GE T` is not a method");
    assert_eq!(
        told(Callback::post("http://localhost:8/")),
        "host `localhost:8` was not granted; granted: `localhost:9`"
    );
    assert_eq!(told(post().name("")), "a name must not be empty");
}

#[test]
fn what_was_not_granted_is_refused() {
    Gateway::new().bucket("a", json!(1)).run(|| {
        assert_eq!(
            bucket("b").del("").unwrap_err().to_string(),
            "there is no bucket `b`, or it was not granted; granted: `a`"
        );
        assert!(bucket("a").get::<String>("").unwrap_err().to_string().contains("expected a string"));
        assert!(signer::hmac_sha1("key", "x").is_err());
        assert!(upstream::forward().is_err());
    });
}

#[test]
fn signatures_are_those_of_the_rfcs() {
    Gateway::new().secret("key", "Jefe").run(|| {
        // RFC 2202 and RFC 4231, test case 2.
        let message = "what do ya want for nothing?";
        assert_eq!(signer::hmac_sha1("key", message).unwrap().hex(), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assert_eq!(
            signer::hmac_sha256("key", message).unwrap().hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(signer::hmac_sha512("key", message).unwrap().hex().starts_with("164b7a7bfcf819e2e395fbe73b56e0a3"));
    });
}

#[test]
fn each_call_draws_its_own_and_the_same_again() {
    let draw = |gateway: &mut Gateway| gateway.run(random::next);
    let (mut one, mut other) = (Gateway::new().seed(3), Gateway::new().seed(3));
    let (first, second) = (draw(&mut one), draw(&mut one));
    assert_ne!(first, second);
    assert_eq!((draw(&mut other), draw(&mut other)), (first, second));
}

#[test]
#[should_panic(expected = "there is no gateway")]
fn without_a_gateway_a_test_is_told_what_is_missing() {
    let _ = bucket("a").get::<Value>("");
}

#[test]
fn a_request_is_as_it_was_made() {
    fn work(request: Request) -> Result<Response, Error> {
        assert_eq!((request.method(), request.path(), request.query()), ("PUT", "/a%20b", Some("x=1&y=%20")));
        assert_eq!(request.query_param("y").as_deref(), Some(" "));
        assert_eq!(request.header("X-A").as_deref(), Some("1, 2"));
        assert_eq!(request.header("cookie").as_deref(), Some("a=1; b=2"));
        assert_eq!(request.content_type(), Some("application/json"));
        assert_eq!((request.number(), request.session(), request.route()), (1, "s", "r"));
        assert_eq!(request.received().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(request.json::<Value>()?, json!([1]));
        Ok(Response::new(200))
    }

    let incoming = testing::request("PUT", "/a%20b?x=1&y=%20").header("x-a", "1").header("x-a", "2");
    let incoming = incoming.header("cookie", "a=1").header("cookie", "b=2").session("s").route("r").json(&[1]);
    Gateway::new().call(work, incoming).response();
}
