//! The store that a process keeps for itself: fast, and gone with it.
//!
//! One lock guards buckets and queue, so a unit of work is one critical section: resolve its changes against the current
//! buckets, check that its callbacks fit, and only then write. The lock is never held while waiting, nor while memory of
//! any size is copied or freed; a commit holds it for about a microsecond, whatever the size of the bucket.

mod buckets;
mod queue;

use std::{sync::Arc, time::Duration};

use parking_lot::{Mutex, RwLock};
use ringback_model::{
    callback::{Action, Callback, CallbackFilter, Settlement},
    fault::{CommitError, StoreError},
    ids::{BucketName, CallbackId, EnvironmentName, SessionId},
    ports::{BoxFuture, Store, Wake},
    time::Timestamp,
    unit::{Changes, Document, Scope, View},
};

use self::{buckets::Buckets, queue::Queue};
use crate::StoreLimits;

/// State in memory.
pub struct MemoryStore {
    state: Mutex<State>,
    wakes: RwLock<Vec<Wake>>,
}

struct State {
    buckets: Buckets,
    queue: Queue,
}

// === impl MemoryStore ===

impl MemoryStore {
    /// An empty store.
    pub fn new(limits: StoreLimits) -> Self {
        let state = State { buckets: Buckets::new(limits.sessions), queue: Queue::new(limits) };
        Self { state: Mutex::new(state), wakes: RwLock::default() }
    }

    /// Changes the state, and wakes those who wait for callbacks if the earliest is another one afterwards.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let (result, moved) = {
            let mut state = self.state.lock();
            let before = state.queue.first_ready();
            let result = change(&mut state);
            (result, state.queue.first_ready() != before)
        };
        if moved {
            self.wakes.read().iter().for_each(|wake| wake());
        }
        result
    }

    fn commit_now(&self, mut changes: Changes) -> Result<Vec<Arc<Callback>>, CommitError> {
        let scheduled = shared(std::mem::take(&mut changes.scheduled));
        let (queued, _freed_unlocked) = self.change(|state| {
            let mut session = state.buckets.open(&changes.scope)?;
            state.queue.check_room(scheduled.len(), 0)?;
            let replaced =
                session.apply(&mut changes).map_err(|bucket| CommitError::Conflict(bucket.as_str().into()))?;
            // Nothing fails from here on.
            state.queue.cancel_all(&changes.scope, &changes.cancelled);
            Ok::<_, CommitError>((state.queue.enqueue_all(scheduled), replaced))
        })?;
        Ok(queued)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(StoreLimits::default())
    }
}

impl Store for MemoryStore {
    fn declare<'a>(
        &'a self,
        environment: &'a EnvironmentName,
        buckets: Vec<(BucketName, Document)>,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let seeds = View::seeded(buckets);
            drop(self.change(|state| state.buckets.declare(environment, seeds)));
            Ok(())
        })
    }

    fn view<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<View, StoreError>> {
        Box::pin(async move { Ok(self.state.lock().buckets.open(scope)?.view().clone()) })
    }

    fn commit(&self, changes: Changes) -> BoxFuture<'_, Result<Vec<Arc<Callback>>, CommitError>> {
        Box::pin(async move { self.commit_now(changes) })
    }

    fn reset<'a>(&'a self, session: Option<&'a SessionId>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match session {
                Some(session) => drop(self.change(|state| (state.buckets.reset(session), state.queue.reset(session)))),
                None => drop(self.change(|state| (state.buckets.reset_all(), state.queue.reset_all()))),
            }
            Ok(())
        })
    }

    fn next_due(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        Box::pin(async move { Ok(self.state.lock().queue.first_ready()) })
    }

    fn claim(&self, now: Timestamp, max: usize, lease: Duration) -> BoxFuture<'_, Result<Vec<Callback>, StoreError>> {
        Box::pin(async move { Ok(owned(self.state.lock().queue.claim(now, max, lease))) })
    }

    fn settle<'a>(
        &'a self,
        id: &'a CallbackId,
        settlement: Settlement,
    ) -> BoxFuture<'a, Result<Option<Callback>, StoreError>> {
        Box::pin(async move {
            let settled = self.change(|state| state.queue.settle(id, settlement))?;
            Ok(settled.map(Arc::unwrap_or_clone))
        })
    }

    fn callback<'a>(&'a self, id: &'a CallbackId) -> BoxFuture<'a, Result<Option<Callback>, StoreError>> {
        Box::pin(async move {
            let found = self.state.lock().queue.get(id);
            Ok(found.map(Arc::unwrap_or_clone))
        })
    }

    fn callbacks<'a>(&'a self, filter: &'a CallbackFilter) -> BoxFuture<'a, Result<Vec<Callback>, StoreError>> {
        Box::pin(async move {
            let found = self.state.lock().queue.list(filter);
            Ok(owned(found))
        })
    }

    fn act<'a>(
        &'a self,
        id: &'a CallbackId,
        action: Action,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<(Callback, bool)>, StoreError>> {
        Box::pin(async move {
            let acted = self.change(|state| state.queue.act(id, action, now));
            Ok(acted.map(|(callback, applied)| (Arc::unwrap_or_clone(callback), applied)))
        })
    }

    fn pending(&self) -> BoxFuture<'_, Result<usize, StoreError>> {
        Box::pin(async move { Ok(self.state.lock().queue.pending()) })
    }

    fn on_due(&self, wake: Wake) {
        self.wakes.write().push(wake);
    }
}

/// Makes callbacks shareable before the lock is taken.
fn shared(callbacks: Vec<Callback>) -> Vec<Arc<Callback>> {
    callbacks.into_iter().map(Arc::new).collect()
}

/// Copies callbacks for the caller, once the lock is free.
fn owned(callbacks: Vec<Arc<Callback>>) -> Vec<Callback> {
    callbacks.into_iter().map(Arc::unwrap_or_clone).collect()
}

#[cfg(test)]
mod tests;
