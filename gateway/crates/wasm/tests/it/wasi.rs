//! The part of WASI that language runtimes ask for: it works with what a call has, and reaches nothing outside.

use ringback_model::{fault::FaultKind, seed::Seed};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::{
    logging::logged_by,
    support::{HOST, call, load, request, respond, source},
};

/// What the guest imports, in WASI's words.
const WASI: &str = "
    package test:runtime;
    world runtime {
        import wasi:clocks/monotonic-clock@0.2.6;
        import wasi:clocks/wall-clock@0.2.6;
        import wasi:random/random@0.2.6;
        import wasi:cli/environment@0.2.6;
        import wasi:cli/exit@0.2.6;
        import wasi:cli/stdin@0.2.6;
        import wasi:cli/stdout@0.2.6;
        import wasi:cli/stderr@0.2.6;
        import wasi:filesystem/preopens@0.2.6;
        import wasi:sockets/instance-network@0.2.6;
        import ringback:gateway/requests@0.1.0;
        export ringback:gateway/responder@0.1.0;
    }
    package wasi:io@0.2.6 {
        interface error { resource error { to-debug-string: func() -> string; } }
        interface poll { resource pollable { ready: func() -> bool; block: func(); } }
        interface streams {
            use error.{error};
            use poll.{pollable};
            variant stream-error { last-operation-failed(error), closed }
            resource input-stream {
                blocking-read: func(len: u64) -> result<list<u8>, stream-error>;
                subscribe: func() -> pollable;
            }
            resource output-stream {
                check-write: func() -> result<u64, stream-error>;
                write: func(contents: list<u8>) -> result<_, stream-error>;
                blocking-flush: func() -> result<_, stream-error>;
            }
        }
    }
    package wasi:clocks@0.2.6 {
        interface monotonic-clock {
            use wasi:io/poll@0.2.6.{pollable};
            now: func() -> u64;
            subscribe-duration: func(when: u64) -> pollable;
        }
        interface wall-clock {
            record datetime { seconds: u64, nanoseconds: u32 }
            now: func() -> datetime;
        }
    }
    package wasi:random@0.2.6 {
        interface random { get-random-bytes: func(len: u64) -> list<u8>; get-random-u64: func() -> u64; }
    }
    package wasi:cli@0.2.6 {
        interface environment { get-environment: func() -> list<tuple<string, string>>; initial-cwd: func() -> option<string>; }
        interface exit { exit: func(status: result); }
        interface stdin { use wasi:io/streams@0.2.6.{input-stream}; get-stdin: func() -> input-stream; }
        interface stdout { use wasi:io/streams@0.2.6.{output-stream}; get-stdout: func() -> output-stream; }
        interface stderr { use wasi:io/streams@0.2.6.{output-stream}; get-stderr: func() -> output-stream; }
    }
    package wasi:filesystem@0.2.6 {
        interface types { resource descriptor { sync: func(); } }
        interface preopens { use types.{descriptor}; get-directories: func() -> list<tuple<descriptor, string>>; }
    }
    package wasi:sockets@0.2.6 {
        interface network { resource network; }
        interface instance-network { use network.{network}; instance-network: func() -> network; }
    }";

/// A guest of that world; `respond` may use `$out`, `$say`, and what else it imports.
fn guest(respond: &str) -> Vec<u8> {
    component(respond, "nop")
}

/// A guest that does this when it is instantiated, which is before it has a call.
fn starting(start: &str) -> Vec<u8> {
    component("nop", start)
}

