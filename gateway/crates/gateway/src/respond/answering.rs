//! Lets a route answer: its plugin, one of its responses, or its upstream, and where that fails what the operator wants
//! instead.

use std::{sync::Arc, time::Duration};

use ringback_matching::Chooser;
use ringback_model::{
    http_values::{Answer, Content, Request},
    ids::RouteName,
    journal::{Because, Matched},
    ports::{self, Call},
    unit::{Cause, Scope, Unit, View},
};

use super::{
    choice::choose,
    file, first_use,
    forward::forward,
    given::{Given, give},
    log,
    made::{Made, Reply},
    operation,
    refused::fault,
    work::{Committed, Job, commit},
};
use crate::{
    gateway::Door,
    http::{
        body::Body,
        refusal::{Kind, Refusal},
    },
    plugins::call::Turn,
    site::{AnswerPlan, OnErrorPlan, OperationPlan, ResponsePlan, RoutePlan, Site},
};

/// A request and the site that answers it.
#[derive(Clone, Copy)]
pub(super) struct Situation<'a> {
    /// The listener's way to the site.
    pub(super) door: &'a Door,
    /// The site that the request took.
    pub(super) site: &'a Site,
    /// The route that answers. Absent: none does.
    pub(super) route: Option<&'a RoutePlan>,
    /// Of a collection: whether the path is that of an item.
    pub(super) item: bool,
    /// Of an operation: whether the content is checked against its schema.
    pub(super) validates: bool,
    /// What the path means, where that is not what it says. Absent: it is.
    pub(super) path: Option<&'a str>,
    /// Values for the templates of its answer: the text of a JSON object. Absent: none.
    pub(super) values: Option<&'a str>,
    /// The request.
    pub(super) request: &'a Arc<Request>,
}

/// The route's part of an exchange, as a job that may run more than once.
struct Answering<'a> {
    work: Situation<'a>,
    who: Who<'a>,
}

/// Who makes the answer.
enum Who<'a> {
    /// What served in the route's slot when the request came; it does until the request is answered.
    Responder(Turn),
    /// One of the route's responses, chosen with the state that it is made with.
    Responses { chooser: &'a Chooser, conditions: &'a [usize], responses: &'a [ResponsePlan] },
    /// This response.
    Fallback(&'a ResponsePlan),
}

/// What a route's part came to.
pub(super) struct Done {
    pub(super) given: Given,
    pub(super) matched: Matched,
    pub(super) latency: Duration,
}

/// Lets a route answer. Absent: none of its responses is meant, and the next route is tried.
pub(super) async fn answer(work: Situation<'_>, route: &RoutePlan) -> Result<Option<Made>, Refusal> {
    let refusal = match first(work, route).await {
        Err(refusal) if refusal.kind.is_the_routes() => refusal.on_route(route.name.as_str()),
        other => return other.map_err(|refusal| refusal.on_route(route.name.as_str())),
    };
    let made = match &route.on_error {
        OnErrorPlan::Error => return Err(refusal),
        OnErrorPlan::Passthrough => Box::pin(forward(work.door, work.site, route, work.request)).await.map(Some),
        OnErrorPlan::Fallback(plan) => Box::pin(given(work, Who::Fallback(plan))).await,
    };
    log(work.request, &refusal);
    let mut made = made.map_err(|refusal| refusal.on_route(route.name.as_str()))?;
    if let Some(made) = &mut made {
        made.notes.insert(0, fault(&refusal));
    }
    Ok(made)
}

/// What the route answers, if all goes well.
async fn first(work: Situation<'_>, route: &RoutePlan) -> Result<Option<Made>, Refusal> {
    match &route.answer {
        AnswerPlan::Examples(plan) => Box::pin(operation::answer(work, route, plan)).await.map(Some),
        AnswerPlan::Upstream => Box::pin(forward(work.door, work.site, route, work.request)).await.map(Some),
        // The table finds those only for requests that ask for one.
        AnswerPlan::Socket(_) => Err(Refusal::new(Kind::Defect, "a WebSocket's route was found for a request")),
        AnswerPlan::Responder(slot) => given(work, Who::Responder(Turn::take(slot)?)).await,
        AnswerPlan::Responses { chooser, conditions, responses, .. } => {
            given(work, Who::Responses { chooser, conditions, responses }).await
        }
    }
}

/// What somebody makes in a unit of work that is committed.
async fn given(work: Situation<'_>, who: Who<'_>) -> Result<Option<Made>, Refusal> {
    let (done, committed) = commit(&work.door.gateway, &Answering { work, who }).await?;
    Ok(done.map(|done| finished(done, committed)))
}

/// What a route's part came to, once its effects are committed.
pub(super) fn finished(done: Done, committed: Committed) -> Made {
    let Done { given: Given { reply, shared_headers, notes }, matched, latency } = done;
    Made { reply, shared_headers, matched, latency, committed, notes }
}

// === impl Answering ===

impl Job for Answering<'_> {
    /// Absent: none of the responses is meant.
    type Output = Option<Done>;

    fn scope(&self) -> Scope {
        self.work.scope()
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        self.work.unit(scope, view)
    }

    fn hold(&self, output: &Option<Done>) -> Duration {
        output.as_ref().map_or(Duration::ZERO, |done| done.latency)
    }

    async fn run(&self, unit: Unit) -> Result<(Option<Done>, Unit), Refusal> {
        match &self.who {
            Who::Responder(turn) => self.responded(turn, unit).await,
            Who::Fallback(plan) => self.response(plan, 0, Because::Fallback, unit).await,
            Who::Responses { chooser, conditions, responses } => {
                let (chosen, unit) = choose(&self.work, chooser, conditions, unit).await?;
                let Some((index, because)) = chosen else { return Ok((None, unit)) };
                let lost = || Refusal::new(Kind::Defect, "the choice does not fit the responses");
                self.response(responses.get(index).ok_or_else(lost)?, index, because, unit).await
            }
        }
    }
}

