//! A run of texts and captures, and how it meets a text: the general matcher. The index needs it for the odd patterns
//! only (`{name}.{ext}`, `/mid/*/end`), and the tests hold the index against it.
//!
//! It takes what a backtracking regular expression would take, but in time proportional to text times tokens whatever a
//! client sends: what can match is worked out from the right first, then read off from the left.

use std::{ops::Range, sync::Arc};

use ringback_model::environment::PathSyntax;
use smallvec::{SmallVec, smallvec};

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// These bytes, in the form that keys have: lower case where case does not count.
    Text(Box<[u8]>),
    /// A parameter or a wildcard.
    Capture(Capture),
}

/// What takes a part of the path: as many bytes as can be, of those that it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Capture {
    /// What it is called.
    pub(crate) name: Arc<str>,
    /// How far it may go.
    pub(crate) extent: Extent,
    /// A text that must not begin within it. Empty: none.
    pub(crate) avoid: Box<[u8]>,
    /// What it takes where it can't take anything else.
    pub(crate) instead: Option<Instead>,
}

/// How far a capture may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A parameter: one or more bytes of a segment.
    Segment,
    /// A wildcard: one or more bytes, `/` too.
    Path,
    /// A wildcard that may also take nothing.
    PathOrNothing,
}

/// What a capture takes where it can't take anything else (path-to-regexp 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instead {
    /// The text that it otherwise avoids.
    Avoided,
    /// Bytes of a segment, as a parameter does.
    Segment,
}

/// What the captures took, in their order.
pub(crate) type Spans = SmallVec<[Range<usize>; 4]>;

/// Where the captures lie when the tokens match the whole text. Absent: they don't.
pub(crate) fn spans(tokens: &[Token], text: &[u8], syntax: PathSyntax) -> Option<Spans> {
    if let Some(Token::Text(start)) = tokens.first()
        && !text.starts_with(start)
    {
        return None;
    }
    let reach = Reach::of(tokens, text, syntax);
    reach.get(0, 0).then(|| read_off(tokens, text, &reach))
}

fn read_off(tokens: &[Token], text: &[u8], reach: &Reach) -> Spans {
    let mut spans = Spans::new();
    let mut at = 0;
    for (row, token) in tokens.iter().enumerate() {
        match token {
            Token::Text(wanted) => at += wanted.len(),
            Token::Capture(capture) => {
                let end = capture.end(text, at, |end| reach.get(row + 1, end));
                spans.push(at..end);
                at = end;
            }
        }
    }
    spans
}

/// For each token and place: whether this token and all after it match the text from there to its end.
struct Reach {
    bits: SmallVec<[u64; 32]>,
    /// Words of 64 places.
    words_per_row: usize,
}

// === impl Capture ===

impl Capture {
    /// Whether it takes any text of its extent: then the index needs no second look at what it matches.
    pub(crate) fn is_free(&self) -> bool {
        self.avoid.is_empty() && self.instead.is_none()
    }

    /// Whether it may take the first byte of this rest.
    fn takes(&self, rest: &[u8]) -> bool {
        let Some(byte) = rest.first() else { return false };
        (self.extent != Extent::Segment || *byte != b'/') && (self.avoid.is_empty() || !rest.starts_with(&self.avoid))
    }

    /// Where it ends when it begins at `at`: the last place that the tokens after it can go on from.
    fn end(&self, text: &[u8], at: usize, goes_on: impl Fn(usize) -> bool) -> usize {
        let rest = |place: usize| text.get(place..).unwrap_or_default();
        let last = |takes: &dyn Fn(&[u8]) -> bool| {
            let taken = (at..text.len()).take_while(|place| takes(rest(*place)));
            taken.map(|place| place + 1).filter(|end| goes_on(*end)).last()
        };
        last(&|rest| self.takes(rest)).unwrap_or_else(|| match self.instead {
            Some(Instead::Avoided) => at + self.avoid.len(),
            Some(Instead::Segment) => last(&in_segment).unwrap_or(at),
            None => at,
        })
    }
}

fn in_segment(rest: &[u8]) -> bool {
    rest.first().is_some_and(|byte| *byte != b'/')
}

// === impl Reach ===

impl Reach {
    fn of(tokens: &[Token], text: &[u8], syntax: PathSyntax) -> Self {
        let words_per_row = text.len() / 64 + 1;
        let mut reach = Self { bits: smallvec![0; words_per_row * (tokens.len() + 1)], words_per_row };
        reach.set(tokens.len(), text.len());
        if let (PathSyntax::Express, Some(before)) = (syntax, text.strip_suffix(b"/")) {
            reach.set(tokens.len(), before.len());
        }
        for (row, token) in tokens.iter().enumerate().rev() {
            match token {
                Token::Text(wanted) => reach.text(row, wanted, text),
                Token::Capture(capture) => reach.capture(row, capture, text),
            }
        }
        reach
    }

