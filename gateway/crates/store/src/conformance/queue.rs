//! Callbacks are sent when they are due, in order, once at a time, and never lost.
#![expect(missing_docs, reason = "the name of a case says what a store does")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ringback_model::{
    callback::{Action, CallbackFilter, CallbackState, Settlement},
    fault::StoreError,
    ports::Store,
};

use super::fixture::{LEASE, Shop, Want, after, at, ended, followers, id, in_lane, retry};
use crate::StoreLimits;

pub async fn callbacks_are_claimed_when_due_in_order(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    shop.schedule(1, &[after(9), after(3), after(3), after(1)]).await;
    assert_eq!((shop.due().await, shop.pending().await), (Some(at(1)), 4));
    assert!(shop.claim_at(0).await.is_empty());
    let two = shop.store.claim(at(5), 2, LEASE).await.unwrap();
    assert_eq!([two[0].id.as_str(), two[1].id.as_str()], [id(1, 4), id(1, 2)]);
    assert!(two.iter().all(|callback| callback.state == CallbackState::Attempting));
    assert_eq!(shop.claim_at(5).await, [id(1, 3)]);
    assert_eq!((shop.due().await, shop.pending().await), (Some(at(9)), 4));
}

pub async fn a_lane_sends_one_at_a_time_in_the_order_of_commits(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let first = shop.one(1, in_lane("order-1", 5)).await;
    let second = shop.one(2, in_lane("order-1", 1)).await;
    shop.one(3, in_lane("order-2", 2)).await;
    assert_eq!(shop.due().await, Some(at(2)), "the second of a lane waits for the first");
    assert_eq!(shop.claim_at(6).await, [id(3, 1), id(1, 1)]);
    assert!(shop.claim_at(6).await.is_empty());
    shop.settle(&first, ended(6, CallbackState::Delivered)).await;
    assert_eq!(shop.due().await, Some(at(1)));
    assert_eq!(shop.claim_at(6).await, [id(2, 1)]);
    shop.settle(&second, ended(6, CallbackState::Failed("no".into()))).await;
    assert_eq!(shop.pending().await, 1);
}

pub async fn a_retry_keeps_its_place_in_its_lane(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let first = shop.one(1, in_lane("order-1", 0)).await;
    shop.one(2, in_lane("order-1", 0)).await;
    assert_eq!(shop.claim_at(0).await, [id(1, 1)]);
    let retried = shop.settle(&first, retry(0, 30)).await;
    assert_eq!((retried.state, retried.due, retried.attempts.len()), (CallbackState::Pending, at(30), 1));
    assert!(shop.claim_at(29).await.is_empty());
    assert_eq!(shop.claim_at(30).await, [id(1, 1)]);
    let done = shop.settle(&first, ended(31, CallbackState::Delivered)).await;
    assert_eq!((done.due, done.attempts.len()), (at(31), 2));
    assert_eq!(shop.claim_at(31).await, [id(2, 1)]);
}

pub async fn lanes_of_two_scopes_are_two(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    shop.one(1, in_lane("order-1", 0)).await;
    shop.session("test-1").one(2, in_lane("order-1", 0)).await;
    shop.environment("other").await.one(3, in_lane("order-1", 0)).await;
    assert_eq!(shop.claim_at(0).await, [id(1, 1), id(2, 1), id(3, 1)]);
}

pub async fn a_lease_ends(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let callback = shop.one(1, in_lane("order-1", 0)).await;
    shop.one(2, in_lane("order-1", 0)).await;
    assert_eq!(shop.claim_at(0).await, [id(1, 1)]);
    assert_eq!(shop.due().await, Some(at(LEASE.as_secs())));
    assert!(shop.claim_at(59).await.is_empty());
    assert_eq!(shop.claim_at(60).await, [id(1, 1)], "whoever had it is gone");
    shop.settle(&callback, ended(60, CallbackState::Delivered)).await;
    let late = shop.settle(&callback, ended(0, CallbackState::Failed("late".into()))).await;
    assert_eq!((late.state, late.attempts.len()), (CallbackState::Delivered, 2), "the first to settle counts");
    assert_eq!((shop.pending().await, shop.claim_at(60).await), (1, vec![id(2, 1)]));
}

