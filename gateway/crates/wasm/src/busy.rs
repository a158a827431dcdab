//! How long a guest has kept a core busy since a moment. Wall time is cheap to read and counts too much where the kernel puts
//! the thread aside; the thread's own CPU time costs a system call. So a call on a thread that takes requests begins with the
//! first, and from its first tick on, milliseconds later, the lesser of the two counts.

use std::{
    thread::ThreadId,
    time::{Duration, Instant},
};

/// A moment at which a guest began to run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    at: Instant,
    /// The thread that it runs on, and the CPU time which that had used. Absent: nobody looked.
    thread: Option<(ThreadId, Duration)>,
}

/// What the time since a moment went into.
pub(crate) struct Ran {
    /// The guest kept a core busy.
    pub(crate) busy: Duration,
    /// The kernel let others have it.
    pub(crate) put_aside: Duration,
}

// === impl Since ===

impl Since {
    /// Now, by the wall clock alone.
    pub(crate) fn now() -> Self {
        Self { at: Instant::now(), thread: None }
    }

    /// Now, by the thread's CPU time too.
    pub(crate) fn now_on_this_thread() -> Self {
        Self { thread: thread_cpu().map(|used| (std::thread::current().id(), used)), ..Self::now() }
    }

    /// The later of two moments.
    pub(crate) fn later(self, other: Self) -> Self {
        if other.at > self.at { other } else { self }
    }

    /// Takes note that the guest did not run for so long.
    pub(crate) fn waited(&mut self, time: Duration) {
        self.at += time;
    }

    /// How long the guest has kept a core busy.
    pub(crate) fn busy(&self) -> Duration {
        self.ran().busy
    }

    /// How the guest fared.
    pub(crate) fn ran(&self) -> Ran {
        let wall = self.at.elapsed();
        // Between the two a guest changes threads only while it waits, and then the wall clock alone knows.
        let same = self.thread.filter(|(thread, _)| *thread == std::thread::current().id());
        let busy = same.and_then(|(_, used)| thread_cpu()?.checked_sub(used)).map_or(wall, |busy| wall.min(busy));
        Ran { busy, put_aside: wall.saturating_sub(busy) }
    }
}

/// CPU time that this thread has used. Absent: the system does not tell.
fn thread_cpu() -> Option<Duration> {
    #[cfg(target_os = "linux")]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
    }
    #[cfg(not(target_os = "linux"))]
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a thread that is put aside, as the kernel does it")]
    fn time_in_which_the_thread_is_put_aside_does_not_count() {
        let (by_thread, by_wall) = (Since::now_on_this_thread(), Since::now());
        std::thread::sleep(Duration::from_millis(20));
        assert!(by_wall.busy() >= Duration::from_millis(20));
        if cfg!(target_os = "linux") {
            assert!(by_thread.busy() < by_wall.busy());
        }
    }
}
