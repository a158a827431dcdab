//! What an author is shown: the cost of a call, and what a file says about itself.

use ringback_wasm::{Grant, Tool, inspect};

use super::support::{ECHO, HOST, Wat, call, host, refusal, source, with_section};

/// Counts to a number, and asks for the time twice.
fn counts(to: u32) -> Vec<u8> {
    let respond = format!(
        "(drop (call $now)) (drop (call $now))
        (drop (memory.grow (i32.const 15)))
        (loop $again
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $at) (i32.const {to}))))
        (global.get $ok)"
    );
    let imports = r#"(import "ringback:gateway/clock@0.1.0" "now" (func $now (result i64)))"#;
    Wat { imports, respond, ..Wat::default() }.build()
}

#[tokio::test]
async fn a_call_says_what_it_cost_and_instructions_where_they_are_counted() {
    let counting = host(|options| options.count_instructions = true);
    let cost = async |host: &ringback_wasm::Host, to| {
        let plugin = host.load(source("counts", &counts(to))).unwrap();
        let (answered, cost) = plugin.respond_measured(call("/", "")).await;
        answered.unwrap();
        cost
    };
    let (thousand, again, two) =
        (cost(&counting, 1_000).await, cost(&counting, 1_000).await, cost(&counting, 2_000).await);
    assert_eq!((thousand.host_calls, thousand.memory_bytes), (2, 1 << 20));
    assert!(thousand.cpu <= thousand.took, "{thousand:?}");
    // The same work is the same number, on every machine.
    assert_eq!(thousand.instructions, again.instructions);
    let (thousand, two) = (thousand.instructions.unwrap(), two.instructions.unwrap());
    assert!(thousand > 5_000 && (two - thousand).is_multiple_of(1_000), "{thousand} {two}");
    assert_eq!(cost(&HOST, 1_000).await.instructions, None);
}

#[tokio::test]
async fn a_call_that_was_stopped_says_what_it_cost_too() {
    let plugin = HOST.load(source("spins", &Wat::respond("(loop $again (br $again)) (unreachable)"))).unwrap();
    let (answered, cost) = plugin.respond_measured(call("/", "")).await;
    assert!(answered.is_err() && cost.cpu.as_millis() >= 100, "{cost:?}");
    let plugin = HOST.load(source("policy", &policy())).unwrap();
    let fault = plugin.respond_measured(call("/", "")).await.0.map(drop).unwrap_err();
    assert_eq!(fault.message, "exports no responder");
}

fn policy() -> Vec<u8> {
    super::support::encode_with(
        r#"(module (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
            (func (export "ringback:gateway/callback-policy@0.1.0#plan") (param i32) (result i32) (i32.const 0))
            (func (export "ringback:gateway/callback-policy@0.1.0#decide") (param i32) (result i32) (i32.const 0)))"#,
        &[],
        &["callback-policy"],
    )
}

#[test]
fn a_file_says_what_it_is_what_it_needs_and_who_made_it() {
    // Fields of the section: one, `language`, with one value.
    let producers = [&[1, 8], &b"language"[..], &[1, 4], b"Rust", &[6], b"1.95.0"].concat();
    let seen = inspect(&with_section(ECHO, "producers", &producers)).unwrap();
    assert!(!seen.is_component && seen.hooks.responder && !seen.hooks.renderer, "{seen:?}");
    assert_eq!((seen.file_bytes, seen.contract.as_deref()), (ECHO.len() + 35, Some("0.1.0")));
    assert_eq!(seen.needs, [Grant::Buckets, Grant::CallbackHosts]);
    assert_eq!(seen.languages, [Tool { name: "Rust".into(), version: "1.95.0".into() }]);
    assert!(seen.unknown.is_empty() && seen.manifest.is_none());
}

#[test]
fn a_file_that_would_be_refused_is_shown_all_the_same() {
    let component = r#"(component
        (import "ringback:gateway/signer@0.1.0" (instance (export "sign" (func))))
        (import "ringback:gateway/dreams@0.1.0" (instance (export "dream" (func))))
        (import "acme:crm/users@1.0.0" (instance (export "f" (func)))))"#;
    let component = wat::parse_str(component).unwrap();
    let component = with_section(&component, "ringback:manifest", b"name = \"kyc\"");
    let component = with_section(&component, "ringback:contract", b"0.1.3");
    let seen = inspect(&component).unwrap();
    assert!(seen.is_component);
    assert_eq!((seen.manifest.as_deref(), seen.contract.as_deref()), (Some("name = \"kyc\""), Some("0.1.3")));
    assert_eq!(seen.needs, [Grant::Secrets]);
    assert_eq!(seen.unknown, ["ringback:gateway/dreams@0.1.0", "acme:crm/users@1.0.0"]);
    refusal(&component);
    assert!(inspect(b"#!/bin/sh").is_err());
}

#[test]
fn a_loaded_plugin_has_its_manifest() {
    let plugin = HOST.load(source("kyc", &with_section(&Wat::default().build(), "ringback:manifest", b"name = 'kyc'")));
    assert_eq!(plugin.unwrap().manifest(), Some("name = 'kyc'"));
    assert_eq!(super::support::load(ECHO).manifest(), None);
}
