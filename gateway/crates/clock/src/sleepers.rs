//! Who waits for a time, and for which.
//!
//! Those that answer somebody (a response's latency) are *seen*: whoever moves the clock stops at their times. Those that
//! only look for work (the due loop) are not: they wake when their time has come, but no clock is moved for their sake.

use std::{collections::BTreeMap, sync::Arc};

use ringback_model::time::Timestamp;
use tokio::sync::Notify;

/// One wait for a time. Later waits have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SleeperId(u64);

/// All waits, the earliest first. As many as there are requests being answered, and a few.
#[derive(Debug, Default)]
pub(crate) struct Sleepers {
    last: SleeperId,
    seen: BTreeMap<(Timestamp, SleeperId), Arc<Notify>>,
    unseen: BTreeMap<(Timestamp, SleeperId), Arc<Notify>>,
}

/// Whether the clock is moved for a sleeper's sake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    Seen,
    Unseen,
}

// === impl Sleepers ===

impl Sleepers {
    pub(crate) fn add(&mut self, deadline: Timestamp, sight: Sight) -> (SleeperId, Arc<Notify>) {
        let id = SleeperId(self.last.0 + 1);
        let woken = Arc::new(Notify::new());
        self.side(sight).insert((deadline, id), woken.clone());
        self.last = id;
        (id, woken)
    }

    pub(crate) fn remove(&mut self, deadline: Timestamp, id: SleeperId, sight: Sight) {
        self.side(sight).remove(&(deadline, id));
    }

    /// Whether a sleeper is on the list: nobody has woken him for good.
    pub(crate) fn has(&self, deadline: Timestamp, id: SleeperId, sight: Sight) -> bool {
        let side = if sight == Sight::Seen { &self.seen } else { &self.unseen };
        side.contains_key(&(deadline, id))
    }

    /// The earliest seen sleeper.
    pub(crate) fn first(&self) -> Option<(Timestamp, SleeperId)> {
        self.seen.first_key_value().map(|(key, _)| *key)
    }

    pub(crate) fn last_id(&self) -> SleeperId {
        self.last
    }

    /// The seen sleepers, the earliest first.
    pub(crate) fn seen(&self) -> impl Iterator<Item = SleeperId> {
        self.seen.keys().map(|(_, id)| *id)
    }

    /// Wakes one seen sleeper, the earliest, and takes it off the list.
    pub(crate) fn wake_first(&mut self) {
        if let Some((_, woken)) = self.seen.pop_first() {
            woken.notify_one();
        }
    }

    /// Wakes the unseen sleepers whose time has come.
    pub(crate) fn wake_unseen(&mut self, now: Timestamp) {
        wake_until(&mut self.unseen, now);
    }

    /// Wakes the sleepers whose time has come, the earliest first.
    pub(crate) fn wake_due(&mut self, now: Timestamp) {
        wake_until(&mut self.seen, now);
        self.wake_unseen(now);
    }

    /// Has every sleeper look at the clock again.
    pub(crate) fn wake_all(&self) {
        self.seen.values().chain(self.unseen.values()).for_each(|woken| woken.notify_one());
    }

    fn side(&mut self, sight: Sight) -> &mut BTreeMap<(Timestamp, SleeperId), Arc<Notify>> {
        match sight {
            Sight::Seen => &mut self.seen,
            Sight::Unseen => &mut self.unseen,
        }
    }
}

fn wake_until(sleepers: &mut BTreeMap<(Timestamp, SleeperId), Arc<Notify>>, now: Timestamp) {
    while let Some(first) = sleepers.first_entry() {
        if first.key().0 > now {
            return;
        }
        first.remove().notify_one();
    }
}
