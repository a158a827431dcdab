//! Plugins as the operator declares them: which component, what it may use, and within which limits.

use std::{fmt, path::PathBuf, time::Duration};

use super::{HostPattern, Origin};
use crate::{
    ids::{BucketName, PluginName},
    secret::SecretName,
};

/// A plugin that the operator declared.
#[derive(Debug, Clone)]
pub struct PluginDeclaration {
    /// Its name.
    pub name: PluginName,
    /// The component's file.
    pub path: PathBuf,
    /// What it may use.
    pub grants: Grants,
    /// Its own table, an object.
    pub config: serde_json::Value,
    /// How its instances live.
    pub instances: Instances,
    /// One instance's memory. Absent: [`INSTANCE_MEMORY_MAX_BYTES`](crate::limits::INSTANCE_MEMORY_MAX_BYTES).
    pub memory_max_bytes: Option<usize>,
    /// Time that a call may keep a core busy. Absent: [`CALL_CPU_MAX`](crate::limits::CALL_CPU_MAX).
    pub cpu_max: Option<Duration>,
    /// Time that a call may take, waiting included. Absent: [`CALL_WALL_MAX`](crate::limits::CALL_WALL_MAX).
    pub wall_max: Option<Duration>,
    /// The digest that the component must have. Absent: any.
    pub sha256: Option<Sha256>,
    /// Where it was written.
    pub origin: Origin,
}

/// What a plugin may use. Nothing that is not named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Buckets, by name.
    pub buckets: BucketGrant,
    /// Hosts that its callbacks may go to. Empty: it may not schedule any.
    pub callback_hosts: Vec<HostPattern>,
    /// Hosts that it may ask itself while a client waits: `upstream.fetch` and `wasi:http`. Empty: none.
    pub hosts: Vec<HostPattern>,
    /// Secrets that it may sign with, by name. Empty: none.
    pub secrets: Vec<SecretName>,
    /// Environment variables of the gateway that it sees, by name. Empty: none.
    pub env: Vec<String>,
    /// The folder whose files it may answer with. Absent: none.
    pub files: Option<PathBuf>,
}

/// Which buckets a plugin may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketGrant {
    /// These.
    Named(Vec<BucketName>),
    /// All of the environment that it renders for: bundled renderers.
    All,
}

/// How a plugin's instances live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Instances {
    /// A new one for each call.
    #[default]
    Fresh,
    /// One is used for about so many calls (the number is drawn around it), and retired by a trap.
    Warm {
        /// About how many calls.
        reuse: u32,
        /// How many there are at once; further calls wait for one. Absent: as many as calls may run at once.
        max: Option<u32>,
    },
}

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256([u8; 32]);

/// Why a text is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a SHA-256 digest: 64 hexadecimal digits")]
pub struct Sha256Error(String);

// === impl PluginDeclaration ===

impl PluginDeclaration {
    /// A plugin of which nothing is said but where it is.
    pub fn plain(name: PluginName, path: PathBuf) -> Self {
        Self {
            name,
            path,
            grants: Grants::default(),
            config: serde_json::Value::Object(serde_json::Map::new()),
            instances: Instances::default(),
            memory_max_bytes: None,
            cpu_max: None,
            wall_max: None,
            sha256: None,
            origin: Origin::default(),
        }
    }
}

// === impl BucketGrant ===

impl Default for BucketGrant {
    fn default() -> Self {
        Self::Named(vec![])
    }
}

impl BucketGrant {
    /// Whether a bucket may be used.
    pub fn allows(&self, bucket: &str) -> bool {
        match self {
            Self::Named(names) => names.iter().any(|name| name.as_str() == bucket),
            Self::All => true,
        }
    }
}

// === impl Sha256 ===

impl Sha256 {
    /// Reads 64 hexadecimal digits, as `sha256sum` writes them.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn try_new(text: &str) -> Result<Self, Sha256Error> {
        let bad = || Sha256Error(text.into());
        let mut digest = [0; 32];
        if text.len() != 64 {
            return Err(bad());
        }
        for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            for digit in pair {
                let digit = char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                *byte = (*byte << 4) | digit.ok_or_else(bad)?;
            }
        }
        Ok(Self(digest))
    }

    /// The digest's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Sha256 {
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_written() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Sha256::try_new(text).unwrap().to_string(), text);
        assert_eq!(Sha256::try_new(&text.to_uppercase()).unwrap().to_string(), text);
        for bad in ["", "e3b0", &text.replace('e', "g"), &format!("{text}00"), &"é".repeat(32)] {
            assert!(Sha256::try_new(bad).is_err(), "{bad}");
        }
    }
}
