//! Keeps the plugin contract compatible within a version.
//!
//! `gateway/xtask/wit-frozen/<major.minor>/` holds the contract as plugins out there were built for it. What it has,
//! the contract must still have, unchanged; interfaces, types, and functions that plugins import may be added. A
//! function added to a hook is refused: plugins that exist do not export it, so it needs an interface of its own.
//!
//! The Rust SDK carries a copy of the contract, since it is copied as a folder; the copy must be the same.

mod shape;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use wit_parser::Resolve;

/// What to do with the contract.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Takes additions into the frozen copy, once the check has passed
    #[arg(long)]
    freeze: bool,
    /// Copies the contract into the Rust SDK, once the check has passed
    #[arg(long)]
    copy: bool,
}

/// Every item of a contract by its name, with its shape in words: `types.field` to `record { name: string, ... }`.
type Contract = BTreeMap<String, Item>;

/// One thing that a plugin may rely on.
#[derive(Debug, PartialEq)]
pub(crate) struct Item {
    shape: String,
    /// A function of an interface that plugins export.
    is_hook: bool,
}

/// Runs the task.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let wit = root.join("wit");
    let current = read(&wit)?;
    let frozen_folder = root.join("gateway/xtask/wit-frozen").join(version(&wit)?);
    if frozen_folder.is_dir() {
        let problems = problems(&read(&frozen_folder)?, &current);
        if !problems.is_empty() {
            bail!(
                "the contract breaks plugins that were built for it\n  {}\n\
                 help: add a new name beside the old one, or a new interface; a removal waits for the next version",
                problems.join("\n  ")
            );
        }
        println!("{} items, none that was frozen has changed", current.len());
    } else if !options.freeze {
        bail!("no frozen copy `{}`\nhelp: `cargo xtask wit-check --freeze` makes one", frozen_folder.display());
    }
    if options.freeze {
        copy(&wit, &frozen_folder)?;
        println!("froze `{}`", frozen_folder.display());
    }
    let sdk_folder = root.join("plugin-sdk/wit");
    if options.copy {
        copy(&wit, &sdk_folder)?;
    }
    check_copy(&wit, &sdk_folder)
}

/// Makes a folder hold the files of the contract, and no other of that kind.
fn copy(wit: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in wit_files(to)? {
        fs::remove_file(&file).with_context(|| format!("cannot remove `{}`", file.display()))?;
    }
    for file in wit_files(wit)? {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, to.join(name)).with_context(|| format!("cannot copy `{}`", file.display()))?;
    }
    Ok(())
}

/// Refuses a copy that is not the contract, comments included.
fn check_copy(wit: &Path, copied: &Path) -> Result<()> {
    let read = |folder: &Path| -> Result<BTreeMap<String, Vec<u8>>> {
        let files = wit_files(folder)?.into_iter().map(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok((name, fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?))
        });
        files.collect()
    };
    if read(wit)? != read(copied)? {
        bail!("`{}` is not the contract\nhelp: `cargo xtask wit-check --copy` makes it so", copied.display());
    }
    Ok(())
}

fn wit_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder).with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
    let files = files.flatten().map(|entry| entry.path());
    Ok(files.filter(|file| file.extension().is_some_and(|extension| extension == "wit")).collect())
}

fn read(folder: &Path) -> Result<Contract> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(folder).with_context(|| format!("`{}` is no contract", folder.display()))?;
    Ok(shape::items(&resolve, package))
}

/// `0.1` of `package ringback:gateway@0.1.0`: what the frozen copy is kept under.
fn version(folder: &Path) -> Result<String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(folder).with_context(|| format!("`{}` is no contract", folder.display()))?;
    let package = resolve.packages.get(package).context("the contract has no package")?;
    let version = package.name.version.as_ref().context("the contract's package has no version")?;
    Ok(format!("{}.{}", version.major, version.minor))
}

