//! The hook that decides how a callback is delivered.

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::{Answer, Callback, CallbackId, Error, Outgoing, Timestamp, json::read_json};

/// How callbacks are delivered, around every attempt. A policy has no state of its own and changes no bucket: what it wants
/// done it says in what it returns.
///
/// ```
/// use std::time::Duration;
///
/// use ringback_plugin::{CallbackPolicy, CommittedCallback, Decision, Outcome, callback_policy};
///
/// struct Retry;
///
/// /// Tries three times, each time after twice as long.
/// #[callback_policy]
/// impl CallbackPolicy for Retry {
///     fn decide(_: &CommittedCallback, attempt: u32, outcome: &Outcome) -> Decision {
///         match outcome {
///             outcome if outcome.is_success() => Decision::Done,
///             _ if attempt >= 3 => Decision::GiveUp("three attempts failed".into()),
///             _ => Decision::Retry(Duration::from_secs(1 << attempt)),
///         }
///     }
/// }
/// ```
pub trait CallbackPolicy {
    /// The request to send for an attempt (counted from 1): where headers, signatures and bodies are made. Not
    /// implemented: the request as it was scheduled.
    ///
    /// # Errors
    /// When there is none: the callback is kept for an operator.
    fn plan(callback: &CommittedCallback, attempt: u32) -> Result<Outgoing, Error> {
        let _ = attempt;
        Ok(callback.request.clone())
    }

    /// What an attempt's outcome means.
    fn decide(callback: &CommittedCallback, attempt: u32, outcome: &Outcome) -> Decision;
}

/// A callback as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedCallback {
    /// Its id.
    pub id: CallbackId,
    /// Its name.
    pub name: String,
    /// What was scheduled.
    pub request: Outgoing,
    /// When it was first due.
    pub due: Timestamp,
    /// The id of the request or callback that caused it.
    pub cause: String,
    /// How many callbacks lie between the client's request and this one: 1 for a response's own.
    pub depth: u32,
    /// What the operator wrote beside the policy's name (`policy = { use = "retry", times = 3 }`), as a JSON object.
    pub settings: String,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The target answered. The content is cut at 64 KiB.
    Answered(Answer),
    /// It did not within the timeout.
    TimedOut,
    /// No connection, a broken one, or no HTTP. Says what.
    Failed(String),
}

/// What happens next. The gateway clamps delays and attempts to its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Delivered.
    Done,
    /// Try again after this long.
    Retry(Duration),
    /// Failed for good, with the reason for the journal.
    GiveUp(String),
    /// Delivered, and these follow.
    Then(Vec<Callback>),
}

// === impl CommittedCallback ===

impl CommittedCallback {
    /// A callback to try a policy with.
    pub fn new(request: Outgoing) -> Self {
        Self {
            id: CallbackId("callback-1".into()),
            name: "callback".into(),
            request,
            due: Timestamp::default(),
            cause: "request-1".into(),
            depth: 1,
            settings: "{}".into(),
        }
    }

    /// What the operator wrote beside the policy's name, as a struct.
    ///
    /// # Errors
    /// When it is of another shape.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        read_json(self.settings.as_bytes())
    }
}

// === impl Outcome ===

impl Outcome {
    /// Whether the target answered with a status of 200 to 299.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Answered(Answer { status: 200..=299, .. }))
    }
}
