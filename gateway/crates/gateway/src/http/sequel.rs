//! What a connection goes on with once it speaks HTTP no more: a WebSocket. It runs in the connection's own task, so that it
//! keeps the connection's place among all and ends with the listener.

use std::sync::Arc;

use parking_lot::Mutex;
use ringback_model::ports::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::idle::{Activity, Busy};

/// A connection's sequel. Cheap to clone.
#[derive(Clone)]
pub struct Sequel {
    next: Arc<Mutex<Option<(Busy, Next)>>>,
    activity: Arc<Activity>,
}

/// Runs until the connection ends, or is asked to.
type Next = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, ()> + Send>;

// === impl Sequel ===

impl Sequel {
    /// Of a connection that has none yet.
    pub fn new(activity: Arc<Activity>) -> Self {
        Self { next: Arc::default(), activity }
    }

    /// Sets what follows. From now on the connection is busy: nothing that comes in is HTTP.
    pub fn set(&self, next: impl FnOnce(CancellationToken) -> BoxFuture<'static, ()> + Send + 'static) {
        *self.next.lock() = Some((self.activity.begin(), Box::new(next)));
    }

    /// Goes on with what follows, if anything does, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let next = self.next.lock().take();
        if let Some((busy, next)) = next {
            next(stop).await;
            drop(busy);
        }
    }
}
