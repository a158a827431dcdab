//! Ranges of numbers as `JSON_BODY` writes them: `[1;5]`, `]1;5]`, `[1;5[`, `]1;5[`. A bracket that opens outwards leaves its
//! end out.

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct NumberRange {
    least: f64,
    most: f64,
    with_least: bool,
    with_most: bool,
}

// === impl NumberRange ===

impl NumberRange {
    /// Reads a range. Absent: the text is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let inner = text.strip_prefix(['[', ']'])?.strip_suffix(['[', ']'])?;
        let (least, most) = inner.split_once(';')?;
        Some(Self {
            least: number(least)?,
            most: number(most)?,
            with_least: text.starts_with('['),
            with_most: text.ends_with(']'),
        })
    }

    /// Whether a number lies in it.
    pub(super) fn holds(&self, number: f64) -> bool {
        let above = if self.with_least { number >= self.least } else { number > self.least };
        let below = if self.with_most { number <= self.most } else { number < self.most };
        above && below
    }
}

/// The number that a text is. Absent: none.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_say_whether_the_ends_belong() {
        let holds = |range: &str| [1.0, 3.0, 5.0].map(|number| NumberRange::read(range).unwrap().holds(number));
        assert_eq!(holds("[1;5]"), [true, true, true]);
        assert_eq!(holds("]1;5]"), [false, true, true]);
        assert_eq!(holds("[ 1 ; 5.0 ["), [true, true, false]);
        assert_eq!(holds("]1;5["), [false, true, false]);
        assert_eq!(holds("[-1e1;2]"), [true, false, false]);
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in ["", "[", "[1;5", "1;5]", "[1,5]", "[a;5]", "(1;5)", "[1;]", "default"] {
            assert_eq!(NumberRange::read(text), None, "{text}");
        }
    }
}
