//! What a store holds beside the guest: the plugin that it runs, the call that it works on, and what it may use up. The
//! functions that guests import are methods of this.

use std::sync::Arc;

use http::Uri;
use ringback_model::{
    environment::Grants,
    http_values::Request,
    ids::{EnvironmentName, PluginName},
    ports::{self, Call},
    seed::Stream,
    time::Timestamp,
    unit::Unit,
};

use crate::{
    budget::{Bounds, Budget, Holdings},
    imports::{LinesPerSecond, Reads},
    signer::Keys,
    templating::{Renderers, Templating},
    wasi::{Printed, Things},
};

/// What is the same for all instances of one generation of a plugin.
pub(crate) struct Identity {
    /// Its name.
    pub(crate) name: PluginName,
    /// From 1.
    pub(crate) generation: u64,
    /// What it may use.
    pub(crate) grants: Grants,
    /// What its instances and calls may use up.
    pub(crate) bounds: Bounds,
    /// Its table as JSON.
    pub(crate) config: String,
    /// The environment variables that it sees.
    pub(crate) env: Vec<(String, String)>,
    /// What it may sign with.
    pub(crate) keys: Arc<Keys>,
    /// Where callbacks can be looked up. Absent: there are none but its own.
    pub(crate) store: Option<Arc<dyn ports::Store>>,
    /// Who asks other servers. Absent: nobody does.
    pub(crate) fetcher: Option<Arc<dyn ports::Fetcher>>,
    /// Who renders its templates.
    pub(crate) renderers: Renderers,
    /// Renderers' instances that hold templates of its own.
    pub(crate) templating: Templating,
    /// How many lines it has in the log.
    pub(crate) lines: LinesPerSecond,
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
    /// What the guest's handles of `wasi:http` stand for.
    pub(crate) things: Things,
    /// Whose egress policy holds for what the call asks other servers. Absent: the call belongs to no environment.
    pub(crate) environment: Option<EnvironmentName>,
    /// Where the call's request can be passed on to.
    pub(crate) upstream: Option<Arc<Uri>>,
    /// What the call's environment says beside its buckets. Absent: nothing.
    pub(crate) surroundings: Option<Arc<dyn ports::Surroundings>>,
    /// Other servers that the call has asked.
    pub(crate) fetches: u32,
    /// Instructions that renderers ran on the call's behalf.
    pub(crate) lent_instructions: u64,
}

impl State {
    /// For an instance that has no call yet.
    pub(crate) fn new(identity: Arc<Identity>, budget: Budget) -> Self {
        Self {
            holdings: Holdings::new(identity.bounds.memory_max_bytes),
            identity,
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
            things: Things::default(),
            environment: None,
            upstream: None,
            surroundings: None,
            fetches: 0,
            lent_instructions: 0,
        }
    }

    /// Begins a call. Returns its number when it is about a request, whose handle is to be given to the guest.
    pub(crate) fn begin(&mut self, call: Call) -> Option<u32> {
        self.forget();
        self.budget = Budget::call(&self.identity.bounds);
        self.request = call.request;
        self.unit = Some(call.unit);
        self.now = call.now;
        self.random = call.random;
        self.upstream = call.upstream;
        self.surroundings = call.surroundings;
        self.handle()
    }

    /// Begins a call that is about no request and changes nothing.
    pub(crate) fn begin_alone(&mut self, environment: &EnvironmentName, now: Timestamp, random: Stream) {
        self.forget();
        self.budget = Budget::call(&self.identity.bounds);
        self.environment = Some(environment.clone());
        self.now = now;
        self.random = random;
    }

    /// Begins a call that goes on with an answer: with its request, time and random numbers, and what it saw of the buckets,
    /// which it may change for itself alone.
    pub(crate) fn begin_piece(&mut self, seen: Unit) {
        self.forget();
        self.budget = Budget::call(&self.identity.bounds);
        self.unit = Some(seen);
        self.call = self.call.wrapping_add(1);
    }

    /// Begins a call on another plugin's behalf: with what is left of its budget, and its work in progress.
    pub(crate) fn begin_for(&mut self, caller: &mut Self) -> Option<u32> {
        self.forget();
        self.budget = caller.budget.lend();
        self.request = caller.request.clone();
        self.unit = caller.unit.take();
        self.now = caller.now;
        self.random = caller.random.clone();
        self.staged_bytes = caller.staged_bytes;
        self.environment = caller.environment.clone();
        self.surroundings = caller.surroundings.clone();
        self.handle()
    }

    /// Nothing of the call before is left, and a new one begins.
    fn forget(&mut self) {
        self.holdings.begin();
        self.reads.forget();
        self.printed.forget();
        self.staged_bytes = 0;
        self.fetches = 0;
        self.lent_instructions = 0;
    }

    fn handle(&mut self) -> Option<u32> {
        self.call = self.call.wrapping_add(1);
        self.request.as_ref()?;
        self.requests_held += 1;
        Some(self.call)
    }

    /// Whose environment the call works in. Absent: it is a call of `configure`.
    pub(crate) fn environment(&self) -> Option<&EnvironmentName> {
        self.unit.as_ref().map(|unit| &unit.scope().environment).or(self.environment.as_ref())
    }

    /// Ends a call and gives its effects back. Nothing of the call stays behind.
    pub(crate) fn end(&mut self) -> Option<Unit> {
        self.print_rest();
        self.request = None;
        self.upstream = None;
        self.surroundings = None;
        self.reads.forget();
        self.unit.take()
    }
}
