use bytes::Bytes;
use ringback_model::{
    callback::{Outcome, Outgoing},
    ids::{CallbackId, CallbackName, EnvironmentName, RequestId, RouteName, SessionId},
    unit::Scope,
};

use super::*;

const CREATED: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

fn callback() -> Callback {
    let request = RequestId { tag: 1, number: 1 };
    Callback {
        id: CallbackId::of_request(request, 1),
        name: CallbackName::try_new("payment").unwrap(),
        scope: Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() },
        route: RouteName::try_new("POST /orders").unwrap(),
        cause: Cause::Request(request),
        depth: 1,
        outgoing: Outgoing::try_new("POST", "http://localhost/", [], Bytes::new()).unwrap(),
        created: CREATED,
        due: CREATED,
        ordering_key: None,
        idempotency_key: None,
        policy: None,
        expects: vec![],
        scheduled_by: None,
        timeout: limits::ATTEMPT_TIMEOUT,
        state: CallbackState::Attempting,
        attempts: vec![],
    }
}

fn retry(number: u32, delay: Duration, now: Timestamp) -> (CallbackState, Duration) {
    let attempt = Attempt { number, started: now, took: Duration::ZERO, outcome: Outcome::TimedOut };
    let settlement = judged(&callback(), attempt, Decision::Retry(delay), now);
    (settlement.state, settlement.due.since(now))
}

#[test]
fn the_time_to_the_next_attempt_is_kept_within_bounds() {
    let delay = |delay| retry(1, delay, CREATED).1;
    assert_eq!(delay(Duration::ZERO), RETRY_DELAY_MIN);
    assert_eq!(delay(Duration::from_secs(300)), Duration::from_secs(300));
    assert_eq!(delay(Duration::MAX), limits::CALLBACK_DELAY_MAX);
}

#[test]
fn attempts_end_by_number_and_by_age() {
    let state = |number, age| retry(number, Duration::from_secs(1), CREATED.after(age)).0;
    let day = Duration::from_secs(24 * 3600);
    assert_eq!(state(99, day), CallbackState::Pending);
    assert_eq!(state(100, day), CallbackState::Failed("given up after 100 attempts".into()));
    assert_eq!(state(2, 59 * day), CallbackState::Pending);
    assert_eq!(state(2, 60 * day), CallbackState::Failed("given up after 60 days".into()));
}
