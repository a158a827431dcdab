//! Callbacks: sent when they are due, tried again as their policy says, never lost.
//!
//! The life of one: a commit puts it in the store's queue and wakes the [`due_loop`]; when its time has come it is
//! claimed with a lease and becomes a flight ([`in_flight`]); an [`attempt`] asks its policy what to send, hands that to
//! the courier and asks the policy what the answer means; the [`verdict`], within the gateway's limits, is settled in one
//! commit together with what follows from it; the journal hears of it. While an operator moves the clock, the
//! [`timeline`] claims in the loop's place. Whoever claims holds the driver's lock, so there is one of them at a time.

mod attempt;
mod due_loop;
mod engine;
mod in_flight;
mod pause;
mod policy;
mod ticks;
mod timeline;
mod told;
mod verdict;

pub use engine::{Engine, Policies, Ports};
pub use ticks::Ticks;
pub use timeline::{Ran, Summary, Timeline};
pub use told::{Telling, Untold};
