//! Routes that pass requests on, and what a route does when its plugin fails.

use std::{convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::json;

use super::*;

/// A server that answers with what it received.
async fn echo() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(async |request: Request<Incoming>| {
                let (head, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let fields: Vec<_> =
                    head.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
                let text = json!({
                    "method": head.method.as_str(),
                    "target": head.uri.to_string(),
                    "headers": fields,
                    "body": String::from_utf8_lossy(&body),
                });
                let answer = Response::builder()
                    .status(207)
                    .header("x-kept", "2")
                    .header("connection", "x-mine")
                    .header("x-mine", "1");
                Ok::<_, Infallible>(answer.body(Full::new(Bytes::from(text.to_string()))).unwrap())
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

#[tokio::test]
async fn a_request_is_passed_on_and_its_answer_comes_back() {
    let upstream = echo().await;
    let gateway =
        Gateway::start(&format!("[[route]]\npath = \"/pay/{{*rest}}\"\nupstream = \"http://{upstream}/base\"\n")).await;
    let headers =
        [("x-mine", "1"), ("connection", "x-mine"), ("x-kept", "3"), ("via", "1.0 other"), ("te", "trailers")];
    let answer = gateway.ask("PUT", "/pay/a%20b?c=d", &headers, "content").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-kept"), answer.header("x-mine")), (207, "2", ""));
    assert_eq!(answer.header("via"), "1.1 ringback");
    let seen = answer.json();
    assert_eq!(
        (&seen["method"], &seen["target"], &seen["body"]),
        (&json!("PUT"), &json!("/base/pay/a%20b?c=d"), &json!("content"))
    );
    let fields: Vec<&str> = seen["headers"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
    let (host, forwarded) = (format!("host: {upstream}"), format!("x-forwarded-host: {}", gateway.address));
    for field in [
        &*host,
        &*forwarded,
        "x-forwarded-for: 127.0.0.1",
        "x-forwarded-proto: http",
        "x-kept: 3",
        "via: 1.0 other, 1.1 ringback",
    ] {
        assert!(fields.contains(&field), "{field}: {fields:?}");
    }
    assert!(!fields.iter().any(|field| field.starts_with("x-mine") || field.starts_with("te:")), "{fields:?}");
    let noted = gateway.journal().await.pop().unwrap();
    assert_eq!(
        (&noted["match"]["because"], &noted["response"]["streamed"]),
        (&json!("the route's upstream"), &json!(true))
    );
}

#[tokio::test]
async fn an_upstream_that_is_not_there_or_not_allowed_is_502() {
    let port = crate::support::free_port();
    let route = format!("[[route]]\npath = \"/x\"\nupstream = \"http://127.0.0.1:{port}\"\n");
    let gateway = Gateway::start(&route).await;
    let answer = gateway.get("/x").await;
    assert_eq!((answer.status.as_u16(), answer.header("ringback-error")), (502, "upstream"), "{answer:?}");
    assert_eq!(answer.json()["detail"], format!("`127.0.0.1:{port}` did not answer"));
    let gateway = Gateway::start(&format!("[egress]\nprivate = false\n{route}")).await;
    let answer = gateway.get("/x").await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["detail"]),
        (502, &json!(format!("`127.0.0.1:{port}` may not be called")))
    );
}

#[tokio::test]
async fn a_route_says_what_happens_when_its_plugin_fails_or_is_not_there() {
    let upstream = echo().await;
    let toml = format!(
        "[[route]]\npath = \"/error\"\nresponder = \"kyc\"\n\
         [[route]]\npath = \"/through\"\nresponder = \"kyc\"\nupstream = \"http://{upstream}\"\non-error = \"passthrough\"\n\
         [[route]]\npath = \"/instead\"\nresponder = \"kyc\"\non-error = \"fallback:down\"\n\
         [[route.response]]\nlabel = \"down\"\nstatus = 203\nbody = \"{{{{method}}}} is down\"\n"
    );
    let gateway = with_folder(&toml).await;
    let answers = async || {
        let (error, through, instead) =
            (gateway.get("/error").await, gateway.get("/through").await, gateway.get("/instead").await);
        (error.status.as_u16(), through.status.as_u16(), instead.status.as_u16(), instead.body)
    };
    let down = || "GET is down".to_owned();
    assert_eq!(answers().await, (503, 207, 203, down()), "it is not there");
    assert_eq!(gateway.put_plugin("kyc", version(201)).await.status, 201);
    assert_eq!(answers().await, (201, 201, 201, String::new()));
    let traps = Guest { respond: "(unreachable)", ..Guest::default() }.bytes();
    assert_eq!(gateway.put_plugin("kyc", traps).await.status, 200);
    assert_eq!(answers().await, (500, 207, 203, down()), "it traps");
    let noted = gateway.journal().await.pop().unwrap();
    assert_eq!(noted["match"]["because"], "the fallback, since the route failed");
    assert!(noted["fault"].as_str().unwrap().contains("plugin `kyc` trapped"), "{noted}");
    answers().await;
    // Its breaker is open by now.
    assert_eq!(answers().await, (503, 207, 203, down()), "it is not called");
}
