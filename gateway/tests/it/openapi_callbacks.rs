//! Callbacks as OpenAPI describes them: where they go follows from the exchange, what is expected of the target from the document.

use ringback_model::{
    environment::{CallbackUrl, Environment, StatusRange, Text},
    runtime_expression::RuntimeText,
};
use serde_json::Value;

use crate::support::{Gateway, free_port};

/// A gateway that takes whatever it is sent: its journal is what arrived.
async fn target() -> Gateway {
    Gateway::start("[server]\nname = \"target\"\n[[route]]\npath = \"/{*all}\"\nbody = \"taken\"").await
}

/// What arrived at a target, as `method target body`.
async fn arrived(target: &Gateway) -> Vec<String> {
    let line = |exchange: &Value| {
        let part = |name: &str| exchange["request"][name].as_str().unwrap_or_default().to_owned();
        let query = Some(part("query")).filter(|query| !query.is_empty()).map(|query| format!("?{query}"));
        format!("{} {}{} {}", part("method"), part("path"), query.unwrap_or_default(), part("body"))
    };
    target.journal().await.iter().map(line).collect()
}

/// Serves a document after a change that its language has no words for.
async fn serve(toml: &str, change: impl FnOnce(&mut Environment)) -> Gateway {
    let gateway = Gateway::start(toml).await;
    let app = &gateway.running.app;
    let mut environment = app.environments().remove(0);
    change(&mut environment);
    if let Err(wrong) = app.replace(environment).await {
        panic!("{wrong:?}");
    }
    gateway
}

/// Sends a callback to what expressions make of the exchange.
fn to(environment: &mut Environment, name: &str, url: &str, query: &[(&str, &str)]) {
    let url = RuntimeText::parse(url).unwrap();
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), Text::template(value, Default::default())));
    let definition = environment.callbacks.iter_mut().find(|known| known.name.as_str() == name).unwrap();
    definition.url = CallbackUrl::Expression { url, query: query.collect() };
}

/// Lets every callback of every response wait for its turn.
fn in_turn(environment: &mut Environment) {
    for route in &mut environment.routes {
        let ringback_model::environment::Answering::Responses { responses, .. } = &mut route.answer else { continue };
        responses.iter_mut().flat_map(|response| &mut response.callbacks).for_each(|used| used.in_turn = true);
    }
}

/// A route that causes callbacks.
fn causes(uses: &str, names: &[&str]) -> String {
    let definitions =
        names.iter().map(|name| format!("[callback.{name}]\nurl = \"http://localhost/\"\nbody = \"{name}\"\n"));
    let route = format!(
        r#"
        [[route]]
        method = "POST"
        path = "/subscribe/{{eventType}}"
        status = 201
        headers = {{ location = "http://localhost/subscriptions/7" }}
        body = '{{"id": 7}}'
        callbacks = [{uses}]
        "#
    );
    route + &definitions.collect::<String>()
}

