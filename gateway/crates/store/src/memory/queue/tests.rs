//! The queue against a model that has no index: it looks at every callback each time.

use bytes::Bytes;
use proptest::prelude::*;
use ringback_model::{
    callback::{Callback, CallbackState, Outgoing},
    ids::{CallbackName, EnvironmentName, RequestId, RouteName},
    limits,
    unit::Cause,
};

use super::*;

const LEASE: Duration = Duration::from_secs(60);
const LIMITS: StoreLimits = StoreLimits { sessions: 9, pending: 12, settled_kept: 5 };

/// One thing done to a queue. Callbacks are picked by their place among all that there ever were.
#[derive(Debug, Clone)]
enum Step {
    Enqueue { session: u8, delay: u64, lane: Option<u8>, key: Option<u8> },
    Claim { max: usize },
    Settle { pick: usize, state: CallbackState, delay: u64, followers: u64 },
    Act { pick: usize, action: Action },
    Pass { secs: u64 },
    Reset { session: u8 },
}

/// What the model knows of a callback.
#[derive(Debug, Clone)]
struct Known {
    callback: Callback,
    lease: Option<Timestamp>,
    fired: bool,
    /// When it was settled, by counting.
    settled: Option<usize>,
}

#[derive(Default)]
struct Naive {
    known: Vec<Known>,
    settled: usize,
}

impl Naive {
    fn claimable(&self, at: usize) -> Option<Timestamp> {
        let known = &self.known[at];
        let same_lane = |other: &&Known| {
            other.callback.ordering_key.is_some()
                && other.callback.ordering_key == known.callback.ordering_key
                && other.callback.scope == known.callback.scope
        };
        let waits = || self.known[..at].iter().filter(same_lane).any(|other| !other.callback.state.is_settled());
        match known.callback.state {
            CallbackState::Attempting => known.lease,
            CallbackState::Pending if known.fired || !waits() => Some(known.callback.due),
            _ => None,
        }
    }

    fn claimable_all(&self) -> Vec<(Timestamp, usize)> {
        let mut all: Vec<_> = (0..self.known.len()).filter_map(|at| Some((self.claimable(at)?, at))).collect();
        all.sort_unstable();
        all
    }

    fn pending(&self) -> usize {
        self.known.iter().filter(|known| known.settled.is_none()).count()
    }

    fn enqueue(&mut self, callback: Callback) -> CallbackId {
        let same = |known: &&Known| {
            let keyed = callback.idempotency_key.is_some()
                && known.callback.idempotency_key == callback.idempotency_key
                && known.callback.scope == callback.scope;
            known.callback.id == callback.id || keyed
        };
        if let Some(known) = self.known.iter().find(same) {
            return known.callback.id.clone();
        }
        let id = callback.id.clone();
        self.known.push(Known { callback, lease: None, fired: false, settled: None });
        id
    }

    fn claim(&mut self, now: Timestamp, max: usize) -> Vec<CallbackId> {
        let due: Vec<_> = self.claimable_all().into_iter().filter(|(due, _)| *due <= now).take(max).collect();
        let claim = |(_, at): (Timestamp, usize)| {
            let known = &mut self.known[at];
            known.callback.state = CallbackState::Attempting;
            known.lease = Some(now.after(LEASE));
            known.callback.id.clone()
        };
        due.into_iter().map(claim).collect()
    }

    fn settle(&mut self, id: &CallbackId, settlement: Settlement) -> Result<bool, ()> {
        let Some(at) = self.known.iter().position(|known| known.callback.id == *id) else { return Ok(false) };
        if self.known[at].settled.is_none() {
            let leaving = usize::from(settlement.state.is_settled());
            if !settlement.follow.is_empty() && self.pending() - leaving + settlement.follow.len() > LIMITS.pending {
                return Err(());
            }
            let known = &mut self.known[at];
            let stays_held = settlement.state == CallbackState::Pending && known.callback.state == CallbackState::Held;
            known.callback.state = if stays_held { CallbackState::Held } else { settlement.state.clone() };
            if settlement.state == CallbackState::Pending {
                known.callback.due = settlement.due;
            }
            (known.lease, known.fired) = (None, false);
            self.note_settled(at);
            settlement.follow.into_iter().for_each(|follower| drop(self.enqueue(follower)));
        }
        Ok(true)
    }

