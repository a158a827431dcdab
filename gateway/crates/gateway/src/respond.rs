//! Answers a request: the innermost service of the pipeline.
//!
//! It takes the site that is current, finds the route and chooses the response. An answer that is the same each time is
//! made on the spot. Everything else, a body to read, a template, a plugin, a callback, goes through [`exchange`]: one
//! unit of work that is committed before the answer leaves.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use arc_swap::Guard;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Response, StatusCode};
use ringback_matching::Found;
use ringback_model::{
    http_values::{CALLBACK_HEADER, DEPTH_HEADER, SESSION_HEADER},
    ports::BoxFuture,
};
use tower::Service;

use crate::{
    gateway::Door,
    http::{
        body::Body,
        pipeline::{Answered, Inbound},
        refusal::Refusal,
        sequel::Sequel,
    },
    mockoon::admin::{self, Admin},
};

mod answering;
mod body;
mod callbacks;
mod choice;
mod collection;
mod cookies;
mod cors;
mod exchange;
mod file;
mod first_use;
mod fixed;
mod forward;
mod given;
mod headers;
mod made;
mod operation;
mod proxied;
mod readable;
mod refused;
mod served_file;
mod socket;
mod target;
mod texts;
mod unrouted;
pub(crate) mod webhook;
mod work;

pub(crate) use body::read as read_body;
pub(crate) use callbacks::absolute;
use fixed::Fixed;
pub use refused::refused;
pub use socket::Broadcast;

const SESSION: HeaderName = HeaderName::from_static(SESSION_HEADER);
const CALLBACK: HeaderName = HeaderName::from_static(CALLBACK_HEADER);
const DEPTH: HeaderName = HeaderName::from_static(DEPTH_HEADER);

/// The innermost service of one connection.
#[derive(Clone)]
pub struct Respond {
    door: Arc<Door>,
    sequel: Sequel,
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
    /// Answers on a connection of a listener.
    pub fn new(door: Arc<Door>, sequel: Sequel) -> Self {
        Self { door, sequel }
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
        if socket::wanted(&site, &inbound.request) {
            let (door, site, sequel) = (self.door.clone(), Guard::into_inner(site), self.sequel.clone());
            return Responding::Later(Box::pin(socket::open(door, site, sequel, inbound)));
        }
        let (found, meant) = site.find(inbound.request.method(), inbound.request.uri().path());
        if let Found::Route { index, params, .. } = &found
            && let Some(route) = site.routes.get(*index)
            && let Some(fixed) = Fixed::of(&site, route, params, &meant, &inbound.request)
        {
            return Responding::Now(Some(fixed.answer(&self.door, &site, route, inbound)));
        }
        let site = Guard::into_inner(site);
        Responding::Later(Box::pin(exchange::exchange(self.door.clone(), site, found, meant, inbound)))
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
    let fault = refusal.fault.as_deref();
    tracing::error!(
        request = %request.id,
        route = refusal.route.as_deref(),
        plugin = fault.map(|fault| fault.plugin.as_str()),
        generation = fault.map(|fault| fault.generation),
        kind = refusal.kind.name(),
        detail = refusal.detail.as_deref(),
        "{}",
        refusal.public
    );
}
