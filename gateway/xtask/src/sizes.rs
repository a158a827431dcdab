//! Long files: a reader should be able to hold one in mind.

use std::{fs, path::Path};

use anyhow::{Result, bail};

use crate::digest::files_below;

/// Lines at which a file should be thought over.
const WARN: usize = 400;
/// Lines that no file has a reason for.
const FAIL: usize = 800;

/// The folders that hold source.
const FOLDERS: [&str; 4] = ["gateway", "plugins", "plugin-sdk", "examples"];

/// Runs the task.
pub(crate) fn run(root: &Path) -> Result<()> {
    let mut sizes = Vec::new();
    for folder in FOLDERS.map(|folder| root.join(folder)) {
        if !folder.is_dir() {
            continue;
        }
        for file in files_below(&folder)? {
            if file.extension().is_some_and(|extension| extension == "rs") {
                let lines = fs::read_to_string(&file)?.lines().count();
                sizes.push((lines, file.strip_prefix(root).unwrap_or(&file).display().to_string()));
            }
        }
    }
    sizes.sort();
    let long = sizes.iter().rev().take_while(|(lines, _)| *lines >= WARN);
    for (lines, file) in long {
        println!("warning: `{file}` has {lines} lines; think again at {WARN}");
    }
    match sizes.last() {
        Some((lines, file)) if *lines > FAIL => bail!("`{file}` has {lines} lines; split it below {FAIL}"),
        _ => Ok(()),
    }
}
