//! What is served, as Microcks shows it: services, their operations, how often they were called.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use percent_encoding::percent_decode_str;
use ringback_model::time::Clock as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Served, WEBHOOK, services};
use crate::admin::Shared;

/// How many are listed unless told otherwise: Microcks' own page.
const PAGE: usize = 20;

/// Which part of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    /// From 0. Absent: the first.
    page: Option<usize>,
    /// How many to a page. Absent: 20.
    size: Option<usize>,
}

/// How much of a service.
#[derive(Debug, Deserialize)]
pub(super) struct Depth {
    /// Whether its messages are wanted as well. Absent: yes.
    messages: Option<bool>,
}

/// `GET /api/services`: by name, then by version.
pub(super) async fn list(State(app): Shared, Query(page): Query<Page>) -> Json<Value> {
    let mut found = services(&app);
    found.sort_by(|one, two| (&one.name, &one.version).cmp(&(&two.name, &two.version)));
    Json(page.of(found).iter().map(view).collect())
}

/// `GET /api/services/count`
pub(super) async fn count(State(app): Shared) -> Json<Value> {
    Json(json!({"counter": services(&app).len()}))
}

/// `GET /api/services/{id}`: by id, or by `name:version`. Examples are not shown as messages.
pub(super) async fn one(State(app): Shared, Path(id): Path<String>, Query(depth): Query<Depth>) -> Response {
    let found = services(&app).into_iter().find(|service| service.is(&id));
    let Some(service) = found else { return StatusCode::NOT_FOUND.into_response() };
    let shown = view(&service);
    if depth.messages == Some(false) {
        return Json(shown).into_response();
    }
    let messages = service.operations.iter().map(|name| (name.to_string(), json!([])));
    let messages: serde_json::Map<String, Value> = messages.collect();
    Json(json!({"service": shown, "messagesMap": messages})).into_response()
}

/// `GET /api/metrics/invocations/{service}/{version}`: the count since the gateway started, whatever day is asked for.
pub(super) async fn invocations(State(app): Shared, Path((name, version)): Path<(String, String)>) -> Json<Value> {
    let found = services(&app).into_iter().find(|service| *service.name == *name && *service.version == *version);
    let count = found.map_or(0, |service| service.invocations());
    let day: String = app.gateway.clock.now().to_string().chars().take(10).filter(char::is_ascii_digit).collect();
    Json(json!({"day": day, "serviceName": name, "serviceVersion": version, "dailyCount": count}))
}

fn view(service: &Served) -> Value {
    let operations: Vec<Value> = service.operations.iter().map(|name| service.operation(name)).collect();
    json!({
        "id": service.id(),
        "name": service.name,
        "version": service.version,
        "type": "REST",
        "operations": operations,
    })
}

// === impl Page ===

impl Page {
    /// The part of a list that is asked for.
    pub(super) fn of<T>(&self, all: Vec<T>) -> Vec<T> {
        let size = self.size.unwrap_or(PAGE);
        let before = self.page.unwrap_or(0).saturating_mul(size);
        all.into_iter().skip(before).take(size).collect()
    }
}

// === impl Served ===

impl Served {
    fn operation(&self, name: &str) -> Value {
        let key = self.key();
        let hook = name.strip_suffix(WEBHOOK).and_then(|hook| {
            self.site.webhooks.iter().find(|webhook| *webhook.name == *hook && *webhook.service == *key)
        });
        match (hook, name.split_once(' ')) {
            (Some(hook), _) => json!({"name": name, "method": hook.method.as_str(), "action": "webhook"}),
            (None, Some((method, _))) => json!({"name": name, "method": method}),
            (None, None) => json!({"name": name, "method": null}),
        }
    }

    /// How often one of its operations answered.
    fn invocations(&self) -> u64 {
        let base = format!("/rest/{}/{}/", self.name, self.version);
        let own = |path: &str| format!("{}/", percent_decode_str(path).decode_utf8_lossy()).starts_with(&base);
        self.site.routes.iter().filter(|route| own(&route.path)).map(|route| route.metrics.answered()).sum()
    }
}
