//! The threads of the lanes.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ringback_threads::{give_way, run_when_idle};
use tokio::runtime::{Builder, Runtime};

use super::{LANE, Lane};

/// For how long the heavy lane is left alone once it was found standing still.
const LEFT_ALONE: Duration = Duration::from_secs(4);

/// The threads of the slow and of the heavy lane, each started when the first call needs them.
pub(crate) struct Lanes {
    slow: OnceLock<Option<Runtime>>,
    heavy: OnceLock<Option<Runtime>>,
    began: Instant,
    /// Until when the heavy lane is left alone, in milliseconds since then. 0: it is not.
    left_alone_until: AtomicU64,
}

// === impl Lanes ===

impl Lanes {
    pub(super) fn slow(&self) -> Option<&Runtime> {
        self.slow.get_or_init(|| threads("plugin-slow", Lane::Slow, give_way)).as_ref()
    }

    /// Absent: it stands still, or there is none.
    pub(super) fn heavy(&self) -> Option<&Runtime> {
        if self.heavy_stands_still() {
            return None;
        }
        self.heavy.get_or_init(|| threads("plugin-heavy", Lane::Heavy, run_when_idle)).as_ref()
    }

    /// Takes note that the kernel has left a call in the heavy lane aside.
    pub(super) fn found_standing_still(&self) {
        let until = self.began.elapsed() + LEFT_ALONE;
        self.left_alone_until.store(u64::try_from(until.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether somebody has found so of late.
    pub(super) fn heavy_stands_still(&self) -> bool {
        let until = self.left_alone_until.load(Ordering::Relaxed);
        until > 0 && self.began.elapsed() < Duration::from_millis(until)
    }

    #[cfg(test)]
    pub(super) fn started(&self) -> [bool; 2] {
        [self.slow.get().is_some(), self.heavy.get().is_some()]
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            slow: OnceLock::new(),
            heavy: OnceLock::new(),
            began: Instant::now(),
            left_alone_until: AtomicU64::new(0),
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        // A runtime may not be waited for within another one.
        for threads in [self.slow.take(), self.heavy.take()].into_iter().flatten().flatten() {
            threads.shutdown_background();
        }
    }
}

/// As many threads as there are cores.
fn threads(name: &str, lane: Lane, on_start: fn()) -> Option<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(std::thread::available_parallelism().map_or(1, usize::from)).thread_name(name).enable_time();
    builder.on_thread_start(move || {
        LANE.set(lane);
        on_start();
    });
    builder.build().inspect_err(|error| tracing::warn!(%error, lane = name, "plugins have no such threads")).ok()
}
