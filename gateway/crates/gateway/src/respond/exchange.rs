//! One exchange that needs work: the body is read, the route answers in a unit of work, the unit is committed, and only
//! then is there an answer. If the commit fails, so does the request: a reply never promises a callback that was lost.
//!
//! What few requests need is boxed, here and further down: a future is as large as the largest that it waits for, and is moved
//! as a whole.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, header, request::Parts};
use ringback_matching::Found;
use ringback_model::{
    head::Head,
    http_values::{Params, Request},
    ids::{CallbackId, SessionId},
    journal::{Because, Exchange, Matched},
};

use super::{
    CALLBACK, DEPTH, SESSION,
    answering::{Situation, answer},
    body, callbacks, copied, cors, kept, log,
    made::{Made, Reply},
    operation, readable,
    refused::{self, fault},
    response,
    unrouted::without_route,
};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        express::Sent,
        pipeline::{Answered, Inbound},
        refusal::{Kind, Refusal},
    },
    site::{Meant, RoutePlan, Site},
};

/// Answers a request that needs work. `found` is what its method and path lead to in `site`, `meant` what its path means.
pub(super) async fn exchange(
    door: Arc<Door>,
    site: Arc<Site>,
    found: Found,
    meant: Meant,
    inbound: Inbound,
) -> Answered {
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
        origin: origin(&door, &site, &parts),
        client,
        cause: None,
        depth: 0,
    };
    let read = match readable::check(&site, &parts).and_then(|()| identify(&parts, &mut request)) {
        Err(refusal) => Err(refusal),
        Ok(()) => {
            if site.mockoon().is_some() {
                request.depth = request.depth.max(callbacks::depth(&parts.headers));
            }
            body::read(incoming, request_body_max(&door, &site)).await
        }
    };
    request.headers = parts.headers;
    let mut request = Arc::new(request);
    let (route, made) = match read {
        Err(refusal) => (None, Err(refusal)),
        Ok(body) => {
            Arc::make_mut(&mut request).body = body;
            route(&door, &site, found, &meant, &mut request).await
        }
    };
    let shown = match &made {
        Err(refusal) => match operation::shown(&request, refusal) {
            None => Box::pin(refused::as_mockoon(&door, &site, &request, refusal)).await,
            shown => shown,
        },
        Ok(_) => None,
    };
    // The plugin has let go of it by now; where one has not, the journal gets a copy.
    let request = Arc::try_unwrap(request).unwrap_or_else(|shared| Request::clone(&shared));
    answered(&door, &site, route, request, made, shown)
}

/// Longest content of a request, in bytes.
pub(super) fn request_body_max(door: &Door, site: &Site) -> usize {
    let own = site.mockoon().and_then(|settings| settings.request_body_max_bytes);
    own.unwrap_or(door.gateway.limits.request_body_bytes)
}

/// Under which scheme and authority the client reached the gateway: those of its `host` field (RFC 9110 section 7.2).
/// Where Mockoon's conventions hold, the environment's own URL under the client's host name (`mockoon.md`, section 4,
/// `baseUrl`).
pub(super) fn origin(door: &Door, site: &Site, parts: &Parts) -> Arc<str> {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (scheme, own) = door.origin.split_once("://").unwrap_or(("http", ""));
    if let Some(settings) = site.mockoon() {
        let (_, port) = own.rsplit_once(':').unwrap_or((own, "80"));
        let base = settings.public_base_url.clone();
        let base = base.unwrap_or_else(|| format!("{scheme}://{}:{port}", host_name(host)));
        return format!("{base}{}", site.prefix).into();
    }
    if host.is_empty() || host == own { door.origin.clone() } else { format!("{scheme}://{host}").into() }
}

/// A `host` field without its port; an IPv6 address keeps its brackets.
fn host_name(host: &str) -> &str {
    let from = host.find(']').unwrap_or(0);
    let colon = host.get(from..).and_then(|rest| rest.find(':')).map_or(host.len(), |at| from + at);
    host.get(..colon).unwrap_or(host)
}

/// The session that a request names. Absent: it names none.
///
/// # Errors
/// That it is no name of a session.
pub(super) fn session(headers: &HeaderMap) -> Result<Option<SessionId>, Refusal> {
    let Some(session) = headers.get(&SESSION) else { return Ok(None) };
    let named = session.to_str().ok().and_then(|text| SessionId::try_new(text).ok());
    named.map(Some).ok_or_else(|| {
        let public = "`ringback-session` must be a name of letters, digits, `.`, `_` and `-`, at most 128 bytes";
        Refusal::new(Kind::BadSession, public)
    })
}

/// Reads whose request it is and what caused it.
fn identify(parts: &Parts, request: &mut Request) -> Result<(), Refusal> {
    request.session = session(&parts.headers)?.unwrap_or_default();
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    request.cause = text(CALLBACK).and_then(CallbackId::parse);
    request.depth = text(DEPTH).and_then(|depth| depth.parse().ok()).unwrap_or(0);
    Ok(())
}

