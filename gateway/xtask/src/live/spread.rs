//! What was measured several times.

use std::{fmt, time::Duration};

/// A median, shown with the least and the most.
pub(super) struct Spread {
    pub(super) median: Duration,
    range: [Duration; 2],
}

// === impl Spread ===

impl Spread {
    pub(super) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |index: usize| times.get(index).copied().unwrap_or_default();
        Self { median: at(times.len() / 2), range: [at(0), at(times.len().saturating_sub(1))] }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, most] = self.range;
        write!(f, "{:.1?} ({least:.1?}-{most:.1?})", self.median)
    }
}
