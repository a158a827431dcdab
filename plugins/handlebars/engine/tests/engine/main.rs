//! The engine as the gateway uses it: templates in, text out, against a host in memory.

mod buckets;
mod errors;
mod language;
mod properties;
mod request;
mod support;
