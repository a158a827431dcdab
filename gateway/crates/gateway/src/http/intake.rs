//! The outermost layer. A request gets its id and its time here; here every failure becomes an answer, the configured
//! latency is waited, and what happened goes to the journal and the counters. Nothing leaves the gateway another way.

use std::{
    convert::Infallible,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{Method, Request, Response, Uri};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use ringback_model::{
    ids::RequestId,
    journal::{CallbackNote, Event},
    ports::{BoxFuture, Journal},
    time::{Clock, Timestamp},
};
use tower::Service;

use super::{
    body::Body,
    idle::{Activity, Busy},
    pipeline::{Answered, Inbound},
    refusal::Refusal,
};
use crate::{gateway::Door, respond::refused};

/// The layer around one connection's stack.
#[derive(Clone)]
pub struct Intake<S> {
    inner: S,
    door: Arc<Door>,
    client: IpAddr,
    activity: Arc<Activity>,
}

/// What is known of a request whose work failed without a trace.
pub struct Ticket {
    /// Its id.
    pub id: RequestId,
    /// When its head had arrived.
    pub received: Timestamp,
    /// The client.
    pub client: IpAddr,
    /// The method.
    pub method: Method,
    /// The target.
    pub uri: Uri,
}

pin_project! {
    /// An answer in the making.
    pub struct Taking<F> {
        #[pin]
        inner: F,
        ticket: Option<Ticket>,
        held: Option<(Answered, BoxFuture<'static, ()>)>,
        door: Arc<Door>,
        busy: Option<Busy>,
    }
}

// === impl Intake ===

impl<S> Intake<S> {
    /// Wraps the stack of a connection from `client`.
    pub fn new(inner: S, door: Arc<Door>, client: IpAddr, activity: Arc<Activity>) -> Self {
        Self { inner, door, client, activity }
    }
}

impl<S> Service<Request<Incoming>> for Intake<S>
where
    S: Service<Inbound, Response = Answered, Error = Refusal>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Taking<S::Future>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Every layer below is always ready: what is too much is answered, not left waiting.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let gateway = &self.door.gateway;
        let (id, received, client) = (gateway.next_id(), gateway.clock.now(), self.client);
        let ticket = Ticket { id, received, client, method: request.method().clone(), uri: request.uri().clone() };
        Taking {
            busy: Some(self.activity.begin()),
            inner: self.inner.call(Inbound { id, received, client, request }),
            ticket: Some(ticket),
            held: None,
            door: self.door.clone(),
        }
    }
}

impl<F: Future<Output = Result<Answered, Refusal>>> Future for Taking<F> {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(ticket) = this.ticket.as_ref() {
            let answered = match ready!(this.inner.poll(cx)) {
                Ok(answered) => answered,
                Err(refusal) => refused(this.door, ticket, refusal),
            };
            *this.ticket = None;
            if answered.latency == Duration::ZERO {
                return Poll::Ready(Ok(finish(this.door, answered, this.busy.take())));
            }
            let until = this.door.gateway.clock.now().after(answered.latency);
            let clock = this.door.gateway.clock.clone();
            *this.held = Some((answered, Box::pin(async move { clock.sleep_until(until).await })));
        }
        match this.held.as_mut() {
            Some((_, wait)) => ready!(wait.as_mut().poll(cx)),
            None => return Poll::Pending,
        }
        match this.held.take() {
            Some((answered, _)) => Poll::Ready(Ok(finish(this.door, answered, this.busy.take()))),
            None => Poll::Pending,
        }
    }
}

/// Notes an answer and lets it go. The connection is busy until all of it has been sent.
fn finish(door: &Door, answered: Answered, busy: Option<Busy>) -> Response<Body> {
    let Answered { mut response, mut exchange, scheduled, telling, metrics, at_once, .. } = answered;
    if !at_once {
        exchange.took = door.gateway.clock.now().since(exchange.received);
    }
    metrics.count(exchange.status, exchange.took);
    let at = exchange.received.after(exchange.took);
    door.gateway.journal.record(Event::Exchange(exchange));
    response.body_mut().hold(busy);
    for callback in scheduled {
        door.gateway.journal.record(Event::Scheduled(CallbackNote::of(callback, at)));
    }
    drop(telling);
    response
}
