//! Three lanes for calls. One begins on the thread that took the request, where a quick one ends without a hand-over. A call
//! that a tick finds still running after [`QUICK`] goes on in the slow lane, one that has used up [`MODEST`] in the heavy
//! lane, and for a while the plugin's next calls begin there. So a plugin that computes, or spins, delays its own routes and
//! no other.
//!
//! The kernel does the giving way. Threads of the slow lane have a lower priority (`nice`): a core that is never idle gives
//! them a tenth, and whoever has a request to answer then waits for the end of a slice, milliseconds. Threads of the heavy
//! lane are idle ones (`SCHED_IDLE`): they get what nobody wants, and are put aside at once. On a machine that never idles
//! they would stand still, so a call that was put aside for [`PUT_ASIDE_MAX`] goes back to the slow lane, and others stay
//! there for the time being. What the lanes run counts against the same limits.

mod threads;

use std::{
    cell::Cell,
    panic::resume_unwind,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use ringback_model::ports::BoxFuture;
use tokio::{runtime::Runtime, task::JoinHandle};
use tracing::instrument::{Instrument as _, WithSubscriber as _};

pub(crate) use self::threads::Lanes;

/// A call that is over by then disturbs nobody; JavaScript and Python plugins mostly are.
const QUICK: Duration = Duration::from_millis(2);
/// A call that is over by then is worth a share of a contended core.
const MODEST: Duration = Duration::from_millis(20);
/// For how long a call may stand still in the heavy lane. A machine that idles at all has come to it by then.
const PUT_ASIDE_MAX: Duration = Duration::from_millis(250);
/// How many calls of a plugin begin in a lane after the last one that belonged there.
const PROBATION_CALLS: u32 = 64;

/// Where a call runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// Where requests are taken and answered.
    Front,
    Slow,
    Heavy,
}

thread_local! {
    /// The lane of this thread.
    static LANE: Cell<Lane> = const { Cell::new(Lane::Front) };
    /// Set by a tick in the call that is polled on this thread: where it belongs.
    static BELONGS: Cell<Option<Lane>> = const { Cell::new(None) };
}

/// Whether this thread takes requests, and may not be kept.
pub(crate) fn is_front() -> bool {
    LANE.get() == Lane::Front
}

/// What becomes of a call that a tick has found running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// It goes on at once: in the slow lane calls come one after the other, so that the first of many shows soon whether they
    /// are heavy.
    GoesOn,
    /// It lets others have its thread, or goes on in another lane.
    Yields,
}

/// Takes note of what a tick found: how long the call that runs on this thread has computed, and for how long the kernel has
/// just put it aside.
pub(crate) fn found_running(computed: Duration, put_aside: Duration) -> Found {
    let lane = LANE.get();
    let belongs = match lane {
        Lane::Heavy if put_aside >= PUT_ASIDE_MAX => Some(Lane::Slow),
        Lane::Slow | Lane::Heavy if computed >= MODEST => Some(Lane::Heavy),
        Lane::Front | Lane::Slow if computed >= QUICK => Some(Lane::Slow),
        _ => None,
    };
    BELONGS.set(belongs);
    if lane == Lane::Slow && belongs != Some(Lane::Heavy) { Found::GoesOn } else { Found::Yields }
}

/// The pace of a plugin, or of a template: how many of its next calls begin in which lane.
pub(crate) struct Pace {
    slow: AtomicU32,
    heavy: AtomicU32,
    lanes: Arc<Lanes>,
}

/// A call in one of the lanes. Dropping it ends the call.
pub(crate) enum Laned<T> {
    /// On the thread that polls it.
    Here(BoxFuture<'static, T>, Arc<Pace>),
    /// On a thread of another lane.
    There(JoinHandle<T>),
}

// === impl Pace ===

impl Pace {
    /// Of a plugin whose calls have these lanes.
    pub(crate) fn new(lanes: &Arc<Lanes>) -> Arc<Self> {
        Arc::new(Self { slow: AtomicU32::new(0), heavy: AtomicU32::new(0), lanes: Arc::clone(lanes) })
    }

    /// The threads that the next call begins on. Absent: it begins where it was asked for.
    fn first(&self) -> Option<&Runtime> {
        let (heavy, slow) = (take_one(&self.heavy), take_one(&self.slow));
        let threads = if heavy { self.lanes.heavy() } else { None };
        threads.or_else(|| if heavy || slow { self.lanes.slow() } else { None })
    }

    /// Takes note of where a call on this thread belongs, and finds the threads that it changes to. Absent: it stays.
    fn belongs(&self, to: Lane) -> Option<&Runtime> {
        let from = LANE.get();
        match (from, to) {
            (Lane::Heavy, Lane::Slow) => self.lanes.found_standing_still(),
            (_, Lane::Slow) => self.slow.store(PROBATION_CALLS, Ordering::Relaxed),
            (_, Lane::Heavy) => self.heavy.store(PROBATION_CALLS, Ordering::Relaxed),
            (_, Lane::Front) => {}
        }
        match to {
            Lane::Slow if from != to => self.known_as_heavy().or_else(|| self.lanes.slow()),
            Lane::Heavy if from != to => self.lanes.heavy(),
            _ => None,
        }
    }

    /// The heavy lane, where one of the calls belonged there of late: another that is not quick need not prove it.
    fn known_as_heavy(&self) -> Option<&Runtime> {
        if self.heavy.load(Ordering::Relaxed) > 0 { self.lanes.heavy() } else { None }
    }

    /// The threads where a call that has waited in this thread's lane had better go on. Absent: here.
    fn better(&self) -> Option<&Runtime> {
        match LANE.get() {
            Lane::Front => None,
            Lane::Slow => self.known_as_heavy(),
            Lane::Heavy if self.lanes.heavy_stands_still() => self.lanes.slow(),
            Lane::Heavy => None,
        }
    }
}

/// Counts down. Two at once may count as one: it is about how often, not how many.
fn take_one(left: &AtomicU32) -> bool {
    let now = left.load(Ordering::Relaxed);
    now > 0 && {
        left.store(now - 1, Ordering::Relaxed);
        true
    }
}

// === impl Laned ===

impl<T: Send + 'static> Laned<T> {
    /// A call of a plugin of that pace.
    pub(crate) fn new(call: BoxFuture<'static, T>, pace: &Arc<Pace>) -> Self {
        let here = Self::Here(call, Arc::clone(pace));
        match pace.first() {
            Some(threads) => Self::There(spawn(threads, here)),
            None => here,
        }
    }
}

/// Runs a call in a lane. What it logs belongs where the caller's lines do.
fn spawn<T: Send + 'static>(threads: &Runtime, call: Laned<T>) -> JoinHandle<T> {
    threads.spawn(call.in_current_span().with_current_subscriber())
}

impl<T: Send + 'static> Future for Laned<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Self::Here(call, pace) = &mut *self {
            let mut threads = pace.better();
            if threads.is_none() {
                BELONGS.set(None);
                let polled = call.as_mut().poll(cx);
                threads = BELONGS.take().and_then(|lane| pace.belongs(lane));
                if let Poll::Ready(output) = polled {
                    return Poll::Ready(output);
                }
            }
            // A call that a tick has found has asked to be polled again: here, where there is no better place.
            let Some(threads) = threads else { return Poll::Pending };
            let call = std::mem::replace(call, Box::pin(std::future::pending()));
            let task = spawn(threads, Self::Here(call, Arc::clone(pace)));
            *self = Self::There(task);
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
mod tests;
