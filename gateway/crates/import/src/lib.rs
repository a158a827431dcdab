//! Other tools' documents as the gateway's [`Environment`](ringback_model::environment::Environment): Mockoon's JSON, and
//! OpenAPI descriptions as Mockoon imports them ([`mockoon`]); OpenAPI descriptions with their examples and callbacks, as
//! Microcks mocks them ([`openapi`]); and a Mockoon document written anew, or described in OpenAPI.
//!
//! An importer carries over what it can and says, with file and line, what it can't: nothing of a document is dropped
//! without a word.

mod json;
pub mod mockoon;
mod names;
pub mod openapi;
mod yaml;

pub use mockoon::{Imported, mockoon};
