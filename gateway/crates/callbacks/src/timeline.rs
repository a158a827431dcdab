//! The clock as an operator or a test moves it: through every due time on the way, in order, with nothing left undone.
//!
//! A step is one of four: claim one callback that is due and let it run until all is quiet; do work that is due beside them;
//! wake the one who has slept for a time on the way; move the clock to the next due time. Callbacks that appear meanwhile are taken as they come, so a
//! retry ladder of three days is some twenty steps. One attempt runs at a time, hence the same steps make the same journal.

use std::{sync::Arc, time::Duration};

use ringback_clock::{ClockState, GatewayClock};
use ringback_model::{
    callback::{Attempt, Callback, CallbackState},
    fault::StoreError,
    ids::{CallbackId, CallbackName},
    time::{Clock as _, Timestamp},
};
use serde::Serialize;

use crate::{engine::Shared, policy::phrase};

/// Steps of one call: a few seconds of local attempts, and a summary that a person can still scroll. Who needs more
/// calls again.
const STEPS_MAX: usize = 10_000;

/// Moves the gateway's clock. One call at a time; others wait.
#[derive(Clone)]
pub struct Timeline {
    shared: Arc<Shared>,
}

/// What happened while the clock moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Where the clock stood.
    pub from: Timestamp,
    /// Where it stands.
    pub to: Timestamp,
    /// The attempts, in their order.
    pub attempts: Vec<Ran>,
    /// Callbacks that are not settled.
    pub pending: usize,
    /// Whether it got to its end. If not, there were more steps than one call takes: call again. Or the gateway is
    /// stopping.
    pub complete: bool,
}

/// One callback's turn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ran {
    /// When it ended.
    pub at: Timestamp,
    /// The callback.
    pub callback: CallbackId,
    /// Its name.
    pub name: CallbackName,
    /// The attempt's number, from 1. Absent: none was made.
    pub attempt: Option<u32>,
    /// What came of it: `answered 200`. Absent: none was made.
    pub outcome: Option<String>,
    /// Where the callback stands.
    #[serde(flatten)]
    pub state: CallbackState,
    /// When it is attempted next. Absent: it is not.
    pub next: Option<Timestamp>,
}

/// A clock that is being moved. When this ends, or is dropped on the way, nobody whose time has come is left asleep, and a
/// clock that was only frozen to move it runs on.
struct Hold<'a> {
    clock: &'a GatewayClock,
    runs: bool,
}

// === impl Timeline ===

impl Timeline {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Where the clock stands.
    pub fn state(&self) -> ClockState {
        self.clock().state()
    }

    /// Stops the clock.
    pub async fn freeze(&self) -> ClockState {
        let _driver = self.shared.driver.lock().await;
        self.clock().freeze();
        self.clock().state()
    }

    /// Lets the clock run on from where it stands.
    pub async fn resume(&self) -> ClockState {
        let _driver = self.shared.driver.lock().await;
        self.clock().resume();
        self.clock().state()
    }

    /// Moves the clock and returns when everything that became due has been attempted. A clock that runs goes on running
    /// from there. Cancel safe: dropped, it stops at a step.
    ///
    /// # Errors
    /// When the store fails; the clock stays where it got to.
    pub async fn advance(&self, by: Duration) -> Result<Summary, StoreError> {
        let _driver = self.shared.driver.lock().await;
        let _hold = self.hold_still();
        let target = self.clock().now().after(by);
        self.step_to(Some(target)).await
    }

    /// Moves the clock until nothing is left to happen: nobody waits for it, and no callback is due at any time. Held and
    /// parked ones, and those behind them in their order, wait for an operator and don't count; nor does work that comes
    /// due again and again, which is done on the way.
    ///
    /// # Errors
    /// When the store fails; the clock stays where it got to.
    pub async fn run_until_idle(&self) -> Result<Summary, StoreError> {
        let _driver = self.shared.driver.lock().await;
        let _hold = self.hold_still();
        self.step_to(None).await
    }

    fn clock(&self) -> &GatewayClock {
        &self.shared.ports.clock
    }

    fn hold_still(&self) -> Hold<'_> {
        let runs = !self.clock().is_frozen();
        self.clock().freeze();
        Hold { clock: self.clock(), runs }
    }

    async fn step_to(&self, target: Option<Timestamp>) -> Result<Summary, StoreError> {
        let from = self.clock().now();
        self.shared.in_flight.start_log();
        let mut complete = false;
        for _ in 0..STEPS_MAX {
            self.shared.in_flight.quiet(self.clock()).await;
            if self.shared.stop.is_cancelled() {
                break;
            }
            if !self.step(target).await? {
                complete = true;
                break;
            }
        }
        if let Some(target) = target.filter(|_| complete) {
            self.clock().advance_to(target);
        }
        self.shared.in_flight.quiet(self.clock()).await;
        let attempts = self.shared.in_flight.take_log();
        let pending = self.shared.ports.store.pending().await?;
        Ok(Summary { from, to: self.clock().now(), attempts, pending, complete })
    }

    /// Moves the clock to a time. What is overdue happens where it stands: moving it, even by nothing, would wake sleepers.
    fn move_to(&self, time: Timestamp) {
        if time > self.clock().now() {
            self.clock().advance_to(time);
        }
    }

    /// Takes one step, and returns whether there was one to take. Whoever sleeps goes before what is due at the same time:
    /// he began earlier. Work that comes due again and again goes before callbacks, and is no reason to go on where `target`
    /// is absent.
    async fn step(&self, target: Option<Timestamp>) -> Result<bool, StoreError> {
        let (limit, endless) = (target.unwrap_or(Timestamp::from_micros(u64::MAX)), target.is_none());
        // Without a permit every attempt that may be under way is, and waits for the clock.
        let permit = self.shared.permits.clone().try_acquire_owned().ok();
        let due = self.shared.ports.store.next_due().await?.filter(|due| *due <= limit && permit.is_some());
        let wakes = self.clock().next_wakeup().filter(|wakes| *wakes <= limit);
        let until = if endless { due.into_iter().chain(wakes).min() } else { Some(limit) };
        let tick = self.shared.next_tick().filter(|tick| until.is_some_and(|until| *tick <= until));
        if let Some(tick) = tick
            && wakes.is_none_or(|wakes| tick < wakes)
            && due.is_none_or(|due| tick <= due)
        {
            self.move_to(tick);
            self.shared.tick().await;
            return Ok(true);
        }
        match (due, wakes, permit) {
            (Some(due), wakes, Some(permit)) if wakes.is_none_or(|wakes| due < wakes) => {
                self.move_to(due);
                self.shared.claim(vec![permit]).await?;
                Ok(true)
            }
            (_, Some(_), _) => Ok(self.clock().wake_next(limit).is_some()),
            _ => Ok(false),
        }
    }
}

// === impl Ran ===

impl Ran {
    pub(crate) fn of(callback: &Callback, attempt: Option<&Attempt>, at: Timestamp) -> Self {
        Self {
            at,
            callback: callback.id.clone(),
            name: callback.name.clone(),
            attempt: attempt.map(|attempt| attempt.number),
            outcome: attempt.map(|attempt| phrase(&attempt.outcome)),
            state: callback.state.clone(),
            next: (callback.state == CallbackState::Pending).then_some(callback.due),
        }
    }
}

// === impl Hold ===

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.clock.advance_to(self.clock.now());
        if self.runs {
            self.clock.resume();
        }
    }
}
