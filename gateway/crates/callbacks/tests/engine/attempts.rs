//! One attempt after the other: what is sent when, and what becomes of it.

use ringback_clock::GatewayClock;
use ringback_model::{callback::CallbackState, limits};
use ringback_store::{MemoryStore, StoreLimits};

use crate::support::{LADDER, Stage, Want, secs};

#[tokio::test]
async fn a_due_callback_is_sent_at_once_and_a_2xx_delivers_it() {
    let stage = Stage::new();
    let callback = stage.one(Want::to("/ok")).await;
    assert_eq!(stage.journal.wait_for(1).await, ["0ns attempted cb-000001-1.1 #1 answered 200, delivered"]);
    let kept = stage.get(&callback).await;
    assert_eq!((kept.state.is_settled(), kept.attempts.len()), (true, 1));
}

#[tokio::test]
async fn while_the_clock_stands_nothing_is_sent_before_its_cause_is_told() {
    let stage = Stage::new();
    let telling = stage.untold.begin().await;
    let id = stage.one(Want::to("/ok")).await;
    // There is one thread: whatever else could run has run by then.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.state(&id).await, CallbackState::Pending);
    drop(telling);
    stage.journal.wait_for(1).await;
    assert_eq!(stage.state(&id).await, CallbackState::Delivered);
}

#[tokio::test]
async fn a_running_clock_sends_what_becomes_due() {
    let store = std::sync::Arc::new(MemoryStore::new(StoreLimits::default()));
    let stage = Stage::on(GatewayClock::system(), store);
    let late = stage.one(Want::to("/ok").after(std::time::Duration::from_millis(2))).await;
    let soon = stage.one(Want::to("/ok")).await;
    stage.journal.wait_for(2).await;
    let (soon, late) = (stage.get(&soon).await, stage.get(&late).await);
    assert!(late.attempts[0].started >= late.created.after(std::time::Duration::from_millis(2)), "never early");
    assert!(soon.state.is_settled() && late.state.is_settled());
}

#[tokio::test]
async fn without_a_policy_there_is_one_attempt() {
    let stage = Stage::new();
    stage.schedule(&[Want::to("/status/500"), Want::to("/status/302"), Want::to("/refused")]).await;
    assert_eq!(
        stage.journal.wait_for(3).await,
        [
            "0ns attempted cb-000001-1.1 #1 answered 500, failed: answered 500",
            "0ns attempted cb-000001-1.2 #1 answered 302, failed: answered 302",
            r#"0ns attempted cb-000001-1.3 #1 Refused("a metadata service"), failed: refused: a metadata service"#,
        ]
    );
}

#[tokio::test]
async fn what_a_document_expects_tells_success() {
    let stage = Stage::new();
    let expecting = |path, expects: &[&str]| Want::to(path).expects(expects);
    stage
        .schedule(&[
            expecting("/status/404", &["200", "4XX"]),
            expecting("/ok", &["204", "3XX"]),
            expecting("/refused", &["204"]),
        ])
        .await;
    assert_eq!(
        stage.journal.wait_for(3).await,
        [
            "0ns attempted cb-000001-1.1 #1 answered 404, delivered",
            "0ns attempted cb-000001-1.2 #1 answered 200, failed: answered 200, 204 or 3XX was expected",
            r#"0ns attempted cb-000001-1.3 #1 Refused("a metadata service"), failed: refused: a metadata service"#,
        ]
    );
}

#[tokio::test]
async fn a_retry_ladder_of_three_days_runs_through_in_its_own_time() {
    let stage = Stage::new();
    stage.one(Want::to("/status/503").policy("ladder")).await;
    let summary = stage.timeline.advance(secs(4 * 24 * 3600)).await.unwrap();
    let mut at = 0;
    let mut expected = vec!["0ns attempted cb-000001-1.1 #1 answered 503, pending".to_owned()];
    for (rung, delay) in LADDER.iter().enumerate() {
        at += delay;
        let state = if rung + 1 < LADDER.len() { "pending" } else { "failed: the ladder has no more rungs" };
        expected.push(format!("{at}s attempted cb-000001-1.1 #{} answered 503, {state}", rung + 2));
    }
    assert_eq!(stage.journal.lines(), expected);
    assert_eq!((summary.complete, summary.pending), (true, 0));
}

#[tokio::test]
async fn callbacks_of_one_key_wait_for_each_other_and_others_do_not() {
    let stage = Stage::new();
    stage.one(Want::to("/flaky/2").lane("order-1").policy("ladder").after(secs(1))).await;
    stage.one(Want::to("/ok").lane("order-1").after(secs(1))).await;
    stage.one(Want::to("/ok").lane("order-2").after(secs(2))).await;
    stage.timeline.advance(secs(3600)).await.unwrap();
    assert_eq!(
        stage.journal.lines(),
        [
            "1s attempted cb-000001-1.1 #1 answered 503, pending",
            "2s attempted cb-000001-3.1 #1 answered 200, delivered",
            "6s attempted cb-000001-1.1 #2 answered 503, pending",
            "306s attempted cb-000001-1.1 #3 answered 200, delivered",
            "306s attempted cb-000001-2.1 #1 answered 200, delivered",
        ]
    );
}

