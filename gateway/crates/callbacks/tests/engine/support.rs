//! A stage: a frozen clock, a memory store, and fakes that act by what they are called.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;
use ringback_callbacks::{Engine, Policies, Ports, Ticks, Timeline, Untold};
use ringback_clock::GatewayClock;
use ringback_model::{
    callback::{Action, Callback, CallbackState, Decision, Outcome, Outgoing, PolicyUse},
    environment::StatusRange,
    fault::{FaultKind, PluginFault},
    ids::{CallbackId, CallbackName, EnvironmentName, PluginName, RequestId, RouteName, SessionId},
    journal::Event,
    limits,
    ports::{BoxFuture, CallbackPolicy, Courier, Journal, Store},
    time::{Clock, Timestamp},
    unit::{Cause, Schedule, Scope, Unit, View},
};
use ringback_store::{MemoryStore, StoreLimits};
use tokio::sync::watch;

pub(crate) const START: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

/// Everything an engine works with, and the engine.
pub(crate) struct Stage {
    pub(crate) clock: Arc<GatewayClock>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) journal: Arc<Notes>,
    pub(crate) loaded: Arc<Mutex<Vec<&'static str>>>,
    pub(crate) untold: Untold,
    pub(crate) engine: Engine,
    pub(crate) timeline: Timeline,
    requests: AtomicU64,
}

/// A callback to schedule: where to, and how.
#[derive(Debug, Clone, Default)]
pub(crate) struct Want {
    pub(crate) url: String,
    pub(crate) delay: Duration,
    pub(crate) lane: Option<Arc<str>>,
    pub(crate) policy: Option<&'static str>,
    pub(crate) expects: Vec<StatusRange>,
}

/// What the journal was told, a line each: `5s attempted cb-000001-1.1 #1 answered 200, delivered`.
pub(crate) struct Notes {
    lines: watch::Sender<Vec<String>>,
}

/// Answers as the path of the URL says, on the gateway's time.
struct FakeCourier {
    clock: Arc<GatewayClock>,
}

/// Decides as its name says.
struct FakePolicy {
    name: &'static str,
}

/// A provider's retry ladder, three days and some (Standard Webhooks, "retry schedule").
pub(crate) const LADDER: [u64; 8] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 172_800];

// === impl Stage ===

impl Stage {
    pub(crate) fn new() -> Self {
        Self::over(Arc::new(MemoryStore::new(StoreLimits::default())))
    }

    pub(crate) fn over(store: Arc<dyn Store>) -> Self {
        Self::on(GatewayClock::frozen_at(START), store)
    }

    pub(crate) fn on(clock: GatewayClock, store: Arc<dyn Store>) -> Self {
        Self::with(clock, store, None)
    }

    /// With a courier of its own. Absent: the fake one.
    pub(crate) fn with(clock: GatewayClock, store: Arc<dyn Store>, courier: Option<Arc<dyn Courier>>) -> Self {
        let clock = Arc::new(clock);
        let journal = Arc::new(Notes { lines: watch::Sender::default() });
        let loaded =
            Arc::new(Mutex::new(vec!["ladder", "stubborn", "chain", "wide", "broken-plan", "broken-decide", "busy"]));
        let known = loaded.clone();
        let policies: Policies = Arc::new(move |name: &PluginName| {
            let name = known.lock().iter().copied().find(|known| *known == name.as_str())?;
            Some(Arc::new(FakePolicy { name }) as Arc<dyn CallbackPolicy>)
        });
        let courier = courier.unwrap_or_else(|| Arc::new(FakeCourier { clock: clock.clone() }));
        let ports = Ports {
            clock: clock.clone(),
            store: store.clone(),
            courier,
            journal: journal.clone(),
            policies,
            untold: Untold::default(),
        };
        let untold = ports.untold.clone();
        let engine = Engine::start(ports);
        let timeline = engine.timeline();
        Self { clock, store, journal, loaded, untold, engine, timeline, requests: AtomicU64::new(0) }
    }

