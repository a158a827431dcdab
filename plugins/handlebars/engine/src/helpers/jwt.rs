//! What a JSON web token says: its header and its payload, unverified.

use super::{Arguments, Helper, Outcome, Table, codec};
use crate::value::{Text, Value, json};

pub(super) const TABLE: Table = &[
    ("jwtHeader", Helper::Pure(|arguments| part(arguments, 0))),
    ("jwtPayload", Helper::Pure(|arguments| part(arguments, 1))),
];

/// `jwtPayload token [claim]`: a part of a token, or one member of it. `Bearer ` in front is no part of it. What does
/// not decode is `undefined`.
fn part(arguments: &Arguments<'_>, index: usize) -> Outcome {
    let Value::String(token) = arguments.plain(0) else { return Ok(Value::Undefined) };
    let token = token.strip_prefix("Bearer ").unwrap_or(&token);
    let Some(part) = token.split('.').nth(index) else { return Ok(Value::Undefined) };
    let found = json::parse(&Text::from(codec::decode(part))).unwrap_or_default();
    Ok(match arguments.plain(1) {
        Value::Undefined => found,
        claim => found.property(&claim.to_text()),
    })
}
