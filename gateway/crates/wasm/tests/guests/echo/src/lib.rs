//! Answers with what it was asked, and does what the tests ask of a well-behaved plugin.

mod arena;

wit_bindgen::generate!({ path: "../../../../../../wit", world: "responder-plugin" });

use exports::ringback::gateway::responder::{Content, Error, Field, Guest, Head, Request, Response};
use ringback::gateway::{buckets, callbacks, clock, config, log, random, types};

struct Echo;

export!(Echo);

impl Guest for Echo {
    fn respond(head: Head, request: Request) -> Result<Response, Error> {
        let request = &request;
        match head.path.as_str() {
            "/push" => push(request),
            "/buckets" => buckets(),
            "/schedule" => schedule(request),
            "/cancel" => Ok(json(callbacks::cancel(&request.text()).to_string())),
            "/log" => write_logs(request),
            "/config" => Ok(json(config::table())),
            "/request" => Ok(json(rest(&head, request))),
            "/dice" => Ok(json(format!("[{},{}]", clock::now(), random::next()))),
            "/fail" => Err(Error { message: "no luck".into(), detail: Some("as asked".into()) }),
            "/panic" => panic!("as asked"),
            _ => Ok(echo(&head, request)),
        }
    }
}

fn echo(head: &Head, request: &Request) -> Response {
    let x = head.params.iter().find(|(name, _)| name == "x").map_or("", |(_, value)| value);
    let id = request.header("x-id").unwrap_or_default();
    let mut body = String::with_capacity(64 + x.len() + id.len());
    body.push_str("{\"id\":\"");
    body.push_str(x);
    body.push_str(&id);
    body.push_str("\",\"body\":");
    body.push_str(&request.text());
    body.push('}');
    json(body)
}

fn push(request: &Request) -> Result<Response, Error> {
    let failed = |error: buckets::Error| Error { message: "the order was not kept".into(), detail: Some(error.to_string()) };
    buckets::push("orders", "", &request.text()).map_err(failed)?;
    let orders = buckets::get("orders", "").map_err(failed)?;
    Ok(json(orders.unwrap_or_default()))
}

/// Each operation on the bucket `user`, and what is left.
fn buckets() -> Result<Response, Error> {
    let failed = |error: buckets::Error| Error { message: "user".into(), detail: Some(error.to_string()) };
    let sum = buckets::inc("user", "visits", 2.0).map_err(failed)?;
    buckets::set("user", "address.city", "\"Paris\"").map_err(failed)?;
    buckets::merge("user", "address", "{\"zip\":1}").map_err(failed)?;
    buckets::del("user", "name").map_err(failed)?;
    let missing = buckets::get("user", "name").map_err(failed)?;
    let denied = [
        buckets::get("nope", "").unwrap_err(),
        buckets::push("user", "visits", "1").unwrap_err(),
        buckets::push("user", "a.b", "1").unwrap_err(),
        buckets::set("user", "", "{").unwrap_err(),
    ];
    let user = buckets::get("user", "").map_err(failed)?.unwrap_or_default();
    let denied = denied.map(|error| error.to_string()).join("\n");
    Ok(json(format!("{}\n{sum} {missing:?}\n{user}\n{denied}", buckets::names().join(","))))
}

/// Schedules a callback to the URL in the body, as often as the header `x-id` says, and lists what is pending.
fn schedule(request: &Request) -> Result<Response, Error> {
    let times = request.header("x-times").and_then(|times| times.parse().ok()).unwrap_or(1);
    let mut said = vec![];
    for n in 0..times {
        let outgoing = types::Outgoing {
            method: "POST".into(),
            url: request.text(),
            headers: vec![],
            body: types::Body::Text(n.to_string()),
        };
        let options = types::Options {
            name: "paid".into(),
            delay: 10_000_000,
            ordering_key: Some("order-1".into()),
            idempotency_key: None,
            policy: None,
        };
        said.push(callbacks::schedule(&outgoing, &options).unwrap_or_else(|error| error.to_string()));
    }
    let last = said.pop().unwrap_or_default();
    let pending = callbacks::list_pending();
    let next = pending.first().map(|next| format!("{} {} {}", next.id, next.due, next.attempts)).unwrap_or_default();
    Ok(json(format!("{last}\n{} {next}", pending.len())))
}

fn write_logs(request: &Request) -> Result<Response, Error> {
    let times = request.header("x-times").and_then(|times| times.parse().ok()).unwrap_or(1);
    for _ in 0..times {
        log::write(log::Level::Warn, &request.text(), &[("at".into(), "till\u{1b}[31m".into())]);
    }
    Ok(json(String::new()))
}

fn rest(head: &Head, request: &Request) -> String {
    let again = request.head();
    let same = again.id == head.id && again.path == head.path && again.params == head.params;
    let names: Vec<_> = request.headers().into_iter().map(|field| field.name).collect();
    let header = |name| request.header(name).unwrap_or("none".into());
    let Head { id, method, query, route, session, received, number, .. } = head;
    format!(
        "{id} {method} {query:?} {route} {session} {received} {number} {same}\n{}\n{} {} {}\n{} {}\n{} {}",
        names.join(","),
        header("Cookie"),
        header("nope"),
        header("no such name"),
        request.body().len(),
        request.text(),
        request.origin(),
        request.client(),
    )
}

fn json(body: String) -> Response {
    let content_type = Field { name: "content-type".into(), value: "application/json".into() };
    Response { status: 200, headers: vec![content_type], body: Content::Text(body) }
}
