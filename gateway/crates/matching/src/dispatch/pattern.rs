//! Regular expressions that Microcks' users write, which are Java's and must take a text as a whole. What Java writes
//! differently is rewritten to what JavaScript's engine reads.

use ringback_values::Regexp;

/// A pattern that takes a text as a whole.
#[derive(Debug, Clone)]
pub(super) struct WholePattern(Regexp);

/// POSIX classes as Java names them, which are ASCII's (`java.util.regex.Pattern`).
const CLASSES: [(&str, &str); 12] = [
    ("Lower", "a-z"),
    ("Upper", "A-Z"),
    ("Alpha", "a-zA-Z"),
    ("Digit", "0-9"),
    ("Alnum", "a-zA-Z0-9"),
    ("Punct", r"!-\/:-@\[-`{-~"),
    ("Graph", "!-~"),
    ("Print", " -~"),
    ("Blank", r" \t"),
    ("XDigit", "0-9a-fA-F"),
    ("Space", r" \t\n\x0B\f\r"),
    ("ASCII", r"\x00-\x7F"),
];

// === impl WholePattern ===

impl WholePattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn compile(pattern: &str) -> Result<Self, String> {
        let (flags, rest) = flags(pattern);
        let rewritten = rewritten(rest);
        // What is left of Java's properties is Unicode's, which asks for the stricter mode.
        let unicode = if rewritten.contains(r"\p{") || rewritten.contains(r"\P{") { "u" } else { "" };
        Regexp::compile(&format!("^(?:{rewritten})$"), &format!("{flags}{unicode}"))
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Whether it takes a text as a whole.
    pub(super) fn takes(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Flags that a pattern begins with, as JavaScript names them, and the rest.
fn flags(pattern: &str) -> (String, &str) {
    let known = |flags: &str| !flags.is_empty() && flags.chars().all(|flag| "imsu".contains(flag));
    let begun = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')')).filter(|(flags, _)| known(flags));
    match begun {
        // Java's `u` folds case beyond ASCII, which JavaScript's `i` does anyway.
        Some((flags, rest)) => (flags.replace('u', ""), rest),
        None => (String::new(), pattern),
    }
}

/// A pattern without what only Java has: anchors of the whole text, POSIX classes, possessive quantifiers, `\h`.
fn rewritten(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let (mut rest, mut in_class, mut after_quantifier) = (pattern, false, false);
    while let Some(character) = rest.chars().next() {
        let (taken, written) = match character {
            '\\' => escape(rest, in_class),
            '+' if after_quantifier && !in_class => (1, String::new()),
            other => (other.len_utf8(), other.to_string()),
        };
        match character {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        after_quantifier = !in_class && matches!(character, '*' | '+' | '?' | '}') && !written.is_empty();
        out.push_str(&written);
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// What an escape is in JavaScript, and how many bytes it has in Java.
fn escape(text: &str, in_class: bool) -> (usize, String) {
    let set = |inner: &str, negated: bool| match (in_class, negated) {
        (true, _) => inner.to_owned(),
        (false, negated) => format!("[{}{inner}]", if negated { "^" } else { "" }),
    };
    match text.get(1..).and_then(|rest| rest.chars().next()) {
        Some('A') => (2, "^".into()),
        Some('z' | 'Z') => (2, "$".into()),
        Some('h') => (2, set(r" \t\xA0", false)),
        Some(mark @ ('p' | 'P')) => {
            let named = text.get(3..).and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
            let class = named.and_then(|name| CLASSES.iter().find(|(known, _)| *known == name));
            match class {
                Some((name, inner)) if !(in_class && mark == 'P') => (name.len() + 4, set(inner, mark == 'P')),
                _ => (2, format!(r"\{mark}")),
            }
        }
        Some(other) => (1 + other.len_utf8(), format!("\\{other}")),
        None => (1, "\\".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pattern_takes_the_whole_text() {
        for (pattern, takes, leaves) in [
            (r"^Bearer\s[a-f0-9]{6}$", "Bearer abc123", "Bearer abc1234"),
            (".*[Aa][Ll][Ee].*", "Pale ALE", "Lager"),
            ("a|ab", "ab", "abc"),
            ("(?i)abc", "aBC", "abd"),
            (r"\A\d++\z", "12", "12a"),
            (r"\p{Alpha}+[\p{Digit}-]*", "ab1-2", "1a"),
            (r"\P{Digit}+", "ab", "a1"),
            (r"[\w.+-]+@x", "a+b@x", "a b@x"),
            (r"\p{L}+", "é", "1"),
            (r"a\-b", "a-b", "ab"),
        ] {
            let pattern = WholePattern::compile(pattern).unwrap();
            assert!(pattern.takes(takes) && !pattern.takes(leaves), "{pattern:?}");
        }
        assert!(WholePattern::compile("(").is_err());
    }

    proptest! {
        #[test]
        fn any_text_may_be_taken_for_a_pattern(pattern in r"(\\[pPAzhw]|\{|\}|\[|\]|[+*?a(é)|])*") {
            let _ = WholePattern::compile(&pattern);
        }
    }
}
