use super::*;

/// Says on which thread it is polled: at first, and each time that a tick finds it, having computed and been put aside for
/// so long.
async fn found(ticks: &[(Duration, Duration)]) -> Vec<String> {
    let name = || std::thread::current().name().unwrap_or_default().to_owned();
    let mut seen = vec![name()];
    for (computed, put_aside) in ticks {
        found_running(*computed, *put_aside);
        tokio::task::yield_now().await;
        seen.push(name());
    }
    seen
}

async fn of(pace: &Arc<Pace>, ticks: &'static [(Duration, Duration)]) -> Vec<&'static str> {
    let seen = Laned::new(Box::pin(found(ticks)), pace).await;
    seen.iter().map(|name| ["slow", "heavy"].into_iter().find(|lane| name.ends_with(lane)).unwrap_or("front")).collect()
}

const NONE: Duration = Duration::ZERO;
const QUICK_ENOUGH: (Duration, Duration) = (Duration::from_micros(1_999), NONE);

#[tokio::test]
async fn a_slow_call_goes_on_in_the_slow_lane_and_the_next_ones_begin_there() {
    let pace = Pace::new(&Arc::default());
    assert_eq!(of(&pace, &[QUICK_ENOUGH, (QUICK, NONE)]).await, ["front", "front", "slow"]);
    assert_eq!(of(&pace, &[(QUICK, NONE)]).await, ["slow", "slow"], "one that belongs there begins the count anew");
    for _ in 0..PROBATION_CALLS {
        assert_eq!(of(&pace, &[QUICK_ENOUGH]).await, ["slow", "slow"]);
    }
    assert_eq!(of(&pace, &[QUICK_ENOUGH]).await, ["front", "front"]);
}

#[tokio::test]
async fn one_that_goes_on_and_on_ends_up_in_the_heavy_lane_and_the_next_ones_begin_there() {
    let pace = Pace::new(&Arc::default());
    assert_eq!(of(&pace, &[(QUICK, NONE), (MODEST, NONE), (MODEST, NONE)]).await, ["front", "slow", "heavy", "heavy"]);
    for _ in 0..PROBATION_CALLS {
        assert_eq!(of(&pace, &[]).await, ["heavy"]);
    }
    assert_eq!(of(&pace, &[]).await, ["front"]);
}

#[tokio::test]
async fn where_one_was_heavy_others_need_not_prove_it() {
    let pace = Pace::new(&Arc::default());
    let other = Laned::new(Box::pin(found(&[(QUICK, NONE)])), &pace);
    assert_eq!(of(&pace, &[(QUICK, NONE), (MODEST, NONE)]).await, ["front", "slow", "heavy"]);
    let seen = other.await;
    assert!(seen[1].ends_with("heavy"), "{seen:?}");
}

#[test]
fn in_the_slow_lane_calls_come_one_after_the_other() {
    assert_eq!(found_running(MODEST, NONE), Found::Yields);
    LANE.set(Lane::Slow);
    assert_eq!(found_running(QUICK, NONE), Found::GoesOn);
    assert_eq!(found_running(MODEST, NONE), Found::Yields);
}

#[tokio::test]
async fn where_the_heavy_lane_stands_still_calls_go_on_in_the_slow_one() {
    let pace = Pace::new(&Arc::default());
    let calls = of(&pace, &[(QUICK, NONE), (MODEST, NONE), (MODEST, PUT_ASIDE_MAX), (MODEST, NONE)]);
    assert_eq!(calls.await, ["front", "slow", "heavy", "slow", "slow"]);
    assert_eq!(of(&pace, &[]).await, ["slow"], "the next ones do not begin in it");
}

#[tokio::test]
async fn a_quick_call_starts_no_threads() {
    let pace = Pace::new(&Arc::default());
    of(&pace, &[QUICK_ENOUGH]).await;
    assert_eq!(pace.lanes.started(), [false, false]);
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_ends() {
    let pace = Pace::new(&Arc::default());
    of(&pace, &[(QUICK, NONE), (MODEST, NONE)]).await;
    let (held, dropped) = tokio::sync::oneshot::channel::<()>();
    let call = Laned::new(
        Box::pin(async move {
            std::future::pending::<()>().await;
            drop(held);
        }),
        &pace,
    );
    drop(call);
    assert!(dropped.await.is_err());
}

#[tokio::test]
#[should_panic(expected = "as asked")]
async fn a_panic_is_the_callers() {
    let pace = Pace::new(&Arc::default());
    of(&pace, &[(QUICK, NONE)]).await;
    Laned::new(Box::pin(async { panic!("as asked") }), &pace).await;
}
