//! What must have been told before its callbacks go out. While the clock stands, what happens has one order: a request is
//! told of before the callbacks that it caused are attempted. While it runs nobody waits.

use std::sync::Arc;

use tokio::sync::{OwnedRwLockReadGuard, RwLock, RwLockWriteGuard};

/// Keeps callbacks back from being claimed on a frozen clock while their cause has not been told. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Untold(Arc<RwLock<()>>);

/// Something that has not been told. It has when this is dropped.
#[derive(Debug)]
pub struct Telling {
    _held: OwnedRwLockReadGuard<()>,
}

// === impl Untold ===

impl Untold {
    /// Begins before the commit and ends after the journal has heard. Not to be held while waiting for the clock: that
    /// does not move meanwhile. Cancel safe.
    pub async fn begin(&self) -> Telling {
        Telling { _held: self.0.clone().read_owned().await }
    }

    /// Waits until all that was begun has been told, and lets nothing begin while the result lives.
    pub(crate) async fn all_told(&self) -> RwLockWriteGuard<'_, ()> {
        self.0.write().await
    }
}
