//! What happened, for the operator to see: requests and what was made of them, callbacks and their attempts, reloads.
//! Linked by cause: a request names the callbacks that it scheduled, an attempt the callback, a callback its request.

use std::{net::IpAddr, ops::Deref, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::{
    callback::{Attempt, Callback},
    head::Head,
    ids::{BucketName, CallbackId, EnvironmentName, PluginName, RequestId, RouteName, SessionId},
    time::Timestamp,
};

/// One thing that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A request was answered.
    Exchange(Box<Exchange>),
    /// A callback was put in the queue.
    Scheduled(CallbackNote),
    /// A callback was attempted.
    Attempted(CallbackNote, Box<Attempt>),
    /// Where a callback stands changed without an attempt: an operator acted, or its policy is missing.
    Moved(CallbackNote),
    /// The operator's files were read again, and what came of it.
    Reloaded {
        /// When.
        at: Timestamp,
        /// What changed, or why nothing did.
        summary: String,
        /// Whether the new files serve.
        applied: bool,
    },
    /// Something happened to a plugin.
    Plugin(PluginNote),
}

/// Something that happened to a plugin.
#[derive(Debug, Clone)]
pub struct PluginNote {
    /// When.
    pub at: Timestamp,
    /// The plugin.
    pub plugin: PluginName,
    /// The generation that it is about. Absent: none yet, or no more.
    pub generation: Option<u64>,
    /// What happened.
    pub change: PluginChange,
    /// In a line: `generation 2 serves, compiled in 38 ms`.
    pub summary: String,
}

/// What can happen to a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginChange {
    /// It is being compiled, which takes a while.
    Compiling,
    /// A generation serves.
    Serving,
    /// What was offered does not serve; what served before goes on.
    Refused,
    /// The generation before serves again.
    RolledBack,
    /// Its calls are refused for a while.
    BreakerOpened,
    /// It serves no more.
    Removed,
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request's id.
    pub id: RequestId,
    /// When it arrived.
    pub received: Timestamp,
    /// From its head's arrival to the answer's first byte, configured latency included; by the gateway's clock.
    pub took: Duration,
    /// The environment that it was for.
    pub environment: EnvironmentName,
    /// Its session.
    pub session: SessionId,
    /// The client.
    pub client: IpAddr,
    /// The callback that it is an attempt of. Absent: a client's own.
    pub cause: Option<CallbackId>,
    /// The method.
    pub method: Method,
    /// The target and the header fields.
    pub head: Head,
    /// The content, cut at [`JOURNAL_BODY_MAX_BYTES`](crate::limits::JOURNAL_BODY_MAX_BYTES).
    pub body: Bytes,
    /// The content's whole length.
    pub body_bytes: usize,
    /// What answered, and why it did.
    pub matched: Matched,
    /// The answer's status.
    pub status: StatusCode,
    /// The answer's header fields: shared with the response that has them all fixed.
    pub answer_headers: Arc<HeaderMap>,
    /// The answer's content, cut like the request's.
    pub answer_body: Bytes,
    /// The answer's whole length; of one that was streamed 0.
    pub answer_bytes: usize,
    /// Whether the answer went out as it was read or made: its content is not kept.
    pub answer_streamed: bool,
    /// Buckets that it changed.
    pub changed: Vec<BucketName>,
    /// Callbacks that it scheduled.
    pub scheduled: Vec<CallbackId>,
    /// What went wrong in the gateway or a plugin, for the operator. Absent: nothing.
    pub fault: Option<String>,
}

/// What answered a request.
#[derive(Debug, Clone)]
pub enum Matched {
    /// A route's response.
    Response {
        /// The route.
        route: RouteName,
        /// The response's index in the route.
        response: usize,
        /// Why that one.
        because: Because,
    },
    /// One of an operation's examples.
    Example {
        /// The route.
        route: RouteName,
        /// The example's name.
        example: Arc<str>,
        /// The key that was made of the request. Absent: none is needed.
        key: Option<Arc<str>>,
        /// Why that one.
        because: Because,
    },
    /// A route, with a refusal: the request is not one that its operation takes.
    Refused {
        /// The route.
        route: RouteName,
        /// Lines for the operator: what is wrong with the request, and what would do.
        why: Arc<[String]>,
    },
    /// A plugin.
    Responder {
        /// The route.
        route: RouteName,
    },
    /// The route's upstream.
    Upstream {
        /// The route.
        route: RouteName,
    },
    /// Another tool's admin API, on the environment's own listener.
    Admin,
    /// The gateway itself: `OPTIONS`, a 404 or 405, a refusal. Lines for the operator: what was nearest and why it did not match.
    Gateway(Arc<[String]>),
}

/// Why a response was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// There is no other.
    Only,
    /// Its conditions hold.
    Rules,
    /// It is the default, and nothing else was chosen.
    Default,
    /// It is the first, and none is the default.
    First,
    /// Its turn has come.
    Sequence,
    /// It was drawn.
    Random,
    /// Its key is the request's.
    Key,
    /// The request's key is its name.
    Name,
    /// The request leads to no example, and this one answers then.
    Substitute,
    /// Any example of the operation would do.
    Any,
    /// None was given: the route failed.
    Failed,
    /// The route failed, and this is what it gives then.
    Fallback,
}

/// A callback as it stood at a moment. It reads like the callback itself.
#[derive(Debug, Clone)]
pub struct CallbackNote {
    /// When this happened.
    pub at: Timestamp,
    callback: Arc<Callback>,
}

impl Matched {
    /// The route that answered. Absent: none did.
    pub fn route(&self) -> Option<&RouteName> {
        match self {
            Self::Response { route, .. }
            | Self::Example { route, .. }
            | Self::Refused { route, .. }
            | Self::Responder { route }
            | Self::Upstream { route } => Some(route),
            Self::Admin | Self::Gateway(_) => None,
        }
    }
}

impl Because {
    /// The reason as a phrase.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Only => "the only response",
            Self::Rules => "its conditions hold",
            Self::Default => "the default response",
            Self::First => "the first response, none is the default",
            Self::Sequence => "its turn in the sequence",
            Self::Random => "drawn at random",
            Self::Key => "its key is the request's",
            Self::Name => "it was named",
            Self::Substitute => "the operation's fallback",
            Self::Any => "any example would do",
            Self::Failed => "the route failed",
            Self::Fallback => "the fallback, since the route failed",
        }
    }
}

impl PluginChange {
    /// The change's name in the journal: `rolled-back`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compiling => "compiling",
            Self::Serving => "serving",
            Self::Refused => "refused",
            Self::RolledBack => "rolled-back",
            Self::BreakerOpened => "breaker-opened",
            Self::Removed => "removed",
        }
    }
}

impl CallbackNote {
    /// What the journal keeps of a callback at a moment. One that is shared already is not copied.
    pub fn of(callback: impl Into<Arc<Callback>>, at: Timestamp) -> Self {
        Self { at, callback: callback.into() }
    }
}

impl Deref for CallbackNote {
    type Target = Callback;

    fn deref(&self) -> &Callback {
        &self.callback
    }
}
