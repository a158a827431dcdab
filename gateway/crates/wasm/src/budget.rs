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

/// Time that `configure` and `compile` may keep a core busy: they run once, and read everything that the operator wrote.
pub(crate) const SETUP_CPU_MAX: Duration = Duration::from_secs(2);
/// What a log line costs beside its text, so that empty lines come to an end too.
pub(crate) const LOG_LINE_COST_BYTES: usize = 32;

/// What a call has left.
#[derive(Debug)]
pub(crate) struct Budget {
    cpu_max: Duration,
    /// Time that the guest ran, up to `resumed`.
    cpu: Duration,
    /// When the guest last began to run.
    resumed: Instant,
    /// Set when the guest comes back from its last yield. Absent: no tick has found it running.
    back: Option<Arc<OnceLock<Instant>>>,
    host_calls: u32,
    /// Log bytes.
    pub(crate) log_bytes: usize,
}

/// A call's host calls are used up.
#[derive(Debug, thiserror::Error)]
#[error("more than {} host calls in one call", limits::CALL_HOST_CALLS_MAX)]
pub(crate) struct HostCallsSpent;

/// What an instance holds, and the first limit that it ran into.
#[derive(Debug)]
pub(crate) struct Holdings {
    memory_bytes: usize,
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

// === impl Budget ===

impl Budget {
    /// What a call begins with.
    pub(crate) fn call() -> Self {
        Self::of(limits::CALL_CPU_MAX)
    }

    /// What `configure` and `compile` begin with.
    pub(crate) fn setup() -> Self {
        Self::of(SETUP_CPU_MAX)
    }

    fn of(cpu_max: Duration) -> Self {
        Self {
            cpu_max,
            cpu: Duration::ZERO,
            resumed: Instant::now(),
            back: None,
            host_calls: limits::CALL_HOST_CALLS_MAX,
            log_bytes: limits::CALL_LOG_MAX_BYTES,
        }
    }

    /// The time that the guest may keep a core busy.
    pub(crate) fn cpu_max(&self) -> Duration {
        self.cpu_max
    }

    /// Takes note that a tick found the guest running and makes it let others run. Absent: its time is used up. One tick
    /// alone never ends a call: it may have found a thread that the kernel had put aside.
    pub(crate) fn tick(&mut self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let first = self.back.is_none();
        if let Some(back) = self.back.take().and_then(|back| back.get().copied()) {
            self.resumed = self.resumed.max(back);
        }
        self.cpu += self.resumed.elapsed();
        if self.cpu >= self.cpu_max && !first {
            return None;
        }
        let back = Arc::new(OnceLock::new());
        self.resumed = Instant::now();
        self.back = Some(Arc::clone(&back));
        Some(async move {
            tokio::task::yield_now().await;
            // Set once, by the only future that has it.
            let _ = back.set(Instant::now());
        })
    }

    /// Takes note that the guest did not run for so long.
    pub(crate) fn waited(&mut self, time: Duration) {
        self.resumed += time;
    }

    /// Takes note of a host call.
    pub(crate) fn host_call(&mut self) -> wasmtime::Result<()> {
        match self.host_calls.checked_sub(1) {
            Some(left) => {
                self.host_calls = left;
                Ok(())
            }
            None => Err(HostCallsSpent.into()),
        }
    }
}

// === impl Holdings ===

impl Holdings {
    /// Nothing yet, of at most so much memory.
    pub(crate) fn new(memory_max_bytes: usize) -> Self {
        Self { memory_bytes: 0, memory_max_bytes, table_elements: 0, refused: None }
    }

    /// The linear memories together, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes
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
