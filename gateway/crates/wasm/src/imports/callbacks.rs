//! `callbacks`: outbound requests, staged in the call's unit of work. Those of earlier calls are asked of the store.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::Uri;
use ringback_model::{
    callback::{Callback, CallbackFilter, Outgoing, PolicyUse, Scheduler},
    environment::HostPattern,
    ids::{CallbackId, CallbackName, NameError, PluginName},
    limits,
    time::Timestamp,
    unit::Schedule,
};

use crate::{
    bindings::ringback::gateway::{
        callbacks::{Error, Host, Pending},
        types::{BodyResult, FieldResult, Options, OutgoingResult},
    },
    state::{Identity, State},
};

/// Callbacks that one listing returns (WIT, `list-pending`).
const LISTED_MAX: usize = 1_000;
/// An ordering or idempotency key: a store's own keys have room for it.
const KEY_MAX_BYTES: usize = 256;
/// The states of a callback that is not settled, by name.
const UNSETTLED: [&str; 4] = ["pending", "held", "attempting", "parked"];

impl Host for State {
    fn schedule(&mut self, request: OutgoingResult, options: Options) -> wasmtime::Result<Result<String, Error>> {
        self.budget.host_call()?;
        Ok(self.stage(request, options))
    }

    async fn cancel(&mut self, id: String) -> wasmtime::Result<bool> {
        self.budget.host_call()?;
        let Some(id) = CallbackId::parse(&id) else { return Ok(false) };
        let known = self.is_staged(&id) || self.is_pending(&id).await;
        if known && let Some(unit) = &mut self.unit {
            unit.cancel(id);
        }
        Ok(known)
    }

    async fn list_pending(&mut self) -> wasmtime::Result<Vec<Pending>> {
        self.budget.host_call()?;
        let mut listed = self.stored().await;
        listed.extend(self.staged());
        listed.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
        listed.truncate(LISTED_MAX);
        Ok(listed)
    }
}

// === impl State ===

impl State {
    fn stage(&mut self, request: OutgoingResult, options: Options) -> Result<String, Error> {
        let body = match request.body {
            BodyResult::Empty => Bytes::new(),
            BodyResult::Text(text) => text.into(),
            BodyResult::Bytes(bytes) => bytes.into(),
        };
        check_size(&request.headers)?;
        let headers = request.headers.iter().map(|field| (field.name.as_str(), field.value.as_str()));
        let outgoing = Outgoing::try_new(&request.method, &request.url, headers, body)
            .map_err(|error| Error::Invalid(error.to_string()))?;
        self.identity.check_host(&outgoing.url).map_err(Error::Denied)?;
        let bytes = self.staged_bytes + outgoing.body.len();
        if bytes > limits::CALL_STAGED_MAX_BYTES {
            let most = limits::CALL_STAGED_MAX_BYTES;
            return Err(Error::TooMany(format!("a call may stage at most {most} bytes of callback bodies")));
        }
        let schedule = schedule(&self.identity, outgoing, options).map_err(Error::Invalid)?;
        let unit = self.unit.as_mut().ok_or_else(|| Error::Denied("this call may not schedule callbacks".into()))?;
        let id = unit.schedule(schedule).map_err(Error::TooMany)?;
        self.staged_bytes = bytes;
        Ok(id.to_string())
    }

    fn is_staged(&self, id: &CallbackId) -> bool {
        self.unit.iter().flat_map(|unit| unit.scheduled()).any(|(staged, _)| staged == id)
    }

    /// Whether the store has it, in this session, not settled and not cancelled by this call.
    async fn is_pending(&mut self, id: &CallbackId) -> bool {
        let Some(store) = self.identity.store.clone() else { return false };
        let asked = std::time::Instant::now();
        let found = store.callback(id).await;
        self.budget.waited(asked.elapsed());
        found.ok().flatten().is_some_and(|callback| self.is_ours(&callback))
    }

    fn is_ours(&self, callback: &Callback) -> bool {
        let Some(unit) = &self.unit else { return false };
        callback.scope == *unit.scope() && !callback.state.is_settled() && !unit.cancelled().contains(&callback.id)
    }

