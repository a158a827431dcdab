//! What only users of Microcks know (`microcks.md`, sections 4.7 and 5): a part of its own API beneath `/api`, on the admin
//! listener, for tools that were written for it. It shows what serves and registers targets of webhooks; what changes
//! documents is off unless the operator turned it on.

use std::{collections::HashSet, sync::Arc};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ringback_model::environment::MicrocksService;
use sha2::{Digest, Sha256};

use crate::{app::App, site::Site};

mod artifacts;
mod services;
mod webhooks;

/// What a service's operations for webhooks end with.
const WEBHOOK: &str = " WEBHOOK";

/// The routes that change documents.
pub fn uploads() -> Router<Arc<App>> {
    Router::new().route("/api/artifact/upload", post(artifacts::upload))
}

/// The other routes of the API.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/health", get(|| async { StatusCode::OK }))
        .route("/api/services", get(services::list))
        .route("/api/services/count", get(services::count))
        .route("/api/services/{id}", get(services::one))
        .route("/api/metrics/invocations/{service}/{version}", get(services::invocations))
        .route("/api/webhooks", post(webhooks::register))
        .route("/api/webhooks/{id}", axum::routing::delete(webhooks::unregister))
        .route("/api/webhooks/operation/{id}", get(webhooks::of_operation))
        .route("/api/webhooks/operation/{id}/count", get(webhooks::count))
}

/// A service that is served, and where.
struct Served {
    site: Arc<Site>,
    name: Arc<str>,
    version: Arc<str>,
    /// Those for webhooks included.
    operations: Vec<Arc<str>>,
}

/// A text as Microcks answers it.
fn text(status: StatusCode, text: impl Into<String>) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain;charset=UTF-8")], text.into()).into_response()
}

/// Whether a service is served, `name:version`.
pub(crate) fn is_served(app: &App, service: Option<&str>) -> bool {
    services(app).iter().any(|known| service == Some(&*known.key()))
}

/// All services, in the order of the documents.
fn services(app: &App) -> Vec<Served> {
    let sites = app.sites();
    let of = |site: &Arc<Site>| -> Vec<Served> {
        let settings = site.conventions.microcks();
        settings.into_iter().flat_map(|settings| &settings.services).map(|service| Served::of(site, service)).collect()
    };
    sites.iter().flat_map(of).collect()
}

// === impl Served ===

impl Served {
    fn of(site: &Arc<Site>, service: &MicrocksService) -> Self {
        let MicrocksService { name, version, operations } = service.clone();
        let key = format!("{name}:{version}");
        let hooks = site.webhooks.iter().filter(|webhook| *webhook.service == *key);
        let hooks = hooks.map(|webhook| Arc::from(format!("{}{WEBHOOK}", webhook.name)));
        let mut seen = HashSet::new();
        let operations =
            operations.into_iter().chain(hooks).filter(|operation| seen.insert(operation.clone())).collect();
        Self { site: site.clone(), name, version, operations }
    }

    /// By what Microcks' users know it beside its id: `name:version`.
    fn key(&self) -> String {
        format!("{}:{}", self.name, self.version)
    }

    /// Its id: 24 hexadecimal digits that follow from name and version, so that they stay the same.
    fn id(&self) -> String {
        let digest = Sha256::digest(self.key());
        digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether it is known by this id.
    fn is(&self, id: &str) -> bool {
        self.key() == id || self.id() == id
    }
}
