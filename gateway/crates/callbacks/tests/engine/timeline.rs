//! The clock as an operator moves it.

use std::sync::Arc;

use ringback_clock::GatewayClock;
use ringback_model::{
    callback::{Action, CallbackState},
    limits,
    time::Clock as _,
};
use ringback_store::{MemoryStore, StoreLimits};

use crate::support::{START, Stage, Want, secs};

#[tokio::test]
async fn advancing_sends_what_becomes_due_and_says_so() {
    let stage = Stage::new();
    stage.schedule(&[Want::to("/ok").after(secs(10)), Want::to("/status/503").after(secs(4)).policy("ladder")]).await;
    stage.one(Want::to("/ok").after(secs(60))).await;
    let summary = stage.timeline.advance(secs(10)).await.unwrap();
    assert_eq!(
        serde_json::to_value(&summary).unwrap(),
        serde_json::json!({
            "from": "2026-11-21T12:00:00.000000Z",
            "to": "2026-11-21T12:00:10.000000Z",
            "attempts": [
                {
                    "at": "2026-11-21T12:00:04.000000Z", "callback": "cb-000001-1.2", "name": "payment", "attempt": 1,
                    "outcome": "answered 503", "state": "pending", "next": "2026-11-21T12:00:09.000000Z",
                },
                {
                    "at": "2026-11-21T12:00:09.000000Z", "callback": "cb-000001-1.2", "name": "payment", "attempt": 2,
                    "outcome": "answered 503", "state": "pending", "next": "2026-11-21T12:05:09.000000Z",
                },
                {
                    "at": "2026-11-21T12:00:10.000000Z", "callback": "cb-000001-1.1", "name": "payment", "attempt": 1,
                    "outcome": "answered 200", "state": "delivered", "next": null,
                },
            ],
            "pending": 2,
            "complete": true,
        })
    );
    assert_eq!(stage.clock.now(), START.after(secs(10)));
}

#[tokio::test]
async fn work_that_comes_due_again_and_again_is_done_on_the_way() {
    let stage = Stage::new();
    let beats = stage.ticking(secs(3));
    stage.one(Want::to("/ok").after(secs(6))).await;
    let summary = stage.timeline.advance(secs(9)).await.unwrap();
    assert_eq!((beats.done(), summary.complete), (vec![secs(3), secs(6), secs(9)], true));
    stage.one(Want::to("/ok").after(secs(4))).await;
    let summary = stage.timeline.run_until_idle().await.unwrap();
    assert_eq!((summary.complete, summary.to), (true, START.after(secs(13))), "it is no reason to go on");
    assert_eq!(beats.done().len(), 4);
}

#[tokio::test]
async fn a_callback_to_the_gateway_itself_gets_the_time_that_its_answer_takes() {
    let stage = Stage::new();
    stage.one(Want::to("/latency/5").after(secs(1))).await;
    stage.one(Want::to("/ok").after(secs(3))).await;
    stage.timeline.advance(secs(10)).await.unwrap();
    assert_eq!(
        stage.journal.lines(),
        [
            "3s attempted cb-000001-2.1 #1 answered 200, delivered",
            "1s attempted cb-000001-1.1 #1 answered 200 in 5s, delivered",
        ]
    );
}

