//! Other servers, asked while a client waits.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use parking_lot::Mutex;
use ringback_model::{
    callback::Outgoing,
    fault::FaultKind,
    ids::EnvironmentName,
    limits,
    ports::{BoxFuture, Call, FetchBounds, FetchError, Fetched, Fetcher},
};
use ringback_wasm::{Host, Plugin};

use super::support::{Wat, call, call_about, host, reply, request, respond, says, source, text, texts};

/// A server that remembers what it was asked.
pub(super) struct Server {
    pub(super) asked: Mutex<Vec<Outgoing>>,
    pub(super) answer: Result<&'static str, FetchError>,
    /// It never answers, and whoever asks gives up when it has to.
    pub(super) slow: bool,
}

impl Server {
    pub(super) fn answering(answer: Result<&'static str, FetchError>) -> Arc<Self> {
        Arc::new(Self { asked: Mutex::default(), answer, slow: false })
    }
}

impl Fetcher for Server {
    fn fetch<'a>(
        &'a self,
        environment: &'a EnvironmentName,
        outgoing: &'a Outgoing,
        bounds: FetchBounds,
    ) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        assert_eq!((environment.as_str(), bounds.body_max_bytes), ("shop", limits::RESPONSE_BODY_MAX_BYTES));
        self.asked.lock().push(outgoing.clone());
        Box::pin(async move {
            if self.slow {
                tokio::time::sleep(bounds.timeout).await;
                return Err(FetchError::TimedOut);
            }
            let headers = HeaderMap::from_iter([(http::header::AGE, HeaderValue::from_static("7"))]);
            let body = self.answer.clone()?;
            Ok(Fetched { status: StatusCode::CREATED, headers, body: body.into() })
        })
    }
}

pub(super) fn asking(server: &Arc<Server>) -> Host {
    let server: Arc<dyn Fetcher> = server.clone();
    host(|options| options.fetcher = Some(server))
}

/// WAT behind a call whose result is at 1800: answers with the content, or with an error's text and its kind as the status
/// (200 denied, 201 invalid, 202 timed out, 203 failed, 204 too large).
fn answered() -> String {
    format!(
        "(if (result i32) (i32.load8_u (i32.const 1800))
            (then
                (i32.store16 offset=4 (global.get $ok) (i32.add (i32.const 200) (i32.load8_u (i32.const 1804))))
                (if (result i32) (i32.eq (i32.load8_u (i32.const 1804)) (i32.const 2)) (then (global.get $ok)) (else {})))
            (else {}))",
        reply(1808),
        reply(1816)
    )
}

fn forwards() -> Vec<u8> {
    let imports = r#"(import "ringback:gateway/upstream@0.1.0" "forward" (func $forward (param i32)))"#;
    Wat { imports, respond: format!("(call $forward (i32.const 1800)) {}", answered()), ..Wat::default() }.build()
}

/// Fetches a URL with `GET`, as often as it is told.
fn fetches(url: &str, times: u32) -> Vec<u8> {
    let imports = r#"(import "ringback:gateway/upstream@0.1.0" "fetch"
        (func $fetch (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))"#;
    let (items, arguments) = texts(2048, &["GET", url]);
    let fetch = format!(
        "(call $fetch {} (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1800))",
        arguments.join(" ")
    );
    let again = format!(
        "(loop $again {fetch} (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $at) (i32.const {times}))))"
    );
    Wat { imports, items, respond: again + &answered(), ..Wat::default() }.build()
}

fn load(server: &Arc<Server>, wasm: &[u8]) -> Arc<Plugin> {
    asking(server).load(source("asks", wasm)).unwrap_or_else(|error| panic!("{error}"))
}

fn routed(mut call: Call) -> Call {
    call.upstream = Some(Arc::new(Uri::from_static("https://api.example.com/v2/")));
    call
}

async fn told(plugin: &Arc<Plugin>, call: Call) -> (u16, String) {
    let (answer, _) = respond(plugin, call).await.unwrap();
    (answer.status.as_u16(), text(&answer).into())
}

