//! The engine as the gateway uses it: templates in, text out, against a host in memory.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on says why")]

mod functions;
mod language;
mod problems;
mod properties;
mod request;
mod support;
