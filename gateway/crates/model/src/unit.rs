//! The unit of work: everything one plugin call changes. It commits whole or not at all.
//!
//! A call reads a [`View`], a consistent state of the buckets that costs nothing to take. Its changes are staged in the
//! [`Unit`]: the call sees them, nobody else does. [`Unit::finish`] turns a unit into [`Changes`], which a store applies
//! in one step with [`Changes::apply`]: a bucket that the call saw as it is takes the changes; one that moved, but was only
//! written blindly, takes them too if they still fit; one that moved and was read is a conflict, and the call runs again.
//! All of this is arithmetic on values, so every store, memory or database, behaves the same.
//!
//! A change that nobody reads within the call is only checked while it is staged, and made when it is applied, in place: by
//! then the call's own view is gone, so that a push copies nothing at all unless another call is reading that bucket.

use std::{sync::Arc, time::Duration};

use imbl::OrdMap;

use crate::{
    callback::{Callback, CallbackState, Outgoing},
    ids::{BucketName, CallbackId, CallbackName, EnvironmentName, PluginName, RequestId, RouteName, SessionId},
    json::{Json, JsonError, Number},
    limits,
    path::DataPath,
    time::Timestamp,
};

/// Whose state: one environment's in one session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The environment.
    pub environment: EnvironmentName,
    /// The session.
    pub session: SessionId,
}

/// One bucket's document at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Grows by one with every commit that changes the bucket.
    pub version: u64,
    /// The content.
    pub value: Json,
    /// About how many bytes it takes.
    pub bytes: usize,
}

/// The buckets of one scope at one moment. Cloning is free.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View(OrdMap<BucketName, Document>);

/// What caused a callback, and what its id is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A request.
    Request(RequestId),
    /// Another callback's outcome.
    Callback(CallbackId),
}

/// One change of one bucket. It reads nothing, so it can be applied to a newer document.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Puts a value at a path.
    Set(Box<str>, Json),
    /// Appends to the array at a path.
    Push(Box<str>, Json),
    /// Copies members into the object at a path.
    Merge(Box<str>, Json),
    /// Removes what is at a path.
    Del(Box<str>),
}

/// Why a bucket did not do as asked. The same cases as `error` of the WIT interface `buckets`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// There is no such bucket.
    #[error("there is no bucket `{0}`")]
    NoSuchBucket(String),
    /// The path leads nowhere, or the value is of another type.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A limit. Says which.
    #[error("{0}")]
    TooLarge(String),
}

/// A callback that a call wants sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Its name in the journal.
    pub name: CallbackName,
    /// What to send.
    pub outgoing: Outgoing,
    /// Counted from the commit; clamped to [`CALLBACK_DELAY_MAX`](limits::CALLBACK_DELAY_MAX).
    pub delay: Duration,
    /// Callbacks of one key are sent one after the other. Absent: no order.
    pub ordering_key: Option<Arc<str>>,
    /// A second callback of the same key is not scheduled. Absent: always a new one.
    pub idempotency_key: Option<Arc<str>>,
    /// The policy plugin. Absent: one attempt, any 2xx is success.
    pub policy: Option<PluginName>,
    /// How long an attempt may take.
    pub timeout: Duration,
}

/// The effects of one call while it runs.
#[derive(Debug, Clone)]
pub struct Unit {
    scope: Scope,
    route: RouteName,
    cause: Cause,
    depth: u32,
    view: View,
    seen: Vec<(BucketName, Seen)>,
    scheduled: Vec<(CallbackId, Schedule)>,
    /// Callbacks scheduled so far, those taken back included: an id is never given twice.
    ordinals: usize,
    cancelled: Vec<CallbackId>,
    staged_bytes: usize,
}

/// A bucket as a call sees it.
#[derive(Debug, Clone)]
struct Seen {
    document: Document,
    touched: Touched,
}

