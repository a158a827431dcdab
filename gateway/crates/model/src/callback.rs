//! A callback: an outbound request that a response, or another callback's outcome, caused. It is committed with the unit
//! of work that scheduled it and stays until it is settled; its id never changes.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::{
    environment::StatusRange,
    ids::{CallbackId, CallbackName, PluginName, RouteName, SessionId},
    time::Timestamp,
    unit::{Cause, Schedule, Scope},
};

mod outgoing;

pub use outgoing::{Outgoing, OutgoingError};

/// A committed callback.
#[derive(Debug, Clone, PartialEq)]
pub struct Callback {
    /// Its id.
    pub id: CallbackId,
    /// The name of its definition, or the one its plugin gave it.
    pub name: CallbackName,
    /// Whose it is.
    pub scope: Scope,
    /// The route whose answer led to it.
    pub route: RouteName,
    /// What caused it.
    pub cause: Cause,
    /// How many callbacks lie between the client's request and this one: 1 for a response's own.
    pub depth: u32,
    /// What to send.
    pub outgoing: Outgoing,
    /// When it was committed.
    pub created: Timestamp,
    /// When it is attempted next; once settled, when it was attempted last.
    pub due: Timestamp,
    /// Callbacks of one key in one scope are sent one after the other, in the order of their commits. Absent: no order.
    pub ordering_key: Option<Arc<str>>,
    /// No second callback of the same key in one scope is scheduled while the first is known. Absent: no such promise.
    pub idempotency_key: Option<Arc<str>>,
    /// Who decides how it is delivered. Absent: one attempt, and [`Callback::expects`] tells success.
    pub policy: Option<PolicyUse>,
    /// Which statuses mean that it was taken, where no policy decides. Empty: any 2xx.
    pub expects: Vec<StatusRange>,
    /// The plugin that asked for it. Absent: the document did.
    pub scheduled_by: Option<Scheduler>,
    /// How long an attempt may take.
    pub timeout: Duration,
    /// Where it stands.
    pub state: CallbackState,
    /// Its attempts, the first one first; the last [`ATTEMPTS_KEPT`] of them.
    pub attempts: Vec<Attempt>,
}

/// A policy plugin, and what it is told beside the callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyUse {
    /// The plugin.
    pub plugin: PluginName,
    /// A JSON object's text; `{}` when there is nothing.
    pub settings: Arc<str>,
}

/// A plugin, in the generation that asked for a callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scheduler {
    /// The plugin.
    pub plugin: PluginName,
    /// Its generation, from 1.
    pub generation: u64,
}

/// Attempts of one callback that are kept: a day of a provider's retry ladder.
pub const ATTEMPTS_KEPT: usize = 32;

/// Where a callback stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "reason", rename_all = "kebab-case")]
pub enum CallbackState {
    /// Waits for its due time, or for its turn within its ordering key.
    Pending,
    /// Waits for an operator's release.
    Held,
    /// An attempt is under way.
    Attempting,
    /// Settled: the target took it.
    Delivered,
    /// Settled: given up, and why.
    Failed(String),
    /// Settled: an operator or a plugin cancelled it.
    Cancelled,
    /// Not settled and not attempted: its policy is missing or broken, and why. An operator decides.
    Parked(String),
}

/// One delivery try.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The target answered.
    Answered {
        /// Its status.
        status: StatusCode,
        /// Its header fields.
        headers: HeaderMap,
        /// Its content, cut at [`ATTEMPT_ANSWER_MAX_BYTES`](crate::limits::ATTEMPT_ANSWER_MAX_BYTES).
        body: Bytes,
    },
    /// The target did not answer in time.
    TimedOut,
    /// The gateway's policy does not let it call this target, and why.
    Refused(String),
    /// No connection, a broken one, or no HTTP, and what.
    Failed(String),
}

/// What a policy makes of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Delivered.
    Done,
    /// Delivered, and these follow.
    Then(Vec<Schedule>),
    /// Try again after this long.
    Retry(Duration),
    /// Failed for good, and why.
    GiveUp(String),
}

/// What the store is told after an attempt: all of it in one commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The attempt. Absent: none was made, as when the policy is missing.
    pub attempt: Option<Attempt>,
    /// Where the callback stands now. `Pending` means a retry at `due`.
    pub state: CallbackState,
    /// When it is attempted next, for `Pending`.
    pub due: Timestamp,
    /// Callbacks that follow.
    pub follow: Vec<Callback>,
}

/// What an operator does to a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Makes it due now, out of turn within its ordering key, held or not.
    Fire,
    /// Settles it as cancelled.
    Cancel,
    /// Keeps it from being attempted.
    Hold,
    /// Ends a hold, or sends a parked one on its way.
    Release,
}

/// Which callbacks to list.
#[derive(Debug, Clone, Default)]
pub struct CallbackFilter {
    /// Of one session. Absent: of all.
    pub session: Option<SessionId>,
    /// In one state, by its name: `pending`. Absent: in any.
    pub state: Option<String>,
    /// Caused by one route. Absent: by any.
    pub route: Option<String>,
    /// At most this many, the earliest due first.
    pub limit: usize,
}

// === impl PolicyUse ===

impl PolicyUse {
    /// A policy without settings.
    pub fn plain(plugin: PluginName) -> Self {
        Self { plugin, settings: "{}".into() }
    }
}

// === impl CallbackState ===

impl CallbackState {
    /// The state's name in the admin API: `pending`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Held => "held",
            Self::Attempting => "attempting",
            Self::Delivered => "delivered",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
            Self::Parked(_) => "parked",
        }
    }

    /// Whether nothing more will happen to it.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Delivered | Self::Failed(_) | Self::Cancelled)
    }
}

// === impl Callback ===

impl Callback {
    /// How many attempts there were, those no longer kept included.
    pub fn attempt_count(&self) -> u32 {
        self.attempts.last().map_or(0, |attempt| attempt.number)
    }

    /// Whether a status means that it was taken, where no policy decides.
    pub fn takes(&self, status: StatusCode) -> bool {
        match self.expects.as_slice() {
            [] => status.is_success(),
            expected => expected.iter().any(|range| range.holds(status)),
        }
    }

    /// Adds an attempt and forgets the oldest beyond [`ATTEMPTS_KEPT`].
    pub fn record(&mut self, attempt: Attempt) {
        if self.attempts.len() >= ATTEMPTS_KEPT {
            self.attempts.remove(0);
        }
        self.attempts.push(attempt);
    }
}
