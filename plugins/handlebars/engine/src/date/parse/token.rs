//! What a date's text consists of.

use crate::value::is_space;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token {
    /// A number and how many digits it was written with.
    Number(i64, usize),
    /// `:`, `-`, `+`, `.` or `)`.
    Symbol(char),
    /// A word and its length.
    Word(Keyword, usize),
    Space,
    /// Anything else, text in parentheses too.
    Unknown,
    End,
}

/// What a word says. Months are known by their first three letters, the others only whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Keyword {
    /// From 1.
    Month(i64),
    /// `am` (0) or `pm` (12).
    HalfDay(i64),
    /// Hours ahead of UTC.
    Zone(i64),
    /// `Z`.
    Zulu,
    /// `T`.
    Time,
    Unknown,
}

/// Digits of a number that are read; more are skipped.
const MOST_DIGITS: usize = 9;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const WORDS: [(&str, Keyword); 15] = [
    ("am", Keyword::HalfDay(0)),
    ("pm", Keyword::HalfDay(12)),
    ("ut", Keyword::Zone(0)),
    ("utc", Keyword::Zone(0)),
    ("gmt", Keyword::Zone(0)),
    ("z", Keyword::Zulu),
    ("t", Keyword::Time),
    ("est", Keyword::Zone(-5)),
    ("edt", Keyword::Zone(-4)),
    ("cst", Keyword::Zone(-6)),
    ("cdt", Keyword::Zone(-5)),
    ("mst", Keyword::Zone(-7)),
    ("mdt", Keyword::Zone(-6)),
    ("pst", Keyword::Zone(-8)),
    ("pdt", Keyword::Zone(-7)),
];

/// The tokens of a text, one ahead.
pub(super) struct Tokens<'t> {
    rest: &'t str,
    ahead: Token,
}

// === impl Tokens ===

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut tokens = Self { rest: text, ahead: Token::End };
        tokens.next();
        tokens
    }

    pub(super) fn peek(&self) -> Token {
        self.ahead
    }

    pub(super) fn next(&mut self) -> Token {
        let next = self.scan();
        std::mem::replace(&mut self.ahead, next)
    }

    /// Takes a symbol if it comes next.
    pub(super) fn skip(&mut self, symbol: char) -> bool {
        let found = self.ahead == Token::Symbol(symbol);
        if found {
            self.next();
        }
        found
    }

    fn scan(&mut self) -> Token {
        let Some(c) = self.rest.chars().next() else { return Token::End };
        match c {
            '0'..='9' => self.number(),
            ':' | '-' | '+' | '.' | ')' => {
                self.take(1);
                Token::Symbol(c)
            }
            _ if is_space(c) => {
                self.take(c.len_utf8());
                Token::Space
            }
            _ if c >= 'A' => self.word(),
            '(' => {
                self.parentheses();
                Token::Unknown
            }
            _ => {
                self.take(c.len_utf8());
                Token::Unknown
            }
        }
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> Token {
        let digits = self.take(self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len()));
        let significant = digits.trim_start_matches('0');
        let read = significant.get(..MOST_DIGITS).unwrap_or(significant);
        Token::Number(read.parse().unwrap_or_default(), digits.len())
    }

    fn word(&mut self) -> Token {
        let word = self.take(self.rest.find(|c| c < 'A' || is_space(c)).unwrap_or(self.rest.len()));
        let length = word.chars().count();
        let known: String = word.chars().take(3).map(|c| c.to_ascii_lowercase()).collect();
        let keyword = match MONTHS.iter().position(|month| *month == known) {
            // Of twelve, so it fits.
            Some(month) => Keyword::Month(month as i64 + 1),
            None if length > 3 => Keyword::Unknown,
            None => WORDS.iter().find(|(word, _)| *word == known).map_or(Keyword::Unknown, |(_, keyword)| *keyword),
        };
        Token::Word(keyword, length)
    }

    /// Everything up to the parenthesis that closes the one that comes next.
    fn parentheses(&mut self) {
        let mut depth = 0;
        for (at, c) in self.rest.char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.take(at + 1);
                return;
            }
        }
        self.rest = "";
    }
}
