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

use crate::{
    callback::{Callback, CallbackState, Outgoing, PolicyUse, Scheduler},
    environment::StatusRange,
    ids::{BucketName, CallbackId, CallbackName, EnvironmentName, RequestId, RouteName, SessionId},
    json::{Json, JsonError, Number},
    limits,
    path::DataPath,
    time::Timestamp,
};

mod changes;
mod document;

pub use self::{
    changes::Changes,
    document::{BucketError, Change, Document, View},
};
use changes::Touched;

/// Whose state: one environment's in one session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The environment.
    pub environment: EnvironmentName,
    /// The session.
    pub session: SessionId,
}

/// What caused a callback, and what its id is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A request.
    Request(RequestId),
    /// Another callback's outcome.
    Callback(CallbackId),
    /// A webhook that was fired, by an operator or at a registration's time: numbered like a request.
    Webhook(RequestId),
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
    /// Who decides how it is delivered. Absent: one attempt, and [`Schedule::expects`] tells success.
    pub policy: Option<PolicyUse>,
    /// Which statuses mean that it was taken, where no policy decides. Empty: any 2xx.
    pub expects: Vec<StatusRange>,
    /// The plugin that asks for it. Absent: the document does.
    pub scheduled_by: Option<Scheduler>,
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
    depth_max: u32,
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

// === impl Unit ===

impl Unit {
    /// An empty unit over a view.
    pub fn new(scope: Scope, route: RouteName, cause: Cause, depth: u32, view: View) -> Self {
        Self {
            scope,
            route,
            cause,
            depth,
            depth_max: limits::CALLBACK_DEPTH_MAX,
            view,
            seen: vec![],
            scheduled: vec![],
            ordinals: 0,
            cancelled: vec![],
            staged_bytes: 0,
        }
    }

    /// Whose state it works on.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.scheduled.is_empty()
            && self.cancelled.is_empty()
            && self.seen.iter().all(|(_, seen)| seen.touched.changes.is_empty())
    }

    /// The names of the buckets there are, hidden ones included.
    pub fn buckets(&self) -> impl Iterator<Item = &BucketName> {
        self.view.iter().map(|(name, _)| name)
    }

    /// Reads a bucket's content, this unit's own changes included, and remembers that it was read. Absent: it has none.
    ///
    /// # Errors
    /// When there is no such bucket.
    pub fn read(&mut self, bucket: &str) -> Result<Option<&Json>, BucketError> {
        let seen = self.see(bucket)?;
        seen.touched.read = true;
        Ok(seen.changed()?.value.as_ref())
    }

    /// A bucket's document, this unit's own changes included, for who needs no more of it than that a change fits, which
    /// is looked at again when it is made: that the bucket was read is not remembered.
    ///
    /// # Errors
    /// When there is no such bucket.
    pub fn glance(&mut self, bucket: &str) -> Result<&Document, BucketError> {
        Ok(self.see(bucket)?.changed()?)
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
        let now = match self.read(bucket)?.and_then(|value| value.at(&DataPath::parse(path))) {
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
        if self.depth >= self.depth_max {
            return Err(format!("a chain may have at most {} callbacks", self.depth_max));
        }
        self.ordinals += 1;
        let ordinal = self.ordinals;
        let id = match &self.cause {
            Cause::Request(request) | Cause::Webhook(request) => CallbackId::of_request(*request, ordinal),
            Cause::Callback(callback) => callback.of_callback(ordinal),
        };
        self.scheduled.push((id.clone(), schedule));
        Ok(id)
    }

    /// Sets how long a chain of callbacks may be, in place of [`CALLBACK_DEPTH_MAX`](limits::CALLBACK_DEPTH_MAX).
    pub fn with_depth_max(self, depth_max: u32) -> Self {
        Self { depth_max, ..self }
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
            expects: schedule.expects,
            scheduled_by: schedule.scheduled_by,
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
                let (name, document) =
                    self.view.0.get_key_value(bucket).ok_or_else(|| BucketError::NoSuchBucket(bucket.into()))?;
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

/// A sum as JSON: an integer where it is one, as JavaScript prints it.
fn number(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Json::Number((value as i64).into());
    }
    Number::from_f64(value).map_or(Json::Null, Json::Number)
}

#[cfg(test)]
mod tests;
