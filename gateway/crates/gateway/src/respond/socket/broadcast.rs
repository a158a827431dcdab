//! What all clients of a broadcasting route share. One of them sends for all: whoever holds the program. It goes on from
//! client to client, and ends with the last one.

use std::sync::Arc;

use ringback_model::{http_values::Request, time::Timestamp};
use tokio::sync::{Mutex, MutexGuard, broadcast};

/// Messages that a client may be behind; one that is slower misses some.
const BEHIND_MAX: usize = 32;

/// What all clients of a broadcasting route share.
pub struct Broadcast {
    program: Mutex<Option<Program>>,
    messages: broadcast::Sender<Arc<str>>,
}

/// What is sent, and when.
pub(super) struct Program {
    /// The first client's, with which all messages are made; its number counts them.
    pub(super) request: Request,
    /// When the next one is due.
    pub(super) due: Timestamp,
}

// === impl Broadcast ===

impl Broadcast {
    /// Takes part: from now on all messages are received.
    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<str>> {
        self.messages.subscribe()
    }

    /// Waits until nobody else sends. A program that ended with its last client is gone. Cancel safe.
    pub(super) async fn lead(&self) -> MutexGuard<'_, Option<Program>> {
        let mut program = self.program.lock().await;
        if self.messages.receiver_count() <= 1 {
            *program = None;
        }
        program
    }

    /// Sends to all who listen.
    pub(super) fn send(&self, text: &str) {
        // There is at least the sender itself.
        let _ = self.messages.send(text.into());
    }
}

impl Default for Broadcast {
    fn default() -> Self {
        Self { program: Mutex::default(), messages: broadcast::Sender::new(BEHIND_MAX) }
    }
}
