//! `GET /events`: how the buckets stand, the transactions so far, then both as they happen (server-sent events, WHATWG HTML
//! section 9.2). `?maxlogs=n` gives only the last n of those so far.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use ringback_model::{
    fault::PluginFault,
    ids::SessionId,
    journal::{Event, Matched},
    ports::{BodyStream, BoxFuture},
};
use ringback_values::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Caller, Reply, logs, object, text};
use crate::{
    gateway::Door,
    http::body::Body,
    journal::{Listener, Numbered},
    mockoon::transaction::transaction,
    site::Site,
};

/// A comment is sent after this long without an event: sooner than whoever streams nothing is given up.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Events for one client.
struct Feed {
    door: Arc<Door>,
    site: Arc<Site>,
    session: SessionId,
    head: Parts,
    /// Sent before anything else.
    first: VecDeque<Value>,
    /// How the buckets stood last; empty: not looked at yet.
    buckets: String,
    listener: Listener,
    stop: CancellationToken,
}

impl Caller<'_> {
    pub(super) fn events(&self) -> Reply {
        let Some(app) = self.app() else { return Reply::message(StatusCode::SERVICE_UNAVAILABLE, "The gateway ends") };
        let most = self.asked("maxlogs").map(|text| logs::parse_int(&text)).filter(|most| *most > 0.0);
        // Heard from now on, so that nothing is missed between those so far and those to come.
        let listener = self.door.gateway.journal.listen();
        let exchanges = logs::kept(self.admin, &self.door.gateway, &self.site.name);
        let surplus = most.map_or(0, |most| exchanges.len().saturating_sub(most as usize));
        let environment = self.environment();
        let so_far = exchanges.iter().skip(surplus);
        let first = so_far.map(|exchange| completed(transaction(exchange, self.site, environment.as_ref())));
        let mut head = http::Request::new(()).into_parts().0;
        head.headers = self.parts.headers.clone();
        let feed = Feed {
            door: self.door.clone(),
            site: self.site.clone(),
            session: self.session.clone(),
            head,
            first: first.collect(),
            buckets: String::new(),
            listener,
            stop: app.stopping(),
        };
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        let request = self.door.gateway.next_id();
        Reply { status: StatusCode::OK, headers, body: Body::streamed(Box::new(feed), request) }
    }
}

fn completed(transaction: Value) -> Value {
    object([("event", text("transaction-complete")), ("transaction", transaction)])
}

fn frame(event: &Value) -> Bytes {
    Bytes::from(format!("data: {}\n\n", json::to_compact(event).as_str()))
}

impl BodyStream for Feed {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, PluginFault>> {
        Box::pin(async move {
            if self.buckets.is_empty()
                && let Some(event) = self.processed(true).await
            {
                return Ok(Some(frame(&event)));
            }
            if let Some(event) = self.first.pop_front() {
                return Ok(Some(frame(&event)));
            }
            loop {
                let heard = tokio::select! {
                    biased;
                    () = self.stop.cancelled() => return Ok(None),
                    heard = tokio::time::timeout(KEEP_ALIVE, self.listener.next()) => heard,
                };
                match heard {
                    Err(_) => return Ok(Some(Bytes::from_static(b":\n\n"))),
                    Ok(None) => return Ok(None),
                    Ok(Some((event, _))) => {
                        if let Some(bytes) = self.told(event).await {
                            return Ok(Some(bytes));
                        }
                    }
                }
            }
        })
    }
}

impl Feed {
    /// What the client is told of something that happened. Absent: nothing.
    async fn told(&mut self, (_, event): Numbered) -> Option<Bytes> {
        let purges = match &event {
            Event::Exchange(exchange) => {
                matches!(exchange.matched, Matched::Admin) && exchange.environment == self.site.name
            }
            _ => false,
        };
        let exchange = logs::recorded(event, &self.site.name);
        if !purges && exchange.is_none() {
            return None;
        }
        let before = self.processed(false).await.map(|event| frame(&event));
        let Some(exchange) = exchange else { return before };
        let app = self.door.app.upgrade()?;
        let environment = app.environment(&self.site.name);
        let site = self.door.site.load();
        let after = frame(&completed(transaction(&exchange, &site, environment.as_ref())));
        Some(before.map_or_else(|| after.clone(), |before| [before, after.clone()].concat().into()))
    }

    /// How the buckets stand, where that changed, or anyway. Absent: it did not, or there are none.
    async fn processed(&mut self, anyway: bool) -> Option<Value> {
        let admin = self.site.admin.as_ref()?;
        let caller = Caller {
            door: &self.door,
            site: &self.site,
            admin,
            session: self.session.clone(),
            parts: &self.head,
            body: Bytes::new(),
        };
        let standings = caller.standings().await.ok()?;
        let buckets = Value::array(standings.iter().map(super::data_buckets::Standing::announced).collect());
        let now = json::to_compact(&buckets).as_str().to_owned();
        let same = std::mem::replace(&mut self.buckets, now) == self.buckets;
        let there = !standings.is_empty() && (anyway || !same);
        there.then(|| object([("event", text("data-bucket-processed")), ("dataBuckets", buckets)]))
    }
}
