//! How many lines a plugin writes in a second. What a call may write is bounded by itself, but many calls make many lines, and
//! printing them takes longer than answering.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// Lines of one plugin that the log takes in a second. A person reads fewer.
const LINES_PER_SECOND: u64 = 200;

/// Counts the lines of the current second, of real time: it spares the terminal, whatever the gateway's clock shows.
#[derive(Debug)]
pub(crate) struct LinesPerSecond {
    began: Instant,
    second: AtomicU64,
    used: AtomicU64,
    left_out: AtomicU64,
}

// === impl LinesPerSecond ===

impl LinesPerSecond {
    pub(crate) fn new() -> Self {
        let zero = AtomicU64::default;
        Self { began: Instant::now(), second: zero(), used: zero(), left_out: zero() }
    }

    /// Whether there is room for another line; with how many had to be left out in seconds before.
    pub(crate) fn admit(&self) -> Option<u64> {
        self.admit_in(self.began.elapsed().as_secs())
    }

    fn admit_in(&self, second: u64) -> Option<u64> {
        let mut left_out = 0;
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.used.store(0, Ordering::Relaxed);
            left_out = self.left_out.swap(0, Ordering::Relaxed);
        }
        if self.used.fetch_add(1, Ordering::Relaxed) < LINES_PER_SECOND {
            return Some(left_out);
        }
        self.left_out.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_had_no_room_is_told_in_the_next_second() {
        let lines = LinesPerSecond::new();
        let admitted = (0..LINES_PER_SECOND + 7).filter(|_| lines.admit_in(0).is_some()).count();
        assert_eq!(admitted as u64, LINES_PER_SECOND);
        assert_eq!(lines.admit_in(3), Some(7));
        assert_eq!(lines.admit_in(3), Some(0));
    }
}
