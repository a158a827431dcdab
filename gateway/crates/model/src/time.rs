//! The gateway's time. Delays, latencies, the journal and plugins all ask one [`Clock`], which an operator or a test can
//! freeze and advance; nothing else in the gateway reads the system's clock.

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer};

use crate::ports::BoxFuture;

/// A point in the gateway's time: microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(u64);

/// 9999-12-30T22:00:00Z, the latest that can be written in RFC 3339 with any offset.
const LATEST_MICROS: u64 = 253_402_207_200_000_000;

impl Timestamp {
    /// A point given in microseconds since the Unix epoch; later than the end of the year 9999 becomes that.
    pub const fn from_micros(micros: u64) -> Self {
        Self(if micros < LATEST_MICROS { micros } else { LATEST_MICROS })
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// This point moved later, at most to the end of the year 9999.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        let micros = u64::try_from(by.as_micros()).unwrap_or(u64::MAX);
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// The time from an earlier point to this one; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with microseconds: `2026-11-21T19:38:42.000000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = i64::try_from(self.0).unwrap_or(i64::MAX);
        match jiff::Timestamp::from_microsecond(micros) {
            Ok(time) => write!(f, "{time:.6}"),
            Err(_) => write!(f, "{micros}us"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The one source of time.
pub trait Clock: Send + Sync + 'static {
    /// The gateway's time now. Never goes back.
    fn now(&self) -> Timestamp;

    /// Returns when the gateway's time has reached `deadline`: at once when it has. While the clock is frozen it waits for
    /// an `advance`. Cancel safe.
    fn sleep_until(&self, deadline: Timestamp) -> BoxFuture<'_, ()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_written_in_rfc_3339_and_never_overflows() {
        let start = Timestamp::from_micros(1_795_289_922_000_001);
        assert_eq!(start.to_string(), "2026-11-21T19:38:42.000001Z");
        assert_eq!(start.after(Duration::from_secs(10)).since(start), Duration::from_secs(10));
        assert_eq!(start.after(Duration::MAX).to_string(), "9999-12-30T22:00:00.000000Z");
        assert_eq!(start.since(start.after(Duration::from_secs(1))), Duration::ZERO);
    }
}
