//! Callbacks, from the response that causes them to the target that gets them.

use serde_json::{Value, json};

use crate::support::{Gateway, Raw, START, free_port, repository};

/// A gateway that takes whatever it is sent: its journal is what arrived.
async fn target() -> Gateway {
    Gateway::start("[server]\nname = \"target\"\n[[route]]\npath = \"/{*all}\"\nbody = \"taken\"").await
}

/// What arrived at a target, as `method path body`.
async fn arrived(target: &Gateway) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |request: &Value| [text(&request["method"]), text(&request["path"]), text(&request["body"])].join(" ");
    target.journal().await.iter().map(|exchange| line(&exchange["request"])).collect()
}

fn names(summary: &Value) -> Vec<&str> {
    summary["attempts"].as_array().unwrap().iter().map(|ran| ran["name"].as_str().unwrap()).collect()
}

/// The id of the only callback in a state.
async fn only(gateway: &Gateway, state: &str) -> String {
    let found = gateway.callbacks(state).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]["id"].as_str().unwrap().to_owned()
}

/// Waits for so many callbacks to be in a state. On a clock that stands, what is due already is sent at once.
async fn settled(gateway: &Gateway, state: &str, count: usize) {
    let path = format!("/__admin/callbacks/wait?state={state}&count={count}&timeout=60s");
    let waited = gateway.admin_json("GET", &path, "").await;
    assert_eq!(waited["callbacks"].as_array().unwrap().len(), count);
}

/// A route `POST /` whose response causes callbacks to a target.
fn causes(target: &Gateway, uses: &str, definitions: &[&str]) -> String {
    let definitions: Vec<String> = definitions
        .iter()
        .map(|name| format!("[callback.{name}]\nurl = \"http://{}/{name}\"\n", target.address))
        .collect();
    format!("[[route]]\nmethod = \"POST\"\npath = \"/\"\nbody = \"ok\"\ncallbacks = [{uses}]\n{}", definitions.concat())
}

// === order ===

#[tokio::test]
async fn callbacks_are_sent_in_the_order_of_their_delays() {
    let target = target().await;
    let uses = r#"{ use = "late", delay = "3s" }, { use = "now", delay = "1us" }, { use = "soon", delay = "250ms" }, { use = "days", delay = "72h" }"#;
    let gateway = Gateway::start(&causes(&target, uses, &["late", "now", "soon", "days"])).await;
    gateway.post("/", "").await;
    let summary = gateway.advance("10s").await;
    assert_eq!(names(&summary), ["now", "soon", "late"]);
    assert_eq!((&summary["pending"], &summary["complete"]), (&json!(1), &json!(true)));
    assert_eq!(summary["from"], START.to_string());
    assert_eq!(summary["to"], START.after(std::time::Duration::from_secs(10)).to_string());
    let at = START.after(std::time::Duration::from_secs(3)).to_string();
    assert_eq!(
        (&summary["attempts"][2]["at"], &summary["attempts"][2]["outcome"]),
        (&json!(at), &json!("answered 200"))
    );
    assert_eq!(arrived(&target).await, ["POST /now ", "POST /soon ", "POST /late "]);

    let idle = gateway.admin_json("POST", "/__admin/clock/run-until-idle", "").await;
    assert_eq!((names(&idle), &idle["pending"]), (vec!["days"], &json!(0)));
    assert_eq!(idle["to"], START.after(std::time::Duration::from_secs(72 * 3600)).to_string());
}

