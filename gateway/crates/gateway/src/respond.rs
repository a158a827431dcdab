//! Answers a request: the innermost service of the pipeline.
//!
//! It takes the site that is current, finds the route and chooses the response. An answer that is the same each time is
//! made on the spot. Everything else, a body to read, a template, a plugin, a callback, goes through [`exchange`]: one
//! unit of work that is committed before the answer leaves.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use arc_swap::Guard;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use ringback_matching::Found;
use ringback_model::{
    head::Head,
    http_values::{CALLBACK_HEADER, DEPTH_HEADER, SESSION_HEADER},
    ids::SessionId,
    journal::{Because, Exchange, Matched},
    ports::BoxFuture,
};
use tower::Service;

use crate::{
    gateway::Door,
    http::{
        body::Body,
        intake::Ticket,
        pipeline::{Answered, Inbound},
        refusal::Refusal,
    },
    mockoon::admin::{self, Admin},
    site::{AnswerPlan, ResponsePlan, RoutePlan, Site},
};

mod answering;
mod body;
mod callbacks;
mod exchange;
mod file;
mod forward;
mod made;
mod rendered;
mod unrouted;
mod work;

pub(crate) use body::read as read_body;

const SESSION: HeaderName = HeaderName::from_static(SESSION_HEADER);
const CALLBACK: HeaderName = HeaderName::from_static(CALLBACK_HEADER);
const DEPTH: HeaderName = HeaderName::from_static(DEPTH_HEADER);

/// The innermost service of one connection.
#[derive(Clone)]
pub struct Respond {
    door: Arc<Door>,
}

/// An answer: on the spot, or in the making.
pub enum Responding {
    /// On the spot.
    Now(Option<Answered>),
    /// In the making.
    Later(BoxFuture<'static, Answered>),
}

// === impl Respond ===

impl Respond {
    /// Answers for a listener.
    pub fn new(door: Arc<Door>) -> Self {
        Self { door }
    }
}

impl Service<Inbound> for Respond {
    type Response = Answered;
    type Error = Refusal;
    type Future = Responding;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Refusal>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, inbound: Inbound) -> Responding {
        let site = self.door.site.load();
        // One comparison for who asks for a route.
        if let (Some(admin), true) = (&site.admin, Admin::is_beneath(inbound.request.uri().path())) {
            let (method, uri, headers) = (inbound.request.method(), inbound.request.uri(), inbound.request.headers());
            if let Some(reached) = admin.reach(method, uri.path(), uri.query().unwrap_or_default(), headers) {
                let site = Guard::into_inner(site);
                return Responding::Later(Box::pin(admin::answer(self.door.clone(), site, reached, inbound)));
            }
        }
        let found = site.table.find(inbound.request.method(), inbound.request.uri().path());
        if let Found::Route { index, .. } = found
            && let Some(route) = site.routes.get(index)
            && let Some(fixed) = Fixed::of(route, &inbound.request)
        {
            return Responding::Now(Some(fixed.answer(&self.door, &site, route, inbound)));
        }
        let site = Guard::into_inner(site);
        Responding::Later(Box::pin(exchange::exchange(self.door.clone(), site, found, inbound)))
    }
}

impl Future for Responding {
    type Output = Result<Answered, Refusal>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Now(answered) => answered.take().map_or(Poll::Pending, |answered| Poll::Ready(Ok(answered))),
            Self::Later(future) => future.as_mut().poll(cx).map(Ok),
        }
    }
}

/// A response that is the same each time, and chosen without counting.
struct Fixed<'a> {
    plan: &'a ResponsePlan,
    body: &'a Bytes,
    response: usize,
    because: Because,
}

// === impl Fixed ===

impl<'a> Fixed<'a> {
    /// Absent: the answer needs work.
    fn of(route: &'a RoutePlan, request: &Request<Incoming>) -> Option<Self> {
        let AnswerPlan::Responses { chooser, responses } = &route.answer else { return None };
        let (response, because) = chooser.fixed()?;
        let plan = responses.get(response)?;
        let headers = request.headers();
        let plain =
            request.body().is_end_stream() && !headers.contains_key(&SESSION) && !headers.contains_key(&CALLBACK);
        plain.then_some(Self { plan, body: plan.at_once()?, response, because })
    }

