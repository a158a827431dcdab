//! What an operator does to callbacks, and what the journal says of it.

use ringback_model::callback::{Action, CallbackState};

use crate::support::{Stage, Want, secs};

#[tokio::test]
async fn firing_sends_at_once_and_out_of_turn() {
    let stage = Stage::new();
    stage.one(Want::to("/ok").lane("order-1").after(secs(10))).await;
    let second = stage.one(Want::to("/ok").lane("order-1").after(secs(20))).await;
    assert!(stage.act(&second, Action::Fire).await);
    assert_eq!(
        stage.journal.wait_for(2).await,
        ["0ns moved cb-000001-2.1, pending", "0ns attempted cb-000001-2.1 #1 answered 200, delivered"]
    );
    assert!(!stage.act(&second, Action::Fire).await, "it is settled");
    assert_eq!(stage.journal.lines().len(), 2, "what did not apply is not told");
}

#[tokio::test]
async fn a_held_callback_waits_for_its_release() {
    let stage = Stage::new();
    let callback = stage.one(Want::to("/ok").after(secs(5))).await;
    stage.act(&callback, Action::Hold).await;
    assert!(stage.timeline.advance(secs(10)).await.unwrap().attempts.is_empty());
    stage.act(&callback, Action::Release).await;
    assert_eq!(
        stage.journal.wait_for(3).await,
        [
            "0ns moved cb-000001-1.1, held",
            "10s moved cb-000001-1.1, pending",
            "10s attempted cb-000001-1.1 #1 answered 200, delivered",
        ]
    );
}

#[tokio::test]
async fn a_parked_callback_is_sent_once_its_policy_is_there() {
    let stage = Stage::new();
    let callback = stage.one(Want::to("/ok").policy("late")).await;
    stage.journal.wait_for(1).await;
    stage.loaded.lock().push("late");
    stage.act(&callback, Action::Release).await;
    assert_eq!(
        stage.journal.wait_for(3).await[1..],
        ["0ns moved cb-000001-1.1, pending", "0ns attempted cb-000001-1.1 #1 answered 200, delivered"]
    );
}

#[tokio::test]
async fn what_is_cancelled_during_its_attempt_stays_cancelled_and_the_attempt_is_told() {
    let stage = Stage::new();
    let callback = stage.one(Want::to("/latency/5").policy("chain")).await;
    stage.clock.sleeper_after(ringback_clock::SleeperId::default()).await;
    assert!(stage.act(&callback, Action::Cancel).await);
    stage.timeline.advance(secs(10)).await.unwrap();
    assert_eq!(
        stage.journal.lines(),
        ["0ns moved cb-000001-1.1, cancelled", "0ns attempted cb-000001-1.1 #1 answered 200 in 5s, cancelled",]
    );
    assert_eq!(stage.state(&callback).await, CallbackState::Cancelled);
}
