//! `Date.parse`: the form of ECMAScript, or else whatever V8's older reader makes sense of (`dateparser.cc`). Times
//! without a zone are in UTC.

use super::{DAY_MS, MONTHS, days_from_civil};

/// The milliseconds since 1970 that a text means; NaN where it means none.
pub(super) fn parse(text: &str) -> f64 {
    standard(text).or_else(|| loose(text)).unwrap_or(f64::NAN)
}

/// `YYYY[-MM[-DD]][THH:mm[:ss[.sss]][Z|+HH:mm]]`, ECMA-262 section 21.4.1.32.
fn standard(text: &str) -> Option<f64> {
    let mut reader = Reader { rest: text.trim() };
    let sign = reader.sign();
    let year = reader.digits(if sign.is_some() { 6 } else { 4 })?;
    let year = if sign == Some(-1.0) { -year } else { year };
    let mut month = 1.0;
    let mut day = 1.0;
    if reader.take('-') {
        month = reader.digits(2)?;
        if reader.take('-') {
            day = reader.digits(2)?;
        }
    }
    let mut ms = 0.0;
    if reader.take('T') || reader.take('t') {
        ms = reader.time()?;
        ms -= reader.zone()?;
    }
    let is_date = (1.0..=12.0).contains(&month) && (1.0..=31.0).contains(&day);
    (is_date && reader.rest.is_empty()).then(|| at(year, month - 1.0, day, ms))
}

fn at(year: f64, month: f64, day: f64, ms: f64) -> f64 {
    days_from_civil(year as i64, month as usize, day as i64) as f64 * DAY_MS + ms
}

struct Reader<'a> {
    rest: &'a str,
}

// === impl Reader ===

impl Reader<'_> {
    fn take(&mut self, token: char) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn sign(&mut self) -> Option<f64> {
        if self.take('+') {
            Some(1.0)
        } else if self.take('-') {
            Some(-1.0)
        } else {
            None
        }
    }

    /// So many digits.
    fn digits(&mut self, count: usize) -> Option<f64> {
        let digits = self.rest.get(..count).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let number = digits.parse().ok()?;
        self.rest = self.rest.get(count..)?;
        Some(number)
    }

    fn time(&mut self) -> Option<f64> {
        let hour = self.digits(2)?;
        if !self.take(':') {
            return None;
        }
        let minute = self.digits(2)?;
        let mut second = 0.0;
        let mut ms = 0.0;
        if self.take(':') {
            second = self.digits(2)?;
            if self.take('.') {
                ms = self.fraction()?;
            }
        }
        is_time(hour, minute, second, ms).then_some(((hour * 60.0 + minute) * 60.0 + second) * 1000.0 + ms)
    }

    /// The digits behind a point, as milliseconds; what is beyond them is dropped.
    fn fraction(&mut self) -> Option<f64> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.rest.get(..count).filter(|digits| !digits.is_empty())?;
        self.rest = self.rest.get(count..)?;
        format!("{:0<3}", digits.get(..3).unwrap_or(digits)).parse().ok()
    }

    fn zone(&mut self) -> Option<f64> {
        if self.take('Z') || self.take('z') {
            return Some(0.0);
        }
        let Some(sign) = self.sign() else { return Some(0.0) };
        let hour = self.digits(2)?;
        self.take(':');
        let minute = self.digits(2)?;
        (hour <= 23.0 && minute <= 59.0).then_some(sign * (hour * 60.0 + minute) * 60_000.0)
    }
}

fn is_time(hour: f64, minute: f64, second: f64, ms: f64) -> bool {
    let is_last = hour == 24.0 && minute == 0.0 && second == 0.0 && ms == 0.0;
    is_last || (hour <= 23.0 && minute <= 59.0 && second <= 59.0)
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A number, and how many digits it has.
    Number(f64, usize),
    /// The first three letters, in lower case, of a word, and how many letters it has.
    Word(String, usize),
    Symbol(char),
    Space,
}

/// What V8 reads when the standard's form does not fit: `Jan 2, 2020 10:30 PM GMT+2`, `1/2/2020`, ...
#[derive(Default)]
struct Loose {
    /// Day, month and year as numbers, in the order of the text.
    day: Vec<f64>,
    month: Option<f64>,
    time: Vec<f64>,
    /// Whether the time's last part has been read.
    is_timed: bool,
    /// What is added to an hour of the clock: 12 in the afternoon.
    afternoon: Option<f64>,
    zone: Option<f64>,
    has_number: bool,
}

fn loose(text: &str) -> Option<f64> {
    let tokens = tokens(text);
    let mut state = Loose::default();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        index += 1;
        index += state.step(token, tokens.get(index..).unwrap_or_default())?;
    }
    state.finish()
}

// === impl Loose ===

