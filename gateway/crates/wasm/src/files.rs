//! The files that a plugin may answer with: those of one folder, by their path in it.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use ringback_model::{
    fault::{FaultKind, PluginFault},
    http_values::Content,
};

use crate::state::Identity;

/// A path that is longer names no file.
const NAME_MAX_BYTES: usize = 1_024;

/// Finds a file that a plugin names. Links are followed, but not out of the folder.
///
/// # Errors
/// When it may not name it, or there is none.
pub(crate) async fn find(identity: &Identity, name: String) -> Result<Content, PluginFault> {
    let shown = name.escape_debug().to_string();
    let bad = |why: &str| identity.fault(FaultKind::Invalid, format!("answered with the file `{shown}`, {why}"), None);
    let Some(folder) = identity.grants.files.clone() else {
        let mut fault = bad("but was granted none");
        fault.detail = Some("add `grants = { files = \"fixtures\" }`".into());
        return Err(fault);
    };
    let relative = relative(&name).ok_or_else(|| bad("which is no path within its folder"))?;
    // Looking a path up asks the disk.
    let found = tokio::task::spawn_blocking(move || resolve(&folder, &relative)).await;
    match found.unwrap_or_else(|stopped| Err(NotFound::Folder(io::Error::other(stopped)))) {
        Ok(path) => Ok(Content::File(path)),
        Err(NotFound::Outside) => Err(bad("which leads out of its folder")),
        Err(NotFound::NoFile) => Err(bad("which is no file")),
        Err(NotFound::Missing) => Err(bad("which is not there")),
        Err(NotFound::Folder(error)) => {
            let mut fault = bad("whose folder can't be read");
            fault.detail = Some(error.to_string());
            Err(fault)
        }
    }
}

/// Why there is no file to send.
enum NotFound {
    Outside,
    NoFile,
    Missing,
    Folder(io::Error),
}

/// A name as a path that can only lead down. Absent: it is not one.
fn relative(name: &str) -> Option<PathBuf> {
    // A backslash separates on another system, and a colon names a drive or a stream there.
    if name.is_empty() || name.len() > NAME_MAX_BYTES || name.contains(['\0', '\\', ':']) {
        return None;
    }
    let path = Path::new(name);
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| path.to_owned())
}

fn resolve(folder: &Path, relative: &Path) -> Result<PathBuf, NotFound> {
    let folder = folder.canonicalize().map_err(NotFound::Folder)?;
    let path = folder.join(relative).canonicalize().map_err(|_| NotFound::Missing)?;
    if !path.starts_with(&folder) {
        return Err(NotFound::Outside);
    }
    if path.is_file() { Ok(path) } else { Err(NotFound::NoFile) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_down_or_nowhere() {
        for name in ["logo.png", "a/b/c.json", "..a", "é"] {
            assert!(relative(name).is_some(), "{name}");
        }
        for name in
            ["", ".", "..", "../x", "a/../x", "/etc/passwd", "./a", r"a\..\b", "c:x", "a\0b", &"a".repeat(1_025)]
        {
            assert!(relative(name).is_none(), "{name}");
        }
    }
}
