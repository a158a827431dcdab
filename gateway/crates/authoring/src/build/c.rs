//! C: clang and LLVM's linker for wasm, without WASI and without a C library but the one that the project brings.

use std::{
    fs::DirEntry,
    path::{Path, PathBuf},
};

use super::{Output, Plan, Project};
use crate::{Machine, Missing};

/// What every C plugin is compiled with. No WASI, so it imports nothing but the contract; a small stack, since each call
/// starts on a fresh one.
const COMPILE: [&str; 22] = [
    "--target=wasm32-unknown-unknown",
    "-std=c11",
    "-Os",
    "-Wall",
    "-Wextra",
    "-Werror=implicit-function-declaration",
    "-mbulk-memory",
    "-msign-ext",
    "-mnontrapping-fptoint",
    "-ffreestanding",
    "-fno-builtin-printf",
    "-nostdlib",
    "-nostdlibinc",
    "-isystem",
    "ringback/libc",
    "-ffunction-sections",
    "-fdata-sections",
    "-Wl,--no-entry",
    "-Wl,--gc-sections",
    "-Wl,--stack-first",
    "-Wl,-z,stack-size=65536",
    "-Wl,--strip-all",
];

const FROM: [(&str, &str); 3] = [
    ("Debian, Ubuntu", "apt-get install clang lld"),
    ("Fedora", "dnf install clang lld"),
    ("macOS", "brew install llvm lld"),
];

pub(super) fn plan(project: &Project, machine: &Machine, scratch: &Path) -> Result<Plan, Vec<Missing>> {
    let clang = clang(machine).ok_or_else(|| Missing::new("clang with the target wasm32: none is in PATH", &FROM));
    let linker = linker(machine, clang.as_deref().ok())
        .ok_or_else(|| Missing::new("LLVM's linker for wasm: no `wasm-ld` is in PATH", &FROM));
    let (clang, linker) = match (clang, linker) {
        (Ok(clang), Ok(linker)) => (clang, linker),
        (clang, linker) => return Err([clang.err(), linker.err()].into_iter().flatten().collect()),
    };
    let module = scratch.join("core.wasm");
    let mut step = machine.command(&clang);
    step.current_dir(&project.folder)
        .args(COMPILE)
        .arg(format!("-fuse-ld={}", linker.display()))
        .arg("-o")
        .arg(&module)
        .args(sources(&project.folder));
    let says = |program: &Path| machine.first_line(program, ["--version"]).unwrap_or_default();
    Ok(Plan { tools: vec![says(&clang), says(&linker)], steps: vec![step], output: Output::Module(module) })
}

/// The C files of the project and of the layer, relative to the project, but for those of its native tests.
fn sources(project: &Path) -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for folder in ["", "ringback"] {
        let entries = project.join(folder).read_dir().into_iter().flatten().flatten();
        sources.extend(entries.filter(is_source).map(|entry| Path::new(folder).join(entry.file_name())));
    }
    sources.sort();
    sources
}

fn is_source(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    name.ends_with(".c") && !name.ends_with("_test.c") && name != "fake.c"
}

/// A clang that knows the target: Apple's own does not.
fn clang(machine: &Machine) -> Option<PathBuf> {
    let highest = highest(machine, "clang-");
    let candidates = machine.find("clang").into_iter().chain(highest);
    let knows = |clang: &PathBuf| {
        let targets = machine.command(clang).arg("--print-targets").output();
        targets.is_ok_and(|targets| String::from_utf8_lossy(&targets.stdout).contains("wasm32"))
    };
    candidates.into_iter().find(knows)
}

fn linker(machine: &Machine, clang: Option<&Path>) -> Option<PathBuf> {
    let own = || {
        let named = PathBuf::from(machine.first_line(clang?, ["-print-prog-name=wasm-ld"])?);
        named.is_absolute().then_some(named).filter(|file| file.is_file())
    };
    machine.find("wasm-ld").or_else(|| highest(machine, "wasm-ld-")).or_else(own)
}

/// The program of the highest number behind a prefix: `wasm-ld-22`. Debian's packages of one version install no other name.
fn highest(machine: &Machine, prefix: &str) -> Option<PathBuf> {
    let files = machine.folders().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let numbered = files.filter_map(|entry| {
        let number: u32 = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
        Some((number, entry.path()))
    });
    numbered.max().map(|(_, file)| file)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{highest, sources};
    use crate::Machine;

    #[test]
    fn tests_and_the_fake_gateway_stay_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("ringback")).unwrap();
        for file in ["plugin.c", "plugin_test.c", "notes.h", "ringback/ringback.c", "ringback/fake.c"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let names: Vec<_> = sources(folder.path()).into_iter().map(|path| path.display().to_string()).collect();
        assert_eq!(names, ["plugin.c", "ringback/ringback.c"]);
    }

    #[test]
    fn the_highest_number_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["wasm-ld-9", "wasm-ld-22", "wasm-ld-old"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let machine = Machine { path: folder.path().into(), cargo_home: None };
        assert_eq!(highest(&machine, "wasm-ld-").unwrap(), folder.path().join("wasm-ld-22"));
    }
}
