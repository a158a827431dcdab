//! Other tools' documents as the gateway's [`Environment`](ringback_model::environment::Environment): Mockoon's JSON, and
//! OpenAPI descriptions as Mockoon imports them; and a Mockoon document written anew, or described in OpenAPI.
//!
//! An importer carries over what it can and says, with file and line, what it can't: nothing of a document is dropped
//! without a word.

mod json;
pub mod mockoon;
mod yaml;

pub use mockoon::{Imported, mockoon};
