//! Schedules the callbacks of a response, in the unit of work that made it. What their templates render to is taken at
//! this moment, with the request, the response and the buckets as they are now; a callback that can't be sent is noted
//! and the others go on, as Mockoon and Microcks do.

use ringback_model::{
    callback::Outgoing,
    http_values::Responded,
    ports::Call,
    unit::{Schedule, Unit},
};

use super::rendered;
use crate::{
    http::refusal::{Kind, Refusal},
    site::{CallbackPlan, OutgoingPlan, Piece, Site},
};

/// The rendered texts, handed out in the order of the plans.
struct Texts(std::vec::IntoIter<Result<String, String>>);

/// Schedules callbacks and returns a line for each that could not be.
///
/// # Errors
/// When the renderer failed.
pub(super) async fn schedule(
    site: &Site,
    origin: &str,
    plans: &[CallbackPlan],
    answer: Responded<'_>,
    call: Call,
) -> Result<(Vec<String>, Unit), Refusal> {
    let numbers: Vec<usize> = plans.iter().flat_map(CallbackPlan::templates).collect();
    let (outputs, mut unit) = match (&site.templates, numbers.is_empty()) {
        (_, true) => (vec![], call.unit),
        (None, false) => return Err(Refusal::new(Kind::Defect, "the templates were not compiled")),
        (Some(templates), false) => {
            let rendering = templates.render(&numbers, Some(answer), call).await?;
            (rendering.outputs, rendering.unit)
        }
    };
    let mut texts = Texts(outputs.into_iter());
    let mut notes = Vec::new();
    for plan in plans {
        // A template that failed has used up its place, so the next callback finds its own texts.
        let schedule = outgoing(plan, origin, &mut texts);
        let ordering_key = plan.ordering_key.as_ref().map(|key| texts.take(key)).transpose();
        let scheduled = schedule.and_then(|outgoing| {
            let ordering_key = ordering_key?.filter(|key| !key.is_empty()).map(Into::into);
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
    Ok((notes, unit))
}

/// What a callback sends; a URL that starts with `/` is the gateway's own.
fn outgoing(plan: &CallbackPlan, origin: &str, texts: &mut Texts) -> Result<Outgoing, String> {
    let (method, url, headers, body) = match &plan.outgoing {
        OutgoingPlan::Fixed(outgoing) => return Ok(outgoing.clone()),
        OutgoingPlan::Rendered { method, url, headers, body } => (method, url, headers, body),
    };
    // All are taken before the first can fail.
    let (method, url, body) = (texts.take(method), texts.take(url), texts.take(body));
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name, texts.take(value))).collect();
    let headers: Vec<_> = headers.into_iter().map(|(name, value)| Ok((name, value?))).collect::<Result<_, String>>()?;
    let url = match url?.trim() {
        path if path.starts_with('/') => format!("{origin}{path}"),
        url => url.to_owned(),
    };
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Outgoing::try_new(method?.trim(), &url, headers, body?.into()).map_err(|error| error.to_string())
}

impl Texts {
    fn take(&mut self, piece: &Piece) -> Result<String, String> {
        match piece {
            Piece::Fixed(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
            Piece::Template(_) => rendered::output(self.0.next(), "its").map_err(|refusal| refusal.public),
        }
    }
}
