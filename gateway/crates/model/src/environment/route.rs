//! Routes: who answers what, and what becomes of an answer that fails.

use std::{sync::Arc, time::Duration};

use http::{Method, StatusCode, Uri};

use super::{Attachment, Body, Dispatch, Header, Operation, Origin, Rules};
use crate::ids::{PluginName, RouteName};

/// A method and path, and the answers it may give.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its name, unique in the environment.
    pub name: RouteName,
    /// Its id in another tool's document. Absent: it has none.
    pub id: Option<Arc<str>>,
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
    /// A bucket, as a collection that clients list, read and change: on the path its whole, on `/:id` beneath it an item.
    Collection {
        /// Where an item has its id: an object path.
        key: Arc<str>,
        /// The choice of a response.
        mode: Mode,
        /// In the order of the document; a chosen one whose body is a bucket serves that.
        responses: Vec<Response>,
    },
    /// A WebSocket: messages are answered as requests would be.
    Socket {
        /// Who sends without being asked.
        streaming: Streaming,
        /// The choice of a response, for each message or tick.
        mode: Mode,
        /// In the order of the document.
        responses: Vec<Response>,
    },
    /// One of an operation's examples, as its dispatcher chooses it.
    Examples(Box<Operation>),
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

/// What a WebSocket sends without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Streaming {
    /// Nothing: it answers each message.
    #[default]
    Conversation,
    /// Something to each client by itself, so often.
    Unicast(Duration),
    /// The same to all clients at once, so often.
    Broadcast(Duration),
}

/// How one of several responses is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The first whose rules hold, else the default one, else the first.
    #[default]
    Default,
    /// The first whose rules hold, else none: the next route that matches is tried.
    Fallback,
    /// The default one, else the first, whatever the rules.
    WithoutRules,
    /// One after the other, then from the start.
    Sequential,
    /// Any, from the gateway's seed.
    Random,
}

/// An answer that a route may give.
#[derive(Debug, Clone)]
pub struct Response {
    /// Its id in another tool's document. Absent: it has none.
    pub id: Option<Arc<str>>,
    /// What the operator calls it. Absent: its status stands for it.
    pub label: Option<String>,
    /// The conditions under which it is chosen.
    pub rules: Rules,
    /// The status, unless a template sets another.
    pub status: StatusCode,
    /// Header fields, over the environment's.
    pub headers: Vec<Header>,
    /// The content.
    pub body: Body,
    /// Waited before the answer is sent.
    pub latency: Duration,
    /// Scheduled when it is given, in this order.
    pub callbacks: Vec<Attachment>,
    /// Chosen when nothing else is.
    pub default: bool,
    /// Where it was written.
    pub origin: Origin,
}

// === impl Answering ===

impl Answering {
    /// The responder plugin that answers, or says which example does. Absent: none is asked.
    pub fn plugin(&self) -> Option<&PluginName> {
        match self {
            Self::Responder(plugin) => Some(plugin),
            Self::Examples(operation) => match &operation.dispatch {
                Dispatch::Plugin(plugin) => Some(plugin),
                Dispatch::Script(script) => Some(&script.plugin),
                _ => None,
            },
            _ => None,
        }
    }
}

// === impl Route ===

impl Route {
    /// All responses that it may give, the one for errors included.
    pub fn responses(&self) -> impl Iterator<Item = &Response> {
        let own = match &self.answer {
            Answering::Responses { responses, .. }
            | Answering::Collection { responses, .. }
            | Answering::Socket { responses, .. } => responses.as_slice(),
            Answering::Examples(_) | Answering::Responder(_) | Answering::Upstream => &[],
        };
        let examples = match &self.answer {
            Answering::Examples(operation) => operation.examples.as_slice(),
            _ => &[],
        };
        let fallback = match &self.on_error {
            OnError::Fallback(response) => Some(&**response),
            OnError::Error | OnError::Passthrough => None,
        };
        own.iter().chain(examples.iter().map(|example| &example.response)).chain(fallback)
    }
}
