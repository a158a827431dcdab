//! What a site is made of: routes, responses and callbacks made ready.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use ringback_collection::Key;
use ringback_matching::Chooser;
use ringback_model::{
    callback::{Outgoing, PolicyUse},
    environment::{StatusRange, Streaming},
    ids::{BucketName, CallbackName, PluginName, RouteName},
    runtime_expression::RuntimeText,
};

use super::{Numbers, OperationPlan};
use crate::{metrics::RouteMetrics, plugins::slot::Slot, respond::Broadcast};

/// One route made ready.
pub struct RoutePlan {
    /// Its name.
    pub name: RouteName,
    /// Its id in another tool's document. Absent: it has none.
    pub id: Option<Arc<str>>,
    /// The methods as an operator reads them: `GET`, `ANY`.
    pub methods: String,
    /// The path as written.
    pub path: String,
    /// Who answers.
    pub answer: AnswerPlan,
    /// The server that requests can be passed on to. Absent: there is none.
    pub upstream: Option<Arc<Uri>>,
    /// What a client gets when the answer fails.
    pub on_error: OnErrorPlan,
    /// The buckets that its first request makes, in this order.
    pub first_uses: Vec<FirstUse>,
    /// Counts its requests; a reload keeps the count.
    pub numbers: Arc<Numbers>,
    /// Its series.
    pub metrics: RouteMetrics,
}

/// Who answers what no route does.
pub struct ProxyPlan {
    /// Scheme, authority and a path that stands before the request's.
    pub upstream: Uri,
    /// Taken off the beginning of a path, with its leading slash. Absent: nothing is.
    pub strip: Option<String>,
    /// Set on the request.
    pub request_headers: Vec<(HeaderName, Piece)>,
    /// Set on the answer.
    pub response_headers: Vec<(HeaderName, Piece)>,
}

/// Who answers a route's requests.
pub enum AnswerPlan {
    /// One of these.
    Responses {
        /// Chooses one of them.
        chooser: Chooser,
        /// The templates of its conditions, in its order.
        conditions: Vec<usize>,
        /// Whether it may leave a request to later routes.
        may_pass: bool,
        /// At least one.
        responses: Vec<ResponsePlan>,
    },
    /// One of an operation's examples.
    Examples(Box<OperationPlan>),
    /// The plugin that serves in this slot when a request comes.
    Responder(Arc<Slot>),
    /// A WebSocket.
    Socket(Box<SocketPlan>),
    /// [`RoutePlan::upstream`], which is there.
    Upstream,
}

/// A WebSocket made ready.
pub struct SocketPlan {
    /// Who sends without being asked.
    pub streaming: Streaming,
    /// Chooses a response for each message or tick.
    pub chooser: Chooser,
    /// The templates of its conditions, in its order.
    pub conditions: Vec<usize>,
    /// In the order of the document.
    pub responses: Vec<ResponsePlan>,
    /// What its clients share.
    pub broadcast: Broadcast,
}

/// What a client gets when a plugin or a template failed.
pub enum OnErrorPlan {
    /// The error.
    Error,
    /// What [`RoutePlan::upstream`], which is there, answers.
    Passthrough,
    /// This response.
    Fallback(Box<ResponsePlan>),
}

/// One response made ready.
pub struct ResponsePlan {
    /// Its id in another tool's document. Absent: it has none.
    pub id: Option<Arc<str>>,
    /// The status, unless a template sets another.
    pub status: StatusCode,
    /// The header fields, the environment's included.
    pub headers: HeadersPlan,
    /// The content.
    pub content: ContentPlan,
    /// All of it, where it is the same each time.
    pub ready: Option<Ready>,
    /// The templates of fields, content and, where [`ResponsePlan::joined`], the first callbacks, in the order in which their
    /// outputs are taken: one crossing for all.
    pub templates: Vec<usize>,
    /// Whether the first callbacks, as many as are made [`together`], are rendered in the same crossing: where their
    /// templates do not see the response, and nothing else is rendered in between.
    pub joined: bool,
    /// Waited before the answer is sent, beside the environment's own latency.
    pub latency: Duration,
    /// Scheduled when it is given.
    pub callbacks: Vec<CallbackPlan>,
}

