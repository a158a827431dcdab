//! Waiting for a store that fails.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The first pause: a failover of a database takes longer, a lost connection does not.
const FIRST: Duration = Duration::from_millis(100);
/// The longest: an operator who repairs the store should not have to wait for the gateway.
const LONGEST: Duration = Duration::from_secs(5);

/// Pauses that double, between tries of something that must not be given up. They are of real time: an outage lasts as
/// long as it lasts, whatever the gateway's clock shows, and on a frozen one a pause would never end.
#[derive(Debug)]
pub(crate) struct Pause(Duration);

// === impl Pause ===

impl Pause {
    pub(crate) fn new() -> Self {
        Self(FIRST)
    }

    /// Waits, or until `end`. Returns whether to go on.
    pub(crate) async fn wait(&mut self, end: &CancellationToken) -> bool {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST);
        tokio::time::timeout(pause, end.cancelled()).await.is_err()
    }
}
