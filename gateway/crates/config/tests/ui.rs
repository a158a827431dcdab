//! Each `tests/ui/NAME.toml` is read, and what is said about it must be what stands in `NAME.err` beside it.
//! `BLESS=1 cargo test -p ringback-config` writes these files anew: read the difference before you commit it.

use std::path::Path;

use ringback_config::read;
use ringback_diag::{Colour, Diagnostics, Sources, render};

fn said(path: &Path) -> String {
    let folder = path.parent().unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let env = |name: &str| (name == "SET").then(|| "a secret".to_owned());
    let mut sources = Sources::new(folder);
    let diagnostics: Diagnostics = match read(name, &text, folder, &env, &mut sources) {
        Ok(loaded) => loaded.warnings,
        Err(refused) => refused.diagnostics,
    };
    let text = render(&diagnostics, &sources, Colour::Plain);
    text.replace(folder.to_str().unwrap(), "tests/ui")
}

#[test]
fn every_mistake_is_told_as_the_snapshots_say() {
    let bless = std::env::var_os("BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut failures = vec![];
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let snapshot = path.with_extension("err");
        let said = said(&path);
        if bless {
            std::fs::write(&snapshot, &said).unwrap();
        } else if std::fs::read_to_string(&snapshot).ok().as_ref() != Some(&said) {
            failures.push(format!("{}: this is said now:\n{said}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
