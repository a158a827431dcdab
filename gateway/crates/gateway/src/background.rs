//! What goes on beside the requests: documents that are read again, plugins that are loaded, folders that are watched, the log.
//! It has threads of its own, which never interrupt those that answer (`ringback_threads`), and so has whatever blocks for its
//! sake. A request's thread that handed such work to a thread like itself would lose its core to that one.

use std::sync::OnceLock;

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinError,
};

/// Who makes a large document ready, hundreds of milliseconds, does not hold up the log.
const WORKERS: usize = 2;
/// Files that are read and digests that are made at once.
const BLOCKING_MAX: usize = 16;

/// The threads, started with the first task.
pub struct Background {
    runtime: OnceLock<Option<Runtime>>,
    /// Where tasks run on a system that gives no more threads.
    instead: Handle,
}

// === impl Background ===

impl Background {
    /// Beside a runtime that answers requests.
    pub fn of(front: Handle) -> Self {
        Self { runtime: OnceLock::new(), instead: front }
    }

    /// Does work to its end, whether or not anybody waits for it.
    ///
    /// # Errors
    /// It panicked, or the gateway ended meanwhile.
    pub async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, JoinError> {
        self.handle().spawn(work).await
    }

    /// Where its tasks run.
    pub fn handle(&self) -> &Handle {
        let refused = |error: &std::io::Error| tracing::warn!(%error, "no threads for the background");
        let runtime = self.runtime.get_or_init(|| start().inspect_err(refused).ok());
        runtime.as_ref().map_or(&self.instead, Runtime::handle)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // A runtime may not be waited for within another one.
        if let Some(runtime) = self.runtime.take().flatten() {
            runtime.shutdown_background();
        }
    }
}

fn start() -> std::io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(WORKERS).max_blocking_threads(BLOCKING_MAX).enable_all();
    builder.thread_name("background").on_thread_start(ringback_threads::never_interrupt).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread() -> Option<String> {
        std::thread::current().name().map(str::to_owned)
    }

    #[tokio::test]
    async fn work_and_what_blocks_for_its_sake_run_on_threads_of_their_own() {
        let background = Background::of(Handle::current());
        let names = background.run(async { (thread(), tokio::task::spawn_blocking(thread).await.unwrap()) }).await;
        assert_eq!(names.unwrap(), (Some("background".into()), Some("background".into())));
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_the_next_is_done() {
        let background = Background::of(Handle::current());
        assert!(background.run(async { panic!("as it should") }).await.is_err_and(|error| error.is_panic()));
        assert_eq!(background.run(async { 1 }).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn its_end_waits_for_nothing() {
        let background = Background::of(Handle::current());
        background.handle().spawn(std::future::pending::<()>());
    }
}