impl Answering<'_> {
    /// A plugin's answer.
    async fn responded(&self, turn: &Turn, unit: Unit) -> Result<(Option<Done>, Unit), Refusal> {
        let (answer, unit) = turn.respond(self.work.call(unit)).await?;
        let given = Given { reply: self.reply(answer).await?, shared_headers: None, notes: vec![] };
        let latency = self.work.site.latency(self.work.door.gateway.seed, self.work.request.id, Duration::ZERO);
        Ok((Some(Done { given, matched: Matched::Responder { route: self.work.route_name() }, latency }), unit))
    }

    /// The answer of one response.
    async fn response(
        &self,
        plan: &ResponsePlan,
        index: usize,
        because: Because,
        unit: Unit,
    ) -> Result<(Option<Done>, Unit), Refusal> {
        let unit = first_use::made(&self.work, unit).await?;
        let (given, unit) = give(&self.work, plan, unit).await?;
        let matched = Matched::Response { route: self.work.route_name(), response: index, because };
        let latency = self.work.site.latency(self.work.door.gateway.seed, self.work.request.id, plan.latency);
        Ok((Some(Done { given, matched, latency }), unit))
    }

    /// Looked at before the commit: an answer that is not sent must leave nothing behind.
    async fn reply(&self, answer: Answer) -> Result<Reply, Refusal> {
        let Answer { status, mut headers, body } = answer;
        let most = self.work.door.gateway.limits.response_body_bytes;
        let body = match body {
            Content::Bytes(body) if body.len() > most => {
                let got = body.len();
                return Err(Refusal::new(Kind::AnswerTooLarge, format!("the answer has {got} bytes, {most} are sent")));
            }
            Content::Bytes(body) => Body::Whole(body),
            Content::Streamed(stream) => Body::streamed(stream, self.work.request.id),
            Content::File(path) => Box::pin(file::open(&path, &mut headers, self.work.request.id)).await?,
        };
        Ok(Reply { status, headers, body })
    }
}

// === impl Situation ===

impl Situation<'_> {
    /// Whose state it is about.
    pub(super) fn scope(&self) -> Scope {
        Scope { environment: self.site.name.clone(), session: self.request.session.clone() }
    }

    /// An empty unit over a view of that state.
    pub(super) fn unit(&self, scope: Scope, view: View) -> Unit {
        let unit = Unit::new(scope, self.route_name(), Cause::Request(self.request.id), self.request.depth, view);
        match self.site.mockoon() {
            Some(settings) => unit.with_depth_max(settings.callback_depth_max),
            None => unit,
        }
    }

    /// What a plugin is called with.
    pub(super) fn call(&self, unit: Unit) -> Call {
        let random = self.door.gateway.seed.of_request(self.request.id);
        let (request, upstream) = (Some(self.request.clone()), self.route.and_then(|route| route.upstream.clone()));
        let surroundings: Arc<dyn ports::Surroundings> = self.site.surroundings.clone();
        Call { request, unit, now: self.request.received, random, upstream, surroundings: Some(surroundings) }
    }

    /// What a plugin is called with for what follows from an answer: its random numbers are a branch of the request's, since
    /// a callback that draws is not to draw what the answer drew.
    pub(super) fn call_aside(&self, unit: Unit, branch: u64) -> Call {
        let call = self.call(unit);
        Call { random: call.random.branch(branch), ..call }
    }

    /// The operation that answers. Absent: something else does.
    pub(super) fn operation(&self) -> Option<&OperationPlan> {
        self.route?.answer.operation()
    }

    /// The path as an operation's document has it, below what stands before all of its paths; still percent-encoded.
    pub(super) fn resource_path(&self) -> &str {
        let path = self.path.unwrap_or(self.request.uri.path());
        let base = self.operation().map_or("", |operation| &operation.base);
        path.strip_prefix(base).unwrap_or(path)
    }

    pub(super) fn route_name(&self) -> RouteName {
        self.route.map_or_else(|| self.site.unrouted.clone(), |route| route.name.clone())
    }
}
