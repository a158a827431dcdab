//! A store that fails for a while: nothing is lost, nothing is sent twice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ringback_model::{
    callback::{Action, Callback, CallbackFilter, Settlement},
    fault::{CommitError, StoreError},
    ids::{BucketName, CallbackId, EnvironmentName, SessionId},
    ports::{BoxFuture, Store, Wake},
    time::Timestamp,
    unit::{Changes, Document, Scope, View},
};
use ringback_store::{MemoryStore, StoreLimits};

use crate::support::{Stage, Want};

/// A store whose queue fails so many times before it works.
struct Failing {
    inner: MemoryStore,
    failures: AtomicUsize,
}

#[tokio::test(start_paused = true)]
async fn claims_and_settlements_are_tried_until_the_store_is_back() {
    let store = Arc::new(Failing { inner: MemoryStore::new(StoreLimits::default()), failures: AtomicUsize::new(20) });
    let stage = Stage::over(store.clone());
    stage.one(Want::to("/ok")).await;
    assert_eq!(stage.journal.wait_for(1).await, ["0ns attempted cb-000001-1.1 #1 answered 200, delivered"]);
    store.failures.store(20, Ordering::SeqCst);
    stage.one(Want::to("/ok")).await;
    assert_eq!(stage.journal.wait_for(2).await[1], "0ns attempted cb-000001-2.1 #1 answered 200, delivered");
}

// === impl Failing ===

impl Failing {
    /// Every other call fails while there are failures left, so that the loop gets somewhere and both kinds meet one.
    fn fail(&self) -> Result<(), StoreError> {
        let left = self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(left) if left % 2 == 0 => Err(StoreError::Unavailable("connection reset".into())),
            _ => Ok(()),
        }
    }
}

impl Store for Failing {
    fn declare<'a>(
        &'a self,
        environment: &'a EnvironmentName,
        buckets: Vec<(BucketName, Document)>,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.declare(environment, buckets)
    }

    fn view<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<View, StoreError>> {
        self.inner.view(scope)
    }

    fn commit(&self, changes: Changes) -> BoxFuture<'_, Result<Vec<Arc<Callback>>, CommitError>> {
        self.inner.commit(changes)
    }

    fn reset<'a>(&'a self, session: Option<&'a SessionId>) -> BoxFuture<'a, Result<(), StoreError>> {
        self.inner.reset(session)
    }

    fn next_due(&self) -> BoxFuture<'_, Result<Option<Timestamp>, StoreError>> {
        Box::pin(async { self.fail().and(self.inner.next_due().await) })
    }

    fn claim(&self, now: Timestamp, max: usize, lease: Duration) -> BoxFuture<'_, Result<Vec<Callback>, StoreError>> {
        Box::pin(async move {
            self.fail()?;
            self.inner.claim(now, max, lease).await
        })
    }

    fn settle<'a>(
        &'a self,
        id: &'a CallbackId,
        settlement: Settlement,
    ) -> BoxFuture<'a, Result<Option<Callback>, StoreError>> {
        Box::pin(async move {
            self.fail()?;
            self.inner.settle(id, settlement).await
        })
    }

    fn callback<'a>(&'a self, id: &'a CallbackId) -> BoxFuture<'a, Result<Option<Callback>, StoreError>> {
        self.inner.callback(id)
    }

    fn callbacks<'a>(&'a self, filter: &'a CallbackFilter) -> BoxFuture<'a, Result<Vec<Callback>, StoreError>> {
        self.inner.callbacks(filter)
    }

    fn act<'a>(
        &'a self,
        id: &'a CallbackId,
        action: Action,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Option<(Callback, bool)>, StoreError>> {
        self.inner.act(id, action, now)
    }

    fn pending(&self) -> BoxFuture<'_, Result<usize, StoreError>> {
        self.inner.pending()
    }

    fn on_due(&self, wake: Wake) {
        self.inner.on_due(wake);
    }
}
