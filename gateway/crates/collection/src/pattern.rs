//! Regular expressions of clients: ECMAScript's language, matched in linear time wherever that is possible.
//!
//! Filters of a list are patterns that anybody may send, and a backtracking matcher lets one of them keep a core busy for
//! years. So a pattern is first read as ECMAScript reads it, which says whether it is one, and then, if it holds nothing
//! but what regular languages have, translated for a matcher whose time is linear. The rest (look-around, references back)
//! is backtracked over, unless repetitions in it lie within each other.

use ringback_values::Regexp;

mod translate;

use translate::{repeats_within, translated};

/// Longest pattern, in bytes: what people write by hand, several times over.
const PATTERN_MAX_BYTES: usize = 4_096;

/// Memory that a translated pattern may take: repetitions of repetitions multiply.
const COMPILED_MAX_BYTES: usize = 1 << 20;

/// A pattern, to be found whatever the case: `new RegExp(pattern, "i")`.
#[derive(Debug)]
pub struct Pattern(Matcher);

#[derive(Debug)]
enum Matcher {
    Linear(regex::Regex),
    Backtracking(Box<Regexp>),
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

// === impl Pattern ===

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is none of ECMAScript's, or would take too much time or memory.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let wrong = |why: &str| PatternError(format!("Invalid regular expression: /{pattern}/i: {why}"));
        if pattern.len() > PATTERN_MAX_BYTES {
            return Err(PatternError(format!("Invalid regular expression: longer than {PATTERN_MAX_BYTES} bytes")));
        }
        let parsed = Regexp::compile(pattern, "i").map_err(|error| PatternError(error.to_string()))?;
        match translated(pattern) {
            Some(pattern) => linear(&pattern).map(Self).map_err(|_| wrong("too much memory is needed")),
            None if repeats_within(pattern) => Err(wrong("repetitions within each other may take too long")),
            None => Ok(Self(Matcher::Backtracking(Box::new(parsed)))),
        }
    }

    /// Whether it is found in a text.
    pub fn is_in(&self, text: &str) -> bool {
        match &self.0 {
            Matcher::Linear(matcher) => matcher.is_match(text),
            Matcher::Backtracking(matcher) => matcher.is_match(text),
        }
    }
}

fn linear(pattern: &str) -> Result<Matcher, regex::Error> {
    regex::RegexBuilder::new(pattern).case_insensitive(true).size_limit(COMPILED_MAX_BYTES).build().map(Matcher::Linear)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_find_what_ecmascript_finds() {
        for (pattern, text, found) in [
            ("", "", true),
            ("a.c", "A\u{2028}C", false),
            ("^b|d$", "abcd", true),
            (r"\d{2,}", "a12", true),
            (r"\d", "\u{664}", false),
            (r"\w", "é", false),
            (r"^\s$", "\u{feff}", true),
            (r"\bbob\b", "a BOB b", true),
            (r"[\w-]+@[^@\]]", "a-b@c", true),
            ("[a-c][d-]", "b-", true),
            ("[[&&x]", "&", true),
            (r"\x41\u00e9", "aÉ", true),
            ("a{,2}", "a{,2}", true),
            ("x{2", "x{2", true),
            ("a]}", "A]}", true),
            (r"\.\/\-\_", "./-_", true),
            (r"(a)\1", "xaA", true),
            ("(?=b)b", "abc", true),
            ("[^]", "\n", true),
            ("[]", "a", false),
            ("(?:a|b)+c", "abac", true),
            (r"\p", "P", true),
            ("É", "é", true),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().is_in(text), found, "{pattern} in {text:?}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["(", ")", "[", "*", "a**", "\\", "(?<", "x{2,1}", "[b-a]"] {
            let error = Pattern::new(pattern).unwrap_err().to_string();
            assert!(error.starts_with(&format!("Invalid regular expression: /{pattern}/i: ")), "{error}");
        }
    }

    #[test]
    fn patterns_that_would_take_for_ever_are_matched_at_once_or_refused() {
        let text = "a".repeat(50_000);
        assert!(!Pattern::new("^(a+)+$").unwrap().is_in(&format!("{text}!")));
        assert!(!Pattern::new("(a*)*(a|a?)+b").unwrap().is_in(&text));
        for pattern in [r"^((a+)+)\2$", "(?=(a+)+b)", "((a{1000}){1000}){1000}", &"(".repeat(5_000)] {
            assert!(Pattern::new(pattern).is_err(), "{pattern}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_two_matchers_agree(pattern in r"[ab.^$|()\[\]\\dws*+?{},2-]{0,10}", text in "[ab2 .-]{0,8}") {
            if let (Some(translated), Ok(own)) = (translated(&pattern), Regexp::compile(&pattern, "i")) {
                let linear = regex::RegexBuilder::new(&translated).case_insensitive(true).build();
                proptest::prop_assert!(linear.is_ok(), "{} became {}", pattern, translated);
                if let Ok(linear) = linear {
                    proptest::prop_assert_eq!(linear.is_match(&text), own.is_match(&text), "{} became {}", pattern, translated);
                }
            }
        }
    }
}
