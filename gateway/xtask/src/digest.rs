//! Digests of files and folders, the same on every machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The SHA-256 of files: of each, in the order of their paths below `root`, the path, the length and the content.
pub(crate) fn of_files(root: &Path, files: &[PathBuf]) -> Result<String> {
    let mut entries = Vec::with_capacity(files.len());
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let content = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        entries.push((name, content));
    }
    entries.sort();
    let mut digest = Sha256::new();
    for (name, content) in entries {
        digest.update(name.as_bytes());
        digest.update([0]);
        digest.update(content.len().to_le_bytes());
        digest.update(&content);
    }
    Ok(hex(&digest.finalize()))
}

/// Every file below a folder, in no particular order; folders that builds write are left out.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if !path.is_dir() {
            files.push(path);
        } else if path.file_name().is_none_or(|name| name != "target") {
            files.extend(files_below(&path)?);
        }
    }
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{files_below, of_bytes, of_files};

    #[test]
    fn a_digest_is_hexadecimal() {
        assert_eq!(of_bytes(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn order_does_not_matter_but_names_and_content_do() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, "1").unwrap();
        fs::write(&b, "2").unwrap();
        let one = of_files(folder.path(), &[a.clone(), b.clone()]).unwrap();
        assert_eq!(one, of_files(folder.path(), &[b.clone(), a.clone()]).unwrap());
        fs::write(&a, "2").unwrap();
        fs::write(&b, "1").unwrap();
        assert_ne!(one, of_files(folder.path(), &[a, b]).unwrap());
        assert_eq!(files_below(folder.path()).unwrap().len(), 2);
    }
}
