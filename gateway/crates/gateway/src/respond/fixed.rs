//! An answer that is made on the spot: the same each time, and chosen without counting.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::Body as _;
use hyper::body::Incoming;
use ringback_model::{
    head::Head,
    journal::{Because, Exchange, Matched},
};

use super::{CALLBACK, SESSION, kept, readable, response};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        express,
        pipeline::{Answered, Inbound},
    },
    site::{AnswerPlan, Ready, RoutePlan, Site},
};

/// A response that is the same each time, and chosen without counting.
pub(super) struct Fixed<'a> {
    ready: &'a Ready,
    latency: Duration,
    response: usize,
    because: Because,
}

// === impl Fixed ===

impl<'a> Fixed<'a> {
    /// Absent: the answer needs work.
    pub(super) fn of(site: &Site, route: &'a RoutePlan, request: &Request<Incoming>) -> Option<Self> {
        let AnswerPlan::Responses { chooser, responses, .. } = &route.answer else { return None };
        if !route.first_uses.is_empty() {
            return None;
        }
        let (response, because) = chooser.fixed()?;
        let plan = responses.get(response)?;
        let headers = request.headers();
        let plain = request.body().is_end_stream()
            && !headers.contains_key(&SESSION)
            && !headers.contains_key(&CALLBACK)
            && (site.mockoon().is_none() || (readable::is_readable(request) && !express::is_conditional(headers)));
        plain.then_some(Self { ready: plan.at_once()?, latency: plan.latency, response, because })
    }

    pub(super) fn answer(self, door: &Door, site: &Site, route: &RoutePlan, inbound: Inbound) -> Answered {
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
            status: self.ready.status,
            answer_headers: self.ready.headers.clone(),
            answer_body: kept(door, &self.ready.body),
            answer_bytes: self.ready.body.len(),
            answer_streamed: false,
            changed: Vec::new(),
            scheduled: Vec::new(),
            fault: None,
        };
        let response =
            response(self.ready.status, HeaderMap::clone(&self.ready.headers), Body::Whole(self.ready.body.clone()));
        let (latency, metrics) = (site.latency(door.gateway.seed, id, self.latency), route.metrics.clone());
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
