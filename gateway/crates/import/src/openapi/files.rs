//! The files beside documents, which these refer to.

use std::{
    io::{self, Read as _},
    path::Path,
};

/// Longest document, or file that one refers to, in bytes.
pub const DOCUMENT_MAX_BYTES: usize = 20 << 20;

/// Reads the files that documents refer to.
pub trait Files {
    /// The content of a file, by its path as documents name it, relative to where their own paths are.
    ///
    /// # Errors
    /// When it can't be read, or may not be.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
}

/// No files: of documents that stand alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &Path) -> io::Result<Vec<u8>> {
        Err(io::Error::new(io::ErrorKind::PermissionDenied, "this document comes without files beside it"))
    }
}

/// Files of this machine, where documents' own paths are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let file = std::fs::File::open(path)?;
        let about = file.metadata()?;
        // Devices and pipes may never end.
        if !about.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        if about.len() > DOCUMENT_MAX_BYTES as u64 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large"));
        }
        let mut bytes = vec![];
        file.take(DOCUMENT_MAX_BYTES as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
