//! Guests that take more room than they may.

use ringback_model::fault::FaultKind;

use super::{
    super::support::{ECHO, HOST, Wat, call, fault, load, refusal, reply, respond, says, source, texts},
    told,
};

#[tokio::test]
async fn recursion_uses_up_the_stack() {
    let guest = Wat {
        items: "(func $f (call $f) (call $f))".into(),
        respond: "(call $f) (global.get $ok)".into(),
        ..Wat::default()
    };
    assert_eq!(told(&fault(&guest.build()).await), (FaultKind::Stack, "used more than 512 KiB of stack"));
}

#[tokio::test]
async fn memory_grows_to_the_limit_and_no_further() {
    let grow = "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (unreachable)";
    let guest = Wat::respond(grow);
    assert_eq!(told(&fault(&guest).await), (FaultKind::Memory, "needed more than 64 MiB of memory"));
    // The operator's figure, not a constant, is what counts.
    let mut source = source("small", &guest);
    source.memory_max_bytes = Some(1 << 20);
    let small = HOST.load(source).unwrap();
    let fault = respond(&small, call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(told(&fault), (FaultKind::Memory, "needed more than 1 MiB of memory"));
}

#[tokio::test]
async fn tables_grow_to_the_limit_and_no_further() {
    let guest = Wat {
        items: "(table $t 1 funcref)".into(),
        respond: "(loop $more (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 500)) (i32.const -1))))
            (unreachable)"
            .into(),
        ..Wat::default()
    };
    assert_eq!(told(&fault(&guest.build()).await), (FaultKind::Table, "needed more than 100000 table elements"));
}

#[test]
fn what_no_instance_may_have_is_refused_before_it_serves() {
    let memory = refusal(&Wat { memory: "16384", ..Wat::default() }.build());
    assert_eq!(
        memory.to_string(),
        "plugin `test` needs 1024 MiB of memory at its start, its instances may have 64 MiB"
    );
    let table = refusal(&Wat { items: "(table 100001 funcref)".into(), ..Wat::default() }.build());
    assert_eq!(table.to_string(), "plugin `test` needs a table of 100001 elements at its start, 100000 are the most");
    let one = "(core instance (instantiate $m))";
    let many =
        |item: &str, count: usize| wat::parse_str(format!("(component (core module $m {item}) {})", one.repeat(count)));
    let memories = refusal(&many("(memory 1)", 5).unwrap());
    assert_eq!(memories.to_string(), "plugin `test` needs 5 memories, 4 are the most");
    let memories =
        refusal(&wat::parse_str(format!("(component (core module $m {}) {one})", "(memory 1)".repeat(5))).unwrap());
    assert!(memories.to_string().contains("memories"), "{memories}");
    let tables = refusal(&many("(table 1 funcref)", 17).unwrap());
    assert_eq!(tables.to_string(), "plugin `test` needs 17 tables, 16 are the most");
    let instances = refusal(&many("(func)", 65).unwrap());
    assert_eq!(instances.to_string(), "plugin `test` needs 65 core instances, 64 are the most");
}

#[test]
fn memory_beyond_the_ceiling_is_not_for_the_operator_to_give() {
    let mut source = source("huge", ECHO);
    source.memory_max_bytes = Some(1 << 30);
    let error = HOST.load(source).unwrap_err();
    assert_eq!(error.to_string(), "plugin `huge` may not have 1024 MiB of memory, 256 MiB is the most");
}

#[tokio::test]
async fn many_memories_and_tables_count_as_one() {
    let memories = Wat {
        items: "(memory $second 1)".into(),
        respond: "(loop $more
                (drop (memory.grow (i32.const 16)))
                (br_if $more (i32.ne (memory.grow $second (i32.const 16)) (i32.const -1))))
            (if (i32.gt_u (memory.size) (i32.const 520)) (then (loop $one_alone (br $one_alone))))
            (unreachable)"
            .into(),
        ..Wat::default()
    };
    assert_eq!(told(&fault(&memories.build()).await), (FaultKind::Memory, "needed more than 64 MiB of memory"));
    let tables = Wat {
        items: "(table $a 1 funcref) (table $b 1 funcref)".into(),
        respond: "(drop (table.grow $a (ref.null func) (i32.const 60000)))
            (drop (table.grow $b (ref.null func) (i32.const 60000)))
            (unreachable)"
            .into(),
        ..Wat::default()
    };
    assert_eq!(told(&fault(&tables.build()).await), (FaultKind::Table, "needed more than 100000 table elements"));
}

#[test]
fn what_begins_beyond_its_own_end_never_serves() {
    for item in [r#"(data (i32.const 65536) "x")"#, "(table 1 funcref) (func $f) (elem (i32.const 1) $f)"] {
        let error = refusal(&Wat { items: item.into(), ..Wat::default() }.build());
        assert!(error.to_string().contains("out of bounds"), "{item}: {error}");
    }
}

#[tokio::test]
async fn what_a_call_stages_is_bounded() {
    let (data, arguments) = texts(2048, &["orders", ""]);
    let push = format!("(call $push {} (i32.const 65536) (i32.const 1000000) (i32.const 3072))", arguments.join(" "));
    let guest = Wat {
        imports: r#"(import "ringback:gateway/buckets@0.1.0" "push" (func $push (param i32 i32 i32 i32 i32 i32 i32)))"#,
        items: data,
        memory: "17",
        // A string of a million characters, again and again.
        respond: format!(
            "(memory.fill (i32.const 65536) (i32.const 0x61) (i32.const 1000000))
            (i32.store8 (i32.const 65536) (i32.const 0x22))
            (i32.store8 (i32.const 1065535) (i32.const 0x22))
            (loop $again {push} (br_if $again (i32.eqz (i32.load8_u (i32.const 3072)))))
            {}",
            reply(3080)
        ),
        ..Wat::default()
    };
    let said = says(&load(&guest.build()), call("/", "")).await;
    assert_eq!(said, "a call may stage at most 16777216 bytes of bucket changes");
}
