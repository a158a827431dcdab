//! What the cases are written with.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use ringback_model::{
    callback::{Action, Attempt, Callback, CallbackFilter, CallbackState, Outcome, Outgoing, Settlement},
    fault::CommitError,
    ids::{BucketName, CallbackName, EnvironmentName, RequestId, RouteName, SessionId},
    json::Json,
    limits,
    ports::Store,
    time::Timestamp,
    unit::{Cause, Change, Schedule, Scope, Unit, View},
};

pub(super) const START: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);
pub(super) const LEASE: Duration = Duration::from_secs(60);

/// A store with an environment `shop` that has a bucket `orders`, and one session of it.
pub(super) struct Shop {
    pub(super) store: Arc<dyn Store>,
    pub(super) scope: Scope,
}

/// A callback to schedule.
#[derive(Clone, Default)]
pub(super) struct Want {
    pub(super) delay_secs: u64,
    pub(super) lane: Option<&'static str>,
    pub(super) key: Option<&'static str>,
}

impl Shop {
    pub(super) async fn new(store: Arc<dyn Store>) -> Self {
        let shop = Self { store, scope: scope("shop", "default") };
        shop.declare(&[("orders", "[]")]).await;
        shop
    }

    /// The same store, another session.
    pub(super) fn session(&self, session: &str) -> Self {
        Self { store: self.store.clone(), scope: scope(self.scope.environment.as_str(), session) }
    }

    /// The same store, another environment.
    pub(super) async fn environment(&self, environment: &str) -> Self {
        let other = Self { store: self.store.clone(), scope: scope(environment, self.scope.session.as_str()) };
        other.declare(&[("orders", "[]")]).await;
        other
    }

    pub(super) async fn declare(&self, buckets: &[(&str, &str)]) {
        let buckets =
            buckets.iter().map(|(name, json)| (BucketName::try_new(name).unwrap(), Json::parse(json).unwrap().into()));
        self.store.declare(&self.scope.environment, buckets.collect()).await.unwrap();
    }

    pub(super) async fn view(&self) -> View {
        self.store.view(&self.scope).await.unwrap()
    }

    /// A bucket's content. Absent: there is no such bucket, or it has none.
    pub(super) async fn bucket(&self, name: &str) -> Option<String> {
        self.view().await.get(name)?.value.as_ref().map(Json::to_text)
    }

    pub(super) async fn orders(&self) -> String {
        self.bucket("orders").await.unwrap()
    }

    /// A unit of work of request number `request`.
    pub(super) async fn unit(&self, request: u64) -> Unit {
        let cause = Cause::Request(RequestId { tag: 1, number: request });
        Unit::new(self.scope.clone(), RouteName::try_new("POST /orders").unwrap(), cause, 0, self.view().await)
    }

    pub(super) async fn commit(&self, unit: Unit) -> Result<Vec<Callback>, CommitError> {
        let queued = self.store.commit(unit.finish(START)).await?;
        Ok(queued.iter().map(|callback| Callback::clone(callback)).collect())
    }

    pub(super) async fn push(&self, request: u64, value: u64) -> Result<Vec<Callback>, CommitError> {
        let mut unit = self.unit(request).await;
        unit.change("orders", Change::Push("".into(), Json::Number(value.into()))).unwrap();
        self.commit(unit).await
    }

    pub(super) async fn schedule(&self, request: u64, wants: &[Want]) -> Vec<Callback> {
        let mut unit = self.unit(request).await;
        for want in wants {
            unit.schedule(schedule(want)).unwrap();
        }
        self.commit(unit).await.unwrap()
    }

    /// Schedules one callback, and returns its id.
    pub(super) async fn one(&self, request: u64, want: Want) -> Callback {
        self.schedule(request, &[want]).await.remove(0)
    }

    /// Claims all that is due after so many seconds; the ids.
    pub(super) async fn claim_at(&self, secs: u64) -> Vec<String> {
        let claimed = self.store.claim(at(secs), usize::MAX, LEASE).await.unwrap();
        claimed.iter().map(|callback| callback.id.to_string()).collect()
    }

    pub(super) async fn settle(&self, callback: &Callback, settlement: Settlement) -> Callback {
        self.store.settle(&callback.id, settlement).await.unwrap().unwrap()
    }

    pub(super) async fn act(&self, callback: &Callback, action: Action, secs: u64) -> (CallbackState, bool) {
        let (callback, applied) = self.store.act(&callback.id, action, at(secs)).await.unwrap().unwrap();
        (callback.state, applied)
    }

    pub(super) async fn state(&self, callback: &Callback) -> CallbackState {
        self.store.callback(&callback.id).await.unwrap().unwrap().state
    }

    pub(super) async fn due(&self) -> Option<Timestamp> {
        self.store.next_due().await.unwrap()
    }

    pub(super) async fn pending(&self) -> usize {
        self.store.pending().await.unwrap()
    }

    pub(super) async fn list(&self, filter: CallbackFilter) -> Vec<String> {
        let found = self.store.callbacks(&CallbackFilter { limit: 100, ..filter }).await.unwrap();
        found.iter().map(|callback| callback.id.to_string()).collect()
    }
}

pub(super) fn scope(environment: &str, session: &str) -> Scope {
    Scope { environment: EnvironmentName::try_new(environment).unwrap(), session: SessionId::try_new(session).unwrap() }
}

pub(super) fn at(secs: u64) -> Timestamp {
    START.after(Duration::from_secs(secs))
}

pub(super) fn after(delay_secs: u64) -> Want {
    Want { delay_secs, ..Want::default() }
}

pub(super) fn in_lane(lane: &'static str, delay_secs: u64) -> Want {
    Want { delay_secs, lane: Some(lane), ..Want::default() }
}

pub(super) fn schedule(want: &Want) -> Schedule {
    Schedule {
        name: CallbackName::try_new("payment").unwrap(),
        outgoing: Outgoing::try_new("POST", "http://localhost/webhook", [], Bytes::new()).unwrap(),
        delay: Duration::from_secs(want.delay_secs),
        ordering_key: want.lane.map(Into::into),
        idempotency_key: want.key.map(Into::into),
        policy: None,
        expects: vec![],
        scheduled_by: None,
        timeout: limits::ATTEMPT_TIMEOUT,
    }
}

/// The end of an attempt that began after so many seconds.
pub(super) fn ended(secs: u64, state: CallbackState) -> Settlement {
    let attempt = Attempt { number: 1, started: at(secs), took: Duration::ZERO, outcome: Outcome::TimedOut };
    Settlement { attempt: Some(attempt), state, due: at(secs), follow: vec![] }
}

/// The end of an attempt that is to be tried again.
pub(super) fn retry(secs: u64, next_secs: u64) -> Settlement {
    Settlement { due: at(next_secs), ..ended(secs, CallbackState::Pending) }
}

/// The callbacks that a request would schedule, to follow an attempt.
pub(super) fn followers(scope: &Scope, request: u64, wants: &[Want]) -> Vec<Callback> {
    let cause = Cause::Request(RequestId { tag: 1, number: request });
    let route = RouteName::try_new("POST /orders").unwrap();
    let mut unit = Unit::new(scope.clone(), route, cause, 1, View::default());
    for want in wants {
        unit.schedule(schedule(want)).unwrap();
    }
    unit.finish(START).scheduled
}

/// The id of a request's callback, counted from 1.
pub(super) fn id(request: u64, ordinal: u64) -> String {
    format!("cb-000001-{request}.{ordinal}")
}