pub async fn a_hold_keeps_a_callback_and_its_lane_until_released(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let held = shop.one(1, in_lane("order-1", 0)).await;
    shop.one(2, in_lane("order-1", 0)).await;
    assert_eq!(shop.act(&held, Action::Hold, 0).await, (CallbackState::Held, true));
    assert_eq!(shop.act(&held, Action::Hold, 0).await, (CallbackState::Held, false));
    assert_eq!((shop.due().await, shop.pending().await), (None, 2));
    assert_eq!(shop.act(&held, Action::Release, 9).await, (CallbackState::Pending, true));
    assert_eq!(shop.act(&held, Action::Release, 9).await, (CallbackState::Pending, false));
    assert_eq!(shop.claim_at(9).await, [id(1, 1)]);
}

pub async fn a_hold_during_an_attempt_counts_once_it_ends(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let again = shop.one(1, after(0)).await;
    let done = shop.one(2, after(0)).await;
    let back = shop.one(3, after(0)).await;
    shop.claim_at(0).await;
    for callback in [&again, &done, &back] {
        assert_eq!(shop.act(callback, Action::Hold, 0).await, (CallbackState::Held, true));
    }
    assert_eq!(shop.act(&back, Action::Release, 0).await, (CallbackState::Attempting, true));
    assert_eq!(shop.settle(&again, retry(0, 5)).await.state, CallbackState::Held);
    assert_eq!(shop.settle(&done, ended(0, CallbackState::Delivered)).await.state, CallbackState::Delivered);
    assert_eq!(shop.due().await, Some(at(60)), "the third is still being attempted");
}

pub async fn firing_goes_out_of_turn(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let first = shop.one(1, in_lane("order-1", 100)).await;
    let second = shop.one(2, in_lane("order-1", 200)).await;
    let third = shop.one(3, in_lane("order-1", 300)).await;
    assert_eq!(shop.act(&third, Action::Hold, 0).await, (CallbackState::Held, true));
    assert_eq!(shop.act(&third, Action::Fire, 7).await, (CallbackState::Pending, true));
    assert_eq!(shop.due().await, Some(at(7)));
    assert_eq!(shop.claim_at(7).await, [id(3, 1)]);
    assert_eq!(shop.act(&third, Action::Fire, 7).await, (CallbackState::Attempting, false));
    shop.settle(&third, retry(7, 8)).await;
    assert!(shop.claim_at(50).await.is_empty(), "it was out of turn once");
    assert_eq!(shop.claim_at(100).await, [id(1, 1)]);
    shop.settle(&first, ended(100, CallbackState::Delivered)).await;
    assert_eq!(shop.act(&second, Action::Cancel, 100).await, (CallbackState::Cancelled, true));
    assert_eq!(shop.claim_at(100).await, [id(3, 1)]);
}

pub async fn a_parked_callback_waits_for_an_operator(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let callback = shop.one(1, in_lane("order-1", 0)).await;
    shop.one(2, in_lane("order-1", 0)).await;
    shop.claim_at(0).await;
    let parked = CallbackState::Parked("policy `x` is not loaded".into());
    let missing = Settlement { attempt: None, state: parked.clone(), due: at(0), follow: vec![] };
    assert_eq!(shop.settle(&callback, missing.clone()).await.state, parked);
    assert_eq!((shop.due().await, shop.pending().await), (None, 2));
    assert_eq!(shop.act(&callback, Action::Hold, 5).await, (parked, false));
    assert_eq!(shop.act(&callback, Action::Release, 5).await, (CallbackState::Pending, true));
    assert_eq!(shop.claim_at(5).await, [id(1, 1)]);
    shop.settle(&callback, missing).await;
    assert_eq!(shop.act(&callback, Action::Fire, 6).await, (CallbackState::Pending, true));
    assert_eq!(shop.claim_at(6).await, [id(1, 1)]);
}

