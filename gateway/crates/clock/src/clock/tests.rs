use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use ringback_model::time::{Clock as _, Timestamp};

use super::GatewayClock;

const NOON: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn sleeping(clock: &Arc<GatewayClock>, deadline: Timestamp) -> BoxFuture<'static, ()> {
    let clock = clock.clone();
    let mut sleep = async move { clock.sleep_until(deadline).await }.boxed();
    assert!((&mut sleep).now_or_never().is_none(), "it waits");
    sleep
}

#[test]
fn a_frozen_clock_moves_only_when_told_to_and_never_back() {
    let clock = GatewayClock::frozen_at(NOON);
    assert_eq!(clock.now(), NOON);
    assert_eq!(clock.advance_to(NOON.after(secs(10))), NOON.after(secs(10)));
    assert_eq!(clock.advance_to(NOON), NOON.after(secs(10)));
    assert_eq!(clock.freeze(), NOON.after(secs(10)));
    assert!(clock.state().frozen);
}

#[test]
fn a_frozen_clock_at_the_epoch_runs_on_from_there() {
    let clock = GatewayClock::frozen_at(Timestamp::default());
    clock.resume();
    assert!(clock.now() < Timestamp::default().after(secs(3600)));
    assert!(clock.advance_to(NOON) >= NOON);
    assert!(!clock.is_frozen());
}

#[test]
fn its_state_shows_how_far_it_was_moved() {
    let clock = GatewayClock::system();
    clock.advance_to(clock.now().after(secs(3600)));
    let state = serde_json::to_value(clock.state()).unwrap();
    assert_eq!(state["frozen"], false);
    assert!((3_590_000..=3_600_000).contains(&state["offsetMs"].as_i64().unwrap()), "{state}");
}

#[test]
fn no_reader_sees_time_go_back_while_it_is_frozen_moved_and_resumed() {
    let clock = GatewayClock::system();
    let latest = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..200_000 {
                        let seen = latest.load(Ordering::SeqCst);
                        let now = clock.now().as_micros();
                        assert!(now >= seen, "{now} after {seen}");
                        latest.fetch_max(now, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        while readers.iter().any(|reader| !reader.is_finished()) {
            clock.freeze();
            clock.advance_to(clock.now().after(Duration::from_micros(3)));
            clock.resume();
        }
    });
}

#[tokio::test]
async fn a_running_clock_ends_a_sleep_in_time_and_never_early() {
    let clock = GatewayClock::system();
    let deadline = clock.now().after(Duration::from_millis(1));
    clock.sleep_until(deadline).await;
    assert!(clock.now() >= deadline);
    clock.sleep_until(deadline).await;
}

#[tokio::test]
async fn moving_a_running_clock_ends_the_sleeps_it_passes() {
    let clock = Arc::new(GatewayClock::system());
    let sleep = sleeping(&clock, clock.now().after(secs(3600)));
    clock.advance_to(clock.now().after(secs(3600)));
    sleep.await;
}

#[tokio::test]
async fn freezing_keeps_a_sleep_waiting_and_resuming_ends_it() {
    let clock = Arc::new(GatewayClock::system());
    let sleep = tokio::spawn(sleeping(&clock, clock.now().after(Duration::from_millis(1))));
    let frozen = clock.freeze();
    clock.resume();
    sleep.await.unwrap();
    assert!(clock.now() > frozen);
}

#[tokio::test]
async fn sleeps_of_a_frozen_clock_are_woken_one_by_one_in_order() {
    let clock = Arc::new(GatewayClock::frozen_at(NOON));
    let mut last = sleeping(&clock, NOON.after(secs(9)));
    let mut first = sleeping(&clock, NOON.after(secs(5)));
    let mut second = sleeping(&clock, NOON.after(secs(5)));
    assert_eq!(clock.next_wakeup(), Some(NOON.after(secs(5))));
    let waiting = clock.waiting();

    assert_eq!(clock.wake_next(NOON.after(secs(8))), waiting.first().copied());
    assert_eq!(clock.now(), NOON.after(secs(5)));
    assert!((&mut second).now_or_never().is_none(), "it does not overtake the first");
    (&mut first).now_or_never().unwrap();
    assert_eq!(clock.wake_next(NOON.after(secs(8))), waiting.get(1).copied());
    (&mut second).now_or_never().unwrap();
    assert_eq!(clock.wake_next(NOON.after(secs(8))), None);
    assert_eq!(clock.now(), NOON.after(secs(5)));

    clock.advance_to(NOON.after(secs(10)));
    (&mut last).now_or_never().unwrap();
    assert_eq!(clock.next_wakeup(), None);
}

#[tokio::test]
async fn a_dropped_sleep_is_forgotten() {
    let clock = Arc::new(GatewayClock::frozen_at(NOON));
    let sleep = sleeping(&clock, NOON.after(secs(5)));
    drop(sleep);
    assert_eq!((clock.next_wakeup(), clock.waiting().len()), (None, 0));
}

#[tokio::test]
async fn a_loop_that_idles_wakes_but_is_not_waited_for() {
    let clock = Arc::new(GatewayClock::frozen_at(NOON));
    let mut idle = clock.idle_until(NOON.after(secs(5))).boxed();
    assert!((&mut idle).now_or_never().is_none());
    assert_eq!(clock.next_wakeup(), None);
    clock.advance_to(NOON.after(secs(5)));
    (&mut idle).now_or_never().unwrap();
}

#[tokio::test]
async fn who_moves_the_clock_hears_of_a_new_sleeper() {
    let clock = Arc::new(GatewayClock::frozen_at(NOON));
    let last = clock.last_sleeper();
    assert!(clock.sleeper_after(last).now_or_never().is_none());
    let _sleep = sleeping(&clock, NOON.after(secs(5)));
    clock.sleeper_after(last).await;
    assert!(clock.sleeper_after(clock.last_sleeper()).now_or_never().is_none());
}
