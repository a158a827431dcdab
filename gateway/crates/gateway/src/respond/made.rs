//! What a route made of a request.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, StatusCode};
use ringback_model::journal::Matched;

use super::work::Committed;
use crate::http::body::Body;

/// An answer as it is sent.
pub(super) struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its content.
    pub body: Body,
}

/// What a route made of a request.
pub(super) struct Made {
    /// The answer.
    pub reply: Reply,
    /// The answer's header fields, where they are the same each time. Absent: they were made for it.
    pub shared_headers: Option<Arc<HeaderMap>>,
    /// What answered.
    pub matched: Matched,
    /// Waited before the answer is sent.
    pub latency: Duration,
    /// What its work left behind.
    pub committed: Committed,
    /// What went wrong on the way, for the operator: a line each.
    pub notes: Vec<String>,
}

// === impl Made ===

impl Made {
    /// An answer without effects.
    pub(super) fn plain(reply: Reply, matched: Matched) -> Self {
        let (committed, notes) = (Committed::default(), vec![]);
        Self { reply, shared_headers: None, matched, latency: Duration::ZERO, committed, notes }
    }
}
