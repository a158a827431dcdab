//! Microcks' own way to bring documents: off unless the operator turned it on.

use axum::{
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use ringback_diag::Colour;

use super::{is_served, text};
use crate::admin::{
    Shared,
    artifacts::{Role, uploaded},
};

/// `POST /api/artifact/upload?mainArtifact=true`: 201 with `name:version`; 204 where there is nothing to do: an empty file,
/// one that would add to a service that is not there; 400 with what is wrong.
pub(super) async fn upload(State(app): Shared, Query(role): Query<Role>, headers: HeaderMap, body: Body) -> Response {
    let artifact = match uploaded(&headers, body, role.is_main()).await {
        Ok(Some(artifact)) => artifact,
        Ok(None) => return StatusCode::NO_CONTENT.into_response(),
        Err(problem) => return text(problem.status(), problem.detail()),
    };
    let service = artifact.service();
    if !artifact.is_main && !is_served(&app, service.as_deref()) {
        return StatusCode::NO_CONTENT.into_response();
    }
    match (app.add_artifact(artifact).await, service) {
        (Ok(_), Some(service)) => text(StatusCode::CREATED, service),
        (Ok(_), None) => StatusCode::NO_CONTENT.into_response(),
        (Err(rejected), _) => text(StatusCode::BAD_REQUEST, rejected.render(Colour::Plain)),
    }
}
