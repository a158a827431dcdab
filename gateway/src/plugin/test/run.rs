//! Runs the calls of one file, one after the other.

use std::time::Duration;

use http::HeaderMap;
use ringback_config::vectors::{self, Act, Call, Expect};
use ringback_diag::{Diagnostic, Sources};
use ringback_model::{
    callback::{Callback, Outgoing},
    journal::Matched,
    time::Timestamp,
};
use ringback_wasm::Cost;

use super::{
    compare::{Difference, Differences},
    gateway::{Answer, Gateway, World},
    project,
};
use crate::plugin::Failure;

/// What came of a call.
pub(super) struct Done {
    pub name: String,
    /// Where it stands in its file, in bytes.
    pub at: usize,
    pub differences: Vec<Difference>,
    /// Absent: no plugin was called.
    pub cost: Option<Cost>,
    /// What the gateway noted as wrong. Absent: nothing.
    pub fault: Option<String>,
    /// What was logged.
    pub lines: Vec<String>,
}

/// Runs all calls.
///
/// # Errors
/// When the gateway does not start, or a call is for no route of the plugin.
pub(super) async fn all(world: World<'_>, sources: &Sources) -> Result<Vec<Done>, Failure> {
    let mut gateway = Gateway::start(world).await?;
    let mut done = Vec::with_capacity(world.vectors.calls.len());
    // What it logged while it started.
    let mut before = world.captured.take_lines();
    for call in &world.vectors.calls {
        let mut came = one(world, &mut gateway, call, sources).await?;
        came.lines.splice(0..0, std::mem::take(&mut before));
        done.push(came);
    }
    gateway.end().await;
    Ok(done)
}

async fn one(world: World<'_>, gateway: &mut Gateway, call: &Call, sources: &Sources) -> Result<Done, Failure> {
    world.captured.take_sent();
    world.captured.take_cost();
    let mut found = Differences::default();
    let mut fault = None;
    match &call.act {
        Act::Request(request) => {
            let answer = gateway.ask(request).await?;
            if let (Matched::Gateway(nearest), None) = (&answer.exchange.matched, &call.expect.status) {
                return Err(no_route(world, request, nearest, sources));
            }
            answered(&mut found, &call.expect, &answer);
            fault.clone_from(&answer.exchange.fault);
        }
        Act::Advance(by) => {
            gateway.advance(*by).await?;
            if let Some(expected) = &call.expect.delivered {
                let sent = world.captured.take_sent();
                let sent: Vec<_> = sent.iter().map(|sent| Seen::of(&sent.callback, &sent.outgoing, None)).collect();
                callbacks(&mut found, "delivered", expected, &sent);
            }
        }
    }
    for (name, expected) in &call.expect.buckets {
        match gateway.bucket(name).await? {
            Some(got) => found.json(&format!("bucket `{name}`"), expected, &got),
            None => found.differ(format!("bucket `{name}`"), expected.to_string(), "no such bucket"),
        }
    }
    Ok(Done {
        name: call.name.clone(),
        at: call.span.start,
        differences: found.0,
        cost: world.captured.take_cost(),
        fault,
        lines: world.captured.take_lines(),
    })
}

/// A call that reaches no route is a mistake of the vectors, unless that is what they expect.
fn no_route(world: World<'_>, request: &vectors::Request, nearest: &[String], sources: &Sources) -> Failure {
    let message = format!("no route answers `{} {}`", request.method, request.path);
    let known = world.read.manifest.routes.iter().map(|route| route.path.to_string());
    let known: Vec<String> = known.collect();
    let help = match (nearest.get(1), known.is_empty()) {
        (_, true) => "the manifest has no `[[route]]`".to_owned(),
        (Some(nearest), _) => nearest.trim().to_owned(),
        (None, _) => format!("the manifest's routes: `{}`", known.join("`, `")),
    };
    let wrong = Diagnostic::error(message).at(&world.vectors.file, request.path_span.clone()).help(help);
    project::refused(&wrong.into(), sources)
}

fn answered(found: &mut Differences, expect: &Expect, answer: &Answer) {
    if let Some(status) = expect.status {
        found.equal("status", &status, &answer.status.as_u16());
    }
    found.headers("", &expect.headers, &answer.headers);
    if let Some(content) = &expect.content {
        found.content("", content, &answer.body);
    }
    if let Some(expected) = &expect.callbacks {
        let at = answer.exchange.received;
        let scheduled: Vec<_> =
            answer.scheduled.iter().map(|callback| Seen::of(callback, &callback.outgoing, Some(at))).collect();
        callbacks(found, "callbacks", expected, &scheduled);
    }
}

/// A callback as vectors speak of it.
struct Seen<'a> {
    callback: &'a Callback,
    outgoing: &'a Outgoing,
    /// After the answer. Absent: it was sent.
    delay: Option<Duration>,
    headers: HeaderMap,
}

impl<'a> Seen<'a> {
    fn of(callback: &'a Callback, outgoing: &'a Outgoing, scheduled: Option<Timestamp>) -> Self {
        let fields = outgoing.headers.iter().cloned();
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, value);
        }
        Self { callback, outgoing, delay: scheduled.map(|at| callback.due.since(at)), headers }
    }
}

fn callbacks(found: &mut Differences, what: &str, expected: &[vectors::Callback], got: &[Seen<'_>]) {
    let names = |names: Vec<String>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    if expected.len() != got.len() {
        let wanted = expected.iter().map(|callback| callback.name.clone().unwrap_or_else(|| "any".into())).collect();
        let came = got.iter().map(|seen| seen.callback.name.to_string()).collect();
        return found.differ(what, names(wanted), names(came));
    }
    for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
        callback(found, &format!("{what} {index}: "), expected, got);
    }
}

fn callback(found: &mut Differences, within: &str, expected: &vectors::Callback, got: &Seen<'_>) {
    let Seen { callback, outgoing, delay, headers } = got;
    let mut text = |what: &str, expected: &Option<String>, got: String| {
        if let Some(expected) = expected {
            found.equal(format!("{within}{what}"), expected, &got);
        }
    };
    let key = |key: &Option<std::sync::Arc<str>>| key.as_deref().unwrap_or("nothing").to_owned();
    text("name", &expected.name, callback.name.to_string());
    text("method", &expected.method, outgoing.method.to_string());
    text("url", &expected.url, outgoing.url.to_string());
    text("ordering-key", &expected.ordering_key, key(&callback.ordering_key));
    text("idempotency-key", &expected.idempotency_key, key(&callback.idempotency_key));
    if let (Some(expected), Some(delay)) = (expected.delay, delay)
        && expected != *delay
    {
        found.differ(format!("{within}delay"), format!("{expected:?}"), format!("{delay:?}"));
    }
    found.headers(within, &expected.headers, headers);
    if let Some(content) = &expected.content {
        found.content(within, content, &outgoing.body);
    }
}
