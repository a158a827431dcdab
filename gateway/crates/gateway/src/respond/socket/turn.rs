//! One message of a WebSocket: a response is chosen, and its content made, each in a unit of work that is committed before
//! anything is sent.

use std::{sync::Arc, time::Duration};

use ringback_collection::sent;
use ringback_model::{
    http_values::Request,
    ports::Context,
    unit::{Scope, Unit, View},
};

use crate::{
    gateway::Door,
    http::refusal::Refusal,
    respond::{
        answering::Situation,
        choice::choose_for,
        served_file::{located, read_whole},
        texts::Texts,
        work::{Job, commit},
    },
    site::{ContentPlan, FilePlan, ResponsePlan, RoutePlan, Site, SocketPlan},
};

/// What one turn works with.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub(super) door: &'a Door,
    pub(super) site: &'a Site,
    pub(super) route: &'a RoutePlan,
    pub(super) plan: &'a SocketPlan,
    /// The request that opened the socket; its body is the message that is answered, its number counts the answers.
    pub(super) request: &'a Arc<Request>,
    /// Whether its body is a message.
    pub(super) is_message: bool,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// A text.
    Text(String),
    /// A text after which the socket is closed: the file that it was to be is not there.
    Last(String),
}

struct Choosing<'a>(Turn<'a>);

struct Making<'a> {
    turn: Turn<'a>,
    response: &'a ResponsePlan,
}

// === impl Turn ===

impl<'a> Turn<'a> {
    /// The index of the response that answers. Absent: none is meant.
    ///
    /// # Errors
    /// When a condition can't be tried, or the renderer failed.
    pub(super) async fn choose(self) -> Result<Option<usize>, Refusal> {
        Ok(commit(&self.door.gateway, &Choosing(self)).await?.0)
    }

    /// A response's content.
    ///
    /// # Errors
    /// When a template or the renderer failed.
    pub(super) async fn make(self, response: &'a ResponsePlan) -> Result<Said, Refusal> {
        Ok(commit(&self.door.gateway, &Making { turn: self, response }).await?.0)
    }

    fn situation(&self) -> Situation<'a> {
        Situation {
            door: self.door,
            site: self.site,
            route: Some(self.route),
            item: false,
            validates: false,
            path: None,
            values: None,
            request: self.request,
        }
    }
}

impl Job for Choosing<'_> {
    type Output = Option<usize>;

    fn scope(&self) -> Scope {
        self.0.situation().scope()
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        self.0.situation().unit(scope, view)
    }

    async fn run(&self, unit: Unit) -> Result<(Option<usize>, Unit), Refusal> {
        let Turn { plan, route, request, is_message, .. } = self.0;
        let text = is_message.then(|| String::from_utf8_lossy(&request.body));
        let (chooser, conditions) = (&plan.chooser, plan.conditions.as_slice());
        let (work, path) = (self.0.situation(), route.path.as_str());
        let (chosen, unit) = choose_for(&work, chooser, conditions, unit, path, text.as_deref()).await?;
        Ok((chosen.map(|(index, _)| index), unit))
    }

    fn hold(&self, _: &Option<usize>) -> Duration {
        Duration::ZERO
    }
}

impl Job for Making<'_> {
    type Output = Said;

    fn scope(&self) -> Scope {
        self.turn.situation().scope()
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        self.turn.situation().unit(scope, view)
    }

    async fn run(&self, mut unit: Unit) -> Result<(Said, Unit), Refusal> {
        let work = self.turn.situation();
        let numbers: Vec<usize> = self.response.content.template().into_iter().collect();
        let (mut texts, rendering) = Texts::render(work.site, &numbers, Context::default(), work.call(unit)).await?;
        unit = rendering.unit;
        let said = match &self.response.content {
            ContentPlan::Text(piece) => said(texts.take(piece)),
            ContentPlan::Bucket(name) => {
                let value = unit.read(name.as_str()).ok().flatten().map(sent).unwrap_or_default();
                Said::of(String::from_utf8_lossy(&value).into_owned())
            }
            // Only routes of collections have them.
            ContentPlan::Collection(_) => Said::Nothing,
            ContentPlan::File(file) => return filed(&work, file, &mut texts, unit).await,
        };
        Ok((said, unit))
    }

    fn hold(&self, _: &Said) -> Duration {
        Duration::ZERO
    }
}

/// A file's text. Its type does not matter here.
async fn filed(work: &Situation<'_>, file: &FilePlan, texts: &mut Texts, unit: Unit) -> Result<(Said, Unit), Refusal> {
    let path = match located(&file.path, texts) {
        Ok(path) => path,
        Err(why) => return Ok((said(Err(why)), unit)),
    };
    let bytes = match read_whole(&path, work.door.gateway.limits.response_body_bytes).await {
        Ok(bytes) => bytes,
        Err(why) => return Ok((Said::Last(format!("Status: 500, File reading error! ({why})")), unit)),
    };
    let source = String::from_utf8_lossy(&bytes);
    if !file.templated {
        return Ok((Said::of(source.into_owned()), unit));
    }
    let (text, unit) = work.site.late.render(&source, work.call(unit)).await?;
    Ok((said(text), unit))
}

/// What a template came to. One that failed says nothing, and the log why.
fn said(text: Result<String, String>) -> Said {
    text.map_or_else(
        |why| {
            tracing::warn!("a WebSocket's message was not sent, its template failed: {why}");
            Said::Nothing
        },
        Said::of,
    )
}

// === impl Said ===

impl Said {
    fn of(text: String) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }
}
