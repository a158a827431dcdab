//! What is told where no route answered: to a client, and to the journal.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ringback_model::{
    head::Head,
    http_values::Request,
    ids::SessionId,
    journal::{Exchange, Matched},
};

use super::{headers, kept, response};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        express::{self, Sent},
        intake::Ticket,
        pipeline::Answered,
        refusal::{Kind, Refusal},
    },
    site::Site,
};

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
pub(super) fn fault(refusal: &Refusal) -> String {
    match &refusal.detail {
        Some(detail) => format!("{}: {detail}", refusal.public),
        None => refusal.public.clone(),
    }
}

/// How a refusal looks where Mockoon's conventions hold. Absent: Mockoon knows no such thing, and the gateway's own is sent.
pub(super) async fn as_mockoon(door: &Door, site: &Site, request: &Arc<Request>, refusal: &Refusal) -> Option<Sent> {
    site.mockoon()?;
    let closing = || HeaderMap::from_iter([(header::CONNECTION, HeaderValue::from_static("close"))]);
    match refusal.kind {
        Kind::Unreadable => {
            return Some(Sent { status: StatusCode::BAD_REQUEST, headers: closing(), body: Bytes::new() });
        }
        Kind::BodyTooLarge => {
            return Some(express::message(StatusCode::PAYLOAD_TOO_LARGE, closing(), "Payload too large"));
        }
        Kind::NoRoute | Kind::Method | Kind::BadTarget | Kind::Rules | Kind::Content => {}
        _ => return None,
    }
    // These come after the environment's fields were set.
    let headers = headers::of_site(door, site, request).await;
    Some(match refusal.kind {
        Kind::NoRoute | Kind::Method => express::not_found(headers, &request.method, &request.uri),
        _ => express::message(StatusCode::INTERNAL_SERVER_ERROR, headers, refusal.public.clone()),
    })
}
