//! Makes an answer of a response's plan: fields, content, callbacks, in the order in which Mockoon renders them. What can be
//! rendered in one crossing is.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use ringback_collection::sent;
use ringback_model::{http_values::Responded, ports::Context, unit::Unit};

use super::{answering::Situation, callbacks, collection, headers, made::Reply, served_file, texts::Texts};
use crate::{
    http::{
        body::Body,
        express::{self, Sent},
        refusal::{Kind, Refusal},
    },
    site::{ContentPlan, ResponsePlan},
};

/// An answer, and what its callbacks came to.
pub(super) struct Given {
    /// The answer.
    pub(super) reply: Reply,
    /// Its header fields, where they are the same each time. Absent: they were made for it.
    pub(super) shared_headers: Option<Arc<HeaderMap>>,
    /// What went wrong on the way, for the operator: a line each.
    pub(super) notes: Vec<String>,
}

/// An answer before it is dressed for its client.
pub(super) struct Draft {
    /// The status.
    pub(super) status: StatusCode,
    /// The fields so far.
    pub(super) headers: HeaderMap,
    /// The content.
    pub(super) content: Drafted,
}

/// The content of a draft.
pub(super) enum Drafted {
    /// A text, in UTF-8.
    Text(Bytes),
    /// Bytes that are sent as they are.
    Parts(Body),
    /// A message: there is no content. Callbacks are not scheduled then.
    Failed(String),
}

/// Makes an answer of a plan, and hands the unit of work back with all effects.
///
/// # Errors
/// When the renderer failed, or, but for Mockoon's conventions, a template did.
pub(super) async fn give(work: &Situation<'_>, plan: &ResponsePlan, unit: Unit) -> Result<(Given, Unit), Refusal> {
    let site = work.site;
    let joined = plan.joined && !plan.callbacks.is_empty() && !work.ends_chain();
    let before = joined.then(|| unit.clone());
    let templates = if joined { &plan.templates } else { plan.own_templates() };
    let data = work.data(plan);
    let context = Context { response: None, data: data.as_deref() };
    let (mut texts, rendering) = Texts::render(site, templates, context, work.call(unit)).await?;
    let (mut unit, values) = (rendering.unit, callbacks::both(data, rendering.values));
    let values = values.as_deref();
    if let Some(ready) = &plan.ready {
        let mut sent =
            Sent { status: ready.status, headers: HeaderMap::clone(&ready.headers), body: ready.body.clone() };
        let adjusted = work.adjust(&mut sent.headers);
        let unchanged = sent.status;
        let reply = work.conditional(sent)?;
        let shared_headers = (reply.status == unchanged && !adjusted).then(|| ready.headers.clone());
        let texts = joined.then_some(texts);
        let (notes, unit) = scheduled(work, plan, responded(&reply, values), texts, unit).await?;
        return Ok((Given { reply, shared_headers, notes }, unit));
    }
    let mut headers = headers::rendered(site, &plan.headers, &mut texts)?;
    work.adjust(&mut headers);
    let mut draft = Draft { status: work.status(None, plan.status)?, headers, content: Drafted::Text(Bytes::new()) };
    match &plan.content {
        ContentPlan::Text(piece) => match texts.take(piece) {
            Ok(text) => {
                draft.status = work.status(rendering.status, draft.status)?;
                draft.content = Drafted::Text(text.into());
            }
            Err(why) => draft.content = Drafted::Failed(work.template_failed(&why)?),
        },
        ContentPlan::Bucket(name) => {
            let value = unit.read(name.as_str()).ok().flatten().map(sent).unwrap_or_default();
            draft.content = Drafted::Text(value.into());
        }
        ContentPlan::Collection(plan) => (draft, unit) = Box::pin(collection::serve(work, plan, draft, unit)).await?,
        ContentPlan::File(file) => {
            (draft, unit) = Box::pin(served_file::serve(work, file, draft, &mut texts, unit)).await?;
        }
    }
    if let Drafted::Failed(why) = &draft.content {
        let notes = vec![why.clone()];
        // Callbacks were not to be rendered.
        let unit = match before {
            Some(before) => Box::pin(unrendered(work, plan, before)).await?,
            None => unit,
        };
        return Ok((Given { reply: work.dressed(draft)?, shared_headers: None, notes }, unit));
    }
    let reply = work.dressed(draft)?;
    let (notes, unit) = scheduled(work, plan, responded(&reply, values), joined.then_some(texts), unit).await?;
    Ok((Given { reply, shared_headers: None, notes }, unit))
}

/// The effects of an answer that failed: those of its fields and content alone.
async fn unrendered(work: &Situation<'_>, plan: &ResponsePlan, unit: Unit) -> Result<Unit, Refusal> {
    Ok(Texts::render(work.site, plan.own_templates(), Context::default(), work.call(unit)).await?.1.unit)
}