    pub(crate) async fn schedule(&self, wants: &[Want]) -> Vec<CallbackId> {
        let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        let scope = Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() };
        let cause = Cause::Request(RequestId { tag: 1, number });
        let mut unit = Unit::new(scope, RouteName::try_new("POST /orders").unwrap(), cause, 0, View::default());
        for want in wants {
            unit.schedule(want.schedule()).unwrap();
        }
        let queued = self.store.commit(unit.finish(self.clock.now())).await.unwrap();
        queued.iter().map(|callback| callback.id.clone()).collect()
    }

    /// Notes the times at which work that comes due every so often was done.
    pub(crate) fn ticking(&self, every: Duration) -> Arc<Beats> {
        let beats = Arc::new(Beats { every, next: Mutex::new(self.clock.now().after(every)), done: Mutex::default() });
        self.engine.tick_with(beats.clone());
        beats
    }

    pub(crate) async fn one(&self, want: Want) -> CallbackId {
        self.schedule(&[want]).await.remove(0)
    }

    pub(crate) async fn get(&self, id: &CallbackId) -> Callback {
        self.store.callback(id).await.unwrap().unwrap()
    }

    pub(crate) async fn state(&self, id: &CallbackId) -> CallbackState {
        self.get(id).await.state
    }

    pub(crate) async fn act(&self, id: &CallbackId, action: Action) -> bool {
        self.engine.act(id, action).await.unwrap().unwrap().1
    }
}

/// Work that comes due every so often.
pub(crate) struct Beats {
    every: Duration,
    next: Mutex<Timestamp>,
    done: Mutex<Vec<Duration>>,
}

// === impl Beats ===

impl Beats {
    /// When it was done, from the start on.
    pub(crate) fn done(&self) -> Vec<Duration> {
        self.done.lock().clone()
    }
}

impl Ticks for Beats {
    fn next(&self) -> Option<Timestamp> {
        Some(*self.next.lock())
    }

    fn tick(&self, now: Timestamp) -> BoxFuture<'_, ()> {
        *self.next.lock() = now.after(self.every);
        self.done.lock().push(now.since(START));
        Box::pin(std::future::ready(()))
    }
}

// === impl Want ===

impl Want {
    pub(crate) fn to(path: &str) -> Self {
        Self { url: format!("http://target{path}"), ..Self::default() }
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    pub(crate) fn lane(self, lane: &str) -> Self {
        Self { lane: Some(lane.into()), ..self }
    }

    pub(crate) fn expects(self, expects: &[&str]) -> Self {
        Self { expects: expects.iter().map(|text| StatusRange::read(text).unwrap()).collect(), ..self }
    }

    pub(crate) fn policy(self, policy: &'static str) -> Self {
        Self { policy: Some(policy), ..self }
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            name: CallbackName::try_new("payment").unwrap(),
            outgoing: Outgoing::try_new("POST", &self.url, [], Bytes::new()).unwrap(),
            delay: self.delay,
            ordering_key: self.lane.clone(),
            idempotency_key: None,
            policy: self.policy.map(|policy| PolicyUse::plain(PluginName::try_new(policy).unwrap())),
            expects: self.expects.clone(),
            scheduled_by: None,
            timeout: limits::ATTEMPT_TIMEOUT,
        }
    }
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

// === impl Notes ===

impl Notes {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// The lines, once there are so many.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<String> {
        self.lines.subscribe().wait_for(|lines| lines.len() >= count).await.unwrap().clone()
    }
}