#[tokio::test]
async fn a_policy_that_is_missing_or_breaks_parks_its_callback() {
    let stage = Stage::new();
    stage.one(Want::to("/ok").policy("not-loaded")).await;
    stage.one(Want::to("/ok").policy("broken-plan")).await;
    stage.one(Want::to("/ok").policy("broken-decide")).await;
    assert_eq!(
        stage.journal.wait_for(3).await,
        [
            "0ns moved cb-000001-1.1, parked: policy `not-loaded` is not loaded",
            "0ns moved cb-000001-2.1, parked: plugin `broken-plan` trapped",
            "0ns attempted cb-000001-3.1 #1 answered 200, parked: answered 200, and plugin `broken-decide` trapped",
        ]
    );
}

#[tokio::test]
async fn a_policy_that_was_only_busy_is_asked_again() {
    let stage = Stage::new();
    stage.one(Want::to("/ok").policy("busy")).await;
    stage.timeline.advance(secs(5)).await.unwrap();
    assert_eq!(
        stage.journal.lines(),
        ["0ns moved cb-000001-1.1, pending", "1s attempted cb-000001-1.1 #1 answered 200, delivered"]
    );
}

#[tokio::test]
async fn no_policy_makes_a_callback_immortal() {
    let stage = Stage::new();
    let callback = stage.one(Want::to("/ok").policy("stubborn")).await;
    let summary = stage.timeline.run_until_idle().await.unwrap();
    assert_eq!(summary.attempts.len(), limits::CALLBACK_ATTEMPTS_MAX as usize);
    assert_eq!(stage.state(&callback).await, CallbackState::Failed("given up after 100 attempts".into()));
    let shortest = std::time::Duration::from_millis(100) * (limits::CALLBACK_ATTEMPTS_MAX - 1);
    assert_eq!(summary.to.since(summary.from), shortest, "a policy that says `now` waits a little all the same");
}

#[tokio::test]
async fn what_follows_is_told_and_a_chain_ends() {
    let stage = Stage::new();
    stage.one(Want::to("/ok").policy("chain")).await;
    let summary = stage.timeline.run_until_idle().await.unwrap();
    assert_eq!(summary.attempts.len(), limits::CALLBACK_DEPTH_MAX as usize);
    let lines = stage.journal.lines();
    assert_eq!(
        lines[..4],
        [
            "0ns attempted cb-000001-1.1 #1 answered 200, delivered",
            "0ns scheduled cb-000001-1.1.1",
            "60s attempted cb-000001-1.1.1 #1 answered 200, delivered",
            "60s scheduled cb-000001-1.1.1.1",
        ]
    );
    assert_eq!(lines.len(), 2 * limits::CALLBACK_DEPTH_MAX as usize - 1);
}

#[tokio::test]
async fn what_follows_but_finds_no_room_is_left_to_an_operator() {
    let limits = StoreLimits { pending: 2, ..StoreLimits::default() };
    let stage = Stage::over(std::sync::Arc::new(MemoryStore::new(limits)));
    stage.one(Want::to("/ok").policy("wide")).await;
    let [line] = stage.journal.wait_for(1).await.try_into().unwrap();
    assert!(line.contains("parked: delivered, but what follows finds no room"), "{line}");
}

#[tokio::test]
async fn what_a_reset_took_is_not_told() {
    let stage = Stage::new();
    stage.one(Want::to("/latency/5")).await;
    stage.clock.sleeper_after(ringback_clock::SleeperId::default()).await;
    stage.store.reset(None).await.unwrap();
    let summary = stage.timeline.advance(secs(10)).await.unwrap();
    assert!(summary.attempts.is_empty() && stage.journal.lines().is_empty());
}

#[tokio::test]
async fn attempts_under_way_are_bounded() {
    let stage = Stage::new();
    stage.clock.resume();
    for _ in 0..3 {
        stage.schedule(&vec![Want::to("/hang"); limits::CALL_CALLBACKS_MAX]).await;
    }
    // The one that finds no room is only looked at after those that did have begun.
    while stage.engine.in_flight() < limits::ATTEMPTS_IN_FLIGHT_MAX {
        tokio::task::yield_now().await;
    }
    assert_eq!(stage.engine.in_flight(), limits::ATTEMPTS_IN_FLIGHT_MAX);
    assert_eq!(stage.store.pending().await.unwrap(), 300);
}
