//! Whatever stands in a file is read or refused, and what is said about it can be shown.

use std::path::Path;

use proptest::prelude::*;
use ringback_config::read;
use ringback_diag::{Colour, Sources, render, report};

/// Everything that a file may hold.
const EVERYTHING: &str = include_str!("ui/accepted.toml");

/// Reads a text and shows all that is said about it. Absent: nothing is.
fn said(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let diagnostics = match read("ringback.toml", text, Path::new("tests/ui"), &|_| None, &mut sources) {
        Ok(loaded) => loaded.warnings,
        Err(refused) => refused.diagnostics,
    };
    assert_eq!(report(&diagnostics, &sources).len(), diagnostics.as_slice().len());
    (!diagnostics.is_empty()).then(|| render(&diagnostics, &sources, Colour::Ansi))
}

/// Words that mean something in a file, and some that break it.
fn word() -> impl Strategy<Value = String> {
    let words = EVERYTHING.split_inclusive([' ', '\n', '=', '.', '"']).map(str::to_owned).collect::<Vec<_>>();
    prop_oneof![prop::sample::select(words), "\\PC{0,4}", r#"['"{}\[\]\\$\n\t=#é]{1,3}"#]
}

proptest! {
    #[test]
    fn any_text(text in "\\PC*") {
        said(&text);
    }

    #[test]
    fn any_words(words in prop::collection::vec(word(), 0..60)) {
        said(&words.concat());
    }

    #[test]
    fn any_change_of_a_good_file(at in 0..EVERYTHING.len(), removed in 0usize..40, put in word()) {
        let start = EVERYTHING.floor_char_boundary(at);
        let end = EVERYTHING.floor_char_boundary((start + removed).min(EVERYTHING.len()));
        said(&format!("{}{put}{}", &EVERYTHING[..start], &EVERYTHING[end..]));
    }
}

#[test]
fn nesting_is_bounded() {
    for open in ["[", "{a=", "a."] {
        assert!(said(&format!("[buckets]\na = {}", open.repeat(100_000))).is_some());
    }
}
