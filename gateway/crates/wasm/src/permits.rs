//! Who may run a guest now. The pool holds as many instances as there are permits and fails beyond that, so calls queue
//! here, for a bounded time. One plugin gets at most half, so that a slow one leaves room for the others.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::plugin::Plugin;

/// All permits of a host.
#[derive(Debug)]
pub(crate) struct Permits {
    all: Semaphore,
    total: usize,
}

/// One plugin's part of them; its generations share one.
pub(crate) type Share = Arc<Semaphore>;

/// The right to run one guest, given back when it is dropped.
pub(crate) struct Permit<'a> {
    _share: SemaphorePermit<'a>,
    _all: SemaphorePermit<'a>,
}

/// The same without a borrow, for what goes on after the call has returned.
pub(crate) struct HeldPermit(Arc<Plugin>);

/// No permit became free in time.
#[derive(Debug)]
pub(crate) struct Saturated;

impl Permit<'_> {
    /// Holds the permit for as long as somebody wants to. It must be one of this plugin's.
    pub(crate) fn hold(self, plugin: &Arc<Plugin>) -> HeldPermit {
        let Self { _share, _all } = self;
        _share.forget();
        _all.forget();
        HeldPermit(Arc::clone(plugin))
    }
}

impl Drop for HeldPermit {
    fn drop(&mut self) {
        self.0.share.add_permits(1);
        self.0.host.permits.all.add_permits(1);
    }
}

impl Permits {
    /// So many permits.
    pub(crate) fn new(concurrency: usize) -> Self {
        Self { all: Semaphore::new(concurrency), total: concurrency }
    }

    /// A new plugin's share.
    pub(crate) fn share(&self) -> Share {
        Arc::new(Semaphore::new(self.total.div_ceil(2)))
    }

    /// How many there are.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// How many are free.
    pub(crate) fn free(&self) -> usize {
        self.all.available_permits()
    }

    /// Waits for a permit, at most so long. The share comes first: a plugin that used up its own must not queue for what others could use.
    /// Cancel safe.
    pub(crate) async fn acquire<'a>(
        &'a self,
        share: &'a Semaphore,
        queue_max: Duration,
    ) -> Result<Permit<'a>, Saturated> {
        if let (Ok(_share), Ok(_all)) = (share.try_acquire(), self.all.try_acquire()) {
            return Ok(Permit { _share, _all });
        }
        let queue = async {
            let _share = share.acquire().await.map_err(|_| Saturated)?;
            let _all = self.all.acquire().await.map_err(|_| Saturated)?;
            Ok(Permit { _share, _all })
        };
        tokio::time::timeout(queue_max, queue).await.unwrap_or(Err(Saturated))
    }
}
