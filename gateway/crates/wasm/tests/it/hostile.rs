//! A hostile guest for each limit: it runs, it does its worst, and the limit that it aims at stops it.

use std::sync::Arc;

use ringback_model::fault::{FaultKind, PluginFault};
use ringback_wasm::Refusal;

use super::{
    silent::Silent,
    support::{ECHO, Wat, call, fault, host, load, refusal, respond, source, text, view},
};

const SPIN: &str = "(loop $again (br $again)) (unreachable)";

/// The kind and the phrase of a fault.
fn told(fault: &PluginFault) -> (FaultKind, &str) {
    (fault.kind, &fault.message)
}

// === time ===

#[tokio::test]
async fn a_loop_without_end_uses_up_its_cpu_time() {
    assert_eq!(told(&fault(&Wat::respond(SPIN)).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

#[tokio::test]
async fn an_allocator_without_end_uses_up_its_cpu_time() {
    let guest = Wat { realloc: SPIN, ..Wat::default() };
    assert_eq!(told(&fault(&guest.build()).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

#[tokio::test]
async fn a_start_function_without_end_uses_up_its_cpu_time() {
    // It behaves while it is loaded, which is at time 0, and spins in a call.
    let guest = Wat {
        imports: r#"(import "ringback:gateway/clock@0.1.0" "now" (func $now (result i64)))"#,
        items: "(func $start (if (i64.ne (call $now) (i64.const 0)) (then (loop $again (br $again))))) (start $start)",
        ..Wat::default()
    };
    assert_eq!(told(&fault(&guest.build()).await), (FaultKind::Cpu, "used more than 100 ms of CPU"));
}

#[test]
fn a_component_that_spins_when_it_is_loaded_never_serves() {
    let guest = Wat { items: "(func $start (loop $again (br $again))) (start $start)", ..Wat::default() };
    let error = refusal(&guest.build());
    assert!(matches!(&error.reason, Refusal::Configure(fault) if fault.kind == FaultKind::Cpu), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_waits_too_long_for_the_host_is_ended() {
    let host = host(|options| options.store = Some(Arc::new(Silent)));
    let guest = Wat {
        imports: r#"(import "ringback:gateway/callbacks@0.1.0" "cancel" (func $cancel (param i32 i32) (result i32)))"#,
        items: r#"(data (i32.const 2048) "cb-000001-1.1")"#,
        respond: "(drop (call $cancel (i32.const 2048) (i32.const 13))) (global.get $ok)".into(),
        ..Wat::default()
    };
    let plugin = host.load(source("waits", &guest.build())).unwrap();
    let fault = respond(&plugin, call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(told(&fault), (FaultKind::Wall, "took longer than 5 s"));
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

// === space ===

#[tokio::test]
async fn recursion_uses_up_the_stack() {
    let guest =
        Wat { items: "(func $f (call $f) (call $f))", respond: "(call $f) (global.get $ok)".into(), ..Wat::default() };
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
    let small = super::support::HOST.load(source).unwrap();
    let fault = respond(&small, call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(told(&fault), (FaultKind::Memory, "needed more than 1 MiB of memory"));
}

#[tokio::test]
async fn tables_grow_to_the_limit_and_no_further() {
    let guest = Wat {
        items: "(table $t 1 funcref)",
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
    let table = refusal(&Wat { items: "(table 100001 funcref)", ..Wat::default() }.build());
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
    assert!(instances.to_string().contains("core module instances"), "{instances}");
}

#[test]
fn memory_beyond_the_ceiling_is_not_for_the_operator_to_give() {
    let mut source = source("huge", ECHO);
    source.memory_max_bytes = Some(1 << 30);
    let error = super::support::HOST.load(source).unwrap_err();
    assert_eq!(error.to_string(), "plugin `huge` may not have 1024 MiB of memory, 256 MiB is the most");
}

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

// === what crosses ===

#[tokio::test]
async fn host_calls_are_counted() {
    let guest = Wat {
        imports: r#"(import "ringback:gateway/clock@0.1.0" "now" (func $now (result i64)))"#,
        respond: "(loop $again (drop (call $now)) (br $again)) (unreachable)".into(),
        ..Wat::default()
    };
    let told_limit = (FaultKind::HostCalls, "made more than 10000 host calls in one call");
    assert_eq!(told(&fault(&guest.build()).await), told_limit);
}

/// An answer whose fields are set by `stores`, at 1024.
fn answer(stores: &str) -> Vec<u8> {
    Wat { memory: "1024", respond: format!("{stores} (global.get $ok)"), ..Wat::default() }.build()
}

fn store(offset: u32, value: u32) -> String {
    format!("(i32.store offset={offset} (global.get $ok) (i32.const {value}))")
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
        items: r#"(data (i32.const 2048) "\ff\fe")"#,
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
async fn an_answer_that_is_not_http_does_not_go_out() {
    let status = |status| answer(&format!("(i32.store16 offset=4 (global.get $ok) (i32.const {status}))"));
    for bad in [0, 99, 101, 199, 600, 65_535] {
        let fault = fault(&status(bad)).await;
        assert_eq!(
            (fault.kind, fault.message),
            (FaultKind::Invalid, format!("answered with status {bad}, which is not 200 to 599"))
        );
    }
    let header = |name: &'static str, value: &'static str| {
        let items = format!(r#"(data (i32.const 2048) "{name}") (data (i32.const 3072) "{value}")"#);
        let len = |text: &str| wat_len(text);
        let field = [2048, len(name), 3072, len(value)];
        let fields = field.iter().zip(0_u32..).map(|(part, n)| store(512 + 4 * n, *part)).collect::<String>();
        let respond = fields + &store(8, 1536) + &store(12, 1) + "(global.get $ok)";
        Wat { items: items.leak(), respond, ..Wat::default() }.build()
    };
    let cases = [
        ("x-a", "b\\0d\\0aset-cookie: c", "answered with header `x-a`, whose value holds control characters"),
        ("x-a\\0d\\0ab", "c", r"answered with header `x-a\r\nb`, whose name is not a token"),
        ("", "c", "answered with header ``, whose name is not a token"),
        ("Connection", "close", "answered with header `Connection`, which is the gateway's own"),
        ("transfer-encoding", "chunked", "answered with header `transfer-encoding`, which is the gateway's own"),
        ("content-length", "0", "answered with header `content-length`, which is the gateway's own"),
    ];
    for (name, value, message) in cases {
        assert_eq!(told(&fault(&header(name, value)).await), (FaultKind::Invalid, message));
    }
    let (answer, _) = respond(&load(&header("X-Obs", "\\c3\\a9")), call("/", "")).await.unwrap();
    assert_eq!(answer.headers["x-obs"].as_bytes(), "é".as_bytes());
}

/// How many bytes a WAT string stands for.
fn wat_len(text: &str) -> u32 {
    u32::try_from(text.len() - 2 * text.matches('\\').count()).unwrap()
}

#[tokio::test]
async fn headers_are_bounded_in_number_and_size() {
    // Empty names, which would be refused next if the number were not looked at first.
    let many = fault(&answer(&(store(8, 0x1_0000) + &store(12, 101)))).await;
    assert_eq!(told(&many), (FaultKind::Output, "answered with 101 header fields, 100 are the most"));
    let field = store(512, 0x1_0000) + &store(516, 65_537) + &store(8, 1536) + &store(12, 1);
    let large = fault(&answer(&field)).await;
    assert_eq!(told(&large), (FaultKind::Output, "answered with 65537 bytes of header fields, 64 KiB are the most"));
}

#[tokio::test]
async fn a_trap_after_a_bucket_was_changed_takes_the_change_with_it() {
    let guest = Wat {
        imports: r#"(import "ringback:gateway/buckets@0.1.0" "push" (func $push (param i32 i32 i32 i32 i32 i32 i32)))"#,
        items: r#"(data (i32.const 2048) "orders1")"#,
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

// === what is not let in ===

#[test]
fn wasm_that_no_limit_counts_is_not_valid() {
    let told = |item: &str| refusal(&wat::parse_str(format!("(component (core module {item}))")).unwrap()).to_string();
    let cases = [
        ("(memory 1 2 shared)", "threads"),
        ("(memory i64 1)", "memory64"),
        ("(type (struct))", "gc"),
        ("(tag)", "exceptions"),
    ];
    for (item, feature) in cases {
        assert!(told(item).starts_with("plugin `test` is not valid: "), "{}", told(item));
        assert!(told(item).contains(feature), "{feature}: {}", told(item));
    }
}
