//! State: buckets and the callback queue, partitioned by environment and session.
//!
//! [`MemoryStore`] implements the model's [`Store`](ringback_model::ports::Store) port; durable and shared stores will
//! stand beside it. They differ in what survives a crash and in nothing else, which the `conformance` suite shows.

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod limits;
mod memory;

pub use limits::StoreLimits;
pub use memory::MemoryStore;
