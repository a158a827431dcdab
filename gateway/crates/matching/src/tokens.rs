//! A run of texts, parameters and wildcards, and how it meets a text: the general matcher. The index needs it for the
//! odd patterns only (`{name}.{ext}`, `/mid/*/end`), and the tests hold the index against it.
//!
//! Greedy from the left, as a backtracking regular expression would be, but in time proportional to text times tokens
//! whatever a client sends: what can match is worked out from the right first, then read off from the left.

use std::{ops::Range, sync::Arc};

use smallvec::{SmallVec, smallvec};

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// These bytes, in the form that keys have: lower case where case does not count.
    Text(Box<[u8]>),
    /// One or more bytes other than `/`.
    Param {
        /// What it is called.
        name: Arc<str>,
        /// A text that must not begin within it (path-to-regexp 8: a later parameter of a segment excludes the text
        /// before it). Empty: none.
        avoid: Box<[u8]>,
    },
    /// Any bytes.
    Wildcard {
        /// What it is called.
        name: Arc<str>,
        /// Whether no byte is enough.
        may_be_empty: bool,
    },
}

/// What the parameters and wildcards took, in their order.
pub(crate) type Spans = SmallVec<[Range<usize>; 4]>;

/// Where the parameters and wildcards lie when the tokens match the whole text. Absent: they don't.
pub(crate) fn spans(tokens: &[Token], text: &[u8]) -> Option<Spans> {
    let plausible = match (tokens.first(), tokens.last()) {
        (Some(Token::Text(start)), Some(Token::Text(end))) => text.starts_with(start) && text.ends_with(end),
        (Some(Token::Text(start)), _) => text.starts_with(start),
        (_, Some(Token::Text(end))) => text.ends_with(end),
        _ => true,
    };
    let reach = plausible.then(|| Reach::of(tokens, text))?;
    reach.get(0, 0).then(|| read_off(tokens, text, &reach))
}

fn read_off(tokens: &[Token], text: &[u8], reach: &Reach) -> Spans {
    let mut spans = Spans::new();
    let mut at = 0;
    for (row, token) in tokens.iter().enumerate() {
        let end = match token {
            Token::Text(wanted) => at + wanted.len(),
            _ => longest(token, text, at, |end| reach.get(row + 1, end)),
        };
        if !matches!(token, Token::Text(_)) {
            spans.push(at..end);
        }
        at = end;
    }
    spans
}

/// The last end that a parameter or wildcard may have, of those that the rest can go on from.
fn longest(token: &Token, text: &[u8], at: usize, goes_on: impl Fn(usize) -> bool) -> usize {
    let takes = (at..text.len()).take_while(|&place| token.takes(text.get(place..).unwrap_or_default()));
    takes.map(|place| place + 1).filter(|&end| goes_on(end)).last().unwrap_or(at)
}

/// For each token and place: whether this token and all after it match the text from there to its end.
struct Reach {
    cells: SmallVec<[bool; 256]>,
    width: usize,
}

// === impl Token ===

impl Token {
    /// Whether a parameter or wildcard may take the first byte of this rest.
    fn takes(&self, rest: &[u8]) -> bool {
        match self {
            Self::Text(_) => false,
            Self::Param { avoid, .. } => {
                rest.first().is_some_and(|b| *b != b'/') && (avoid.is_empty() || !rest.starts_with(avoid))
            }
            Self::Wildcard { .. } => !rest.is_empty(),
        }
    }
}

// === impl Reach ===

impl Reach {
    fn of(tokens: &[Token], text: &[u8]) -> Self {
        let width = text.len() + 1;
        let mut reach = Self { cells: smallvec![false; width * (tokens.len() + 1)], width };
        reach.set(tokens.len(), text.len());
        for (row, token) in tokens.iter().enumerate().rev() {
            for at in (0..width).rev() {
                if reach.holds(row, token, text.get(at..).unwrap_or_default(), at) {
                    reach.set(row, at);
                }
            }
        }
        reach
    }

    fn holds(&self, row: usize, token: &Token, rest: &[u8], at: usize) -> bool {
        match token {
            Token::Text(wanted) => rest.starts_with(wanted) && self.get(row + 1, at + wanted.len()),
            Token::Wildcard { may_be_empty: true, .. } if self.get(row + 1, at) => true,
            // Takes this byte, and either that was the last one or it takes the next as well.
            _ => token.takes(rest) && (self.get(row + 1, at + 1) || self.get(row, at + 1)),
        }
    }

    fn get(&self, row: usize, at: usize) -> bool {
        at < self.width && self.cells.get(row * self.width + at).copied().unwrap_or(false)
    }

    fn set(&mut self, row: usize, at: usize) {
        if let Some(cell) = self.cells.get_mut(row * self.width + at) {
            *cell = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(avoid: &str) -> Token {
        Token::Param { name: "p".into(), avoid: avoid.as_bytes().into() }
    }

    fn text(text: &str) -> Token {
        Token::Text(text.as_bytes().into())
    }

    fn wildcard(may_be_empty: bool) -> Token {
        Token::Wildcard { name: "w".into(), may_be_empty }
    }

    fn taken<'t>(tokens: &[Token], subject: &'t str) -> Option<Vec<&'t str>> {
        spans(tokens, subject.as_bytes()).map(|spans| spans.into_iter().map(|span| &subject[span]).collect())
    }

    #[test]
    fn the_first_is_greedy() {
        let file = [param(""), text("."), param("")];
        assert_eq!(taken(&file, "a.b.c"), Some(vec!["a.b", "c"]));
        assert_eq!(taken(&file, "a."), None);
        assert_eq!(taken(&file, ".a"), None);
        assert_eq!(taken(&[text("v"), param("")], "v2"), Some(vec!["2"]));
        assert_eq!(taken(&[text("v"), param("")], "v"), None);
    }

    #[test]
    fn parameters_stay_within_a_segment_and_wildcards_do_not() {
        let mid = [text("/mid/"), wildcard(false), text("/end")];
        assert_eq!(taken(&mid, "/mid/a/b/end"), Some(vec!["a/b"]));
        assert_eq!(taken(&mid, "/mid//end"), None);
        assert_eq!(taken(&mid, "/mid/end"), None);
        let mixed = [text("/"), param(""), text("-"), wildcard(true)];
        assert_eq!(taken(&mixed, "/x-y/z-w"), Some(vec!["x", "y/z-w"]));
        assert_eq!(taken(&mixed, "/x-"), Some(vec!["x", ""]));
    }

    #[test]
    fn a_later_parameter_does_not_hold_the_text_before_it() {
        let pair = [param(""), text("-b"), param("-b")];
        assert_eq!(taken(&pair, "a-bX"), Some(vec!["a", "X"]));
        assert_eq!(taken(&pair, "a-bX-b"), None);
    }

    #[test]
    fn a_long_text_costs_no_more_than_its_length() {
        let many: Vec<Token> = (0..12).flat_map(|_| [param(""), text("-")]).collect();
        assert_eq!(taken(&many, &format!("{}x", "-".repeat(20_000))), None);
    }
}
