//! An answer that is made on the spot: the same each time, and chosen without counting.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body::Body as _;
use hyper::body::Incoming;
use ringback_model::{
    head::Head,
    http_values::Params,
    journal::{Exchange, Matched},
};

use super::{CALLBACK, SESSION, cors, kept, readable, response};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        express,
        pipeline::{Answered, Inbound},
    },
    site::{AnswerPlan, Meant, Ready, RoutePlan, Site},
};

/// A response that is the same each time, and chosen without counting.
pub(super) struct Fixed<'a> {
    ready: &'a Ready,
    latency: Duration,
    matched: Matched,
}

// === impl Fixed ===

impl<'a> Fixed<'a> {
    /// Absent: the answer needs work.
    pub(super) fn of(
        site: &Site,
        route: &'a RoutePlan,
        params: &Params,
        meant: &Meant,
        request: &Request<Incoming>,
    ) -> Option<Self> {
        if !route.first_uses.is_empty() || meant.validates {
            return None;
        }
        let headers = request.headers();
        let plain = request.body().is_end_stream()
            && !headers.contains_key(&SESSION)
            && !headers.contains_key(&CALLBACK)
            && (site.mockoon().is_none() || (readable::is_readable(request) && !express::is_conditional(headers)));
        if !plain {
            return None;
        }
        let (plan, matched) = match &route.answer {
            AnswerPlan::Responses { chooser, responses, .. } => {
                let (response, because) = chooser.fixed()?;
                (responses.get(response)?, Matched::Response { route: route.name.clone(), response, because })
            }
            AnswerPlan::Examples(operation) => {
                let query = request.uri().query().unwrap_or_default();
                let (chosen, key) = operation.at_once(params, query, headers)?;
                let example = operation.examples.get(chosen.example)?;
                let (route, name) = (route.name.clone(), example.name.clone());
                (&example.response, Matched::Example { route, example: name, key, because: chosen.because })
            }
            AnswerPlan::Responder(_) | AnswerPlan::Socket(_) | AnswerPlan::Upstream => return None,
        };
        Some(Self { ready: plan.at_once()?, latency: plan.latency, matched })
    }

    /// The fields that are sent, and those that the journal keeps: the same ones, where no request changes them.
    fn fields(&self, site: &Site, request: &HeaderMap) -> (HeaderMap, Arc<HeaderMap>) {
        let mut headers = HeaderMap::clone(&self.ready.headers);
        if !site.allows_origins() {
            return (headers, self.ready.headers.clone());
        }
        cors::allow(&mut headers, request);
        let kept = Arc::new(headers.clone());
        (headers, kept)
    }

    pub(super) fn answer(self, door: &Door, site: &Site, route: &RoutePlan, inbound: Inbound) -> Answered {
        let Inbound { id, received, client, request } = inbound;
        let (parts, _) = request.into_parts();
        route.numbers.next(&site.default_scope.session);
        let (headers, kept_headers) = self.fields(site, &parts.headers);
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
            matched: self.matched,
            status: self.ready.status,
            answer_headers: kept_headers,
            answer_body: kept(door, &self.ready.body),
            answer_bytes: self.ready.body.len(),
            answer_streamed: false,
            changed: Vec::new(),
            scheduled: Vec::new(),
            fault: None,
        };
        let response = response(self.ready.status, headers, Body::Whole(self.ready.body.clone()));
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
