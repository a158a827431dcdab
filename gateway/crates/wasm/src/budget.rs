//! What one call, and one instance, may use up. wasmtime asks before memory or a table grows; the epoch callback and the
//! host functions count the rest.
//!
//! Memory and table are sums over everything in the instance, since wasmtime's own limits hold for each memory alone.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use ringback_model::limits;
use wasmtime::ResourceLimiter;

use crate::{
    busy::{Ran, Since},
    lane::{self, Found},
};

/// Time that `configure` and `compile` may at least keep a core busy: they run once, and read everything that the operator
/// wrote.
pub(crate) const SETUP_CPU_MAX: Duration = Duration::from_secs(2);
/// Time that they may at least take: they run on threads that give way to all others.
const SETUP_WALL_MAX: Duration = Duration::from_secs(30);
/// What a log line costs beside its text, so that empty lines come to an end too.
pub(crate) const LOG_LINE_COST_BYTES: usize = 32;

/// What the operator lets one instance and one call of a plugin use up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// All linear memories of an instance together.
    pub(crate) memory_max_bytes: usize,
    /// Time that a call may keep a core busy.
    pub(crate) cpu_max: Duration,
    /// Time that a call may take, waiting included.
    pub(crate) wall_max: Duration,
    /// Host functions that a call may call.
    pub(crate) host_calls_max: u32,
    /// Time that a call waits for its turn.
    pub(crate) queue_max: Duration,
    /// Whether its instructions are counted.
    pub(crate) counts_instructions: bool,
}

/// What a call has left.
#[derive(Debug)]
pub(crate) struct Budget {
    cpu_max: Duration,
    /// When the call began.
    began: Instant,
    /// Time that the guest ran, up to `resumed`.
    cpu: Duration,
    /// When the guest last began to run.
    resumed: Since,
    /// Set when the guest comes back from its last yield. Absent: no tick has found it running.
    back: Option<Arc<OnceLock<Since>>>,
    host_calls_max: u32,
    host_calls: u32,
    /// Log bytes.
    pub(crate) log_bytes: usize,
}

/// A call's host calls are used up: so many.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} host calls in one call")]
pub(crate) struct HostCallsSpent(pub(crate) u32);

/// What an instance holds, and the first limit that it ran into.
#[derive(Debug)]
pub(crate) struct Holdings {
    memory_bytes: usize,
    /// What it was when the instance was made.
    born_bytes: usize,
    memory_max_bytes: usize,
    table_elements: usize,
    refused: Option<Refused>,
}

/// Growth that was refused. The guest sees a failed allocation and usually gives up with a trap, which this explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Of memory.
    Memory,
    /// Of a table.
    Table,
}

// === impl Bounds ===

impl Bounds {
    /// The same for `configure` and `compile`, which run once and may have to wait for a core while they do.
    pub(crate) fn setup(&self) -> Self {
        Self { wall_max: self.wall_max.max(SETUP_WALL_MAX), ..*self }
    }
}

/// What a guest does that a tick has found running.
pub(crate) enum Tick<F> {
    /// Ends: its time is used up.
    Spent,
    /// Goes on at once.
    GoOn,
    /// Goes on after this, which lets others have the thread.
    LetOthersRun(F),
}

// === impl Budget ===

impl Budget {
    /// What a call begins with.
    pub(crate) fn call(bounds: &Bounds) -> Self {
        Self::of(bounds.cpu_max, bounds.host_calls_max)
    }

    /// What `configure` and `compile` begin with.
    pub(crate) fn setup(bounds: &Bounds) -> Self {
        Self::of(bounds.cpu_max.max(SETUP_CPU_MAX), bounds.host_calls_max)
    }

    /// What is left of it, for a plugin that works on this one's behalf.
    pub(crate) fn lend(&self) -> Self {
        let lent = Self::of(self.cpu_max.saturating_sub(self.cpu()), self.host_calls_max);
        Self { began: self.began, host_calls: self.host_calls, log_bytes: self.log_bytes, ..lent }
    }

    /// Takes back what was lent `time` ago. Of that time only what the other plugin was busy counts.
    pub(crate) fn take_back(&mut self, lent: &Self, time: Duration) {
        self.host_calls = lent.host_calls;
        self.log_bytes = lent.log_bytes;
        self.waited(time);
        self.cpu += lent.cpu();
    }

    fn of(cpu_max: Duration, host_calls_max: u32) -> Self {
        Self {
            cpu_max,
            began: Instant::now(),
            cpu: Duration::ZERO,
            // Most calls on the front end before the first tick, and are not worth a system call.
            resumed: if lane::is_front() { Since::now() } else { Since::now_on_this_thread() },
            back: None,
            host_calls_max,
            host_calls: host_calls_max,
            log_bytes: limits::CALL_LOG_MAX_BYTES,
        }
    }

