//! `/__admin/callbacks`: what is due, what was tried, and an operator's hand on it.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use ringback_model::{
    callback::{Action, Callback, CallbackFilter},
    ids::CallbackId,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Problem, Shared,
    asked::{Asked, Named},
    session, views,
};
use crate::app::App;

/// Which callbacks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// In this state: `pending`, `held`, `attempting`, `delivered`, `failed`, `cancelled`, `parked`. Absent: in any.
    state: Option<String>,
    /// Caused by this route. Absent: by any.
    route: Option<String>,
    /// Of this session. Absent: of any.
    session: Option<String>,
    /// At most so many, the earliest due first. Absent: 1,000.
    limit: Option<usize>,
    /// `wait` only: how many there must be. Absent: 1.
    count: Option<usize>,
    /// `wait` only: how long to wait for them, in real time. Absent: 5 s.
    timeout: Option<String>,
}

/// The names of all states.
const STATES: [&str; 7] = ["pending", "held", "attempting", "delivered", "failed", "cancelled", "parked"];
/// How many callbacks are listed unless told otherwise.
const LIMIT: usize = 1_000;
/// How long `wait` waits unless told otherwise.
const WAIT: Duration = Duration::from_secs(5);
/// How long `wait` waits at most: less than what proxies and clients bear.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// `GET /__admin/callbacks`
pub(super) async fn list(State(app): Shared, Asked(filter): Asked<Filter>) -> Result<Json<Value>, Problem> {
    let found = app.gateway.store.callbacks(&filter.model()?).await?;
    Ok(views(&found))
}

/// `GET /__admin/callbacks/wait`: answers once there are enough, or 408 with those that there are.
pub(super) async fn wait(
    State(app): Shared,
    Asked(filter): Asked<Filter>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let count = filter.count.unwrap_or(1);
    let mut wanted = filter.model()?;
    // Fewer than it waits for would never be enough.
    wanted.limit = wanted.limit.max(count);
    let timeout = match &filter.timeout {
        None => WAIT,
        Some(text) => super::clock::duration(text)?.min(WAIT_MAX),
    };
    // Listening starts before looking, so that nothing happens unseen in between.
    let mut listener = app.gateway.journal.listen();
    let enough = async {
        loop {
            let found = app.gateway.store.callbacks(&wanted).await?;
            if found.len() >= count || listener.next().await.is_none() {
                return Ok::<_, Problem>(found);
            }
        }
    };
    let stop = app.stopping();
    let waited = tokio::select! {
        waited = tokio::time::timeout(timeout, enough) => waited.ok(),
        () = stop.cancelled() => None,
    };
    match waited {
        Some(found) => Ok((StatusCode::OK, views(&found?))),
        None => Ok((StatusCode::REQUEST_TIMEOUT, views(&app.gateway.store.callbacks(&wanted).await?))),
    }
}

/// `GET /__admin/callbacks/{id}`
pub(super) async fn one(State(app): Shared, Named(id): Named<String>) -> Result<Json<Value>, Problem> {
    let id = known(&id)?;
    let callback = app.gateway.store.callback(&id).await?.ok_or_else(|| absent(&id))?;
    Ok(Json(views::callback(&callback)))
}

/// `POST /__admin/callbacks/{id}/{action}`: 409 where the callback is settled.
pub(super) async fn act(
    State(app): Shared,
    Named((id, action)): Named<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let id = known(&id)?;
    let action = match action.as_str() {
        "fire" => Action::Fire,
        "cancel" => Action::Cancel,
        "hold" => Action::Hold,
        "release" => Action::Release,
        other => {
            return Err(Problem::absent(format!("`{other}` is no action: `fire`, `cancel`, `hold` and `release` are")));
        }
    };
    acted(&app, &id, action).await
}

async fn acted(app: &App, id: &CallbackId, action: Action) -> Result<Json<Value>, Problem> {
    let (callback, applied) = app.engine.act(id, action).await?.ok_or_else(|| absent(id))?;
    if !applied {
        let detail = format!("callback `{id}` is {}: it is left alone", callback.state.name());
        return Err(Problem::new(StatusCode::CONFLICT, detail));
    }
    Ok(Json(views::callback(&callback)))
}

fn known(id: &str) -> Result<CallbackId, Problem> {
    CallbackId::parse(id).ok_or_else(|| Problem::absent(format!("`{id}` is no callback id")))
}

fn absent(id: &CallbackId) -> Problem {
    Problem::absent(format!("there is no callback `{id}`"))
}

fn views(callbacks: &[Callback]) -> Json<Value> {
    Json(json!({"callbacks": callbacks.iter().map(views::callback).collect::<Vec<_>>()}))
}

impl Filter {
    fn model(&self) -> Result<CallbackFilter, Problem> {
        let session = self.session.as_deref().map(session).transpose()?;
        if let Some(state) = self.state.as_deref().filter(|state| !STATES.contains(state)) {
            return Err(Problem::bad(format!("`{state}` is no state: {} are", STATES.join(", "))));
        }
        let limit = self.limit.unwrap_or(LIMIT);
        Ok(CallbackFilter { session, state: self.state.clone(), route: self.route.clone(), limit })
    }
}
