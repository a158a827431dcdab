//! Starts gateways and asks them.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use ringback_gateway::{Admin, Documents, GatewayClock, Rejected, Running, ServeOptions, report::Format};
use ringback_model::time::Timestamp;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Where the clock of a test stands: the moment at which the design was written down.
pub(crate) const START: Timestamp = Timestamp::from_micros(1_795_289_922_000_000);

/// Longer than anything here takes: what is still awaited then never comes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Between one look and the next, where nothing tells that something has happened: the journal keeps a thousand looks.
const BREATH: Duration = Duration::from_millis(5);

/// A gateway on free ports, its clock standing at [`START`].
pub(crate) struct Gateway {
    pub(crate) running: Running,
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    pub(crate) folder: tempfile::TempDir,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// A connection on which a test writes what it likes.
pub(crate) struct Raw {
    stream: TcpStream,
    received: Vec<u8>,
}

/// Compiled plugins, shared by all tests of a run.
pub(crate) fn cache_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled")
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)
}

/// A port that was free a moment ago: for documents that must name their own.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

pub(crate) fn options(paths: Vec<PathBuf>, folder: &Path) -> ServeOptions {
    ServeOptions {
        documents: Documents {
            paths,
            working_folder: folder.to_owned(),
            host: Some("127.0.0.1".into()),
            port: Some(0),
            plugins: vec![],
            variable: Arc::new(|name| (name == "RINGBACK_TEST").then(|| "from the environment".into())),
            artifacts: vec![],
            mockoon: None,
        },
        admin: Some(Admin::Loopback(0)),
        microcks_api: false,
        seed: Some(1),
        cache_dir: Some(cache_dir()),
        log: Format::Text { colour: false },
        out: Box::new(std::io::sink()),
        clock: Some(Arc::new(GatewayClock::frozen_at(START))),
        rehearsal: None,
    }
}

impl Gateway {
    /// Serves a `ringback.toml` of this text.
    pub(crate) async fn start(toml: &str) -> Self {
        Self::try_start("ringback.toml", toml, None).await.unwrap_or_else(|rejected| {
            panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
        })
    }

    /// Serves a document of this name and text, on a port if it must be a certain one.
    pub(crate) async fn try_start(name: &str, text: &str, port: Option<u16>) -> Result<Self, Rejected> {
        Self::with(name, text, |options| options.documents.port = port.or(Some(0))).await
    }