/// What a call did with one bucket.
#[derive(Debug, Clone)]
struct Touched {
    /// The version that the call saw.
    base: u64,
    read: bool,
    changes: Vec<Change>,
    /// The document with all changes made. Absent: nobody has asked for it.
    changed: Option<Document>,
}

/// How a bucket takes the changes of a call.
enum Taking {
    Nothing,
    InPlace,
    Instead(Document),
}

/// The effects of one call, ready to commit.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Whose state changes.
    pub scope: Scope,
    /// Callbacks to put in the queue, with their due times, in the order of scheduling.
    pub scheduled: Vec<Callback>,
    /// Callbacks to cancel where they are still pending.
    pub cancelled: Vec<CallbackId>,
    touched: Vec<(BucketName, Touched)>,
}

// === impl View ===

impl View {
    /// A view of documents as they are at start: version 1.
    pub fn seeded(buckets: impl IntoIterator<Item = (BucketName, Json)>) -> Self {
        Self(buckets.into_iter().map(|(name, value)| (name, Document::new(value))).collect())
    }

    /// One bucket's document.
    pub fn get(&self, bucket: &str) -> Option<&Document> {
        self.0.get(bucket)
    }

    /// The buckets by name.
    pub fn iter(&self) -> impl Iterator<Item = (&BucketName, &Document)> {
        self.0.iter()
    }

    /// One bucket's document, to be changed.
    pub fn get_mut(&mut self, bucket: &str) -> Option<&mut Document> {
        self.0.get_mut(bucket)
    }

    /// Puts a document in place of what was there.
    pub fn insert(&mut self, bucket: BucketName, document: Document) {
        self.0.insert(bucket, document);
    }

    /// Forgets a bucket.
    pub fn remove(&mut self, bucket: &str) {
        self.0.remove(bucket);
    }
}

// === impl Document ===

impl Document {
    /// A document that nobody has changed.
    pub fn new(value: Json) -> Self {
        Self { version: 1, bytes: value.weight(), value }
    }

    /// Makes a change.
    fn apply(&mut self, change: Change) -> Result<(), BucketError> {
        let brought = change.weight();
        let removed = match change {
            Change::Set(path, value) => self.value.set(&DataPath::parse(&path), value)?.weight(),
            Change::Push(path, value) => {
                self.value.push(&DataPath::parse(&path), value)?;
                0
            }
            Change::Merge(path, value) => {
                self.value.merge(&DataPath::parse(&path), &value)?;
                0
            }
            Change::Del(path) => self.value.del(&DataPath::parse(&path)).map_or(0, |gone| gone.weight()),
        };
        self.bytes = (self.bytes + brought).saturating_sub(removed);
        Ok(())
    }

    /// Whether a change can be made.
    fn takes(&self, bucket: &str, change: &Change) -> Result<(), BucketError> {
        if self.bytes + change.weight() > limits::BUCKET_MAX_BYTES {
            let most = limits::BUCKET_MAX_BYTES;
            return Err(BucketError::TooLarge(format!("bucket `{bucket}` may hold at most {most} bytes")));
        }
        match change {
            Change::Set(path, _) => self.value.can_set(&DataPath::parse(path))?,
            Change::Push(path, _) => self.value.can_push(&DataPath::parse(path))?,
            Change::Merge(path, value) => self.value.can_merge(&DataPath::parse(path), value)?,
            Change::Del(_) => {}
        }
        Ok(())
    }
}

// === impl Change ===

impl Change {
    /// About how many bytes the change brings.
    fn weight(&self) -> usize {
        match self {
            Self::Set(path, value) | Self::Push(path, value) | Self::Merge(path, value) => path.len() + value.weight(),
            Self::Del(_) => 0,
        }
    }
}

// === impl Unit ===

impl Unit {
    /// An empty unit over a view.
    pub fn new(scope: Scope, route: RouteName, cause: Cause, depth: u32, view: View) -> Self {
        Self { scope, route, cause, depth, view, seen: vec![], scheduled: vec![], ordinals: 0, cancelled: vec![], staged_bytes: 0 }
    }

