//! The compiler, off the request path: on threads of its own, which give way to all others, within a time.
//!
//! Nothing can stop a compiler in the middle. A load that takes too long is given up, its work goes on to its end behind
//! the next one's, and what bounds it is the size of the file.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{RecvTimeoutError, sync_channel},
    time::Duration,
};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use ringback_threads::{give_way, run_when_idle};

use crate::error::Refusal;

/// A thread's stack: component types nest, and both the validator and the compiler follow them.
const STACK_BYTES: usize = 8 << 20;

/// A component of at most so many bytes is compiled in tens of milliseconds.
const SMALL_BYTES: u64 = 256 << 10;
/// A machine that has a moment to spare has one within this.
const IDLE_WITHIN: Duration = Duration::from_millis(20);

/// The threads. A small component that is dropped in again and again should not be noticed by others at all, so it is compiled
/// when nobody else wants the core, if there are such moments. A large one would not come to an end like that.
pub(crate) struct Loader {
    slow: ThreadPool,
    idle: ThreadPool,
}

impl Loader {
    /// Of each kind a thread for each core, and two at least: a small component must not wait for a large one.
    pub(crate) fn start() -> Result<Self, ThreadPoolBuildError> {
        Ok(Self { slow: pool("plugin-loader", give_way)?, idle: pool("plugin-idle-loader", run_when_idle)? })
    }

    /// Does the work of loading a file of that size and waits for it, at most so long. A panic in it is an error like any
    /// other.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        bytes: u64,
        time: Duration,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let threads = if bytes <= SMALL_BYTES && self.idles() { &self.idle } else { &self.slow };
        let (done, result) = sync_channel(1);
        threads.spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(work));
            // Nobody waits any more when the time is over.
            let _ = done.send(outcome.unwrap_or_else(|_| Err(Refusal::Internal("the compiler panicked".into()))));
        });
        match result.recv_timeout(time) {
            Ok(outcome) => outcome,
            Err(RecvTimeoutError::Timeout) => Err(Refusal::TimedOut(time)),
            Err(RecvTimeoutError::Disconnected) => Err(Refusal::Internal("the loader ended".into())),
        }
    }

    /// Whether the machine has moments to spare.
    fn idles(&self) -> bool {
        let (now, came) = sync_channel(1);
        // Nobody listens any more when it comes too late.
        self.idle.spawn(move || {
            let _ = now.send(());
        });
        came.recv_timeout(IDLE_WITHIN).is_ok()
    }
}

/// Offers this thread's core to whoever wants it: called between two steps of loading. Once the kernel has chosen a thread, if only
/// because it owed it something, it lets it go on until the next tick, milliseconds, though one that answers requests waits.
pub(crate) fn offer_core() {
    std::thread::yield_now();
}

fn pool(name: &'static str, on_start: fn()) -> Result<ThreadPool, ThreadPoolBuildError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let builder = ThreadPoolBuilder::new().num_threads(cores.max(2)).stack_size(STACK_BYTES);
    builder.start_handler(move |_| on_start()).thread_name(move |n| format!("{name}-{n}")).build()
}
