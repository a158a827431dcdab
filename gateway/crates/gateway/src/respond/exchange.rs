//! One exchange that needs work: the body is read, the route answers in a unit of work, the unit is committed, and only
//! then is there an answer. If the commit fails, so does the request: a reply never promises a callback that was lost.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use ringback_matching::Found;
use ringback_model::{
    head::Head,
    http_values::{Answer, Content, Params, Request},
    ids::{CallbackId, SessionId},
    journal::{Because, Exchange, Matched},
    ports::Call,
    unit::{Cause, Scope, Unit, View},
};

use super::{
    CALLBACK, DEPTH, SESSION, body, callbacks, copied, fault, kept, rendered, response,
    work::{Committed, Job, commit},
};
use crate::{
    gateway::Door,
    http::{
        pipeline::{Answered, Inbound},
        refusal::{Kind, Refusal},
    },
    site::{AnswerPlan, ResponsePlan, RoutePlan, Site},
};

/// What a route made of a request.
struct Made {
    answer: Answer,
    /// The answer's header fields, where they are the same each time. Absent: they were made for it.
    shared_headers: Option<Arc<HeaderMap>>,
    matched: Matched,
    latency: Duration,
    committed: Committed,
    notes: Vec<String>,
}

/// The route's part of an exchange, as a job that may run more than once.
struct Answering<'a> {
    door: &'a Door,
    site: &'a Site,
    route: &'a RoutePlan,
    request: &'a Arc<Request>,
    plan: Option<&'a ResponsePlan>,
}

/// Answers a request that needs work. `found` is what its method and path lead to in `site`.
pub(super) async fn exchange(door: Arc<Door>, site: Arc<Site>, found: Found, inbound: Inbound) -> Answered {
    let Inbound { id, received, client, request } = inbound;
    let (parts, incoming) = request.into_parts();
    let mut request = Request {
        id,
        received,
        session: SessionId::default(),
        method: parts.method.clone(),
        uri: parts.uri.clone(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        route: site.unrouted.clone(),
        params: Params::new(),
        number: 0,
        origin: origin(&door, &parts),
        client,
        cause: None,
        depth: 0,
    };
    let found_route = match &found {
        Found::Route { index, .. } => site.routes.get(*index),
        _ => None,
    };
    let identified = identify(&parts, &mut request);
    request.headers = parts.headers;
    let (request, made) = match identified {
        Err(refusal) => (request, Err(refusal)),
        Ok(()) => match body::read(incoming, door.gateway.limits.request_body_bytes).await {
            Err(refusal) => (request, Err(refusal)),
            Ok(bytes) => {
                request.body = bytes;
                route(&door, &site, found, request).await
            }
        },
    };
    answered(&door, &site, found_route, request, made)
}

/// Under which scheme and authority the client reached the gateway: those of its `host` field (RFC 9110 section 7.2).
fn origin(door: &Door, parts: &Parts) -> Arc<str> {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let own = door.origin.strip_prefix("http://").unwrap_or_default();
    if host.is_empty() || host == own { door.origin.clone() } else { format!("http://{host}").into() }
}

/// Reads whose request it is and what caused it.
fn identify(parts: &Parts, request: &mut Request) -> Result<(), Refusal> {
    if let Some(session) = parts.headers.get(&SESSION) {
        let named = session.to_str().ok().and_then(|text| SessionId::try_new(text).ok());
        request.session = named.ok_or_else(|| {
            let public = "`ringback-session` must be a name of letters, digits, `.`, `_` and `-`, at most 128 bytes";
            Refusal::new(Kind::BadSession, public)
        })?;
    }
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    request.cause = text(CALLBACK).and_then(CallbackId::parse);
    request.depth = text(DEPTH).and_then(|depth| depth.parse().ok()).unwrap_or(0);
    Ok(())
}

/// Lets the route that was found answer, and hands the request back.
async fn route(door: &Door, site: &Site, found: Found, mut request: Request) -> (Request, Result<Made, Refusal>) {
    let (index, params) = match found {
        Found::Route { index, params, .. } => (index, params),
        other => {
            let made = without_route(site, &request, other);
            return (request, made);
        }
    };
    let Some(route) = site.routes.get(index) else {
        return (request, Err(Refusal::new(Kind::Defect, "the route table does not fit the routes")));
    };
    request.route = route.name.clone();
    request.params = params;
    request.number = route.numbers.next(&request.session);
    let shared = Arc::new(request);
    let made = work(door, site, route, &shared).await;
    // The plugin has let go of it by now; where one has not, the journal gets a copy.
    (Arc::try_unwrap(shared).unwrap_or_else(|shared| Request::clone(&shared)), made)
}

/// Has a route's work done and committed.
async fn work(door: &Door, site: &Site, route: &RoutePlan, request: &Arc<Request>) -> Result<Made, Refusal> {
    let (plan, matched) = choose(door, route, request)?;
    let job = Answering { door, site, route, request, plan };
    let latency = plan.map_or(Duration::ZERO, |plan| plan.latency);
    let made = commit(&door.gateway, &job, latency).await.map_err(|refusal| refusal.on_route(route.name.as_str()));
    let ((answer, notes), committed) = made?;
    let shared_headers = plan.filter(|plan| plan.rendered_headers.is_empty()).map(|plan| plan.headers.clone());
    Ok(Made { answer, shared_headers, matched, latency, committed, notes })
}

/// Chooses the response, and says why that one.
fn choose<'a>(
    door: &Door,
    route: &'a RoutePlan,
    request: &Request,
) -> Result<(Option<&'a ResponsePlan>, Matched), Refusal> {
    let AnswerPlan::Responses { chooser, responses } = &route.answer else {
        return Ok((None, Matched::Responder { route: route.name.clone() }));
    };
    let (response, because) = chooser.choose(request.number, &mut door.gateway.seed.of_request(request.id));
    let plan =
        responses.get(response).ok_or_else(|| Refusal::new(Kind::Defect, "the choice does not fit the responses"))?;
    Ok((Some(plan), Matched::Response { route: route.name.clone(), response, because }))
}

