//! Secrets: what plugins sign with, by name, and never see.

use std::fmt;

use bytes::Bytes;

pub use crate::ids::SecretName;

/// A secret's bytes. Nothing shows them: `Debug` says only how many there are.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Bytes);

// === impl Secret ===

impl Secret {
    /// A secret of these bytes.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// The bytes, for whoever signs.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} secret bytes]", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        assert_eq!(format!("{:?}", Secret::new("hush")), "[4 secret bytes]");
        assert_eq!(Secret::new("hush").as_bytes(), b"hush");
    }
}
