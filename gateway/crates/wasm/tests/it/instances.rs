//! How instances live: fresh ones for one call, warm ones for some, none beyond a trap.

use std::sync::Arc;

use ringback_model::{
    callback::Outgoing,
    environment::Instances,
    ids::EnvironmentName,
    ports::{BoxFuture, FetchBounds, FetchError, Fetched, Fetcher},
};
use ringback_wasm::Plugin;

use super::support::{HOST, Wat, call, host, respond, source};

/// Counts its calls and answers with status 200 plus the count; `extra` runs in each call.
fn counting(extra: &str) -> Vec<u8> {
    let respond = format!(
        "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        {extra}
        (i32.store16 offset=4 (global.get $ok) (i32.add (i32.const 200) (global.get $calls)))
        (global.get $ok)"
    );
    Wat { items: "(global $calls (mut i32) (i32.const 0))".into(), respond, ..Wat::default() }.build()
}

fn living(instances: Instances, wasm: &[u8]) -> Arc<Plugin> {
    let mut source = source("counts", wasm);
    source.instances = instances;
    HOST.load(source).unwrap()
}

/// The counts that so many calls, one after the other, were answered with; 0 for a fault.
async fn counts(plugin: &Arc<Plugin>, calls: usize) -> Vec<u16> {
    let mut counts = vec![];
    for _ in 0..calls {
        let answered = respond(plugin, call("/", "")).await;
        counts.push(answered.map_or(0, |(answer, _)| answer.status.as_u16() - 200));
    }
    counts
}

#[tokio::test]
async fn a_fresh_instance_remembers_nothing() {
    assert_eq!(counts(&living(Instances::Fresh, &counting("")), 5).await, [1; 5]);
}

#[tokio::test]
async fn a_warm_instance_is_used_about_as_often_as_the_operator_says() {
    let counts = counts(&living(Instances::Warm { reuse: 10, max: None }, &counting("")), 200).await;
    let lives: Vec<_> = counts.windows(2).filter(|pair| pair[1] == 1).map(|pair| pair[0]).collect();
    assert!(lives.iter().all(|calls| (5..=15).contains(calls)), "{lives:?}");
    assert!(lives.iter().any(|calls| calls != &lives[0]), "every instance lived for {} calls", lives[0]);
}

#[tokio::test]
async fn a_trap_ends_a_warm_instance() {
    let trap_at_3 = "(if (i32.eq (global.get $calls) (i32.const 3)) (then unreachable))";
    assert_eq!(
        counts(&living(Instances::Warm { reuse: 1_000, max: None }, &counting(trap_at_3)), 5).await,
        [1, 2, 0, 1, 2]
    );
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_ends_its_instance() {
    let spin_at_2 = "(if (i32.eq (global.get $calls) (i32.const 2)) (then (loop $again (br $again))))";
    let plugin = living(Instances::Warm { reuse: 1_000, max: None }, &counting(spin_at_2));
    assert_eq!(counts(&plugin, 1).await, [1]);
    tokio::select! {
        biased;
        _ = respond(&plugin, call("/", "")) => panic!("the guest spins"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(counts(&plugin, 1).await, [1]);
}

#[tokio::test]
async fn a_warm_instance_that_has_grown_large_is_not_kept() {
    // 40 MiB of the 64 MiB that it may have.
    let grow_at_2 = "(if (i32.eq (global.get $calls) (i32.const 2)) (then (drop (memory.grow (i32.const 640)))))";
    assert_eq!(
        counts(&living(Instances::Warm { reuse: 1_000, max: None }, &counting(grow_at_2)), 4).await,
        [1, 2, 1, 2]
    );
}

#[tokio::test]
async fn no_more_wait_than_the_operator_says() {
    /// Answers when three have asked.
    struct Three(tokio::sync::Barrier);
    impl Fetcher for Three {
        fn fetch<'a>(
            &'a self,
            _: &'a EnvironmentName,
            _: &'a Outgoing,
            _: FetchBounds,
        ) -> BoxFuture<'a, Result<Fetched, FetchError>> {
            Box::pin(async {
                self.0.wait().await;
                Err(FetchError::TimedOut)
            })
        }
    }
    let fetch = Wat {
        imports: r#"(import "ringback:gateway/upstream@0.1.0" "fetch"
            (func $fetch (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))"#,
        items: r#"(data (i32.const 2048) "GEThttp://api.example.com/")"#.into(),
        respond:
            "(call $fetch (i32.const 2048) (i32.const 3) (i32.const 2051) (i32.const 23) (i32.const 0) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1800))
            (if (i32.ne (i32.load8_u (i32.const 1804)) (i32.const 2)) (then unreachable))
            (global.get $ok)"
                .into(),
        ..Wat::default()
    };
    let fetch = fetch.build();
    for (max, kept) in [(Some(1), 1), (Some(2), 2), (None, 3)] {
        let host = host(|options| options.fetcher = Some(Arc::new(Three(tokio::sync::Barrier::new(3)))));
        let mut source = source("waits", &fetch);
        source.instances = Instances::Warm { reuse: 1_000, max };
        let plugin = host.load(source).unwrap();
        let calls = [(); 3].map(|()| respond(&plugin, call("/", "")));
        let [one, two, three] = calls;
        let (one, two, three) = tokio::join!(one, two, three);
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        assert_eq!(host.metrics().instances, kept, "{max:?}");
    }
}

#[tokio::test]
async fn nothing_is_kept_beyond_what_the_pool_has_room_for() {
    let host = host(|options| options.concurrency = 1);
    let mut plugins = vec![];
    for name in ["a", "b", "c"] {
        let mut source = source(name, &counting(""));
        source.instances = Instances::Warm { reuse: 1_000, max: None };
        plugins.push(host.load(source).unwrap());
    }
    for plugin in &plugins {
        assert!(counts(plugin, 3).await.iter().all(|count| *count > 0), "{plugin:?}");
    }
    let metrics = host.metrics();
    assert_eq!((metrics.running, metrics.free, metrics.instances), (0, 1, 1), "{metrics:?}");
    plugins.clear();
    assert_eq!(host.metrics().instances, 0);
}