/// What of the frozen contract is gone or different, and what was added where nothing may be.
fn problems(frozen: &Contract, current: &Contract) -> Vec<String> {
    let lost = frozen.iter().filter_map(|(name, item)| match current.get(name) {
        None => Some(format!("`{name}` is gone; it was {}", item.shape)),
        Some(now) if now.shape != item.shape => {
            Some(format!("`{name}` has changed\n    from {}\n    to   {}", item.shape, now.shape))
        }
        Some(_) => None,
    });
    let added = current
        .iter()
        .filter(|(name, item)| item.is_hook && !frozen.contains_key(*name) && hook_is_known(frozen, name));
    let added = added.map(|(name, _)| {
        format!("`{name}` was added to a hook: plugins that exist do not export it; give it an interface of its own")
    });
    lost.chain(added).collect()
}

/// Whether the interface of an added function was there before: a new hook may have any function.
fn hook_is_known(frozen: &Contract, name: &str) -> bool {
    let interface = name.split('.').next().unwrap_or_default();
    frozen.contains_key(interface)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use wit_parser::Resolve;

    use super::{Contract, check_copy, copy, problems, shape};

    const FROZEN: &str = "
        package ringback:gateway@0.1.0;
        interface types { record field { name: string, value: string } enum level { low, high } }
        interface log { use types.{field}; resource line { end: func(); } write: func(message: string, fields: list<field>) -> result<_, string>; }
        interface responder { respond: func(n: u32) -> string; }
        world plugin { import types; import log; export responder; }
    ";

    fn contract(wit: &str) -> Contract {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("test.wit", wit).unwrap();
        shape::items(&resolve, package)
    }

    fn after(from: &str, to: &str) -> Vec<String> {
        let changed = FROZEN.replace(from, to);
        assert!(from.is_empty() || changed != FROZEN, "nothing was changed");
        problems(&contract(FROZEN), &contract(&changed))
    }

    #[test]
    fn nothing_changed_is_nothing_to_say() {
        assert_eq!(after("", ""), Vec::<String>::new());
    }

    #[test]
    fn removals_are_refused() {
        assert!(after("end: func();", "")[0].contains("`log.line.end` is gone"));
        assert!(after("value: string }", "}")[0].contains("`types.field` has changed"));
        assert!(after("import log;", "")[0].contains("`world plugin: import log` is gone"));
        assert!(after("respond: func(n: u32) -> string;", "")[0].contains("`responder.respond` is gone"));
    }

    #[test]
    fn changes_are_refused() {
        for (from, to, item) in [
            ("message: string", "message: u32", "log.write"),
            ("message: string", "text: string", "log.write"),
            ("result<_, string>", "result", "log.write"),
            ("value: string }", "value: string, more: u8 }", "types.field"),
            ("low, high", "high, low", "types.level"),
            ("low, high", "low, high, higher", "types.level"),
        ] {
            assert!(after(from, to)[0].contains(&format!("`{item}` has changed")), "{from} -> {to}");
        }
    }

    #[test]
    fn additions_pass() {
        for (from, to) in [
            ("resource line", "flush: func(); resource line"),
            ("end: func();", "end: func(); start: func();"),
            ("enum level", "record other { a: u8 } enum level"),
            ("interface responder", "interface more { go: func(); } interface responder"),
            ("export responder;", "export responder; export later; } interface later { go: func(); } world other {"),
        ] {
            assert_eq!(after(from, to), Vec::<String>::new(), "{to}");
        }
    }

    #[test]
    fn a_function_added_to_a_hook_is_refused() {
        assert!(
            after("respond: func", "ready: func(); respond: func")[0].contains("`responder.ready` was added to a hook")
        );
    }

    #[test]
    fn a_copy_is_the_contract_to_the_letter() {
        let folder = tempfile::tempdir().unwrap();
        let (wit, copied) = (folder.path().join("wit"), folder.path().join("copied"));
        fs::create_dir(&wit).unwrap();
        fs::write(wit.join("a.wit"), "/// One\ninterface a {}").unwrap();
        copy(&wit, &copied).unwrap();
        check_copy(&wit, &copied).unwrap();
        fs::write(copied.join("a.wit"), "/// Two\ninterface a {}").unwrap();
        assert!(check_copy(&wit, &copied).unwrap_err().to_string().contains("--copy"));
        fs::write(copied.join("b.wit"), "interface b {}").unwrap();
        copy(&wit, &copied).unwrap();
        check_copy(&wit, &copied).unwrap();
    }
}
