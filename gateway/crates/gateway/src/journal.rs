//! The journal: a ring of the last events. Writing takes a slot's own lock, which nobody holds but a reader of that very
//! slot, so the hot path never waits. Who wants to see events as they come listens; the log's lines have a budget, so
//! that printing never slows traffic.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use parking_lot::Mutex;
use ringback_model::{
    ids::RequestId,
    journal::{Event, Exchange},
    ports::Journal,
    time::Timestamp,
};
use tokio::sync::{broadcast, mpsc};

/// Events that a listener may lag behind before it misses some.
const LISTENER_BACKLOG: usize = 1_024;
/// Events that the log prints in one second; the rest are counted. A person reads fewer, a disk takes more.
const LINES_PER_SECOND: u64 = 500;

/// An event and its place among all events, from 1.
pub type Numbered = (u64, Event);

/// The last events, and those who listen.
pub struct RingJournal {
    slots: Box<[Mutex<Option<Numbered>>]>,
    written: AtomicU64,
    listeners: broadcast::Sender<Numbered>,
    listening: AtomicUsize,
    lines: Option<mpsc::Sender<Numbered>>,
    budget: LineBudget,
}

/// Counts the lines of the current second.
#[derive(Default)]
struct LineBudget {
    second: AtomicU64,
    used: AtomicU64,
    skipped: AtomicU64,
}

/// Hears every event from now on; ends listening when dropped.
pub struct Listener {
    journal: Arc<RingJournal>,
    events: broadcast::Receiver<Numbered>,
}

// === impl RingJournal ===

impl RingJournal {
    /// A journal of at most `capacity` events, which hands the log's share of them to `lines`.
    pub fn new(capacity: usize, lines: Option<mpsc::Sender<Numbered>>) -> Self {
        Self {
            slots: (0..capacity.max(1)).map(|_| Mutex::new(None)).collect(),
            written: AtomicU64::new(0),
            listeners: broadcast::channel(LISTENER_BACKLOG).0,
            listening: AtomicUsize::new(0),
            lines,
            budget: LineBudget::default(),
        }
    }

    /// The events with a number above `since`, oldest first.
    pub fn since(&self, since: u64) -> Vec<Numbered> {
        let mut events: Vec<Numbered> = self
            .slots
            .iter()
            .filter_map(|slot| slot.lock().as_ref().filter(|(number, _)| *number > since).cloned())
            .collect();
        events.sort_by_key(|(number, _)| *number);
        events
    }

    /// The number of the last event; 0: there was none.
    pub fn last(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// One request. Absent: it never was, or the ring has gone round since.
    pub fn exchange(&self, id: RequestId) -> Option<Box<Exchange>> {
        self.slots.iter().find_map(|slot| match slot.lock().as_ref() {
            Some((_, Event::Exchange(exchange))) if exchange.id == id => Some(exchange.clone()),
            _ => None,
        })
    }

    /// Forgets all events. Numbers go on.
    pub fn clear(&self) {
        self.slots.iter().for_each(|slot| *slot.lock() = None);
    }

    /// Hears every event from now on.
    pub fn listen(self: &Arc<Self>) -> Listener {
        self.listening.fetch_add(1, Ordering::AcqRel);
        Listener { journal: self.clone(), events: self.listeners.subscribe() }
    }

    /// Events that the log did not print for want of budget, since the last time this was asked.
    pub fn take_skipped(&self) -> u64 {
        self.budget.skipped.swap(0, Ordering::Relaxed)
    }

    fn tell(&self, numbered: &Numbered) {
        if self.listening.load(Ordering::Acquire) > 0 {
            // No receiver is left: it went between the look and the send.
            let _ = self.listeners.send(numbered.clone());
        }
        let Some(lines) = &self.lines else { return };
        if self.budget.admits(&numbered.1) && lines.try_send(numbered.clone()).is_err() {
            self.budget.skipped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Journal for RingJournal {
    fn record(&self, event: Event) {
        let number = self.written.fetch_add(1, Ordering::Relaxed) + 1;
        let numbered = (number, event);
        self.tell(&numbered);
        let at = usize::try_from(number).unwrap_or(usize::MAX) % self.slots.len();
        if let Some(slot) = self.slots.get(at) {
            let gone = slot.lock().replace(numbered);
            drop(gone);
        }
    }
}

// === impl LineBudget ===

impl LineBudget {
    /// Whether an event is printed: what traffic causes within the budget, what an operator causes always.
    fn admits(&self, event: &Event) -> bool {
        let second = match event {
            Event::Exchange(exchange) => seconds(exchange.received),
            Event::Scheduled(note) | Event::Attempted(note, _) => seconds(note.at),
            Event::Moved(_) | Event::Reloaded { .. } | Event::Plugin(_) => return true,
        };
        if self.second.load(Ordering::Relaxed) != second {
            self.second.store(second, Ordering::Relaxed);
            self.used.store(0, Ordering::Relaxed);
        }
        // A look first: under load nearly all requests end here, and a look dirties no cache line.
        let admitted = self.used.load(Ordering::Relaxed) < LINES_PER_SECOND
            && self.used.fetch_add(1, Ordering::Relaxed) < LINES_PER_SECOND;
        if !admitted {
            self.skipped.fetch_add(1, Ordering::Relaxed);
        }
        admitted
    }
}

fn seconds(at: Timestamp) -> u64 {
    at.as_micros() / 1_000_000
}

// === impl Listener ===

impl Listener {
    /// The next event; with how many were missed before it. Cancel safe. Absent: the gateway has ended.
    pub async fn next(&mut self) -> Option<(Numbered, u64)> {
        let mut missed = 0;
        loop {
            match self.events.recv().await {
                Ok(event) => return Some((event, missed)),
                Err(broadcast::error::RecvError::Lagged(count)) => missed += count,
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.journal.listening.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reload(n: u64) -> Event {
        Event::Reloaded { at: Timestamp::from_micros(n), summary: n.to_string(), applied: true }
    }

    #[test]
    fn the_ring_keeps_the_last_events_in_order() {
        let journal = RingJournal::new(3, None);
        (1..=5).for_each(|n| journal.record(reload(n)));
        let numbers = |since| journal.since(since).iter().map(|(number, _)| *number).collect::<Vec<_>>();
        assert_eq!(numbers(0), [3, 4, 5]);
        assert_eq!(numbers(4), [5]);
        journal.clear();
        assert!(numbers(0).is_empty());
        journal.record(reload(6));
        assert_eq!(numbers(0), [6]);
    }

    #[tokio::test]
    async fn a_listener_hears_what_comes_after_it() {
        let journal = Arc::new(RingJournal::new(3, None));
        journal.record(reload(1));
        let mut listener = journal.listen();
        journal.record(reload(2));
        assert_eq!(listener.next().await.map(|((number, _), missed)| (number, missed)), Some((2, 0)));
        drop(listener);
        assert_eq!(journal.listening.load(Ordering::Acquire), 0);
    }
}
