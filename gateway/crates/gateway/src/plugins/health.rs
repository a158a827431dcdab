//! How a generation's calls go: counts, its trial and its breaker. A call that goes well touches a few atomic numbers
//! and no lock; the lock is taken once something has gone wrong.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use ringback_model::fault::{FaultKind, PluginFault};

use super::{
    breaker::{Admission, Breaker},
    trial::{Rule, Trial},
};

/// How a generation's calls go.
#[derive(Debug)]
pub struct Health {
    calls: AtomicU64,
    faults: AtomicU64,
    trial: Trial,
    /// Whether the breaker has to be asked.
    troubled: AtomicBool,
    breaker: Mutex<Breaker>,
}

/// A call that was let through. Its end must be told, or it counts as one that said nothing.
#[derive(Debug)]
pub struct Ticket<'a> {
    health: &'a Health,
    probe: bool,
}

/// What a call that went wrong led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Consequence {
    /// The breaker has opened.
    pub opened: bool,
    /// The generation has failed its trial.
    pub failed_trial: bool,
}

// === impl Health ===

impl Health {
    /// A generation that has not been called.
    pub fn new(rule: Rule) -> Self {
        Self {
            calls: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            trial: Trial::new(rule),
            troubled: AtomicBool::new(false),
            breaker: Mutex::default(),
        }
    }

    /// Asks whether to call.
    ///
    /// # Errors
    /// How long it is not worth it.
    pub fn admit(&self) -> Result<Ticket<'_>, Duration> {
        if !self.troubled.load(Ordering::Acquire) {
            return Ok(Ticket { health: self, probe: false });
        }
        match self.breaker.lock().admit(Instant::now()) {
            Admission::Call => Ok(Ticket { health: self, probe: false }),
            Admission::Probe => Ok(Ticket { health: self, probe: true }),
            Admission::Refused(pause) => Err(pause),
        }
    }

    /// Counts a call that no breaker stands before: a callback's policy.
    pub fn count(&self, fault: Option<&PluginFault>) -> Consequence {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.faults.fetch_add(u64::from(fault.is_some()), Ordering::Relaxed);
        Consequence { opened: false, failed_trial: self.trial.count(fault.is_some_and(|fault| is_crash(fault.kind))) }
    }

    /// Calls that have ended.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Those of them that came to nothing.
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Calls that the trial is still about.
    pub fn trial_left(&self) -> u32 {
        self.trial.left()
    }

    /// The breaker's state: `closed`, `open`, `half-open`.
    pub fn breaker(&self) -> &'static str {
        self.breaker.lock().name()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut breaker = self.breaker.lock();
        let changed = change(&mut breaker);
        self.troubled.store(!breaker.is_pristine(), Ordering::Release);
        changed
    }
}

// === impl Ticket ===

impl Ticket<'_> {
    /// Tells how the call ended.
    pub fn end(mut self, fault: Option<&PluginFault>) -> Consequence {
        let health = self.health;
        // What the plugin was not to blame for, or said itself in good order, is no sign of trouble.
        let crashed = fault.is_some_and(|fault| is_crash(fault.kind));
        let probe = std::mem::take(&mut self.probe);
        let consequence = health.count(fault);
        let opened = match crashed {
            true => health.change(|breaker| breaker.failed(probe, Instant::now())),
            false => {
                if probe || health.troubled.load(Ordering::Relaxed) {
                    health.change(|breaker| breaker.succeeded(probe));
                }
                false
            }
        };
        Consequence { opened, ..consequence }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if self.probe {
            self.health.change(|breaker| breaker.abandoned(Instant::now()));
        }
    }
}

/// Whether a fault is a trap or a limit that stops a call: what a breaker and a trial are about. An error that the
/// plugin returned in good order is an answer of a kind.
fn is_crash(kind: FaultKind) -> bool {
    match kind {
        FaultKind::Trap
        | FaultKind::Cpu
        | FaultKind::Wall
        | FaultKind::Memory
        | FaultKind::Table
        | FaultKind::Stack
        | FaultKind::HostCalls
        | FaultKind::Handles => true,
        FaultKind::Error | FaultKind::Output | FaultKind::Invalid | FaultKind::Saturated | FaultKind::Absent => false,
    }
}

#[cfg(test)]
mod tests {
    use ringback_model::ids::PluginName;

    use super::{super::breaker::FAULTS_TO_OPEN, *};

    fn fault(kind: FaultKind) -> PluginFault {
        let plugin = PluginName::try_new("kyc").unwrap();
        PluginFault { plugin, generation: 1, kind, message: "trapped".into(), detail: None, request: None }
    }

    #[test]
    fn traps_open_the_breaker_and_errors_do_not() {
        let health = Health::new(Rule { percent: 50, calls: 20 });
        for _ in 0..FAULTS_TO_OPEN * 2 {
            let ended = health.admit().unwrap().end(Some(&fault(FaultKind::Error)));
            assert_eq!(ended, Consequence::default());
        }
        let opened: Vec<bool> =
            (0..FAULTS_TO_OPEN).map(|_| health.admit().unwrap().end(Some(&fault(FaultKind::Trap))).opened).collect();
        assert_eq!(opened, [false, false, false, false, true]);
        assert!(health.admit().is_err());
        assert_eq!((health.breaker(), health.calls(), health.faults()), ("open", 15, 15));
    }

    #[test]
    fn a_call_that_went_well_needs_no_lock_afterwards() {
        let health = Health::new(Rule { percent: 50, calls: 20 });
        health.admit().unwrap().end(Some(&fault(FaultKind::Cpu)));
        assert!(health.troubled.load(Ordering::Relaxed));
        health.admit().unwrap().end(None);
        assert!(!health.troubled.load(Ordering::Relaxed));
    }
}
