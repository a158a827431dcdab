//! Writes the reference of the plugin contract, `wit/README.md`, from the contract's own comments, so that the two can't
//! part. The checks refuse one that is not what this writes.

mod page;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use clap::Args;
use wit_parser::Resolve;

/// What to do with the reference.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Only says whether it is what the contract's comments make it
    #[arg(long)]
    check: bool,
}

impl Options {
    /// What the checks run.
    pub(crate) const CHECK: Self = Self { check: true };
}

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let folder = root.join("wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(&folder).context("the contract does not parse")?;
    let page = page::write(&resolve, package).context("the contract has no package")?;
    let file = folder.join("README.md");
    if options.check {
        if fs::read_to_string(&file).unwrap_or_default() != page {
            bail!("`wit/README.md` is not what the contract says\nhelp: `cargo xtask wit-docs` writes it");
        }
        println!("the reference is what the contract says");
    } else {
        fs::write(&file, page).with_context(|| format!("cannot write `{}`", file.display()))?;
        println!("wrote `{}`", file.display());
    }
    Ok(())
}
