//! Requests that the gateway makes later.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::{Body, Outgoing, Timestamp, host};

/// A request that the gateway makes later, when the answer has left. It is staged with the changes of the same call.
///
/// ```
/// # use std::time::Duration;
/// # use ringback_plugin::{Callback, testing::Gateway};
/// # use serde_json::json;
/// # Gateway::new().run(|| {
/// let id = Callback::post("http://localhost:8080/paid")
///     .name("order-paid")
///     .json(&json!({ "order": 7 }))
///     .delay(Duration::from_secs(10))
///     .ordering_key("order-7")
///     .schedule()?;
/// # assert!(!id.as_str().is_empty());
/// # Ok::<_, ringback_plugin::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "nothing is sent before `schedule`"]
pub struct Callback {
    pub(crate) request: Outgoing,
    pub(crate) options: Options,
}

/// When and how a callback is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) name: String,
    pub(crate) delay: Duration,
    pub(crate) ordering_key: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) policy: Option<String>,
}

/// A callback's id, which never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallbackId(pub(crate) String);

/// A callback that is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCallback {
    /// Its id.
    pub id: CallbackId,
    /// Its name.
    pub name: String,
    /// When it will be attempted next.
    pub due: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
}

/// Why a callback was not scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleError {
    /// The method, URL, a header or the name is not one. Says which and why.
    Invalid(String),
    /// The target host was not granted to this plugin, or the gateway's own policy refuses it.
    Denied(String),
    /// This call, this session or the chain that it belongs to has as many as it may. Says which limit.
    TooMany(String),
}

/// Stages the cancelling of a callback that is not settled. False: there is none of that id in this session.
pub fn cancel(id: &CallbackId) -> bool {
    host::cancel(&id.0)
}

/// The callbacks of this session that are not settled, by due time, at most 1,000; those staged by this call are among
/// them.
pub fn pending() -> Vec<PendingCallback> {
    host::pending()
}

/// What a callback is called that was given no name.
const NAME: &str = "callback";

// === impl Callback ===

impl Callback {
    /// Of a request that is made already.
    pub fn new(request: Outgoing) -> Self {
        let options = Options {
            name: NAME.into(),
            delay: Duration::ZERO,
            ordering_key: None,
            idempotency_key: None,
            policy: None,
        };
        Self { request, options }
    }

    /// A `POST` to an absolute `http` or `https` URL.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Outgoing::post(url))
    }

    /// A `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Outgoing::get(url))
    }

    /// Its name in the journal and in the admin API. Unnamed: `callback`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.options.name = name.into();
        self
    }

    /// How long after the answer has left. Not given: at once.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.options.delay = delay;
        self
    }

    /// Callbacks with the same key in one session are sent one after the other, each after the one before is settled.
    pub fn ordering_key(mut self, key: impl Into<String>) -> Self {
        self.options.ordering_key = Some(key.into());
        self
    }

    /// A second callback with the same key in one session, pending or settled, is not scheduled; `schedule` returns the
    /// first one's id.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.options.idempotency_key = Some(key.into());
        self
    }

    /// The policy plugin that decides about its attempts. Not given: one attempt, any 2xx is success.
    pub fn policy(mut self, name: impl Into<String>) -> Self {
        self.options.policy = Some(name.into());
        self
    }

    /// Adds a header field.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sets the content, and nothing but the content.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.request = self.request.body(body);
        self
    }

    /// Sets the content to a value as JSON, and `content-type` unless it is there.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        self.request = self.request.json(value);
        self
    }

    /// Sets the content to a text that is JSON already: the bytes that a signature was made of.
    pub fn json_text(mut self, text: impl Into<String>) -> Self {
        self.request = self.request.json_text(text);
        self
    }

    /// The content's bytes as they will be sent: what a signature is made of.
    pub fn bytes(&self) -> &[u8] {
        self.request.body.as_bytes()
    }

    /// Stages it and returns its id.
    ///
    /// # Errors
    /// As [`ScheduleError`] says. Nothing is staged then.
    pub fn schedule(self) -> Result<CallbackId, ScheduleError> {
        if let Body::Unwritable(why) = &self.request.body {
            return Err(ScheduleError::Invalid(format!("the content can't be written as JSON: {why}")));
        }
        host::schedule(self.request, self.options).map(CallbackId)
    }
}

// === impl CallbackId ===

impl CallbackId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for CallbackId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

// === impl ScheduleError ===

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(text) | Self::Denied(text) | Self::TooMany(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ScheduleError {}
