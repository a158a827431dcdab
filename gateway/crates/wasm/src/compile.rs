//! The compiler, off the request path: on threads of its own, which give way to all others, within a time.
//!
//! Nothing can stop a compiler in the middle. A load that takes too long is given up, its work goes on to its end behind
//! the next one's, and what bounds it is the size of the file.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{RecvTimeoutError, sync_channel},
    time::Duration,
};

use crate::{error::Refusal, lane};

/// A thread's stack: component types nest, and both the validator and the compiler follow them.
const STACK_BYTES: usize = 8 << 20;

/// The threads.
pub(crate) struct Loader(rayon::ThreadPool);

impl Loader {
    /// A thread for each core, and two at least: a small component must not wait for a large one.
    pub(crate) fn start() -> Result<Self, rayon::ThreadPoolBuildError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let builder = rayon::ThreadPoolBuilder::new().num_threads(cores.max(2)).stack_size(STACK_BYTES);
        // A component that is dropped in must not take the cores from requests.
        let builder = builder.start_handler(|_| lane::give_way());
        builder.thread_name(|n| format!("plugin-loader-{n}")).build().map(Self)
    }

    /// Does a load's work and waits for it, at most so long. A panic in it is an error like any other.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        time: Duration,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (done, result) = sync_channel(1);
        self.0.spawn(move || {
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
}
