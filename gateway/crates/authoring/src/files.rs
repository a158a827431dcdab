//! The files that the binary carries, as the build script found them.

/// A file of the repository.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File {
    /// Below its table's folder, with `/`: `rust/src/lib.rs`.
    pub path: &'static str,
    /// All of it.
    pub content: &'static [u8],
    /// Whether it may be run.
    pub executable: bool,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));
