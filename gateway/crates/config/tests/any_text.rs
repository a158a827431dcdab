//! Whatever stands in a file is read or refused, and what is said about it can be shown.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use proptest::prelude::*;
use ringback_config::{
    manifest::{self, Word},
    read,
};
use ringback_diag::{Colour, Diagnostics, Sources, render, report};
use ringback_model::ids::PluginName;

/// Everything that a file may hold.
const EVERYTHING: &str = include_str!("ui/accepted.toml");
/// Everything that Microcks' conventions add.
const MICROCKS: &str = include_str!("ui/microcks.toml");
/// Everything that a manifest may hold.
const MANIFEST: &str = include_str!("ui/manifest/beside_accepted.toml");

/// Reads a text and shows all that is said about it. Absent: nothing is.
fn said(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let diagnostics = match read("ringback.toml", text, Path::new("tests/ui"), &|_| None, &mut sources) {
        Ok(loaded) => loaded.warnings,
        Err(refused) => refused.diagnostics,
    };
    shown(&diagnostics, &sources)
}

/// Reads a text as a manifest, the author's and the operator's, adds what it brings to an environment, and shows all that is
/// said about it. Absent: nothing is.
fn said_of_manifest(text: &str) -> Option<String> {
    let plugin = PluginName::try_new("kyc").unwrap();
    let operator = Word::Operator { plugin: &plugin, folder: Path::new("plugins") };
    let mut said = None;
    for word in [Word::Author, operator] {
        let mut sources = Sources::default();
        let diagnostics = match manifest::parse("plugin.toml", text, word, &mut sources) {
            Ok(parsed) => {
                let document = read("ringback.toml", EVERYTHING, Path::new(""), &|_| Some("x".into()), &mut sources);
                let mut environment = document.unwrap().environment;
                let mut diagnostics = parsed.warnings;
                diagnostics.extend(manifest::merge(&mut environment, &plugin, &parsed.manifest));
                let names: std::collections::HashSet<_> = environment.routes.iter().map(|route| &route.name).collect();
                assert_eq!(names.len(), environment.routes.len(), "names are unique");
                diagnostics
            }
            Err(diagnostics) => diagnostics,
        };
        said = said.or(shown(&diagnostics, &sources));
    }
    said
}

fn shown(diagnostics: &Diagnostics, sources: &Sources) -> Option<String> {
    assert_eq!(report(diagnostics, sources).len(), diagnostics.as_slice().len());
    (!diagnostics.is_empty()).then(|| render(diagnostics, sources, Colour::Ansi))
}

/// Words that mean something in a file, and some that break it.
fn word() -> impl Strategy<Value = String> {
    let words = [EVERYTHING, MICROCKS, MANIFEST].concat();
    let words = words.split_inclusive([' ', '\n', '=', '.', '"']).map(str::to_owned).collect::<Vec<_>>();
    prop_oneof![prop::sample::select(words), "\\PC{0,4}", r#"['"{}\[\]\\$\n\t=#é]{1,3}"#]
}

proptest! {
    #[test]
    fn any_text(text in "\\PC*") {
        said(&text);
        said_of_manifest(&text);
    }

    #[test]
    fn any_words(words in prop::collection::vec(word(), 0..60)) {
        said(&words.concat());
        said_of_manifest(&words.concat());
    }

    #[test]
    fn any_change_of_a_good_file(at in 0..EVERYTHING.len(), removed in 0usize..40, put in word()) {
        let start = EVERYTHING.floor_char_boundary(at);
        let end = EVERYTHING.floor_char_boundary((start + removed).min(EVERYTHING.len()));
        said(&format!("{}{put}{}", &EVERYTHING[..start], &EVERYTHING[end..]));
    }

    #[test]
    fn any_change_of_a_good_file_of_microcks(at in 0..MICROCKS.len(), removed in 0usize..40, put in word()) {
        let start = MICROCKS.floor_char_boundary(at);
        let end = MICROCKS.floor_char_boundary((start + removed).min(MICROCKS.len()));
        said(&format!("{}{put}{}", &MICROCKS[..start], &MICROCKS[end..]));
    }

    #[test]
    fn any_change_of_a_good_manifest(at in 0..MANIFEST.len(), removed in 0usize..40, put in word()) {
        let start = MANIFEST.floor_char_boundary(at);
        let end = MANIFEST.floor_char_boundary((start + removed).min(MANIFEST.len()));
        said_of_manifest(&format!("{}{put}{}", &MANIFEST[..start], &MANIFEST[end..]));
    }
}

#[test]
fn nesting_is_bounded() {
    for open in ["[", "{a=", "a."] {
        assert!(said(&format!("[buckets]\na = {}", open.repeat(100_000))).is_some());
        assert!(said_of_manifest(&format!("name = 'a'\n[buckets]\na = {}", open.repeat(10_000))).is_some());
    }
}