    fn act(&mut self, id: &CallbackId, action: Action, now: Timestamp) -> Option<bool> {
        let at = self.known.iter().position(|known| known.callback.id == *id)?;
        let known = &mut self.known[at];
        let busy = known.lease.is_some_and(|until| until > now);
        let parked = matches!(known.callback.state, CallbackState::Parked(_));
        let held = known.callback.state == CallbackState::Held;
        let applies = known.settled.is_none()
            && match action {
                Action::Cancel => true,
                Action::Fire => !busy,
                Action::Hold => !held && !parked,
                Action::Release => held || parked,
            };
        if applies {
            known.callback.state = match action {
                Action::Cancel => CallbackState::Cancelled,
                Action::Hold => CallbackState::Held,
                Action::Release if busy => CallbackState::Attempting,
                Action::Release | Action::Fire => CallbackState::Pending,
            };
            if action == Action::Fire {
                (known.callback.due, known.fired) = (now, true);
            }
            if !busy || action == Action::Cancel {
                known.lease = None;
            }
            self.note_settled(at);
        }
        Some(applies)
    }

    /// Numbers what has just been settled, and forgets the oldest beyond what is kept.
    fn note_settled(&mut self, at: usize) {
        let known = &mut self.known[at];
        if known.callback.state.is_settled() && known.settled.is_none() {
            self.settled += 1;
            known.settled = Some(self.settled);
        }
        let all_settled = self.known.iter().filter(|known| known.settled.is_some()).count();
        if all_settled > LIMITS.settled_kept {
            let oldest = self.known.iter().filter_map(|known| known.settled).min();
            self.known.retain(|known| known.settled.is_none() || known.settled != oldest);
        }
    }
}

fn callback(number: u64, session: u8, due: Timestamp, lane: Option<u8>, key: Option<u8>) -> Callback {
    let request = RequestId { tag: 1, number };
    let text = |prefix: &str, n: u8| Arc::from(format!("{prefix}-{n}"));
    Callback {
        id: CallbackId::of_request(request, 1),
        name: CallbackName::try_new("payment").unwrap(),
        scope: Scope {
            environment: EnvironmentName::try_new("shop").unwrap(),
            session: SessionId::try_new(&format!("s{session}")).unwrap(),
        },
        route: RouteName::try_new("POST /orders").unwrap(),
        cause: Cause::Request(request),
        depth: 1,
        outgoing: Outgoing::try_new("POST", "http://localhost/", [], Bytes::new()).unwrap(),
        created: Timestamp::default(),
        due,
        ordering_key: lane.map(|n| text("lane", n)),
        idempotency_key: key.map(|n| text("key", n)),
        policy: None,
        expects: vec![],
        scheduled_by: None,
        timeout: limits::ATTEMPT_TIMEOUT,
        state: CallbackState::Pending,
        attempts: vec![],
    }
}

fn step() -> impl Strategy<Value = Step> {
    let state = prop_oneof![
        3 => Just(CallbackState::Delivered),
        2 => Just(CallbackState::Pending),
        1 => Just(CallbackState::Failed("no".into())),
        1 => Just(CallbackState::Parked("why".into())),
    ];
    let action = prop_oneof![Just(Action::Fire), Just(Action::Cancel), Just(Action::Hold), Just(Action::Release)];
    let enqueue = (0u8..2, 0u64..20, prop::option::of(0u8..2), prop::option::weighted(0.2, 0u8..3));
    prop_oneof![
        6 => enqueue.prop_map(|(session, delay, lane, key)| Step::Enqueue { session, delay, lane, key }),
        4 => (0usize..4).prop_map(|max| Step::Claim { max }),
        6 => (0usize..30, state, 0u64..90, 0u64..3)
            .prop_map(|(pick, state, delay, followers)| Step::Settle { pick, state, delay, followers }),
        4 => (0usize..30, action).prop_map(|(pick, action)| Step::Act { pick, action }),
        3 => (0u64..40).prop_map(|secs| Step::Pass { secs }),
        1 => (0u8..2).prop_map(|session| Step::Reset { session }),
    ]
}

