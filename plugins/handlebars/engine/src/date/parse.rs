//! Reads dates as V8's `Date.parse` does: the format of ECMA-262 (`2026-11-22T10:00:00.000Z`), and, where a text is not
//! of that, nearly everything that looks like a date (`Nov 22 2026 10:00`, `11/22/2026`, RFC 2822).
//!
//! The rules of the second kind are nobody's standard but V8's own (`src/date/dateparser-inl.h`).

mod compose;
mod token;

use compose::{Day, Offset, Time};
use token::{Keyword, Token, Tokens};

use super::{civil::time_clip, zone::Zone};

/// The milliseconds of a date's text, `NaN` when it is none. What names no zone is in the given one, but for the
/// standard format without a time, which is in UTC.
pub(crate) fn parse(text: &str, zone: &Zone) -> f64 {
    let mut parser =
        Parser { tokens: Tokens::new(text), day: Day::default(), time: Time::default(), offset: Offset::default() };
    parser.read().and_then(|()| parser.finish(zone)).unwrap_or(f64::NAN)
}

struct Parser<'t> {
    tokens: Tokens<'t>,
    day: Day,
    time: Time,
    offset: Offset,
}

/// How the standard format went.
enum Standard {
    Read,
    /// What has been read so far may begin something else, which goes on with this token.
    Other(Token),
}

// === impl Parser ===