fn component(respond: &str, start: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "ringback:gateway/requests@0.1.0" "[resource-drop]request" (func $drop (param i32)))
            (import "wasi:clocks/monotonic-clock@0.2.6" "now" (func $now (result i64)))
            (import "wasi:clocks/monotonic-clock@0.2.6" "subscribe-duration" (func $sleep (param i64) (result i32)))
            (import "wasi:io/poll@0.2.6" "[method]pollable.block" (func $block (param i32)))
            (import "wasi:random/random@0.2.6" "get-random-u64" (func $random (result i64)))
            (import "wasi:random/random@0.2.6" "get-random-bytes" (func $bytes (param i64 i32)))
            (import "wasi:cli/stdin@0.2.6" "get-stdin" (func $stdin (result i32)))
            (import "wasi:io/streams@0.2.6" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
            (import "wasi:cli/stdout@0.2.6" "get-stdout" (func $stdout (result i32)))
            (import "wasi:cli/stderr@0.2.6" "get-stderr" (func $stderr (result i32)))
            (import "wasi:io/streams@0.2.6" "[method]output-stream.write" (func $write (param i32 i32 i32 i32)))
            (import "wasi:cli/environment@0.2.6" "get-environment" (func $environment (param i32)))
            (import "wasi:cli/exit@0.2.6" "exit" (func $exit (param i32)))
            (import "wasi:filesystem/preopens@0.2.6" "get-directories" (func $folders (param i32)))
            (import "wasi:sockets/instance-network@0.2.6" "instance-network" (func $network (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 1028) "\c8\00")
            (data (i32.const 2048) "one\0atwo\1b[2J")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192))
            (func (export "_initialize") {start})
            (func (export "ringback:gateway/responder@0.1.0#respond") (param $params i32) (result i32) (local $err i32) (local $n i32)
                (call $drop (i32.load offset=88 (local.get $params)))
                {respond}
                (i32.const 1024)))"#
    );
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    resolve.push_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../wit")).unwrap();
    let package = resolve.push_str("runtime.wit", WASI).unwrap();
    let world = resolve.select_world(&[package], Some("runtime")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

async fn status(respond_with: &str) -> Result<u16, (FaultKind, String)> {
    let plugin = load(&guest(respond_with));
    let answered = respond(&plugin, call("/", "")).await;
    answered.map(|(answer, _)| answer.status.as_u16()).map_err(|fault| (fault.kind, fault.message))
}

/// Traps unless a condition holds.
fn check(condition: &str) -> String {
    format!("(if (i32.eqz {condition}) (then unreachable))")
}

#[tokio::test]
async fn clocks_and_random_are_the_calls_own() {
    let request = request("/", "");
    let nanos = request.received.as_micros() * 1_000;
    let drawn = Seed(7).of_request(request.id).next_u64();
    let body = check(&format!("(i64.eq (call $random) (i64.const {drawn}))"))
        + &check(&format!("(i64.eq (call $now) (i64.const {nanos}))"));
    assert_eq!(status(&body).await, Ok(200));
    let greedy = status("(call $bytes (i64.const 1000000000000) (i32.const 3000))").await.unwrap_err();
    assert_eq!(
        greedy,
        (FaultKind::Trap, "broke its interface: 1000000000000 random bytes at once, 65536 are the most".into())
    );
}

#[tokio::test]
async fn who_sleeps_is_woken_at_once_and_finds_the_time_gone_by() {
    let hour_nanos = 3_600_000_000_000;
    let later = request("/", "").received.as_micros() * 1_000 + hour_nanos;
    let slept = format!("(call $block (call $sleep (i64.const {hour_nanos})))");
    assert_eq!(status(&(slept + &check(&format!("(i64.eq (call $now) (i64.const {later}))")))).await, Ok(200));
}

#[tokio::test]
async fn the_monotonic_clock_is_never_zero() {
    let started = HOST.load(source("runtime", &starting(&check("(i64.ne (call $now) (i64.const 0))"))));
    assert!(started.is_ok(), "{started:?}");
}

#[tokio::test]
async fn there_is_no_input_no_environment_and_no_folder() {
    let empty = |call: &str| format!("({call} (i32.const 3000))") + &check("(i32.eqz (i32.load (i32.const 3004)))");
    let closed = "(call $read (call $stdin) (i64.const 10) (i32.const 3000))".to_owned()
        + &check("(i32.and (i32.load8_u (i32.const 3000)) (i32.load8_u (i32.const 3004)))");
    assert_eq!(status(&(empty("call $environment") + &empty("call $folders") + &closed)).await, Ok(200));
}

#[tokio::test]
async fn what_reaches_outside_can_be_linked_and_traps_when_it_is_called() {
    let network = status("(drop (call $network))").await.unwrap_err();
    let message = "broke its interface: `wasi:sockets/instance-network#instance-network` is not for plugins";
    assert_eq!(network, (FaultKind::Trap, message.into()));
    let exit = status("(call $exit (i32.const 0))").await.unwrap_err();
    assert_eq!(exit, (FaultKind::Trap, "exited with code 0".into()));
}

#[tokio::test]
async fn the_granted_variables_are_there_and_no_others() {
    // One of them: its name and value have 5 and 3 bytes.
    let one = "(call $environment (i32.const 3000))".to_owned()
        + &check("(i32.eq (i32.load (i32.const 3004)) (i32.const 1))")
        + &check("(i32.eq (i32.load offset=4 (i32.load (i32.const 3000))) (i32.const 5))")
        + &check("(i32.eq (i32.load offset=12 (i32.load (i32.const 3000))) (i32.const 3))");
    let mut source = source("runtime", &guest(&one));
    source.grants.env = vec!["STAGE".into(), "UNSET".into()];
    source.env = vec![("STAGE".into(), "one".into()), ("HOME".into(), "/root".into())];
    let (answer, _) = respond(&HOST.load(source).unwrap(), call("/", "")).await.unwrap();
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn storms_and_leaks_come_to_an_end() {
    let storm = status("(loop $again (drop (call $random)) (br $again)) (unreachable)").await.unwrap_err();
    assert_eq!(storm, (FaultKind::HostCalls, "made more than 10000 host calls in one call".into()));
    let prints =
        "(loop $again (call $write (call $stdout) (i32.const 2048) (i32.const 11) (i32.const 3000)) (br $again))";
    let leak = status(&format!("{prints} (unreachable)")).await.unwrap_err();
    assert_eq!(leak, (FaultKind::Handles, "held more than 256 handles at once".into()));
}

#[tokio::test]
async fn a_guest_that_ends_itself_says_with_which_code() {
    let exit = status("(call $exit (i32.const 1))").await.unwrap_err();
    assert_eq!(exit, (FaultKind::Trap, "exited with code 1".into()));
}

#[tokio::test]
async fn the_first_and_the_last_words_of_a_guest_are_kept() {
    // Go says first why it panics, Python last; both print a long stack.
    let print = |at: u32| format!("(call $write (local.get $err) (i32.const {at}) (i32.const 40) (i32.const 3000))");
    let respond = format!(
        "(local.set $err (call $stderr))
        (memory.fill (i32.const 4000) (i32.const 0x66) (i32.const 39)) (i32.store8 (i32.const 4039) (i32.const 10))
        (memory.fill (i32.const 4040) (i32.const 0x6d) (i32.const 39)) (i32.store8 (i32.const 4079) (i32.const 10))
        (memory.fill (i32.const 4080) (i32.const 0x6c) (i32.const 39)) (i32.store8 (i32.const 4119) (i32.const 10))
        {}
        (loop $middle {} (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $middle (i32.lt_u (local.get $n) (i32.const 250))))
        {} unreachable",
        print(4000),
        print(4040),
        print(4080)
    );
    let (fault, _) = logged_by(&guest(&respond), call("/", "")).await;
    let detail = fault.unwrap_err().detail.unwrap();
    assert!(detail.starts_with(&"f".repeat(39)) && detail.contains(&format!("\n{}\n", "l".repeat(39))), "{detail}");
    assert!(detail.len() < 12 << 10, "{}", detail.len());
}

#[tokio::test]
async fn what_a_guest_prints_is_logged_line_by_line_and_explains_its_trap() {
    let print = |to: &str| format!("(call $write (call ${to}) (i32.const 2048) (i32.const 11) (i32.const 3000))");
    let text = logged_by(&guest(&print("stdout")), call("/", "")).await.1;
    assert_eq!(
        text,
        " INFO ringback::plugin: one plugin=test generation=1 request=req-3fa2c1-12\n\
         \x20INFO ringback::plugin: two\\u{1b}[2J plugin=test generation=1 request=req-3fa2c1-12\n"
    );
    let (fault, _) = logged_by(&guest(&(print("stderr") + "unreachable")), call("/", "")).await;
    let detail = fault.unwrap_err().detail.unwrap();
    assert!(detail.starts_with("one\ntwo\\u{1b}[2J\n"), "{detail}");
}
