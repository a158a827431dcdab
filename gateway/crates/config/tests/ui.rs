//! Each `tests/ui/NAME.toml` is read, and what is said about it must be what stands in `NAME.err` beside it; those of
//! `tests/ui/manifest` are read as manifests, `beside_*` as the operator's word about the plugin `kyc`.
//! `BLESS=1 cargo test -p ringback-config` writes these files anew: read the difference before you commit it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ringback_config::{
    manifest::{self, Word},
    read,
};
use ringback_diag::{Colour, Sources, render};
use ringback_model::ids::PluginName;

/// What is said about a text, by its name.
type About = fn(&str, &str) -> String;

/// Where the snapshots are, and what says something about a text of that folder.
const FOLDERS: [(&str, About); 2] = [("tests/ui", document), ("tests/ui/manifest", manifest)];

fn document(name: &str, text: &str) -> String {
    let env = |name: &str| (name == "SET").then(|| "a secret".to_owned());
    let mut sources = Sources::default();
    let diagnostics = match read(name, text, Path::new("tests/ui"), &env, &mut sources) {
        Ok(loaded) => loaded.warnings,
        Err(refused) => refused.diagnostics,
    };
    render(&diagnostics, &sources, Colour::Plain)
}

fn manifest(name: &str, text: &str) -> String {
    let mut sources = Sources::default();
    let plugin = PluginName::try_new("kyc").unwrap();
    let operator = Word::Operator { plugin: &plugin, folder: Path::new("plugins") };
    let word = if name.starts_with("beside_") { operator } else { Word::Author };
    let diagnostics = match manifest::parse(name, text, word, &mut sources) {
        Ok(parsed) => parsed.warnings,
        Err(diagnostics) => diagnostics,
    };
    render(&diagnostics, &sources, Colour::Plain)
}

fn texts(folder: &str) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let paths = entries.iter().map(fs::DirEntry::path);
    let mut documents: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    documents.sort();
    Ok(documents)
}

#[test]
fn every_mistake_is_told_as_the_snapshots_say() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut changed = vec![];
    for (folder, about) in FOLDERS {
        for path in texts(folder).unwrap() {
            let name = path.file_name().unwrap().to_str().unwrap();
            let said = about(name, &fs::read_to_string(&path).unwrap());
            let snapshot = path.with_extension("err");
            if bless {
                fs::write(&snapshot, &said).unwrap();
            } else if fs::read_to_string(&snapshot).unwrap_or_default() != said {
                changed.push(format!("about {name} this is said now:\n\n{said}"));
            }
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn a_secret_is_not_told() {
    for path in texts("tests/ui").unwrap() {
        let said = document("ringback.toml", &fs::read_to_string(&path).unwrap());
        for secret in ["a secret", "show this", "1234567890"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}
