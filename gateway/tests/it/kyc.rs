//! The KYC provider of the examples from outside, the same for every language: the real program serves the example's folder
//! with its built component, a client asks it, and a listener takes the callbacks. `cargo xtask examples` builds the
//! components and runs this.

use std::{net::SocketAddr, path::Path, process::Stdio, sync::Arc};

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
    sync::mpsc,
};

use crate::support::{Answer, PATIENCE, repository};

/// One test per language, the same code.
macro_rules! languages {
    ($($name:ident: $language:literal),*) => {$(
        #[tokio::test]
        #[ignore = "needs the component: cargo xtask examples"]
        async fn $name() {
            provider($language).await;
        }
    )*};
}

languages!(rust: "rust", js: "js", python: "python", go: "go", c: "c");

/// A callback as it arrived.
struct Arrived {
    headers: http::HeaderMap,
    body: Bytes,
}

/// An application that is called back.
struct Application {
    address: SocketAddr,
    arrived: mpsc::Receiver<Arrived>,
}

/// A `ringback serve` of an example.
struct Provider {
    _child: Child,
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
    admin: String,
    folder: tempfile::TempDir,
}

impl Application {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, arrived) = mpsc::channel(64);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let tell = tell.clone();
                let service = hyper::service::service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let tell = tell.clone();
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await.unwrap().to_bytes();
                        tell.send(Arrived { headers: head.headers, body }).await.unwrap();
                        Ok::<_, std::convert::Infallible>(http::Response::new(Full::new(Bytes::new())))
                    }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { address, arrived }
    }

    fn hook(&self) -> String {
        format!("http://localhost:{}/hook", self.address.port())
    }

    async fn next(&mut self) -> Arrived {
        tokio::time::timeout(PATIENCE, self.arrived.recv()).await.expect("a callback comes").unwrap()
    }

    fn has_more(&mut self) -> bool {
        self.arrived.try_recv().is_ok()
    }
}