    /// Serves a document with other options.
    pub(crate) async fn with(name: &str, text: &str, change: impl FnOnce(&mut ServeOptions)) -> Result<Self, Rejected> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut options = options(vec![path], folder.path());
        change(&mut options);
        let running = ringback_gateway::start(options).await?;
        let address = running.app.addresses()[0];
        let admin = running.admin.unwrap_or(address);
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self { running, address, admin, client, folder })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, &[("content-type", "application/json")], body).await
    }

    /// Asks the data path.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(self.address, method, path, headers, body).await
    }

    /// Asks the admin API.
    pub(crate) async fn admin(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(self.admin, method, path, &[("content-type", "application/json")], body).await
    }

    /// Asks the admin API for JSON, which must be there.
    pub(crate) async fn admin_json(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.admin(method, path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
        answer.json()
    }

    /// Asks the admin API with header fields.
    pub(crate) async fn admin_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(self.admin, method, path, headers, body).await
    }

    /// A bucket's content, as JSON text.
    pub(crate) async fn bucket(&self, name: &str) -> String {
        self.admin("GET", &format!("/__admin/buckets/{name}"), "").await.body
    }

    /// Asks until an answer is as wanted.
    pub(crate) async fn until_answer(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let seen = async {
            loop {
                let answer = self.get(path).await;
                if wanted(&answer) {
                    return answer;
                }
                tokio::time::sleep(BREATH).await;
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("`{path}` never answered as wanted"))
    }

    /// A plugin as the admin API shows it, once it is as wanted.
    pub(crate) async fn until_plugin(&self, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let seen = async {
            loop {
                last = self.admin("GET", &format!("/__admin/plugins/{name}"), "").await.json();
                if wanted(&last) {
                    return;
                }
                tokio::time::sleep(BREATH).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, seen).await.is_ok();
        assert!(found, "plugin `{name}` never was as wanted: {last:#}");
        last
    }

    /// Sends a component to the admin API.
    pub(crate) async fn put_plugin(&self, name: &str, component: Vec<u8>) -> Answer {
        let uri = format!("http://{}/__admin/plugins/{name}", self.admin);
        let request = Request::put(uri).body(Full::from(component)).unwrap();
        let (parts, body) = self.client.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// The requests that the journal has, oldest first.
    pub(crate) async fn journal(&self) -> Vec<Value> {
        let journal = self.admin_json("GET", "/__admin/requests", "").await;
        journal["requests"].as_array().unwrap().clone()
    }

    /// The callbacks in a state.
    pub(crate) async fn callbacks(&self, state: &str) -> Vec<Value> {
        let found = self.admin_json("GET", &format!("/__admin/callbacks?state={state}"), "").await;
        found["callbacks"].as_array().unwrap().clone()
    }

    /// Asks for a series of `/metrics` until it has this value.
    pub(crate) async fn until(&self, series: &str, value: u64) {
        let line = format!("{series} {value}");
        let seen = async { while !self.admin("GET", "/metrics", "").await.body.lines().any(|l| l == line) {} };
        tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("`{line}` never came"));
    }

    /// A file beside the document.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Moves the clock and returns the summary of what ran.
    pub(crate) async fn advance(&self, by: &str) -> Value {
        self.admin_json("POST", "/__admin/clock/advance", &format!(r#"{{"by":"{by}"}}"#)).await
    }

    /// Asks one of its listeners.
    pub(crate) async fn send(
        &self,
        to: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = Request::builder().method(method).uri(format!("http://{to}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(body.to_owned())).unwrap();
        let (parts, body) = self.client.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

// === impl Raw ===

impl Raw {
    pub(crate) async fn open(to: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(to).await.unwrap(), received: vec![] }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Says that nothing more comes; the other half stays open.
    pub(crate) async fn half_close(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next answer, its content as long as it says.
    pub(crate) async fn answer(&mut self) -> Answer {
        let mut answer = self.head().await;
        let length = answer.header("content-length").parse().unwrap_or(0);
        while self.received.len() < length {
            assert!(self.more().await, "the answer ended early");
        }
        let body: Vec<u8> = self.received.drain(..length).collect();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    /// The head of the next answer.
    pub(crate) async fn head(&mut self) -> Answer {
        let end = loop {
            match self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => assert!(self.more().await, "there was no answer"),
            }
        };
        let head = String::from_utf8(self.received.drain(..end).collect()).unwrap();
        let (first, fields) = head.split_once("\r\n").unwrap();
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        let fields = fields.lines().filter_map(|line| line.split_once(": "));
        let headers = fields.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Answer { status, headers, body: String::new() }
    }

    /// Reads until a text has come.
    pub(crate) async fn until(&mut self, text: &str) -> String {
        loop {
            let received = String::from_utf8_lossy(&self.received);
            if received.contains(text) {
                return received.into_owned();
            }
            assert!(self.more().await, "`{text}` never came");
        }
    }

    /// What comes until the other side closes.
    pub(crate) async fn rest(mut self) -> String {
        while self.more().await {}
        String::from_utf8_lossy(&self.received).into_owned()
    }

    /// Reads some more. False: the other side has closed.
    async fn more(&mut self) -> bool {
        let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.received)).await;
        matches!(read.expect("something comes, or the connection ends"), Ok(1..))
    }
}

/// Why a document is rejected, as a person reads it.
pub(crate) async fn rejected(name: &str, text: &str) -> String {
    match Gateway::try_start(name, text, None).await {
        Ok(_) => panic!("nothing was found to be wrong with\n{text}"),
        Err(rejected) => rejected.render(ringback_gateway::Colour::Plain),
    }
}