impl Journal for Notes {
    fn record(&self, event: Event) {
        let line = match event {
            Event::Attempted(note, attempt) => {
                let outcome = match attempt.outcome {
                    Outcome::Answered { status, .. } => format!("answered {}", status.as_u16()),
                    other => format!("{other:?}"),
                };
                let took = if attempt.took.is_zero() { String::new() } else { format!(" in {:?}", attempt.took) };
                let when = attempt.started.since(START);
                format!("{when:?} attempted {} #{} {outcome}{took}, {}", note.id, attempt.number, state(&note.state))
            }
            Event::Moved(note) => format!("{:?} moved {}, {}", note.at.since(START), note.id, state(&note.state)),
            Event::Scheduled(note) => format!("{:?} scheduled {}", note.at.since(START), note.id),
            other => panic!("the engine does not tell of {other:?}"),
        };
        self.lines.send_modify(|lines| lines.push(line));
    }
}

fn state(state: &CallbackState) -> String {
    match state {
        CallbackState::Failed(why) | CallbackState::Parked(why) => format!("{}: {why}", state.name()),
        _ => state.name().into(),
    }
}

// === impl FakeCourier ===

impl Courier for FakeCourier {
    fn send<'a>(&'a self, callback: &'a Callback, outgoing: &'a Outgoing) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let attempt = callback.attempt_count() + 1;
            let answered = |status| Outcome::Answered {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: Bytes::new(),
            };
            let path: Vec<&str> = outgoing.url.path().split('/').skip(1).collect();
            match path.as_slice() {
                ["ok"] => answered(200),
                ["status", status] => answered(status.parse().unwrap()),
                // Fails so many times, then answers.
                ["flaky", failures] if attempt <= failures.parse().unwrap() => answered(503),
                ["flaky", _] => answered(200),
                // The gateway's own route: what answers is another task, whose latency is of the gateway's time.
                ["latency", seconds @ ..] => {
                    for seconds in seconds {
                        let (clock, latency) = (self.clock.clone(), secs(seconds.parse().unwrap()));
                        tokio::spawn(async move { clock.sleep_until(clock.now().after(latency)).await }).await.unwrap();
                    }
                    answered(200)
                }
                ["hang"] => std::future::pending().await,
                ["refused"] => Outcome::Refused("a metadata service".into()),
                other => panic!("the fake courier knows no {other:?}"),
            }
        })
    }
}

// === impl FakePolicy ===

impl CallbackPolicy for FakePolicy {
    fn plan<'a>(&'a self, callback: &'a Callback, attempt: u32) -> BoxFuture<'a, Result<Outgoing, PluginFault>> {
        Box::pin(async move {
            match self.name {
                "broken-plan" => Err(self.fault(FaultKind::Trap, "trapped")),
                "busy" if attempt == 1 && callback.created == callback.due => {
                    Err(self.fault(FaultKind::Saturated, "had no free instance"))
                }
                _ => Ok(callback.outgoing.clone()),
            }
        })
    }

    fn decide<'a>(
        &'a self,
        _: &'a Callback,
        attempt: u32,
        outcome: &'a Outcome,
    ) -> BoxFuture<'a, Result<Decision, PluginFault>> {
        Box::pin(async move {
            let delivered = matches!(outcome, Outcome::Answered { status, .. } if status.is_success());
            let next = LADDER.get(attempt as usize - 1);
            match (self.name, next) {
                ("broken-decide", _) => Err(self.fault(FaultKind::Trap, "trapped")),
                ("stubborn", _) => Ok(Decision::Retry(Duration::ZERO)),
                ("chain", _) => Ok(Decision::Then(vec![Want::to("/ok").after(secs(60)).policy("chain").schedule()])),
                ("wide", _) => Ok(Decision::Then(vec![Want::to("/ok").schedule(); 3])),
                _ if delivered => Ok(Decision::Done),
                (_, Some(delay)) => Ok(Decision::Retry(secs(*delay))),
                (_, None) => Ok(Decision::GiveUp("the ladder has no more rungs".into())),
            }
        })
    }
}

impl FakePolicy {
    fn fault(&self, kind: FaultKind, message: &str) -> PluginFault {
        let plugin = PluginName::try_new(self.name).unwrap();
        PluginFault { plugin, generation: 1, kind, message: message.into(), detail: None, request: None }
    }
}
