//! Ids for what has none. Mockoon draws them; here they follow from the document and their order, so that a file that is read
//! again has the same ones.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// Makes ids, one after the other.
pub(super) struct Ids {
    document: u64,
    made: u64,
}

// === impl Ids ===

impl Ids {
    /// Those of a document.
    pub(super) fn of(text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self { document: hasher.finish(), made: 0 }
    }

    fn next(&mut self) -> u128 {
        self.made += 1;
        let half = |half: u8| {
            let mut hasher = DefaultHasher::new();
            (self.document, self.made, half).hash(&mut hasher);
            u128::from(hasher.finish())
        };
        (half(0) << 64) | half(1)
    }

    /// A UUID of the version that is free to be made in any way (RFC 9562, section 5.8).
    pub(super) fn uuid(&mut self) -> Arc<str> {
        let bits = self.next() & !(0xf << 76) & !(0b11 << 62) | (8 << 76) | (0b10 << 62);
        let digits = format!("{bits:032x}");
        let mut text = String::with_capacity(36);
        for (index, digit) in digits.chars().enumerate() {
            if matches!(index, 8 | 12 | 16 | 20) {
                text.push('-');
            }
            text.push(digit);
        }
        text.into()
    }

    /// Four letters or digits, as Mockoon's short ids have.
    pub(super) fn short(&mut self) -> Arc<str> {
        let mut bits = self.next();
        let mut digit = || {
            let digit = char::from_digit(u32::try_from(bits % 36).unwrap_or(0), 36).unwrap_or('0');
            bits /= 36;
            digit
        };
        [digit(), digit(), digit(), digit()].iter().collect::<String>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_within_a_document_and_stay_from_one_reading_to_the_next() {
        let [mut one, mut again] = [Ids::of("x"), Ids::of("x")];
        let (first, second) = (one.uuid(), one.uuid());
        assert_ne!(first, second);
        assert_eq!([first.clone(), second], [again.uuid(), again.uuid()]);
        assert_eq!((first.len(), first.as_bytes()[14]), (36, b'8'));
        assert_eq!(one.short().len(), 4);
    }
}