impl Loose {
    /// Takes in a token; gives how many of the next ones it used, or nothing where they mean nothing together.
    fn step(&mut self, token: &Token, next: &[Token]) -> Option<usize> {
        match token {
            Token::Number(number, _) => self.number(*number, next),
            Token::Word(word, letters) => self.word(word, *letters, next),
            Token::Symbol(sign @ ('+' | '-')) if self.zone.is_some() || !self.time.is_empty() => {
                self.offset(*sign, next)
            }
            Token::Symbol('+' | '-' | ')') if self.has_number => None,
            // What is in parentheses is a comment.
            Token::Symbol('(') => {
                let mut depth = 1;
                let end = next.iter().position(|token| {
                    depth += match token {
                        Token::Symbol('(') => 1,
                        Token::Symbol(')') => -1,
                        _ => 0,
                    };
                    depth == 0
                });
                Some(end.map_or(next.len(), |end| end + 1))
            }
            _ => Some(0),
        }
    }

    fn is_time_open(&self) -> bool {
        !self.time.is_empty() && !self.is_timed && self.time.len() < 4
    }

    fn number(&mut self, number: f64, next: &[Token]) -> Option<usize> {
        self.has_number = true;
        match next.first() {
            Some(Token::Symbol(':')) if !self.is_timed && self.time.len() < 2 => {
                self.time.push(number);
                Some(1)
            }
            Some(Token::Symbol(':')) => None,
            Some(Token::Symbol('.')) if self.is_time_open() => {
                let Some(Token::Number(fraction, digits)) = next.get(1) else { return None };
                self.time.push(number);
                self.time.resize(3, 0.0);
                let scale = 10_f64.powi(3 - i32::try_from(*digits).ok()?);
                self.time.push((fraction * scale).floor());
                self.is_timed = true;
                Some(2)
            }
            peeked if self.is_time_open() => {
                self.time.push(number);
                self.is_timed = true;
                let may_follow = match peeked {
                    None | Some(Token::Space | Token::Symbol('+' | '-')) => true,
                    Some(Token::Word(word, 1)) => word == "z",
                    _ => false,
                };
                may_follow.then_some(0)
            }
            peeked => {
                if self.day.len() == 3 {
                    return None;
                }
                self.day.push(number);
                Some(usize::from(peeked == Some(&Token::Symbol('-'))))
            }
        }
    }

    fn word(&mut self, word: &str, letters: usize, next: &[Token]) -> Option<usize> {
        const ZONES: [(&str, f64); 12] = [
            ("z", 0.0),
            ("ut", 0.0),
            ("utc", 0.0),
            ("gmt", 0.0),
            ("est", -5.0),
            ("edt", -4.0),
            ("cst", -6.0),
            ("cdt", -5.0),
            ("mst", -7.0),
            ("mdt", -6.0),
            ("pst", -8.0),
            ("pdt", -7.0),
        ];
        let zone = ZONES.into_iter().find(|(name, _)| *name == word && letters <= 3);
        if let ("am" | "pm", 2, false) = (word, letters, self.time.is_empty()) {
            self.afternoon = Some(if word == "pm" { 12.0 } else { 0.0 });
        } else if let Some(month) = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(word)) {
            self.month = Some(month as f64);
            return Some(usize::from(next.first() == Some(&Token::Symbol('-'))));
        } else if let (Some((_, hours)), true) = (zone, self.has_number) {
            self.zone = Some(hours * 3_600_000.0);
        } else if self.has_number || matches!(next.first(), Some(Token::Number(..))) {
            return None;
        }
        Some(0)
    }

    fn offset(&mut self, sign: char, next: &[Token]) -> Option<usize> {
        let sign = if sign == '-' { -1.0 } else { 1.0 };
        let (number, digits) = match next.first() {
            Some(Token::Number(number, digits)) => (*number, *digits),
            _ => (0.0, 0),
        };
        let used = usize::from(digits > 0);
        self.has_number = true;
        let (hours, minutes, used) = match (next.get(used), next.get(used + 1)) {
            (Some(Token::Symbol(':')), Some(Token::Number(minutes, _))) => (number, *minutes, used + 2),
            _ if matches!(digits, 1 | 2) => (number, 0.0, used),
            _ if matches!(digits, 3 | 4) => ((number / 100.0).floor(), number % 100.0, used),
            _ => return None,
        };
        self.zone = Some(sign * (hours * 60.0 + minutes) * 60_000.0);
        Some(used)
    }

    fn finish(&self) -> Option<f64> {
        let (year, month, day) = self.date()?;
        let part = |index| self.time.get(index).copied().unwrap_or(0.0);
        let (mut hour, minute, second, ms): (f64, f64, f64, f64) = (part(0), part(1), part(2), part(3));
        if let Some(offset) = self.afternoon {
            if !(1.0..=12.0).contains(&hour) {
                return None;
            }
            hour = hour % 12.0 + offset;
        }
        if !is_time(hour, minute, second, ms) {
            return None;
        }
        let time = ((hour * 60.0 + minute) * 60.0 + second) * 1000.0 + ms;
        Some(at(year, month, day, time - self.zone.unwrap_or(0.0)))
    }

    /// Year, month from 0, and day. What is absent is 1, so that there are always three numbers.
    fn date(&self) -> Option<(f64, f64, f64)> {
        let part = |index| self.day.get(index).copied().unwrap_or(1.0);
        let first = *self.day.first()?;
        let (year, month, day) = match self.month {
            Some(month) if is_day(first) => (part(1), month, first),
            Some(month) => (first, month, part(1)),
            None if is_day(first) => (part(2), first - 1.0, part(1)),
            None => (first, part(1) - 1.0, part(2)),
        };
        let year = match year {
            0.0..50.0 => year + 2000.0,
            50.0..100.0 => year + 1900.0,
            year => year,
        };
        ((0.0..12.0).contains(&month) && is_day(day) && year.abs() < 300_000.0).then_some((year, month, day))
    }
}