/// Header fields made ready.
#[derive(Debug, Clone, Default)]
pub struct HeadersPlan {
    /// Those that are the same each time.
    pub fixed: Arc<HeaderMap>,
    /// Those that are rendered, by the numbers of their templates, in the order in which they are set.
    pub rendered: Vec<(HeaderName, usize)>,
}

/// An answer that is the same each time, as it is sent.
pub struct Ready {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: Arc<HeaderMap>,
    /// Its content.
    pub body: Bytes,
}

/// Where the content of a response comes from.
pub enum ContentPlan {
    /// A text; empty: there is none.
    Text(Piece),
    /// A file.
    File(Box<FilePlan>),
    /// The value of a bucket.
    Bucket(BucketName),
    /// A bucket as a collection.
    Collection(Box<CollectionPlan>),
}

/// A bucket that a route's first request makes.
pub struct FirstUse {
    /// The bucket.
    pub bucket: BucketName,
    /// What makes it.
    pub source: Piece,
}

/// A bucket as a collection.
pub struct CollectionPlan {
    /// The bucket.
    pub bucket: BucketName,
    /// Where items have their ids.
    pub key: Key,
    /// Makes the id of a new item. Absent: it follows from the others'.
    pub id_template: Option<usize>,
}

/// A file as content.
pub struct FilePlan {
    /// Where it is.
    pub path: PathPlan,
    /// Whether its content is rendered, where it is of a type that may hold templates.
    pub templated: bool,
    /// Whether a browser is told to save it.
    pub attachment: bool,
    /// Whether the response itself names its type, so that the file's name does not.
    pub typed: bool,
    /// Answered with 404 where the file is missing. Absent: what says so.
    pub instead: Option<Piece>,
}

/// The path of a file.
pub enum PathPlan {
    /// This one, absolute.
    Fixed(PathBuf),
    /// What a template renders to, relative to `folder`.
    Rendered {
        /// The template.
        template: usize,
        /// The environment's folder, absolute.
        folder: PathBuf,
        /// The folder that stands before the first expression, absolute, within which the path must stay. Absent: none
        /// does, and it must stay within `folder`.
        within: Option<PathBuf>,
    },
}

/// A text made ready.
#[derive(Debug, Clone)]
pub enum Piece {
    /// The same each time.
    Fixed(Bytes),
    /// The output of this template.
    Template(usize),
}

/// One callback of a response made ready.
pub struct CallbackPlan {
    /// Its name.
    pub name: CallbackName,
    /// Counted from the moment the response leaves.
    pub delay: Duration,
    /// How long an attempt may take.
    pub timeout: Duration,
    /// What it sends.
    pub outgoing: OutgoingPlan,
    /// Its ordering key. Absent: none of its own.
    pub ordering_key: Option<Piece>,
    /// Whether, without a key of its own, it waits until the one before it of the same answer is settled.
    pub in_turn: bool,
    /// Who decides how it is delivered. Absent: one attempt, and `expects` tells success.
    pub policy: Option<PolicyUse>,
    /// Which statuses mean that it was taken, where no policy decides. Empty: any 2xx.
    pub expects: Vec<StatusRange>,
}

/// What a callback sends.
pub enum OutgoingPlan {
    /// The same each time, checked.
    Fixed(Outgoing),
    /// It is made for each request.
    Made {
        /// The method.
        method: Piece,
        /// The URL.
        url: UrlPlan,
        /// The header fields.
        headers: Vec<(HeaderName, Piece)>,
        /// The content.
        content: ContentPlan,
    },
}

/// Where a callback goes.
pub enum UrlPlan {
    /// To this text; a path means this server.
    Text {
        /// The text.
        url: Piece,
        /// What stands before a URL that turns out to be a path of this server. Empty: nothing does.
        prefix: String,
    },
    /// To what runtime expressions make of the request and its answer.
    Expression {
        /// The URL.
        url: RuntimeText,
        /// Added to its query, in this order.
        query: Vec<(String, Piece)>,
    },
    /// To what whoever fires it names.
    Given {
        /// Added to its query, in this order.
        query: Vec<(String, Piece)>,
    },
}