    fn answer(self, door: &Door, site: &Site, route: &RoutePlan, inbound: Inbound) -> Answered {
        let Inbound { id, received, client, request } = inbound;
        let (parts, _) = request.into_parts();
        route.numbers.next(&site.default_scope.session);
        let exchange = Exchange {
            id,
            received,
            took: Duration::ZERO,
            environment: site.name.clone(),
            session: site.default_scope.session.clone(),
            client,
            cause: None,
            head: Head::of(&parts.uri, &parts.headers),
            method: parts.method,
            body: Bytes::new(),
            body_bytes: 0,
            matched: Matched::Response { route: route.name.clone(), response: self.response, because: self.because },
            status: self.plan.status,
            answer_headers: self.plan.headers.clone(),
            answer_body: kept(door, self.body),
            answer_bytes: self.body.len(),
            answer_streamed: false,
            changed: Vec::new(),
            scheduled: Vec::new(),
            fault: None,
        };
        let response = response(self.plan.status, HeaderMap::clone(&self.plan.headers), Body::Whole(self.body.clone()));
        let (latency, metrics) = (self.plan.latency, route.metrics.clone());
        let at_once = latency == Duration::ZERO;
        Answered {
            response,
            exchange: Box::new(exchange),
            scheduled: Vec::new(),
            telling: None,
            latency,
            metrics,
            at_once,
        }
    }
}

/// The answer to a request whose work left no trace: it was shed, took too long or panicked.
pub fn refused(door: &Door, ticket: &Ticket, refusal: Refusal) -> Answered {
    let site = door.site.load();
    let (headers, body) = refusal.render(&ticket.id.to_string());
    let status = refusal.kind.status();
    let exchange = Exchange {
        id: ticket.id,
        received: ticket.received,
        took: Duration::ZERO,
        environment: site.name.clone(),
        session: SessionId::default(),
        client: ticket.client,
        cause: None,
        method: ticket.method.clone(),
        head: Head::of(&ticket.uri, &HeaderMap::new()),
        body: Bytes::new(),
        body_bytes: 0,
        matched: Matched::Gateway(refusal.hints.as_slice().into()),
        status,
        answer_headers: Arc::new(headers.clone()),
        answer_body: kept(door, &body),
        answer_bytes: body.len(),
        answer_streamed: false,
        changed: Vec::new(),
        scheduled: Vec::new(),
        fault: Some(fault(&refusal)),
    };
    let response = response(status, headers, Body::Whole(body));
    let (latency, metrics) = (Duration::ZERO, site.unmatched.clone());
    Answered {
        response,
        exchange: Box::new(exchange),
        scheduled: Vec::new(),
        telling: None,
        latency,
        metrics,
        at_once: false,
    }
}

/// What the journal says of a refusal: the public text, and what only the operator gets.
fn fault(refusal: &Refusal) -> String {
    match &refusal.detail {
        Some(detail) => format!("{}: {detail}", refusal.public),
        None => refusal.public.clone(),
    }
}

/// What the journal keeps of an answer's body. A cut is a copy, so that the whole is not kept alive.
fn kept(door: &Door, body: &Bytes) -> Bytes {
    let most = door.gateway.limits.journal_body_bytes;
    match body.get(..most) {
        Some(start) if body.len() > most => Bytes::copy_from_slice(start),
        _ => body.clone(),
    }
}

/// What the journal keeps of a request's body: always a copy, since the original is a slice of the connection's buffer.
fn copied(door: &Door, body: &Bytes) -> Bytes {
    Bytes::copy_from_slice(body.get(..door.gateway.limits.journal_body_bytes).unwrap_or(body))
}

fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn log(request: &ringback_model::http_values::Request, refusal: &Refusal) {
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
