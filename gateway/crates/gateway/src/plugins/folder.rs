//! The plugins folders: which components lie in them, and what can be seen of each without reading it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use ringback_model::ids::PluginName;

use super::{
    offer::beside,
    settle::{FileStamp, Stamp},
};

/// The components of folders, with their stamps; files whose stem is no plugin's name are left out. A folder that can't
/// be read has none. Blocks.
pub fn scan(folders: &[PathBuf]) -> BTreeMap<PathBuf, Stamp> {
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    files.map(|entry| entry.path()).filter(|path| name(path).is_some()).filter_map(|path| stamped(&path)).collect()
}

/// The name of the plugin that a file is. Absent: it is none.
pub fn name(path: &Path) -> Option<PluginName> {
    let (stem, extension) = (path.file_stem()?.to_str()?, path.extension()?);
    // What begins with a dot is on its way: editors and this gateway write such files and rename them.
    if extension != "wasm" || stem.starts_with('.') {
        return None;
    }
    PluginName::try_new(stem).ok()
}

/// A path by which two spellings of one place are the same, though the file may not be there, or be a link. Blocks.
pub fn place(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (parent.canonicalize(), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => path.to_owned(),
    }
}

/// Whether a file lies directly in one of the folders.
pub fn is_in(path: &Path, folders: &[PathBuf]) -> bool {
    let place = place(path);
    folders.iter().any(|folder| folder.canonicalize().is_ok_and(|folder| place.parent() == Some(&*folder)))
}

/// A component's path with its stamp: of itself, and of what lies beside it. Absent: it is not there. Links are followed.
pub fn stamped(path: &Path) -> Option<(PathBuf, Stamp)> {
    let component = file(path).ok()?;
    let others = ["toml", "wasm.sig"].map(|extension| file(&beside(path, extension)).ok());
    Some((path.to_owned(), Stamp([Some(component)].into_iter().chain(others).collect())))
}

fn file(path: &Path) -> io::Result<FileStamp> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let changed_ns = metadata.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Ok(FileStamp { bytes: metadata.len(), changed_ns, file: identity(&metadata) })
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_components_with_the_name_of_a_plugin_are_plugins() {
        let named = |path: &str| name(Path::new(path)).map(|name| name.to_string());
        assert_eq!(named("plugins/kyc.wasm").as_deref(), Some("kyc"));
        for other in ["kyc.wasm.tmp", ".kyc.wasm", "kyc.toml", "kyc.wasm.sig", "k y c.wasm", ".wasm", "kyc"] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
