//! The clock itself: read by everything, moved by the timeline.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use parking_lot::Mutex;
use ringback_model::{
    ports::BoxFuture,
    time::{Clock, Timestamp},
};
use serde::Serialize;
use tokio::sync::{Notify, watch};

use crate::{
    reading::{Reading, ReadingCell},
    sleepers::{Sight, SleeperId, Sleepers},
};

/// The one implementation of [`Clock`].
///
/// While it runs it keeps the distance to the monotonic clock: what the system's wall clock does after the start is not
/// followed, so that no delay is stretched or cut by a correction of it. While it is frozen only [`advance_to`] and
/// [`wake_next`] move it, never back.
///
/// [`advance_to`]: GatewayClock::advance_to
/// [`wake_next`]: GatewayClock::wake_next
#[derive(Debug)]
pub struct GatewayClock {
    origin: Instant,
    origin_time: Timestamp,
    reading: ReadingCell,
    /// Held by whoever changes the reading.
    sleepers: Mutex<Sleepers>,
    /// The last sleeper that was seen.
    newest: watch::Sender<SleeperId>,
}

/// Where the clock stands, as the admin API shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockState {
    /// The gateway's time.
    pub now: Timestamp,
    /// Whether it stands still.
    pub frozen: bool,
    /// How far it is ahead of where it would be had nobody touched it; less than 0 when behind.
    pub offset_ms: i64,
}

/// A wait that is on the list for as long as this lives.
struct Sleeper<'a> {
    clock: &'a GatewayClock,
    deadline: Timestamp,
    sight: Sight,
    id: SleeperId,
    woken: Arc<Notify>,
}

/// What a sleeper has before him.
enum Outlook {
    Over,
    Frozen,
    /// So much, if nobody touches the clock.
    Left(Duration),
}

// === impl GatewayClock ===

