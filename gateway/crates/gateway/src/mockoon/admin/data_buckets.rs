//! `/data-buckets`: what there is, the content of one, and all of them made anew.

use http::StatusCode;
use ringback_model::{
    environment::Bucket,
    fault::CommitError,
    ids::{BucketName, RequestId},
    json::Json,
    limits::UNIT_ATTEMPTS_MAX,
    seed::Seed,
    time::Clock,
    unit::{BucketError, Cause, Change, Document, Scope, Unit, View},
};
use ringback_values::{Text, Value, json};

use super::{Caller, Reply, object, text};
use crate::site::{Site, anew};

/// How a bucket stands.
pub(super) struct Standing {
    uuid: Value,
    id: Value,
    name: Value,
    value: Value,
    /// Whether its template has been rendered.
    parsed: bool,
    valid: bool,
}

impl Caller<'_> {
    pub(super) async fn data_buckets(&self) -> Reply {
        match self.standings().await {
            Ok(all) => Reply::ok(&Value::array(all.iter().map(Standing::listed).collect())),
            Err(reply) => reply,
        }
    }

    pub(super) async fn data_bucket(&self, name: &str) -> Reply {
        let name = name.to_lowercase();
        match self.standings().await {
            Ok(all) => match all.iter().find(|bucket| bucket.is(&name)) {
                Some(bucket) => Reply::ok(&bucket.whole()),
                None => Reply::message(StatusCode::NOT_FOUND, "Data bucket not found"),
            },
            Err(reply) => reply,
        }
    }

    pub(super) async fn purge_data_buckets(&self) -> Reply {
        match self.make_anew(|made| made).await {
            Ok(()) => Reply::done("Data buckets have been reset to their initial state"),
            Err(reply) => reply,
        }
    }

    /// Makes all buckets anew; `globals` says what becomes of the global variables that their templates leave.
    pub(super) async fn make_anew(&self, globals: impl Fn(Document) -> Document) -> Result<(), Reply> {
        let gateway = &self.door.gateway;
        let seed = Seed(gateway.seed.of_request(gateway.next_id()).next_u64());
        let view = self.view().await?;
        let mut made = anew(self.site, view.get(BucketName::GLOBALS), gateway.clock.now(), seed).await;
        for (_, document) in made.iter_mut().filter(|(name, _)| name.is_hidden()) {
            *document = globals(document.clone());
        }
        self.change(|unit| made.iter().try_for_each(|(name, made)| unit.change(name.as_str(), restoring(made)))).await
    }

    /// Puts back the buckets whose content at start another site has changed.
    pub(super) async fn restore_changed(&self, site: &Site) -> Result<(), Reply> {
        let before = |name: &BucketName| self.site.seeds.iter().find(|(known, _)| known == name).map(|(_, seed)| seed);
        let now = |name: &BucketName| site.seeds.iter().find(|(known, _)| known == name).map(|(_, seed)| seed);
        self.restore(site, |name| before(name).map(content) != now(name).map(content)).await
    }

    async fn restore(&self, site: &Site, which: impl Fn(&BucketName) -> bool) -> Result<(), Reply> {
        let seeds = || site.seeds.iter().filter(|(name, _)| which(name));
        self.change(|unit| seeds().try_for_each(|(name, seed)| unit.change(name.as_str(), restoring(seed)))).await
    }

    /// The environment's own buckets, in the order of the document.
    pub(super) async fn standings(&self) -> Result<Vec<Standing>, Reply> {
        let view = self.view().await?;
        let environment = self.environment();
        let buckets = environment.iter().flat_map(|environment| &environment.buckets);
        Ok(buckets.map(|bucket| Standing::of(bucket, &view)).collect())
    }

    pub(super) async fn view(&self) -> Result<View, Reply> {
        let view = self.door.gateway.store.view(&self.scope()).await;
        view.map_err(|error| Reply::message(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()))
    }

    fn scope(&self) -> Scope {
        Scope { environment: self.site.name.clone(), session: self.session.clone() }
    }

    /// Makes a change as one unit of work, again when what it read moved meanwhile.
    pub(super) async fn change(&self, mut work: impl FnMut(&mut Unit) -> Result<(), BucketError>) -> Result<(), Reply> {
        let gateway = &self.door.gateway;
        let refused = |error: String| Reply::message(StatusCode::SERVICE_UNAVAILABLE, &error);
        for _ in 0..UNIT_ATTEMPTS_MAX {
            // An operator's change causes no callbacks, so no id is ever made from this cause.
            let cause = Cause::Request(RequestId { tag: 0, number: 0 });
            let view = self.view().await?;
            let mut unit = Unit::new(self.scope(), self.site.unrouted.clone(), cause, 0, view);
            work(&mut unit).map_err(|error| refused(error.to_string()))?;
            match gateway.store.commit(unit.finish(gateway.clock.now())).await {
                Ok(_) => return Ok(()),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Store(error)) => return Err(refused(error.to_string())),
            }
        }
        Err(refused("the buckets are changed by too many at once, try again".into()))
    }
}

fn restoring(seed: &Document) -> Change {
    Change::Restore(Box::new(seed.clone()))
}

fn content(document: &Document) -> (bool, Option<String>) {
    (document.waits, document.value.as_ref().map(Json::to_text))
}

/// A document's value as JavaScript has it.
pub(super) fn value(value: &Json) -> Value {
    json::parse(&Text::from(value.to_text())).unwrap_or_default()
}

// === impl Standing ===

impl Standing {
    fn of(bucket: &Bucket, view: &View) -> Self {
        let document = view.get(bucket.name.as_str());
        let found = document.and_then(|document| document.value.as_ref());
        let waits = document.is_some_and(|document| document.waits);
        let optional = |part: Option<&std::sync::Arc<str>>| part.map_or(Value::Undefined, |part| text(part));
        Self {
            uuid: optional(bucket.uuid.as_ref()),
            id: optional(bucket.id.as_ref()),
            name: text(bucket.name.as_str()),
            value: found.map(value).unwrap_or_default(),
            parsed: !waits,
            // A text that was no JSON is kept as a string.
            valid: !waits && !matches!(found, Some(Json::String(_))),
        }
    }

    /// By name in whatever case, id or uuid; `name` in lower case.
    fn is(&self, name: &str) -> bool {
        let same = |part: &Value| part.as_text().is_some_and(|part| part.as_str() == name);
        same(&self.id) || same(&self.uuid) || self.name.as_text().is_some_and(|own| own.to_lowercase() == name)
    }

    /// As a list has it.
    fn listed(&self) -> Value {
        let (id, name) = (self.id.clone(), self.name.clone());
        object([
            ("id", id),
            ("name", name),
            ("parsed", Value::Bool(self.parsed)),
            ("validJson", Value::Bool(self.valid)),
        ])
    }

    fn whole(&self) -> Value {
        object([
            ("uuid", self.uuid.clone()),
            ("id", self.id.clone()),
            ("name", self.name.clone()),
            ("value", self.value.clone()),
            ("parsed", Value::Bool(self.parsed)),
            ("validJson", Value::Bool(self.valid)),
        ])
    }

    /// As an event has it.
    pub(super) fn announced(&self) -> Value {
        object([
            ("uuid", self.uuid.clone()),
            ("id", self.id.clone()),
            ("name", self.name.clone()),
            ("parsed", Value::Bool(self.parsed)),
            ("validJson", Value::Bool(self.valid)),
        ])
    }
}
