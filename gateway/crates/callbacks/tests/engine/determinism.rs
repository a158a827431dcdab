//! The same schedules and the same steps make the same journal, byte for byte.

use std::time::Duration;

use proptest::prelude::*;

use crate::support::{Stage, Want};

#[derive(Debug, Clone)]
enum Step {
    Schedule(Vec<Want>),
    Advance(Duration),
    RunUntilIdle,
}

fn want() -> impl Strategy<Value = Want> {
    let target =
        prop::sample::select(vec!["/ok", "/status/500", "/flaky/2", "/latency/2", "/latency/1/4", "/latency/90"]);
    let policy = prop::option::of(prop::sample::select(vec!["ladder", "wide", "broken-decide", "missing"]));
    let lane = prop::option::of(prop::sample::select(vec!["order-1", "order-2"]));
    (target, policy, lane, 0u64..6).prop_map(|(target, policy, lane, delay)| Want {
        lane: lane.map(Into::into),
        policy,
        ..Want::to(target).after(Duration::from_secs(delay))
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(want(), 1..5).prop_map(Step::Schedule),
        3 => (0u64..400).prop_map(|seconds| Step::Advance(Duration::from_secs(seconds))),
        1 => Just(Step::RunUntilIdle),
    ]
}

/// The journal and the summaries of a run. Each advance is a barrier: what was due before it has been attempted.
fn run(steps: &[Step]) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let stage = Stage::new();
        let mut said = vec![];
        for step in steps {
            let summary = match step {
                Step::Schedule(wants) => {
                    stage.schedule(wants).await;
                    stage.timeline.advance(Duration::ZERO).await
                }
                Step::Advance(by) => stage.timeline.advance(*by).await,
                Step::RunUntilIdle => stage.timeline.run_until_idle().await,
            };
            let summary = summary.unwrap();
            said.push(format!("{} to {}, {} pending", summary.from, summary.to, summary.pending));
        }
        [said, stage.journal.lines()].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn the_same_steps_make_the_same_journal(steps in prop::collection::vec(step(), 1..12)) {
        prop_assert_eq!(run(&steps), run(&steps));
    }
}