pub async fn a_settled_callback_is_left_alone(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let callback = shop.one(1, after(0)).await;
    shop.claim_at(0).await;
    shop.settle(&callback, ended(0, CallbackState::Delivered)).await;
    for action in [Action::Fire, Action::Cancel, Action::Hold, Action::Release] {
        assert_eq!(shop.act(&callback, action, 1).await, (CallbackState::Delivered, false));
    }
    assert_eq!((shop.due().await, shop.pending().await), (None, 0));
    let unknown = ringback_model::ids::CallbackId::parse("cb-000009-9.9").unwrap();
    assert_eq!(shop.store.act(&unknown, Action::Fire, at(1)).await.unwrap(), None);
    assert_eq!(shop.store.settle(&unknown, ended(0, CallbackState::Delivered)).await.unwrap(), None);
}

pub async fn what_is_cancelled_while_attempted_stays_cancelled(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let callback = shop.one(1, in_lane("order-1", 0)).await;
    shop.one(2, in_lane("order-1", 0)).await;
    shop.claim_at(0).await;
    assert_eq!(shop.act(&callback, Action::Cancel, 0).await, (CallbackState::Cancelled, true));
    assert_eq!(shop.claim_at(0).await, [id(2, 1)], "a cancelled callback is settled");
    let follow = followers(&shop.scope, 7, &[after(0)]);
    let settled = shop.settle(&callback, Settlement { follow, ..ended(0, CallbackState::Delivered) }).await;
    assert_eq!((settled.state, settled.attempts.len()), (CallbackState::Cancelled, 1));
    assert_eq!(shop.pending().await, 1, "nothing follows from it");
}

pub async fn a_plugin_cancels_only_in_its_own_scope(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let own = shop.one(1, after(0)).await;
    let foreign = shop.session("test-1").one(2, after(0)).await;
    let mut unit = shop.unit(3).await;
    unit.cancel(own.id.clone());
    unit.cancel(foreign.id.clone());
    shop.commit(unit).await.unwrap();
    assert_eq!(
        (shop.state(&own).await, shop.state(&foreign).await),
        (CallbackState::Cancelled, CallbackState::Pending)
    );
    assert_eq!(shop.claim_at(0).await, [id(2, 1)]);
}

pub async fn an_idempotency_key_is_taken_once(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let want = || Want { key: Some("order-1"), ..after(0) };
    let first = shop.one(1, want()).await;
    assert_eq!(shop.one(2, want()).await, first);
    assert_eq!(shop.pending().await, 1);
    shop.session("test-1").one(3, want()).await;
    shop.claim_at(0).await;
    shop.settle(&first, ended(0, CallbackState::Delivered)).await;
    let again = shop.one(4, want()).await;
    assert_eq!((again.id.to_string(), again.state), (id(1, 1), CallbackState::Delivered), "settled or not");
    shop.store.reset(Some(&shop.scope.session)).await.unwrap();
    assert_eq!(shop.one(5, want()).await.id.to_string(), id(5, 1));
}

pub async fn the_same_unit_twice_schedules_once(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let first = shop.schedule(1, &[after(0), after(1)]).await;
    assert_eq!(shop.schedule(1, &[after(0), after(1)]).await, first);
    assert_eq!(shop.pending().await, 2);
}

pub async fn what_follows_is_committed_with_the_attempt(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let callback = shop.one(1, after(0)).await;
    shop.claim_at(0).await;
    let follow = followers(&shop.scope, 2, &[after(3), after(4)]);
    shop.settle(&callback, Settlement { follow, ..ended(0, CallbackState::Delivered) }).await;
    assert_eq!((shop.pending().await, shop.due().await), (2, Some(at(3))));
    assert_eq!(shop.claim_at(4).await, [id(2, 1), id(2, 2)]);
}

