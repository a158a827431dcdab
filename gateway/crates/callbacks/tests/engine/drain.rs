//! Stopping without losing anything.

use ringback_model::callback::CallbackState;

use crate::support::{Stage, Want, secs};

#[tokio::test]
async fn a_drain_waits_for_attempts_and_begins_no_more() {
    let stage = Stage::new();
    let slow = stage.one(Want::to("/latency/5")).await;
    stage.clock.sleeper_after(ringback_clock::SleeperId::default()).await;
    let engine = stage.engine.clone();
    let drained = tokio::spawn(async move { engine.drain(secs(3600)).await });
    stage.clock.advance_to(stage.clock.freeze().after(secs(5)));
    drained.await.unwrap();
    assert_eq!(stage.state(&slow).await, CallbackState::Delivered);
    let left = stage.one(Want::to("/ok")).await;
    stage.engine.drain(secs(3600)).await;
    let summary = stage.timeline.advance(secs(10)).await.unwrap();
    assert_eq!((summary.complete, summary.attempts.len()), (false, 0));
    assert_eq!(stage.state(&left).await, CallbackState::Pending);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_outlasts_the_grace_is_broken_off_but_not_lost() {
    let stage = Stage::new();
    let callback = stage.one(Want::to("/hang")).await;
    while stage.engine.in_flight() == 0 {
        tokio::task::yield_now().await;
    }
    stage.engine.drain(secs(10)).await;
    assert_eq!(stage.engine.in_flight(), 0);
    assert_eq!(stage.state(&callback).await, CallbackState::Attempting, "its lease will end");
    assert!(stage.store.next_due().await.unwrap().is_some());
}
