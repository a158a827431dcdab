//! Finds a way to build for `wasm32-unknown-unknown`: a compiler with that target installed, or one with the standard
//! library's sources, which is then built along (Debian carries no wasm target, but both of these).

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Machine, Missing};

/// What a guest is built for: no WASI, so it imports nothing but the contract.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The stack of a guest, in bytes. The default of 1 MiB makes a fresh instance twice as dear: its pages are touched
/// and kept. The engine bounds its recursion by this.
const STACK_BYTES: u32 = 65_536;

/// A compiler that can build a guest.
#[derive(Debug)]
pub struct Toolchain {
    rustc: PathBuf,
    cargo: PathBuf,
    sysroot: PathBuf,
    machine: Machine,
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
    /// The first way that works: what is in the path, then the system's own.
    ///
    /// # Errors
    /// What is missing.
    pub fn discover(machine: &Machine) -> Result<Self, Missing> {
        let mut reasons = Vec::new();
        let in_path = machine.find("rustc").zip(machine.find("cargo"));
        if in_path.is_none() {
            reasons.push("`rustc` and `cargo` are not in PATH".to_owned());
        }
        let system = (PathBuf::from("/usr/bin/rustc"), PathBuf::from("/usr/bin/cargo"));
        for (rustc, cargo) in
            in_path.into_iter().chain([system]).filter(|(rustc, cargo)| rustc.is_file() && cargo.is_file())
        {
            match Self::inspect(machine, &rustc, &cargo) {
                Ok(toolchain) => return Ok(toolchain),
                Err(reason) => reasons.push(format!("`{}` {reason}", rustc.display())),
            }
        }
        let what = format!("a compiler that builds for {TARGET}: {}", reasons.join("; "));
        let get = [
            ("rustup", format!("rustup target add {TARGET}")),
            ("Debian", "apt-get install rustc-web cargo-web rust-web-src lld".to_owned()),
        ];
        Err(Missing { what, get: get.into() })
    }

    fn inspect(machine: &Machine, rustc: &Path, cargo: &Path) -> Result<Self, &'static str> {
        let version = machine.first_line(rustc, ["--version"]).ok_or("does not run")?;
        machine.first_line(cargo, ["--version"]).ok_or("has no `cargo` that runs")?;
        let sysroot = PathBuf::from(machine.first_line(rustc, ["--print", "sysroot"]).ok_or("has no sysroot")?);
        let rustlib = sysroot.join("lib/rustlib");
        let std = if rustlib.join(TARGET).join("lib").is_dir() {
            Std::Installed
        } else if rustlib.join("src/rust/library/std/Cargo.toml").is_file() {
            let no_linker = "has the standard library's sources, but no linker for wasm: install lld";
            Std::FromSource { linker: linker(machine, &rustlib).ok_or(no_linker)? }
        } else {
            return Err("has neither that target nor the standard library's sources");
        };
        Ok(Self { rustc: rustc.into(), cargo: cargo.into(), sysroot, machine: machine.clone(), version, std })
    }

    /// Whether the standard library is built along.
    pub fn builds_std(&self) -> bool {
        matches!(self.std, Std::FromSource { .. })
    }

    /// The command that builds the crate in a folder for release. Nothing of this machine gets into what it builds: paths
    /// below `root` become paths below `name`, and flags of the environment are left out.
    pub fn build(&self, root: &Path, name: &str, folder: &Path, target: &Path) -> Command {
        let mut command = self.machine.command(&self.cargo);
        command.current_dir(folder).args(["build", "--release", "--target", TARGET, "--target-dir"]).arg(target);
        command.env("RUSTC", &self.rustc);
        for variable in
            ["RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_INCREMENTAL"]
        {
            command.env_remove(variable);
        }
        command.env("CARGO_ENCODED_RUSTFLAGS", self.flags(root, name).join("\u{1f}"));
        if let Std::FromSource { linker } = &self.std {
            command.arg("-Zbuild-std=std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        command
    }

    fn flags(&self, root: &Path, name: &str) -> Vec<String> {
        let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
        let mut flags =
            vec![format!("-Clink-arg=-zstack-size={STACK_BYTES}"), remap(root, name), remap(&self.sysroot, "/rust")];
        flags.extend(self.machine.cargo_home.as_deref().map(|home| remap(home, "/cargo")));
        flags
    }
}

/// LLVM's linker for wasm: `wasm-ld`, Debian's `wasm-ld-22` (the highest there is), or the toolchain's own `rust-lld`.
fn linker(machine: &Machine, rustlib: &Path) -> Option<PathBuf> {
    let in_path = machine.folders().filter_map(|folder| best_wasm_ld(&folder)).next();
    in_path.or_else(|| {
        let hosts = rustlib.read_dir().ok()?;
        hosts.flatten().map(|host| host.path().join("bin/rust-lld")).find(|lld| lld.is_file())
    })
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
