//! An operation of an API description answers with one of its examples (`microcks.md`, section 2.1): the content is checked
//! where the path asks for it, then the constraints, then an example is chosen and made an answer of in one unit of work; where
//! none is meant, another server answers, or the client is told why.

use std::{sync::Arc, time::Duration};

use ringback_matching::{Inquiry, Key, Verdict, asked_delay};
use ringback_model::{
    environment::{Delay, Forward},
    http_values::{Content, Request},
    journal::Matched,
    time::Clock,
    unit::{Scope, Unit, View},
};

use super::{
    answering::{Done, Situation, finished},
    first_use,
    given::give,
    made::Made,
    work::{Job, commit},
};
use crate::{
    http::refusal::{Kind, Refusal},
    plugins::{call::Turn, slot::Slot},
    site::{OperationPlan, RoutePlan},
};

mod fields;
mod passing;
mod refusing;
mod script;

pub(super) use refusing::{help, shown};

/// An operation's part of an exchange, as a job that may run more than once.
struct Dispatching<'a> {
    work: Situation<'a>,
    plan: &'a OperationPlan,
    /// The plugin that makes the key, which serves until the request is answered. Absent: the dispatcher does.
    turn: Option<Turn>,
    delay: Delay,
}

/// Lets an operation answer.
///
/// # Errors
/// Why the request is not taken, or what failed.
pub(super) async fn answer(work: Situation<'_>, route: &RoutePlan, plan: &OperationPlan) -> Result<Made, Refusal> {
    let request = work.request;
    if work.validates {
        checked(plan, request)?;
    }
    if let Some(told) = plan.constraints.violated(&inquiry(request)) {
        return Err(Refusal::new(Kind::Constraint, told));
    }
    let query = request.uri.query().unwrap_or_default();
    let asked = asked_delay(query, &request.headers);
    let delay = asked.map_err(|error| Refusal::new(Kind::BadTarget, error.to_string()))?.unwrap_or(plan.delay);
    let scripted = |slot: &&Arc<Slot>| plan.script.is_none() || slot.serving().is_some();
    let turn = plan.slot.as_ref().filter(scripted).map(Turn::take).transpose()?;
    let job = Dispatching { work, plan, turn, delay };
    if let Some(Forward::Always(upstream)) = &plan.forward {
        let unknown = || refusing::no_example(plan, &Key::Unknown("the request would come back to itself".into()));
        return passing::on(&job, route, upstream).await?.ok_or_else(unknown);
    }
    match (commit(&work.door.gateway, &job).await, &plan.forward) {
        (Err(refusal), Some(Forward::Unmatched(upstream))) if refusal.kind == Kind::NoExample => {
            passing::on(&job, route, upstream).await?.ok_or(refusal)
        }
        (result, _) => result.map(|(done, committed)| finished(done, committed)),
    }
}

/// Checks a request's content.
///
/// # Errors
/// What is wrong with it, or that nothing says what it may hold.
fn checked(plan: &OperationPlan, request: &Request) -> Result<(), Refusal> {
    match plan.contents.check(&request.headers, &request.body) {
        Verdict::Fine => Ok(()),
        Verdict::NoSchema => Err(Refusal::new(Kind::NoSchema, "")),
        Verdict::Wrong(errors) => Err(Refusal::new(Kind::Schema, format!("[{}]", errors.join(", ")))),
    }
}

fn inquiry(request: &Request) -> Inquiry<'_> {
    let query = request.uri.query().unwrap_or_default();
    Inquiry { params: &request.params, query, headers: &request.headers, body: &request.body }
}

/// A request's key, and what making it left behind.
struct Keyed {
    key: Key,
    /// Values for the templates of the answer: the text of a JSON object. Absent: none.
    values: Option<String>,
    /// What the client is told where no example is chosen. Absent: that none is.
    failed: Option<Refusal>,
    unit: Unit,
}

// === impl Keyed ===

impl Keyed {
    fn of(key: Key, unit: Unit) -> Self {
        Self { key, values: None, failed: None, unit }
    }
}

// === impl Dispatching ===

impl Job for Dispatching<'_> {
    type Output = Done;

    fn scope(&self) -> Scope {
        self.work.scope()
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        self.work.unit(scope, view)
    }

    fn hold(&self, output: &Done) -> Duration {
        output.latency
    }

    async fn run(&self, unit: Unit) -> Result<(Done, Unit), Refusal> {
        let Keyed { key, values, failed, unit } = self.key(unit).await?;
        let chosen = self.plan.dispatcher.choose(&key, &inquiry(self.work.request));
        let chosen = chosen.ok_or_else(|| failed.unwrap_or_else(|| refusing::no_example(self.plan, &key)))?;
        let lost = || Refusal::new(Kind::Defect, "the choice does not fit the examples");
        let example = self.plan.examples.get(chosen.example).ok_or_else(lost)?;
        let unit = first_use::made(&self.work, unit).await?;
        let work = Situation { values: values.as_deref(), ..self.work };
        let (given, unit) = give(&work, &example.response, unit).await?;
        let matched = Matched::Example {
            route: self.work.route_name(),
            example: example.name.clone(),
            key: key.text().cloned(),
            because: chosen.because,
        };
        Ok((Done { given, matched, latency: self.latency(example.response.latency) }, unit))
    }
}

impl Dispatching<'_> {
    /// The request's key: the dispatcher's, the script's, or the text that the plugin answers.
    async fn key(&self, unit: Unit) -> Result<Keyed, Refusal> {
        let Some(turn) = &self.turn else {
            return Ok(match &self.plan.script {
                Some(script) => script::key(&self.work, script, unit),
                None => Keyed::of(self.plan.dispatcher.key(&inquiry(self.work.request)), unit),
            });
        };
        let (answer, unit) = turn.respond(self.work.call(unit)).await?;
        let key = match answer.body {
            Content::Bytes(bytes) => Key::named(&String::from_utf8_lossy(&bytes)),
            Content::File(_) | Content::Streamed(_) => Key::Unknown("the plugin's answer is no text".into()),
        };
        Ok(Keyed::of(key, unit))
    }

    /// How long the answer still waits: the delay counts from the arrival of the request.
    fn latency(&self, own: Duration) -> Duration {
        let (gateway, request) = (&self.work.door.gateway, self.work.request);
        let length = self.delay.length(drawn(gateway.seed.of_request(request.id).next_u64()));
        let until = request.received.after(length);
        until.since(gateway.clock.now()) + self.work.site.latency(gateway.seed, request.id, own)
    }
}

/// A number from 0 to 1, 1 not included, of the high bits of a draw: as many as a float keeps.
fn drawn(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_is_less_than_one() {
        assert!(drawn(u64::MAX) < 1.0);
        assert_eq!((drawn(0), drawn(1 << 63)), (0.0, 0.5));
    }
}
