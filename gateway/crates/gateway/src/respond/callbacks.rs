//! Schedules the callbacks of a response, in the unit of work that made it. What their templates render to is taken at
//! this moment, with the request, the response and the buckets as they are now; a callback that can't be sent is noted
//! and the others go on, as Mockoon and Microcks do.

use bytes::Bytes;
use http::{HeaderName, header};
use ringback_collection::sent;
use ringback_model::{
    callback::Outgoing,
    environment::Conventions,
    ports::Context,
    unit::{Schedule, Unit},
};

use super::{answering::Situation, headers::FAILED, served_file::located, texts::Texts};
use crate::{
    http::refusal::Refusal,
    site::{CallbackPlan, ContentPlan, FilePlan, OutgoingPlan, UrlPlan, together},
};

mod expression;
mod fetch;
mod file;
mod url;

use expression::Evaluator;
pub(super) use fetch::depth;
pub(crate) use url::absolute;

/// What callbacks are scheduled for, beside the request.
pub(super) struct Occasion<'a> {
    /// What their templates can speak of: the answer, and what its templates have put aside.
    pub(super) context: Context<'a>,
    /// Where those go whose document leaves that open. Absent: there are none.
    pub(super) target: Option<&'a str>,
    /// The ordering key of those that wait for their turn.
    pub(super) turns: &'a str,
}

/// What one set of callbacks is made from.
struct Making<'a> {
    work: &'a Situation<'a>,
    occasion: &'a Occasion<'a>,
    expressions: Evaluator<'a>,
}

/// What a callback sends, but for content that is had by other means than its own templates.
struct Draft<'p> {
    method: String,
    url: String,
    headers: Vec<(&'p HeaderName, String)>,
    content: Drafted<'p>,
}

/// The content of a draft.
enum Drafted<'p> {
    Text(String),
    File(&'p FilePlan, std::path::PathBuf),
    Bucket(&'p str),
}

/// Content as it is sent.
struct Content {
    body: Bytes,
    /// Absent: the callback's own fields tell, or nothing does.
    media_type: Option<String>,
}

/// Schedules callbacks and returns a line for each that could not be. What templates of one put aside, the next ones see as
/// well; each crossing draws from a branch of its own of the request's random numbers, which the number of its first callback
/// names. `joined` are the texts of those that were rendered with the response; absent: none were.
///
/// # Errors
/// When the renderer failed.
pub(super) async fn schedule(
    work: &Situation<'_>,
    plans: &[CallbackPlan],
    occasion: &Occasion<'_>,
    mut joined: Option<Texts>,
    mut unit: Unit,
) -> Result<(Vec<String>, Unit), Refusal> {
    let expressions = Evaluator::new(work.request, occasion.context.response);
    let making = Making { work, occasion, expressions };
    let mut notes = Vec::new();
    let mut data = occasion.context.data.map(str::to_owned);
    let (mut left, mut number) = (plans, 0);
    while let Some((group, rest)) = left.split_at_checked(together(left)).filter(|(group, _)| !group.is_empty()) {
        left = rest;
        let mut texts = match joined.take() {
            Some(texts) => texts,
            None => {
                let numbers: Vec<usize> = group.iter().flat_map(CallbackPlan::templates).collect();
                let context = Context { data: data.as_deref(), ..occasion.context };
                let (texts, rendering) =
                    Texts::render(work.site, &numbers, context, work.call_aside(unit, number)).await?;
                unit = rendering.unit;
                data = both(data, rendering.values);
                texts
            }
        };
        for plan in group {
            let why;
            (why, unit) = one(&making, plan, number, &mut texts, unit).await?;
            number += 1;
            notes.extend(why.map(|why| format!("callback `{}` was not scheduled: {why}", plan.name)));
        }
    }
    Ok((notes, unit))
}

/// Schedules one callback, by its number. Present within: why it could not be.
async fn one(
    making: &Making<'_>,
    plan: &CallbackPlan,
    number: u64,
    texts: &mut Texts,
    unit: Unit,
) -> Result<(Option<String>, Unit), Refusal> {
    // A template that failed has used up its place, so the next callback finds its own texts.
    let drafted = match &plan.outgoing {
        OutgoingPlan::Fixed(_) => Ok(None),
        OutgoingPlan::Made { .. } => making.draft(plan, texts).map(Some),
    };
    let ordering_key = plan.ordering_key.as_ref().map(|key| texts.take(key)).transpose();
    let (outgoing, mut unit) = match (drafted, &plan.outgoing) {
        (Err(why), _) => (Err(why), unit),
        (Ok(Some(draft)), _) => finished(making.work, draft, number, unit).await?,
        (Ok(None), OutgoingPlan::Fixed(outgoing)) => (Ok(outgoing.clone()), unit),
        (Ok(None), OutgoingPlan::Made { .. }) => (Err("nothing is sent".into()), unit),
    };
    let scheduled = outgoing.and_then(|outgoing| {
        let own = ordering_key.map_err(failed)?.filter(|key| !key.is_empty());
        let turn = || plan.in_turn.then(|| making.occasion.turns.to_owned());
        unit.schedule(Schedule {
            name: plan.name.clone(),
            outgoing,
            delay: plan.delay,
            ordering_key: own.or_else(turn).map(Into::into),
            idempotency_key: None,
            policy: plan.policy.clone(),
            expects: plan.expects.clone(),
            scheduled_by: None,
            timeout: plan.timeout,
        })
    });
    Ok((scheduled.err(), unit))
}

// === impl Making ===

impl Making<'_> {
    /// Takes a callback's texts: all of them, before the first can fail.
    fn draft<'p>(&self, plan: &'p CallbackPlan, texts: &mut Texts) -> Result<Draft<'p>, String> {
        let OutgoingPlan::Made { method, url, headers, content } = &plan.outgoing else {
            return Err("nothing is sent".into());
        };
        let mockoon = self.work.site.mockoon().is_some();
        let method = texts.take(method).map_err(failed);
        let url = self.url(url, texts);
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| match texts.take(value).map_err(failed) {
                // Mockoon sends it with a text that says so (`mockoon.md`, section 2.4).
                Err(_) if mockoon => Ok((name, FAILED.to_owned())),
                value => value.map(|value| (name, value)),
            })
            .collect();
        let content = match content {
            ContentPlan::Text(piece) => texts.take(piece).map_err(failed).map(Drafted::Text),
            ContentPlan::File(file) => located(&file.path, texts).map(|path| Drafted::File(file, path)),
            ContentPlan::Bucket(name) => Ok(Drafted::Bucket(name.as_str())),
            ContentPlan::Collection(_) => Err("a callback can't be a collection".into()),
        };
        let headers = headers.into_iter().collect::<Result<_, _>>();
        Ok(Draft { method: method?, url: url?, headers: headers?, content: content? })
    }

    /// Where a callback goes; its texts are taken whatever comes of them.
    fn url(&self, plan: &UrlPlan, texts: &mut Texts) -> Result<String, String> {
        let (base, query) = match plan {
            UrlPlan::Text { url, prefix } => {
                let url = texts.take(url).map_err(failed)?;
                return Ok(own(self.work, url.trim(), prefix));
            }
            UrlPlan::Expression { url, query } => (self.expressions.url(url, &self.work.request.origin), query),
            UrlPlan::Given { query } => (self.occasion.target.map(str::to_owned).ok_or_else(untargeted), query),
        };
        let added: Vec<_> = query.iter().map(|(name, value)| (name, texts.take(value).map_err(failed))).collect();
        added.into_iter().try_fold(base?, |base, (name, value)| Ok(url::with_query(base, name, &value?)))
    }
}

