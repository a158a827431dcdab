//! Microcks' registrations of webhooks: paths, statuses and texts are its own. An operation's id is its service's, a dash and
//! its name; here names may hold dashes.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use ringback_model::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{WEBHOOK, services, services::Page, text};
use crate::{
    admin::Shared,
    app::App,
    respond::absolute,
    site::WebhookPlan,
    webhooks::{REGISTRATIONS_MAX, Registration, Wanted},
};

/// Between one time and the next, unless told otherwise.
const FREQUENCY_MS: u64 = 3_000;
/// How long a registration lasts, unless told otherwise.
const LASTS: Duration = Duration::from_secs(2 * 24 * 3_600);
/// At so many errors it ends, unless told otherwise.
const ERRORS_MAX: u32 = 5;
/// Stands for this server where only the shape of a URL is looked at: a target must be absolute.
const NOWHERE: &str = "";

/// A registration as it is asked for. What is not known is left alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    operation_id: String,
    target_url: String,
    /// In milliseconds.
    frequency: Option<u64>,
    expires_at: Option<Moment>,
    error_count_threshold: Option<u32>,
}

/// A time as JSON writes it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Moment {
    /// Milliseconds since the Unix epoch.
    Milliseconds(u64),
    /// RFC 3339.
    Text(String),
}

/// An operation that was named.
struct Operation {
    webhook: WebhookName,
    method: String,
}

/// A webhook by its name and its service's, `name:version`.
#[derive(PartialEq)]
struct WebhookName {
    name: std::sync::Arc<str>,
    service: std::sync::Arc<str>,
}

/// `POST /api/webhooks`: 201 with the registration.
pub(super) async fn register(State(app): Shared, body: Bytes) -> Response {
    let asked: Asked = match serde_json::from_slice(&body) {
        Ok(asked) => asked,
        Err(error) => return text(StatusCode::BAD_REQUEST, error.to_string()),
    };
    let operation = match operation(&app, &asked.operation_id) {
        Ok(operation) => operation,
        Err(why) => return text(StatusCode::NOT_FOUND, why),
    };
    let Some(target) = absolute(NOWHERE, &asked.target_url) else {
        let why = format!("targetUrl `{}` is not an absolute http or https URL", asked.target_url);
        return text(StatusCode::BAD_REQUEST, why);
    };
    let expires = match asked.expires_at.map(Moment::timestamp) {
        Some(None) => return text(StatusCode::BAD_REQUEST, "expiresAt is no time: `2027-01-01T00:00:00Z` is one"),
        given => given.flatten(),
    };
    let Operation { webhook, method } = operation;
    let wanted = Wanted {
        operation: asked.operation_id,
        webhook: webhook.name,
        service: webhook.service,
        method,
        target,
        frequency: Duration::from_millis(asked.frequency.unwrap_or(FREQUENCY_MS)),
        expires,
        lasts: LASTS,
        errors_max: asked.error_count_threshold.unwrap_or(ERRORS_MAX),
    };
    match app.registrations.add(&app, wanted) {
        Some(made) => (StatusCode::CREATED, Json(view(&made))).into_response(),
        None => {
            let why = format!("there are {REGISTRATIONS_MAX} registrations already: delete one first");
            text(StatusCode::TOO_MANY_REQUESTS, why)
        }
    }
}

/// `GET /api/webhooks/operation/{id}`: the newest first.
pub(super) async fn of_operation(State(app): Shared, Path(id): Path<String>, Query(page): Query<Page>) -> Json<Value> {
    let mut found = registered(&app, &id).await;
    found.reverse();
    Json(page.of(found).iter().map(view).collect())
}

/// `GET /api/webhooks/operation/{id}/count`
pub(super) async fn count(State(app): Shared, Path(id): Path<String>) -> Json<Value> {
    Json(json!({"counter": registered(&app, &id).await.len()}))
}

/// `DELETE /api/webhooks/{id}`: what is under way for it is cancelled.
pub(super) async fn unregister(State(app): Shared, Path(id): Path<String>) -> StatusCode {
    if app.registrations.remove(&app, &id).await { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

async fn registered(app: &App, id: &str) -> Vec<Registration> {
    let Ok(Operation { webhook, .. }) = operation(app, id) else { return vec![] };
    let all = app.registrations.list(app).await;
    let of = |kept: &Registration| *kept.webhook == *webhook.name && *kept.service == *webhook.service;
    all.into_iter().filter(of).collect()
}

/// The webhook that an operation's id means.
fn operation(app: &App, id: &str) -> Result<Operation, &'static str> {
    if !id.contains('-') {
        return Err("OperationId is invalid");
    }
    let found = services(app).into_iter().find_map(|service| {
        let rest = |of: &str| id.strip_prefix(of)?.strip_prefix('-').map(str::to_owned);
        let rest = rest(&service.id()).or_else(|| rest(&service.key()))?;
        Some((service, rest))
    });
    let (service, name) = found.ok_or("Service not found")?;
    let key = service.key();
    let is = |plan: &&WebhookPlan| name.strip_suffix(WEBHOOK) == Some(&*plan.name) && *plan.service == *key;
    let plan = service.site.webhooks.iter().find(is).ok_or("Operation not found")?;
    let webhook = WebhookName { name: plan.name.clone(), service: plan.service.clone() };
    Ok(Operation { webhook, method: plan.method.to_string() })
}

fn view(registration: &Registration) -> Value {
    json!({
        "id": registration.id,
        "operationId": registration.operation,
        "operationMethod": registration.method,
        "targetUrl": registration.target,
        "frequency": u64::try_from(registration.frequency.as_millis()).unwrap_or(u64::MAX),
        "createdOn": registration.created,
        "expiresAt": registration.expires,
        "errorCount": registration.errors,
        "errorCountThreshold": registration.errors_max,
    })
}

// === impl Moment ===

impl Moment {
    /// Absent: the text is no time.
    fn timestamp(self) -> Option<Timestamp> {
        let micros = match self {
            Self::Milliseconds(milliseconds) => milliseconds.saturating_mul(1_000),
            Self::Text(text) => u64::try_from(text.parse::<jiff::Timestamp>().ok()?.as_microsecond()).ok()?,
        };
        Some(Timestamp::from_micros(micros))
    }
}
