//! `/__admin/buckets`: the documents themselves, as JSON. The collection is an object of all of them; a change of it is
//! one unit of work. `PATCH` is a JSON Merge Patch (RFC 7396); `DELETE` puts back the content at start.

use axum::{
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use ringback_model::{
    fault::CommitError,
    ids::{BucketName, EnvironmentName, RequestId, RouteName},
    json::Json,
    limits::UNIT_ATTEMPTS_MAX,
    path::DataPath,
    time::Clock,
    unit::{BucketError, Cause, Change, Document, Scope, Unit, View},
};
use serde::Deserialize;

use super::{
    Problem, Shared,
    asked::{Asked, Named},
    session,
};
use crate::app::App;

/// Whose buckets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    /// Of this session. Absent: the one of requests that name none.
    session: Option<String>,
    /// Of this environment. Absent: the first one.
    environment: Option<String>,
}

/// The content at start of one environment's buckets.
type Seeds = Vec<(BucketName, Document)>;

/// `GET /__admin/buckets`
pub(super) async fn all(State(app): Shared, Asked(whose): Asked<Whose>) -> Result<Response, Problem> {
    let (scope, seeds) = whose.scope(&app)?;
    let view = app.gateway.store.view(&scope).await?;
    let mut whole = Json::object();
    for (name, _) in &seeds {
        if let Some(document) = view.get(name.as_str()) {
            // A name is one member, whatever it holds.
            let path = name.as_str().replace('.', "\\.");
            let value = document.value.clone().unwrap_or_default();
            whole.set(&DataPath::parse(&path), value).map_err(|e| Problem::bad(e.to_string()))?;
        }
    }
    Ok(document(Some(&whole)))
}

/// `GET /__admin/buckets/{name}`
pub(super) async fn one(
    State(app): Shared,
    Named(name): Named<String>,
    Asked(whose): Asked<Whose>,
) -> Result<Response, Problem> {
    let (scope, seeds) = whose.scope(&app)?;
    let view = app.gateway.store.view(&scope).await?;
    let found = view.get(&name).filter(|_| seeds.iter().any(|(known, _)| known.as_str() == name));
    found.map(|found| document(found.value.as_ref())).ok_or_else(|| unknown(&name, &seeds))
}

/// `PUT /__admin/buckets`
pub(super) async fn put_all(
    State(app): Shared,
    Asked(whose): Asked<Whose>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let whole = members(&body)?;
    change(&app, &whose, |unit, _| whole.iter().try_for_each(|(name, value)| set(unit, name, value.clone()))).await
}

/// `PUT /__admin/buckets/{name}`
pub(super) async fn put(
    State(app): Shared,
    Named(name): Named<String>,
    Asked(whose): Asked<Whose>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let value = parse(&body)?;
    change(&app, &whose, |unit, _| set(unit, &name, value.clone())).await
}

/// `PATCH /__admin/buckets`
pub(super) async fn patch_all(
    State(app): Shared,
    Asked(whose): Asked<Whose>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let whole = members(&body)?;
    change(&app, &whose, |unit, _| whole.iter().try_for_each(|(name, value)| merge(unit, name, value))).await
}

/// `PATCH /__admin/buckets/{name}`
pub(super) async fn patch(
    State(app): Shared,
    Named(name): Named<String>,
    Asked(whose): Asked<Whose>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let value = parse(&body)?;
    change(&app, &whose, |unit, _| merge(unit, &name, &value)).await
}

/// `DELETE /__admin/buckets`
pub(super) async fn reset_all(State(app): Shared, Asked(whose): Asked<Whose>) -> Result<StatusCode, Problem> {
    change(&app, &whose, |unit, seeds| seeds.iter().try_for_each(|(name, seed)| restore(unit, name, seed))).await
}

/// `DELETE /__admin/buckets/{name}`
pub(super) async fn reset(
    State(app): Shared,
    Named(name): Named<String>,
    Asked(whose): Asked<Whose>,
) -> Result<StatusCode, Problem> {
    change(&app, &whose, |unit, seeds| {
        let seed = seeds.iter().find(|(known, _)| known.as_str() == name);
        seed.map_or_else(|| Err(BucketError::NoSuchBucket(name.clone())), |(name, seed)| restore(unit, name, seed))
    })
    .await
}

/// A bucket without content reads as `null`.
fn document(value: Option<&Json>) -> Response {
    let text = value.map_or_else(|| "null".to_owned(), Json::to_text);
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn parse(body: &[u8]) -> Result<Json, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| Problem::bad(format!("the body is not UTF-8: {error}")))?;
    Json::parse(text).map_err(|error| Problem::bad(format!("the body is not JSON: {error}")))
}

