//! The attempts under way, and whether they can go on without the clock.
//!
//! Time stands still while an operator steps through it, yet an attempt may need it to move: a callback to the gateway's
//! own route whose response has latency. Such an attempt is found by its sleeper: the first that began to wait after the
//! attempt did and belongs to no other. All is *quiet* when every attempt has ended or waits like this; then the clock may
//! move. A client's own request that happens to sleep can be taken for an attempt's; then the clock moves a step early,
//! and nothing else happens.

use std::{collections::BTreeMap, sync::Arc};

use parking_lot::Mutex;
use ringback_clock::{GatewayClock, SleeperId};
use ringback_model::ids::CallbackId;
use rustc_hash::FxHashSet;
use tokio::sync::watch;

use crate::timeline::Ran;

/// The attempts under way: at most [`ATTEMPTS_IN_FLIGHT_MAX`](ringback_model::limits::ATTEMPTS_IN_FLIGHT_MAX).
#[derive(Default)]
pub(crate) struct InFlight {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    flights: Mutex<Flights>,
    /// Counts those that ended.
    landed: watch::Sender<u64>,
}

#[derive(Default)]
struct Flights {
    ids: FxHashSet<CallbackId>,
    /// By the order in which they began.
    by_start: BTreeMap<u64, Waiting>,
    started: u64,
    /// What ran, while somebody wants to know.
    log: Option<Vec<Ran>>,
}

/// What an attempt waits for.
struct Waiting {
    /// Sleepers up to this one can't be its own.
    after: SleeperId,
    /// Its sleeper, as far as is known.
    on: Option<SleeperId>,
}

/// One attempt under way. It ends with this.
pub(crate) struct Flight {
    state: Arc<State>,
    id: CallbackId,
    start: u64,
}

// === impl InFlight ===

impl InFlight {
    pub(crate) fn len(&self) -> usize {
        self.state.flights.lock().ids.len()
    }

    /// Begins an attempt, after all sleepers up to `last`. Absent: the callback is being attempted.
    pub(crate) fn begin(&self, id: &CallbackId, last: SleeperId) -> Option<Flight> {
        let mut flights = self.state.flights.lock();
        if !flights.ids.insert(id.clone()) {
            return None;
        }
        flights.started += 1;
        let start = flights.started;
        flights.by_start.insert(start, Waiting { after: last, on: None });
        Some(Flight { state: self.state.clone(), id: id.clone(), start })
    }

    /// Returns when every attempt has ended or waits for the frozen clock. Cancel safe.
    pub(crate) async fn quiet(&self, clock: &GatewayClock) {
        let mut landed = self.state.landed.subscribe();
        loop {
            let last = clock.last_sleeper();
            if self.state.flights.lock().all_wait(clock) {
                return;
            }
            tokio::select! {
                _ = landed.changed() => {}
                () = clock.sleeper_after(last) => {}
            }
        }
    }

    /// Notes what runs from now on.
    pub(crate) fn start_log(&self) {
        self.state.flights.lock().log = Some(vec![]);
    }

    /// What has run since.
    pub(crate) fn take_log(&self) -> Vec<Ran> {
        self.state.flights.lock().log.take().unwrap_or_default()
    }
}

// === impl Flights ===

impl Flights {
    fn all_wait(&mut self, clock: &GatewayClock) -> bool {
        if self.by_start.is_empty() {
            return true;
        }
        let mut free: Vec<SleeperId> = clock.waiting();
        free.sort_unstable();
        for flight in self.by_start.values_mut() {
            flight.forget_if_woken(&free);
            free.retain(|sleeper| Some(*sleeper) != flight.on);
        }
        for flight in self.by_start.values_mut().filter(|flight| flight.on.is_none()) {
            flight.on = free.iter().copied().find(|sleeper| *sleeper > flight.after);
            free.retain(|sleeper| Some(*sleeper) != flight.on);
        }
        self.by_start.values().all(|flight| flight.on.is_some())
    }
}

impl Waiting {
    /// A sleeper that is no longer there was woken: what the attempt waits for next comes after it.
    fn forget_if_woken(&mut self, sleepers: &[SleeperId]) {
        if let Some(on) = self.on
            && sleepers.binary_search(&on).is_err()
        {
            *self = Self { after: on, on: None };
        }
    }
}

// === impl Flight ===

impl Flight {
    /// Ends the attempt with what came of it. Absent: the callback is gone.
    pub(crate) fn land(self, ran: Option<Ran>) {
        if let Some(log) = &mut self.state.flights.lock().log {
            log.extend(ran);
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut flights = self.state.flights.lock();
        flights.ids.remove(&self.id);
        flights.by_start.remove(&self.start);
        drop(flights);
        self.state.landed.send_modify(|landed| *landed += 1);
    }
}