#[tokio::test]
async fn answers_that_take_equally_long_come_in_the_order_of_their_callbacks() {
    let stage = Stage::new();
    stage.schedule(&vec![Want::to("/latency/2/3").after(secs(1)); 5]).await;
    stage.timeline.advance(secs(10)).await.unwrap();
    let expected = (1..=5).map(|n| format!("1s attempted cb-000001-1.{n} #1 answered 200 in 5s, delivered"));
    assert_eq!(stage.journal.lines(), expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn an_answer_later_than_the_target_is_waited_for_by_the_next_call() {
    let stage = Stage::new();
    stage.one(Want::to("/latency/5").after(secs(1))).await;
    let first = stage.timeline.advance(secs(3)).await.unwrap();
    assert_eq!((first.attempts.len(), first.pending, stage.clock.now()), (0, 1, START.after(secs(3))));
    let second = stage.timeline.advance(secs(3)).await.unwrap();
    assert_eq!((second.attempts.len(), second.pending), (1, 0));
}

#[tokio::test]
async fn more_waiting_attempts_than_may_be_under_way_do_not_block_the_clock() {
    let stage = Stage::new();
    for _ in 0..4 {
        stage.schedule(&vec![Want::to("/latency/100").after(secs(1)); limits::CALL_CALLBACKS_MAX]).await;
    }
    let summary = stage.timeline.run_until_idle().await.unwrap();
    assert_eq!((summary.attempts.len(), summary.pending, summary.complete), (400, 0, true));
    assert_eq!(stage.engine.in_flight(), 0);
}

#[tokio::test]
async fn a_latency_longer_than_a_lease_is_one_attempt() {
    let stage = Stage::new();
    stage.one(Want::to("/latency/200").after(secs(1))).await;
    stage.timeline.run_until_idle().await.unwrap();
    assert_eq!(stage.journal.lines(), ["1s attempted cb-000001-1.1 #1 answered 200 in 200s, delivered"]);
}

#[tokio::test]
async fn running_until_idle_leaves_what_waits_for_an_operator() {
    let stage = Stage::new();
    let held = stage.one(Want::to("/ok").lane("order-1").after(secs(5))).await;
    stage.one(Want::to("/ok").lane("order-1").after(secs(6))).await;
    stage.one(Want::to("/flaky/3").policy("ladder").after(secs(7))).await;
    stage.act(&held, Action::Hold).await;
    let summary = stage.timeline.run_until_idle().await.unwrap();
    assert_eq!((summary.attempts.len(), summary.pending, summary.complete), (4, 2, true));
    assert_eq!(summary.to, START.after(secs(7 + 5 + 300 + 1_800)), "it stops at the last thing that happened");
    stage.act(&held, Action::Release).await;
    stage.timeline.run_until_idle().await.unwrap();
    assert_eq!((stage.store.pending().await.unwrap(), stage.clock.now()), (0, summary.to));
}

#[tokio::test]
async fn a_client_that_waits_for_a_latency_gets_its_time_too() {
    let stage = Stage::new();
    let clock = stage.clock.clone();
    let client = tokio::spawn(async move { clock.sleep_until(START.after(secs(5))).await });
    stage.clock.sleeper_after(ringback_clock::SleeperId::default()).await;
    let summary = stage.timeline.run_until_idle().await.unwrap();
    client.await.unwrap();
    assert_eq!(summary.to, START.after(secs(5)));
}

#[tokio::test]
async fn a_running_clock_jumps_and_runs_on() {
    let store = Arc::new(MemoryStore::new(StoreLimits::default()));
    let stage = Stage::on(GatewayClock::system(), store);
    let callback = stage.one(Want::to("/ok").after(secs(3600))).await;
    let summary = stage.timeline.advance(secs(7200)).await.unwrap();
    assert_eq!(summary.attempts.len(), 1);
    assert_eq!(stage.state(&callback).await, CallbackState::Delivered);
    assert!(!stage.timeline.state().frozen && stage.clock.now() >= summary.to);
}

#[tokio::test]
async fn a_call_that_is_dropped_lets_a_running_clock_run_on() {
    let store = Arc::new(MemoryStore::new(StoreLimits::default()));
    let stage = Stage::on(GatewayClock::system(), store);
    stage.one(Want::to("/hang").after(secs(3600))).await;
    tokio::select! {
        biased;
        _ = stage.timeline.advance(secs(7200)) => panic!("it waits for an attempt that never ends"),
        () = async { while stage.engine.in_flight() == 0 { tokio::task::yield_now().await } } => {}
    }
    assert!(!stage.timeline.state().frozen);
}

#[tokio::test]
async fn one_call_takes_a_bounded_number_of_steps() {
    let stage = Stage::new();
    for _ in 0..101 {
        stage.schedule(&vec![Want::to("/ok").after(secs(1)); limits::CALL_CALLBACKS_MAX]).await;
    }
    let first = stage.timeline.advance(secs(10)).await.unwrap();
    assert_eq!((first.attempts.len(), first.pending, first.complete), (10_000, 100, false));
    assert_eq!(first.to, START.after(secs(1)), "it stays where there is more to do");
    let rest = stage.timeline.run_until_idle().await.unwrap();
    assert_eq!((stage.journal.lines().len(), rest.pending, rest.complete), (10_100, 0, true));
}

#[tokio::test]
async fn the_due_loop_and_the_timeline_do_not_attempt_a_callback_twice() {
    let stage = Stage::new();
    for round in 0..50 {
        stage.schedule(&[Want::to("/ok"), Want::to("/ok").after(secs(1)), Want::to("/latency/1")]).await;
        stage.timeline.advance(secs(2)).await.unwrap();
        assert_eq!(stage.journal.wait_for((round + 1) * 3).await.len(), (round + 1) * 3);
    }
    assert_eq!(stage.store.pending().await.unwrap(), 0);
}