/// Both queues, side by side.
struct Pair {
    queue: Queue,
    naive: Naive,
    now: Timestamp,
    /// All ids that there ever were.
    ids: Vec<CallbackId>,
}

impl Pair {
    fn new_callback(&mut self, session: u8, delay: u64, lane: Option<u8>, key: Option<u8>) -> Callback {
        let due = self.now.after(Duration::from_secs(delay));
        let callback = callback(self.ids.len() as u64, session, due, lane, key);
        self.ids.push(callback.id.clone());
        callback
    }

    fn run(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Enqueue { session, delay, lane, key } => {
                let callback = self.new_callback(session, delay, lane, key);
                let full = self.naive.pending() >= LIMITS.pending;
                prop_assert_eq!(self.queue.check_room(1, 0).is_err(), full);
                if !full {
                    let queued = self.queue.enqueue_all(vec![Arc::new(callback.clone())]);
                    prop_assert_eq!(&queued[0].id, &self.naive.enqueue(callback));
                }
            }
            Step::Claim { max } => {
                let claimed: Vec<_> = self.queue.claim(self.now, max, LEASE).iter().map(|c| c.id.clone()).collect();
                prop_assert_eq!(claimed, self.naive.claim(self.now, max));
            }
            Step::Settle { pick, state, delay, followers } => {
                let Some(id) = self.ids.get(pick).cloned() else { return Ok(()) };
                let follow = (0..followers).map(|_| self.new_callback(0, delay, Some(0), None)).collect();
                let due = self.now.after(Duration::from_secs(delay));
                let settlement = Settlement { attempt: None, state, due, follow };
                let ours = self.queue.settle(&id, settlement.clone()).map(|settled| settled.is_some());
                prop_assert_eq!(ours.map_err(|_| ()), self.naive.settle(&id, settlement));
            }
            Step::Act { pick, action } => {
                let Some(id) = self.ids.get(pick) else { return Ok(()) };
                let ours = self.queue.act(id, action, self.now).map(|(_, applied)| applied);
                prop_assert_eq!(ours, self.naive.act(id, action, self.now));
            }
            Step::Pass { secs } => self.now = self.now.after(Duration::from_secs(secs)),
            Step::Reset { session } => {
                let session = SessionId::try_new(&format!("s{session}")).unwrap();
                self.queue.reset(&session);
                self.naive.known.retain(|known| known.callback.scope.session != session);
            }
        }
        Ok(())
    }

    fn compare(&self) -> Result<(), TestCaseError> {
        let ready: Vec<_> = self.naive.claimable_all().into_iter().map(|(at, _)| at).collect();
        prop_assert_eq!(self.queue.ready.iter().map(|(at, _)| *at).collect::<Vec<_>>(), ready);
        prop_assert_eq!(self.queue.pending(), self.naive.pending());
        let all = CallbackFilter { limit: usize::MAX, ..CallbackFilter::default() };
        let ours = self.queue.list(&all).into_iter().map(Arc::unwrap_or_clone).collect::<Vec<_>>();
        let mut theirs: Vec<_> = self.naive.known.iter().map(|known| known.callback.clone()).collect();
        theirs.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
        prop_assert_eq!(ours, theirs);
        let lanes: usize = self.queue.lanes.values().map(BTreeSet::len).sum();
        let in_lanes = |known: &&Known| known.settled.is_none() && known.callback.ordering_key.is_some();
        prop_assert_eq!(lanes, self.naive.known.iter().filter(in_lanes).count(), "nothing stays behind");
        prop_assert!(self.queue.lanes.values().all(|lane| !lane.is_empty()));
        Ok(())
    }
}

proptest! {
    #[test]
    fn any_sequence_of_steps_agrees_with_the_model(steps in prop::collection::vec(step(), 0..120)) {
        let now = Timestamp::from_micros(1_000_000_000);
        let mut pair = Pair { queue: Queue::new(LIMITS), naive: Naive::default(), now, ids: vec![] };
        for step in steps {
            pair.run(step)?;
            pair.compare()?;
        }
    }
}
