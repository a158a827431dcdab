//! Random numbers that repeat with the gateway's seed. Not for keys: they are predictable.

use std::ops::Range;

use crate::host;

/// The next 64 bits. The sequence starts anew in every call, from the gateway's seed and the request, so that a call that
/// is run again draws the same.
pub fn next() -> u64 {
    host::random()
}

/// A number of a range, its end not included; its start when the range is empty.
///
/// ```
/// # use ringback_plugin::{random, testing::Gateway};
/// # Gateway::new().run(|| {
/// assert!((1..7).contains(&random::range(1..7)));
/// # });
/// ```
pub fn range(range: Range<u64>) -> u64 {
    let width = range.end.saturating_sub(range.start);
    // The high half of the product: its bias is below 2^-64 times the width, which no mock can notice.
    range.start + ((u128::from(next()) * u128::from(width)) >> 64) as u64
}

/// A UUID of version 4 (RFC 9562): `0b6e...`.
pub fn uuid() -> String {
    const VERSION: u128 = 4 << 76;
    const VARIANT: u128 = 2 << 62;
    let drawn = (u128::from(next()) << 64) | u128::from(next());
    let bits = (drawn & !(0xf << 76) & !(0x3 << 62)) | VERSION | VARIANT;
    let part = |shift: u32, digits: u32| (bits >> shift) & ((1 << (4 * digits)) - 1);
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", part(96, 8), part(80, 4), part(64, 4), part(48, 4), part(0, 12))
}

#[cfg(test)]
mod tests {
    use crate::testing::Gateway;

    #[test]
    fn the_same_seed_draws_the_same() {
        let draw = |seed| Gateway::new().seed(seed).run(super::uuid);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn a_uuid_has_its_version_and_variant() {
        Gateway::new().run(|| {
            let uuid = super::uuid();
            assert_eq!(uuid.len(), 36);
            assert_eq!(uuid.as_bytes()[14], b'4');
            assert!(b"89ab".contains(&uuid.as_bytes()[19]));
            assert_eq!(super::range(5..5), 5);
        });
    }
}
