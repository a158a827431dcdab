//! Starts gateways and asks them.

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
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

/// Where the clock of a test stands: the moment at which the design was written down.
pub const START: Timestamp = Timestamp::from_micros(1_795_289_922_000_000);

/// A gateway on free ports, its clock standing at [`START`].
pub struct Gateway {
    pub running: Running,
    pub address: SocketAddr,
    pub admin: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    pub folder: tempfile::TempDir,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// Compiled plugins, shared by all tests of a run.
pub fn cache_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled")
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)
}

/// A port that was free a moment ago: for documents that must name their own.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

pub fn options(paths: Vec<PathBuf>, folder: &Path) -> ServeOptions {
    ServeOptions {
        documents: Documents {
            paths,
            working_folder: folder.to_owned(),
            host: Some("127.0.0.1".into()),
            port: Some(0),
            variable: Arc::new(|name| (name == "RINGBACK_TEST").then(|| "from the environment".into())),
        },
        admin: Some(Admin::Loopback(0)),
        seed: Some(1),
        cache_dir: Some(cache_dir()),
        log: Format::Text { colour: false },
        out: Box::new(std::io::sink()),
        clock: Some(Arc::new(GatewayClock::frozen_at(START))),
    }
}

impl Gateway {
    /// Serves a `ringback.toml` of this text.
    pub async fn start(toml: &str) -> Self {
        Self::try_start("ringback.toml", toml, None).await.unwrap_or_else(|rejected| {
            panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
        })
    }

    /// Serves a document of this name and text, on a port if it must be a certain one.
    pub async fn try_start(name: &str, text: &str, port: Option<u16>) -> Result<Self, Rejected> {
        Self::with(name, text, |options| options.documents.port = port.or(Some(0))).await
    }

    /// Serves a document with other options.
    pub async fn with(name: &str, text: &str, change: impl FnOnce(&mut ServeOptions)) -> Result<Self, Rejected> {
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

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, &[("content-type", "application/json")], body).await
    }

    /// Asks the data path.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(self.address, method, path, headers, body).await
    }

    /// Asks the admin API.
    pub async fn admin(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send(self.admin, method, path, &[("content-type", "application/json")], body).await
    }

    /// Asks the admin API for JSON, which must be there.
    pub async fn admin_json(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.admin(method, path, body).await;
        assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
        answer.json()
    }

    /// Moves the clock and returns the summary of what ran.
    pub async fn advance(&self, by: &str) -> Value {
        self.admin_json("POST", "/__admin/clock/advance", &format!(r#"{{"by":"{by}"}}"#)).await
    }

    async fn send(&self, to: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
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
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Why a document is rejected, as a person reads it.
pub async fn rejected(name: &str, text: &str) -> String {
    match Gateway::try_start(name, text, None).await {
        Ok(_) => panic!("nothing was found to be wrong with\n{text}"),
        Err(rejected) => rejected.render(ringback_gateway::Colour::Plain),
    }
}

/// A writer that a test can read.
#[derive(Clone, Default)]
pub struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
