//! How an environment serves beside its routes: latency, TLS, who answers what no route does, whose conventions hold.

use std::{sync::Arc, time::Duration};

use http::Uri;

use super::{Header, Text};

/// Waited before every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// How long.
    pub most: Duration,
    /// Whether each request draws a time up to that, its response's own latency likewise.
    pub random: bool,
}

/// A server that answers what no route does.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Scheme, authority and a path that stands before the request's.
    pub upstream: Uri,
    /// Whether the environment's prefix is taken off the path.
    pub strip_prefix: bool,
    /// Set on the request.
    pub request_headers: Vec<Header>,
    /// Set on the answer.
    pub response_headers: Vec<Header>,
}

/// A listener's TLS. Paths are relative to the environment's folder; templates see no request.
#[derive(Debug, Clone)]
pub struct Tls {
    /// What it proves its name with.
    pub identity: TlsIdentity,
    /// Further certificates of the chain. Absent: none.
    pub chain: Option<Text>,
    /// What the private key is locked with. Absent: nothing.
    pub passphrase: Option<Text>,
    /// Certificates of authorities one of which every client must show a certificate of. Absent: clients show none.
    pub clients: Option<Text>,
}

/// What a listener proves its name with.
#[derive(Debug, Clone)]
pub enum TlsIdentity {
    /// A certificate for `localhost` that it signs itself.
    SelfSigned,
    /// A certificate and its private key, PEM files.
    Pem {
        /// The certificate.
        certificate: Text,
        /// The key.
        key: Text,
    },
    /// Both in one PKCS #12 file.
    Pkcs12(Text),
}

/// Whose conventions hold where a document leaves something open: the answer where no route is, how bodies are read,
/// which peculiarities are kept.
#[derive(Debug, Clone, Default)]
pub enum Conventions {
    /// The gateway's own.
    #[default]
    Ringback,
    /// Mockoon's, with what its command line can set.
    Mockoon(Box<MockoonSettings>),
    /// Microcks', with the services that it serves.
    Microcks(Box<MicrocksSettings>),
}

/// A path under which routes are reached beside their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// What a request's path begins with, whole segments, not percent-encoded: `/rest-valid`. Empty: every path does.
    pub from: String,
    /// What is meant instead: `/rest`.
    pub to: String,
    /// Whether a request's content is checked against its schema.
    pub validates: bool,
}

/// What Microcks serves (`microcks.md`, section 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrocksSettings {
    /// Its services, in the order of their documents.
    pub services: Vec<MicrocksService>,
    /// Whether answers carry CORS fields, and `OPTIONS` requests that no operation takes are answered with them.
    pub cors: bool,
}

/// A service of Microcks': an API in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrocksService {
    /// The API's title.
    pub name: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// The names of its operations, those without a complete example included: `GET /pets/{id}`.
    pub operations: Vec<Arc<str>>,
}

/// What Mockoon's command line can set (`mockoon.md`, section 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MockoonSettings {
    /// The environment's id in Mockoon's document, which log lines carry. Absent: it has none.
    pub environment_id: Option<Arc<str>>,
    /// Whether `baseUrl` says `https`: where the document asks for TLS, also when the command line takes it away.
    pub says_https: bool,
    /// Whether `OPTIONS` requests that no route takes are answered with CORS fields.
    pub cors: bool,
    /// Its admin API beneath `/mockoon-admin/`. Absent: off.
    pub admin: Option<MockoonAdmin>,
    /// Seeds the faker. Absent: it is random.
    pub faker_seed: Option<u32>,
    /// The faker's locale: `en`, `fr_CA`. Absent: `en`.
    pub faker_locale: Option<String>,
    /// What the names of variables that templates may see begin with. Empty: they see all.
    pub env_prefix: String,
    /// Under which URL clients reach the environment. Absent: scheme, host and port as it listens.
    pub public_base_url: Option<String>,
    /// Longest request content, in bytes. Absent: the gateway's own limit.
    pub request_body_max_bytes: Option<usize>,
    /// Whether answers name their route and response in `x-mockoon-route-*` fields.
    pub route_headers: bool,
    /// Whether whole transactions are logged.
    pub log_transactions: bool,
    /// How many transactions are kept.
    pub transactions_max: usize,
    /// How long a chain of callbacks may be.
    pub callback_depth_max: u32,
}

/// Mockoon's admin API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MockoonAdmin {
    /// What clients show. Absent: one is drawn at start, and logged.
    pub token: Option<String>,
    /// Origins that browsers may call from. Empty: none.
    pub cors_origins: Vec<String>,
}

// === impl Tls ===

impl Tls {
    /// Every path and secret of it.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let [first, second] = match &self.identity {
            TlsIdentity::SelfSigned => [None, None],
            TlsIdentity::Pem { certificate, key } => [Some(certificate), Some(key)],
            TlsIdentity::Pkcs12(file) => [Some(file), None],
        };
        let others = [&self.chain, &self.passphrase, &self.clients];
        [first, second].into_iter().flatten().chain(others.into_iter().flatten())
    }
}

// === impl Conventions ===

impl Conventions {
    /// What Mockoon's command line set. Absent: the conventions are others.
    pub fn mockoon(&self) -> Option<&MockoonSettings> {
        match self {
            Self::Mockoon(settings) => Some(settings),
            Self::Ringback | Self::Microcks(_) => None,
        }
    }

    /// What Microcks serves. Absent: the conventions are others.
    pub fn microcks(&self) -> Option<&MicrocksSettings> {
        match self {
            Self::Microcks(settings) => Some(settings),
            Self::Ringback | Self::Mockoon(_) => None,
        }
    }
}

// === impl MockoonSettings ===

impl Default for MockoonSettings {
    fn default() -> Self {
        Self {
            environment_id: None,
            says_https: false,
            cors: true,
            admin: Some(MockoonAdmin { token: None, cors_origins: vec![] }),
            faker_seed: None,
            faker_locale: None,
            env_prefix: "MOCKOON_".into(),
            public_base_url: None,
            request_body_max_bytes: None,
            route_headers: false,
            log_transactions: false,
            transactions_max: 100,
            callback_depth_max: 100,
        }
    }
}
