//! What the command line says over a document (`mockoon.md`, section 7).

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ringback_model::environment::MockoonSettings;

/// What the command line says over a document. The default says nothing: it is what `ringback serve FILE` means.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder of the document, to which paths in it are relative. Absent: it is not known, and whether files that the
    /// document names are there is not looked at.
    pub folder: Option<PathBuf>,
    /// Listens on this port instead of the document's.
    pub port: Option<u16>,
    /// Listens on this host instead of the document's; empty: every interface.
    pub hostname: Option<String>,
    /// Whether requests that no route takes are passed on, whatever the document says. To pass them on it must name a host.
    pub proxy: Option<bool>,
    /// Serves without TLS, whatever the document says.
    pub disable_tls: bool,
    /// Whether latencies are drawn, from nothing up to what the document says.
    pub random_latency: bool,
    /// Routes that are left out.
    pub disabled_routes: DisabledRoutes,
    /// Other documents that an OpenAPI description refers to, by URL: what was fetched of
    /// [`external_documents`](super::external_documents). References to others lead nowhere.
    pub documents: BTreeMap<String, String>,
    /// What else can be set. Its `cors` and `environment_id` are the document's.
    pub settings: MockoonSettings,
}

/// Routes that are left out: each word is a route's id, a part of its endpoint, a part of the name of a folder that it is
/// in, or `*` for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DisabledRoutes(pub Vec<String>);

// === impl Options ===

impl Options {
    /// Says nothing over a document that lies in a folder.
    pub fn within(folder: &Path) -> Self {
        Self { folder: Some(folder.into()), ..Self::default() }
    }
}

// === impl DisabledRoutes ===

impl DisabledRoutes {
    /// Whether a route is left out for its own sake.
    pub(super) fn has_route(&self, uuid: &str, endpoint: &str) -> bool {
        self.0.iter().any(|word| word == "*" || word == uuid || endpoint.contains(word.as_str()))
    }

    /// Whether a folder is left out with all that is in it.
    pub(super) fn has_folder(&self, name: &str) -> bool {
        self.0.iter().any(|word| word == "*" || name.contains(word.as_str()))
    }
}
