//! What is let in, and what the operator is told about what is not.

use ringback_model::environment::Grants;
use ringback_wasm::{LoadError, PluginFile, Refusal};

use super::support::{ECHO, HOST, Wat, encode, host, load, refusal, source};

/// Error and help, as a person sees them.
fn told(error: &LoadError) -> (String, Option<String>) {
    (error.to_string(), error.help())
}

fn importing(interface: &str, function: &str) -> Vec<u8> {
    let import = format!(r#"(component (import "{interface}" (instance (export "{function}" (func)))))"#);
    wat::parse_str(import).unwrap()
}

#[test]
fn a_core_module_with_a_world_is_wrapped_and_shown() {
    let plugin = load(ECHO);
    assert!(plugin.hooks().responder && !plugin.hooks().renderer);
    assert_eq!(plugin.file_bytes(), ECHO.len());
    assert_eq!(plugin.sha256().len(), 64);
    assert!(plugin.imports().iter().any(|import| import == "ringback:gateway/buckets@0.1.0"));
    assert_eq!(plugin.exports(), ["ringback:gateway/responder@0.1.0"]);
    assert_eq!((plugin.name().as_str(), plugin.generation()), ("test", 1));
}

#[test]
fn what_is_no_plugin_says_what_it_is() {
    assert!(matches!(refusal(b"").reason, Refusal::NotWasm));
    assert!(matches!(refusal(b"#!/bin/sh").reason, Refusal::NotWasm));
    assert_eq!(refusal(b"\0asm").to_string(), "plugin `test` is no WebAssembly file");
    let bare = refusal(&wat::parse_str("(module)").unwrap());
    assert_eq!(bare.to_string(), "plugin `test` is a core module without a world");
    let hookless = refusal(&wat::parse_str("(component)").unwrap());
    assert_eq!(
        told(&hookless),
        (
            "plugin `test` exports no hook of this gateway".into(),
            Some("export `responder`, `renderer` or `callback-policy` of `ringback:gateway@0.1.0`".into())
        )
    );
    let mut huge = wat::parse_str("(component)").unwrap();
    huge.resize(ringback_model::limits::COMPONENT_MAX_BYTES + 1, 0);
    assert_eq!(refusal(&huge).to_string(), "plugin `test` has more than 64 MiB");
}

#[test]
fn no_prefix_and_no_flipped_byte_of_a_plugin_gets_past_the_gate_or_breaks_it() {
    let component = Wat::default().build();
    for at in (0..component.len()).step_by(29) {
        let _ = refusal(&component[..at]);
        let mut flipped = component.clone();
        flipped[at] ^= 0xff;
        // Some bytes are names or data and may be anything; what matters is that loading comes to an end.
        let _ = HOST.load(source("flipped", &flipped));
    }
}

#[test]
fn machine_code_is_not_taken_from_anybody() {
    let engine = wasmtime::Engine::default();
    let code = engine.precompile_component(&wat::parse_str("(component)").unwrap()).unwrap();
    assert_eq!(refusal(&code).to_string(), "plugin `test` is a precompiled file, which can't be trusted");
}

#[test]
fn an_import_that_was_not_granted_names_the_line_that_grants_it() {
    let mut denied = source("kyc", ECHO);
    denied.grants = Grants::default();
    assert_eq!(
        told(&HOST.load(denied.clone()).unwrap_err()),
        (
            "plugin `kyc` imports `ringback:gateway/buckets` and `ringback:gateway/callbacks`, which it was not granted"
                .into(),
            Some(r#"add `grants = { buckets = ["orders"], callback-hosts = ["localhost:8080"] }`"#.into())
        )
    );
    denied.grants.buckets = ringback_model::environment::BucketGrant::All;
    assert_eq!(
        told(&HOST.load(denied).unwrap_err()),
        (
            "plugin `kyc` imports `ringback:gateway/callbacks`, which it was not granted".into(),
            Some(r#"add `grants = { callback-hosts = ["localhost:8080"] }`"#.into())
        )
    );
}

#[test]
fn an_import_that_nobody_offers_is_named() {
    let told = |interface| refusal(&importing(interface, "f")).to_string();
    assert_eq!(told("acme:crm/users@1.0.0"), "plugin `test` imports `acme:crm/users@1.0.0`, which no gateway offers");
    assert_eq!(
        told("wasi:keyvalue/store@0.2.0"),
        "plugin `test` imports `wasi:keyvalue/store@0.2.0`, which no gateway offers"
    );
    assert_eq!(told("wasi:io/poll@0.3.0"), "plugin `test` imports `wasi:io/poll@0.3.0`, which no gateway offers");
    for newer in ["ringback:gateway/clock@0.2.0", "ringback:gateway/dreams@0.1.3"] {
        let offers =
            "types, requests, buckets, callbacks, signer, clock, random, log, config, templates, upstream, environment";
        assert_eq!(
            told(newer),
            format!(
                "plugin `test` needs a gateway that offers `{newer}`; this one offers ringback:gateway@0.1.0 with: {offers}"
            )
        );
    }
    let hook = r#"(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f"))) (instance $h (export "respond" (func $f)))
        (export "ringback:gateway/responder@0.2.0" (instance $h)))"#;
    let hook = refusal(&wat::parse_str(hook).unwrap()).to_string();
    assert!(
        hook.starts_with("plugin `test` needs a gateway that offers `ringback:gateway/responder@0.2.0`;"),
        "{hook}"
    );
    let later = refusal(&importing("ringback:gateway/clock@0.1.7", "tomorrow"));
    assert!(matches!(later.reason, Refusal::NotLinked(_)), "{later}");
    assert!(later.to_string().contains("tomorrow"), "{later}");
}

#[test]
fn a_file_is_read_from_disk_or_says_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("echo.wasm");
    let mut on_disk = source("disk", &[]);
    on_disk.file = PluginFile::Path(path.clone());
    let missing = HOST.load(on_disk.clone()).unwrap_err();
    assert!(missing.to_string().starts_with("plugin `disk` can't be read from `"), "{missing}");
    std::fs::write(path, ECHO).unwrap();
    assert!(HOST.load(on_disk).is_ok());
}

#[test]
fn a_plugin_that_refuses_its_configuration_says_why() {
    let text = |result: &str| {
        format!(
            r#"(module
                (memory (export "memory") 1)
                (data (i32.const 1000) "`reject-after` must be above 3" "/reject-after" "raise it")
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
                (func (export "ringback:gateway/configuration@0.1.0#configure") (param i32 i32) (result i32)
                    {result} (i32.const 16))
                (func (export "ringback:gateway/responder@0.1.0#respond") (param i32) (result i32) (i32.const 0))
                (func (export "ringback:gateway/renderer@0.1.0#compile") (param i32 i32) (result i32) (i32.const 0))
                (func (export "ringback:gateway/renderer@0.1.0#render") (param i32) (result i32) (i32.const 0))
                (func (export "ringback:gateway/body-stream@0.1.0#next") (param i32) (result i32) (i32.const 0))
                (func (export "ringback:gateway/callback-policy@0.1.0#plan") (param i32) (result i32) (i32.const 0))
                (func (export "ringback:gateway/callback-policy@0.1.0#decide") (param i32) (result i32) (i32.const 0)))"#
        )
    };
    let word = |at: u32, value: u32| format!("(i32.store (i32.const {at}) (i32.const {value}))");
    let refused = [
        (16, 1),
        (20, 64),
        (24, 1),
        (64, 1000),
        (68, 30),
        (72, 1),
        (76, 1030),
        (80, 13),
        (96, 1),
        (100, 1043),
        (104, 8),
    ];
    let refused: String = refused.iter().map(|(at, value)| word(*at, *value)).collect();
    let error = refusal(&encode(&text(&refused), "plugin"));
    assert_eq!(
        told(&error),
        (
            "plugin `test` does not accept its configuration: `reject-after` must be above 3 (at `/reject-after`)"
                .into(),
            Some("raise it".into())
        )
    );
    let Refusal::Configuration(found) = error.reason else { panic!("{error}") };
    assert_eq!(found[0].pointer.as_deref(), Some("/reject-after"));
    let mute: String = [(16, 1), (24, 0)].iter().map(|(at, value)| word(*at, *value)).collect();
    let mute = refusal(&encode(&text(&mute), "plugin"));
    assert_eq!(mute.to_string(), "plugin `test` does not accept its configuration: it does not say why");
    let accepted = HOST.load(source("accepts", &encode(&text(""), "plugin"))).unwrap();
    assert!(accepted.hooks().configuration && accepted.hooks().callback_policy && accepted.hooks().renderer);
}

#[test]
fn a_load_that_takes_too_long_is_given_up() {
    let host = host(|options| options.load_max = std::time::Duration::ZERO);
    let error = host.load(source("slow", ECHO)).unwrap_err();
    assert_eq!(error.to_string(), "plugin `slow` did not load within 0 s");
}