#[tokio::test]
async fn a_request_is_passed_on_as_it_came_but_for_what_belongs_to_the_connection() {
    let server = Server::answering(Ok("from there"));
    let plugin = load(&server, &forwards());
    let mut request = request("/orders/1%2F2?a=b", "the body");
    request.headers.insert("connection", HeaderValue::from_static("keep-alive, X-Hop"));
    request.headers.insert("x-hop", HeaderValue::from_static("1"));
    request.headers.insert("content-length", HeaderValue::from_static("8"));
    assert_eq!(told(&plugin, routed(call_about(request))).await, (200, "from there".into()));
    let asked = server.asked.lock().pop().unwrap();
    assert_eq!((asked.method.as_str(), asked.body.as_ref()), ("POST", &b"the body"[..]));
    assert_eq!(asked.url, "https://api.example.com/v2/orders/1%2F2?a=b");
    let names: Vec<_> = asked.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["x-id", "cookie", "cookie", "accept"]);
}

#[tokio::test]
async fn what_may_not_be_asked_is_told_and_not_asked() {
    let server = Server::answering(Ok(""));
    let no_upstream = "route `POST /echo` has no `upstream`";
    assert_eq!(told(&load(&server, &forwards()), call("/", "")).await, (200, no_upstream.into()));
    let ask = async |url: &str| told(&load(&server, &fetches(url, 1)), call("/", "")).await;
    assert_eq!(
        ask("https://evil.example/").await,
        (200, "host `evil.example:443` was not granted; granted: `api.example.com`".into())
    );
    let callbacks_only = "host `localhost:9` was not granted; granted: `api.example.com`";
    assert_eq!(ask("http://localhost:9/").await, (200, callbacks_only.into()));
    assert_eq!(
        ask("file:///etc/passwd").await,
        (201, "`file:///etc/passwd` is not an absolute http or https URL".into())
    );
    assert!(server.asked.lock().is_empty());
    let nobody = super::support::load(&fetches("http://api.example.com/", 1));
    assert_eq!(told(&nobody, call("/", "")).await, (200, "this gateway asks no other servers".into()));
}

#[tokio::test]
async fn a_granted_host_is_asked_and_its_failures_are_told_apart() {
    let ask = async |answer| {
        let server = Server::answering(answer);
        let told = told(&load(&server, &fetches("http://api.example.com/x", 1)), call("/", "")).await;
        assert_eq!(server.asked.lock().pop().unwrap().url, "http://api.example.com/x");
        told
    };
    assert_eq!(ask(Ok("yes")).await, (200, "yes".into()));
    assert_eq!(ask(Err(FetchError::Denied("private".into()))).await, (200, "private".into()));
    assert_eq!(ask(Err(FetchError::Failed("broken".into()))).await, (203, "broken".into()));
    assert_eq!(ask(Err(FetchError::TooLarge(9))).await, (204, "the answer has more than 9 bytes".into()));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_is_given_up_before_the_call_is() {
    let server = Arc::new(Server { asked: Mutex::default(), answer: Ok(""), slow: true });
    let plugin = load(&server, &fetches("http://api.example.com/", 1));
    assert_eq!(told(&plugin, call("/", "")).await, (202, String::new()));
}

#[tokio::test]
async fn a_storm_of_questions_comes_to_an_end() {
    let server = Server::answering(Ok("yes"));
    let plugin = load(&server, &fetches("http://api.example.com/", 101));
    assert_eq!(says(&plugin, call("/", "")).await, "a call may ask other servers at most 100 times");
    assert_eq!(server.asked.lock().len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_fetcher_that_never_returns_ends_with_the_calls_time() {
    struct Never;
    impl Fetcher for Never {
        fn fetch<'a>(
            &'a self,
            _: &'a EnvironmentName,
            _: &'a Outgoing,
            _: FetchBounds,
        ) -> BoxFuture<'a, Result<Fetched, FetchError>> {
            Box::pin(std::future::pending())
        }
    }
    let host = host(|options| options.fetcher = Some(Arc::new(Never)));
    let plugin = host.load(source("asks", &fetches("http://api.example.com/", 1))).unwrap();
    let fault = respond(&plugin, call("/", "")).await.map(drop).unwrap_err();
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Wall, "took longer than 5 s"));
}