impl Arrived {
    /// Its content, whose signature must be right and made at a moment.
    fn signed_at(&self, seconds: u64) -> Value {
        assert_eq!(self.headers["content-type"], "application/json");
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"test").unwrap();
        mac.update(format!("{seconds}.").as_bytes());
        mac.update(&self.body);
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(self.headers["kyc-signature"], format!("t={seconds},v1={hex}"));
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An example's folder with its component, to change at will.
fn copied(language: &str) -> tempfile::TempDir {
    let example = repository(&format!("examples/kyc-{language}"));
    let folder = tempfile::tempdir().unwrap();
    for file in ["ringback.toml", "kyc.wasm"] {
        std::fs::copy(example.join(file), folder.path().join(file))
            .unwrap_or_else(|error| panic!("{}: {error}", example.join(file).display()));
    }
    folder
}

fn ringback(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringback"));
    // The user's own cache: what `plugin test` compiled serves here.
    command.current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Provider {
    async fn start(language: &str) -> Self {
        let folder = copied(language);
        let mut child = ringback(folder.path())
            .args(["serve", "--port", "0", "--admin-port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = async {
            loop {
                let line = lines.next_line().await.unwrap().expect("it serves");
                if let Some(rest) = line.strip_prefix("ready ") {
                    break rest.to_owned();
                }
            }
        };
        // A large component compiles for the first time.
        let ready = tokio::time::timeout(5 * PATIENCE, ready).await.expect("it is ready");
        let words: Vec<&str> = ready.split(' ').collect();
        let (address, admin) = (words[0].to_owned(), words[2].to_owned());
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { _child: child, client, address, admin, folder }
    }

    async fn send(&self, method: &str, url: String, body: String) -> Answer {
        let request = http::Request::builder().method(method).uri(url).header("content-type", "application/json");
        let answer = self.client.request(request.body(Full::from(body)).unwrap()).await.unwrap();
        let (head, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", format!("{}{path}", self.address), String::new()).await
    }

    async fn apply(&self, body: impl ToString) -> Answer {
        self.send("POST", format!("{}/kyc/applicants", self.address), body.to_string()).await
    }

    async fn admin(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.send(method, format!("{}/__admin/{path}", self.admin), body.into()).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
        answer.json()
    }

    async fn advance(&self, by: &str) {
        self.admin("POST", "clock/advance", &json!({ "by": by }).to_string()).await;
    }

    /// The clock, in whole seconds.
    async fn seconds(&self) -> u64 {
        let now = &self.admin("GET", "clock", "").await["now"];
        let now: jiff::Timestamp = now.as_str().unwrap_or_else(|| panic!("{now}")).parse().unwrap();
        now.as_second().try_into().unwrap()
    }
}

fn is(answer: &Answer, status: u16, body: &Value) {
    assert_eq!((answer.status.as_u16(), &answer.json()), (status, body), "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/json");
}

async fn provider(language: &str) {
    let mut application = Application::start().await;
    let provider = Provider::start(language).await;
    provider.admin("POST", "clock/freeze", "").await;
    accepts_and_calls_back(&provider, &mut application).await;
    rejects_the_third_try(&provider, &mut application).await;
    refuses_what_is_no_application(&provider, &mut application).await;
    schedules_once_however_many_ask(&provider, &mut application).await;
    is_replaced_while_it_serves(&provider).await;
    tells_what_is_wrong_with_its_settings(language).await;
}

async fn accepts_and_calls_back(provider: &Provider, application: &mut Application) {
    is(&provider.get("/kyc/applicants/u-1").await, 404, &json!({"error": "no such applicant"}));
    let seconds = provider.seconds().await;
    let hook = application.hook();
    let body = json!({"id": "u-1", "name": "Ada Lovelace", "country": "GB", "callbackUrl": hook});
    let accepted = provider.apply(&body).await;
    is(&accepted, 202, &json!({"id": "u-1", "status": "pending", "try": 1}));
    assert_eq!(accepted.header("location"), "/kyc/applicants/u-1");
    let applicant = json!({"id": "u-1", "name": "Ada Lovelace", "country": "GB", "status": "pending", "tries": 1});
    is(&provider.get("/kyc/applicants/u-1").await, 200, &applicant);
    assert_eq!(provider.admin("GET", "buckets/applicants", "").await["u-1"], applicant);

    provider.advance("999ms").await;
    assert!(!application.has_more(), "nothing is sent before its time");
    provider.advance("1ms").await;
    assert_eq!(application.next().await.signed_at(seconds), json!({"id": "u-1", "event": "received"}));
    provider.advance("4s").await;
    let decided = json!({"id": "u-1", "event": "decided", "result": "approved"});
    assert_eq!(application.next().await.signed_at(seconds), decided);
    assert!(!application.has_more());

    let blocked = json!({"id": "u-2", "name": "Kim", "country": "KP", "callbackUrl": hook});
    assert_eq!(provider.apply(&blocked).await.status, 202);
    let seconds = provider.seconds().await;
    provider.advance("5s").await;
    assert_eq!(application.next().await.signed_at(seconds)["event"], "received");
    assert_eq!(application.next().await.signed_at(seconds)["result"], "rejected");
}

async fn rejects_the_third_try(provider: &Provider, application: &mut Application) {
    let body = json!({"id": "u-1", "name": "Ada Lovelace", "country": "GB", "callbackUrl": application.hook()});
    let seconds = provider.seconds().await;
    is(&provider.apply(&body).await, 202, &json!({"id": "u-1", "status": "pending", "try": 2}));
    is(&provider.apply(&body).await, 409, &json!({"error": "too many tries", "tries": 3}));
    assert_eq!(provider.get("/kyc/applicants/u-1").await.json()["status"], "rejected");
    // In one step, and still one after the other.
    provider.advance("1h").await;
    assert_eq!(application.next().await.signed_at(seconds)["event"], "received");
    assert_eq!(application.next().await.signed_at(seconds)["event"], "decided");
    assert!(!application.has_more(), "the third try calls nobody");
}

async fn refuses_what_is_no_application(provider: &Provider, application: &mut Application) {
    for body in ["", "{", "[]", "null", "\"u-1\""] {
        is(&provider.apply(body).await, 400, &json!({"error": "the body is not a JSON object"}));
    }
    let hook = application.hook();
    for (body, message) in [
        (json!({}), "`id` is missing"),
        (json!({"id": 1, "name": "Ada", "callbackUrl": hook}), "`id` is missing"),
        (json!({"id": "u-3", "callbackUrl": hook}), "`name` is missing"),
        (json!({"id": "u-3", "name": "Ada"}), "`callbackUrl` is missing"),
        (json!({"id": "u 3", "name": "Ada", "callbackUrl": hook}), "`id` may hold letters, digits, `-` and `_` only"),
        (
            json!({"id": "x".repeat(65), "name": "Ada", "callbackUrl": hook}),
            "`id` may hold letters, digits, `-` and `_` only",
        ),
    ] {
        is(&provider.apply(&body).await, 422, &json!({ "error": message }));
    }
    for url in ["ftp://localhost/", "nowhere", "http://elsewhere.example/hook"] {
        let body = json!({"id": "u-3", "name": "Ada", "callbackUrl": url});
        let refused = provider.apply(&body).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(!refused.json()["error"].as_str().unwrap().is_empty());
    }
    is(&provider.get("/kyc/applicants/u-3").await, 404, &json!({"error": "no such applicant"}));
    provider.advance("1h").await;
    assert!(!application.has_more());
}

/// Sixteen at once count to sixteen, two of them are accepted, and each of those is told of twice.
async fn schedules_once_however_many_ask(provider: &Provider, application: &mut Application) {
    let body = Arc::new(json!({"id": "crowd", "name": "Ada", "callbackUrl": application.hook()}));
    let asked = (0..16).map(|_| provider.apply(body.to_string()));
    let answers = futures_util::future::join_all(asked).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[..2], [202, 202], "{statuses:?}");
    assert!(statuses[2..].iter().all(|status| *status == 409), "{statuses:?}");
    assert_eq!(provider.get("/kyc/applicants/crowd").await.json()["tries"], 16);
    let seconds = provider.seconds().await;
    provider.advance("1h").await;
    let mut events = vec![];
    for _ in 0..4 {
        events.push(application.next().await.signed_at(seconds)["event"].as_str().unwrap().to_owned());
    }
    events.sort_unstable();
    assert_eq!(events, ["decided", "decided", "received", "received"]);
    assert!(!application.has_more());
}

/// Another component takes its place: no request fails, and what the bucket holds stays.
async fn is_replaced_while_it_serves(provider: &Provider) {
    let generation = |plugins: &Value| {
        let plugins = plugins["plugins"].as_array().unwrap();
        plugins.iter().find(|plugin| plugin["name"] == "kyc").unwrap()["generation"].as_u64().unwrap()
    };
    let before = generation(&provider.admin("GET", "plugins", "").await);
    let file = provider.folder.path().join("kyc.wasm");
    let mut component = std::fs::read(&file).unwrap();
    // A custom section of no meaning: another file, the same plugin.
    component.extend([0, 2, 1, b'x']);
    let next = provider.folder.path().join("next.part");
    std::fs::write(&next, component).unwrap();
    std::fs::rename(next, file).unwrap();
    let replaced = async {
        while generation(&provider.admin("GET", "plugins", "").await) == before {
            assert_eq!(provider.get("/kyc/applicants/u-1").await.status, 200);
        }
    };
    tokio::time::timeout(5 * PATIENCE, replaced).await.expect("the new component serves");
    assert_eq!(provider.get("/kyc/applicants/u-1").await.json()["tries"], 3);
}

async fn tells_what_is_wrong_with_its_settings(language: &str) {
    let folder = copied(language);
    let file = folder.path().join("ringback.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let right = "config = { reject-after = 2, blocked = [\"KP\"] }";
    assert!(text.contains(right), "{text}");
    for (settings, wrong) in [
        ("{ reject-after = 0 }", "`reject-after` must be a whole number of at least 1"),
        ("{ reject-after = \"two\" }", "`reject-after` must be a whole number of at least 1"),
        ("{ blockd = [\"KP\"] }", "unknown key `blockd`"),
    ] {
        std::fs::write(&file, text.replace(right, &format!("config = {settings}"))).unwrap();
        let ended = ringback(folder.path()).args(["check"]).output().await.unwrap();
        let said = String::from_utf8(ended.stdout).unwrap();
        assert_eq!(ended.status.code(), Some(3), "{said}");
        assert!(said.contains(wrong), "{said}");
    }
}