    /// The time that the guest may keep a core busy.
    pub(crate) fn cpu_max(&self) -> Duration {
        self.cpu_max
    }

    /// The time that the guest has kept a core busy, up to now.
    pub(crate) fn cpu(&self) -> Duration {
        let back = self.back.as_ref().and_then(|back| back.get().copied());
        self.cpu + back.map_or(self.resumed, |back| self.resumed.later(back)).busy()
    }

    /// The time since the call began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Host functions that the guest has called.
    pub(crate) fn host_calls(&self) -> u32 {
        self.host_calls_max - self.host_calls
    }

    /// Takes note that a tick found the guest running. One tick alone never ends a call: it may have found a thread that the
    /// kernel had put aside.
    pub(crate) fn tick(&mut self) -> Tick<impl Future<Output = ()> + Send + use<>> {
        let first = self.back.is_none();
        if let Some(back) = self.back.take().and_then(|back| back.get().copied()) {
            self.resumed = self.resumed.later(back);
        }
        let Ran { busy, put_aside } = self.resumed.ran();
        self.cpu += busy;
        let found = lane::found_running(self.cpu, put_aside);
        if self.cpu >= self.cpu_max && !first {
            return Tick::Spent;
        }
        self.resumed = Since::now_on_this_thread();
        if found == Found::GoesOn {
            self.back = Some(Arc::new(OnceLock::from(self.resumed)));
            return Tick::GoOn;
        }
        let back = Arc::new(OnceLock::new());
        self.back = Some(Arc::clone(&back));
        Tick::LetOthersRun(async move {
            tokio::task::yield_now().await;
            // Set once, by the only future that has it.
            let _ = back.set(Since::now_on_this_thread());
        })
    }

    /// Takes note that the guest did not run for so long.
    pub(crate) fn waited(&mut self, time: Duration) {
        if let Some(back) = self.back.as_ref().and_then(|back| back.get().copied()) {
            self.resumed = self.resumed.later(back);
        }
        self.resumed.waited(time);
    }

    /// Takes note of a host call.
    pub(crate) fn host_call(&mut self) -> wasmtime::Result<()> {
        match self.host_calls.checked_sub(1) {
            Some(left) => {
                self.host_calls = left;
                Ok(())
            }
            None => Err(HostCallsSpent(self.host_calls_max).into()),
        }
    }
}

// === impl Holdings ===

impl Holdings {
    /// Nothing yet, of at most so much memory.
    pub(crate) fn new(memory_max_bytes: usize) -> Self {
        Self { memory_bytes: 0, born_bytes: 0, memory_max_bytes, table_elements: 0, refused: None }
    }

    /// The linear memories together, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    /// Takes note that the instance is made.
    pub(crate) fn is_born(&mut self) {
        self.born_bytes = self.memory_bytes;
    }

    /// Whether the instance has taken more than half of what it could take since it was made: wasm memory never shrinks. A
    /// language that brings a large heap along has not grown by that.
    pub(crate) fn is_grown(&self) -> bool {
        self.memory_bytes - self.born_bytes > (self.memory_max_bytes - self.born_bytes) / 2
    }

    /// The most that the linear memories may be, in bytes.
    pub(crate) fn memory_max_bytes(&self) -> usize {
        self.memory_max_bytes
    }

    /// The first limit that growth ran into since the last call began.
    pub(crate) fn refused(&self) -> Option<Refused> {
        self.refused
    }

    /// Forgets what was refused: a new call begins.
    pub(crate) fn begin(&mut self) {
        self.refused = None;
    }

    fn refuse(&mut self, what: Refused) -> bool {
        self.refused.get_or_insert(what);
        false
    }
}

impl ResourceLimiter for Holdings {
    fn memory_growing(&mut self, current: usize, desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        let grown = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        if grown > self.memory_max_bytes {
            return Ok(self.refuse(Refused::Memory));
        }
        self.memory_bytes = grown;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _most: Option<usize>) -> wasmtime::Result<bool> {
        let grown = self.table_elements.saturating_add(desired.saturating_sub(current));
        if grown > limits::INSTANCE_TABLE_MAX_ELEMENTS {
            return Ok(self.refuse(Refused::Table));
        }
        self.table_elements = grown;
        Ok(true)
    }

    fn instances(&self) -> usize {
        crate::engine::CORE_INSTANCES_MAX as usize
    }

    fn tables(&self) -> usize {
        crate::engine::TABLES_MAX as usize
    }

    fn memories(&self) -> usize {
        crate::engine::MEMORIES_MAX as usize
    }
}
