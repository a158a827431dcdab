//! Regular expressions as JavaScript has them.

use std::fmt;

/// A compiled expression. Matching backtracks, as JavaScript's does: a pattern that is exponential there is so here.
#[derive(Clone, Debug)]
pub struct Regexp(regress::Regex);

/// Why a pattern does not compile, in V8's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegexpError(String);

// === impl Regexp ===

impl Regexp {
    /// Compiles a pattern.
    ///
    /// # Errors
    ///
    /// What `new RegExp(pattern, flags)` throws.
    pub fn compile(pattern: &str, flags: &str) -> Result<Self, RegexpError> {
        let error = |reason: &str| RegexpError(format!("Invalid regular expression: /{pattern}/{flags}: {reason}"));
        regress::Regex::with_flags(pattern, flags).map(Self).map_err(|problem| error(reason(&problem.text, pattern)))
    }

    /// Whether it matches anywhere in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.find(text).is_some()
    }

    /// What the groups of the first match are, the whole match first. Absent within: a group that took no part.
    #[must_use]
    pub fn captures(&self, text: &str) -> Option<Vec<Option<String>>> {
        let found = self.0.find(text)?;
        Some(found.groups().map(|range| range.and_then(|range| text.get(range)).map(str::to_owned)).collect())
    }

    /// The text with every match replaced by what a function makes of its groups, the whole match first.
    pub(crate) fn replace_all(&self, text: &str, mut replace: impl FnMut(&[Option<&str>]) -> String) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for found in self.0.find_iter(text) {
            let groups: Vec<_> = found.groups().map(|range| range.and_then(|range| text.get(range))).collect();
            out.push_str(text.get(done..found.start()).unwrap_or_default());
            out.push_str(&replace(&groups));
            done = found.end();
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}

impl fmt::Display for RegexpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RegexpError {}

/// V8's phrase for what is wrong.
fn reason<'p>(problem: &'p str, pattern: &str) -> &'p str {
    match problem {
        "Unbalanced parenthesis" if opened(pattern) => "Unterminated group",
        "Unbalanced parenthesis" => "Unmatched ')'",
        "Unbalanced bracket" => "Unterminated character class",
        "Quantifier not allowed here" | "Invalid atom character" => "Nothing to repeat",
        "Incomplete escape" | "Unterminated escape" => "\\ at end of pattern",
        "Invalid quantifier" => "numbers out of order in {} quantifier",
        "Range values reversed, start char code is greater than end char code." => {
            "Range out of order in character class"
        }
        "Invalid token at named capture group identifier" => "Invalid capture group name",
        "Invalid group modifier" => "Invalid group",
        "Invalid named backreference syntax" => "Invalid named capture referenced",
        "Regular expression is too deeply nested" => "Regular expression too large",
        other => other,
    }
}

/// Whether more parentheses open than close, outside of classes and escapes.
fn opened(pattern: &str) -> bool {
    let (mut level, mut in_class) = (0_i32, false);
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => level += 1,
            ')' if !in_class => level -= 1,
            _ => {}
        }
        if level < 0 {
            return false;
        }
    }
    level > 0
}

#[cfg(test)]
mod tests {
    use super::Regexp;

    #[test]
    fn patterns_match_anywhere_and_by_javascripts_rules() {
        for (pattern, flags, text, matches) in [
            ("b", "", "abc", true),
            ("^B", "i", "bc", true),
            (r"^\d{2,}$", "", "1", false),
            ("(?=a)(?!b)[^]", "", "a", true),
            (r"(a)\1", "", "xaa", true),
            ("", "", "", true),
            ("a{,2}", "", "a{,2}", true),
            (r"\/", "", "/", true),
        ] {
            assert_eq!(Regexp::compile(pattern, flags).unwrap().is_match(text), matches, "{pattern}");
        }
    }

    #[test]
    fn a_broken_pattern_is_told_as_v8_tells_it() {
        for (pattern, reason) in [
            ("(", "Unterminated group"),
            ("a)", "Unmatched ')'"),
            ("[", "Unterminated character class"),
            ("*", "Nothing to repeat"),
            ("a**", "Nothing to repeat"),
            ("\\", "\\ at end of pattern"),
            ("[b-a]", "Range out of order in character class"),
            ("a{2,1}", "numbers out of order in {} quantifier"),
            ("(?<", "Invalid capture group name"),
            ("(?z)", "Invalid group"),
        ] {
            let error = Regexp::compile(pattern, "i").unwrap_err().to_string();
            assert_eq!(error, format!("Invalid regular expression: /{pattern}/i: {reason}"));
        }
    }
}
