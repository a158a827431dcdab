//! The fake gateway.

use std::time::Duration;

use serde_json::Value;

use super::{
    Called, Document, Incoming, Scheduled,
    call::{Call, GOLDEN_GAMMA, Services, within},
};
use crate::{
    Answer, Configuration, Diagnostic, Error, Handler, Outgoing, Response, Timestamp, upstream::UpstreamError,
};

/// What a gateway would hold: what the operator wrote, and what calls have left behind.
///
/// A new one has the time 2026-01-01T00:00:00Z, the seed 1, no bucket, no secret, an empty configuration, and lets
/// callbacks go anywhere.
#[derive(Debug)]
pub struct Gateway {
    services: Services,
    buckets: Vec<(String, Document)>,
    pending: Vec<Scheduled>,
    settled_keys: Vec<(String, String)>,
    now: Timestamp,
    seed: u64,
    requests: u64,
}

/// 2026-01-01T00:00:00Z.
const START: Timestamp = Timestamp::from_unix_seconds(1_767_225_600);

impl Default for Gateway {
    fn default() -> Self {
        Self {
            services: Services::default(),
            buckets: vec![],
            pending: vec![],
            settled_keys: vec![],
            now: START,
            seed: 1,
            requests: 0,
        }
    }
}

impl Gateway {
    /// A gateway with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares and grants a bucket with its content at start.
    #[must_use]
    pub fn bucket(mut self, name: &str, content: Value) -> Self {
        self.buckets.push((name.into(), Document(content)));
        self
    }

    /// Declares and grants a secret.
    #[must_use]
    pub fn secret(mut self, name: &str, key: impl Into<Vec<u8>>) -> Self {
        self.services.secrets.push((name.into(), key.into()));
        self
    }

    /// What the operator wrote for the plugin: `json!({ "reject-after": 3 })`.
    #[must_use]
    pub fn config(mut self, table: Value) -> Self {
        self.services.config = table.to_string();
        self
    }

    /// Grants callbacks to a host, and to those named before, and to no other: `localhost`, `localhost:8080`.
    #[must_use]
    pub fn callback_host(mut self, host: &str) -> Self {
        self.services.callback_hosts.get_or_insert_default().push(host.into());
        self
    }

    /// Sets the clock: `2026-01-02T03:04:05Z`.
    ///
    /// # Panics
    /// When the text is no time.
    #[expect(clippy::panic, reason = "it fails the test that says it")]
    #[must_use]
    #[track_caller]
    pub fn at(mut self, time: &str) -> Self {
        self.now = time.parse().unwrap_or_else(|error| panic!("`{time}`: {error}"));
        self
    }

    /// Sets the seed of random numbers.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Answers `upstream::fetch` and `upstream::forward`; the latter gives the request with its path for a URL.
    #[must_use]
    pub fn upstream(mut self, answer: impl Fn(&Outgoing) -> Result<Answer, UpstreamError> + 'static) -> Self {
        self.services.upstream = Some(std::rc::Rc::new(answer));
        self
    }

    /// Renders templates: gets the renderer's name, the source and the data.
    #[must_use]
    pub fn renderer(mut self, render: impl Fn(&str, &str, &Value) -> String + 'static) -> Self {
        self.services.renderer = Some(std::rc::Rc::new(render));
        self
    }

    /// Has a hook answer a request. When it returns `Ok`, what it changed and scheduled is there afterwards; else nothing is.
    pub fn call<M>(&mut self, hook: impl Handler<M>, incoming: Incoming) -> Called {
        self.requests += 1;
        let request = incoming.arrive(self.requests, self.now);
        let call = self.begin(request.forwarded());
        let (result, call): (Result<Response, Error>, Call) = within(call, || hook.handle(request));
        let logs = call.logs.clone();
        if result.is_err() {
            return Called { result, callbacks: vec![], cancelled: vec![], logs };
        }
        let (callbacks, cancelled) = (call.staged.clone(), call.cancelled.clone());
        self.commit(call);
        Called { result, callbacks, cancelled, logs }
    }

    /// Does something that is no hook as if in a call, and keeps what it changed and scheduled.
    pub fn run<T>(&mut self, work: impl FnOnce() -> T) -> T {
        self.requests += 1;
        let call = self.begin(None);
        let (result, call) = within(call, work);
        self.commit(call);
        result
    }

    /// Has the configuration checked as before a plugin serves.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn configure<C: Configuration>(&self) -> Result<C, Vec<Diagnostic>> {
        C::parse(&self.services.config)
    }

    /// What a bucket holds. Null: there is no such bucket.
    pub fn bucket_value(&self, name: &str) -> Value {
        let bucket = self.buckets.iter().find(|(known, _)| known == name);
        bucket.map(|(_, document)| document.0.clone()).unwrap_or_default()
    }

    /// The callbacks that have not come due, in the order scheduled.
    pub fn pending(&self) -> &[Scheduled] {
        &self.pending
    }

    /// What the clock says.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Moves the clock, and takes out what came due meanwhile, in that order. Nothing is sent.
    pub fn advance(&mut self, by: Duration) -> Vec<Scheduled> {
        self.now = self.now + by;
        let (mut due, pending): (Vec<_>, Vec<_>) =
            self.pending.drain(..).partition(|callback| callback.due <= self.now);
        self.pending = pending;
        due.sort_by_key(|callback| callback.due);
        let keys = due.iter().filter_map(|settled| Some((settled.idempotency_key.clone()?, settled.id.to_string())));
        self.settled_keys.extend(keys);
        due
    }

    fn begin(&self, forwarded: Option<Outgoing>) -> Call {
        Call {
            services: self.services.clone(),
            forwarded,
            buckets: self.buckets.clone(),
            pending: self.pending.clone(),
            settled_keys: self.settled_keys.clone(),
            staged: vec![],
            cancelled: vec![],
            logs: vec![],
            request: self.requests,
            ordinal: 0,
            now: self.now,
            random: self.seed ^ self.requests.wrapping_mul(GOLDEN_GAMMA),
        }
    }

    fn commit(&mut self, call: Call) {
        self.buckets = call.buckets;
        self.pending.retain(|pending| !call.cancelled.contains(&pending.id));
        self.pending.extend(call.staged);
    }
}