/// An answer as callbacks speak of it, with what its templates have put aside: content that is sent as it is read is none.
fn responded<'a>(reply: &'a Reply, values: Option<&'a str>) -> Context<'a> {
    let body = reply.body.whole().map(|body| &**body).unwrap_or_default();
    let response = Responded { status: reply.status, headers: &reply.headers, body };
    Context { response: Some(response), data: values }
}

/// Schedules the callbacks of an answer. `joined` are the texts of the first of them, where they were rendered with it.
async fn scheduled(
    work: &Situation<'_>,
    plan: &ResponsePlan,
    context: Context<'_>,
    joined: Option<Texts>,
    unit: Unit,
) -> Result<(Vec<String>, Unit), Refusal> {
    if plan.callbacks.is_empty() {
        return Ok((vec![], unit));
    }
    if work.ends_chain() {
        return Ok((vec!["no callback is sent: the chain of callbacks is as long as it may be".into()], unit));
    }
    // Mockoon's templates of callbacks see no response.
    let response = context.response.filter(|_| work.site.mockoon().is_none());
    let context = Context { response, ..context };
    let occasion = callbacks::Occasion { context, target: None, turns: &work.request.id.to_string() };
    Box::pin(callbacks::schedule(work, &plan.callbacks, &occasion, joined, unit)).await
}

// === impl Situation ===

impl Situation<'_> {
    /// Values for the templates of a response and its callbacks: an operation's see the path below its service (`$path`).
    fn data(&self, plan: &ResponsePlan) -> Option<String> {
        self.operation().filter(|_| !(plan.templates.is_empty() && plan.callbacks.is_empty()))?;
        let own = serde_json::json!({"$path": self.resource_path()}).to_string();
        callbacks::both(Some(own), self.values.map(str::to_owned))
    }

    /// Whether so many callbacks led to the request that Mockoon sends no further ones.
    fn ends_chain(&self) -> bool {
        self.site.mockoon().is_some_and(|settings| self.request.depth >= settings.callback_depth_max)
    }

    /// The status that a template chose, else the response's own.
    ///
    /// # Errors
    /// When an answer can't have it: below 200 none can end one; but for Mockoon's conventions there are none above 599.
    pub(super) fn status(&self, chosen: Option<StatusCode>, own: StatusCode) -> Result<StatusCode, Refusal> {
        let status = chosen.unwrap_or(own);
        let most = if self.site.mockoon().is_some() { 999 } else { 599 };
        match (200..=most).contains(&status.as_u16()) {
            true => Ok(status),
            false => {
                let public = format!("status {} can't end an answer: 200 to {most} can", status.as_u16());
                Err(Refusal::new(Kind::Content, public))
            }
        }
    }

    /// A draft as it is sent.
    ///
    /// # Errors
    /// When it is too large.
    fn dressed(&self, draft: Draft) -> Result<Reply, Refusal> {
        let Draft { status, mut headers, content } = draft;
        let mockoon = self.site.mockoon().is_some();
        match content {
            Drafted::Failed(why) => self.conditional(express::message(status, headers, why)),
            Drafted::Text(body) if mockoon => self.conditional(express::text(status, headers, body)),
            Drafted::Text(body) => self.conditional(Sent { status, headers, body }),
            Drafted::Parts(body) => {
                express::unframed(&mut headers);
                if mockoon {
                    express::single_bytes(&mut headers);
                }
                Ok(Reply { status, headers, body })
            }
        }
    }

    /// An answer in memory, or where Mockoon's conventions hold what says that the client has it already.
    ///
    /// # Errors
    /// When it is too large.
    fn conditional(&self, sent: Sent) -> Result<Reply, Refusal> {
        let (most, got) = (self.door.gateway.limits.response_body_bytes, sent.body.len());
        if got > most {
            return Err(Refusal::new(Kind::AnswerTooLarge, format!("the answer has {got} bytes, {most} are sent")));
        }
        let sent = match self.site.mockoon() {
            Some(_) => express::unless_fresh(sent, &self.request.method, &self.request.headers),
            None => sent,
        };
        Ok(Reply { status: sent.status, headers: sent.headers, body: Body::Whole(sent.body) })
    }

    /// What is told instead of content whose template failed.
    ///
    /// # Errors
    /// That it failed, but for Mockoon's conventions.
    pub(super) fn template_failed(&self, why: &str) -> Result<String, Refusal> {
        match self.site.mockoon() {
            Some(_) => Ok(express::not_served(&why)),
            None => Err(Refusal::new(Kind::Plugin, format!("the body's template failed: {why}"))),
        }
    }

    /// What is told instead of a file's content.
    ///
    /// # Errors
    /// That it failed, but for Mockoon's conventions.
    pub(super) fn file_failed(&self, why: &str) -> Result<String, Refusal> {
        match self.site.mockoon() {
            Some(_) => Ok(express::file_not_served(&why)),
            None => Err(Refusal::new(Kind::Content, "the file of the answer can't be sent").with_detail(why)),
        }
    }

    /// The part of a file that the client asks for, as it wrote it.
    pub(super) fn range(&self) -> Option<&str> {
        self.request.headers.get(header::RANGE)?.to_str().ok()
    }
}
