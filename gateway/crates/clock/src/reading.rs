//! What the clock shows, in one word that is read without a lock.
//!
//! The two low bits say how to read the rest. `STOPPING` exists for the instant in which the clock is being frozen: a
//! reader that took its time before then must not return it afterwards, when others have already seen the earlier time at
//! which the clock stands still.

use std::sync::atomic::{AtomicI64, Ordering};

/// What the clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The gateway's time at the clock's origin, in microseconds; less than 0 when it runs behind its origin. The time
    /// since the origin is added to it.
    Running(i64),
    /// The time at which it stands still, in microseconds.
    Frozen(i64),
    /// It is being frozen: wait for whoever does it.
    Stopping,
}

/// A [`Reading`] that changes under the reader's eyes.
#[derive(Debug)]
pub(crate) struct ReadingCell(AtomicI64);

const KIND_BITS: u32 = 2;
const KIND_MASK: i64 = 0b11;
const RUNNING: i64 = 0b00;
const FROZEN: i64 = 0b01;
const STOPPING: i64 = 0b10;

// === impl Reading ===

impl Reading {
    /// Microseconds up to the end of the year 9999 take 58 bits, so the shift loses nothing.
    fn pack(self) -> i64 {
        match self {
            Self::Running(micros) => (micros << KIND_BITS) | RUNNING,
            Self::Frozen(micros) => (micros << KIND_BITS) | FROZEN,
            Self::Stopping => STOPPING,
        }
    }

    fn unpack(packed: i64) -> Self {
        let micros = packed >> KIND_BITS;
        match packed & KIND_MASK {
            RUNNING => Self::Running(micros),
            FROZEN => Self::Frozen(micros),
            _ => Self::Stopping,
        }
    }
}

// === impl ReadingCell ===

impl ReadingCell {
    pub(crate) fn new(reading: Reading) -> Self {
        Self(AtomicI64::new(reading.pack()))
    }

    pub(crate) fn load(&self) -> Reading {
        Reading::unpack(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn store(&self, reading: Reading) {
        self.0.store(reading.pack(), Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_keeps_its_kind_and_its_time() {
        for micros in [0, 1, -1, -5_000_000, 1_795_289_922_000_001, 253_402_207_200_000_000] {
            for reading in [Reading::Running(micros), Reading::Frozen(micros), Reading::Stopping] {
                assert_eq!(ReadingCell::new(reading).load(), reading);
            }
        }
    }
}
