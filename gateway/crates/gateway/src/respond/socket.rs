//! WebSockets of Mockoon's environments (`mockoon.md`, section 2.7): a request that asks for one becomes a conversation, or a
//! stream of messages, in the connection's own task.
//!
//! [`handshake`] says whether it may (RFC 6455, section 4.2), [`talk`] runs it, [`turn`] makes each message from the route's
//! responses in a unit of work of its own, [`broadcast`] is what all clients of a route share.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request as HttpRequest, StatusCode, request::Parts};
use hyper::body::Incoming;
use ringback_matching::Found;
use ringback_model::{
    head::Head,
    http_values::{Params, Request},
    ids::{RouteName, SessionId},
    journal::{Because, Exchange, Matched},
};

use super::{callbacks, exchange::origin, response};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        pipeline::{Answered, Inbound},
        sequel::Sequel,
    },
    site::{AnswerPlan, Site},
};

mod broadcast;
mod handshake;
mod talk;
mod turn;

pub use broadcast::Broadcast;
pub(super) use handshake::asks;
use talk::Talk;

/// Answers a request that asks for a WebSocket, and lets the connection go on with it.
pub(super) async fn open(door: Arc<Door>, site: Arc<Site>, sequel: Sequel, inbound: Inbound) -> Answered {
    let Inbound { id, received, client, request: mut asked } = inbound;
    let upgrade = hyper::upgrade::on(&mut asked);
    let (parts, _) = asked.into_parts();
    let found = match site.table.find_socket(parts.uri.path()) {
        Found::Route { index, params, .. } => site.routes.get(index).map(|route| (index, route, params)),
        _ => None,
    };
    let (sent, matched) = match &found {
        None => (handshake::no_route(), Matched::Gateway(Arc::new(["no WebSocket route has this path".to_owned()]))),
        Some((_, route, _)) => {
            let matched = Matched::Response { route: route.name.clone(), response: 0, because: Because::Only };
            (handshake::answer(&parts.method, &parts.headers), matched)
        }
    };
    let head = Head::of(&parts.uri, &parts.headers);
    let method = parts.method.clone();
    if let (StatusCode::SWITCHING_PROTOCOLS, Some((index, route, params))) = (sent.status, found) {
        let request = Request { id, received, client, ..first(&door, &site, parts, route.name.clone(), params) };
        let talk = Talk::new(door, site.clone(), index, request);
        sequel.set(move |stop| Box::pin(talk.run(upgrade, stop)));
    }
    let exchange = Exchange {
        id,
        received,
        took: Duration::ZERO,
        environment: site.name.clone(),
        session: SessionId::default(),
        client,
        cause: None,
        method,
        head,
        body: Bytes::new(),
        body_bytes: 0,
        matched,
        status: sent.status,
        answer_headers: Arc::new(sent.headers.clone()),
        answer_bytes: sent.body.len(),
        answer_body: sent.body.clone(),
        answer_streamed: false,
        changed: Vec::new(),
        scheduled: Vec::new(),
        fault: None,
    };
    Answered {
        response: response(sent.status, sent.headers, Body::Whole(sent.body)),
        exchange: Box::new(exchange),
        scheduled: Vec::new(),
        telling: None,
        latency: Duration::ZERO,
        metrics: site.unmatched.clone(),
        at_once: false,
    }
}

/// The request that opened a WebSocket, with which its messages are answered. Whose it is and when it came is for the caller.
fn first(door: &Door, site: &Site, parts: Parts, route: RouteName, params: Params) -> Request {
    let origin = origin(door, site, &parts);
    let depth = callbacks::depth(&parts.headers);
    let session = super::exchange::session(&parts.headers).ok().flatten().unwrap_or_default();
    let Parts { method, uri, headers, .. } = parts;
    Request {
        id: ringback_model::ids::RequestId { tag: 0, number: 0 },
        received: ringback_model::time::Timestamp::from_micros(0),
        session,
        method,
        uri,
        headers,
        body: Bytes::new(),
        route,
        params,
        number: 0,
        origin,
        client: std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
        cause: None,
        depth,
    }
}

/// Whether a site has WebSockets and a request asks for one.
pub(super) fn wanted(site: &Site, request: &HttpRequest<Incoming>) -> bool {
    asks(request.headers())
        && site.mockoon().is_some()
        && site.routes.iter().any(|route| matches!(route.answer, AnswerPlan::Socket(_)))
}