/// A webhook made ready.
pub struct WebhookPlan {
    /// Its name.
    pub name: Arc<str>,
    /// The service that it belongs to, as `name:version`.
    pub service: Arc<str>,
    /// The method of its calls.
    pub method: Method,
    /// Stands for the route that leads to its calls: `newPet WEBHOOK`.
    pub route: RouteName,
    /// The names of its examples, in the order of the document.
    pub examples: Vec<Arc<str>>,
    /// What each of them sends.
    pub callbacks: Vec<CallbackPlan>,
}

// === impl AnswerPlan ===

impl AnswerPlan {
    /// The plugin that answers. Absent: none does.
    pub fn plugin(&self) -> Option<&PluginName> {
        match self {
            Self::Responder(slot) => Some(slot.name()),
            Self::Examples(operation) => operation.slot.as_ref().map(|slot| slot.name()),
            Self::Responses { .. } | Self::Socket(_) | Self::Upstream => None,
        }
    }

    /// The operation whose examples answer. Absent: others do.
    pub fn operation(&self) -> Option<&OperationPlan> {
        match self {
            Self::Examples(operation) => Some(operation),
            Self::Responses { .. } | Self::Responder(_) | Self::Socket(_) | Self::Upstream => None,
        }
    }

    /// Whether it may leave a request to later routes.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Responses { may_pass: true, .. })
    }
}

// === impl ResponsePlan ===

impl ResponsePlan {
    /// The answer that needs no work at all. Absent: it needs some.
    pub fn at_once(&self) -> Option<&Ready> {
        self.ready.as_ref().filter(|_| self.callbacks.is_empty())
    }

    /// The templates of its fields and its content alone.
    pub fn own_templates(&self) -> &[usize] {
        if !self.joined {
            return &self.templates;
        }
        let first = self.callbacks.iter().take(together(&self.callbacks));
        let of_callbacks: usize = first.map(|callback| callback.templates().count()).sum();
        self.templates.get(..self.templates.len().saturating_sub(of_callbacks)).unwrap_or_default()
    }
}

// === impl ContentPlan ===

impl ContentPlan {
    /// The template that it begins with: a text's own, a file's path. Absent: neither is rendered.
    pub fn template(&self) -> Option<usize> {
        match self {
            Self::Text(piece) => piece.template(),
            Self::File(file) => match &file.path {
                PathPlan::Fixed(_) => None,
                PathPlan::Rendered { template, .. } => Some(*template),
            },
            Self::Bucket(_) | Self::Collection(_) => None,
        }
    }
}

// === impl CallbackPlan ===

impl CallbackPlan {
    /// The numbers of the templates that it renders, in the order in which their outputs are taken.
    pub fn templates(&self) -> impl Iterator<Item = usize> {
        let made = match &self.outgoing {
            OutgoingPlan::Fixed(_) => None,
            OutgoingPlan::Made { method, url, headers, content } => {
                let pieces = std::iter::once(method).chain(url.pieces()).chain(headers.iter().map(|(_, value)| value));
                Some(pieces.filter_map(Piece::template).chain(content.template()))
            }
        };
        made.into_iter().flatten().chain(self.ordering_key.as_ref().and_then(Piece::template))
    }

    /// Whether its content is not among what its templates render to: a file's, a bucket's. It is had before anything else is
    /// rendered.
    pub fn waits(&self) -> bool {
        matches!(&self.outgoing, OutgoingPlan::Made { content: ContentPlan::File(_) | ContentPlan::Bucket(_), .. })
    }
}

// === impl UrlPlan ===

impl UrlPlan {
    /// The texts that it is made of, in the order in which their outputs are taken.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        let (url, query) = match self {
            Self::Text { url, .. } => (Some(url), [].as_slice()),
            Self::Expression { query, .. } | Self::Given { query } => (None, query.as_slice()),
        };
        url.into_iter().chain(query.iter().map(|(_, value)| value))
    }
}

// === impl Piece ===

impl Piece {
    /// The template that makes it. Absent: it is fixed.
    pub fn template(&self) -> Option<usize> {
        match self {
            Self::Fixed(_) => None,
            Self::Template(number) => Some(*number),
        }
    }
}

// === callbacks ===

/// How many callbacks, from the first one on, are rendered in one crossing: up to one that waits for more than that.
pub fn together(callbacks: &[CallbackPlan]) -> usize {
    callbacks.iter().position(CallbackPlan::waits).map_or(callbacks.len(), |at| at + 1)
}