impl Parser<'_> {
    /// Absent: the text is no date.
    fn read(&mut self) -> Option<()> {
        let mut token = match self.standard()? {
            Standard::Read => return Some(()),
            Standard::Other(token) => token,
        };
        let mut has_number = !self.day.is_empty();
        while token != Token::End {
            match token {
                Token::Number(number, _) => {
                    has_number = true;
                    self.number(number)?;
                }
                Token::Word(keyword, _) => self.word(keyword, has_number)?,
                Token::Symbol(sign @ ('+' | '-')) if self.offset.is_utc() || !self.time.is_empty() => {
                    has_number = true;
                    self.signed(sign)?;
                }
                Token::Symbol('+' | '-' | ')') if has_number => return None,
                _ => {}
            }
            token = self.tokens.next();
        }
        Some(())
    }

    fn number(&mut self, number: i64) -> Option<()> {
        if self.tokens.skip(':') {
            if self.tokens.skip(':') {
                self.time.is_empty().then_some(())?;
                self.time.add(number)?;
                return self.time.add(0);
            }
            self.time.add(number)?;
            self.tokens.skip('.');
            return Some(());
        }
        if self.tokens.skip('.') && self.time.is_expecting(number) {
            self.time.add(number)?;
            let Token::Number(fraction, digits) = self.tokens.next() else { return None };
            self.time.add_last(millis(fraction, digits));
        } else if self.offset.is_expecting(number) {
            self.offset.minute = Some(number);
        } else if self.time.is_expecting(number) {
            self.time.add_last(number);
            let may_follow = matches!(
                self.tokens.peek(),
                Token::End | Token::Space | Token::Word(Keyword::Zulu, _) | Token::Symbol('+' | '-')
            );
            may_follow.then_some(())?;
        } else {
            self.day.add(number)?;
            self.tokens.skip('-');
        }
        Some(())
    }

    fn word(&mut self, keyword: Keyword, has_number: bool) -> Option<()> {
        match keyword {
            Keyword::HalfDay(hours) if !self.time.is_empty() => self.time.half_day = Some(hours),
            Keyword::Month(month) => {
                self.day.named_month = Some(month);
                self.tokens.skip('-');
            }
            Keyword::Zulu if has_number => self.offset.set_hours(0),
            Keyword::Zone(hours) if has_number => self.offset.set_hours(hours),
            // Other words may stand in front of the first number, apart from it.
            _ => (!has_number && !matches!(self.tokens.peek(), Token::Number(..))).then_some(())?,
        }
        Some(())
    }

    /// An offset after a time: `+1`, `-0330`, `+01:00`.
    fn signed(&mut self, sign: char) -> Option<()> {
        self.offset.sign = Some(if sign == '-' { -1 } else { 1 });
        let (number, digits) = match self.tokens.peek() {
            Token::Number(number, digits) => {
                self.tokens.next();
                (number, digits)
            }
            _ => (0, 0),
        };
        if self.tokens.peek() == Token::Symbol(':') {
            (self.offset.hour, self.offset.minute) = (Some(number), None);
            return Some(());
        }
        let (hour, minute) = match digits {
            1 | 2 => (number, 0),
            3 | 4 => (number / 100, number % 100),
            _ => return None,
        };
        (self.offset.hour, self.offset.minute) = (Some(hour), Some(minute));
        Some(())
    }

    /// The format of ECMA-262. Absent: it began so and can be nothing else.
    fn standard(&mut self) -> Option<Standard> {
        if let Some(other) = self.standard_date() {
            return Some(Standard::Other(other));
        }
        if !matches!(self.tokens.peek(), Token::Word(Keyword::Time, _)) {
            if self.tokens.peek() != Token::End {
                return Some(Standard::Other(self.tokens.next()));
            }
        } else {
            self.tokens.next();
            self.standard_time()?;
        }
        if self.offset.is_empty() && self.time.is_empty() {
            self.offset.set_hours(0);
        }
        self.day.is_standard = true;
        Some(Standard::Read)
    }

    /// `2026`, `2026-11`, `2026-11-22`, `+012026-...`. Gives the token that does not fit.
    fn standard_date(&mut self) -> Option<Token> {
        match self.tokens.peek() {
            Token::Symbol(sign @ ('+' | '-')) => {
                let sign_token = self.tokens.next();
                let Token::Number(year, 6) = self.tokens.peek() else { return Some(sign_token) };
                self.tokens.next();
                if sign == '-' && year == 0 {
                    return Some(sign_token);
                }
                self.day.add(if sign == '-' { -year } else { year })?;
            }
            Token::Number(year, 4) => {
                self.tokens.next();
                self.day.add(year);
            }
            _ => return Some(self.tokens.next()),
        }
        for most in [12, 31] {
            if !self.tokens.skip('-') {
                break;
            }
            match self.tokens.peek() {
                Token::Number(number, 2) if (1..=most).contains(&number) => {
                    self.tokens.next();
                    self.day.add(number);
                }
                _ => return Some(self.tokens.next()),
            }
        }
        None
    }

    /// `10:00`, `10:00:00`, `10:00:00.000`, and an offset.
    fn standard_time(&mut self) -> Option<()> {
        let hour = self.two_digits(24)?;
        // Midnight at the end of a day, and nothing after it.
        let most = if hour == 24 { 0 } else { 59 };
        self.time.add(hour)?;
        self.tokens.skip(':').then_some(())?;
        let minute = self.two_digits(most)?;
        self.time.add(minute)?;
        if self.tokens.skip(':') {
            let second = self.two_digits(most)?;
            self.time.add(second)?;
            if self.tokens.skip('.') {
                match self.tokens.next() {
                    Token::Number(fraction, digits) if hour < 24 || fraction == 0 => {
                        self.time.add(millis(fraction, digits))?;
                    }
                    _ => return None,
                }
            }
        }
        match self.tokens.peek() {
            Token::Word(Keyword::Zulu, _) => {
                self.tokens.next();
                self.offset.set_hours(0);
            }
            Token::Symbol(sign @ ('+' | '-')) => {
                self.tokens.next();
                self.standard_offset(sign)?;
            }
            _ => {}
        }
        (self.tokens.peek() == Token::End).then_some(())
    }

    fn standard_offset(&mut self, sign: char) -> Option<()> {
        self.offset.sign = Some(if sign == '-' { -1 } else { 1 });
        let (hour, minute) = if let Token::Number(both, 4) = self.tokens.peek() {
            self.tokens.next();
            (both / 100, both % 100)
        } else {
            let hour = self.two_digits(23)?;
            self.tokens.skip(':').then_some(())?;
            (hour, self.two_digits(59)?)
        };
        (hour <= 23 && minute <= 59).then_some(())?;
        (self.offset.hour, self.offset.minute) = (Some(hour), Some(minute));
        Some(())
    }

    fn two_digits(&mut self, most: i64) -> Option<i64> {
        match self.tokens.next() {
            Token::Number(number, 2) if number <= most => Some(number),
            _ => None,
        }
    }

    fn finish(&self, zone: &Zone) -> Option<f64> {
        let local = self.time.on(self.day.civil()?)?.to_millis();
        let millis = match self.offset.seconds() {
            Some(seconds) => local.saturating_sub(seconds.saturating_mul(1000)),
            None => zone.moment(local),
        };
        Some(time_clip(millis as f64))
    }
}

/// Milliseconds of a fraction of a second: as many digits as were written, the first three count.
fn millis(fraction: i64, digits: usize) -> i64 {
    match digits {
        1 => fraction * 100,
        2 => fraction * 10,
        3 => fraction,
        // Of more than nine digits only so many were read.
        _ => fraction / 10_i64.pow(digits.min(9).saturating_sub(3) as u32),
    }
}
