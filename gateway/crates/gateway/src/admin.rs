//! The admin API: a listener of its own, on loopback unless told otherwise, JSON in and out, errors as
//! `application/problem+json`. Operators, tests and the UI use it; the data path never does.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use ringback_model::ids::SessionId;
use serde_json::{Value, json};

use crate::{app::App, microcks};

pub(crate) mod artifacts;
mod asked;
mod buckets;
mod callbacks;
mod clock;
mod events;
mod plugins;
mod requests;
mod state;
pub mod views;
mod webhooks;

/// What handlers share.
pub type Shared = State<Arc<App>>;

/// Why a call of the admin API was not carried out.
pub struct Problem {
    status: StatusCode,
    detail: String,
    /// What to do. Absent: nothing better than the detail.
    help: Option<String>,
    /// All that is wrong with a document, a text for each. Empty: it is about something else.
    diagnostics: Vec<String>,
}

/// The largest body that the admin API takes: a whole bucket.
const BODY_MAX_BYTES: usize = ringback_model::limits::BUCKET_MAX_BYTES + (1 << 20);

/// All routes of the admin API. `microcks_api`: documents come by Microcks' own paths as well.
pub fn router(app: Arc<App>, microcks_api: bool) -> Router {
    Router::new()
        .route("/__admin/health", get(|| async { Json(json!({"status": "ok"})) }))
        .route("/__admin/ready", get(state::ready))
        .route("/__admin/version", get(state::version))
        .route("/__admin/routes", get(state::routes))
        .route("/__admin/plugins", get(plugins::list))
        .route("/__admin/reset", post(state::reset))
        .route("/__admin/sessions/{id}", delete(state::end_session))
        .route("/__admin/requests", get(requests::list).delete(requests::clear))
        .route("/__admin/requests/unmatched", get(requests::unmatched))
        .route("/__admin/requests/{id}", get(requests::one))
        .route(
            "/__admin/buckets",
            get(buckets::all).put(buckets::put_all).patch(buckets::patch_all).delete(buckets::reset_all),
        )
        .route(
            "/__admin/buckets/{name}",
            get(buckets::one).put(buckets::put).patch(buckets::patch).delete(buckets::reset),
        )
        .route("/__admin/callbacks", get(callbacks::list))
        .route("/__admin/callbacks/wait", get(callbacks::wait))
        .route("/__admin/callbacks/{id}", get(callbacks::one))
        .route("/__admin/callbacks/{id}/{action}", post(callbacks::act))
        .route("/__admin/webhooks", get(webhooks::list))
        .route("/__admin/webhooks/{name}/fire", post(webhooks::fire_one))
        .route("/__admin/clock", get(clock::show))
        .route("/__admin/clock/freeze", post(clock::freeze))
        .route("/__admin/clock/advance", post(clock::advance))
        .route("/__admin/clock/run-until-idle", post(clock::run_until_idle))
        .route("/__admin/clock/resume", post(clock::resume))
        .route("/__admin/events", get(events::stream))
        .route("/metrics", get(state::metrics))
        .merge(microcks::router())
        .merge(loading(microcks_api).layer(middleware::from_fn_with_state(app.clone(), in_background)))
        .fallback(no_such_path)
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this path has other methods")
        })
        .layer(middleware::from_fn(refuse_pages))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX_BYTES))
        .with_state(app)
}

/// Those that load what is to serve.
fn loading(microcks_api: bool) -> Router<Arc<App>> {
    let microcks = if microcks_api { microcks::uploads() } else { Router::new() };
    microcks
        .route(
            "/__admin/plugins/{name}",
            get(plugins::one)
                .put(plugins::put)
                .delete(plugins::delete)
                .layer(axum::extract::DefaultBodyLimit::max(ringback_model::limits::COMPONENT_MAX_BYTES)),
        )
        .route("/__admin/plugins/{name}/rollback", post(plugins::roll_back))
        .route("/__admin/artifacts", get(artifacts::list).post(artifacts::add))
        .route("/__admin/artifacts/{name}", delete(artifacts::remove))
}

/// Carries a call out beside the requests, and to its end though the caller may be gone.
async fn in_background(State(app): Shared, request: Request, next: Next) -> Response {
    let carried_out = app.background.run(next.run(request)).await;
    carried_out.unwrap_or_else(|error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("it was not carried out: {error}")).into_response()
    })
}

/// What stands below `/__admin`, for those who look for it.
const NAMES: &str = "health, ready, version, routes, plugins, requests, buckets, callbacks, webhooks, artifacts, clock, events, sessions, reset; and `/metrics`";

async fn no_such_path(request: Request) -> Problem {
    let path = request.uri().path();
    Problem::absent(format!("the admin API has no `{path}`; below `/__admin/` it has {NAMES}"))
}

/// Refuses what a page in the operator's browser sends: a page of another origin says so, and one that rebound its name
/// to this address still sends the name.
async fn refuse_pages(request: Request, next: Next) -> Response {
    match page(request.headers()) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

fn page(headers: &HeaderMap) -> Option<Problem> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let origin = text(header::ORIGIN).map(|origin| origin.split_once("://").map_or(origin, |(_, host)| host));
    if origin.is_some_and(|origin| origin != host) {
        return Some(Problem::new(StatusCode::FORBIDDEN, "pages of another origin may not use the admin API"));
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_matches(['[', ']']);
    // A name without a dot is the operator's own network's: no page on the internet can have it.
    let own = !name.contains('.') || name.parse::<std::net::IpAddr>().is_ok();
    let refused = || format!("`{host}` is not a name of the admin API: use its address or `localhost`");
    (!own).then(|| Problem::new(StatusCode::FORBIDDEN, refused()))
}

/// A session by the name that a call gives.
fn session(name: &str) -> Result<SessionId, Problem> {
    SessionId::try_new(name).map_err(|error| Problem::bad(format!("`{name}` is no session: {error}")))
}

// === impl Problem ===

impl Problem {
    /// A problem with what the caller should know.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), help: None, diagnostics: vec![] }
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the caller should know.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Nothing of that name.
    pub fn absent(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// Something in the call can't be read.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("problem");
        let mut body: Value =
            json!({"type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail});
        if let (Some(members), Some(help)) = (body.as_object_mut(), self.help) {
            members.insert("help".into(), json!([help]));
        }
        if let (Some(members), [_, ..]) = (body.as_object_mut(), self.diagnostics.as_slice()) {
            members.insert("diagnostics".into(), json!(self.diagnostics));
        }
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], format!("{body:#}\n")).into_response()
    }
}

impl From<ringback_model::fault::StoreError> for Problem {
    fn from(error: ringback_model::fault::StoreError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string())
    }
}