#[tokio::test]
async fn an_ordering_key_keeps_a_later_callback_behind_an_earlier_one() {
    let target = target().await;
    let toml = format!(
        r#"
        [[route]]
        method = "POST"
        path = "/slow"
        body = "ok"
        callbacks = [{{ use = "keyed", delay = "5s" }}]
        [[route]]
        method = "POST"
        path = "/quick"
        body = "ok"
        callbacks = [{{ use = "keyed", delay = "1s" }}]
        [callback.keyed]
        url = "http://{}/{{{{body 'id'}}}}"
        ordering-key = "{{{{body 'id'}}}}"
        "#,
        target.address
    );
    let gateway = Gateway::start(&toml).await;
    gateway.post("/slow", r#"{"id":"a"}"#).await;
    gateway.post("/quick", r#"{"id":"a"}"#).await;
    gateway.post("/quick", r#"{"id":"b"}"#).await;
    let summary = gateway.advance("1s").await;
    assert_eq!(names(&summary).len(), 1, "{summary}");
    assert_eq!(arrived(&target).await, ["POST /b "]);
    gateway.advance("4s").await;
    assert_eq!(arrived(&target).await, ["POST /b ", "POST /a ", "POST /a "]);
    let delivered = gateway.callbacks("delivered").await;
    let of_a: Vec<_> =
        delivered.iter().filter(|callback| callback["orderingKey"] == "a").map(|c| &c["route"]).collect();
    assert_eq!(of_a.len(), 2);
}

// === what is sent ===

#[tokio::test]
async fn a_callback_is_made_of_the_request_and_the_buckets() {
    let target = target().await;
    let toml = r#"
        [buckets]
        orders = []
        [[route]]
        method = "POST"
        path = "/orders/{kind}"
        body = "{{setData 'push' 'orders' null (body 'id')}}"
        callbacks = ["paid"]
        [callback.paid]
        method = "{{header 'x-method'}}"
        url = "{{body 'callbackUrl'}}?n={{data 'orders' 'length'}}"
        headers = { content-type = "application/json", x-kind = "{{urlParam 'kind'}}", x-many = ["a", "{{queryParam 'q'}}"] }
        body = '''{"id":"{{body 'id'}}","orders":{{data 'orders'}} }'''
        "#;
    let gateway = Gateway::start(toml).await;
    let body = json!({"id": "7", "callbackUrl": format!("http://{}/hook", target.address)}).to_string();
    let headers = [("content-type", "application/json"), ("x-method", "PUT"), ("ringback-session", "mine")];
    gateway.ask("POST", "/orders/card?q=b", &headers, &body).await;
    // What changes later does not change what was promised.
    gateway.admin("PUT", "/__admin/buckets/orders?session=mine", "[]").await;
    settled(&gateway, "delivered", 1).await;

    let journal = target.journal().await;
    assert_eq!(journal.len(), 1, "{:?}", gateway.journal().await);
    let request = &journal[0]["request"];
    assert_eq!(
        (&request["method"], &request["path"], &request["query"]),
        (&json!("PUT"), &json!("/hook"), &json!("n=1"))
    );
    assert_eq!(request["body"], r#"{"id":"7","orders":["7"] }"#);
    let fields = &request["headers"];
    assert_eq!((&fields["x-kind"], &fields["x-many"]), (&json!("card"), &json!(["a", "b"])));
    // Who called, how far down the chain, and whose.
    let id = gateway.callbacks("delivered").await[0]["id"].clone();
    assert_eq!((&fields["ringback-callback-id"], &fields["ringback-callback-depth"]), (&id, &json!("1")));
    assert_eq!(fields["ringback-session"], "mine");
}

#[tokio::test]
async fn a_callback_speaks_of_the_response_that_caused_it() {
    let target = target().await;
    let toml = format!(
        r#"
        [[route]]
        method = "POST"
        path = "/orders"
        status = 201
        headers = {{ x-many = ["a", "b"] }}
        body = '{{"id":"o-{{{{body "n"}}}}","before":"{{{{responseBody "id" "none"}}}}"}}'
        callbacks = ["created"]
        [callback.created]
        url = "http://{}/{{{{responseBody 'id'}}}}"
        body = "{{{{responseStatus}}}} {{{{responseHeader 'X-Many'}}}} {{{{responseBody 'total' 'free'}}}} {{{{responseBody}}}}"
        "#,
        target.address
    );
    let gateway = Gateway::start(&toml).await;
    gateway.post("/orders", r#"{"n":7}"#).await;
    settled(&gateway, "delivered", 1).await;
    let body = r#"{"id":"o-7","before":"none"}"#;
    assert_eq!(arrived(&target).await, [format!("POST /o-7 201 a, b free {body}")]);
}

#[tokio::test]
async fn a_callback_that_can_not_be_made_is_noted_and_the_others_go() {
    let target = target().await;
    let toml =
        format!("{}\n[callback.lost]\nurl = \"{{{{body 'url'}}}}\"\n", causes(&target, r#""lost", "sent""#, &["sent"]));
    let gateway = Gateway::start(&toml).await;
    assert_eq!(gateway.post("/", r#"{"url":"not a url"}"#).await.status, 200);
    settled(&gateway, "delivered", 1).await;
    assert_eq!(arrived(&target).await, ["POST /sent "]);
    let fault = gateway.journal().await[0]["fault"].clone();
    assert_eq!(fault, "callback `lost` was not scheduled: `not a url` is not an absolute http or https URL");
}

// === what comes of it ===

#[tokio::test]
async fn a_target_that_does_not_take_it_fails_it_and_the_journal_says_why() {
    let refuses = Gateway::start("[[route]]\npath = \"/{*all}\"\nstatus = 503\nbody = \"busy\"").await;
    let down = free_port();
    let toml = format!(
        r#"
        [[route]]
        path = "/"
        body = "ok"
        callbacks = ["down", "refuses", "metadata"]
        [callback.down]
        url = "http://127.0.0.1:{down}/"
        [callback.refuses]
        url = "http://{}/"
        [callback.metadata]
        url = "http://169.254.169.254/latest"
        "#,
        refuses.address
    );
    let gateway = Gateway::start(&toml).await;
    gateway.get("/").await;
    settled(&gateway, "failed", 3).await;
    let journal = gateway.journal().await;
    let callbacks = journal[0]["callbacks"].as_array().unwrap();
    let of = |name: &str| callbacks.iter().find(|callback| callback["name"] == name).unwrap();
    for callback in callbacks {
        assert_eq!(callback["state"], "failed");
        assert_eq!(callback["cause"], json!({"request": journal[0]["id"]}));
        assert_eq!(callback["attempts"].as_array().unwrap().len(), 1);
    }
    assert_eq!(of("down")["attempts"][0]["outcome"], "failed");
    let why = of("down")["attempts"][0]["reason"].as_str().unwrap();
    assert_eq!(of("down")["reason"], format!("failed: {why}"));
    let attempt = &of("refuses")["attempts"][0];
    assert_eq!((&attempt["status"], &attempt["body"]), (&json!(503), &json!("busy")));
    let refused = &of("metadata")["attempts"][0];
    let why = "`169.254.169.254` is 169.254.169.254, a link-local address, where clouds keep their metadata service, which is never called";
    assert_eq!((&refused["outcome"], &refused["reason"]), (&json!("refused"), &json!(why)));
}

#[tokio::test]
async fn a_chain_of_callbacks_ends() {
    let port = free_port();
    let toml = format!(
        r#"
        [buckets]
        turns = 0
        [[route]]
        method = "POST"
        path = "/again"
        body = "{{{{setData 'inc' 'turns'}}}}"
        callbacks = [{{ use = "again", delay = "1s" }}]
        [callback.again]
        url = "http://127.0.0.1:{port}/again"
        "#
    );
    let gateway = Gateway::try_start("ringback.toml", &toml, Some(port)).await.unwrap();
    gateway.post("/again", "").await;
    let summary = gateway.admin_json("POST", "/__admin/clock/run-until-idle", "").await;
    assert_eq!((names(&summary).len(), &summary["pending"], &summary["complete"]), (16, &json!(0), &json!(true)));
    assert_eq!(gateway.bucket("turns").await, "17");
    let journal = gateway.journal().await;
    let last = journal.last().unwrap();
    assert_eq!(last["fault"], "callback `again` was not scheduled: a chain may have at most 16 callbacks");
    // A client that claims to be far down is believed, and no more.
    let claims = [("ringback-callback-depth", "4294967295")];
    assert_eq!(gateway.ask("POST", "/again", &claims, "").await.status, 200);
    assert!(gateway.callbacks("pending").await.is_empty());
}

// === an operator's hand ===

#[tokio::test]
async fn an_operator_fires_cancels_holds_and_releases() {
    let target = target().await;
    let gateway = Gateway::start(&causes(&target, r#"{ use = "paid", delay = "1h" }"#, &["paid"])).await;
    let act =
        async |id: &str, action: &str| gateway.admin("POST", &format!("/__admin/callbacks/{id}/{action}"), "").await;

    gateway.post("/", "").await;
    let held = only(&gateway, "pending").await;
    assert_eq!(act(&held, "hold").await.json()["state"], "held");
    assert_eq!(names(&gateway.advance("2h").await).len(), 0);
    // Its time has come meanwhile: it goes at once.
    assert_eq!(act(&held, "release").await.json()["state"], "pending");
    settled(&gateway, "delivered", 1).await;

    gateway.post("/", "").await;
    let cancelled = only(&gateway, "pending").await;
    assert_eq!(act(&cancelled, "cancel").await.json()["state"], "cancelled");
    assert_eq!(names(&gateway.advance("2h").await).len(), 0);
    let again = act(&cancelled, "fire").await;
    assert_eq!(again.status, 409);
    assert_eq!(again.json()["detail"], format!("callback `{cancelled}` is cancelled: it is left alone"));

    gateway.post("/", "").await;
    let fired = only(&gateway, "pending").await;
    assert_eq!(act(&fired, "fire").await.status, 200);
    settled(&gateway, "delivered", 2).await;
    assert_eq!(arrived(&target).await.len(), 2);
    let one = gateway.admin_json("GET", &format!("/__admin/callbacks/{fired}"), "").await;
    assert_eq!((&one["state"], &one["attempts"][0]["outcome"]), (&json!("delivered"), &json!("answered")));

    assert_eq!(act("cb-000001-9.9", "fire").await.status, 404);
    assert_eq!(act("nonsense", "fire").await.status, 404);
    let odd = act(&fired, "explode").await;
    assert_eq!(odd.json()["detail"], "`explode` is no action: `fire`, `cancel`, `hold` and `release` are");
}

#[tokio::test]
async fn waiting_for_callbacks_that_do_not_come_ends() {
    let gateway = Gateway::start("[[route]]\npath = \"/\"\nbody = \"ok\"").await;
    let waited = gateway.admin("GET", "/__admin/callbacks/wait?timeout=1ms", "").await;
    assert_eq!((waited.status.as_u16(), waited.json()), (408, json!({"callbacks": []})));
    assert_eq!(gateway.admin("GET", "/__admin/callbacks/wait?timeout=soon", "").await.status, 400);
    let misspelt = gateway.admin("GET", "/__admin/callbacks/wait?state=deliverd", "").await;
    let said = "`deliverd` is no state: pending, held, attempting, delivered, failed, cancelled, parked are";
    assert_eq!((misspelt.status.as_u16(), &misspelt.json()["detail"]), (400, &json!(said)));
}

#[tokio::test]
async fn a_clock_that_runs_again_sends_what_is_due() {
    let target = target().await;
    let gateway = Gateway::start(&causes(&target, r#"{ use = "paid", delay = "20ms" }"#, &["paid"])).await;
    let clock = gateway.admin_json("GET", "/__admin/clock", "").await;
    assert_eq!((&clock["frozen"], &clock["now"]), (&json!(true), &json!(START.to_string())));
    assert!(clock["offsetMs"].is_i64(), "{clock}");
    gateway.post("/", "").await;
    assert_eq!(gateway.admin_json("POST", "/__admin/clock/resume", "").await["frozen"], false);
    let waited = gateway.admin_json("GET", "/__admin/callbacks/wait?state=delivered&timeout=60s", "").await;
    assert_eq!(waited["callbacks"][0]["name"], "paid");
    assert_eq!(gateway.admin_json("POST", "/__admin/clock/freeze", "").await["frozen"], true);
    let (one, two) = (
        gateway.admin("GET", "/__admin/clock", "").await.json(),
        gateway.admin("GET", "/__admin/clock", "").await.json(),
    );
    assert_eq!(one["now"], two["now"]);
}

#[tokio::test]
async fn the_clock_says_what_it_does_not_understand() {
    let gateway = Gateway::start("[[route]]\npath = \"/\"\nbody = \"ok\"").await;
    for (body, said) in [
        ("", "send {\"by\": \"10s\"}"),
        (r#"{"to":"10s"}"#, "unknown field `to`"),
        (r#"{"by":"soon"}"#, "`soon` is no duration: write `10s`, `250ms` or `1h 30m`"),
        (r#"{"by":"-10s"}"#, "`-10s` is no duration"),
        (r#"{"by":10}"#, "expected a string"),
        (r#"{"by":"99999999h"}"#, "after the year 9999"),
    ] {
        let answer = gateway.admin("POST", "/__admin/clock/advance", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (400, "application/problem+json"),
            "{body}"
        );
        assert!(answer.json()["detail"].as_str().unwrap().contains(said), "{body}: {answer:?}");
    }
    // `curl -d` calls everything a form.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let moved = gateway.admin_with("POST", "/__admin/clock/advance", &form, r#"{"by":"1h 30m"}"#).await;
    assert_eq!(moved.json()["to"], START.after(std::time::Duration::from_secs(5400)).to_string());
}

// === determinism ===

/// Everything that the journal of a gateway has after some traffic, without what names its ports.
async fn story() -> String {
    let target = target().await;
    let toml = format!(
        r#"
        [server]
        name = "shop"
        [buckets]
        orders = []
        [[route]]
        method = "POST"
        path = "/orders"
        mode = "random"
        [[route.response]]
        status = 201
        body = "{{{{setData 'push' 'orders' null (body 'id')}}}}{{{{oneOf (array 'a' 'b' 'c' 'd')}}}}"
        callbacks = [{{ use = "paid", delay = "5s" }}, {{ use = "down", delay = "5s" }}]
        [[route.response]]
        status = 202
        body = "later"
        callbacks = [{{ use = "paid", delay = "3s" }}]
        [callback.paid]
        url = "http://{}/paid"
        [callback.down]
        url = "http://169.254.0.1/"
        "#,
        target.address
    );
    let gateway = Gateway::start(&toml).await;
    for n in 0..8 {
        gateway.post("/orders", &format!(r#"{{"id":"{n}"}}"#)).await;
        gateway.advance("1s").await;
    }
    gateway.admin_json("POST", "/__admin/clock/run-until-idle", "").await;
    let journal = gateway.admin("GET", "/__admin/requests", "").await.body;
    let journal = journal + &target.admin("GET", "/__admin/requests", "").await.body;
    // The target's own clock stands; only the date that HTTP wants is the system's.
    let date =
        journal.split("\"date\":\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>();
    let journal = date.iter().fold(journal, |journal, date| journal.replace(date.as_str(), "DATE"));
    journal.replace(&gateway.address.to_string(), "GATEWAY").replace(&target.address.to_string(), "TARGET")
}

#[tokio::test]
async fn the_same_seed_and_steps_make_the_same_journal() {
    let (one, two) = (story().await, story().await);
    assert!(one.contains("\"delivered\"") && one.contains("\"failed\"") && one.contains("later"), "{one}");
    assert_eq!(one, two);
}

#[tokio::test]
async fn a_reset_forgets_callbacks_that_are_due() {
    let target = target().await;
    let gateway = Gateway::start(&causes(&target, r#"{ use = "paid", delay = "1s" }"#, &["paid"])).await;
    gateway.post("/", "").await;
    gateway.admin("POST", "/__admin/reset", "").await;
    assert_eq!(gateway.advance("1h").await["attempts"], json!([]));
    assert!(arrived(&target).await.is_empty());
}

#[tokio::test]
async fn a_target_that_never_answers_is_given_up_after_the_timeout() {
    // Accepts, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let toml = format!(
        "[[route]]\npath = \"/\"\nbody = \"ok\"\ncallbacks = [\"paid\"]\n[callback.paid]\nurl = \"http://{}/\"\ntimeout = \"50ms\"",
        silent.local_addr().unwrap()
    );
    let gateway = Gateway::start(&toml).await;
    let mut raw = Raw::open(gateway.address).await;
    raw.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(raw.answer().await.status, 200);
    settled(&gateway, "failed", 1).await;
    let failed = &gateway.callbacks("failed").await[0];
    assert_eq!((&failed["attempts"][0]["outcome"], &failed["reason"]), (&json!("timed-out"), &json!("timed out")));
}

// === who asked ===

#[tokio::test]
async fn the_operator_sees_which_plugin_asked_for_a_callback() {
    let echo = repository("gateway/crates/wasm/tests/guests/echo/echo.wasm");
    let uses = r#"{ use = "documents", delay = "1h" }"#;
    let document = format!(
        "[[route]]\npath = '/schedule'\nresponder = 'echo'\n{}[plugin.echo]\npath = '{}'\n{}\n[buckets]\nuser = {{}}",
        causes(&target().await, uses, &["documents"]),
        echo.display(),
        "grants = { buckets = ['user'], callback-hosts = ['localhost'] }",
    );
    let gateway = Gateway::start(&document).await;
    gateway.post("/schedule", "http://localhost:9/hook").await;
    gateway.post("/", "").await;
    let pending = gateway.callbacks("pending").await;
    let by = |name| &pending.iter().find(|callback| callback["name"] == name).unwrap()["scheduledBy"];
    assert_eq!(*by("paid"), json!({"plugin": "echo", "generation": 1}));
    assert_eq!(*by("documents"), Value::Null);
}
