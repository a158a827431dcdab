//! Each `tests/ui/NAME.json` is read, and what is said about it must be what stands in `NAME.err` beside it.
//! `BLESS=1 cargo test -p ringback-import` writes these files anew: read the difference before you commit it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ringback_diag::{Colour, Sources, render};
use ringback_import::mockoon;

fn said(name: &str, text: &str) -> String {
    let mut sources = Sources::default();
    let diagnostics = mockoon(name, text, &mut sources).map_or_else(|errors| errors, |imported| imported.warnings);
    render(&diagnostics, &sources, Colour::Plain)
}

fn documents() -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir("tests/ui")?.collect::<io::Result<Vec<_>>>()?;
    let paths = entries.iter().map(fs::DirEntry::path);
    let mut documents: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    documents.sort();
    Ok(documents)
}

#[test]
fn what_is_wrong_or_left_out_is_told_as_the_snapshots_say() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut changed = vec![];
    for path in documents().unwrap() {
        let name = path.file_name().and_then(|name| Path::new(name).to_str()).unwrap();
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
