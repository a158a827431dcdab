//! Texts and numbers as schemas want them: by format, by pattern, by bounds.

use std::sync::Arc;

use super::super::{
    library::Spot,
    tree::{Node, Value},
};

/// Words of which texts are made.
const WORDS: [&str; 16] = [
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "iris", "juniper", "kestrel", "lagoon",
    "meadow", "nimbus", "opal", "prairie",
];
/// Longest text that a bound asks for and gets.
const LENGTH_MAX: usize = 1_000;

/// Random draws that a seed repeats: SplitMix64 (Steele, Lea and Flood, 2014).
pub(super) struct Draws(u64);

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another one, which is not 0.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn word(&mut self) -> &'static str {
        let index = self.below(WORDS.len() as u64) as usize;
        WORDS.get(index).copied().unwrap_or("text")
    }

    /// A text that schemas want.
    pub(super) fn text(&mut self, schemas: &[Spot]) -> Node {
        let says = |name: &str| schemas.iter().find_map(|schema| schema.text(name));
        let number = |name: &str| schemas.iter().find_map(|schema| schema.get(name)?.node.as_number());
        if let Some(text) = says("format").and_then(|format| self.format(&format)) {
            return Node::text(text);
        }
        if let Some(text) = says("pattern").and_then(|pattern| pattern::made(&pattern, self)) {
            return Node::text(text);
        }
        let least = number("minLength").unwrap_or(0.0) as usize;
        let most = number("maxLength").map_or(LENGTH_MAX, |most| most as usize).min(LENGTH_MAX);
        let mut text = self.word().to_owned();
        while text.len() < least.min(LENGTH_MAX) {
            text.push(' ');
            text.push_str(self.word());
        }
        text.truncate(most);
        // A blank at the end would be odd, and count.
        Node::text(if text.ends_with(' ') { text.trim_end().to_owned() + "s" } else { text })
    }

    /// A text of a format (OpenAPI Format Registry). Absent: it is none that is known.
    fn format(&mut self, format: &str) -> Option<Arc<str>> {
        let day = 1 + self.below(28);
        let text = match format {
            "date" => format!("2025-06-{day:02}"),
            "date-time" => format!("2025-06-{day:02}T{:02}:{:02}:00Z", self.below(24), self.below(60)),
            "time" => format!("{:02}:{:02}:00Z", self.below(24), self.below(60)),
            "duration" => format!("PT{}M", 1 + self.below(59)),
            "uuid" => self.uuid(),
            "email" | "idn-email" => format!("{}@example.com", self.word()),
            "uri" | "url" | "iri" => format!("https://example.com/{}", self.word()),
            "uri-reference" | "iri-reference" => format!("/{}", self.word()),
            "uri-template" => format!("/{}/{{id}}", self.word()),
            "hostname" | "idn-hostname" => format!("{}.example.com", self.word()),
            "ipv4" => format!("192.0.2.{}", 1 + self.below(254)),
            "ipv6" => format!("2001:db8::{:x}", 1 + self.below(0xffff)),
            "byte" | "base64url" => "cmluZ2JhY2s=".into(),
            "json-pointer" => format!("/{}", self.word()),
            _ => return None,
        };
        Some(text.into())
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let version = (high & 0xffff_ffff_ffff_0fff) | 0x4000;
        let variant = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        let (a, b, c) = (version >> 32, (version >> 16) & 0xffff, version & 0xffff);
        format!("{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}", variant >> 48, variant & 0xffff_ffff_ffff)
    }

    /// A number that schemas want.
    pub(super) fn number(&mut self, schemas: &[Spot], is_whole: bool) -> Node {
        let bound = |name: &str| schemas.iter().find_map(|schema| schema.get(name)?.node.as_number());
        let is_open = |name: &str| schemas.iter().any(|schema| schema.says(name));
        let step = if is_whole { 1.0 } else { 0.1 };
        let above = bound("exclusiveMinimum").map(|bound| bound + step);
        let below = bound("exclusiveMaximum").map(|bound| bound - step);
        let least =
            above.or(bound("minimum").map(|bound| if is_open("exclusiveMinimum") { bound + step } else { bound }));
        let most =
            below.or(bound("maximum").map(|bound| if is_open("exclusiveMaximum") { bound - step } else { bound }));
        let (least, most) = match (least, most) {
            (Some(least), Some(most)) => (least, most.max(least)),
            (Some(least), None) => (least, least + 100.0),
            (None, Some(most)) => (most.min(1.0), most),
            (None, None) => (1.0, 100.0),
        };
        let drawn = least + (most - least) * (self.below(1_000) as f64 / 1_000.0);
        let number = match bound("multipleOf").filter(|of| *of > 0.0) {
            Some(of) => (least / of).ceil() * of,
            None if is_whole => drawn.round().clamp(least.ceil(), most.floor().max(least.ceil())),
            None => ((drawn * 10.0).round() / 10.0).clamp(least, most),
        };
        let text = if is_whole || number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number}") };
        Node::made(Value::Number(text.into()))
    }
}

