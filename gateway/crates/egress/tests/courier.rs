//! The courier against real sockets on this machine.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use ringback_egress::{EgressPolicy, HttpCourier};
use ringback_model::{
    callback::{Callback, CallbackState, Outcome, Outgoing},
    environment::HostPattern,
    ids::{CallbackId, CallbackName, EnvironmentName, RequestId, RouteName, SessionId},
    limits,
    ports::Courier as _,
    time::Timestamp,
    unit::{Cause, Scope},
};
use tokio::{io::AsyncWriteExt as _, net::TcpListener, sync::mpsc};

/// What a target received.
struct Received {
    head: http::request::Parts,
    body: Bytes,
}

/// A target that answers everything with the status, location and body given.
async fn target(status: u16, body: Bytes) -> (SocketAddr, mpsc::Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (received, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (received, body) = (received.clone(), body.clone());
            let service = service_fn(move |request: Request<Incoming>| {
                let (received, body) = (received.clone(), body.clone());
                async move {
                    let (head, content) = request.into_parts();
                    let content = content.collect().await.unwrap().to_bytes();
                    received.send(Received { head, body: content }).await.unwrap();
                    let answer = Response::builder().status(status).header("location", "/elsewhere");
                    Ok::<_, Infallible>(answer.body(Full::new(body)).unwrap())
                }
            });
            let server = hyper::server::conn::http1::Builder::new();
            tokio::spawn(async move { server.serve_connection(TokioIo::new(stream), service).await });
        }
    });
    (address, receiver)
}

fn callback(url: &str) -> Callback {
    let request = RequestId { tag: 1, number: 1 };
    let headers = [("X-Signature", "abc"), ("ringback-callback-id", "forged")];
    Callback {
        id: CallbackId::of_request(request, 1),
        name: CallbackName::try_new("payment").unwrap(),
        scope: Scope {
            environment: EnvironmentName::try_new("shop").unwrap(),
            session: SessionId::try_new("test-1").unwrap(),
        },
        route: RouteName::try_new("POST /orders").unwrap(),
        cause: Cause::Request(request),
        depth: 3,
        outgoing: Outgoing::try_new("POST", url, headers, Bytes::from_static(b"{\"a\":1}")).unwrap(),
        created: Timestamp::default(),
        due: Timestamp::default(),
        ordering_key: None,
        idempotency_key: None,
        policy: None,
        expects: vec![],
        scheduled_by: None,
        timeout: limits::ATTEMPT_TIMEOUT,
        state: CallbackState::Attempting,
        attempts: vec![],
    }
}

fn courier(policy: EgressPolicy) -> HttpCourier {
    let courier = HttpCourier::new();
    courier.set_policies([(EnvironmentName::try_new("shop").unwrap(), policy)]);
    courier
}

fn lenient() -> HttpCourier {
    courier(EgressPolicy { private: true, ..EgressPolicy::default() })
}

async fn send(courier: &HttpCourier, url: &str) -> Outcome {
    let callback = callback(url);
    courier.send(&callback, &callback.outgoing).await
}

fn refusal(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused(why) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_callback_arrives_with_the_fields_that_link_it_to_its_cause() {
    let (target, mut received) = target(202, Bytes::from_static(b"thanks")).await;
    let outcome = send(&lenient(), &format!("http://{target}/hook?x=1")).await;
    let Outcome::Answered { status, body, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((status, &*body), (StatusCode::ACCEPTED, &b"thanks"[..]));
    let Received { head, body } = received.recv().await.unwrap();
    assert_eq!((head.method.as_str(), head.uri.to_string().as_str()), ("POST", "/hook?x=1"));
    assert_eq!(&*body, br#"{"a":1}"#);
    let field = |name| head.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(field("x-signature"), ["abc"]);
    assert_eq!(field("ringback-callback-id"), ["cb-000001-1.1"], "a policy can't forge it");
    assert_eq!(field("ringback-callback-depth"), ["3"]);
    assert_eq!(field("ringback-session"), ["test-1"]);
    assert_eq!(field("content-length"), ["7"]);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (target, mut received) = target(307, Bytes::new()).await;
    let outcome = send(&lenient(), &format!("http://{target}/")).await;
    let Outcome::Answered { status, headers, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((status.as_u16(), &headers["location"]), (307, &http::HeaderValue::from_static("/elsewhere")));
    received.recv().await.unwrap();
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn a_long_answer_is_cut() {
    let (target, _received) = target(200, Bytes::from(vec![b'x'; 3 * limits::ATTEMPT_ANSWER_MAX_BYTES])).await;
    let outcome = send(&lenient(), &format!("http://{target}/")).await;
    let Outcome::Answered { body, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(body.len(), limits::ATTEMPT_ANSWER_MAX_BYTES);
}

#[tokio::test]
async fn private_addresses_are_refused_by_name_and_by_number() {
    let (target, mut received) = target(200, Bytes::new()).await;
    let strict = courier(EgressPolicy::default());
    let by_number = refusal(send(&strict, &format!("http://{target}/")).await);
    assert_eq!(by_number, "`127.0.0.1` is 127.0.0.1, a loopback address; `private = true` in `[egress]` allows it");
    let by_name = refusal(send(&strict, &format!("http://localhost:{}/", target.port())).await);
    assert!(by_name.starts_with("`localhost` is ") && by_name.ends_with("allows it"), "{by_name}");
    assert!(received.try_recv().is_err(), "nothing was sent");
}

#[tokio::test]
async fn a_connection_that_a_lenient_policy_opened_does_not_serve_a_strict_one() {
    let (target, mut received) = target(200, Bytes::new()).await;
    let url = format!("http://localhost:{}/", target.port());
    let courier = lenient();
    assert!(matches!(send(&courier, &url).await, Outcome::Answered { .. }));
    received.recv().await.unwrap();
    courier.set_policies([]);
    refusal(send(&courier, &url).await);
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn hosts_that_are_not_on_the_list_are_refused() {
    let allow = vec![HostPattern::try_new("api.example.com").unwrap()];
    let told = refusal(
        send(&courier(EgressPolicy { allow, private: true, ..EgressPolicy::default() }), "http://localhost:1/").await,
    );
    assert_eq!(told, "`localhost:1` is not among the hosts of `allow` in `[egress]`");
}

#[tokio::test]
async fn what_goes_wrong_is_said_in_words() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let outcome = send(&lenient(), &format!("http://{closed}/")).await;
    assert!(matches!(&outcome, Outcome::Failed(why) if why.contains("refused")), "{outcome:?}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let garbage = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH\r\n\r\n").await.unwrap();
    });
    let outcome = send(&lenient(), &url).await;
    garbage.await.unwrap();
    assert!(matches!(&outcome, Outcome::Failed(why) if !why.contains("http://")), "{outcome:?}");
}

#[tokio::test]
async fn an_attempt_ends_with_its_timeout_wherever_it_is() {
    // Accepts, and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let callback = Callback { timeout: Duration::from_millis(20), ..callback(&url) };
    let courier = Arc::new(lenient());
    assert_eq!(courier.send(&callback, &callback.outgoing).await, Outcome::TimedOut);
}