pub async fn what_finds_no_room_does_not_settle(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits { pending: 2, ..StoreLimits::default() }).await).await;
    let callback = shop.schedule(1, &[after(0), after(50)]).await.remove(0);
    shop.claim_at(0).await;
    let settlement = |followers| Settlement { follow: followers, ..ended(0, CallbackState::Delivered) };
    let two = followers(&shop.scope, 2, &[after(3), after(4)]);
    assert!(matches!(shop.store.settle(&callback.id, settlement(two)).await, Err(StoreError::Full(_))));
    assert_eq!((shop.state(&callback).await, shop.pending().await), (CallbackState::Attempting, 2));
    shop.settle(&callback, settlement(followers(&shop.scope, 3, &[after(3)]))).await;
    assert_eq!(shop.pending().await, 2, "one leaves, one comes");
}

pub async fn settled_callbacks_are_kept_up_to_a_number(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits { settled_kept: 2, ..StoreLimits::default() }).await).await;
    let callbacks = shop.schedule(1, &[after(0), after(0), after(0), after(9)]).await;
    shop.claim_at(0).await;
    for callback in callbacks.iter().take(3) {
        assert_eq!(shop.settle(callback, ended(0, CallbackState::Delivered)).await.state, CallbackState::Delivered);
    }
    assert_eq!(shop.store.callback(&callbacks[0].id).await.unwrap(), None, "the oldest went");
    assert_eq!(shop.list(CallbackFilter::default()).await, [id(1, 2), id(1, 3), id(1, 4)]);
}

pub async fn a_list_is_filtered_and_sorted(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let late = shop.one(1, after(9)).await;
    shop.one(3, after(1)).await;
    shop.one(2, after(1)).await;
    let other = shop.session("test-1");
    other.one(4, after(0)).await;
    shop.act(&late, Action::Cancel, 0).await;
    assert_eq!(shop.list(CallbackFilter::default()).await, [id(4, 1), id(2, 1), id(3, 1), id(1, 1)]);
    let session = Some(other.scope.session.clone());
    assert_eq!(shop.list(CallbackFilter { session, ..CallbackFilter::default() }).await, [id(4, 1)]);
    let state = Some("cancelled".into());
    assert_eq!(shop.list(CallbackFilter { state, ..CallbackFilter::default() }).await, [id(1, 1)]);
    let route = Some("GET /orders".into());
    assert!(shop.list(CallbackFilter { route, ..CallbackFilter::default() }).await.is_empty());
    let first_two = CallbackFilter { limit: 2, ..CallbackFilter::default() };
    assert_eq!(shop.store.callbacks(&first_two).await.unwrap().len(), 2);
}

pub async fn an_earlier_due_time_wakes(open: impl AsyncFn(StoreLimits) -> Arc<dyn Store>) {
    let shop = Shop::new(open(StoreLimits::default()).await).await;
    let wakes = Arc::new(AtomicUsize::new(0));
    let counter = wakes.clone();
    shop.store.on_due(Arc::new(move || _ = counter.fetch_add(1, Ordering::SeqCst)));
    let woken = || wakes.swap(0, Ordering::SeqCst) > 0;
    let first = shop.one(1, in_lane("order-1", 10)).await;
    assert!(woken(), "the first");
    shop.one(2, after(5)).await;
    assert!(woken(), "an earlier one");
    shop.one(3, in_lane("order-1", 0)).await;
    shop.act(&first, Action::Fire, 1).await;
    assert!(woken(), "a fired one");
    shop.claim_at(1).await;
    wakes.store(0, Ordering::SeqCst);
    shop.settle(&first, ended(1, CallbackState::Delivered)).await;
    assert!(woken(), "the next of a lane");
}