#[tokio::test]
async fn expressions_make_the_url_of_request_and_answer() {
    let target = target().await;
    let uses = r#""by-query", "composite", "added""#;
    let gateway = serve(&causes(uses, &["by-query", "composite", "added"]), |environment| {
        to(environment, "by-query", "{$request.query.queryUrl}/data", &[]);
        let composite = format!(
            "http://{}/{{$request.path.eventType}}/{{$method}}/{{$statusCode}}?id={{$response.body#/id}}&mail={{$request.body#/mail}}",
            target.address
        );
        to(environment, "composite", &composite, &[]);
        to(environment, "added", "$request.header.X-Callback", &[("token", "a&b"), ("kind", "{{urlParam 'eventType'}}")]);
    })
    .await;
    let own = format!("http://{}", target.address);
    let path = format!("/subscribe/my%20event?queryUrl={own}/q");
    let header = format!("{own}/h?x=1");
    let answer = gateway.ask("POST", &path, &[("x-callback", &header)], r#"{"mail": "a b@c.d"}"#).await;
    assert_eq!(answer.status, 201);
    gateway.advance("1s").await;
    let mut got = arrived(&target).await;
    got.sort();
    assert_eq!(
        got,
        [
            "POST /h?x=1&token=a%26b&kind=my%20event added",
            "POST /my%20event/POST/201?id=7&mail=a%20b@c.d composite",
            "POST /q/data by-query",
        ]
    );
}

#[tokio::test]
async fn a_callback_without_a_url_is_noted_and_the_others_go_on() {
    let target = target().await;
    let gateway =
        serve(&causes(r#""missing", "unusable", "there""#, &["missing", "unusable", "there"]), |environment| {
            to(environment, "missing", "{$request.body#/callbackUrl}", &[]);
            to(environment, "unusable", "$request.body#/text", &[]);
            to(environment, "there", "$request.body#/url", &[]);
            in_turn(environment);
        })
        .await;
    let body = format!(r#"{{"text": "not a url", "url": "http://{}/there"}}"#, target.address);
    assert_eq!(gateway.post("/subscribe/x", &body).await.status, 201);
    gateway.advance("1s").await;
    assert_eq!(arrived(&target).await, ["POST /there there"]);
    let fault = gateway.journal().await[0]["fault"].as_str().unwrap().to_owned();
    assert!(
        fault.contains("callback `missing` was not scheduled: the request's content has nothing at `/callbackUrl`")
    );
    assert!(
        fault.contains("callback `unusable` was not scheduled: `not a url`, which is `$request.body#/text`"),
        "{fault}"
    );
}

#[tokio::test]
async fn callbacks_of_one_answer_wait_for_their_turn_and_a_failed_one_stops_none() {
    let target = target().await;
    let uses = r#"{ use = "one", delay = "3s" }, { use = "two", delay = "6s" }, { use = "three", delay = "9s" }"#;
    let gateway = serve(&causes(uses, &["one", "two", "three"]), |environment| {
        to(environment, "one", "{$request.query.url}/one", &[]);
        to(environment, "two", &format!("http://127.0.0.1:{}/two", free_port()), &[]);
        to(environment, "three", "{$request.query.url}/three", &[]);
        in_turn(environment);
    })
    .await;
    let path = format!("/subscribe/x?url=http://{}", target.address);
    gateway.post(&path, "").await;
    let keys = |callbacks: &[Value]| callbacks.iter().map(|one| one["orderingKey"].clone()).collect::<Vec<_>>();
    let waiting = gateway.callbacks("pending").await;
    assert!(waiting.len() == 3 && keys(&waiting).windows(2).all(|pair| pair[0] == pair[1] && pair[0].is_string()));
    gateway.advance("5s").await;
    assert_eq!(arrived(&target).await, ["POST /one one"]);
    let summary = gateway.advance("4s").await;
    let outcomes: Vec<_> = summary["attempts"].as_array().unwrap().iter().map(|ran| ran["state"].clone()).collect();
    assert_eq!(outcomes, ["failed", "delivered"]);
    assert_eq!(arrived(&target).await, ["POST /one one", "POST /three three"]);
    gateway.post(&path, "").await;
    assert_ne!(
        keys(&gateway.callbacks("pending").await)[0],
        keys(&waiting)[0],
        "another exchange has turns of its own"
    );
    gateway.advance("9s").await;
    assert_eq!(arrived(&target).await.len(), 4, "nine seconds bring all that there are");
}

#[tokio::test]
async fn the_document_says_which_answers_are_expected() {
    let target = target().await;
    let uses = r#""strict", "lenient""#;
    let gateway = serve(&causes(uses, &["strict", "lenient"]), |environment| {
        for (name, expected) in [("strict", "204"), ("lenient", "2XX")] {
            to(environment, name, "$request.query.url", &[]);
            let definition = environment.callbacks.iter_mut().find(|known| known.name.as_str() == name).unwrap();
            definition.expects = StatusRange::read(expected).into_iter().collect();
        }
    })
    .await;
    gateway.post(&format!("/subscribe/x?url=http://{}/", target.address), "").await;
    gateway.advance("1s").await;
    let (failed, delivered) = (gateway.callbacks("failed").await, gateway.callbacks("delivered").await);
    assert_eq!(failed[0]["reason"], "answered 200, 204 was expected");
    assert_eq!((&failed[0]["expects"][0], &delivered[0]["expects"][0]), (&"204".into(), &"2XX".into()));
}
