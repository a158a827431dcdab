//! One call on the fakes: one at a time on a thread, in a thread-local, so that tests may run beside each other.

use std::{cell::RefCell, fmt, rc::Rc};

use serde_json::Value;

use super::{Document, LogLine, Scheduled};
use crate::{Answer, CallbackId, Outgoing, Timestamp, upstream::UpstreamError};

/// 2^64 divided by the golden ratio: the step of SplitMix64.
pub(crate) const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// Answers for an upstream.
pub(crate) type Upstream = Rc<dyn Fn(&Outgoing) -> Result<Answer, UpstreamError>>;
/// Renders a template.
pub(crate) type Renderer = Rc<dyn Fn(&str, &str, &Value) -> String>;

/// What the operator and the test have set.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) config: String,
    pub(crate) secrets: Vec<(String, Vec<u8>)>,
    /// Absent: callbacks may go anywhere.
    pub(crate) callback_hosts: Option<Vec<String>>,
    pub(crate) upstream: Option<Upstream>,
    pub(crate) renderer: Option<Renderer>,
}

/// A call while it runs: what it sees, and what it has staged.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) services: Services,
    /// What `forward` sends. Absent: this call is about no request.
    pub(crate) forwarded: Option<Outgoing>,
    pub(crate) buckets: Vec<(String, Document)>,
    pub(crate) pending: Vec<Scheduled>,
    /// Idempotency keys of callbacks that are settled, and their ids.
    pub(crate) settled_keys: Vec<(String, String)>,
    pub(crate) staged: Vec<Scheduled>,
    pub(crate) cancelled: Vec<CallbackId>,
    pub(crate) logs: Vec<LogLine>,
    pub(crate) request: u64,
    /// Callbacks scheduled so far: an id is never given twice.
    pub(crate) ordinal: usize,
    pub(crate) now: Timestamp,
    pub(crate) random: u64,
}

thread_local! {
    static CALL: RefCell<Option<Call>> = const { RefCell::new(None) };
}

/// Does some work as a call and gives both back.
#[expect(clippy::expect_used, reason = "what was put in before the work is there after it")]
pub(crate) fn within<T>(call: Call, work: impl FnOnce() -> T) -> (T, Call) {
    let outer = CALL.replace(Some(call));
    let done = work();
    (done, CALL.replace(outer).expect("nothing takes a call away"))
}

/// The call that runs on this thread.
#[expect(clippy::panic, reason = "a test that forgot its gateway fails")]
pub(crate) fn with<T>(f: impl FnOnce(&mut Call) -> T) -> T {
    CALL.with_borrow_mut(|call| match call {
        Some(call) => f(call),
        None => panic!(
            "there is no gateway: outside of wasm, use `ringback_plugin::testing::Gateway::call` (or `run`) around what \
             speaks to one"
        ),
    })
}

// === impl Services ===

impl Default for Services {
    fn default() -> Self {
        Self { config: "{}".into(), secrets: vec![], callback_hosts: None, upstream: None, renderer: None }
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("config", &self.config).finish_non_exhaustive()
    }
}
