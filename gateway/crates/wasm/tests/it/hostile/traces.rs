//! Guests that look for what others left behind, and warm ones that outstay their call.

use ringback_model::{environment::Instances, fault::FaultKind};

use super::super::support::{HOST, Wat, call, host, respond, source};

#[tokio::test]
async fn no_instance_sees_what_another_left_behind() {
    // Scans 4 MiB, twice what is wiped by hand, for anything; answers 500 if there is any; then fills all of it.
    let guest = Wat {
        memory: "64",
        respond: "(local.set $at (i32.const 65536))
            (loop $scan
                (if (i64.ne (i64.load (local.get $at)) (i64.const 0))
                    (then (i32.store16 offset=4 (global.get $ok) (i32.const 500))))
                (local.set $at (i32.add (local.get $at) (i32.const 8)))
                (br_if $scan (i32.lt_u (local.get $at) (i32.const 0x400000))))
            (memory.fill (i32.const 65536) (i32.const 0xaa) (i32.const 0x3f0000))
            (global.get $ok)"
            .into(),
        ..Wat::default()
    };
    let host = host(|options| options.concurrency = 1);
    let guest = guest.build();
    let plugins = [host.load(source("one", &guest)).unwrap(), host.load(source("two", &guest)).unwrap()];
    for n in 0..8 {
        let (answer, _) = respond(&plugins[n % 2], call("/", "")).await.unwrap();
        assert_eq!(answer.status, 200, "call {n} found another call's bytes");
    }
}

#[tokio::test]
async fn no_instance_sees_what_one_left_behind_that_trapped() {
    // The same, but it traps once it has filled its memory.
    let scan = "(local.set $at (i32.const 65536))
        (loop $scan
            (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (loop $found (br $found))))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $scan (i32.lt_u (local.get $at) (i32.const 0x200000))))
        (memory.fill (i32.const 65536) (i32.const 0xaa) (i32.const 0x1f0000))
        (unreachable)";
    let host = host(|options| options.concurrency = 1);
    let plugin = host.load(source("traps", &Wat { memory: "32", respond: scan.into(), ..Wat::default() }.build()));
    let plugin = plugin.unwrap();
    for n in 0..4 {
        let fault = respond(&plugin, call("/", "")).await.map(drop).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Trap, "call {n} found another call's bytes: {fault}");
    }
}

const WARM: Instances = Instances::Warm { reuse: 1_000_000, max: None };

#[tokio::test]
async fn a_request_that_is_kept_beyond_its_call_is_found_out() {
    let guest = Wat {
        imports: r#"(import "ringback:gateway/requests@0.1.0" "[method]request.text" (func $text (param i32 i32)))"#,
        items: "(global $kept (mut i32) (i32.const 0))".into(),
        drop_handle: "(if (global.get $kept)
            (then (call $text (global.get $kept) (i32.const 2048)))
            (else (global.set $kept (i32.load offset=88 (local.get $params)))))",
        ..Wat::default()
    };
    let mut source = source("keeps", &guest.build());
    source.instances = WARM;
    let plugin = HOST.load(source).unwrap();
    assert!(respond(&plugin, call("/", "")).await.is_ok());
    let fault = respond(&plugin, call("/", "")).await.map(drop).unwrap_err();
    let message = "broke its interface: a `request` was used after the call that it was given to";
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Trap, message));
}

#[tokio::test]
async fn a_guest_that_drops_no_request_is_retired_and_goes_on_serving() {
    let guest = Wat {
        items: "(global $calls (mut i32) (i32.const 0))".into(),
        drop_handle: "(global.set $calls (i32.add (global.get $calls) (i32.const 1)))",
        respond:
            "(i32.store16 offset=4 (global.get $ok) (i32.add (i32.const 200) (global.get $calls))) (global.get $ok)"
                .into(),
        ..Wat::default()
    };
    let mut source = source("leaks", &guest.build());
    source.instances = WARM;
    let plugin = HOST.load(source).unwrap();
    let mut most = 0;
    for _ in 0..600 {
        let (answer, _) = respond(&plugin, call("/", "")).await.unwrap();
        most = most.max(answer.status.as_u16() - 200);
    }
    assert!((100..200).contains(&most), "an instance lived for {most} calls");
}
