//! `/__admin/plugins`: which there are and how they do, and bringing, taking back and removing one.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use ringback_model::ids::PluginName;
use serde_json::{Value, json};

use super::{Problem, Shared, asked::Named};
use crate::{
    app::{App, Offered, Refused},
    plugins::slot::Slot,
};

/// The field that carries the signature of an uploaded component, in base64.
const SIGNATURE: &str = "ringback-signature";

/// `GET /__admin/plugins`
pub(super) async fn list(State(app): Shared) -> Json<Value> {
    let plugins: Vec<Value> = app.plugins.slots().iter().map(|slot| view(&app, slot)).collect();
    Json(json!({"plugins": plugins}))
}

/// `GET /__admin/plugins/{name}`
pub(super) async fn one(State(app): Shared, Named(name): Named<String>) -> Result<Json<Value>, Problem> {
    let found = PluginName::try_new(&name).ok().and_then(|name| app.plugins.find(&name));
    let slot = found.ok_or_else(|| Problem::absent(format!("there is no plugin `{name}`")))?;
    Ok(Json(view(&app, &slot)))
}

/// `PUT /__admin/plugins/{name}`: answers when it serves: 201 if nothing of that name did, 200 if it took the place of
/// what did or is the same.
pub(super) async fn put(
    State(app): Shared,
    Named(name): Named<String>,
    headers: HeaderMap,
    component: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let name = named(&name)?;
    let component = component.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let most = ringback_model::limits::COMPONENT_MAX_BYTES >> 20;
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a component may have at most {most} MiB"))
        }
        _ => Problem::bad(format!("the component can't be read: {error}")),
    })?;
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let status = match app.upload(&name, component, signature).await? {
        Offered::New => StatusCode::CREATED,
        Offered::Replaced | Offered::Unchanged => StatusCode::OK,
    };
    let slot = app.plugins.slot(&name);
    Ok((status, Json(view(&app, &slot))).into_response())
}

/// `DELETE /__admin/plugins/{name}`
pub(super) async fn delete(State(app): Shared, Named(name): Named<String>) -> Result<StatusCode, Problem> {
    app.remove(&named(&name)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /__admin/plugins/{name}/rollback`: answers with what serves now.
pub(super) async fn roll_back(State(app): Shared, Named(name): Named<String>) -> Result<Json<Value>, Problem> {
    let slot = app.roll_back(&named(&name)?).await?;
    Ok(Json(view(&app, &slot)))
}

fn named(name: &str) -> Result<PluginName, Problem> {
    PluginName::try_new(name).map_err(|error| Problem::bad(format!("`{name}` is no plugin's name: {error}")))
}

fn view(app: &Arc<App>, slot: &Slot) -> Value {
    slot.view(&app.routes_of(slot.name()))
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Absent(why) => Self::absent(why),
            Refused::Conflict(why) => Self::new(StatusCode::CONFLICT, why),
            Refused::Wrong(why) => Self { help: why.help, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, why.message) },
        }
    }
}
