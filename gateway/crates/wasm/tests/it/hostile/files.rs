//! Files that are no plugin, or no plugin that any limit holds.

use proptest::prelude::*;
use ringback_wasm::{Refusal, inspect};

use super::super::support::{ECHO, HOST, Wat, refusal, source, with_section};

const HANDLEBARS: &[u8] = include_bytes!("../../../../../../plugins/handlebars/handlebars.wasm");

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

#[test]
fn what_nests_without_end_is_not_valid() {
    let types = (1..200).map(|n| format!("(type (list {}))", n - 1)).collect::<String>();
    let types = refusal(&wat::parse_str(format!("(component (type (list u8)) {types})")).unwrap());
    assert!(matches!(types.reason, Refusal::NotValid(_)), "{types}");
    // A section of a component is a component.
    let mut nested = wat::parse_str("(component)").unwrap();
    let head = nested.clone();
    for _ in 0..2_000 {
        let mut length = vec![];
        let mut rest = nested.len();
        while rest >= 0x80 {
            length.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
            rest >>= 7;
        }
        length.push(u8::try_from(rest).unwrap());
        nested = [&head[..], &[4], &length, &nested].concat();
    }
    let nested = refusal(&nested);
    assert!(matches!(nested.reason, Refusal::NotValid(_) | Refusal::NoHook), "{nested}");
}

#[test]
fn sections_that_lie_are_not_valid() {
    let component = Wat::default().build();
    let head = &component[..8];
    for (what, tail) in [
        ("longer than the file", &[0x01, 0xff, 0xff, 0xff, 0xff, 0x0f][..]),
        ("a length that never ends", &[0x01, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]),
        ("no such section", &[0x7f, 0x01, 0x00]),
        ("a million imports in two bytes", &[0x0a, 0x03, 0xc0, 0x84, 0x3d]),
    ] {
        let refused = refusal(&[head, tail].concat());
        assert!(matches!(refused.reason, Refusal::NotValid(_)), "{what}: {refused}");
    }
    let core = wat::parse_str("(module)").unwrap();
    let refused = refusal(&with_section(&core, "component-type:x", b"no world"));
    assert!(matches!(refused.reason, Refusal::NotComponent(_)), "{refused}");
}

#[test]
fn a_manifest_that_nobody_can_read_is_not_let_in() {
    let with = |manifest: &[u8]| with_section(&Wat::default().build(), "ringback:manifest", manifest);
    let long = refusal(&with(&[b'a'; 65_537]));
    assert_eq!(long.to_string(), "plugin `test` holds a manifest of 65537 bytes, 64 KiB are the most");
    assert_eq!(refusal(&with(b"\xff")).to_string(), "plugin `test` holds a manifest that is not UTF-8");
}

/// Loading a damaged file comes to an end, and not by a panic: in the time that an operator's has, since compilers give way
/// to whatever else this machine does.
fn ends(file: &[u8]) {
    if let Err(error) = HOST.load(source("damaged", file)) {
        assert!(!matches!(error.reason, Refusal::Internal(_) | Refusal::TimedOut(_)), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plugin_that_was_cut_off_or_damaged_is_refused_or_loads(
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        ends(&ECHO[..at.index(ECHO.len())]);
        let mut flipped = ECHO.to_vec();
        flipped[at.index(ECHO.len())] ^= flip;
        ends(&flipped);
        // The larger one goes through the gate, not through the compiler each time.
        let mut flipped = HANDLEBARS.to_vec();
        flipped[at.index(HANDLEBARS.len())] ^= flip;
        let _ = inspect(&flipped);
        let _ = inspect(&HANDLEBARS[..at.index(HANDLEBARS.len())]);
    }
}

#[test]
fn a_large_plugin_that_was_damaged_is_refused_or_loads() {
    // A few places of all its parts: names, types, code, data.
    for part in 1..8 {
        let mut flipped = HANDLEBARS.to_vec();
        flipped[HANDLEBARS.len() * part / 8] ^= 0x55;
        ends(&flipped);
    }
}
