//! Answers with what it was asked, and does what the tests ask of a well-behaved plugin.

wit_bindgen::generate!({ path: "../../../../../../wit", world: "responder-plugin" });

use exports::ringback::gateway::responder::{Body, Error, Field, Guest, Head, Request, Response};
use ringback::gateway::{buckets, clock, random};

struct Echo;

export!(Echo);

impl Guest for Echo {
    fn respond(head: Head, request: &Request) -> Result<Response, Error> {
        match head.path.as_str() {
            "/push" => push(request),
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

fn json(body: String) -> Response {
    let content_type = Field { name: "content-type".into(), value: "application/json".into() };
    Response { status: 200, headers: vec![content_type], body: Body::Text(body) }
}
