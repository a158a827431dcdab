//! The circuit breaker of a generation: after so many calls in a row that trapped or ran out of time, calls are refused
//! at once for a while instead of each burning its time. Then one is let through: if it goes well all are again, if not
//! the while doubles.
//!
//! Its time is real time and not the gateway's: it spares this machine, and neither does a frozen clock keep a mended
//! plugin away nor does moving the clock by three days mend one.

use std::time::{Duration, Instant};

/// Calls in a row that must go wrong: more than one bad request that a client repeats a few times.
pub const FAULTS_TO_OPEN: u32 = 5;
/// How long calls are refused at first: long enough to take the load away, short enough for a person who waits.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long they are refused at most, so that a plugin that mends itself is found within a minute.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Whether calls are let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaker {
    state: State,
    /// The next pause.
    pause: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Calls are let through; so many went wrong in a row.
    Closed(u32),
    /// None is let through before this.
    Open(Instant),
    /// One is under way that decides.
    Probing,
}

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Call.
    Call,
    /// Call; what comes of it decides about all others, so it must be reported.
    Probe,
    /// Don't; it may be worth it after this long.
    Refused(Duration),
}

impl Default for Breaker {
    fn default() -> Self {
        Self { state: State::Closed(0), pause: FIRST_PAUSE }
    }
}

impl Breaker {
    /// Asks whether to call.
    pub fn admit(&mut self, now: Instant) -> Admission {
        match self.state {
            State::Closed(_) => Admission::Call,
            State::Open(until) if until > now => Admission::Refused(until - now),
            State::Open(_) => {
                self.state = State::Probing;
                Admission::Probe
            }
            State::Probing => Admission::Refused(FIRST_PAUSE),
        }
    }

    /// A call went well.
    pub fn succeeded(&mut self, probe: bool) {
        // A call from before it opened says nothing about now.
        if probe || matches!(self.state, State::Closed(_)) {
            *self = Self::default();
        }
    }

    /// A call trapped or ran out of time. Returns whether that opened it.
    pub fn failed(&mut self, probe: bool, now: Instant) -> bool {
        match self.state {
            State::Closed(faults) if faults + 1 < FAULTS_TO_OPEN => {
                self.state = State::Closed(faults + 1);
                false
            }
            State::Probing if !probe => false,
            State::Open(_) => false,
            State::Closed(_) | State::Probing => {
                self.state = State::Open(now + self.pause);
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                true
            }
        }
    }

    /// The call that was to decide ended without saying anything: its client went away. The next one decides.
    pub fn abandoned(&mut self, now: Instant) {
        if self.state == State::Probing {
            self.state = State::Open(now);
        }
    }

    /// Whether it is as new: calls need not ask.
    pub fn is_pristine(&self) -> bool {
        self.state == State::Closed(0)
    }

    /// Its state as an operator reads it: `closed`, `open`, `half-open`.
    pub fn name(&self) -> &'static str {
        match self.state {
            State::Closed(_) => "closed",
            State::Open(_) => "open",
            State::Probing => "half-open",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::default();
        let opened: Vec<bool> = (0..FAULTS_TO_OPEN).map(|_| breaker.failed(false, now)).collect();
        assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
        breaker
    }

    #[test]
    fn a_success_in_between_keeps_it_closed() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..10 {
            (1..FAULTS_TO_OPEN).for_each(|_| assert!(!breaker.failed(false, now)));
            assert_eq!(breaker.admit(now), Admission::Call);
            breaker.succeeded(false);
        }
        assert!(breaker.is_pristine());
    }

    #[test]
    fn once_open_one_call_at_a_time_tries_and_the_pause_doubles_up_to_its_bound() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        let mut pause = FIRST_PAUSE;
        for _ in 0..10 {
            assert_eq!(breaker.admit(now), Admission::Refused(pause));
            now += pause;
            assert_eq!(breaker.admit(now), Admission::Probe);
            assert!(matches!(breaker.admit(now), Admission::Refused(_)), "a second one waits for the first");
            assert!(breaker.failed(true, now));
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        assert_eq!(pause, LONGEST_PAUSE);
        now += pause;
        assert_eq!(breaker.admit(now), Admission::Probe);
        breaker.succeeded(true);
        assert_eq!((breaker.admit(now), breaker), (Admission::Call, Breaker::default()));
    }

    #[test]
    fn a_try_whose_client_went_away_leaves_the_next_one_to_decide() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + FIRST_PAUSE;
        assert_eq!(breaker.admit(later), Admission::Probe);
        breaker.abandoned(later);
        assert_eq!(breaker.admit(later), Admission::Probe);
    }

    proptest! {
        #[test]
        fn it_never_stays_shut_for_longer_than_its_bound(steps in prop::collection::vec((0u64..90_000, 0u8..4), 0..200)) {
            let (mut breaker, mut now) = (Breaker::default(), Instant::now());
            for (wait_ms, outcome) in steps {
                now += Duration::from_millis(wait_ms);
                let admission = breaker.admit(now);
                let probe = admission == Admission::Probe;
                match (admission, outcome) {
                    (Admission::Refused(pause), _) => {
                        prop_assert!(pause <= LONGEST_PAUSE);
                        prop_assert!(breaker.admit(now + pause) != Admission::Refused(pause));
                        breaker.abandoned(now);
                    }
                    (_, 0) => breaker.succeeded(probe),
                    (_, 1) if probe => breaker.abandoned(now),
                    _ => drop(breaker.failed(probe, now)),
                }
            }
            now += LONGEST_PAUSE;
            prop_assert!(!matches!(breaker.admit(now), Admission::Refused(_)));
        }
    }
}
