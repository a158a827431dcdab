//! Schedules the callbacks of a response, in the unit of work that made it. What their templates render to is taken at
//! this moment, with the request, the response and the buckets as they are now; a callback that can't be sent is noted
//! and the others go on, as Mockoon and Microcks do.

use ringback_model::{
    callback::Outgoing,
    unit::{Schedule, Unit},
};

use super::texts::Texts;
use crate::site::{CallbackPlan, OutgoingPlan};

/// Schedules callbacks, whose texts are the next ones, and returns a line for each that could not be.
pub(super) fn schedule(origin: &str, plans: &[CallbackPlan], texts: &mut Texts, unit: &mut Unit) -> Vec<String> {
    let mut notes = Vec::new();
    for plan in plans {
        // A template that failed has used up its place, so the next callback finds its own texts.
        let schedule = outgoing(plan, origin, texts);
        let ordering_key = plan.ordering_key.as_ref().map(|key| texts.take(key)).transpose();
        let scheduled = schedule.and_then(|outgoing| {
            let ordering_key = ordering_key.map_err(failed)?.filter(|key| !key.is_empty()).map(Into::into);
            let (name, delay, timeout) = (plan.name.clone(), plan.delay, plan.timeout);
            let (idempotency_key, policy, scheduled_by) = (None, plan.policy.clone(), None);
            unit.schedule(Schedule {
                name,
                outgoing,
                delay,
                ordering_key,
                idempotency_key,
                policy,
                scheduled_by,
                timeout,
            })
        });
        if let Err(why) = scheduled {
            notes.push(format!("callback `{}` was not scheduled: {why}", plan.name));
        }
    }
    notes
}

/// What a callback sends; a URL that starts with `/` is the gateway's own.
fn outgoing(plan: &CallbackPlan, origin: &str, texts: &mut Texts) -> Result<Outgoing, String> {
    let (method, url, headers, body) = match &plan.outgoing {
        OutgoingPlan::Fixed(outgoing) => return Ok(outgoing.clone()),
        OutgoingPlan::Rendered { method, url, headers, body } => (method, url, headers, body),
    };
    let mut take = |piece| texts.take(piece).map_err(failed);
    // All are taken before the first can fail.
    let (method, url, body) = (take(method), take(url), take(body));
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name, take(value))).collect();
    let headers: Vec<_> = headers.into_iter().map(|(name, value)| Ok((name, value?))).collect::<Result<_, String>>()?;
    let url = match url?.trim() {
        path if path.starts_with('/') => format!("{origin}{path}"),
        url => url.to_owned(),
    };
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Outgoing::try_new(method?.trim(), &url, headers, body?.into()).map_err(|error| error.to_string())
}

fn failed(why: String) -> String {
    format!("its template failed: {why}")
}
