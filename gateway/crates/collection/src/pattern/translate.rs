//! ECMAScript's regular expressions (ECMA-262, section 22.2.1 and annex B.1.2) in the language of crate `regex`, where they
//! are regular. The pattern is known to be one of ECMAScript's.

use std::{fmt::Write as _, iter::Peekable, str::Chars};

/// What `\s` stands for, as members of a class.
const SPACE: &str = r"\t\n\x0B\x0C\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}";

/// A pattern in the other language. Absent: it has something that is not regular, or that the other one can't say.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern.chars().peekable(), out: String::with_capacity(pattern.len() * 2) };
    while let Some(c) = reader.rest.next() {
        reader.piece(c)?;
    }
    Some(reader.out)
}

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
}

/// A member of a class: a character, or a class of its own.
enum Member {
    One(char),
    Class(String),
}

// === impl Reader ===

impl Reader<'_> {
    fn piece(&mut self, c: char) -> Option<()> {
        match c {
            '\\' => return self.escape(),
            '[' => return self.class(),
            '(' => {
                // What is captured is of no use to anybody.
                self.out.push_str("(?:");
                if self.rest.next_if_eq(&'?').is_some() {
                    self.rest.next_if_eq(&':')?;
                }
            }
            ')' | '|' | '^' | '$' | '*' | '+' | '?' => self.out.push(c),
            '.' => self.out.push_str(r"[^\n\r\x{2028}\x{2029}]"),
            '{' if self.is_count() => {
                self.out.push('{');
                while let Some(c) = self.rest.next_if(|c| *c != '}') {
                    self.out.push(c);
                }
                self.out.extend(self.rest.next());
            }
            other => self.literal(other),
        }
        Some(())
    }

    /// Whether what follows a brace makes it a repetition: `2}`, `2,}`, `2,3}`.
    fn is_count(&self) -> bool {
        let inside: String = self.rest.clone().take_while(|c| *c != '}').collect();
        let closed = self.rest.clone().nth(inside.chars().count()) == Some('}');
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        closed && !least.is_empty() && digits(least) && digits(most)
    }

    fn literal(&mut self, c: char) {
        // Writing to a string does not fail.
        let _ = match c.is_ascii_alphanumeric() || !c.is_ascii() {
            true => write!(self.out, "{c}"),
            false => write!(self.out, r"\x{{{:x}}}", u32::from(c)),
        };
    }

    fn escape(&mut self) -> Option<()> {
        match self.rest.peek()? {
            'b' => self.out.push_str(r"(?-u:\b)"),
            'B' => return None,
            _ => {
                return match self.escaped()? {
                    Member::One(c) => {
                        self.literal(c);
                        Some(())
                    }
                    Member::Class(class) => {
                        self.out.push_str(&class);
                        Some(())
                    }
                };
            }
        }
        self.rest.next();
        Some(())
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<Member> {
        let class = |members: &str, negated: bool| {
            // ECMAScript's classes are of ASCII, whatever the case of what lies beyond.
            Member::Class(format!("(?-i:[{}{members}])", if negated { "^" } else { "" }))
        };
        Some(match self.rest.next()? {
            'd' => class("0-9", false),
            'D' => class("0-9", true),
            'w' => class("A-Za-z0-9_", false),
            'W' => class("A-Za-z0-9_", true),
            's' => class(SPACE, false),
            'S' => class(SPACE, true),
            't' => Member::One('\t'),
            'n' => Member::One('\n'),
            'r' => Member::One('\r'),
            'v' => Member::One('\u{b}'),
            'f' => Member::One('\u{c}'),
            '0' if !self.rest.peek().is_some_and(char::is_ascii_digit) => Member::One('\0'),
            '0'..='9' | 'c' | 'k' => return None,
            'x' => Member::One(self.hex(2, 'x')?),
            'u' => Member::One(self.hex(4, 'u')?),
            other => Member::One(other),
        })
    }

    /// The character that so many hexadecimal digits stand for; `else_` where there are none. Absent: half a character.
    fn hex(&mut self, count: usize, else_: char) -> Option<char> {
        let digits: String = self.rest.clone().take(count).take_while(char::is_ascii_hexdigit).collect();
        if digits.len() < count {
            return Some(else_);
        }
        self.rest.nth(count - 1);
        char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
    }

    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut empty = true;
        loop {
            let member = match self.rest.next()? {
                ']' if empty => return None,
                ']' => break,
                c => self.member(c)?,
            };
            empty = false;
            let is_range = self.rest.peek() == Some(&'-') && self.rest.clone().nth(1).is_some_and(|c| c != ']');
            if !is_range {
                self.put(member);
                continue;
            }
            self.rest.next();
            let last = self.rest.next()?;
            let last = self.member(last)?;
            let between = match (&member, &last) {
                (Member::One(_), Member::One(_)) => "-",
                _ => r"\-",
            };
            self.put(member);
            self.out.push_str(between);
            self.put(last);
        }
        self.out.push(']');
        Some(())
    }

    fn member(&mut self, c: char) -> Option<Member> {
        match c {
            '\\' if self.rest.next_if_eq(&'b').is_some() => Some(Member::One('\u{8}')),
            '\\' => match self.escaped()? {
                // A class within a class can't say which case it is of.
                Member::Class(class) => Some(Member::Class(class.strip_prefix("(?-i:")?.strip_suffix(')')?.to_owned())),
                one @ Member::One(_) => Some(one),
            },
            other => Some(Member::One(other)),
        }
    }

    fn put(&mut self, member: Member) {
        match member {
            Member::One(c) => self.literal(c),
            Member::Class(class) => self.out.push_str(&class),
        }
    }
}

/// Whether a group that is repeated has a repetition within it.
pub(super) fn repeats_within(pattern: &str) -> bool {
    let (mut open, mut inner) = (vec![false], false);
    let mut chars = pattern.chars().peekable();
    // Whether what was just read is a group with a repetition in it.
    while let Some(c) = chars.next() {
        let was = std::mem::take(&mut inner);
        match c {
            '\\' => drop(chars.next()),
            '[' => while chars.next().is_some_and(|c| c != ']' && (c != '\\' || chars.next().is_some())) {},
            '(' => {
                open.push(false);
                chars.next_if_eq(&'?');
            }
            ')' => {
                inner = open.pop().unwrap_or(false);
                if let Some(around) = open.last_mut() {
                    *around |= inner;
                }
            }
            '*' | '+' | '{' if was => return true,
            '*' | '+' | '{' | '?' => open.iter_mut().for_each(|group| *group = true),
            _ => {}
        }
    }
    false
}
