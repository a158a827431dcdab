//! Each `tests/ui/NAME.toml` is read, and what is said about it must be what stands in `NAME.err` beside it.
//! `BLESS=1 cargo test -p ringback-config` writes these files anew: read the difference before you commit it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ringback_config::read;
use ringback_diag::{Colour, Sources, render};

/// What is said about a text that stands in the folder of the snapshots.
fn said(name: &str, text: &str) -> String {
    let env = |name: &str| (name == "SET").then(|| "a secret".to_owned());
    let mut sources = Sources::default();
    let diagnostics = match read(name, text, Path::new("tests/ui"), &env, &mut sources) {
        Ok(loaded) => loaded.warnings,
        Err(refused) => refused.diagnostics,
    };
    render(&diagnostics, &sources, Colour::Plain)
}

fn documents() -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir("tests/ui")?.collect::<io::Result<Vec<_>>>()?;
    let paths = entries.iter().map(fs::DirEntry::path);
    let mut documents: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    documents.sort();
    Ok(documents)
}

#[test]
fn every_mistake_is_told_as_the_snapshots_say() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut changed = vec![];
    for path in documents().unwrap() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let said = said(name, &fs::read_to_string(&path).unwrap());
        let snapshot = path.with_extension("err");
        if bless {
            fs::write(&snapshot, &said).unwrap();
        } else if fs::read_to_string(&snapshot).unwrap_or_default() != said {
            changed.push(format!("about {name} this is said now:\n\n{said}"));
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn a_secret_that_was_put_in_is_not_told() {
    for path in documents().unwrap() {
        let said = said("ringback.toml", &fs::read_to_string(&path).unwrap());
        assert!(!said.contains("a secret") && !said.contains("show this") && !said.contains("1234567890"), "{said}");
    }
}
