//! What one call may make and take: a template's arguments come from whoever wrote it, or from a request.

use crate::{Error, Value};

/// The longest answer, in bytes of its texts: what a response's body may hold, several times over.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// The work of one call, in draws, picks and bytes repeated: enough for the longest answer made letter by letter.
pub const MAX_WORK: usize = 4 << 20;

/// How deeply methods may call one another through patterns: Faker's own data needs four.
pub const MAX_DEPTH: usize = 32;

/// How deeply the arrays and objects of an argument may be nested.
pub const MAX_NESTING: usize = 128;

pub(crate) fn too_long() -> Error {
    Error::Limit(format!("a value of faker is longer than {MAX_ANSWER_BYTES} bytes"))
}

pub(crate) fn too_deep() -> Error {
    Error::Limit(format!("patterns of faker are nested more than {MAX_DEPTH} deep"))
}

/// Refuses an answer that is too long.
pub(crate) fn check(value: &Value) -> Result<(), Error> {
    if size(value, 0) > MAX_ANSWER_BYTES { Err(too_long()) } else { Ok(()) }
}

fn size(value: &Value, depth: usize) -> usize {
    if depth > MAX_NESTING {
        return MAX_ANSWER_BYTES + 1;
    }
    match value {
        Value::String(text) | Value::Safe(text) | Value::BigInt(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| 1 + size(item, depth + 1)).sum(),
        Value::Object(members) => members.iter().map(|(key, member)| key.len() + size(member, depth + 1)).sum(),
        Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Date(_) => 1,
    }
}
