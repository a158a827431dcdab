//! Which part of a file a client asks for (npm `range-parser` 1.3, as Mockoon uses it: the first range counts, whatever its
//! unit is called).

use std::ops::Range;

/// What a `range` field comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that the file does not have.
    Unsatisfiable,
    /// It can't be read.
    Malformed,
}

/// Reads a `range` field for a file of `size` bytes.
pub fn range(field: &str, size: u64) -> Asked {
    let Some((_, ranges)) = field.split_once('=') else { return Asked::Malformed };
    let Some(ranges) = ranges.split(',').map(ends).collect::<Option<Vec<_>>>() else { return Asked::Malformed };
    let size = i128::from(size);
    let found = ranges.into_iter().find_map(|ends| {
        let (first, last) = match ends {
            Ends::Last(count) => (size - count, size - 1),
            Ends::From(first, last) => (first, last.unwrap_or(size - 1).min(size - 1)),
        };
        let whole = first >= 0 && first <= last;
        Some(u64::try_from(first).ok()?..u64::try_from(last + 1).ok()?).filter(|_| whole)
    });
    found.map_or(Asked::Unsatisfiable, Asked::Part)
}

/// One range as written.
enum Ends {
    /// The last so many bytes: `-5`.
    Last(i128),
    /// From one on, to another one at most: `5-`, `5-9`.
    From(i128, Option<i128>),
}

/// Absent: it is no range.
fn ends(range: &str) -> Option<Ends> {
    let (first, last) = range.split_once('-')?;
    match (first.trim(), last.trim()) {
        ("", last) => Some(Ends::Last(position(last)?)),
        (first, "") => Some(Ends::From(position(first)?, None)),
        (first, last) => Some(Ends::From(position(first)?, Some(position(last)?))),
    }
}

fn position(text: &str) -> Option<i128> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Too many digits are beyond any file.
    digits.then(|| text.parse().unwrap_or(i128::from(u64::MAX)).min(i128::from(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_range_that_the_file_has_counts() {
        for (field, expected) in [
            ("bytes=2-4", Asked::Part(2..5)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=7-", Asked::Part(7..10)),
            ("bytes=7-99", Asked::Part(7..10)),
            ("foo=0-1", Asked::Part(0..2)),
            ("bytes=0-1,4-5", Asked::Part(0..2)),
            ("bytes=50-,4-5", Asked::Part(4..6)),
            ("bytes=20-", Asked::Unsatisfiable),
            ("bytes=5-2", Asked::Unsatisfiable),
            ("bytes=-20", Asked::Unsatisfiable),
            ("x", Asked::Malformed),
            ("bytes=-", Asked::Malformed),
            ("bytes=0-1,a-b", Asked::Malformed),
        ] {
            assert_eq!(range(field, 10), expected, "{field}");
        }
        assert_eq!(range("bytes=0-", 0), Asked::Unsatisfiable);
    }

    proptest! {
        #[test]
        fn a_part_is_never_outside(field in "[a-z]{0,3}=?[-, 0-9]{0,30}", size in 0_u64..1000) {
            if let Asked::Part(part) = range(&field, size) {
                prop_assert!(part.start < part.end && part.end <= size);
            }
        }
    }
}
