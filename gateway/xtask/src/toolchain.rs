//! Finds a way to build for `wasm32-unknown-unknown`: a compiler with that target installed, or one with the standard
//! library's sources, which is then built along (Debian carries no wasm target, but both of these).

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The stack of a guest, in bytes. The default of 1 MiB makes a fresh instance twice as dear: its pages are touched
/// and kept. The engine bounds its recursion by this.
const STACK_BYTES: u32 = 65_536;

/// A compiler that can build a guest.
#[derive(Debug)]
pub(crate) struct Toolchain {
    rustc: PathBuf,
    cargo: PathBuf,
    sysroot: PathBuf,
    /// `rustc --version`.
    pub version: String,
    std: Std,
}

/// Where the guest's standard library comes from.
#[derive(Debug)]
enum Std {
    Installed,
    /// Built along, and linked with this.
    FromSource {
        linker: PathBuf,
    },
}

// === impl Toolchain ===

impl Toolchain {
    /// The first way that works, or what is missing.
    pub(crate) fn discover() -> Result<Self> {
        let mut missing = Vec::new();
        for (rustc, cargo) in [("rustc", "cargo"), ("/usr/bin/rustc", "/usr/bin/cargo")] {
            match Self::inspect(Path::new(rustc), Path::new(cargo)) {
                Ok(toolchain) => return Ok(toolchain),
                Err(reason) => missing.push(format!("  `{rustc}`: {reason:#}")),
            }
        }
        bail!(
            "no compiler here can build for {TARGET}\n{}\n\
             help: `rustup target add {TARGET}`; or, on Debian, `apt-get install rustc-web cargo-web rust-web-src lld`",
            missing.join("\n")
        )
    }

    fn inspect(rustc: &Path, cargo: &Path) -> Result<Self> {
        let version = output(rustc, ["--version"])?;
        output(cargo, ["--version"])?;
        let sysroot = PathBuf::from(output(rustc, ["--print", "sysroot"])?);
        let rustlib = sysroot.join("lib/rustlib");
        let std = if rustlib.join(TARGET).join("lib").is_dir() {
            Std::Installed
        } else if rustlib.join("src/rust/library/std/Cargo.toml").is_file() {
            Std::FromSource {
                linker: linker(&rustlib)
                    .context("has the standard library's sources, but no linker for wasm: install lld")?,
            }
        } else {
            bail!("has neither the target {TARGET} nor the standard library's sources");
        };
        Ok(Self { rustc: rustc.into(), cargo: cargo.into(), sysroot, version, std })
    }

    pub(crate) fn builds_std(&self) -> bool {
        matches!(self.std, Std::FromSource { .. })
    }

    /// The command that builds the crate in a folder. Nothing of this machine gets into what it builds: no paths, no
    /// flags from the environment.
    pub(crate) fn build(&self, root: &Path, folder: &Path, target: &Path) -> Command {
        let mut command = Command::new(&self.cargo);
        command
            .current_dir(folder)
            .args(["build", "--release", "--locked", "--target", TARGET, "--target-dir"])
            .arg(target);
        command.env("RUSTC", &self.rustc);
        for variable in
            ["RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_INCREMENTAL"]
        {
            command.env_remove(variable);
        }
        command.env("CARGO_ENCODED_RUSTFLAGS", self.flags(root).join("\u{1f}"));
        if let Std::FromSource { linker } = &self.std {
            command.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
    }

    fn flags(&self, root: &Path) -> Vec<String> {
        let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
        let mut flags = vec![
            format!("-Clink-arg=-zstack-size={STACK_BYTES}"),
            remap(root, "/ringback"),
            remap(&self.sysroot, "/rust"),
        ];
        flags.extend(cargo_home().map(|home| remap(&home, "/cargo")));
        flags
    }
}

/// Where cargo keeps the sources of dependencies.
#[allow(clippy::disallowed_methods, reason = "a command line reads the environment")]
fn cargo_home() -> Option<PathBuf> {
    let home = |variable: &str| std::env::var(variable).ok().map(PathBuf::from);
    home("CARGO_HOME").or_else(|| home("HOME").map(|home| home.join(".cargo")))
}

/// LLVM's linker for wasm: `wasm-ld`, Debian's `wasm-ld-22` (the highest there is), or the toolchain's own `rust-lld`.
fn linker(rustlib: &Path) -> Option<PathBuf> {
    let in_path = std::env::split_paths(&path_variable()).filter_map(|folder| best_wasm_ld(&folder)).next();
    in_path.or_else(|| {
        let hosts = rustlib.read_dir().ok()?;
        hosts.flatten().map(|host| host.path().join("bin/rust-lld")).find(|lld| lld.is_file())
    })
}

#[allow(clippy::disallowed_methods, reason = "a command line reads the environment")]
fn path_variable() -> String {
    std::env::var("PATH").unwrap_or_default()
}

fn best_wasm_ld(folder: &Path) -> Option<PathBuf> {
    let names = folder.read_dir().ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let best = names.filter_map(|name| Some((wasm_ld_version(&name)?, name))).max()?;
    Some(folder.join(best.1))
}

/// The version in a linker's name; `wasm-ld` without one is the machine's choice and beats all.
fn wasm_ld_version(name: &str) -> Option<u32> {
    match name.strip_prefix("wasm-ld")? {
        "" => Some(u32::MAX),
        version => version.strip_prefix('-')?.parse().ok(),
    }
}

fn output<S: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = S>) -> Result<String> {
    let output = Command::new(program).args(arguments).output().context("is not there")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{best_wasm_ld, wasm_ld_version};

    #[test]
    fn the_highest_linker_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["wasm-ld-9", "wasm-ld-22", "wasm-ld-old", "ld.lld-30"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(best_wasm_ld(folder.path()).unwrap(), folder.path().join("wasm-ld-22"));
        assert_eq!(wasm_ld_version("wasm-ld"), Some(u32::MAX));
    }
}
