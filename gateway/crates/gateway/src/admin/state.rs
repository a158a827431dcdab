//! Whether it serves, what it serves, and starting anew.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Problem, Shared,
    asked::{Asked, Named},
    session,
};

/// The version of the contract with plugins: that of the package in `wit/`.
const WIT_VERSION: &str = "0.1.0";

/// Whose state.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Of this session. Absent: of all.
    session: Option<String>,
}

/// `GET /__admin/ready`: 503 while it starts and once it drains.
pub(super) async fn ready(State(app): Shared) -> Response {
    let (status, text) = match app.is_ready() {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    (status, Json(json!({"status": text}))).into_response()
}

/// `GET /__admin/version`
pub(super) async fn version() -> Json<Value> {
    Json(json!({"name": "ringback", "version": env!("CARGO_PKG_VERSION"), "wit": WIT_VERSION}))
}

/// `GET /__admin/routes`
pub(super) async fn routes(State(app): Shared) -> Json<Value> {
    let routes: Vec<Value> = app
        .listing()
        .into_iter()
        .map(|line| {
            let mut view = json!({"environment": line.environment, "name": line.name, "methods": line.methods, "path": line.path, "url": line.url});
            let also = line.also.iter().map(|(url, checks)| json!({"url": url, "validates": checks}));
            if let (false, Some(members)) = (line.also.is_empty(), view.as_object_mut()) {
                members.insert("also".into(), also.collect());
            }
            view
        })
        .collect();
    Json(json!({"routes": routes}))
}

/// `GET /metrics`
pub(super) async fn metrics(State(app): Shared) -> Response {
    app.gateway.metrics.in_flight.set(app.gateway.in_flight.load(std::sync::atomic::Ordering::Relaxed) as i64);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.gateway.metrics.text()).into_response()
}

/// `POST /__admin/reset`: buckets as at start, no callbacks, counts from 1; of one session or, with the journal, of all.
pub(super) async fn reset(State(app): Shared, Asked(whose): Asked<Whose>) -> Result<StatusCode, Problem> {
    let session = whose.session.as_deref().map(session).transpose()?;
    app.gateway.store.reset(session.as_ref()).await?;
    for site in app.sites().iter() {
        site.routes.iter().for_each(|route| route.numbers.reset(session.as_ref()));
    }
    if session.is_none() {
        app.registrations.clear();
        app.gateway.journal.clear();
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /__admin/sessions/{id}`: drops all of a session's state.
pub(super) async fn end_session(State(app): Shared, Named(id): Named<String>) -> Result<StatusCode, Problem> {
    let session = session(&id)?;
    app.gateway.store.reset(Some(&session)).await?;
    app.sites().iter().flat_map(|site| &site.routes).for_each(|route| route.numbers.reset(Some(&session)));
    Ok(StatusCode::NO_CONTENT)
}
