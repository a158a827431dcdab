//! `/__admin/clock`: freezes, moves and frees the gateway's time.

use std::time::Duration;

use axum::{Json, body::Bytes, extract::State};
use ringback_model::time::Clock;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Problem, Shared};
use crate::app::App;

/// How far to move.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    /// A duration: `10s`, `1h 30m`.
    by: String,
}

/// `GET /__admin/clock`
pub(super) async fn show(State(app): Shared) -> Json<Value> {
    state(&app)
}

/// `POST /__admin/clock/freeze`
pub(super) async fn freeze(State(app): Shared) -> Json<Value> {
    app.timeline.freeze().await;
    state(&app)
}

/// `POST /__admin/clock/resume`
pub(super) async fn resume(State(app): Shared) -> Json<Value> {
    app.timeline.resume().await;
    state(&app)
}

/// `POST /__admin/clock/advance`: answers once everything that became due has been attempted once. The body is read as
/// JSON whatever it is called: `curl -d` calls it a form.
pub(super) async fn advance(State(app): Shared, body: Bytes) -> Result<Json<Value>, Problem> {
    let read = serde_json::from_slice(&body);
    let Advance { by } = read.map_err(|error| Problem::bad(format!("{error}; send {{\"by\": \"10s\"}}")))?;
    let by = duration(&by)?;
    let now = app.gateway.clock.now();
    if now.after(by).since(now) < by {
        // It could never be moved back.
        return Err(Problem::bad("that is after the year 9999, where the clock ends"));
    }
    let summary = app.timeline.advance(by).await?;
    Ok(Json(json!(summary)))
}

/// `POST /__admin/clock/run-until-idle`: answers once nothing is pending.
pub(super) async fn run_until_idle(State(app): Shared) -> Result<Json<Value>, Problem> {
    let summary = app.timeline.run_until_idle().await?;
    Ok(Json(json!(summary)))
}

fn state(app: &App) -> Json<Value> {
    Json(json!(app.gateway.clock.state()))
}

/// A duration as people write it.
pub(super) fn duration(text: &str) -> Result<Duration, Problem> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    parsed.ok_or_else(|| Problem::bad(format!("`{text}` is no duration: write `10s`, `250ms` or `1h 30m`")))
}