fn is_day(number: f64) -> bool {
    (1.0..=31.0).contains(&number)
}

/// Whether it is part of a word: V8 takes brackets for letters, since they lie behind `A`.
fn is_letter(c: char) -> bool {
    c >= 'A' && !c.is_whitespace()
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            run(|c| c.is_ascii_digit())
        } else if is_letter(first) {
            run(is_letter)
        } else if first.is_whitespace() {
            run(char::is_whitespace)
        } else {
            first.len_utf8()
        };
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        tokens.push(if first.is_ascii_digit() {
            Token::Number(piece.parse().unwrap_or(f64::INFINITY), piece.len())
        } else if is_letter(first) {
            Token::Word(piece.chars().take(3).collect::<String>().to_ascii_lowercase(), piece.chars().count())
        } else if first.is_whitespace() {
            Token::Space
        } else {
            Token::Symbol(first)
        });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::{super::to_iso, parse};

    #[test]
    fn texts_are_the_dates_that_node_reads() {
        for (text, iso) in [
            ("2020", "2020-01-01T00:00:00.000Z"),
            ("2020-02", "2020-02-01T00:00:00.000Z"),
            ("2020-02-03", "2020-02-03T00:00:00.000Z"),
            ("2020-02-03T04:05", "2020-02-03T04:05:00.000Z"),
            ("2020-02-03T04:05:06.7Z", "2020-02-03T04:05:06.700Z"),
            ("2020-02-03T04:05:06.123456+02:30", "2020-02-03T01:35:06.123Z"),
            ("2020-02-30", "2020-03-01T00:00:00.000Z"),
            ("+012020-01-01T24:00:00Z", "+012020-01-02T00:00:00.000Z"),
            ("2020-02-03 04:05", "2020-02-03T04:05:00.000Z"),
            ("2020/2/3", "2020-02-03T00:00:00.000Z"),
            ("2/3/2020", "2020-02-03T00:00:00.000Z"),
            ("Feb 3, 2020 4:05 PM", "2020-02-03T16:05:00.000Z"),
            ("3 February 2020 12:00 AM GMT+2", "2020-02-02T22:00:00.000Z"),
            ("Sat Nov 21 2026 08:01:44 GMT+0000 (Coordinated Universal Time)", "2026-11-21T08:01:44.000Z"),
            ("Mon, 03 Feb 2020 04:05:06 EST", "2020-02-03T09:05:06.000Z"),
            ("1/2/99", "1999-01-02T00:00:00.000Z"),
            ("0", "2000-01-01T00:00:00.000Z"),
            ("2", "2001-02-01T00:00:00.000Z"),
            ("32", "2032-01-01T00:00:00.000Z"),
            ("2020 Feb", "2020-02-01T00:00:00.000Z"),
            ("2020-01-01Z", "2020-01-01T00:00:00.000Z"),
            ("12:30 2020-05-05", "2020-05-05T12:30:00.000Z"),
            ("2020-05-05 12:30:15.5 PM", "2020-05-05T12:30:15.500Z"),
        ] {
            assert_eq!(to_iso(parse(text)).as_deref(), Some(iso), "{text}");
        }
        for text in [
            "",
            "x",
            "2020-13-01",
            "tomorrow",
            "2020-01-01T25:00:00Z",
            "a 5 b",
            "13",
            "Feb",
            "12:30",
            "5 estonia 2020",
            "[a-c]{2}",
            "2020-1-1T10:00",
            "1:2:3:4:5",
            "32/32/32",
        ] {
            assert!(parse(text).is_nan(), "{text}");
        }
    }
}
