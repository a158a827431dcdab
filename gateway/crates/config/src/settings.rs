//! What an operator sets about the gateway itself, beside the environment that it serves.

use std::{fmt, path::PathBuf, time::Duration};

use ringback_model::{
    environment::{Grants, Listen},
    limits,
};

/// Port of an environment that names none: Mockoon's default too.
pub(crate) const DEFAULT_PORT: u16 = 3000;
/// Port of the admin API where none is named.
const DEFAULT_ADMIN_PORT: u16 = 3001;

/// The gateway's settings. The default is what a file without them means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where the admin API listens. Absent: it is off.
    pub admin: Option<Listen>,
    /// Largest body of a request.
    pub request_body_max_bytes: usize,
    /// Requests being answered at once.
    pub requests_in_flight_max: usize,
    /// How long an answer may take, its configured latency not counted.
    pub request_timeout: Duration,
    /// How long open requests get to finish when the gateway stops.
    pub drain_grace: Duration,
    /// Events that the journal keeps.
    pub journal_events_max: usize,
    /// What the journal keeps of a body.
    pub journal_body_max_bytes: usize,
    /// Components that are dropped in, and whose components are trusted.
    pub plugins: PluginSettings,
}

/// Components that are dropped in, and whose components are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginSettings {
    /// Where components are dropped. Absent: nowhere.
    pub folder: Option<PathBuf>,
    /// Generations of a plugin that are kept, the one that serves included.
    pub keep: usize,
    /// When a new generation is rolled back by itself.
    pub rollback: Rollback,
    /// What components that the document does not declare may use.
    pub grants: Grants,
    /// Whose signatures count.
    pub keyring: Vec<PublicKey>,
    /// Whether a component without a signature that counts is refused.
    pub require_signature: bool,
}

/// When a new generation is rolled back to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rollback {
    /// When more than this percentage of its first calls trap; 100 is never.
    pub percent: u8,
    /// How many calls are its first.
    pub calls: u32,
}

/// An Ed25519 public key, as written: whether its bytes are a point of the curve is for whoever checks signatures to say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

impl Default for Settings {
    fn default() -> Self {
        Self {
            admin: Some(loopback(DEFAULT_ADMIN_PORT)),
            request_body_max_bytes: limits::REQUEST_BODY_MAX_BYTES,
            requests_in_flight_max: limits::REQUESTS_IN_FLIGHT_MAX,
            request_timeout: limits::REQUEST_TIMEOUT,
            drain_grace: limits::DRAIN_GRACE,
            journal_events_max: limits::JOURNAL_EVENTS_MAX,
            journal_body_max_bytes: limits::JOURNAL_BODY_MAX_BYTES,
            plugins: PluginSettings::default(),
        }
    }
}

impl Default for PluginSettings {
    fn default() -> Self {
        Self {
            folder: None,
            keep: limits::PLUGIN_GENERATIONS_KEPT,
            rollback: Rollback::default(),
            grants: Grants::default(),
            keyring: vec![],
            require_signature: false,
        }
    }
}

impl Default for Rollback {
    fn default() -> Self {
        Self { percent: limits::ROLLBACK_PERCENT, calls: limits::ROLLBACK_CALLS }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ed25519:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A port that only this machine can reach.
pub(crate) fn loopback(port: u16) -> Listen {
    Listen { host: "127.0.0.1".into(), port }
}
