//! Request numbers: how many requests a route has answered, in each session.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;
use ringback_model::ids::SessionId;

/// Counts a route's requests in each session.
#[derive(Debug, Default)]
pub struct Numbers(Mutex<HashMap<SessionId, u64>>, AtomicU64);

// === impl Numbers ===

impl Numbers {
    /// The number of the next request of a session, from 1.
    pub fn next(&self, session: &SessionId) -> u64 {
        if session.is_default() {
            return self.1.fetch_add(1, Ordering::Relaxed) + 1;
        }
        let mut sessions = self.0.lock();
        let number = sessions.entry(session.clone()).or_default();
        *number += 1;
        *number
    }

    /// The number that the next request of a session will get, from 1: for a route that may leave a request to others. Two
    /// such requests at the same instant see the same.
    pub fn upcoming(&self, session: &SessionId) -> u64 {
        if session.is_default() {
            return self.1.load(Ordering::Relaxed) + 1;
        }
        self.0.lock().get(session).copied().unwrap_or_default() + 1
    }

    /// Starts anew, for one session or for all.
    pub fn reset(&self, session: Option<&SessionId>) {
        match session {
            None => self.0.lock().clear(),
            Some(session) if !session.is_default() => drop(self.0.lock().remove(session)),
            Some(_) => {}
        }
        if session.is_none_or(SessionId::is_default) {
            self.1.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_count_apart_and_start_anew_apart() {
        let (numbers, one, default) = (Numbers::default(), SessionId::try_new("one").unwrap(), SessionId::default());
        assert_eq!([numbers.next(&default), numbers.next(&default), numbers.next(&one)], [1, 2, 1]);
        assert_eq!([numbers.upcoming(&default), numbers.upcoming(&one)], [3, 2], "looking does not count");
        numbers.reset(Some(&one));
        assert_eq!([numbers.next(&default), numbers.next(&one)], [3, 1]);
        numbers.reset(None);
        assert_eq!([numbers.next(&default), numbers.next(&one)], [1, 1]);
    }
}