impl GatewayClock {
    /// A clock that runs, from the system's time now.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the gateway reads the system's clock: where its own starts"
    )]
    pub fn system() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let start = Timestamp::default().after(since_epoch);
        Self::new(start, Reading::Running(micros(start)))
    }

    /// A clock that stands still.
    pub fn frozen_at(time: Timestamp) -> Self {
        Self::new(time, Reading::Frozen(micros(time)))
    }

    fn new(origin_time: Timestamp, reading: Reading) -> Self {
        Self {
            origin: Instant::now(),
            origin_time,
            reading: ReadingCell::new(reading),
            sleepers: Mutex::default(),
            newest: watch::Sender::default(),
        }
    }

    /// Whether it stands still.
    pub fn is_frozen(&self) -> bool {
        !matches!(self.reading.load(), Reading::Running(_))
    }

    /// Where it stands.
    pub fn state(&self) -> ClockState {
        let _no_change = self.sleepers.lock();
        let (now, frozen) = self.read();
        let untouched = micros(self.origin_time).saturating_add(self.elapsed());
        ClockState { now, frozen, offset_ms: (micros(now) - untouched) / 1_000 }
    }

    /// Stops it, and returns where it stands.
    pub fn freeze(&self) -> Timestamp {
        let mut sleepers = self.sleepers.lock();
        if let Reading::Running(base) = self.reading.load() {
            // No reader may return a time later than the one read here, so they wait until it is known.
            self.reading.store(Reading::Stopping);
            let at = base.saturating_add(self.elapsed());
            self.reading.store(Reading::Frozen(at));
            sleepers.wake_due(timestamp(at));
            sleepers.wake_all();
        }
        self.read().0
    }

    /// Lets it run on from where it stands.
    pub fn resume(&self) -> Timestamp {
        let sleepers = self.sleepers.lock();
        if let Reading::Frozen(at) = self.reading.load() {
            self.reading.store(Reading::Running(at.saturating_sub(self.elapsed())));
            sleepers.wake_all();
        }
        self.read().0
    }

    /// Moves it to a time, unless it is there already, wakes everybody whose time has come, and returns where it stands.
    /// A clock that runs goes on running from there.
    pub fn advance_to(&self, time: Timestamp) -> Timestamp {
        let mut sleepers = self.sleepers.lock();
        match self.reading.load() {
            Reading::Running(base) => {
                let ahead = micros(time) - base.saturating_add(self.elapsed());
                self.reading.store(Reading::Running(base.saturating_add(ahead.max(0))));
                // Their timers count on the old time.
                sleepers.wake_all();
            }
            Reading::Frozen(at) => {
                let at = at.max(micros(time));
                self.reading.store(Reading::Frozen(at));
                sleepers.wake_due(timestamp(at));
            }
            Reading::Stopping => {}
        }
        self.read().0
    }

    /// Moves a frozen clock to the earliest time, up to `limit`, at which somebody's wait ends, and wakes that one alone.
    /// Two that wait for one time are woken by two calls, so that what they do has an order; [`advance_to`] wakes those
    /// that are left. Absent: nobody waits for a time up to `limit`, or the clock runs.
    ///
    /// [`advance_to`]: GatewayClock::advance_to
    pub fn wake_next(&self, limit: Timestamp) -> Option<SleeperId> {
        let mut sleepers = self.sleepers.lock();
        let Reading::Frozen(at) = self.reading.load() else { return None };
        let (deadline, id) = sleepers.first().filter(|(deadline, _)| *deadline <= limit)?;
        self.reading.store(Reading::Frozen(at.max(micros(deadline))));
        sleepers.wake_first();
        sleepers.wake_unseen(deadline);
        Some(id)
    }

    /// The earliest time that somebody waits for. Absent: nobody does.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        self.sleepers.lock().first().map(|(deadline, _)| deadline)
    }

    /// Those who wait, the one with the earliest time first.
    pub fn waiting(&self) -> Vec<SleeperId> {
        self.sleepers.lock().seen().collect()
    }

    /// The last one who began to wait; all who do later have greater ids.
    pub fn last_sleeper(&self) -> SleeperId {
        self.sleepers.lock().last_id()
    }

    /// Returns when somebody has begun to wait after `last` did: at once when that has happened. Cancel safe.
    pub async fn sleeper_after(&self, last: SleeperId) {
        // The sender lives in the clock itself, so the channel can't close.
        drop(self.newest.subscribe().wait_for(|newest| *newest > last).await);
    }

    /// As [`Clock::sleep_until`], for loops that look for work: the clock is never moved to `deadline` for their sake.
    pub async fn idle_until(&self, deadline: Timestamp) {
        self.sleep(deadline, Sight::Unseen).await;
    }

    async fn sleep(&self, deadline: Timestamp, sight: Sight) {
        let Some(sleeper) = self.lie_down(deadline, sight) else { return };
        loop {
            let woken = sleeper.woken.notified();
            match self.outlook(&sleeper) {
                Outlook::Over => return,
                Outlook::Frozen => woken.await,
                Outlook::Left(time) => drop(tokio::time::timeout(time, woken).await),
            }
        }
    }

    /// Puts a wait on the list. Absent: its time has come.
    fn lie_down(&self, deadline: Timestamp, sight: Sight) -> Option<Sleeper<'_>> {
        let (id, woken) = {
            let mut sleepers = self.sleepers.lock();
            if self.now() >= deadline {
                return None;
            }
            sleepers.add(deadline, sight)
        };
        if sight == Sight::Seen {
            self.newest.send_modify(|newest| *newest = id.max(*newest));
        }
        Some(Sleeper { clock: self, deadline, sight, id, woken })
    }

    /// What a sleeper has before him. On a frozen clock his wait is over when he was woken, not when the clock shows his
    /// time: of two that wait for one time, the second must not overtake the first.
    fn outlook(&self, sleeper: &Sleeper<'_>) -> Outlook {
        let sleepers = self.sleepers.lock();
        let (now, frozen) = self.read();
        match sleepers.has(sleeper.deadline, sleeper.id, sleeper.sight) {
            false => Outlook::Over,
            true if frozen => Outlook::Frozen,
            true if now >= sleeper.deadline => Outlook::Over,
            true => Outlook::Left(sleeper.deadline.since(now)),
        }
    }

    /// The time, and whether it stands still.
    fn read(&self) -> (Timestamp, bool) {
        loop {
            let reading = self.reading.load();
            match reading {
                Reading::Frozen(at) => return (timestamp(at), true),
                Reading::Running(base) => {
                    let now = base.saturating_add(self.elapsed());
                    if self.reading.load() == reading {
                        return (timestamp(now), false);
                    }
                }
                Reading::Stopping => drop(self.sleepers.lock()),
            }
        }
    }

    /// Microseconds since the origin.
    fn elapsed(&self) -> i64 {
        let elapsed = self.origin.elapsed();
        // `as_micros` divides 128 bits; this is read several times per request.
        (elapsed.as_secs() as i64).saturating_mul(1_000_000).saturating_add(i64::from(elapsed.subsec_micros()))
    }
}

impl Clock for GatewayClock {
    fn now(&self) -> Timestamp {
        self.read().0
    }

    fn sleep_until(&self, deadline: Timestamp) -> BoxFuture<'_, ()> {
        Box::pin(self.sleep(deadline, Sight::Seen))
    }
}

fn micros(time: Timestamp) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_micros(u64::try_from(micros).unwrap_or(0))
}

// === impl Sleeper ===

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.clock.sleepers.lock().remove(self.deadline, self.id, self.sight);
    }
}

#[cfg(test)]
mod tests;
