//! The engine as the gateway uses it: templates in, text out, against a host in memory.

#![allow(clippy::panic, reason = "a test that cannot go on says why")]

mod buckets;
mod data;
mod dates;
mod errors;
mod fake;
mod language;
mod properties;
mod request;
mod response;
mod support;
mod system;