    /// Whose state it works on.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.scheduled.is_empty() && self.cancelled.is_empty() && self.seen.iter().all(|(_, seen)| seen.touched.changes.is_empty())
    }

    /// The names of the buckets there are.
    pub fn buckets(&self) -> impl Iterator<Item = &BucketName> {
        self.view.iter().map(|(name, _)| name)
    }

    /// Reads a bucket, this unit's own changes included, and remembers that it was read.
    ///
    /// # Errors
    /// When there is no such bucket.
    pub fn read(&mut self, bucket: &str) -> Result<&Json, BucketError> {
        let seen = self.see(bucket)?;
        seen.touched.read = true;
        Ok(&seen.changed()?.value)
    }

    /// Stages a change.
    ///
    /// # Errors
    /// When there is no such bucket, the path leads nowhere, the type is another, or a limit is reached. Nothing is
    /// staged then.
    pub fn change(&mut self, bucket: &str, change: Change) -> Result<(), BucketError> {
        let weight = change.weight();
        if self.staged_bytes + weight > limits::CALL_STAGED_MAX_BYTES {
            let most = limits::CALL_STAGED_MAX_BYTES;
            return Err(BucketError::TooLarge(format!("a call may stage at most {most} bytes of bucket changes")));
        }
        self.see(bucket)?.change(bucket, change)?;
        self.staged_bytes += weight;
        Ok(())
    }

    /// Adds to the number at a path (absent counts as 0), and returns the sum. Counts as a read.
    ///
    /// # Errors
    /// As [`Unit::change`]; also when what is there is no number.
    pub fn increment(&mut self, bucket: &str, path: &str, by: f64) -> Result<f64, BucketError> {
        let now = match self.read(bucket)?.at(&DataPath::parse(path)) {
            None | Some(Json::Null) => 0.0,
            Some(Json::Number(number)) => number.as_f64().unwrap_or(0.0),
            Some(other) => return Err(JsonError::WrongType { wanted: "number", found: other.kind() }.into()),
        };
        let sum = now + by;
        self.change(bucket, Change::Set(path.into(), number(sum)))?;
        Ok(sum)
    }

    /// Stages a callback and returns its id.
    ///
    /// # Errors
    /// When the call, or the chain that it belongs to, has as many as it may.
    pub fn schedule(&mut self, schedule: Schedule) -> Result<CallbackId, String> {
        if self.scheduled.len() >= limits::CALL_CALLBACKS_MAX {
            return Err(format!("a call may schedule at most {} callbacks", limits::CALL_CALLBACKS_MAX));
        }
        if self.depth >= limits::CALLBACK_DEPTH_MAX {
            return Err(format!("a chain may have at most {} callbacks", limits::CALLBACK_DEPTH_MAX));
        }
        self.ordinals += 1;
        let ordinal = self.ordinals;
        let id = match &self.cause {
            Cause::Request(request) => CallbackId::of_request(*request, ordinal),
            Cause::Callback(callback) => callback.of_callback(ordinal),
        };
        self.scheduled.push((id.clone(), schedule));
        Ok(id)
    }

    /// Stages the cancelling of a callback. One that this unit has scheduled is simply taken back.
    pub fn cancel(&mut self, id: CallbackId) {
        let before = self.scheduled.len();
        self.scheduled.retain(|(scheduled, _)| *scheduled != id);
        if self.scheduled.len() == before {
            self.cancelled.push(id);
        }
    }

    /// The callbacks staged so far.
    pub fn scheduled(&self) -> &[(CallbackId, Schedule)] {
        &self.scheduled
    }

    /// The callbacks of earlier calls that this one cancels.
    pub fn cancelled(&self) -> &[CallbackId] {
        &self.cancelled
    }

    /// Ends the unit at a moment of the gateway's time, from which the delays of its callbacks count.
    pub fn finish(self, at: Timestamp) -> Changes {
        let Self { scope, route, cause, depth, view, seen, scheduled, cancelled, .. } = self;
        // What the call saw goes first: a document that nobody else holds is changed in place.
        drop(view);
        let touched = seen.into_iter().map(|(name, seen)| (name, seen.touched)).collect();
        let scheduled = scheduled.into_iter().map(|(id, schedule)| Callback {
            id,
            name: schedule.name,
            scope: scope.clone(),
            route: route.clone(),
            cause: cause.clone(),
            depth: depth + 1,
            outgoing: schedule.outgoing,
            created: at,
            due: at.after(schedule.delay.min(limits::CALLBACK_DELAY_MAX)),
            ordering_key: schedule.ordering_key,
            idempotency_key: schedule.idempotency_key,
            policy: schedule.policy,
            timeout: schedule.timeout,
            state: CallbackState::Pending,
            attempts: vec![],
        });
        Changes { scheduled: scheduled.collect(), scope, cancelled, touched }
    }

    fn see(&mut self, bucket: &str) -> Result<&mut Seen, BucketError> {
        let at = match self.seen.iter().position(|(name, _)| name.as_str() == bucket) {
            Some(at) => at,
            None => {
                let (name, document) = self.view.0.get_key_value(bucket).ok_or_else(|| BucketError::NoSuchBucket(bucket.into()))?;
                let touched = Touched { base: document.version, read: false, changes: vec![], changed: None };
                self.seen.push((name.clone(), Seen { document: document.clone(), touched }));
                self.seen.len() - 1
            }
        };
        self.seen.get_mut(at).map(|(_, seen)| seen).ok_or_else(|| BucketError::NoSuchBucket(bucket.into()))
    }
}

