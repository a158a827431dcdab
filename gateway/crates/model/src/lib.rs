//! The gateway's words. Every other crate speaks them, this one knows none of the others.
//!
//! Read in the order of a request: a client's [`Request`](http_values::Request) meets an
//! [`Environment`](environment::Environment); the plugin that answers works on a [`Unit`](unit::Unit) over a
//! [`View`](unit::View) of the buckets; the unit commits to the [`Store`](ports::Store) with the
//! [`Callback`](callback::Callback)s that it scheduled; all of it is told to the [`Journal`](ports::Journal).
//! The traits in [`ports`] are where the levels above meet without knowing each other.

pub mod callback;
pub mod environment;
pub mod fault;
pub mod head;
pub mod http_values;
pub mod ids;
pub mod journal;
pub mod json;
pub mod limits;
pub mod path;
pub mod ports;
pub mod runtime_expression;
pub mod secret;
pub mod seed;
pub mod time;
pub mod unit;
