//! Two lanes for calls. A call begins on the thread that took the request, where a quick one ends without a hand-over. One
//! that a tick finds still running after [`QUICK`] goes on in the slow lane, on threads that give way to all others, and for a
//! while the plugin's next calls begin there. So a plugin that computes, or spins, delays its own routes and no other.
//!
//! The kernel does the giving way (`nice`): when a request arrives it puts such a thread aside at once, in the middle of a
//! slice, which no yielding of the guest's could do. What the slow lane runs counts against the same limits.

use std::{
    cell::Cell,
    panic::resume_unwind,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use ringback_model::ports::BoxFuture;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};
use tracing::instrument::{Instrument as _, WithSubscriber as _};

/// A call that is over by then disturbs nobody; JavaScript and Python plugins mostly are.
pub(crate) const QUICK: Duration = Duration::from_millis(2);
/// How many calls of a plugin begin in the slow lane after one that had to go there.
const PROBATION_CALLS: u32 = 64;
/// How far the slow lane's threads stand back: the kernel gives them a tenth of a contended core.
const NICE: i32 = 10;

thread_local! {
    /// Set by a tick in the call that is polled on this thread: it has not been quick.
    static OVERRAN: Cell<bool> = const { Cell::new(false) };
}

/// Takes note that the call which runs on this thread has not been quick.
pub(crate) fn overran() {
    OVERRAN.set(true);
}

/// Makes this thread give way to all others. Where the system knows no such thing it stays as it is.
pub(crate) fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "a thread for slow plugins has the priority of all others");
    }
}

/// The threads of the slow lane, started when the first call needs them.
#[derive(Default)]
pub(crate) struct SlowLane(OnceLock<Option<Runtime>>);

/// A plugin's pace: how many of its next calls begin in the slow lane.
pub(crate) struct Pace {
    left: AtomicU32,
    slow: Arc<SlowLane>,
}

/// A call in one of the lanes. Dropping it ends the call.
pub(crate) enum Laned<T> {
    /// On the thread that polls it.
    Here(BoxFuture<'static, T>, Arc<Pace>),
    /// On the slow lane's threads.
    There(JoinHandle<T>),
}

// === impl SlowLane ===

impl SlowLane {
    fn runtime(&self) -> Option<&Runtime> {
        let start = || {
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(threads).thread_name("plugin-slow").on_thread_start(give_way).enable_time();
            builder
                .build()
                .inspect_err(|error| tracing::warn!(%error, "slow plugins have no threads of their own"))
                .ok()
        };
        self.0.get_or_init(start).as_ref()
    }
}

impl Drop for SlowLane {
    fn drop(&mut self) {
        // A runtime may not be waited for within another one.
        if let Some(runtime) = self.0.take().flatten() {
            runtime.shutdown_background();
        }
    }
}

// === impl Pace ===

impl Pace {
    /// Of a plugin whose slow calls go there.
    pub(crate) fn new(slow: &Arc<SlowLane>) -> Arc<Self> {
        Arc::new(Self { left: AtomicU32::new(0), slow: Arc::clone(slow) })
    }

    /// Whether a call begins in the slow lane.
    fn is_slow(&self) -> bool {
        let left = self.left.load(Ordering::Relaxed);
        // Two calls at once may count as one: it is about how often, not how many.
        left > 0 && {
            self.left.store(left - 1, Ordering::Relaxed);
            true
        }
    }

    fn was_slow(&self) {
        self.left.store(PROBATION_CALLS, Ordering::Relaxed);
    }
}

// === impl Laned ===

impl<T: Send + 'static> Laned<T> {
    /// A call of a plugin of that pace.
    pub(crate) fn new(call: BoxFuture<'static, T>, pace: &Arc<Pace>) -> Self {
        let runtime = if pace.is_slow() { pace.slow.runtime() } else { None };
        match runtime {
            Some(runtime) => Self::There(spawn(runtime, call)),
            None => Self::Here(call, Arc::clone(pace)),
        }
    }
}

/// Runs a call in the slow lane. What it logs belongs where the caller's lines do.
fn spawn<T: Send + 'static>(runtime: &Runtime, call: BoxFuture<'static, T>) -> JoinHandle<T> {
    runtime.spawn(call.in_current_span().with_current_subscriber())
}

impl<T: Send + 'static> Future for Laned<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Self::Here(call, pace) = &mut *self {
            OVERRAN.set(false);
            match call.as_mut().poll(cx) {
                Poll::Ready(output) => return Poll::Ready(output),
                Poll::Pending if !OVERRAN.take() => return Poll::Pending,
                Poll::Pending => {}
            }
            pace.was_slow();
            let Some(runtime) = pace.slow.runtime() else { return Poll::Pending };
            let call = std::mem::replace(call, Box::pin(std::future::pending()));
            *self = Self::There(spawn(runtime, call));
        }
        match &mut *self {
            Self::There(task) => Pin::new(task).poll(cx).map(|joined| match joined {
                Ok(output) => output,
                Err(ended) => match ended.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    // Only dropping this ends the task otherwise, and then nobody polls it.
                    Err(cancelled) => resume_unwind(Box::new(cancelled)),
                },
            }),
            Self::Here(..) => Poll::Pending,
        }
    }
}

impl<T> Drop for Laned<T> {
    fn drop(&mut self) {
        if let Self::There(task) = self {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says on which thread it was polled, the first time and the second.
    async fn twice(slowly: bool) -> [Option<String>; 2] {
        let name = || std::thread::current().name().map(str::to_owned);
        let first = name();
        if slowly {
            overran();
        }
        tokio::task::yield_now().await;
        [first, name()]
    }

    fn is_slow(name: &Option<String>) -> bool {
        name.as_deref() == Some("plugin-slow")
    }

    #[tokio::test]
    async fn a_slow_call_goes_on_in_the_slow_lane_and_the_next_ones_begin_there() {
        let pace = Pace::new(&Arc::default());
        let [first, second] = Laned::new(Box::pin(twice(true)), &pace).await;
        assert!(!is_slow(&first) && is_slow(&second), "{first:?} {second:?}");
        for _ in 0..PROBATION_CALLS {
            let [first, _] = Laned::new(Box::pin(twice(false)), &pace).await;
            assert!(is_slow(&first), "{first:?}");
        }
        let [first, second] = Laned::new(Box::pin(twice(false)), &pace).await;
        assert!(!is_slow(&first) && !is_slow(&second), "{first:?} {second:?}");
    }

    #[tokio::test]
    async fn a_quick_call_starts_no_threads() {
        let pace = Pace::new(&Arc::default());
        Laned::new(Box::pin(twice(false)), &pace).await;
        assert!(pace.slow.0.get().is_none());
    }

    #[tokio::test]
    async fn a_call_that_nobody_waits_for_ends() {
        let pace = Pace::new(&Arc::default());
        pace.was_slow();
        let (held, dropped) = tokio::sync::oneshot::channel::<()>();
        let call = Laned::new(
            Box::pin(async move {
                std::future::pending::<()>().await;
                drop(held);
            }),
            &pace,
        );
        drop(call);
        assert!(dropped.await.is_err());
    }

    #[tokio::test]
    #[should_panic(expected = "as asked")]
    async fn a_panic_is_the_callers() {
        let pace = Pace::new(&Arc::default());
        pace.was_slow();
        Laned::new(Box::pin(async { panic!("as asked") }), &pace).await;
    }
}
