//! The engine and its timeline, against a courier and policies that do as their URL and name say.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod attempts;
mod determinism;
mod drain;
mod operator;
mod outages;
mod sink;
mod support;
mod timeline;
