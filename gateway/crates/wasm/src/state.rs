//! What a store holds beside the guest: the plugin that it runs, the call that it works on, and what it may use up. The
//! functions that guests import are methods of this.

use std::sync::Arc;

use ringback_model::{
    environment::Grants,
    http_values::Request,
    ids::PluginName,
    ports::{self, Call},
    seed::Stream,
    time::Timestamp,
    unit::Unit,
};

use crate::{
    budget::{Budget, Holdings},
    imports::Reads,
    wasi::Printed,
};

/// What is the same for all instances of one generation of a plugin.
pub(crate) struct Identity {
    /// Its name.
    pub(crate) name: PluginName,
    /// From 1.
    pub(crate) generation: u64,
    /// What it may use.
    pub(crate) grants: Grants,
    /// Its table as JSON.
    pub(crate) config: String,
    /// Where callbacks can be looked up. Absent: there are none but its own.
    pub(crate) store: Option<Arc<dyn ports::Store>>,
}

/// The data of a store.
pub(crate) struct State {
    /// Whose instance this is.
    pub(crate) identity: Arc<Identity>,
    /// What the instance holds.
    pub(crate) holdings: Holdings,
    /// What the call has left.
    pub(crate) budget: Budget,
    /// Counts the calls about a request; the handle of a request is the number of its call.
    pub(crate) call: u32,
    /// Handles of requests that the guest has not dropped.
    pub(crate) requests_held: u32,
    /// The request that is worked on. Absent: there is none.
    pub(crate) request: Option<Arc<Request>>,
    /// The effects so far. Absent: this is no call that may have any.
    pub(crate) unit: Option<Unit>,
    /// The time of the call.
    pub(crate) now: Timestamp,
    /// What the instance has slept in all its calls together, in nanoseconds: its monotonic clock is ahead by so much.
    pub(crate) slept_nanos: u64,
    /// The random numbers of the call.
    pub(crate) random: Stream,
    /// Bucket texts that the call was given.
    pub(crate) reads: Reads,
    /// What the guest printed of a line that is not complete.
    pub(crate) printed: Printed,
    /// Bytes of callback bodies that the call has staged.
    pub(crate) staged_bytes: usize,
}

impl State {
    /// For an instance that has no call yet.
    pub(crate) fn new(identity: Arc<Identity>, memory_max_bytes: usize, budget: Budget) -> Self {
        Self {
            identity,
            holdings: Holdings::new(memory_max_bytes),
            budget,
            call: 0,
            requests_held: 0,
            request: None,
            unit: None,
            now: Timestamp::default(),
            slept_nanos: 0,
            random: ringback_model::seed::Seed(0).stream(0),
            reads: Reads::default(),
            printed: Printed::default(),
            staged_bytes: 0,
        }
    }

    /// Begins a call. Returns its number when it is about a request, whose handle is to be given to the guest.
    pub(crate) fn begin(&mut self, call: Call) -> Option<u32> {
        self.holdings.begin();
        self.budget = Budget::call();
        self.reads.forget();
        self.printed.forget();
        self.staged_bytes = 0;
        self.request = call.request;
        self.unit = Some(call.unit);
        self.now = call.now;
        self.random = call.random;
        self.call = self.call.wrapping_add(1);
        self.request.as_ref()?;
        self.requests_held += 1;
        Some(self.call)
    }

    /// Begins a call that is about no request and changes nothing.
    pub(crate) fn begin_alone(&mut self, now: Timestamp, random: Stream) {
        self.holdings.begin();
        self.budget = Budget::call();
        self.reads.forget();
        self.printed.forget();
        self.now = now;
        self.random = random;
    }

    /// Ends a call and gives its effects back. Nothing of the call stays behind.
    pub(crate) fn end(&mut self) -> Option<Unit> {
        self.print_rest();
        self.request = None;
        self.reads.forget();
        self.unit.take()
    }
}
