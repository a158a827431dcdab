//! How much a store keeps.

use ringback_model::limits;

/// How much a store keeps. All stores take the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreLimits {
    /// Sessions with state of their own, the default one not counted: [`limits::SESSIONS_MAX`].
    pub sessions: usize,
    /// Callbacks that are not settled: [`limits::CALLBACKS_PENDING_MAX`].
    pub pending: usize,
    /// Settled callbacks that are kept, the oldest go first: [`limits::CALLBACKS_SETTLED_KEPT`].
    pub settled_kept: usize,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self {
            sessions: limits::SESSIONS_MAX,
            pending: limits::CALLBACKS_PENDING_MAX,
            settled_kept: limits::CALLBACKS_SETTLED_KEPT,
        }
    }
}
