//! What an OpenAPI description and Microcks' artifacts mean here: routes, examples and their keys, callbacks, webhooks.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

mod artifacts;
mod calls;
mod described;
mod dispatch;
mod examples;
mod large;
mod references;
mod refused;
mod schemas;
mod support;
