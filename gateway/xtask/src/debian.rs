//! Installs on Debian what a check needs and the machine lacks. Only when asked to, and with a word about it.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::machine;

/// A compiler, and the standard library's sources to build for wasm: Debian carries no wasm target. The linker's package
/// has its version in its name.
const WASM_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const LINKER_PREFIX: &str = "lld-";

/// Makes it possible to build the bundled plugins, unless it is already.
pub(crate) fn install_missing() -> Result<()> {
    if machine::wasm_toolchain().is_ok() {
        return Ok(());
    }
    println!("no compiler here builds for wasm: installing Debian's");
    apt("apt-get", &["update", "--quiet"])?;
    let linker = newest_linker(&output("apt-cache", &["search", "--names-only", "^lld-[0-9]+$"])?)
        .context("the package lists have no `lld-<version>`")?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    let packages: Vec<&str> = install.into_iter().chain(WASM_PACKAGES).chain([linker.as_str()]).collect();
    apt("apt-get", &packages)
}

/// Installs packages.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    println!("installing Debian's {}", packages.join(", "));
    apt("apt-get", &["update", "--quiet"])?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    let arguments: Vec<&str> = install.into_iter().chain(packages.iter().copied()).collect();
    apt("apt-get", &arguments)
}

/// The highest version among lines like `lld-22 - LLVM-based linker`.
fn newest_linker(found: &str) -> Option<String> {
    let version = |line: &str| line.split(' ').next()?.strip_prefix(LINKER_PREFIX)?.parse::<u32>().ok();
    found.lines().filter_map(version).max().map(|version| format!("{LINKER_PREFIX}{version}"))
}

/// Runs a command as root: as it is, or with sudo where that asks for no password.
fn apt(program: &str, arguments: &[&str]) -> Result<()> {
    let is_root = output("id", &["-u"])?.trim() == "0";
    let mut command = Command::new(if is_root { program } else { "sudo" });
    if !is_root {
        command.args(["-n", program]);
    }
    let arguments = command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let status = arguments.status().with_context(|| format!("`{program}` can't be run: is this Debian?"))?;
    if !status.success() {
        bail!("`{program}` failed: install {} and `lld` by hand", WASM_PACKAGES.join(", "));
    }
    Ok(())
}

fn output(program: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program).args(arguments).output();
    let output = output.with_context(|| format!("`{program}` can't be run: is this Debian?"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::newest_linker;

    #[test]
    fn the_newest_linker_is_chosen_by_number() {
        let found = "lld-9 - LLVM-based linker\nlld-22 - LLVM-based linker\nlld-x - other\nliblld-30 - library\n";
        assert_eq!(newest_linker(found).as_deref(), Some("lld-22"));
        assert_eq!(newest_linker(""), None);
    }
}