// === impl Seen ===

impl Seen {
    /// The document with all changes made.
    fn changed(&mut self) -> Result<&mut Document, BucketError> {
        if self.touched.changes.is_empty() {
            return Ok(&mut self.document);
        }
        if self.touched.changed.is_none() {
            let mut document = self.document.clone();
            self.touched.changes.iter().try_for_each(|change| document.apply(change.clone()))?;
            self.touched.changed = Some(document);
        }
        Ok(self.touched.changed.as_mut().unwrap_or(&mut self.document))
    }

    /// Stages a change. The first one is only checked; later ones are made, since they may depend on those before.
    fn change(&mut self, bucket: &str, change: Change) -> Result<(), BucketError> {
        let first = self.touched.changes.is_empty();
        let document = self.changed()?;
        document.takes(bucket, &change)?;
        if !first {
            document.apply(change.clone())?;
        }
        self.touched.changes.push(change);
        Ok(())
    }
}

// === impl Changes ===

impl Changes {
    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.scheduled.is_empty() && self.cancelled.is_empty() && !self.changes_buckets()
    }

    /// Whether any bucket changes.
    pub fn changes_buckets(&self) -> bool {
        self.touched.iter().any(|(_, touched)| !touched.changes.is_empty())
    }

    /// The buckets that change.
    pub fn changed(&self) -> impl Iterator<Item = &BucketName> {
        self.touched.iter().filter(|(_, touched)| !touched.changes.is_empty()).map(|(name, _)| name)
    }

    /// The buckets that were read or change: what a store must hold still while it resolves.
    pub fn buckets(&self) -> impl Iterator<Item = &BucketName> {
        self.touched.iter().map(|(name, _)| name)
    }

    /// Makes the changes, all of them or none, and returns the documents that they took the place of, for the caller to
    /// free once it holds no lock.
    ///
    /// # Errors
    /// Names a bucket that moved in a way that the call must see: run it again.
    pub fn apply(&mut self, current: &mut View) -> Result<Vec<Document>, BucketName> {
        let taking = |(name, touched): &(BucketName, Touched)| {
            let document = current.get(name.as_str()).ok_or_else(|| name.clone())?;
            touched.taking(document).ok_or_else(|| name.clone())
        };
        let takings: Vec<Taking> = self.touched.iter().map(taking).collect::<Result<_, BucketName>>()?;
        let mut replaced = Vec::new();
        for ((name, touched), taking) in self.touched.iter_mut().zip(takings) {
            let Some(document) = current.get_mut(name.as_str()) else { continue };
            let version = document.version + 1;
            match taking {
                Taking::Nothing => continue,
                Taking::Instead(changed) => replaced.push(std::mem::replace(document, changed)),
                // The one change was found to fit.
                Taking::InPlace => touched.changes.drain(..).for_each(|change| drop(document.apply(change))),
            }
            document.version = version;
        }
        Ok(replaced)
    }
}