/// Lets the route that was found answer, or where it passes the next one. Returns the one that answered; absent: none did.
async fn route<'s>(
    door: &Door,
    site: &'s Site,
    mut found: Found,
    meant: &Meant,
    request: &mut Arc<Request>,
) -> (Option<&'s RoutePlan>, Result<Made, Refusal>) {
    if site.mockoon().is_some() && !readable::has_path(&request.uri) {
        found = Found::NotFound;
    }
    loop {
        let (index, params, item, place) = match found {
            Found::Route { index, params, item, place, .. } => (index, params, item, place),
            other => return (None, Box::pin(without_route(door, site, request, other)).await),
        };
        let Some(route) = site.routes.get(index) else {
            return (None, Err(Refusal::new(Kind::Defect, "the route table does not fit the routes")));
        };
        let passes = route.answer.may_pass();
        let asked = Arc::make_mut(request);
        asked.route = route.name.clone();
        asked.params = params;
        asked.number = if passes { route.numbers.upcoming(&asked.session) } else { route.numbers.next(&asked.session) };
        let (validates, path) = (meant.validates, meant.path.as_deref());
        let work = Situation { door, site, route: Some(route), item, validates, path, values: None, request };
        match answer(work, route).await {
            Ok(Some(made)) => {
                if passes {
                    route.numbers.next(&request.session);
                }
                return (Some(route), Ok(made));
            }
            Err(refusal) => return (Some(route), Err(refusal)),
            Ok(None) => found = site.table.find_after(place, &request.method, meant.path(request.uri.path())),
        }
    }
}

/// Puts the answer and its note together.
fn answered(
    door: &Door,
    site: &Site,
    route: Option<&RoutePlan>,
    request: Request,
    made: Result<Made, Refusal>,
    shown: Option<Sent>,
) -> Answered {
    let (made, fault) = match made {
        Ok(made) => {
            let fault = (!made.notes.is_empty()).then(|| made.notes.join("; "));
            let made = if route.is_none() { delayed(made, door, site, &request) } else { made };
            (made, fault)
        }
        Err(refusal) => {
            let Sent { status, headers, body } = shown.unwrap_or_else(|| {
                let (headers, body) = refusal.render(&request.id.to_string());
                Sent { status: refusal.kind.status(), headers, body }
            });
            log(&request, &refusal);
            let fault = (!refusal.kind.is_an_operations()).then(|| fault(&refusal));
            let matched = match (route, refusal.kind) {
                (Some(route), kind) if kind.is_an_operations() => {
                    let why = std::iter::once(refusal.public.clone()).chain(refusal.hints.iter().cloned());
                    Matched::Refused { route: route.name.clone(), why: why.collect() }
                }
                (Some(route), _) => {
                    Matched::Response { route: route.name.clone(), response: 0, because: Because::Failed }
                }
                (None, Kind::NoRoute | Kind::Method) => {
                    let meant = site.aliases.meant(request.uri.path());
                    Matched::Gateway(site.table.explain(&request.method, meant.path(request.uri.path())).into())
                }
                // It was refused whatever the routes are.
                (None, _) => Matched::Gateway(refusal.hints.as_slice().into()),
            };
            let waits = !matches!(refusal.kind, Kind::Unreadable | Kind::BodyTooLarge | Kind::BodyIncomplete);
            let made = Made::plain(Reply { status, headers, body: Body::Whole(body) }, matched);
            (if waits { delayed(made, door, site, &request) } else { made }, fault)
        }
    };
    let Made { reply, shared_headers, matched, latency, committed, .. } = made;
    let Reply { status, mut headers, body } = reply;
    let shared_headers = shared_headers.filter(|_| !site.allows_origins());
    if site.allows_origins() {
        cors::allow(&mut headers, &request.headers);
    }
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
        status,
        answer_headers: shared_headers.unwrap_or_else(|| Arc::new(headers.clone())),
        answer_body: body.whole().map_or_else(Bytes::new, |body| kept(door, body)),
        answer_bytes: body.length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0),
        answer_streamed: body.whole().is_none(),
        changed: committed.changed,
        scheduled: committed.scheduled.iter().map(|callback| callback.id.clone()).collect(),
        fault,
    };
    let response = response(status, headers, body);
    Answered {
        response,
        exchange: Box::new(exchange),
        scheduled: committed.scheduled,
        telling: committed.telling,
        latency,
        metrics,
        at_once: false,
    }
}

/// An answer that no response of a route gives waits as well.
fn delayed(made: Made, door: &Door, site: &Site, request: &Request) -> Made {
    Made { latency: site.latency(door.gateway.seed, request.id, Duration::ZERO), ..made }
}
