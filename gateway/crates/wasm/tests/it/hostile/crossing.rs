//! Guests that lie about what they hand over, or hand over more than they may.

use ringback_model::fault::FaultKind;
use ringback_wasm::PluginSource;

use super::{
    super::support::{HOST, Wat, call, fault, load, respond, says, source, text, view},
    answer, store, told,
};

#[tokio::test]
async fn host_calls_are_counted() {
    let guest = Wat {
        imports: r#"(import "ringback:gateway/clock@0.1.0" "now" (func $now (result i64)))"#,
        respond: "(loop $again (drop (call $now)) (br $again)) (unreachable)".into(),
        ..Wat::default()
    };
    let told_limit = (FaultKind::HostCalls, "made more than 10000 host calls in one call");
    assert_eq!(told(&fault(&guest.build()).await), told_limit);
    let few = HOST.load(PluginSource { host_calls_max: Some(3), ..source("few", &guest.build()) }).unwrap();
    assert!(says(&few, call("/", "")).await.contains("made more than 3 host calls in one call"));
}

#[tokio::test]
async fn lies_about_pointers_lengths_and_discriminants_are_traps() {
    let text = |at, len| store(16, 1) + &store(20, at) + &store(24, len);
    let cases = [
        ("a result beyond the memory", Wat::respond("(i32.const 0x7ffffff0)")),
        ("a result that is not aligned", Wat::respond("(i32.const 1025)")),
        ("a text beyond the memory", answer(&text(0x7fff_ffff, 16))),
        ("a text longer than the memory", answer(&text(0, 0x7fff_ffff))),
        ("a text that wraps around", answer(&text(0xffff_fff0, 0x20))),
        ("more headers than the memory holds", answer(&store(12, 0x0fff_ffff))),
        ("neither ok nor error", answer("(i32.store8 (global.get $ok) (i32.const 9))")),
        ("a body of no kind", answer(&store(16, 7))),
        ("a handle that it never had", Wat { drop_handle: "(call $drop (i32.const 77))", ..Wat::default() }.build()),
        ("a handle that it dropped before", {
            let twice = "(call $drop (i32.load offset=88 (local.get $params)))".repeat(2);
            Wat { drop_handle: twice.leak(), ..Wat::default() }.build()
        }),
        (
            "an error whose detail is neither there nor not",
            answer(
                "(i32.store8 (global.get $ok) (i32.const 1))
            (i32.store8 offset=12 (global.get $ok) (i32.const 7))",
            ),
        ),
        ("memory for its parameters that is not aligned", {
            let realloc = "(i32.add (call $bump (i32.add (local.get 3) (i32.const 1))) (i32.const 1))";
            Wat { realloc, ..Wat::default() }.build()
        }),
        (
            "a call out of its allocator",
            Wat {
                imports: r#"(import "ringback:gateway/clock@0.1.0" "now" (func $now (result i64)))"#,
                realloc: "(drop (call $now)) (call $bump (local.get 3))",
                ..Wat::default()
            }
            .build(),
        ),
        (
            "a trap once it has returned",
            Wat {
                items:
                    r#"(func (export "cabi_post_ringback:gateway/responder@0.1.0#respond") (param i32) (unreachable))"#
                        .into(),
                ..Wat::default()
            }
            .build(),
        ),
        ("memory for its parameters beyond its own", Wat { realloc: "(i32.const -8)", ..Wat::default() }.build()),
    ];
    for (what, guest) in cases {
        let fault = fault(&guest).await;
        assert_eq!(fault.kind, FaultKind::Trap, "{what}: {}", fault.message);
        assert!(
            fault.message.starts_with("broke its interface: ") || fault.message.starts_with("trapped: "),
            "{what}: {}",
            fault.message
        );
    }
}

#[tokio::test]
async fn a_text_that_is_not_utf8_is_a_trap() {
    let guest = Wat {
        items: r#"(data (i32.const 2048) "\ff\fe")"#.into(),
        respond: store(16, 1) + &store(20, 2048) + &store(24, 2) + "(global.get $ok)",
        ..Wat::default()
    };
    let fault = fault(&guest.build()).await;
    assert_eq!(fault.kind, FaultKind::Trap);
    assert!(fault.message.contains("utf-8"), "{}", fault.message);
}

#[tokio::test]
async fn what_is_handed_over_at_once_is_bounded() {
    // A list of 4 million empty fields, in a memory that is large enough for it.
    let list = fault(&answer(&(store(8, 0x1_0000) + &store(12, 4_000_000)))).await;
    assert_eq!(told(&list), (FaultKind::Output, "handed over more than 17 MiB at once"));
    let body = |len| answer(&(store(16, 2) + &store(20, 0x1_0000) + &store(24, len)));
    let body_16_5 = fault(&body(0x108_0000)).await;
    assert_eq!(told(&body_16_5), (FaultKind::Output, "answered with a body of 17301504 bytes, 16 MiB are the most"));
    let (whole, _) = respond(&load(&body(0x100_0000)), call("/", "")).await.unwrap();
    assert_eq!(text(&whole).len(), 16 << 20);
}

#[tokio::test]
async fn a_trap_after_a_bucket_was_changed_takes_the_change_with_it() {
    let guest = Wat {
        imports: r#"(import "ringback:gateway/buckets@0.1.0" "push" (func $push (param i32 i32 i32 i32 i32 i32 i32)))"#,
        items: r#"(data (i32.const 2048) "orders1")"#.into(),
        respond: "(call $push (i32.const 2048) (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 2054) (i32.const 1)
                (i32.const 3072))
            (if (i32.load8_u (i32.const 3072)) (then (loop $refused (br $refused))))
            (unreachable)"
            .into(),
        ..Wat::default()
    };
    let shown = view();
    let fault = fault(&guest.build()).await;
    // Not Cpu: the push was accepted before the trap.
    assert_eq!(fault.kind, FaultKind::Trap);
    assert_eq!(shown, view());
}
