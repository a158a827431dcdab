//! A site: one environment made ready to answer. Built off the request path, then never changed; a request takes the one
//! that is current when it arrives and keeps it to its end. What a request could work out each time is worked out here:
//! checked headers, fixed bodies, template numbers, whether an answer needs any work at all.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode, Uri};
use parking_lot::Mutex;
use ringback_matching::{Chooser, RouteTable};
use ringback_model::{
    callback::{Outgoing, PolicyUse},
    environment::Listen,
    ids::{BucketName, CallbackName, EnvironmentName, PluginName, RouteName, SessionId},
    json::Json,
    ports::Templates,
    unit::Scope,
};

use crate::{metrics::RouteMetrics, mockoon::admin::Admin, plugins::slot::Slot};

pub mod build;
mod names;
mod seeds;
mod surroundings;

pub use surroundings::Surroundings;

/// One environment made ready to answer.
pub struct Site {
    /// The environment's name.
    pub name: EnvironmentName,
    /// Where it listens, as written.
    pub listen: Listen,
    /// Finds the route of a request.
    pub table: RouteTable,
    /// In the order of the document: what the table's indexes mean.
    pub routes: Vec<RoutePlan>,
    /// The compiled templates of all its answers. Absent: it has none.
    pub templates: Option<Arc<dyn Templates>>,
    /// The content of its buckets at start, in the order of their declaration.
    pub seeds: Vec<(BucketName, Json)>,
    /// What it says to its templates beside buckets.
    pub surroundings: Arc<Surroundings>,
    /// Mockoon's admin API. Absent: it is off, or the conventions are others.
    pub admin: Option<Admin>,
    /// Whose state requests without a session work on.
    pub default_scope: Scope,
    /// Stands for the route where none answered: `-`.
    pub unrouted: RouteName,
    /// Counts the requests that no route answered.
    pub unmatched: RouteMetrics,
}

/// One route made ready.
pub struct RoutePlan {
    /// Its name.
    pub name: RouteName,
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
    /// Counts its requests; a reload keeps the count.
    pub numbers: Arc<Numbers>,
    /// Its series.
    pub metrics: RouteMetrics,
}

/// Who answers a route's requests.
pub enum AnswerPlan {
    /// One of these.
    Responses {
        /// Chooses one of them.
        chooser: Chooser,
        /// At least one.
        responses: Vec<ResponsePlan>,
    },
    /// The plugin that serves in this slot when a request comes.
    Responder(Arc<Slot>),
    /// [`RoutePlan::upstream`], which is there.
    Upstream,
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
    /// The status, unless a template sets another.
    pub status: StatusCode,
    /// The fields that are the same each time, `content-type` included.
    pub headers: Arc<HeaderMap>,
    /// The fields that are rendered.
    pub rendered_headers: Vec<(HeaderName, usize)>,
    /// The content.
    pub body: Piece,
    /// The templates of body and headers, in the order in which their outputs come: one crossing for all.
    pub templates: Vec<usize>,
    /// Waited before the answer is sent.
    pub latency: Duration,
    /// Scheduled when it is given.
    pub callbacks: Vec<CallbackPlan>,
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
    /// Its ordering key. Absent: none.
    pub ordering_key: Option<Piece>,
    /// Who decides how it is delivered. Absent: one attempt, any 2xx is success.
    pub policy: Option<PolicyUse>,
}

/// What a callback sends.
pub enum OutgoingPlan {
    /// The same each time, checked.
    Fixed(Outgoing),
    /// Some of it is rendered.
    Rendered {
        /// The method.
        method: Piece,
        /// The URL.
        url: Piece,
        /// The header fields.
        headers: Vec<(HeaderName, Piece)>,
        /// The content.
        body: Piece,
    },
}

/// Counts a route's requests in each session.
#[derive(Debug, Default)]
pub struct Numbers(Mutex<HashMap<SessionId, u64>>, std::sync::atomic::AtomicU64);

// === impl AnswerPlan ===

impl AnswerPlan {
    /// The plugin that answers. Absent: none does.
    pub fn plugin(&self) -> Option<&PluginName> {
        match self {
            Self::Responder(slot) => Some(slot.name()),
            Self::Responses { .. } | Self::Upstream => None,
        }
    }
}

// === impl ResponsePlan ===

impl ResponsePlan {
    /// The fixed content of an answer that needs no work at all. Absent: it needs some.
    pub fn at_once(&self) -> Option<&Bytes> {
        match &self.body {
            Piece::Fixed(body) if self.templates.is_empty() && self.callbacks.is_empty() => Some(body),
            _ => None,
        }
    }
}

// === impl CallbackPlan ===

impl CallbackPlan {
    /// The numbers of the templates that it renders, in the order in which their outputs are taken.
    pub fn templates(&self) -> impl Iterator<Item = usize> {
        let outgoing = match &self.outgoing {
            OutgoingPlan::Fixed(_) => None,
            OutgoingPlan::Rendered { method, url, headers, body } => {
                Some([method, url, body].into_iter().chain(headers.iter().map(|(_, value)| value)))
            }
        };
        outgoing.into_iter().flatten().chain(&self.ordering_key).filter_map(Piece::template)
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

// === impl Numbers ===

impl Numbers {
    /// The number of the next request of a session, from 1.
    pub fn next(&self, session: &SessionId) -> u64 {
        if session.is_default() {
            return self.1.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        }
        let mut sessions = self.0.lock();
        let number = sessions.entry(session.clone()).or_default();
        *number += 1;
        *number
    }

    /// Starts anew, for one session or for all.
    pub fn reset(&self, session: Option<&SessionId>) {
        match session {
            None => self.0.lock().clear(),
            Some(session) if !session.is_default() => drop(self.0.lock().remove(session)),
            Some(_) => {}
        }
        if session.is_none_or(SessionId::is_default) {
            self.1.store(0, std::sync::atomic::Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_count_apart_and_start_anew_apart() {
        let (numbers, one, default) = (Numbers::default(), SessionId::try_new("one").unwrap(), SessionId::default());
        assert_eq!([numbers.next(&default), numbers.next(&default), numbers.next(&one)], [1, 2, 1]);
        numbers.reset(Some(&one));
        assert_eq!([numbers.next(&default), numbers.next(&one)], [3, 1]);
        numbers.reset(None);
        assert_eq!([numbers.next(&default), numbers.next(&one)], [1, 1]);
    }
}
