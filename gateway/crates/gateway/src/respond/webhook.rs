//! Fires a webhook: what it sends is rendered and scheduled as a response's callbacks are, in one unit of work. No request causes
//! it, so its templates see one without content and without fields.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Uri};
use ringback_model::{
    callback::Callback,
    http_values::{Params, Request},
    ids::SessionId,
    journal::{CallbackNote, Event},
    ports::{Context, Journal as _},
    time::Clock as _,
    unit::{Cause, Scope, Unit, View},
};

use super::{
    answering::Situation,
    callbacks::{self, Occasion},
    work::{Job, commit},
};
use crate::{
    gateway::Door,
    http::refusal::Refusal,
    site::{CallbackPlan, Site, WebhookPlan},
};

/// What is fired, and where to.
pub(crate) struct Shot<'a> {
    /// The webhook.
    pub(crate) webhook: &'a WebhookPlan,
    /// What is sent of it: all it has, or one.
    pub(crate) callbacks: &'a [CallbackPlan],
    /// The URL, as it is sent.
    pub(crate) target: &'a str,
    /// Whose buckets its templates see, and whose callbacks they are.
    pub(crate) session: SessionId,
}

/// What came of it.
pub(crate) struct Fired {
    /// What is in the queue now.
    pub(crate) scheduled: Vec<Arc<Callback>>,
    /// A line for each that is not.
    pub(crate) notes: Vec<String>,
}

/// A shot as a job that may run more than once.
struct Firing<'a> {
    work: Situation<'a>,
    shot: &'a Shot<'a>,
}

/// Schedules what a webhook sends, one after the other.
///
/// # Errors
/// When the renderer or the store failed: nothing is scheduled then.
pub(crate) async fn fire(door: &Door, site: &Site, shot: &Shot<'_>) -> Result<Fired, Refusal> {
    let gateway = &door.gateway;
    let request = Arc::new(nobodys(door, shot));
    let request = &request;
    let work = Situation { door, site, route: None, item: false, validates: false, path: None, values: None, request };
    let (notes, committed) = commit(gateway, &Firing { work, shot }).await?;
    let at = gateway.clock.now();
    for callback in &committed.scheduled {
        gateway.journal.record(Event::Scheduled(CallbackNote::of(callback.clone(), at)));
    }
    drop(committed.telling);
    Ok(Fired { scheduled: committed.scheduled, notes })
}

/// The request that stands for none; its id is that of the shot.
fn nobodys(door: &Door, shot: &Shot<'_>) -> Request {
    Request {
        id: door.gateway.next_id(),
        received: door.gateway.clock.now(),
        session: shot.session.clone(),
        method: shot.webhook.method.clone(),
        uri: Uri::from_static("/"),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        route: shot.webhook.route.clone(),
        params: Params::new(),
        number: 0,
        origin: door.origin.clone(),
        client: Ipv4Addr::LOCALHOST.into(),
        cause: None,
        depth: 0,
    }
}

// === impl Firing ===

impl Job for Firing<'_> {
    type Output = Vec<String>;

    fn scope(&self) -> Scope {
        self.work.scope()
    }

    fn unit(&self, scope: Scope, view: View) -> Unit {
        Unit::new(scope, self.shot.webhook.route.clone(), Cause::Webhook(self.work.request.id), 0, view)
    }

    fn hold(&self, _: &Vec<String>) -> Duration {
        Duration::ZERO
    }

    async fn run(&self, unit: Unit) -> Result<(Vec<String>, Unit), Refusal> {
        let turns = self.work.request.id.to_string();
        let occasion = Occasion { context: Context::default(), target: Some(self.shot.target), turns: &turns };
        callbacks::schedule(&self.work, self.shot.callbacks, &occasion, None, unit).await
    }
}