fn members(body: &[u8]) -> Result<Vec<(String, Json)>, Problem> {
    match parse(body)? {
        Json::Object(object) => Ok(object.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()),
        other => Err(Problem::bad(format!("an object of buckets is needed, this is {}", other.kind()))),
    }
}

fn set(unit: &mut Unit, name: &str, value: Json) -> Result<(), BucketError> {
    unit.change(name, Change::Set("".into(), value))
}

fn restore(unit: &mut Unit, name: &BucketName, seed: &Document) -> Result<(), BucketError> {
    unit.change(name.as_str(), Change::Restore(Box::new(seed.clone())))
}

fn merge(unit: &mut Unit, name: &str, patch: &Json) -> Result<(), BucketError> {
    let merged = merged(unit.read(name)?.unwrap_or(&Json::Null), patch);
    set(unit, name, merged)
}

/// RFC 7396 section 2.
fn merged(target: &Json, patch: &Json) -> Json {
    let Json::Object(patch) = patch else { return patch.clone() };
    let mut result = if matches!(target, Json::Object(_)) { target.clone() } else { Json::object() };
    for (name, value) in patch.iter() {
        let path = name.replace('.', "\\.");
        let path = DataPath::parse(&path);
        if matches!(value, Json::Null) {
            result.del(&path);
            continue;
        }
        let old = result.at(&path).cloned().unwrap_or_default();
        // The target is an object and the path one member of it: nothing can be refused.
        let _ = result.set(&path, merged(&old, value));
    }
    result
}

/// Makes a change as one unit of work, again when a bucket that it read moved meanwhile.
async fn change(
    app: &App,
    whose: &Whose,
    mut work: impl FnMut(&mut Unit, &Seeds) -> Result<(), BucketError>,
) -> Result<StatusCode, Problem> {
    let (scope, seeds) = whose.scope(app)?;
    for _ in 0..UNIT_ATTEMPTS_MAX {
        let mut unit = unit(&scope, app.gateway.store.view(&scope).await?)?;
        work(&mut unit, &seeds).map_err(|error| refused(error, &seeds))?;
        match app.gateway.store.commit(unit.finish(app.gateway.clock.now())).await {
            Ok(_) => return Ok(StatusCode::NO_CONTENT),
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(Problem::new(StatusCode::CONFLICT, "the bucket is changed by too many at once, try again"))
}

fn unit(scope: &Scope, view: View) -> Result<Unit, Problem> {
    // An operator's change causes no callbacks, so no id is ever made from this cause.
    let route = RouteName::try_new("admin").map_err(|error| Problem::bad(error.to_string()))?;
    Ok(Unit::new(scope.clone(), route, Cause::Request(RequestId { tag: 0, number: 0 }), 0, view))
}

fn refused(error: BucketError, seeds: &Seeds) -> Problem {
    match error {
        BucketError::NoSuchBucket(name) => unknown(&name, seeds),
        BucketError::TooLarge(why) => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, why),
        BucketError::Json(error) => Problem::new(StatusCode::CONFLICT, error.to_string()),
    }
}

fn unknown(name: &str, seeds: &Seeds) -> Problem {
    let declared: Vec<_> = seeds.iter().map(|(name, _)| format!("`{name}`")).collect();
    let declared =
        if declared.is_empty() { "none is declared".into() } else { format!("declared: {}", declared.join(", ")) };
    Problem::absent(format!("there is no bucket `{name}`; {declared}"))
}

impl Whose {
    fn scope(&self, app: &App) -> Result<(Scope, Seeds), Problem> {
        let session = self.session.as_deref().map(session).transpose()?.unwrap_or_default();
        let sites = app.sites();
        let wanted = |name: &EnvironmentName| self.environment.as_deref().is_none_or(|wanted| name.as_str() == wanted);
        let site = sites.iter().find(|site| wanted(&site.name));
        let site = site.ok_or_else(|| {
            let names: Vec<_> = sites.iter().map(|site| format!("`{}`", site.name)).collect();
            Problem::absent(format!("there is no such environment; there are: {}", names.join(", ")))
        })?;
        let seeds = site.seeds.iter().filter(|(name, _)| !name.is_hidden()).cloned().collect();
        Ok((Scope { environment: site.name.clone(), session }, seeds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_merges_as_the_appendix_of_rfc_7396_says() {
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
            (r#"{"a":"foo"}"#, "null", "null"),
            ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ];
        for (target, patch, result) in cases {
            let json = |text| Json::parse(text).unwrap();
            assert_eq!(merged(&json(target), &json(patch)).to_text(), result, "{target} + {patch}");
        }
    }
}
