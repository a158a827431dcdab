//! The functions: which there are, and what those give that take no date and no value aside.

mod fake;
mod random;

pub(crate) use fake::Fake;
pub(crate) use random::{random_int, random_string, uuid};

use crate::host::Host;

/// The functions that make up no data of persons and places.
const PLAIN: [&str; 10] = [
    "now",
    "timestamp",
    "uuid",
    "guid",
    "randomUUID",
    "randomInt",
    "randomString",
    "randomBoolean",
    "randomValue",
    "put",
];

/// Whether there is a function of a name.
pub(crate) fn is_known(name: &str) -> bool {
    PLAIN.contains(&name) || Fake::by_name(name).is_some()
}

/// A function that may be meant by a name that there is not.
pub(crate) fn like(name: &str) -> Option<&'static str> {
    let known = PLAIN.into_iter().chain(Fake::NAMES.map(|(name, _)| name));
    known.into_iter().find(|known| known.eq_ignore_ascii_case(name) || (name.len() > 3 && known.starts_with(name)))
}

/// A number from 0 up to, but not, `bound`; 0 where that is 0.
pub(crate) fn below(host: &mut dyn Host, bound: u64) -> u64 {
    // The upper half of the product: as even as 64 bits allow, without a second draw. It is below `bound`.
    ((u128::from(host.random()) * u128::from(bound)) >> 64) as u64
}
