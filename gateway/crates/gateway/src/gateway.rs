//! What all requests share: the clock, the state, the journal, the counters, the limits. And a door: one listener's way
//! to the site that it serves.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use arc_swap::ArcSwap;
use ringback_callbacks::Untold;
use ringback_clock::GatewayClock;
use ringback_egress::HttpCourier;
use ringback_model::{ids::RequestId, limits, ports::Store, seed::Seed};

use crate::{app::App, journal::RingJournal, metrics::Metrics, site::Site};

/// What all requests share.
pub struct Gateway {
    /// The time.
    pub clock: Arc<GatewayClock>,
    /// The state.
    pub store: Arc<dyn Store>,
    /// What happened.
    pub journal: Arc<RingJournal>,
    /// Sends what goes to other servers.
    pub courier: Arc<HttpCourier>,
    /// What was counted.
    pub metrics: Metrics,
    /// What the journal has not heard of yet, and whose callbacks wait for that.
    pub untold: Untold,
    /// The seed of all that is random.
    pub seed: Seed,
    /// The limits of the data path.
    pub limits: Limits,
    /// Requests being answered.
    pub in_flight: Arc<AtomicUsize>,
    tag: u32,
    requests: AtomicU64,
}

/// The limits of the data path: the model's, unless configured.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Open connections of one listener.
    pub connections: usize,
    /// Requests being answered at once.
    pub requests_in_flight: usize,
    /// A request's body.
    pub request_body_bytes: usize,
    /// An answer's body.
    pub response_body_bytes: usize,
    /// What the journal keeps of a body.
    pub journal_body_bytes: usize,
    /// A request's head.
    pub headers_bytes: usize,
    /// How long a client may ask for nothing.
    pub client_idle: std::time::Duration,
    /// How long an answer may take.
    pub request_timeout: std::time::Duration,
    /// How long open requests get to finish when the gateway ends.
    pub drain_grace: std::time::Duration,
}

/// One listener's way to the site that it serves.
pub struct Door {
    /// What all requests share.
    pub gateway: Arc<Gateway>,
    /// The site that is current.
    pub site: ArcSwap<Site>,
    /// Scheme and authority of the listener, for requests that name no host: `http://127.0.0.1:3000`.
    pub origin: Arc<str>,
    /// The whole gateway, for what changes it from a listener's own side.
    pub app: Weak<App>,
}

impl Gateway {
    /// Puts the parts together.
    pub fn new(
        clock: Arc<GatewayClock>,
        store: Arc<dyn Store>,
        journal: Arc<RingJournal>,
        courier: Arc<HttpCourier>,
        metrics: Metrics,
        seed: Seed,
        limits: Limits,
    ) -> Self {
        let (in_flight, requests, untold) = (Arc::default(), AtomicU64::new(0), Untold::default());
        Self { clock, store, journal, courier, metrics, untold, seed, limits, in_flight, tag: seed.tag(), requests }
    }

    /// The id of the next request.
    pub fn next_id(&self) -> RequestId {
        RequestId { tag: self.tag, number: self.requests.fetch_add(1, Ordering::Relaxed) + 1 }
    }
}

impl Limits {
    /// The limits that an operator set.
    pub fn of(settings: &ringback_config::Settings) -> Self {
        Self {
            requests_in_flight: settings.requests_in_flight_max,
            request_body_bytes: settings.request_body_max_bytes,
            journal_body_bytes: settings.journal_body_max_bytes,
            request_timeout: settings.request_timeout,
            drain_grace: settings.drain_grace,
            ..Self::default()
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: limits::CONNECTIONS_MAX,
            requests_in_flight: limits::REQUESTS_IN_FLIGHT_MAX,
            request_body_bytes: limits::REQUEST_BODY_MAX_BYTES,
            response_body_bytes: limits::RESPONSE_BODY_MAX_BYTES,
            journal_body_bytes: limits::JOURNAL_BODY_MAX_BYTES,
            headers_bytes: limits::HEADERS_MAX_BYTES,
            client_idle: limits::CLIENT_IDLE_TIMEOUT,
            request_timeout: limits::REQUEST_TIMEOUT,
            drain_grace: limits::DRAIN_GRACE,
        }
    }
}