// === impl Touched ===

impl Touched {
    /// How a document takes the changes. Absent: the call must see it first, or one of them no longer fits.
    fn taking(&self, document: &Document) -> Option<Taking> {
        let moved = document.version != self.base;
        match (self.changes.as_slice(), &self.changed) {
            _ if moved && self.read => None,
            ([], _) => Some(Taking::Nothing),
            (_, Some(changed)) if !moved => Some(Taking::Instead(changed.clone())),
            ([change], _) => document.takes("", change).ok().map(|()| Taking::InPlace),
            (changes, _) => {
                let mut document = document.clone();
                for change in changes {
                    document.takes("", change).and_then(|()| document.apply(change.clone())).ok()?;
                }
                Some(Taking::Instead(document))
            }
        }
    }
}

/// A sum as JSON: an integer where it is one, as JavaScript prints it.
fn number(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Json::Number((value as i64).into());
    }
    Number::from_f64(value).map_or(Json::Null, Json::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(text: &str) -> View {
        View::seeded([(BucketName::try_new("orders").unwrap(), Json::parse(text).unwrap())])
    }

    fn unit(view: &View) -> Unit {
        let scope = Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() };
        let cause = Cause::Request(RequestId { tag: 1, number: 1 });
        Unit::new(scope, RouteName::try_new("POST /orders").unwrap(), cause, 0, view.clone())
    }

    fn push(unit: &mut Unit, value: u64) -> Result<(), BucketError> {
        unit.change("orders", Change::Push("".into(), Json::Number(value.into())))
    }

    fn commit(view: &mut View, unit: Unit) -> Result<(), BucketName> {
        unit.finish(Timestamp::default()).apply(view).map(drop)
    }

    fn orders(view: &View) -> String {
        view.get("orders").unwrap().value.to_text()
    }

    #[test]
    fn a_unit_sees_its_own_changes_and_nobody_else_does() {
        let before = view("[]");
        let mut unit = unit(&before);
        push(&mut unit, 1).unwrap();
        assert_eq!(unit.read("orders").unwrap().to_text(), "[1]");
        assert_eq!(orders(&before), "[]");
    }

    #[test]
    fn blind_pushes_of_two_units_both_stay() {
        let mut view = view("[]");
        let (mut one, mut two) = (unit(&view), unit(&view));
        push(&mut one, 1).unwrap();
        push(&mut two, 2).unwrap();
        commit(&mut view, one).unwrap();
        commit(&mut view, two).unwrap();
        assert_eq!(orders(&view), "[1,2]");
        assert_eq!(view.get("orders").unwrap().version, 3);
    }

    #[test]
    fn a_bucket_that_was_read_and_moved_is_a_conflict() {
        let mut view = view(r#"{"n":1}"#);
        let (mut one, mut two) = (unit(&view), unit(&view));
        assert_eq!(one.increment("orders", "n", 1.0), Ok(2.0));
        assert_eq!(two.increment("orders", "n", 1.0), Ok(2.0));
        commit(&mut view, one).unwrap();
        assert_eq!(commit(&mut view, two).unwrap_err().as_str(), "orders");
        assert_eq!(orders(&view), r#"{"n":2}"#);
    }

    #[test]
    fn a_blind_change_that_no_longer_fits_is_a_conflict() {
        let mut view = view("[]");
        let (mut one, mut two) = (unit(&view), unit(&view));
        one.change("orders", Change::Set("".into(), Json::Null)).unwrap();
        push(&mut two, 2).unwrap();
        commit(&mut view, one).unwrap();
        assert!(commit(&mut view, two).is_err());
        assert_eq!(orders(&view), "null");
    }

    #[test]
    fn several_changes_of_one_bucket_build_on_each_other() {
        let mut view = view("1");
        let (mut one, mut two) = (unit(&view), unit(&view));
        for unit in [&mut one, &mut two] {
            unit.change("orders", Change::Set("".into(), Json::array())).unwrap();
            push(unit, 1).unwrap();
            push(unit, 2).unwrap();
        }
        let mut three = unit(&view);
        three.change("orders", Change::Set("".into(), Json::object())).unwrap();
        assert!(push(&mut three, 3).is_err(), "the object that was staged is no array");
        commit(&mut view, one).unwrap();
        commit(&mut view, two).unwrap();
        assert_eq!(orders(&view), "[1,2]");
    }

    #[test]
    fn nothing_of_a_unit_is_made_when_one_of_its_buckets_is_a_conflict() {
        let names = ["a", "b"].map(|name| BucketName::try_new(name).unwrap());
        let mut view = View::seeded(names.clone().map(|name| (name, Json::array())));
        let mut both = unit(&view);
        both.change("a", Change::Push("".into(), Json::Null)).unwrap();
        both.read("b").unwrap();
        let mut other = unit(&view);
        other.change("b", Change::Push("".into(), Json::Null)).unwrap();
        commit(&mut view, other).unwrap();
        assert_eq!(commit(&mut view, both).unwrap_err(), names[1]);
        assert_eq!(view.get("a").unwrap().value.to_text(), "[]");
    }

    #[test]
    fn a_refused_change_stages_nothing() {
        let mut unit = unit(&view(r#"{"a":1}"#));
        assert!(push(&mut unit, 1).is_err());
        assert!(unit.change("nope", Change::Del("".into())).is_err());
        let huge = Json::from("x".repeat(limits::CALL_STAGED_MAX_BYTES).as_str());
        assert!(matches!(unit.change("orders", Change::Set("a".into(), huge)), Err(BucketError::TooLarge(_))));
        assert!(unit.is_empty());
    }

    #[test]
    fn an_id_that_was_taken_back_is_not_given_again() {
        let schedule = Schedule {
            name: CallbackName::try_new("paid").unwrap(),
            outgoing: Outgoing::try_new("POST", "http://localhost/", [], bytes::Bytes::new()).unwrap(),
            delay: Duration::ZERO,
            ordering_key: None,
            idempotency_key: None,
            policy: None,
            timeout: limits::ATTEMPT_TIMEOUT,
        };
        let mut unit = unit(&view("[]"));
        let first = unit.schedule(schedule.clone()).unwrap();
        let second = unit.schedule(schedule.clone()).unwrap();
        unit.cancel(first);
        let third = unit.schedule(schedule).unwrap();
        assert_ne!(second, third);
        assert_eq!(unit.scheduled().len(), 2);
    }

    #[test]
    fn the_size_of_a_bucket_follows_its_changes() {
        let mut view = view("[]");
        let empty = view.get("orders").unwrap().bytes;
        for n in 0..100 {
            let mut unit = unit(&view);
            push(&mut unit, n).unwrap();
            commit(&mut view, unit).unwrap();
        }
        let full = view.get("orders").unwrap();
        assert_eq!(full.bytes, full.value.weight());
        let mut unit = unit(&view);
        unit.change("orders", Change::Set("".into(), Json::array())).unwrap();
        commit(&mut view, unit).unwrap();
        assert_eq!(view.get("orders").unwrap().bytes, empty);
    }
}