/// What the gateway says itself: `OPTIONS`, or why nothing matched.
fn without_route(site: &Site, request: &Request, found: Found) -> Result<Made, Refusal> {
    let path = request.uri.path();
    match found {
        Found::Options { allow } => {
            let headers = listed(&allow).1.map(|allow| (header::ALLOW, allow)).into_iter().collect();
            let answer = Answer { status: StatusCode::NO_CONTENT, headers, body: Content::Bytes(Bytes::new()) };
            let matched =
                Matched::Gateway(Arc::new([format!("`OPTIONS {path}` is answered from the routes of this path")]));
            Ok(Made::plain(answer, matched))
        }
        Found::MethodNotAllowed { allow } => {
            let (names, allow) = listed(&allow);
            let mut refusal = Refusal::new(Kind::Method, format!("`{path}` answers {names}, not {}", request.method));
            refusal.allow = allow;
            refusal.hints = advice(site, request);
            Err(refusal)
        }
        Found::BadEscape { param, raw, .. } => {
            let public = format!("`{raw}`, the value of `{param}`, is not well percent-encoded UTF-8");
            Err(Refusal::new(Kind::BadTarget, public))
        }
        Found::NotFound | Found::Route { .. } => {
            let mut refusal = Refusal::new(Kind::NoRoute, format!("no route answers `{} {path}`", request.method));
            refusal.hints = advice(site, request);
            Err(refusal)
        }
    }
}

/// Methods for a sentence, and for the `allow` field.
fn listed(methods: &[Method]) -> (String, Option<HeaderValue>) {
    let names = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let allow = HeaderValue::from_str(&names).ok();
    (names, allow)
}

/// What was nearest, and which TOML would add the route: a line each. The first line repeats what was refused.
fn advice(site: &Site, request: &Request) -> Vec<String> {
    let advice = site.table.nearest(&request.method, request.uri.path()).to_string();
    advice.lines().skip(1).map(str::to_owned).collect()
}

// === impl Made ===

impl Made {
    /// An answer of the gateway's own, without effects.
    fn plain(answer: Answer, matched: Matched) -> Self {
        let (committed, notes) = (Committed::default(), vec![]);
        Self { answer, shared_headers: None, matched, latency: Duration::ZERO, committed, notes }
    }
}

// === impl Answering ===

