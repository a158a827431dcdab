//! What happens at times beside callbacks: calls that somebody asked for again and again. Whoever moves the clock goes through
//! them as through what is due, so that the same steps make the same calls.

use std::sync::{Arc, OnceLock};

use ringback_model::{
    ports::BoxFuture,
    time::{Clock as _, Timestamp},
};

use crate::engine::{Engine, Shared};

/// Work that comes due at times of its own.
pub trait Ticks: Send + Sync + 'static {
    /// When the next is due. Absent: nothing is.
    fn next(&self) -> Option<Timestamp>;

    /// Does all that is due at a time, at most a moment of work: callbacks wait meanwhile. What is due next is later.
    fn tick(&self, now: Timestamp) -> BoxFuture<'_, ()>;
}

/// The work of one engine. Absent: it has none.
pub(crate) type Slot = OnceLock<Arc<dyn Ticks>>;

// === impl Engine ===

impl Engine {
    /// Does work at its times from now on, beside sending callbacks. The first one counts.
    pub fn tick_with(&self, ticks: Arc<dyn Ticks>) {
        let _ = self.shared.ticks.set(ticks);
        self.look_again();
    }

    /// Looks at what is due next: it may have come earlier.
    pub fn look_again(&self) {
        self.shared.due_moved.notify_one();
    }
}

// === impl Shared ===

impl Shared {
    /// When work other than callbacks is due. Absent: none is.
    pub(crate) fn next_tick(&self) -> Option<Timestamp> {
        self.ticks.get()?.next()
    }

    /// Does the work that is due. The driver's lock is the caller's to hold.
    pub(crate) async fn tick(&self) {
        let now = self.ports.clock.now();
        if let Some(ticks) = self.ticks.get()
            && ticks.next().is_some_and(|next| next <= now)
        {
            ticks.tick(now).await;
        }
    }
}
