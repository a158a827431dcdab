//! The loop that claims callbacks when they are due. It sleeps until the next due time or until the store tells it of an
//! earlier one; it never polls.
//!
//! While the clock runs it claims as many as may be under way. While the clock is frozen it claims one at a time, and the
//! next when all is quiet, so that what happens has one order.

use std::sync::Arc;

use ringback_model::{fault::StoreError, limits, time::Clock as _};
use tokio::sync::OwnedSemaphorePermit;

use crate::{engine::Shared, pause::Pause};

/// How many callbacks one claim takes: enough to spread its cost, few enough that the first does not wait for the last.
const CLAIM_MAX: usize = 64;

// === impl Shared ===

impl Shared {
    /// Runs until the engine stops.
    pub(crate) async fn run_due_loop(self: Arc<Self>) {
        let mut pause = Pause::new();
        while !self.stop.is_cancelled() {
            match self.turn().await {
                Ok(()) => pause = Pause::new(),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "due callbacks could not be claimed");
                    pause.wait(&self.stop).await;
                }
            }
        }
    }

    /// Claims what is due, or waits until something may be.
    async fn turn(self: &Arc<Self>) -> Result<(), StoreError> {
        let Some(permit) = self.unless_stopped(self.permits.clone().acquire_owned()).await.and_then(Result::ok) else {
            return Ok(());
        };
        let Some(driver) = self.unless_stopped(self.driver.lock()).await else { return Ok(()) };
        let clock = &self.ports.clock;
        let (wanted, claimed) = if clock.is_frozen() {
            let Some(()) = self.unless_stopped(self.in_flight.quiet(clock)).await else { return Ok(()) };
            self.tick().await;
            (1, self.claim(vec![permit]).await?)
        } else {
            self.tick().await;
            let permits = self.more_permits(permit);
            (permits.len(), self.claim(permits).await?)
        };
        drop(driver);
        if claimed < wanted {
            self.wait_for_work().await?;
        }
        Ok(())
    }

    /// Claims as many callbacks as there are permits and begins their attempts. Returns how many. The driver's lock is
    /// the caller's to hold.
    pub(crate) async fn claim(self: &Arc<Self>, permits: Vec<OwnedSemaphorePermit>) -> Result<usize, StoreError> {
        let _all_told = match self.ports.clock.is_frozen() {
            true => Some(self.ports.untold.all_told().await),
            false => None,
        };
        let now = self.ports.clock.now();
        let claimed = self.ports.store.claim(now, permits.len(), limits::CALLBACK_LEASE).await?;
        let count = claimed.len();
        for (callback, permit) in claimed.into_iter().zip(permits) {
            self.launch(callback, permit);
        }
        Ok(count)
    }

    fn more_permits(&self, first: OwnedSemaphorePermit) -> Vec<OwnedSemaphorePermit> {
        let more = std::iter::from_fn(|| self.permits.clone().try_acquire_owned().ok());
        std::iter::once(first).chain(more).take(CLAIM_MAX).collect()
    }

    async fn wait_for_work(&self) -> Result<(), StoreError> {
        let due = self.ports.store.next_due().await?.into_iter().chain(self.next_tick()).min();
        let due_comes = async {
            match due {
                Some(due) => self.ports.clock.idle_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.due_moved.notified() => {}
            () = due_comes => {}
            () = self.stop.cancelled() => {}
        }
        Ok(())
    }

    /// Waits for something, or until the engine stops.
    async fn unless_stopped<T>(&self, wait: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => None,
            done = wait => Some(done),
        }
    }
}

/// A claim outlives an attempt that keeps its timeout, so no callback is attempted twice at once.
const _: () = assert!(limits::CALLBACK_LEASE.as_secs() > limits::ATTEMPT_TIMEOUT.as_secs());
