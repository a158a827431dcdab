//! Lets a route answer: its plugin, one of its responses, or its upstream, and where that fails what the operator wants
//! instead.

use std::{sync::Arc, time::Duration};

use ringback_model::{
    http_values::{Answer, Content, Request},
    journal::{Because, Matched},
    ports::{self, Call},
    unit::{Cause, Scope, Unit, View},
};

use super::{
    callbacks, fault, file,
    forward::forward,
    log,
    made::{Made, Reply},
    rendered,
    work::{Job, commit},
};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        refusal::{Kind, Refusal},
    },
    plugins::call::Turn,
    site::{AnswerPlan, OnErrorPlan, ResponsePlan, RoutePlan, Site},
};

/// The route's part of an exchange, as a job that may run more than once.
struct Answering<'a> {
    door: &'a Door,
    site: &'a Site,
    route: &'a RoutePlan,
    request: &'a Arc<Request>,
    who: Who<'a>,
}

/// Who makes the answer.
enum Who<'a> {
    /// What served in the route's slot when the request came; it does until the request is answered.
    Responder(Turn),
    /// One of the route's responses.
    Response(&'a ResponsePlan),
}

/// Lets a route answer.
pub(super) async fn answer(
    door: &Door,
    site: &Site,
    route: &RoutePlan,
    request: &Arc<Request>,
) -> Result<Made, Refusal> {
    let refusal = match first(door, site, route, request).await {
        Err(refusal) if refusal.kind.is_the_routes() => refusal.on_route(route.name.as_str()),
        other => return other.map_err(|refusal| refusal.on_route(route.name.as_str())),
    };
    let made = match &route.on_error {
        OnErrorPlan::Error => return Err(refusal),
        OnErrorPlan::Passthrough => forward(door, site, route, request).await,
        OnErrorPlan::Fallback(plan) => {
            let matched = Matched::Response { route: route.name.clone(), response: 0, because: Because::Fallback };
            given(door, site, route, request, plan, matched).await
        }
    };
    log(request, &refusal);
    let mut made = made.map_err(|refusal| refusal.on_route(route.name.as_str()))?;
    made.notes.insert(0, fault(&refusal));
    Ok(made)
}

/// What the route answers, if all goes well.
async fn first(door: &Door, site: &Site, route: &RoutePlan, request: &Arc<Request>) -> Result<Made, Refusal> {
    match &route.answer {
        AnswerPlan::Upstream => forward(door, site, route, request).await,
        AnswerPlan::Responder(slot) => {
            let who = Who::Responder(Turn::take(slot)?);
            let ((reply, notes), committed) =
                commit(&door.gateway, &Answering { door, site, route, request, who }, Duration::ZERO).await?;
            let matched = Matched::Responder { route: route.name.clone() };
            Ok(Made { committed, notes, ..Made::plain(reply, matched) })
        }
        AnswerPlan::Responses { chooser, responses } => {
            let (response, because) =
                chooser.without_rules(request.number, &mut door.gateway.seed.of_request(request.id));
            let lost = || Refusal::new(Kind::Defect, "the choice does not fit the responses");
            let plan = responses.get(response).ok_or_else(lost)?;
            let matched = Matched::Response { route: route.name.clone(), response, because };
            given(door, site, route, request, plan, matched).await
        }
    }
}

/// One of the route's responses.
async fn given(
    door: &Door,
    site: &Site,
    route: &RoutePlan,
    request: &Arc<Request>,
    plan: &ResponsePlan,
    matched: Matched,
) -> Result<Made, Refusal> {
    let job = Answering { door, site, route, request, who: Who::Response(plan) };
    let ((reply, notes), committed) = commit(&door.gateway, &job, plan.latency).await?;
    let shared_headers = plan.rendered_headers.is_empty().then(|| plan.headers.clone());
    Ok(Made { reply, shared_headers, matched, latency: plan.latency, committed, notes })
}

// === impl Answering ===

impl Job for Answering<'_> {
    type Output = (Reply, Vec<String>);

    fn scope(&self) -> Scope {
        Scope { environment: self.site.name.clone(), session: self.request.session.clone() }
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        let cause = Cause::Request(self.request.id);
        Unit::new(scope, self.route.name.clone(), cause, self.request.depth, view)
    }

    async fn run(&self, unit: Unit) -> Result<(Self::Output, Unit), Refusal> {
        let call = self.call(unit);
        match &self.who {
            Who::Responder(turn) => {
                let (answer, unit) = turn.respond(call).await?;
                Ok(((self.reply(answer).await?, vec![]), unit))
            }
            Who::Response(plan) => {
                let (answer, unit) = rendered::answer(self.site, plan, call).await?;
                if plan.callbacks.is_empty() {
                    return Ok(((self.reply(answer).await?, vec![]), unit));
                }
                let responded =
                    answer.responded().ok_or_else(|| Refusal::new(Kind::Defect, "a response is not in memory"))?;
                let call = self.call(unit);
                let (notes, unit) =
                    callbacks::schedule(self.site, &self.door.origin, &plan.callbacks, responded, call).await?;
                Ok(((self.reply(answer).await?, notes), unit))
            }
        }
    }
}

impl Answering<'_> {
    /// Looked at before the commit: an answer that is not sent must leave nothing behind.
    async fn reply(&self, answer: Answer) -> Result<Reply, Refusal> {
        let Answer { status, mut headers, body } = answer;
        let most = self.door.gateway.limits.response_body_bytes;
        let body = match body {
            Content::Bytes(body) if body.len() > most => {
                let got = body.len();
                return Err(Refusal::new(Kind::AnswerTooLarge, format!("the answer has {got} bytes, {most} are sent")));
            }
            Content::Bytes(body) => Body::Whole(body),
            Content::Streamed(stream) => Body::streamed(stream, self.request.id),
            Content::File(path) => file::open(&path, &mut headers, self.request.id).await?,
        };
        Ok(Reply { status, headers, body })
    }

    fn call(&self, unit: Unit) -> Call {
        let random = self.door.gateway.seed.of_request(self.request.id);
        let (request, upstream) = (Some(self.request.clone()), self.route.upstream.clone());
        let surroundings: Arc<dyn ports::Surroundings> = self.site.surroundings.clone();
        Call { request, unit, now: self.request.received, random, upstream, surroundings: Some(surroundings) }
    }
}
