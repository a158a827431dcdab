//! Compiled code on disk, so that a start or a rollback does not compile again: Python takes 16 s to compile and 60 ms to
//! load.
//!
//! A file is named by what it was compiled from (the component's digest and wasmtime's own compatibility hash) and begins
//! with a MAC of name and content under a key that was drawn for this folder. Whatever does not match, because it was
//! copied from elsewhere, cut off or changed, is compiled again. Nothing here fails a load: a cache that can't be used
//! is a line in the log.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Write},
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wasmtime::{Engine, component::Component};

use crate::compile::offer_core;

/// The MAC in front of the code, in bytes.
const TAG_BYTES: usize = 32;
/// The key, as long as HMAC-SHA256 takes one without hashing it.
const KEY_BYTES: usize = 64;
/// The key's file, beside the code.
const KEY_FILE: &str = "key";

type Tag = Hmac<Sha256>;

/// A folder of compiled code.
pub(crate) struct Cache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
    compatibility: u64,
}

impl Cache {
    /// Opens a folder, and makes it when there is none: nobody but this user may enter it.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> io::Result<Self> {
        make_private(folder)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self { folder: folder.into(), key: key(folder)?, compatibility: hasher.finish() })
    }

    /// The code of a component. Absent: there is none that this cache wrote for this engine.
    pub(crate) fn get(&self, engine: &Engine, sha256: &str) -> Option<Component> {
        let name = self.name(sha256);
        let file = fs::read(self.folder.join(&name)).ok()?;
        let (tag, code) = file.split_at_checked(TAG_BYTES)?;
        if self.tag(&name, code).verify_slice(tag).is_err() {
            tracing::warn!(file = name, "compiled code is not the cache's own, compiling again");
            return None;
        }
        // SAFETY: `deserialize` runs whatever machine code it is given, so the code must come from `Component::serialize`.
        // The tag proves that: only `put` makes one, from what `serialize` returned, and the key never leaves a folder
        // that only this user may enter. `code` is memory of ours by now, so the file can't change after the check.
        // That it was made by this version of wasmtime with these settings is in the name, and checked again within.
        #[expect(unsafe_code, reason = "loading compiled code is what the cache is for; the proof is above")]
        let component = unsafe { Component::deserialize(engine, code) };
        component.inspect_err(|error| tracing::warn!(file = name, error = %error, "compiled code does not load")).ok()
    }

    /// Keeps the code of a component.
    pub(crate) fn put(&self, sha256: &str, component: &Component) {
        let name = self.name(sha256);
        if let Err(error) = self.write(&name, component) {
            tracing::warn!(file = name, %error, "compiled code is not kept");
        }
    }

    fn write(&self, name: &str, component: &Component) -> io::Result<()> {
        let code = component.serialize().map_err(io::Error::other)?;
        offer_core();
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&self.tag(name, &code).finalize().into_bytes())?;
        file.write_all(&code)?;
        file.persist(self.folder.join(name)).map(drop).map_err(|error| error.error)
    }

    fn name(&self, sha256: &str) -> String {
        format!("{sha256}-{:016x}.cwasm", self.compatibility)
    }

    fn tag(&self, name: &str, code: &[u8]) -> Tag {
        let mut tag = <Tag as KeyInit>::new(&self.key.into());
        tag.update(name.as_bytes());
        tag.update(code);
        tag
    }
}

/// The folder's key, drawn when it has none.
fn key(folder: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let path = folder.join(KEY_FILE);
    if !path.exists() {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&key)?;
        // Where another gateway has drawn one meanwhile, that one stays.
        let _ = file.persist_noclobber(&path);
    }
    let key = fs::read(path)?;
    key.try_into().map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the key's file is damaged: remove it"))
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    match fs::metadata(folder)?.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => Err(io::Error::new(io::ErrorKind::PermissionDenied, "others may enter the folder: make it 0700")),
    }
}

/// Where a folder's mode says nothing about who may enter it, compiled code is not kept.
#[cfg(not(unix))]
fn make_private(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
