//! What goes wrong with plugins and stores, each with two texts: `Display` is what a client may see, `detail` is what the
//! log gets. Who turns a kind into a status is one table in the gateway.

use serde::Serialize;

use crate::ids::{PluginName, RequestId};

/// A plugin call that came to nothing. All that it staged is dropped.
#[derive(Debug, Clone, thiserror::Error)]
#[error("plugin `{plugin}` {message}")]
pub struct PluginFault {
    /// The plugin.
    pub plugin: PluginName,
    /// The plugin's generation, from 1.
    pub generation: u64,
    /// What stopped it.
    pub kind: FaultKind,
    /// One phrase that follows the plugin's name: `used more than 100 ms of CPU`.
    pub message: String,
    /// What its author needs: a trap's backtrace, a guest's own detail. Only logged.
    pub detail: Option<String>,
    /// The request that the call was for. Absent: it was for none, or who saw the fault does not know it.
    pub request: Option<RequestId>,
}

// === impl PluginFault ===

impl PluginFault {
    /// Names the request that the call was for.
    #[must_use]
    pub fn of_request(self, request: Option<RequestId>) -> Self {
        Self { request: request.or(self.request), ..self }
    }
}

/// What stopped a plugin call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The guest trapped: a panic, an out-of-bounds access, a division by zero.
    Trap,
    /// The guest returned an error of its own.
    Error,
    /// [`CALL_CPU_MAX`](crate::limits::CALL_CPU_MAX).
    Cpu,
    /// [`CALL_WALL_MAX`](crate::limits::CALL_WALL_MAX).
    Wall,
    /// [`INSTANCE_MEMORY_MAX_BYTES`](crate::limits::INSTANCE_MEMORY_MAX_BYTES).
    Memory,
    /// [`INSTANCE_TABLE_MAX_ELEMENTS`](crate::limits::INSTANCE_TABLE_MAX_ELEMENTS).
    Table,
    /// [`INSTANCE_STACK_MAX_BYTES`](crate::limits::INSTANCE_STACK_MAX_BYTES).
    Stack,
    /// [`CALL_HOST_CALLS_MAX`](crate::limits::CALL_HOST_CALLS_MAX).
    HostCalls,
    /// More handles at once than an instance may hold.
    Handles,
    /// What it returned is too large, or more than it may hand over.
    Output,
    /// What it returned is not HTTP: a status, a header name or value.
    Invalid,
    /// No instance became free in time.
    Saturated,
    /// The plugin is declared, but there is no component yet.
    Absent,
}

/// Why a store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store can't be reached or is broken. The detail is for the log.
    #[error("the store is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A limit of the store. Says which.
    #[error("{0}")]
    Full(String),
}

/// Why a unit of work did not commit. Nothing of it is visible.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A bucket that the unit read has changed: run the call again.
    #[error("bucket `{0}` changed while it was being worked on")]
    Conflict(String),
    /// The store failed or is full.
    #[error(transparent)]
    Store(#[from] StoreError),
}
