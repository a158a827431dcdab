//! JSON to values and back.
//!
//! The reader is ours because its strings are views of the text that it reads: a body of ten fields costs one
//! allocation for their list, and reading one of them none. Keys come in JavaScript's order and numbers are doubles,
//! as a template sees them.

mod read;
mod write;

pub use read::parse;
pub use write::{to_compact, to_indented};
