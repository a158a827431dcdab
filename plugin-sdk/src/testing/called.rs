//! What came of a call.

use std::time::Duration;

use serde_json::Value;

use crate::{CallbackId, Error, Outgoing, Response, Timestamp, log::Level};

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Called {
    /// What the hook returned.
    pub result: Result<Response, Error>,
    /// The callbacks that it scheduled, in that order. None after an error.
    pub callbacks: Vec<Scheduled>,
    /// The callbacks of earlier calls that it cancelled. None after an error.
    pub cancelled: Vec<CallbackId>,
    /// What it logged, after an error too.
    pub logs: Vec<LogLine>,
}

/// A callback as it was scheduled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduled {
    /// Its id.
    pub id: CallbackId,
    /// Its name.
    pub name: String,
    /// What is to be sent.
    pub request: Outgoing,
    /// How long after the answer.
    pub delay: Duration,
    /// When that is.
    pub due: Timestamp,
    /// Its ordering key.
    pub ordering_key: Option<String>,
    /// Its idempotency key.
    pub idempotency_key: Option<String>,
    /// Its policy.
    pub policy: Option<String>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// The message.
    pub message: String,
    /// Names and values, in the order written.
    pub fields: Vec<(String, String)>,
}

// === impl Called ===

impl Called {
    /// The answer.
    ///
    /// # Panics
    /// When the hook failed.
    #[expect(clippy::panic, reason = "it fails the test that asks")]
    #[track_caller]
    pub fn response(&self) -> &Response {
        match &self.result {
            Ok(response) => response,
            Err(error) => panic!("the hook failed: {error}"),
        }
    }

    /// The answer's content as JSON.
    ///
    /// # Panics
    /// When the hook failed, or answered something else.
    #[expect(clippy::panic, reason = "it fails the test that asks")]
    #[track_caller]
    pub fn json(&self) -> Value {
        let text = self.response().to_text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("the answer is no JSON: {error}: {text}"))
    }

    /// The hook's error.
    ///
    /// # Panics
    /// When it answered.
    #[expect(clippy::panic, reason = "it fails the test that asks")]
    #[track_caller]
    pub fn error(&self) -> &Error {
        match &self.result {
            Ok(response) => panic!("the hook answered {}: {}", response.status(), response.to_text()),
            Err(error) => error,
        }
    }
}

// === impl Scheduled ===

impl Scheduled {
    /// The first header field of a name, in any case. Absent: no such field.
    pub fn header(&self, name: &str) -> Option<&str> {
        crate::outgoing::first_header(&self.request.headers, name)
    }

    /// The content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.request.body.as_bytes()).into_owned()
    }

    /// The content as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[expect(clippy::panic, reason = "it fails the test that asks")]
    #[track_caller]
    pub fn json(&self) -> Value {
        let text = self.text();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("the content is no JSON: {error}: {text}"))
    }
}