/// Texts of simple regular expressions.
mod pattern {
    use super::Draws;

    /// Most characters that are made.
    const MADE_MAX: usize = 200;

    /// A text that a pattern takes. Absent: the pattern is more than literals, classes and repetitions.
    pub(super) fn made(pattern: &str, draws: &mut Draws) -> Option<String> {
        let inner = pattern.strip_prefix('^').unwrap_or(pattern);
        let inner = inner.strip_suffix('$').unwrap_or(inner);
        let mut rest = inner.chars().peekable();
        let mut text = String::new();
        while let Some(character) = rest.next() {
            let choices: Vec<char> = match character {
                '\\' => escaped(rest.next()?)?,
                '[' => class(&mut rest)?,
                '.' => ('a'..='z').collect(),
                '(' | ')' | '|' | '*' | '+' | '?' | '{' | '}' | '^' | '$' => return None,
                literal => vec![literal],
            };
            for _ in 0..times(&mut rest)? {
                let index = draws.below(choices.len() as u64) as usize;
                text.push(*choices.get(index)?);
                if text.len() > MADE_MAX {
                    return None;
                }
            }
        }
        Some(text)
    }

    /// The characters of an escape.
    fn escaped(character: char) -> Option<Vec<char>> {
        Some(match character {
            'd' => ('0'..='9').collect(),
            'w' => ('a'..='z').collect(),
            's' => vec![' '],
            c if !c.is_alphanumeric() => vec![c],
            _ => return None,
        })
    }

    /// The characters of a class.
    fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Vec<char>> {
        let mut choices = vec![];
        loop {
            match rest.next()? {
                ']' => return (!choices.is_empty()).then_some(choices),
                '^' if choices.is_empty() => return None,
                '\\' => choices.extend(escaped(rest.next()?)?),
                from => {
                    choices.push(from);
                    let mut ahead = rest.clone();
                    if ahead.next() == Some('-') && ahead.next().is_some_and(|to| to != ']') {
                        rest.next();
                        let to = rest.next()?;
                        choices.extend((from..=to).skip(1).take(100));
                    }
                }
            }
        }
    }

    /// How often what came before is repeated.
    fn times(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
        match rest.peek() {
            Some('*' | '+') => {
                rest.next();
                Some(3)
            }
            Some('?') => {
                rest.next();
                Some(1)
            }
            Some('{') => {
                rest.next();
                let within: String = rest.by_ref().take_while(|c| *c != '}').collect();
                within.split(',').next()?.trim().parse().ok().filter(|times| *times <= MADE_MAX)
            }
            _ => Some(1),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn simple_patterns_are_met() {
            for pattern in ["^[A-Z]{3}-\\d{4}$", "[a-f0-9]+", "^v\\d+\\.\\d+$", "^\\+?[0-9]{7,15}$"] {
                let text = made(pattern, &mut Draws::new(7)).unwrap();
                assert!(regex::Regex::new(pattern).unwrap().is_match(&text), "{pattern}: {text}");
            }
            assert_eq!(made("^(a|b)$", &mut Draws::new(7)), None);
        }
    }
}