    async fn stored(&mut self) -> Vec<Pending> {
        let (Some(store), Some(unit)) = (self.identity.store.clone(), &self.unit) else { return vec![] };
        let session = unit.scope().session.clone();
        let mut listed = vec![];
        let asked = std::time::Instant::now();
        for state in UNSETTLED {
            let filter = CallbackFilter {
                session: Some(session.clone()),
                state: Some(state.into()),
                route: None,
                limit: LISTED_MAX,
            };
            let found = store.callbacks(&filter).await.unwrap_or_default();
            listed.extend(found.into_iter().filter(|callback| self.is_ours(callback)).map(|callback| Pending {
                id: callback.id.to_string(),
                name: callback.name.to_string(),
                due: callback.due.as_micros(),
                attempts: callback.attempt_count(),
            }));
        }
        self.budget.waited(asked.elapsed());
        listed
    }

    fn staged(&self) -> impl Iterator<Item = Pending> {
        let due = |now: Timestamp, delay: Duration| now.after(delay.min(limits::CALLBACK_DELAY_MAX)).as_micros();
        self.unit.iter().flat_map(|unit| unit.scheduled()).map(move |(id, schedule)| Pending {
            id: id.to_string(),
            name: schedule.name.to_string(),
            due: due(self.now, schedule.delay),
            attempts: 0,
        })
    }
}

// === impl Identity ===

impl Identity {
    /// Refuses a target that the plugin was not granted.
    ///
    /// # Errors
    /// One phrase that names the target and what was granted.
    pub(crate) fn check_host(&self, url: &Uri) -> Result<(), String> {
        granted(&self.grants.callback_hosts, url)
    }
}

/// Refuses a target that is not among those granted.
///
/// # Errors
/// One phrase that names the target and what was granted.
pub(crate) fn granted(hosts: &[HostPattern], url: &Uri) -> Result<(), String> {
    let (host, port) = target(url);
    if hosts.iter().any(|pattern| pattern.matches(host, port)) {
        return Ok(());
    }
    let granted: Vec<_> = hosts.iter().map(|pattern| format!("`{pattern}`")).collect();
    let granted = if granted.is_empty() { "none".into() } else { granted.join(", ") };
    Err(format!("host `{host}:{port}` was not granted; granted: {granted}"))
}

/// Host and port of a URL.
pub(crate) fn target(url: &Uri) -> (&str, u16) {
    let by_scheme = if url.scheme_str() == Some("https") { 443 } else { 80 };
    (url.host().unwrap_or_default(), url.port_u16().unwrap_or(by_scheme))
}

/// Refuses more header fields than a request may have.
fn check_size(headers: &[FieldResult]) -> Result<(), Error> {
    let bytes: usize = headers.iter().map(|field| field.name.len() + field.value.len()).sum();
    if headers.len() > limits::HEADERS_MAX_COUNT || bytes > limits::HEADERS_MAX_BYTES {
        let (count, most) = (limits::HEADERS_MAX_COUNT, limits::HEADERS_MAX_BYTES);
        return Err(Error::Invalid(format!("a callback has at most {count} header fields and {most} bytes in them")));
    }
    Ok(())
}

fn key(key: Option<String>) -> Result<Option<Arc<str>>, String> {
    match key {
        Some(key) if key.len() > KEY_MAX_BYTES => {
            Err(format!("a key has at most {KEY_MAX_BYTES} bytes, this one has {}", key.len()))
        }
        key => Ok(key.map(Arc::from)),
    }
}

/// A checked request with its options, as the model has them, scheduled by a plugin.
///
/// # Errors
/// The first option that is not one, in a phrase.
pub(crate) fn schedule(by: &Identity, outgoing: Outgoing, options: Options) -> Result<Schedule, String> {
    let invalid = |error: NameError| error.to_string();
    let policy = options.policy.map(|name| PluginName::try_new(&name)).transpose().map_err(invalid)?;
    Ok(Schedule {
        name: CallbackName::try_new(&options.name).map_err(invalid)?,
        outgoing,
        delay: Duration::from_micros(options.delay),
        ordering_key: key(options.ordering_key)?,
        idempotency_key: key(options.idempotency_key)?,
        policy: policy.map(PolicyUse::plain),
        expects: vec![],
        scheduled_by: Some(Scheduler { plugin: by.name.clone(), generation: by.generation }),
        timeout: limits::ATTEMPT_TIMEOUT,
    })
}