impl Job for Answering<'_> {
    type Output = (Answer, Vec<String>);

    fn scope(&self) -> Scope {
        Scope { environment: self.site.name.clone(), session: self.request.session.clone() }
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        let cause = Cause::Request(self.request.id);
        Unit::new(scope, self.route.name.clone(), cause, self.request.depth, view)
    }

    async fn run(&self, unit: Unit) -> Result<(Self::Output, Unit), Refusal> {
        let call = self.call(unit);
        match (&self.route.answer, self.plan) {
            (AnswerPlan::Responder(responder), _) => {
                let (answer, unit) = responder.respond(call).await?;
                self.fits(&answer)?;
                Ok(((answer, vec![]), unit))
            }
            (AnswerPlan::Responses { .. }, None) => Err(Refusal::new(Kind::Defect, "no response was chosen")),
            (AnswerPlan::Responses { .. }, Some(plan)) => {
                let (answer, unit) = rendered::answer(self.site, plan, call).await?;
                self.fits(&answer)?;
                if plan.callbacks.is_empty() {
                    return Ok(((answer, vec![]), unit));
                }
                let responded =
                    answer.responded().ok_or_else(|| Refusal::new(Kind::Defect, "a response is not in memory"))?;
                let call = self.call(unit);
                let (notes, unit) =
                    callbacks::schedule(self.site, &self.door.origin, &plan.callbacks, responded, call).await?;
                Ok(((answer, notes), unit))
            }
        }
    }
}

impl Answering<'_> {
    /// Looked at before the commit: an answer that is not sent must leave nothing behind.
    fn fits(&self, answer: &Answer) -> Result<(), Refusal> {
        let most = self.door.gateway.limits.response_body_bytes;
        match &answer.body {
            Content::Bytes(body) if body.len() > most => {
                let got = body.len();
                Err(Refusal::new(Kind::AnswerTooLarge, format!("the answer has {got} bytes, {most} are sent")))
            }
            Content::Bytes(_) => Ok(()),
            Content::File(_) | Content::Streamed(_) => {
                Err(Refusal::new(Kind::Plugin, "the answer is a file or a stream, which can't be sent yet"))
            }
        }
    }

    fn call(&self, unit: Unit) -> Call {
        let random = self.door.gateway.seed.of_request(self.request.id);
        Call { request: Some(self.request.clone()), unit, now: self.request.received, random, upstream: None }
    }
}

/// Puts the answer and its note together.
fn answered(
    door: &Door,
    site: &Site,
    route: Option<&RoutePlan>,
    request: Request,
    made: Result<Made, Refusal>,
) -> Answered {
    let (made, fault) = match made {
        Ok(made) => {
            let fault = (!made.notes.is_empty()).then(|| made.notes.join("; "));
            (made, fault)
        }
        Err(refusal) => {
            let (headers, body) = refusal.render(&request.id.to_string());
            log(&request, &refusal);
            let fault = fault(&refusal);
            let matched = match route {
                Some(route) => Matched::Response { route: route.name.clone(), response: 0, because: Because::Failed },
                None => Matched::Gateway(site.table.explain(&request.method, request.uri.path()).into()),
            };
            let answer = Answer { status: refusal.kind.status(), headers, body: Content::Bytes(body) };
            let made = Made::plain(answer, matched);
            (made, Some(fault))
        }
    };
    let Made { answer, shared_headers, matched, latency, committed, .. } = made;
    let body = answer.body.into_bytes().unwrap_or_default();
    let metrics = route.map_or(&site.unmatched, |route| &route.metrics).clone();
    let exchange = Exchange {
        id: request.id,
        received: request.received,
        took: Duration::ZERO,
        environment: site.name.clone(),
        session: request.session,
        client: request.client,
        cause: request.cause,
        head: Head::of(&request.uri, &request.headers),
        method: request.method,
        body_bytes: request.body.len(),
        body: copied(door, &request.body),
        matched,
        status: answer.status,
        answer_headers: shared_headers.unwrap_or_else(|| Arc::new(answer.headers.clone())),
        answer_body: kept(door, &body),
        answer_bytes: body.len(),
        changed: committed.changed,
        scheduled: committed.scheduled.iter().map(|callback| callback.id.clone()).collect(),
        fault,
    };
    let response = response(answer.status, answer.headers, body);
    Answered {
        response,
        exchange: Box::new(exchange),
        scheduled: committed.scheduled,
        latency,
        metrics,
        at_once: false,
    }
}

fn log(request: &Request, refusal: &Refusal) {
    if !refusal.kind.status().is_server_error() {
        return;
    }
    tracing::error!(
        request = %request.id,
        route = refusal.route.as_deref(),
        kind = refusal.kind.name(),
        detail = refusal.detail.as_deref(),
        "{}",
        refusal.public
    );
}
