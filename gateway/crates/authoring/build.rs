//! Writes the table of files that the binary carries: the templates of new plugins, the contract, and the sources of the
//! Rust SDK. A binary that was installed without this repository starts a plugin all the same.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo")]

use std::{
    fmt::Write,
    io,
    path::{Path, PathBuf},
};

/// Folders that builds leave behind.
const BUILT: [&str; 5] = ["target", "node_modules", ".venv", "__pycache__", "build"];

/// The folders of templates.
const LANGUAGES: [&str; 5] = ["rust", "js", "python", "go", "c"];

fn main() -> io::Result<()> {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = here.join("../../..").canonicalize()?;
    let mut table = String::new();
    table.push_str(&list("TEMPLATES", &root.join("plugin-sdk/templates"), &LANGUAGES)?);
    table.push_str(&list("SDK", &root.join("plugin-sdk"), &["Cargo.toml", "src", "macros", "wit"])?);
    table.push_str(&list("CONTRACT", &root.join("wit"), &["."])?);
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    std::fs::write(out.join("files.rs"), table)
}

/// A table of the files below some parts of a folder, sorted by path.
fn list(name: &str, folder: &Path, parts: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for part in parts {
        let path = if *part == "." { folder.to_owned() } else { folder.join(part) };
        println!("cargo::rerun-if-changed={}", path.display());
        if path.exists() {
            walk(&path, &mut files)?;
        }
    }
    files.sort();
    if name == "CONTRACT" {
        files.retain(|file| file.extension().is_some_and(|extension| extension == "wit"));
    }
    let mut table = format!("pub(crate) static {name}: &[File] = &[\n");
    for file in files {
        let relative = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let executable = is_executable(&file)?;
        let content = format!("include_bytes!({:?})", file.display().to_string());
        let _ = writeln!(table, "    File {{ path: {relative:?}, content: {content}, executable: {executable} }},");
    }
    table.push_str("];\n");
    Ok(table)
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in path.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        let is_built = BUILT.iter().any(|built| name == *built) || name.to_string_lossy().ends_with(".wasm");
        if !is_built {
            walk(&entry.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_executable(file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.metadata()?.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> io::Result<bool> {
    Ok(false)
}
