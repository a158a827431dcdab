//! `/__admin/webhooks`: calls that no request causes, and firing them.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use ringback_model::ids::SessionId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Problem, Shared,
    asked::{Asked, Named},
    session,
};
use crate::{
    app::Aimed,
    respond::{
        absolute,
        webhook::{Fired, Shot, fire},
    },
    site::WebhookPlan,
};

/// Whose webhook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Of this service, `name:version`. Absent: of the only one that has it.
    service: Option<String>,
}

/// What to fire.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The target.
    url: String,
    /// What to send. Absent: all examples, one after the other.
    example: Option<String>,
    /// Whose state its templates see. Absent: that of requests without a session.
    session: Option<String>,
}

/// `GET /__admin/webhooks`
pub(super) async fn list(State(app): Shared) -> Json<Value> {
    let aimed = app.webhooks();
    let views: Vec<Value> = aimed.iter().filter_map(Aimed::plan).map(view).collect();
    Json(json!({"webhooks": views}))
}

/// `POST /__admin/webhooks/{name}/fire`: answers 202 with the ids of the callbacks that are in the queue now. The body is read
/// as JSON whatever it is called.
pub(super) async fn fire_one(
    State(app): Shared,
    Named(name): Named<String>,
    Asked(whose): Asked<Whose>,
    body: Bytes,
) -> Result<Response, Problem> {
    let read = serde_json::from_slice(&body);
    let wanted: Wanted =
        read.map_err(|error| Problem::bad(format!("{error}; send {{\"url\": \"http://localhost:8080/hook\"}}")))?;
    let all = app.webhooks();
    let aimed = named(&all, &name, whose.service.as_deref())?;
    let plan = aimed.plan().ok_or_else(|| Problem::absent("the webhook is gone"))?;
    let target = absolute(&aimed.door.origin, &wanted.url)
        .ok_or_else(|| Problem::bad(format!("`{}` is not an absolute http or https URL", wanted.url)))?;
    let callbacks = match &wanted.example {
        None => plan.callbacks.as_slice(),
        Some(example) => {
            let at = plan.examples.iter().position(|known| **known == **example);
            let one = at.and_then(|at| plan.callbacks.get(at)).map(std::slice::from_ref);
            one.ok_or_else(|| Problem::absent(format!("no example `{example}`: {}", there_are(&plan.examples))))?
        }
    };
    let session = wanted.session.as_deref().map_or_else(|| Ok(SessionId::default()), session)?;
    let shot = Shot { webhook: plan, callbacks, target: &target, session };
    let Fired { scheduled, notes } = fire(&aimed.door, &aimed.site, &shot).await.map_err(|refusal| {
        let problem = Problem::new(refusal.kind.status(), refusal.public);
        Problem { help: refusal.detail, ..problem }
    })?;
    if scheduled.is_empty() && !notes.is_empty() {
        return Err(Problem::bad(notes.join("; ")));
    }
    let ids: Vec<_> = scheduled.iter().map(|callback| &callback.id).collect();
    Ok((StatusCode::ACCEPTED, Json(json!({"callbacks": ids, "notScheduled": notes}))).into_response())
}

/// The webhook of a name.
fn named<'a>(all: &'a [Aimed], name: &str, service: Option<&str>) -> Result<&'a Aimed, Problem> {
    let plan_of = |aimed: &'a Aimed| aimed.plan().map(|plan| (aimed, plan));
    let same: Vec<_> = all.iter().filter_map(plan_of).filter(|(_, plan)| *plan.name == *name).collect();
    let of = |plan: &WebhookPlan| service.is_none_or(|service| *plan.service == *service);
    let mut meant = same.iter().filter(|(_, plan)| of(plan));
    let services = || there_are(same.iter().map(|(_, plan)| &plan.service));
    match (meant.next(), meant.next()) {
        (Some((aimed, _)), None) => Ok(aimed),
        (Some(_), Some(_)) => {
            Err(Problem::bad(format!("several services have webhook `{name}`: add `?service=`, {}", services())))
        }
        (None, _) if same.is_empty() => {
            let names = there_are(all.iter().filter_map(Aimed::plan).map(|plan| &plan.name));
            Err(Problem::absent(format!("there is no webhook `{name}`: {names}")))
        }
        (None, _) => Err(Problem::absent(format!("that service has no webhook `{name}`: {}", services()))),
    }
}

/// What there is, in words.
fn there_are<'a>(names: impl IntoIterator<Item = &'a std::sync::Arc<str>>) -> String {
    let listed = ringback_diag::listed(names.into_iter().map(|name| &**name));
    listed.map_or_else(|| "the documents have none".into(), |names| format!("there are {names}"))
}

fn view(plan: &WebhookPlan) -> Value {
    json!({
        "name": plan.name,
        "service": plan.service,
        "method": plan.method.as_str(),
        "examples": plan.examples,
    })
}