/// A URL; one that starts with `/` is the gateway's own.
fn own(work: &Situation<'_>, url: &str, prefix: &str) -> String {
    if !url.starts_with('/') {
        return url.to_owned();
    }
    let public = work.site.mockoon().and_then(|settings| settings.public_base_url.as_deref());
    format!("{}{prefix}{url}", public.unwrap_or(&work.door.origin))
}

/// What is sent, once its content is there. Absent within: why nothing is.
async fn finished(
    work: &Situation<'_>,
    draft: Draft<'_>,
    number: u64,
    mut unit: Unit,
) -> Result<(Result<Outgoing, String>, Unit), Refusal> {
    let Draft { method, url, headers, content } = draft;
    let content = match content {
        Drafted::Text(text) => Content { body: text.into(), media_type: None },
        Drafted::Bucket(name) => {
            let text = unit.read(name).ok().flatten().map(sent).unwrap_or_default();
            Content { body: text.into(), media_type: None }
        }
        Drafted::File(plan, path) => match file::content(work, plan, &path, number, unit).await? {
            (Ok(content), after) => {
                unit = after;
                content
            }
            (Err(why), after) => return Ok((Err(why), after)),
        },
    };
    let mut fields: Vec<(&str, String)> = headers.into_iter().map(|(name, value)| (name.as_str(), value)).collect();
    let typed = fields.iter().any(|(name, _)| *name == header::CONTENT_TYPE);
    if let (false, Some(media_type)) = (typed, content.media_type) {
        fields.push((header::CONTENT_TYPE.as_str(), media_type));
    }
    let url = match &work.site.conventions {
        Conventions::Ringback => url,
        Conventions::Microcks(_) => {
            type_by_default(&mut fields, &content.body);
            url
        }
        Conventions::Mockoon(_) => {
            fetch::dress(&mut fields, work.request.depth);
            ringback_egress::spelled(&url).unwrap_or(url)
        }
    };
    let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
    let outgoing = Outgoing::try_new(method.trim(), &url, fields, content.body);
    Ok((outgoing.map_err(|error| error.to_string()), unit))
}

/// Two JSON objects as one; where both have a member, the later one's counts.
pub(super) fn both(earlier: Option<String>, later: Option<String>) -> Option<String> {
    let (Some(first), Some(second)) = (&earlier, &later) else { return later.or(earlier) };
    let read = |text| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).unwrap_or_default();
    let mut members = read(first);
    members.extend(read(second));
    Some(serde_json::Value::Object(members).to_string())
}

/// What Microcks says of itself and of content whose type nothing tells (`microcks.md`, section 4.3).
fn type_by_default(fields: &mut Vec<(&str, String)>, body: &[u8]) {
    let told = |name: &HeaderName, fields: &[(&str, String)]| fields.iter().any(|(set, _)| *set == name.as_str());
    if !body.is_empty() && !told(&header::CONTENT_TYPE, fields) {
        fields.push((header::CONTENT_TYPE.as_str(), "application/json; charset=utf-8".into()));
    }
    if !told(&header::ACCEPT, fields) {
        fields.push((header::ACCEPT.as_str(), "*/*".into()));
    }
}

fn untargeted() -> String {
    "nobody says where it goes: it is a webhook's".into()
}

fn failed(why: String) -> String {
    format!("its template failed: {why}")
}
