//! Numbers, texts and ids.

use std::fmt::Write as _;

use super::below;
use crate::{host::Host, limits::RANDOM_STRING};

const ALPHANUMERIC: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters that one draw of 64 bits gives.
const PER_DRAW: usize = 10;

/// The length of a `randomString` that says none.
const DEFAULT_LENGTH: i32 = 32;

/// `randomInt()`: any of 32 bits; `randomInt(n)`: from 0 up to, but not, n; `randomInt(a, b)`: from a up to, but not, b. What
/// is no number is as in Microcks; bounds that nothing lies between give the lower one.
pub(crate) fn random_int(host: &mut dyn Host, bounds: &[String], out: &mut String) {
    let number = |text: &String| text.parse::<i32>().ok();
    let (least, most) = match bounds {
        [most] => (0, number(most).unwrap_or(i32::MAX)),
        [least, most] => match (number(least), number(most)) {
            (Some(least), most) => (least, most.unwrap_or(i32::MAX)),
            (None, _) => (0, i32::MAX),
        },
        _ => {
            // The lower half.
            let _ = write!(out, "{}", host.random() as i32);
            return;
        }
    };
    let range = u64::try_from(i64::from(most) - i64::from(least)).unwrap_or(0);
    // The range fits into 33 bits.
    let _ = write!(out, "{}", i64::from(least) + below(host, range) as i64);
}

/// `randomString(length)`: letters and digits.
pub(crate) fn random_string(host: &mut dyn Host, length: Option<&str>, out: &mut String) {
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(DEFAULT_LENGTH);
    let mut left = usize::try_from(length).unwrap_or(0).min(RANDOM_STRING);
    while left > 0 {
        let mut drawn = host.random();
        for _ in 0..left.min(PER_DRAW) {
            let index = (drawn % 62) as usize;
            out.push(ALPHANUMERIC.get(index).copied().map_or('0', char::from));
            drawn /= 62;
        }
        left -= left.min(PER_DRAW);
    }
}

/// A UUID of version 4 (RFC 9562).
pub(crate) fn uuid(host: &mut dyn Host, out: &mut String) {
    let high = host.random() & !0xf000 | 0x4000;
    let low = host.random() & !(0b11 << 62) | 0b10 << 62;
    let _ = write!(
        out,
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    );
}
