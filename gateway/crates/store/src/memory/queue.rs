//! The callback queue: who can be claimed, and when.
//!
//! Callbacks are numbered in the order of their commits. `ready` holds exactly those that can be claimed, by time: a
//! pending one by its due time, if it has no ordering key, is the first unsettled of its lane, or was fired out of turn;
//! one under way by the end of its lease. Every change of a callback ends in [`Queue::refresh`], which keeps that true.

mod entry;

use std::{
    collections::{BTreeSet, BinaryHeap, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use ringback_model::{
    callback::{Action, Callback, CallbackFilter, Settlement},
    fault::StoreError,
    ids::{CallbackId, SessionId},
    time::Timestamp,
    unit::Scope,
};
use rustc_hash::FxHashMap;

use self::entry::Entry;
use crate::StoreLimits;

/// A callback's place in the order of commits.
type Number = u64;

/// A key within the scope that it belongs to. Its text comes from clients, so it is never hashed with a known function.
type Keyed = (Scope, Arc<str>);

pub(super) struct Queue {
    limits: StoreLimits,
    next: Number,
    entries: FxHashMap<Number, Entry>,
    numbers: FxHashMap<CallbackId, Number>,
    ready: BTreeSet<(Timestamp, Number)>,
    /// The unsettled callbacks of each ordering key.
    lanes: HashMap<Keyed, BTreeSet<Number>>,
    /// The callback that has an idempotency key, settled or not, for as long as it is kept.
    idempotent: HashMap<Keyed, Number>,
    /// The settled callbacks that are kept, the oldest first.
    settled: VecDeque<Number>,
}

// === impl Queue ===

impl Queue {
    pub(super) fn new(limits: StoreLimits) -> Self {
        Self {
            limits,
            next: 0,
            entries: FxHashMap::default(),
            numbers: FxHashMap::default(),
            ready: BTreeSet::new(),
            lanes: HashMap::new(),
            idempotent: HashMap::new(),
            settled: VecDeque::new(),
        }
    }

    /// The earliest time at which a callback can be claimed.
    pub(super) fn first_ready(&self) -> Option<Timestamp> {
        self.ready.first().map(|(time, _)| *time)
    }

    /// How many callbacks are not settled.
    pub(super) fn pending(&self) -> usize {
        self.entries.len() - self.settled.len()
    }

    pub(super) fn get(&self, id: &CallbackId) -> Option<Arc<Callback>> {
        self.entries.get(self.numbers.get(id)?).map(|entry| entry.callback.clone())
    }

    /// Whether new callbacks fit, once `leaving` have left.
    pub(super) fn check_room(&self, arriving: usize, leaving: usize) -> Result<(), StoreError> {
        let most = self.limits.pending;
        if arriving > 0 && self.pending() + arriving > most.saturating_add(leaving) {
            return Err(StoreError::Full(format!("there are {most} callbacks waiting already, cancel some")));
        }
        Ok(())
    }

    /// Puts callbacks in the queue and returns them; for one that is known by its id or its idempotency key, the known one.
    pub(super) fn enqueue_all(&mut self, scheduled: Vec<Arc<Callback>>) -> Vec<Arc<Callback>> {
        scheduled.into_iter().map(|callback| self.enqueue(callback)).collect()
    }

    fn enqueue(&mut self, callback: Arc<Callback>) -> Arc<Callback> {
        let scoped = |key: &Arc<str>| (callback.scope.clone(), key.clone());
        let idempotent = callback.idempotency_key.as_ref().map(scoped);
        let by_key = || self.idempotent.get(idempotent.as_ref()?);
        if let Some(known) = self.numbers.get(&callback.id).or_else(by_key).and_then(|known| self.entries.get(known)) {
            return known.callback.clone();
        }
        let number = self.next;
        self.next += 1;
        if let Some(key) = idempotent {
            self.idempotent.insert(key, number);
        }
        if let Some(key) = callback.ordering_key.as_ref().map(scoped) {
            self.lanes.entry(key).or_default().insert(number);
        }
        self.numbers.insert(callback.id.clone(), number);
        self.entries.insert(number, Entry::new(callback.clone()));
        self.refresh(number);
        callback
    }

    /// Cancels callbacks of one scope that are not settled; those of others are none of its business.
    pub(super) fn cancel_all(&mut self, scope: &Scope, cancelled: &[CallbackId]) {
        for id in cancelled {
            let number = self.numbers.get(id).copied();
            let own = number.filter(|n| self.entries.get(n).is_some_and(|entry| entry.callback.scope == *scope));
            if let Some(number) = own {
                self.update(number, Entry::cancel);
            }
        }
    }

    pub(super) fn claim(&mut self, now: Timestamp, max: usize, lease: Duration) -> Vec<Arc<Callback>> {
        let due = self.ready.range(..=(now, Number::MAX)).take(max).map(|(_, number)| *number);
        let due: Vec<Number> = due.collect();
        let until = now.after(lease);
        due.into_iter().filter_map(|number| Some(self.update(number, |entry| entry.claim(until))?.0)).collect()
    }

    pub(super) fn settle(
        &mut self,
        id: &CallbackId,
        settlement: Settlement,
    ) -> Result<Option<Arc<Callback>>, StoreError> {
        let number = self.numbers.get(id).copied();
        let Some((number, entry)) = number.and_then(|number| Some((number, self.entries.get(&number)?))) else {
            return Ok(None);
        };
        // What was settled while its attempt ran stays as it is: nothing follows from it.
        let already = entry.callback.state.is_settled();
        let follow = if already { vec![] } else { settlement.follow.iter().cloned().map(Arc::new).collect() };
        self.check_room(follow.len(), usize::from(settlement.state.is_settled()))?;
        let settled = self.update(number, |entry| entry.settle(settlement));
        self.enqueue_all(follow);
        Ok(settled.map(|(callback, ())| callback))
    }

    /// The callback after an action, and whether it applied.
    pub(super) fn act(&mut self, id: &CallbackId, action: Action, now: Timestamp) -> Option<(Arc<Callback>, bool)> {
        self.update(*self.numbers.get(id)?, |entry| entry.act(action, now))
    }

    /// The callbacks that a filter asks for, the earliest due first, then by id.
    pub(super) fn list(&self, filter: &CallbackFilter) -> Vec<Arc<Callback>> {
        let wanted = self.entries.iter().map(|(number, entry)| (&entry.callback, *number)).filter(|(callback, _)| {
            let of_session = filter.session.as_ref().is_none_or(|session| *session == callback.scope.session);
            let of_route = filter.route.as_ref().is_none_or(|route| route == callback.route.as_str());
            of_session && of_route && filter.state.as_ref().is_none_or(|state| state == callback.state.name())
        });
        // The `limit` smallest: the heap's top is the first to go.
        let mut earliest = BinaryHeap::new();
        for (callback, number) in wanted {
            earliest.push((callback.due, &callback.id, number));
            if earliest.len() > filter.limit {
                earliest.pop();
            }
        }
        let sorted = earliest.into_sorted_vec().into_iter();
        sorted.filter_map(|(.., number)| self.entries.get(&number).map(|entry| entry.callback.clone())).collect()
    }

    /// Drops the callbacks of one session, and returns them, for the caller to free.
    pub(super) fn reset(&mut self, session: &SessionId) -> Vec<Arc<Callback>> {
        let of_session = |entry: &Entry| *session == entry.callback.scope.session;
        let dropped = self.entries.iter().filter(|(_, entry)| of_session(entry)).map(|(number, _)| *number);
        let dropped: Vec<Number> = dropped.collect();
        self.settled.retain(|number| !self.entries.get(number).is_some_and(of_session));
        dropped.into_iter().filter_map(|number| self.forget(number)).collect()
    }

    /// Drops all callbacks, and returns the queue that they are in, for the caller to free.
    pub(super) fn reset_all(&mut self) -> Self {
        let empty = Self { next: self.next, ..Self::new(self.limits) };
        std::mem::replace(self, empty)
    }

    /// Changes a callback, and brings everything that depends on it in line. Returns it with what the change returned.
    fn update<T>(&mut self, number: Number, change: impl FnOnce(&mut Entry) -> T) -> Option<(Arc<Callback>, T)> {
        let entry = self.entries.get_mut(&number)?;
        let was_settled = entry.callback.state.is_settled();
        let result = change(entry);
        let callback = entry.callback.clone();
        if callback.state.is_settled() && !was_settled {
            self.leave_lane(number);
            self.settled.push_back(number);
        }
        self.refresh(number);
        if self.settled.len() > self.limits.settled_kept {
            let oldest = self.settled.pop_front();
            oldest.and_then(|oldest| self.forget(oldest));
        }
        Some((callback, result))
    }

    /// Puts a callback at its place in `ready`.
    fn refresh(&mut self, number: Number) {
        let Some(entry) = self.entries.get(&number) else { return };
        let in_turn = || match lane_of(entry) {
            Some(lane) => self.lanes.get(&lane).and_then(BTreeSet::first) == Some(&number),
            None => true,
        };
        let ready = entry.claimable(in_turn);
        let Some(entry) = self.entries.get_mut(&number) else { return };
        let was = std::mem::replace(&mut entry.ready, ready);
        if was != ready {
            was.map(|time| self.ready.remove(&(time, number)));
            ready.map(|time| self.ready.insert((time, number)));
        }
    }

    /// Takes a callback out of its lane and lets the next one have its turn.
    fn leave_lane(&mut self, number: Number) {
        let Some(lane) = self.entries.get(&number).and_then(lane_of) else { return };
        let Some(members) = self.lanes.get_mut(&lane) else { return };
        members.remove(&number);
        match members.first() {
            Some(&head) => self.refresh(head),
            None => drop(self.lanes.remove(&lane)),
        }
    }

    /// Drops a callback and all that points to it.
    fn forget(&mut self, number: Number) -> Option<Arc<Callback>> {
        self.leave_lane(number);
        let Entry { callback, ready, .. } = self.entries.remove(&number)?;
        self.numbers.remove(&callback.id);
        ready.map(|time| self.ready.remove(&(time, number)));
        if let Some(key) = &callback.idempotency_key {
            self.idempotent.remove(&(callback.scope.clone(), key.clone()));
        }
        Some(callback)
    }
}

fn lane_of(entry: &Entry) -> Option<Keyed> {
    let key = entry.callback.ordering_key.as_ref()?;
    Some((entry.callback.scope.clone(), key.clone()))
}

#[cfg(test)]
mod tests;
