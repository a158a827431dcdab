//! Routes: who answers what, and what becomes of an answer that fails.

use std::time::Duration;

use http::{Method, StatusCode, Uri};

use super::{Attachment, Header, Origin, Text};
use crate::ids::{PluginName, RouteName};

/// A method and path, and the answers it may give.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its name, unique in the environment.
    pub name: RouteName,
    /// Which methods it takes. Empty: all.
    pub methods: Vec<Method>,
    /// The path as written, with its leading slash.
    pub path: String,
    /// Who answers.
    pub answer: Answering,
    /// The server that requests can be passed on to: scheme, authority and a path that stands before theirs. Absent: there
    /// is none.
    pub upstream: Option<Uri>,
    /// What a client gets when the answer fails.
    pub on_error: OnError,
    /// Where it was written; a finer place for its path.
    pub origin: Origin,
}

/// Who answers a route's requests.
#[derive(Debug, Clone)]
pub enum Answering {
    /// One of these responses; there is at least one.
    Responses {
        /// The choice.
        mode: Mode,
        /// In the order of the document.
        responses: Vec<Response>,
    },
    /// A plugin answers the whole request.
    Responder(PluginName),
    /// [`Route::upstream`], which is there, answers everything.
    Upstream,
}

/// What a client gets when a plugin or a template failed.
#[derive(Debug, Clone, Default)]
pub enum OnError {
    /// The error.
    #[default]
    Error,
    /// What [`Route::upstream`], which is there, answers to the same request.
    Passthrough,
    /// This response.
    Fallback(Box<Response>),
}

/// How one of several responses is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The default one, else the first.
    #[default]
    Default,
    /// One after the other, then from the start.
    Sequential,
    /// Any, from the gateway's seed.
    Random,
}

/// An answer that a route may give.
#[derive(Debug, Clone)]
pub struct Response {
    /// What the operator calls it. Absent: its status stands for it.
    pub label: Option<String>,
    /// The status, unless a template sets another.
    pub status: StatusCode,
    /// Header fields, over the environment's.
    pub headers: Vec<Header>,
    /// The content. Absent: none.
    pub body: Option<Text>,
    /// Waited before the answer is sent.
    pub latency: Duration,
    /// Scheduled when it is given, in this order.
    pub callbacks: Vec<Attachment>,
    /// Chosen when nothing else is.
    pub default: bool,
    /// Where it was written.
    pub origin: Origin,
}

// === impl Route ===

impl Route {
    /// All responses that it may give, the one for errors included.
    pub fn responses(&self) -> impl Iterator<Item = &Response> {
        let own = match &self.answer {
            Answering::Responses { responses, .. } => responses.as_slice(),
            Answering::Responder(_) | Answering::Upstream => &[],
        };
        let fallback = match &self.on_error {
            OnError::Fallback(response) => Some(&**response),
            OnError::Error | OnError::Passthrough => None,
        };
        own.iter().chain(fallback)
    }
}
