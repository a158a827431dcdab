//! What an operator sets about the gateway itself, beside the environment that it serves.

use std::time::Duration;

use ringback_model::{environment::Listen, limits};

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
}

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
        }
    }
}

/// A port that only this machine can reach.
pub(crate) fn loopback(port: u16) -> Listen {
    Listen { host: "127.0.0.1".into(), port }
}
