//! The gateway that vectors are run in, and what a test sees of it from outside and within.

use std::{path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use ringback_config::vectors::{Request, Vectors};
use ringback_diag::Colour;
use ringback_gateway::{Admin, Documents, GatewayClock, Running, ServeOptions, journal::Listener, report::Format};
use ringback_model::{
    callback::Callback,
    ids::SessionId,
    journal::{Event, Exchange},
    unit::Scope,
};
use serde_json::Value;
use tokio::net::TcpStream;

use super::{captured::Captured, document, project};
use crate::{plugin::Failure, serve};

/// Longer than any call takes that a gateway lets run.
const PATIENCE: Duration = Duration::from_secs(30);

/// What vectors run with.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub read: &'a project::Read,
    pub component: &'a Path,
    pub vectors: &'a Vectors,
    pub captured: &'a Captured,
}

/// A gateway of one file's vectors.
pub(super) struct Gateway {
    running: Running,
    events: Listener,
    _folder: tempfile::TempDir,
}

/// What came back of a request.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub exchange: Box<Exchange>,
    /// The callbacks that the call scheduled, in its order.
    pub scheduled: Vec<Callback>,
}

// === impl Gateway ===

impl Gateway {
    /// Starts one on a free port.
    pub(super) async fn start(world: World<'_>) -> Result<Self, Failure> {
        let text = document::text(world.read, world.component, world.vectors)?;
        let folder = tempfile::tempdir().map_err(|error| Failure::of(&error))?;
        let file = folder.path().join("ringback.toml");
        std::fs::write(&file, text).map_err(|error| Failure::of(&error))?;
        let documents = Documents {
            paths: vec![file],
            working_folder: folder.path().to_owned(),
            host: Some("127.0.0.1".into()),
            port: Some(0),
            variable: Arc::new(|_| None),
            plugins: vec![],
            artifacts: vec![],
            mockoon: None,
        };
        let options = ServeOptions {
            documents,
            admin: Some(Admin::Off),
            microcks_api: false,
            seed: Some(world.vectors.seed),
            cache_dir: serve::cache_dir(),
            log: Format::Text { colour: false },
            out: Box::new(std::io::sink()),
            clock: Some(Arc::new(GatewayClock::frozen_at(world.vectors.now))),
            rehearsal: Some(world.captured.rehearsal()),
        };
        let running = ringback_gateway::start(options).await.map_err(|rejected| {
            let (file, why) = (&world.vectors.file, rejected.render(Colour::Plain));
            Failure {
                text: format!("error: the plugin does not start with the vectors of `{file}`\n{why}"),
                code: crate::FAILED,
            }
        })?;
        let events = running.app.gateway.journal.listen();
        Ok(Self { running, events, _folder: folder })
    }

    /// Sends a request over a connection, as any client does.
    pub(super) async fn ask(&mut self, request: &Request) -> Result<Answer, Failure> {
        let asked = tokio::time::timeout(PATIENCE, self.exchange(request)).await;
        asked.unwrap_or_else(|_| Err(Failure::run(format!("`{} {}` was never answered", request.method, request.path))))
    }

    async fn exchange(&mut self, request: &Request) -> Result<Answer, Failure> {
        let broken =
            |error: &dyn std::fmt::Display| Failure::run(format!("the gateway of this test can't be asked: {error}"));
        let addresses = self.running.app.addresses();
        let address = addresses.first().ok_or_else(|| broken(&"it listens nowhere"))?;
        let stream = TcpStream::connect(address).await.map_err(|error| broken(&error))?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
        let mut sent = http::Request::builder().method(&request.method).uri(&request.path);
        if !request.headers.iter().any(|(name, _)| name == http::header::HOST) {
            sent = sent.header(http::header::HOST, address.to_string());
        }
        for (name, value) in &request.headers {
            sent = sent.header(name, value);
        }
        let sent = sent.body(Full::new(Bytes::from(request.body.clone()))).map_err(|error| broken(&error))?;
        // The connection ends with its sender.
        let talk = async move {
            let answer = sender.send_request(sent).await?;
            let (head, body) = answer.into_parts();
            Ok::<_, hyper::Error>((head, body.collect().await?.to_bytes()))
        };
        let (talked, _) = tokio::join!(talk, connection);
        let (head, body) = talked.map_err(|error| broken(&error))?;
        let exchange = self.noted().await?;
        let mut scheduled = Vec::with_capacity(exchange.scheduled.len());
        for id in &exchange.scheduled {
            let found = self.running.app.gateway.store.callback(id).await.map_err(|error| Failure::of(&error))?;
            scheduled.extend(found);
        }
        Ok(Answer { status: head.status, headers: head.headers, body, exchange, scheduled })
    }

    /// The note that the gateway took of the request.
    async fn noted(&mut self) -> Result<Box<Exchange>, Failure> {
        loop {
            match self.events.next().await {
                Some(((_, Event::Exchange(exchange)), _)) if exchange.cause.is_none() => return Ok(exchange),
                Some(_) => {}
                None => return Err(Failure::run("the gateway of this test has ended")),
            }
        }
    }

    /// Moves the clock, and lets everything run that becomes due.
    pub(super) async fn advance(&self, by: Duration) -> Result<(), Failure> {
        self.running.app.timeline.advance(by).await.map(drop).map_err(|error| Failure::of(&error))
    }

    /// A bucket's content. Absent: there is none of that name.
    pub(super) async fn bucket(&self, name: &str) -> Result<Option<Value>, Failure> {
        let sites = self.running.app.sites();
        let Some(site) = sites.first() else { return Ok(None) };
        let scope = Scope { environment: site.name.clone(), session: SessionId::default() };
        let view = self.running.app.gateway.store.view(&scope).await.map_err(|error| Failure::of(&error))?;
        let Some(found) = view.get(name).and_then(|document| document.value.as_ref()) else { return Ok(None) };
        serde_json::from_str(&found.to_text()).map(Some).map_err(|error| Failure::of(&error))
    }

    /// Ends it.
    pub(super) async fn end(self) {
        self.running.drain().await;
    }
}
