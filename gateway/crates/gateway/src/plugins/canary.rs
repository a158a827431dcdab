//! The call that a manifest asks for before its plugin serves, in a store of its own: nothing of it stays.

use std::{net::Ipv4Addr, sync::Arc};

use bytes::Bytes;
use http::HeaderMap;
use ringback_config::manifest::{Canary, Manifest};
use ringback_diag::Diagnostic;
use ringback_matching::{Found, RouteTable};
use ringback_model::{
    environment::{PathRules, PathSyntax, Seeding},
    http_values::{Params, Request},
    ids::{BucketName, EnvironmentName, RequestId, RouteName, SessionId},
    json::Json,
    ports::{Call, Store},
    seed::Seed,
    time::Timestamp,
    unit::{Cause, Scope, Unit},
};
use ringback_store::{MemoryStore, StoreLimits};

use super::generation::Generation;

/// Makes the call.
///
/// # Errors
/// It came to nothing, or to another status than the manifest says.
pub(super) async fn sing(
    generation: &Generation,
    manifest: &Manifest,
    buckets: &[(BucketName, Json)],
) -> Result<(), Diagnostic> {
    let (Some(canary), Some(responder)) = (&manifest.canary, generation.responder()) else { return Ok(()) };
    let name = generation.plugin.name();
    let called = format!("`{} {}`", canary.method, canary.path);
    let call = call(canary, manifest, buckets)
        .await
        .map_err(|why| Diagnostic::error(format!("plugin `{name}` could not be tried with {called}: {why}")))?;
    let status = match responder.clone().respond(call).await {
        Ok((answer, _)) => answer.status,
        Err(fault) => {
            let message = format!("plugin `{name}` failed when it was tried with {called}: it {}", fault.message);
            return Err(Diagnostic::error(message));
        }
    };
    if status == canary.status {
        return Ok(());
    }
    let (got, wanted) = (status.as_u16(), canary.status.as_u16());
    let message =
        format!("plugin `{name}` answered {got} when it was tried with {called}, {wanted} is what its manifest says");
    Err(Diagnostic::error(message).help("mend it, or the `[canary]` of its manifest"))
}

async fn call(canary: &Canary, manifest: &Manifest, buckets: &[(BucketName, Json)]) -> Result<Call, String> {
    fn text<E: ToString>(error: E) -> String {
        error.to_string()
    }
    let environment = EnvironmentName::try_new("canary").map_err(text)?;
    let mut seeds = buckets.to_vec();
    for bucket in &manifest.buckets {
        if let Seeding::Value(value) = &bucket.seed
            && !seeds.iter().any(|(name, _)| *name == bucket.name)
        {
            seeds.push((bucket.name.clone(), value.clone()));
        }
    }
    let store = MemoryStore::new(StoreLimits::default());
    let seeds = seeds.into_iter().map(|(name, value)| (name, value.into())).collect();
    store.declare(&environment, seeds).await.map_err(text)?;
    let scope = Scope { environment, session: SessionId::default() };
    let view = store.view(&scope).await.map_err(text)?;
    let rules = PathRules { syntax: PathSyntax::Template, automatic_methods: true };
    let table = RouteTable::build(&manifest.routes, rules, "").ok();
    let found = table.map(|table| table.find(&canary.method, canary.path.path()));
    let (params, index) = match found {
        Some(Found::Route { index, params, .. }) => (params, Some(index)),
        _ => (Params::new(), None),
    };
    let route = match index.and_then(|index| manifest.routes.get(index)) {
        Some(route) => route.name.clone(),
        None => RouteName::try_new("canary").map_err(text)?,
    };
    let id = RequestId { tag: 0, number: 0 };
    let request = Request {
        id,
        received: Timestamp::default(),
        session: SessionId::default(),
        method: canary.method.clone(),
        uri: canary.path.clone(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        route: route.clone(),
        params,
        number: 1,
        origin: "http://localhost".into(),
        client: Ipv4Addr::LOCALHOST.into(),
        cause: None,
        depth: 0,
    };
    Ok(Call {
        now: request.received,
        random: Seed(0).of_request(id),
        request: Some(Arc::new(request)),
        unit: Unit::new(scope, route, Cause::Request(id), 0, view),
        upstream: None,
        surroundings: None,
    })
}
