//! Files that are in the tree more than once, because whoever gets a part of it must find everything in there: the layers of
//! the templates and of the examples, and the vectors that all examples pass. Refuses copies that have parted.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// What is there twice: the one that is written, and where it is copied to; a file, or a folder with all in it.
const COPIES: [(&str, &[&str]); 8] = [
    ("plugin-sdk/templates/js/ringback.js", &["examples/kyc-js/ringback.js"]),
    ("plugin-sdk/templates/js/ringback.testing.js", &["examples/kyc-js/ringback.testing.js"]),
    ("plugin-sdk/templates/python/ringback.py", &["examples/kyc-python/ringback.py"]),
    ("plugin-sdk/templates/python/ringback_testing.py", &["examples/kyc-python/ringback_testing.py"]),
    ("plugin-sdk/templates/go/ringback", &["examples/kyc-go/ringback"]),
    ("plugin-sdk/templates/c/ringback", &["examples/kyc-c/ringback"]),
    (
        "examples/kyc-rust/tests/kyc.toml",
        &[
            "examples/kyc-js/tests/kyc.toml",
            "examples/kyc-python/tests/kyc.toml",
            "examples/kyc-go/tests/kyc.toml",
            "examples/kyc-c/tests/kyc.toml",
        ],
    ),
    (
        "examples/kyc-rust/tests/settings.toml",
        &[
            "examples/kyc-js/tests/settings.toml",
            "examples/kyc-python/tests/settings.toml",
            "examples/kyc-go/tests/settings.toml",
            "examples/kyc-c/tests/settings.toml",
        ],
    ),
];

/// Runs the task.
pub(crate) fn run(root: &Path) -> Result<()> {
    let mut parted = vec![];
    for (written, copies) in COPIES {
        for copy in copies {
            compare(&root.join(written), &root.join(copy), &mut parted)?;
        }
    }
    if !parted.is_empty() {
        let parted: Vec<_> = parted.iter().map(|path| path.strip_prefix(root).unwrap_or(path).display()).collect();
        let list = parted.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  ");
        bail!(
            "copies have parted from what they are copies of\n  {list}\nhelp: change the first, copy it over the others"
        );
    }
    println!("every copy is what it is a copy of");
    Ok(())
}

/// Adds the files that differ.
fn compare(written: &Path, copy: &Path, parted: &mut Vec<PathBuf>) -> Result<()> {
    if !written.is_dir() {
        let read = |path: &Path| fs::read(path).with_context(|| format!("cannot read `{}`", path.display()));
        if read(written)? != read(copy)? {
            parted.push(copy.to_owned());
        }
        return Ok(());
    }
    let (mut ours, mut theirs) = (names(written)?, names(copy)?);
    ours.append(&mut theirs);
    ours.sort();
    ours.dedup();
    for name in ours {
        let (written, copy) = (written.join(&name), copy.join(&name));
        if written.exists() && copy.exists() {
            compare(&written, &copy, parted)?;
        } else {
            parted.push(copy);
        }
    }
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
    entries.map(|entry| Ok(entry?.file_name().into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_or_is_missing_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        file("a/same", "1");
        file("b/same", "1");
        file("a/in/differs", "1");
        file("b/in/differs", "2");
        file("a/gone", "1");
        file("b/new", "1");
        let mut parted = vec![];
        compare(&folder.path().join("a"), &folder.path().join("b"), &mut parted).unwrap();
        assert_eq!(parted, ["gone", "in/differs", "new"].map(|path| folder.path().join("b").join(path)));
    }
}
