//! One callback in the queue, and what may happen to it.

use std::sync::Arc;

use ringback_model::{
    callback::{Action, Callback, CallbackState, Settlement},
    time::Timestamp,
};

pub(super) struct Entry {
    /// Shared, so that it can be handed out under the lock and copied after.
    pub(super) callback: Arc<Callback>,
    /// Under which time the queue has it as claimable. Absent: it is not.
    pub(super) ready: Option<Timestamp>,
    /// Until when whoever attempts it has it for himself. Absent: nobody does.
    lease: Option<Timestamp>,
    /// Fired: it does not wait for its turn.
    out_of_turn: bool,
}

// === impl Entry ===

impl Entry {
    pub(super) fn new(callback: Arc<Callback>) -> Self {
        Self { callback, ready: None, lease: None, out_of_turn: false }
    }

    /// When it can be claimed. Absent: it can't.
    pub(super) fn claimable(&self, in_turn: impl FnOnce() -> bool) -> Option<Timestamp> {
        match self.callback.state {
            CallbackState::Attempting => self.lease,
            CallbackState::Pending if self.out_of_turn || in_turn() => Some(self.callback.due),
            _ => None,
        }
    }

    pub(super) fn claim(&mut self, until: Timestamp) {
        self.lease = Some(until);
        self.set(CallbackState::Attempting);
    }

    pub(super) fn settle(&mut self, settlement: Settlement) {
        let callback = Arc::make_mut(&mut self.callback);
        let last_started = settlement.attempt.as_ref().map(|last| last.started);
        if let Some(attempt) = settlement.attempt {
            callback.record(attempt);
        }
        if callback.state.is_settled() {
            return;
        }
        callback.due = match &settlement.state {
            CallbackState::Pending => settlement.due,
            state if state.is_settled() => last_started.unwrap_or(callback.due),
            _ => callback.due,
        };
        // Whoever held it while it was attempted still holds it.
        if !(settlement.state == CallbackState::Pending && callback.state == CallbackState::Held) {
            callback.state = settlement.state;
        }
        self.lease = None;
        self.out_of_turn = false;
    }

    pub(super) fn cancel(&mut self) {
        if !self.callback.state.is_settled() {
            self.lease = None;
            self.set(CallbackState::Cancelled);
        }
    }

    /// Whether the action applied.
    pub(super) fn act(&mut self, action: Action, now: Timestamp) -> bool {
        let attempting = self.lease.is_some_and(|until| until > now);
        let next = match (action, &self.callback.state) {
            (_, state) if state.is_settled() => return false,
            (Action::Cancel, _) => {
                self.cancel();
                return true;
            }
            (Action::Fire, _) if attempting => return false,
            (Action::Fire, _) => {
                self.out_of_turn = true;
                Arc::make_mut(&mut self.callback).due = now;
                CallbackState::Pending
            }
            (Action::Hold, CallbackState::Pending | CallbackState::Attempting) => CallbackState::Held,
            (Action::Release, CallbackState::Held) if attempting => CallbackState::Attempting,
            (Action::Release, CallbackState::Held | CallbackState::Parked(_)) => CallbackState::Pending,
            (Action::Hold | Action::Release, _) => return false,
        };
        if !attempting {
            self.lease = None;
        }
        self.set(next);
        true
    }

    fn set(&mut self, state: CallbackState) {
        Arc::make_mut(&mut self.callback).state = state;
    }
}
