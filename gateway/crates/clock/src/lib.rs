//! The gateway's one clock.
//!
//! [`GatewayClock`] follows the system's clock from where it stood at start, or stands still until somebody moves it.
//! Requests read it several times each, so reading takes no lock ([`reading`]); who waits for a time is on a list
//! ([`sleepers`]), so that whoever moves the clock knows the next time at which something happens and never jumps over
//! it. Invariant: the clock never goes back. Time is in microseconds.

mod clock;
mod reading;
mod sleepers;

pub use clock::{ClockState, GatewayClock};
pub use sleepers::SleeperId;