    fn text(&mut self, row: usize, wanted: &[u8], text: &[u8]) {
        for at in 0..=text.len() {
            if self.get(row + 1, at + wanted.len()) && text.get(at..).is_some_and(|rest| rest.starts_with(wanted)) {
                self.set(row, at);
            }
        }
    }

    fn capture(&mut self, row: usize, capture: &Capture, text: &[u8]) {
        // Whether it, or what it takes instead, may begin one place further on.
        let (mut own, mut instead) = (false, false);
        for at in (0..=text.len()).rev() {
            let rest = text.get(at..).unwrap_or_default();
            let behind = self.get(row + 1, at + 1);
            own = capture.takes(rest) && (behind || own);
            instead = match capture.instead {
                None => false,
                Some(Instead::Segment) => in_segment(rest) && (behind || instead),
                Some(Instead::Avoided) => {
                    rest.starts_with(&capture.avoid) && self.get(row + 1, at + capture.avoid.len())
                }
            };
            if own || instead || (capture.extent == Extent::PathOrNothing && self.get(row + 1, at)) {
                self.set(row, at);
            }
        }
    }

    fn get(&self, row: usize, at: usize) -> bool {
        let word = (at / 64 < self.words_per_row).then(|| self.bits.get(row * self.words_per_row + at / 64)).flatten();
        word.is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    fn set(&mut self, row: usize, at: usize) {
        if let Some(word) = self.bits.get_mut(row * self.words_per_row + at / 64) {
            *word |= 1 << (at % 64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(extent: Extent) -> Capture {
        Capture { name: "x".into(), extent, avoid: Box::default(), instead: None }
    }

    fn param() -> Token {
        Token::Capture(capture(Extent::Segment))
    }

    fn text(text: &str) -> Token {
        Token::Text(text.as_bytes().into())
    }

    fn taken<'t>(tokens: &[Token], subject: &'t str) -> Option<Vec<&'t str>> {
        let spans = spans(tokens, subject.as_bytes(), PathSyntax::Template)?;
        Some(spans.into_iter().map(|span| &subject[span]).collect())
    }

    #[test]
    fn the_first_is_greedy() {
        let file = [param(), text("."), param()];
        assert_eq!(taken(&file, "a.b.c"), Some(vec!["a.b", "c"]));
        assert_eq!(taken(&file, "a."), None);
        assert_eq!(taken(&file, ".a"), None);
        assert_eq!(taken(&[text("v"), param()], "v2"), Some(vec!["2"]));
        assert_eq!(taken(&[text("v"), param()], "v"), None);
    }

    #[test]
    fn parameters_stay_within_a_segment_and_wildcards_do_not() {
        let mid = [text("/mid/"), Token::Capture(capture(Extent::Path)), text("/end")];
        assert_eq!(taken(&mid, "/mid/a/b/end"), Some(vec!["a/b"]));
        assert_eq!(taken(&mid, "/mid//end"), None);
        assert_eq!(taken(&mid, "/mid/end"), None);
        let mixed = [text("/"), param(), text("-"), Token::Capture(capture(Extent::PathOrNothing))];
        assert_eq!(taken(&mixed, "/x-y/z-w"), Some(vec!["x", "y/z-w"]));
        assert_eq!(taken(&mixed, "/x-"), Some(vec!["x", ""]));
    }

    #[test]
    fn a_capture_does_not_hold_the_text_that_it_avoids_but_may_be_it() {
        let avoiding =
            |instead| Token::Capture(Capture { avoid: (*b"-b").into(), instead, ..capture(Extent::Segment) });
        let pair = |instead| [param(), text("-b"), avoiding(instead)];
        assert_eq!(taken(&pair(None), "a-bX"), Some(vec!["a", "X"]));
        assert_eq!(taken(&pair(None), "a-bX-b"), None);
        assert_eq!(taken(&pair(None), "a-b-b"), None);
        assert_eq!(taken(&pair(Some(Instead::Avoided)), "a-b-b"), Some(vec!["a", "-b"]));
    }

    #[test]
    fn a_long_text_costs_no_more_than_its_length() {
        let many: Vec<Token> = (0..12).flat_map(|_| [param(), text("-")]).collect();
        assert_eq!(taken(&many, &format!("{}x", "-".repeat(20_000))), None);
    }
}
