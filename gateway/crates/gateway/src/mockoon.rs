//! What only environments of Mockoon's have (`mockoon.md`, section 7): its admin API on the environment's own listener,
//! transactions as it shows them, its log lines. All of it reads the journal and the store; nothing here keeps state of its
//! own beside which transactions were purged.

pub mod admin;
pub mod log;
pub mod transaction;

use ringback_values::{Text, Value};

/// An object of members in this order; members that are `Undefined` do not show in JSON.
fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    Value::object(members.into_iter().map(|(name, value)| (Text::fixed(name), value)).collect())
}

/// A string.
fn text(text: &str) -> Value {
    Value::string(Text::from(text))
}
