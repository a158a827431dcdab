//! Runs a plugin call as a unit of work: a view of the buckets, the call, the commit. When a bucket that the call read
//! has changed meanwhile, everything it did is dropped and it runs again, with the same request, time and random numbers.

use std::{sync::Arc, time::Duration};

use ringback_callbacks::Telling;
use ringback_model::{
    callback::Callback,
    fault::{CommitError, StoreError},
    ids::BucketName,
    limits::UNIT_ATTEMPTS_MAX,
    time::Clock,
    unit::{Scope, Unit, View},
};

use crate::{
    gateway::Gateway,
    http::refusal::{Kind, Refusal},
};

/// What a unit of work left behind.
#[derive(Default)]
pub(super) struct Committed {
    /// Buckets that it changed.
    pub changed: Vec<BucketName>,
    /// Callbacks that are now in the queue for it.
    pub scheduled: Vec<Arc<Callback>>,
    /// Held until the journal has heard of it. Absent: nothing that it scheduled is due by then.
    pub telling: Option<Box<Telling>>,
}

/// What a unit of work starts from.
pub(super) trait Job {
    /// What it makes beside its effects.
    type Output;

    /// Whose state it works on.
    fn scope(&self) -> Scope;

    /// An empty unit over a view of that state.
    fn unit(&self, scope: Scope, view: View) -> Unit;

    /// How long after the commit its answer leaves: the delays of its callbacks count from there.
    fn hold(&self, output: &Self::Output) -> Duration;

    /// Does the work once.
    fn run(&self, unit: Unit) -> impl Future<Output = Result<(Self::Output, Unit), Refusal>> + Send;
}

/// Does a job until its effects are committed.
///
/// # Errors
/// The job's own refusal, the store's failure, or that the buckets changed under every attempt. Nothing has happened then.
pub(super) async fn commit<J: Job>(gateway: &Gateway, job: &J) -> Result<(J::Output, Committed), Refusal> {
    let (mut contended, scope) = (String::new(), job.scope());
    for _ in 0..UNIT_ATTEMPTS_MAX {
        let view = gateway.store.view(&scope).await.map_err(unavailable)?;
        let (output, unit) = job.run(job.unit(scope.clone(), view)).await?;
        if unit.is_empty() {
            return Ok((output, Committed::default()));
        }
        let hold = job.hold(&output);
        let changes = unit.finish(gateway.clock.now().after(hold));
        let changed = changes.changed().filter(|name| !name.is_hidden()).cloned().collect();
        // A latency is waited for the clock, which must be free to move; callbacks are due after it.
        let telling = match changes.scheduled.is_empty() || hold > Duration::ZERO {
            true => None,
            false => Some(Box::new(gateway.untold.begin().await)),
        };
        match gateway.store.commit(changes).await {
            Ok(scheduled) => {
                gateway.metrics.scheduled.inc_by(scheduled.len() as u64);
                return Ok((output, Committed { changed, scheduled, telling }));
            }
            Err(CommitError::Conflict(bucket)) => {
                gateway.metrics.reruns.inc();
                contended = bucket;
            }
            Err(CommitError::Store(error)) => return Err(unavailable(error)),
        }
    }
    let public = format!("bucket `{contended}` changed under each of {UNIT_ATTEMPTS_MAX} attempts");
    Err(Refusal::new(Kind::Contended, public))
}

fn unavailable(error: StoreError) -> Refusal {
    let detail = std::error::Error::source(&error).map(ToString::to_string);
    let refusal = Refusal::new(Kind::Store, error.to_string());
    match detail {
        Some(detail) => refusal.with_detail(detail),
        None => refusal,
    }
}
