//! `/__admin/requests`: what was asked, what answered it and why, and the callbacks that came of it.

use axum::{Json, extract::State, http::StatusCode};
use ringback_model::{
    callback::Callback,
    ids::RequestId,
    journal::{Event, Exchange, Matched},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Problem, Shared,
    asked::{Asked, Named},
    views,
};
use crate::gateway::Gateway;

/// Which requests to list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// After the event of this number. Absent: from the oldest that is kept.
    since: Option<u64>,
    /// At most so many, the newest. Absent: all that are kept.
    limit: Option<usize>,
    /// Answered by this route. Absent: by any or none.
    route: Option<String>,
    /// Of this session. Absent: of any.
    session: Option<String>,
}

/// `GET /__admin/requests`
pub(super) async fn list(State(app): Shared, Asked(filter): Asked<Filter>) -> Result<Json<Value>, Problem> {
    listed(&app.gateway, &filter, |_| true).await
}

/// `GET /__admin/requests/unmatched`
pub(super) async fn unmatched(State(app): Shared, Asked(filter): Asked<Filter>) -> Result<Json<Value>, Problem> {
    listed(&app.gateway, &filter, |exchange| matches!(exchange.matched, Matched::Gateway(_))).await
}

async fn listed(
    gateway: &Gateway,
    filter: &Filter,
    wanted: impl Fn(&Exchange) -> bool,
) -> Result<Json<Value>, Problem> {
    let mut last = filter.since.unwrap_or(0);
    let mut found = Vec::new();
    for (number, event) in gateway.journal.since(last) {
        last = number;
        if let Event::Exchange(exchange) = event
            && filter.takes(&exchange)
            && wanted(&exchange)
        {
            found.push((number, exchange));
        }
    }
    let skip = filter.limit.map_or(0, |limit| found.len().saturating_sub(limit));
    let mut requests = Vec::with_capacity(found.len() - skip);
    for (number, exchange) in found.into_iter().skip(skip) {
        let mut view = views::exchange(&exchange, &callbacks(gateway, &exchange).await?);
        if let Some(members) = view.as_object_mut() {
            members.insert("number".into(), number.into());
        }
        requests.push(view);
    }
    Ok(Json(json!({"requests": requests, "last": last})))
}

/// `GET /__admin/requests/{id}`
pub(super) async fn one(State(app): Shared, Named(id): Named<String>) -> Result<Json<Value>, Problem> {
    let found = RequestId::parse(&id).and_then(|id| app.gateway.journal.exchange(id));
    let exchange = found.ok_or_else(|| Problem::absent(format!("the journal has no request `{id}`")))?;
    Ok(Json(views::exchange(&exchange, &callbacks(&app.gateway, &exchange).await?)))
}

/// `DELETE /__admin/requests`
pub(super) async fn clear(State(app): Shared) -> StatusCode {
    app.gateway.journal.clear();
    StatusCode::NO_CONTENT
}

/// The callbacks that a request scheduled, as they stand now; those that are no longer kept are left out.
async fn callbacks(gateway: &Gateway, exchange: &Exchange) -> Result<Vec<Callback>, Problem> {
    let mut callbacks = Vec::with_capacity(exchange.scheduled.len());
    for id in &exchange.scheduled {
        callbacks.extend(gateway.store.callback(id).await?);
    }
    Ok(callbacks)
}

impl Filter {
    fn takes(&self, exchange: &Exchange) -> bool {
        let route = exchange.matched.route().map(ringback_model::ids::RouteName::as_str);
        self.route.as_deref().is_none_or(|wanted| route == Some(wanted))
            && self.session.as_deref().is_none_or(|wanted| exchange.session.as_str() == wanted)
    }
}
