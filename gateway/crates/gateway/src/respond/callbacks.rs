//! Schedules the callbacks of a response, in the unit of work that made it. What their templates render to is taken at
//! this moment, with the request, the response and the buckets as they are now; a callback that can't be sent is noted
//! and the others go on, as Mockoon and Microcks do.

use bytes::Bytes;
use http::{HeaderName, header};
use ringback_collection::sent;
use ringback_model::{
    callback::Outgoing,
    ports::Context,
    unit::{Schedule, Unit},
};

use super::{answering::Situation, headers::FAILED, served_file::located, texts::Texts};
use crate::{
    http::refusal::Refusal,
    site::{CallbackPlan, ContentPlan, FilePlan, OutgoingPlan, Piece, together},
};

mod fetch;
mod file;

pub(super) use fetch::depth;

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

/// Schedules callbacks and returns a line for each that could not be. `context` holds the response and what its templates have
/// put aside; what those of a callback put aside, the next ones see as well. `joined` are the texts of those that were
/// rendered with the response; absent: none were.
///
/// # Errors
/// When the renderer failed.
pub(super) async fn schedule(
    work: &Situation<'_>,
    plans: &[CallbackPlan],
    context: Context<'_>,
    mut joined: Option<Texts>,
    mut unit: Unit,
) -> Result<(Vec<String>, Unit), Refusal> {
    let mut notes = Vec::new();
    let mut data = context.data.map(str::to_owned);
    let mut left = plans;
    while let Some((group, rest)) = left.split_at_checked(together(left)).filter(|(group, _)| !group.is_empty()) {
        left = rest;
        let mut texts = match joined.take() {
            Some(texts) => texts,
            None => {
                let numbers: Vec<usize> = group.iter().flat_map(CallbackPlan::templates).collect();
                let context = Context { data: data.as_deref(), ..context };
                let (texts, rendering) = Texts::render(work.site, &numbers, context, work.call(unit)).await?;
                unit = rendering.unit;
                data = both(data, rendering.values);
                texts
            }
        };
        for plan in group {
            let why;
            (why, unit) = one(work, plan, &mut texts, unit).await?;
            notes.extend(why.map(|why| format!("callback `{}` was not scheduled: {why}", plan.name)));
        }
    }
    Ok((notes, unit))
}

/// Schedules one callback. Present within: why it could not be.
async fn one(
    work: &Situation<'_>,
    plan: &CallbackPlan,
    texts: &mut Texts,
    unit: Unit,
) -> Result<(Option<String>, Unit), Refusal> {
    // A template that failed has used up its place, so the next callback finds its own texts.
    let drafted = match &plan.outgoing {
        OutgoingPlan::Fixed(_) => Ok(None),
        OutgoingPlan::Made { .. } => draft(work, plan, texts).map(Some),
    };
    let ordering_key = plan.ordering_key.as_ref().map(|key| texts.take(key)).transpose();
    let (outgoing, mut unit) = match (drafted, &plan.outgoing) {
        (Err(why), _) => (Err(why), unit),
        (Ok(Some(draft)), _) => finished(work, draft, unit).await?,
        (Ok(None), OutgoingPlan::Fixed(outgoing)) => (Ok(outgoing.clone()), unit),
        (Ok(None), OutgoingPlan::Made { .. }) => (Err("nothing is sent".into()), unit),
    };
    let scheduled = outgoing.and_then(|outgoing| {
        let ordering_key = ordering_key.map_err(failed)?.filter(|key| !key.is_empty()).map(Into::into);
        unit.schedule(Schedule {
            name: plan.name.clone(),
            outgoing,
            delay: plan.delay,
            ordering_key,
            idempotency_key: None,
            policy: plan.policy.clone(),
            scheduled_by: None,
            timeout: plan.timeout,
        })
    });
    Ok((scheduled.err(), unit))
}

/// Takes a callback's texts: all of them, before the first can fail.
fn draft<'p>(work: &Situation<'_>, plan: &'p CallbackPlan, texts: &mut Texts) -> Result<Draft<'p>, String> {
    let OutgoingPlan::Made { method, url, prefix, headers, content } = &plan.outgoing else {
        return Err("nothing is sent".into());
    };
    let mockoon = work.site.mockoon().is_some();
    let mut take = |piece: &Piece| texts.take(piece).map_err(failed);
    let (method, url) = (take(method), take(url));
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| match take(value) {
            // Mockoon sends it with a text that says so (`mockoon.md`, section 2.4).
            Err(_) if mockoon => Ok((name, FAILED.to_owned())),
            value => value.map(|value| (name, value)),
        })
        .collect();
    let content = match content {
        ContentPlan::Text(piece) => take(piece).map(Drafted::Text),
        ContentPlan::File(file) => located(&file.path, texts).map(|path| Drafted::File(file, path)),
        ContentPlan::Bucket(name) => Ok(Drafted::Bucket(name.as_str())),
        ContentPlan::Collection(_) => Err("a callback can't be a collection".into()),
    };
    let url = own(work, url?.trim(), prefix);
    Ok(Draft { method: method?, url, headers: headers.into_iter().collect::<Result<_, _>>()?, content: content? })
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
    mut unit: Unit,
) -> Result<(Result<Outgoing, String>, Unit), Refusal> {
    let Draft { method, url, headers, content } = draft;
    let content = match content {
        Drafted::Text(text) => Content { body: text.into(), media_type: None },
        Drafted::Bucket(name) => {
            let text = unit.read(name).ok().flatten().map(sent).unwrap_or_default();
            Content { body: text.into(), media_type: None }
        }
        Drafted::File(plan, path) => match file::content(work, plan, &path, unit).await? {
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
    let url = match work.site.mockoon() {
        None => url,
        Some(_) => {
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

fn failed(why: String) -> String {
    format!("its template failed: {why}")
}
