//! Guests that take more time than they may.

use std::{sync::Arc, time::Duration};

use ringback_model::{
    environment::Instances,
    fault::{FaultKind, PluginFault},
    ports::Context,
};
use ringback_wasm::PluginSource;

use super::{
    super::{
        policy::{callback, policy},
        rendering::{compile, renderer},
        silent::Silent,
        streaming::{all, stream, streaming},
        support::{ECHO, HOST, Wat, call, encode_with, host, load, refusal, respond, source, text},
    },
    SPIN, told,
};

/// What stops a guest that has the time that a plugin has by default.
async fn hurried(wasm: &[u8]) -> PluginFault {
    let plugin = HOST.load(source("test", wasm)).unwrap();
    respond(&plugin, call("/", "")).await.map(drop).expect_err("the guest is stopped")
}

#[tokio::test]
async fn a_loop_without_end_uses_up_its_cpu_time() {
    assert_eq!(told(&hurried(&Wat::respond(SPIN)).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

#[tokio::test]
async fn an_allocator_without_end_uses_up_its_cpu_time() {
    let guest = Wat { realloc: SPIN, ..Wat::default() };
    assert_eq!(told(&hurried(&guest.build()).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

#[tokio::test]
async fn a_start_function_without_end_uses_up_its_cpu_time() {
    // It behaves while it is loaded, which is at time 0, and spins in a call.
    let guest = Wat {
        imports: r#"(import "ringback:gateway/clock@0.1.0" "now" (func $now (result i64)))"#,
        items: "(func $start (if (i64.ne (call $now) (i64.const 0)) (then (loop $again (br $again))))) (start $start)"
            .into(),
        ..Wat::default()
    };
    assert_eq!(told(&hurried(&guest.build()).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

/// Whether that is why a plugin was not set up. Where others keep all cores busy it gets no 2 s of them in its time.
fn used_up_its_setup(why: &str) -> bool {
    let why = why.strip_prefix("plugin `test` failed to check its configuration: it ");
    matches!(why, Some("used more than 2000 ms of CPU" | "took longer than 30 s"))
}

#[test]
fn a_component_that_spins_when_it_is_loaded_never_serves() {
    let guest = Wat { items: "(func $start (loop $again (br $again))) (start $start)".into(), ..Wat::default() };
    let error = refusal(&guest.build());
    assert!(used_up_its_setup(&error.to_string()), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_waits_too_long_for_the_host_is_ended() {
    let host = host(|options| options.store = Some(Arc::new(Silent)));
    let guest = Wat {
        imports: r#"(import "ringback:gateway/callbacks@0.1.0" "cancel" (func $cancel (param i32 i32) (result i32)))"#,
        items: r#"(data (i32.const 2048) "cb-000001-1.1")"#.into(),
        respond: "(drop (call $cancel (i32.const 2048) (i32.const 13))) (global.get $ok)".into(),
        ..Wat::default()
    };
    let mut source = source("waits", &guest.build());
    let plugin = host.load(source.clone()).unwrap();
    let fault = respond(&plugin, call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(told(&fault), (FaultKind::Wall, "took longer than 5 s"));
    source.wall_max = Some(Duration::from_millis(250));
    let fault = respond(&host.load(source).unwrap(), call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(told(&fault), (FaultKind::Wall, "took longer than 250 ms"));
}

#[tokio::test]
async fn a_spinning_plugin_does_not_keep_another_from_answering() {
    // One thread for both: the other can only answer if the first one is made to let it.
    let (spinner, echo) = (load(&Wat::respond(SPIN)), load(ECHO));
    tokio::select! {
        biased;
        spun = respond(&spinner, call("/", "")) => panic!("the spinner ended first: {:?}", spun.map(|(answer, _)| answer)),
        answered = respond(&echo, call("/", "1")) => assert_eq!(answered.unwrap().0.status, 200),
    }
}

#[tokio::test]
async fn calls_beyond_the_permits_wait_for_a_time_and_are_told() {
    let host = host(|options| {
        options.concurrency = 1;
        options.queue_max = std::time::Duration::from_millis(1);
    });
    let spinner = host.load(source("spins", &Wat::respond(SPIN))).unwrap();
    let echo = host.load(source("echo", ECHO)).unwrap();
    tokio::select! {
        biased;
        spun = respond(&spinner, call("/", "")) => panic!("the spinner ended first: {:?}", spun.map(|(answer, _)| answer)),
        answered = respond(&echo, call("/", "1")) => {
            let fault = answered.map(drop).unwrap_err();
            assert_eq!(told(&fault), (FaultKind::Saturated, "had no free instance within 1 ms"));
        }
    }
}

#[tokio::test]
async fn a_plugin_may_wait_longer_for_its_turn() {
    let host = host(|options| {
        options.concurrency = 1;
        options.queue_max = std::time::Duration::from_millis(1);
    });
    let spinner = host.load(source("spins", &Wat::respond(SPIN))).unwrap();
    let patient = PluginSource { queue_max: Some(Duration::from_secs(60)), ..source("echo", ECHO) };
    let echo = host.load(patient).unwrap();
    let (spun, answered) = tokio::join!(respond(&spinner, call("/", "")), respond(&echo, call("/", "1")));
    assert_eq!(spun.map(drop).unwrap_err().kind, FaultKind::Cpu);
    assert!(text(&answered.unwrap().0).contains("\"body\":1"));
}

#[tokio::test]
async fn bulk_memory_without_end_uses_up_its_cpu_time() {
    let fill = "(loop $again (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br $again)) (unreachable)";
    assert_eq!(told(&hurried(&Wat::respond(fill)).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

#[tokio::test]
async fn what_spins_once_it_has_returned_uses_up_its_cpu_time() {
    let post =
        r#"(func (export "cabi_post_ringback:gateway/responder@0.1.0#respond") (param i32) (loop $again (br $again)))"#;
    let guest = Wat { items: post.into(), ..Wat::default() };
    assert_eq!(told(&hurried(&guest.build()).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

#[test]
fn a_configuration_that_is_checked_without_end_never_serves() {
    let text = r#"(module (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
        (func (export "ringback:gateway/configuration@0.1.0#configure") (param i32 i32) (result i32)
            (loop $again (br $again)) (unreachable))
        (func (export "ringback:gateway/callback-policy@0.1.0#plan") (param i32) (result i32) (i32.const 0))
        (func (export "ringback:gateway/callback-policy@0.1.0#decide") (param i32) (result i32) (i32.const 0)))"#;
    let error = refusal(&encode_with(text, &[], &["configuration", "callback-policy"]));
    assert!(used_up_its_setup(&error.to_string()), "{error}");
}

#[tokio::test]
async fn the_operators_own_times_are_what_counts() {
    let mut short = source("short", &Wat::respond(SPIN));
    short.cpu_max = Some(Duration::from_millis(20));
    let fault = respond(&HOST.load(short.clone()).unwrap(), call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(told(&fault), (FaultKind::Cpu, "used more than 20 ms of CPU"));
    let told = |change: &dyn Fn(&mut PluginSource)| {
        let mut source = short.clone();
        change(&mut source);
        let error = HOST.load(source).unwrap_err();
        (error.to_string(), error.help().unwrap())
    };
    assert_eq!(
        told(&|source| source.cpu_max = Some(Duration::from_secs(11))),
        (
            "plugin `short` may not have 11000 ms of CPU for a call, 10000 ms is the most".into(),
            "lower `cpu-max`".into()
        )
    );
    assert_eq!(
        told(&|source| source.wall_max = Some(Duration::from_secs(31))),
        ("plugin `short` may not take 31000 ms for a call, 30000 ms is the most".into(), "lower `wall-max`".into())
    );
}

/// A call on a thread that has only this and the test: what of its time the test gets, in turns.
async fn turns_beside<T: Send + 'static>(call: impl Future<Output = T> + Send + 'static) -> (T, u32) {
    let call = tokio::spawn(call);
    let mut turns = 0;
    while !call.is_finished() {
        turns += 1;
        tokio::task::yield_now().await;
    }
    (call.await.unwrap(), turns)
}

/// In a tenth of a second. A guest that kept the thread would leave others a turn each five milliseconds: twenty.
const TURNS_OF_OTHERS: u32 = 1_000;

#[tokio::test]
async fn whoever_spins_leaves_the_thread_to_others() {
    let guest = Wat::respond(SPIN);
    let (fault, turns) = turns_beside(async move { hurried(&guest).await }).await;
    assert_eq!(fault.kind, FaultKind::Cpu);
    assert!(turns > TURNS_OF_OTHERS, "a responder left {turns}");
    let policy = policy("(loop $again (br $again))", "");
    let (planned, turns) = turns_beside(async move { policy.plan(&callback(), 1).await }).await;
    assert_eq!(planned.unwrap_err().kind, FaultKind::Cpu);
    assert!(turns > TURNS_OF_OTHERS, "a policy left {turns}");
    let streaming = streaming(&HOST, "(loop $again (br $again))", Instances::Fresh);
    let (fault, turns) = turns_beside(async move { all(stream(&streaming).await).await.1 }).await;
    assert_eq!(fault.unwrap().kind, FaultKind::Cpu);
    assert!(turns > TURNS_OF_OTHERS, "a stream left {turns}");
    let templates = compile(&renderer("", "(loop $again (br $again))"), &["a"]).await.ok().unwrap();
    let (rendered, turns) =
        turns_beside(async move { templates.render(&[0], Context::default(), call("/", "")).await.map(drop) }).await;
    assert_eq!(rendered.unwrap_err().kind, FaultKind::Cpu);
    assert!(turns > TURNS_OF_OTHERS, "a renderer left {turns}");
}
