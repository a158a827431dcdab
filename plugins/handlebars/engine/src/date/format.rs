//! Dates by the tokens of date-fns 4 (`format`, locale `en-US`, weeks from Sunday), with the additional tokens for
//! week-numbering years and days of the year, which Mockoon turns on.

use super::{
    civil::{Civil, MILLIS_PER_DAY},
    names::{DAYS, MONTHS, day_period, first, half_day, ordinal},
    zone::Zone,
};
use crate::{RenderError, value::number};

/// A date by a format.
///
/// # Errors
///
/// What date-fns throws: for a date that is none, a letter that is no token, and a format without a character.
pub(crate) fn format(millis: f64, format: &str, zone: &Zone) -> Result<String, RenderError> {
    if millis.is_nan() {
        return Err(RenderError::new("Invalid time value"));
    }
    let expanded = expand(format);
    let pieces = pieces(&expanded);
    if pieces.is_empty() {
        return Err(RenderError::new("Cannot read properties of null (reading 'map')"));
    }
    if let Some(letter) = pieces.iter().find_map(unknown_letter) {
        let message = format!("Format string contains an unescaped latin alphabet character `{letter}`");
        return Err(RenderError::new(message));
    }
    // A date is whole and far within range.
    let moment = Moment::of(millis as i64, zone);
    let mut out = String::with_capacity(expanded.len() + 16);
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Quoted(text) => out.push_str(&text.replace("''", "'")),
            Piece::Ordinal(letter) => out.push_str(&ordinal(moment.number(letter))),
            Piece::Token(letter, length) => moment.write(&mut out, letter, length),
        }
    }
    Ok(out)
}

/// A part of a format.
enum Piece<'f> {
    Text(&'f str),
    /// The inside of quotes, where two quotes are one.
    Quoted(&'f str),
    /// A letter and how often it stands there.
    Token(char, usize),
    /// A letter and `o`.
    Ordinal(char),
}

/// Letters that mean something.
const TOKENS: &str = "GyYRuQqMLwIdDEeciabBhHKkmsSXxOztT";
/// Those that may be an ordinal.
const ORDINALS: &str = "yYQqMLwIdDecihHKkms";

fn unknown_letter(piece: &Piece<'_>) -> Option<char> {
    match piece {
        Piece::Token(letter, _) if !TOKENS.contains(*letter) => Some(*letter),
        _ => None,
    }
}

/// The parts of a format. A line break is none, unless it stands in quotes.
fn pieces(format: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\'' => {
                let length = quoted_length(rest);
                pieces.push(if rest.starts_with("''") {
                    Piece::Text("'")
                } else {
                    Piece::Quoted(unquoted(rest, length))
                });
                length
            }
            _ if ORDINALS.contains(c) && rest.get(1..).is_some_and(|after| after.starts_with('o')) => {
                pieces.push(Piece::Ordinal(c));
                2
            }
            _ if c.is_ascii_alphabetic() => {
                let length = run_length(rest, c);
                pieces.push(Piece::Token(c, length));
                length
            }
            _ => {
                if !is_line_break(c) {
                    pieces.push(Piece::Text(rest.get(..c.len_utf8()).unwrap_or_default()));
                }
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    pieces
}

/// What JavaScript's `.` does not match.
fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn run_length(text: &str, c: char) -> usize {
    text.find(|other| other != c).unwrap_or(text.len())
}

/// The length of what begins with a quote: `''`, or all up to a quote that is alone.
fn quoted_length(text: &str) -> usize {
    if text.starts_with("''") {
        return 2;
    }
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (None, _) => return at,
            (Some(b'\''), Some(b'\'')) => at += 2,
            (Some(b'\''), _) => return at + 1,
            _ => at += 1,
        }
    }
}

/// The inside of a quoted part. The last quote may be missing.
fn unquoted(text: &str, length: usize) -> &str {
    let inside = text.get(1..length).unwrap_or_default();
    inside.strip_suffix('\'').unwrap_or(inside)
}

/// Replaces the long tokens `P` (date), `p` (time) and both together.
fn expand(format: &str) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\'' => quoted_length(rest),
            'P' => run_length(rest, 'P'),
            'p' => run_length(rest, 'p'),
            _ => c.len_utf8(),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        match c {
            'P' => {
                let times = run_length(rest, 'p');
                out.push_str(long_date(length));
                if times > 0 {
                    out.push_str(if length <= 2 { ", " } else { " 'at' " });
                    out.push_str(long_time(times));
                    rest = rest.get(times..).unwrap_or_default();
                }
            }
            'p' => out.push_str(long_time(length)),
            _ if is_line_break(c) => {}
            _ => out.push_str(piece),
        }
    }
    out
}

fn long_date(length: usize) -> &'static str {
    match length {
        1 => "MM/dd/yyyy",
        2 => "MMM d, y",
        3 => "MMMM do, y",
        _ => "EEEE, MMMM do, y",
    }
}

fn long_time(length: usize) -> &'static str {
    match length {
        1 => "h:mm a",
        2 => "h:mm:ss a",
        3 => "h:mm:ss a z",
        _ => "h:mm:ss a zzzz",
    }
}

/// A moment, as a calendar and a clock show it.
struct Moment {
    utc_millis: i64,
    civil: Civil,
    /// Minutes ahead of UTC.
    offset: i64,
    weekday: i64,
}

// === impl Moment ===

impl Moment {
    fn of(utc_millis: i64, zone: &Zone) -> Self {
        let civil = zone.civil(utc_millis);
        Self { utc_millis, civil, offset: zone.offset_at(utc_millis) / 60, weekday: civil.weekday() }
    }

    /// What a token counts.
    fn number(&self, letter: char) -> i64 {
        let Civil { year, month, day, hour, minute, second, .. } = self.civil;
        let positive = |year: i64| if year > 0 { year } else { 1 - year };
        match letter {
            'y' => positive(year),
            'Y' => positive(Weeks::SUNDAY.year(self.civil)),
            'R' => Weeks::ISO.year(self.civil),
            'Q' | 'q' => month / 3 + 1,
            'M' | 'L' => month + 1,
            'w' => Weeks::SUNDAY.week(self.civil),
            'I' => Weeks::ISO.week(self.civil),
            'd' => day,
            'D' => self.civil.day_of_year(),
            'e' | 'c' => self.weekday + 1,
            'i' if self.weekday == 0 => 7,
            'i' => self.weekday,
            'h' => (hour + 11) % 12 + 1,
            'H' => hour,
            'K' => hour % 12,
            'k' if hour == 0 => 24,
            'k' => hour,
            'm' => minute,
            's' => second,
            't' => self.utc_millis / 1000,
            'T' => self.utc_millis,
            // `u`, and there is no other.
            _ => year,
        }
    }

    fn write(&self, out: &mut String, letter: char, length: usize) {
        let number = || self.number(letter);
        match letter {
            'G' => out.push_str(self.era(length)),
            'y' | 'Y' if length == 2 => write_padded(out, number() % 100, 2),
            'Q' | 'q' if length > 2 => out.push_str(&self.quarter(length)),
            'M' | 'L' if length > 2 => out.push_str(self.month(length)),
            'E' => out.push_str(self.day(length.max(3))),
            'e' | 'c' | 'i' if length > 2 => out.push_str(self.day(length)),
            'a' => out.push_str(half_day(self.civil.hour >= 12, length)),
            'b' => out.push_str(self.noon(length)),
            'B' => out.push_str(day_period(self.civil.hour)),
            'S' => self.write_fraction(out, length),
            'X' if self.offset == 0 => out.push('Z'),
            'X' | 'x' => self.write_offset(out, length),
            'O' | 'z' => self.write_gmt(out, length),
            _ => write_padded(out, number(), length),
        }
    }

    fn era(&self, length: usize) -> &'static str {
        match (self.civil.year > 0, length) {
            (true, ..=3) => "AD",
            (false, ..=3) => "BC",
            (true, 5) => "A",
            (false, 5) => "B",
            (true, _) => "Anno Domini",
            (false, _) => "Before Christ",
        }
    }

    fn quarter(&self, length: usize) -> String {
        let quarter = self.number('Q');
        match length {
            3 => format!("Q{quarter}"),
            5 => quarter.to_string(),
            _ => format!("{} quarter", ordinal(quarter)),
        }
    }

    fn month(&self, length: usize) -> &'static str {
        let name = MONTHS.get(self.civil.month as usize).copied().unwrap_or_default();
        match length {
            3 => first(name, 3),
            5 => first(name, 1),
            _ => name,
        }
    }

    fn day(&self, length: usize) -> &'static str {
        let name = DAYS.get(self.weekday as usize).copied().unwrap_or_default();
        match length {
            3 => first(name, 3),
            5 => first(name, 1),
            6 => first(name, 2),
            _ => name,
        }
    }

    fn noon(&self, length: usize) -> &'static str {
        match (self.civil.hour, length) {
            (12, 5) => "n",
            (12, _) => "noon",
            (0, 5) => "mi",
            (0, _) => "midnight",
            (hour, _) => half_day(hour >= 12, length),
        }
    }

    /// As many digits of the second's fraction; JavaScript computes them in doubles.
    fn write_fraction(&self, out: &mut String, digits: usize) {
        let power = 10_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX) - 3);
        let fraction = (self.civil.millis as f64 * power).trunc();
        number::with_text(fraction, |text| {
            out.extend(std::iter::repeat_n('0', digits.saturating_sub(text.len())));
            out.push_str(text);
        });
    }

    fn write_offset(&self, out: &mut String, length: usize) {
        let minutes = self.offset.abs();
        out.push(if self.offset < 0 { '-' } else { '+' });
        write_padded(out, minutes / 60, 2);
        if length == 1 && minutes % 60 == 0 {
            return;
        }
        if !matches!(length, 1 | 2 | 4) {
            out.push(':');
        }
        write_padded(out, minutes % 60, 2);
    }

    fn write_gmt(&self, out: &mut String, length: usize) {
        out.push_str("GMT");
        if length > 3 {
            return self.write_offset(out, 5);
        }
        let minutes = self.offset.abs();
        out.push(if self.offset < 0 { '-' } else { '+' });
        write_padded(out, minutes / 60, 1);
        if minutes % 60 != 0 {
            out.push(':');
            write_padded(out, minutes % 60, 2);
        }
    }
}

/// How the weeks of a year are counted.
struct Weeks {
    /// The weekday that they begin with, Sunday is 0.
    starts_on: i64,
    /// The day of January that is always in the first.
    first_contains: i64,
}

// === impl Weeks ===

impl Weeks {
    const SUNDAY: Self = Self { starts_on: 0, first_contains: 1 };
    const ISO: Self = Self { starts_on: 1, first_contains: 4 };

    /// The year that a day's week belongs to.
    fn year(&self, civil: Civil) -> i64 {
        let day = day_number(civil);
        let years = [civil.year + 1, civil.year];
        years.into_iter().find(|year| day >= self.first_day(*year)).unwrap_or(civil.year - 1)
    }

    /// The week of that year, from 1.
    fn week(&self, civil: Civil) -> i64 {
        (self.start_of_week(day_number(civil)) - self.first_day(self.year(civil))) / 7 + 1
    }

    fn first_day(&self, year: i64) -> i64 {
        self.start_of_week(day_number(Civil::of_day(year, 0, self.first_contains)))
    }

    fn start_of_week(&self, day: i64) -> i64 {
        day - (day + 4 - self.starts_on).rem_euclid(7)
    }
}

/// Days since 1970 on the calendar.
fn day_number(civil: Civil) -> i64 {
    civil.to_millis().div_euclid(MILLIS_PER_DAY)
}

/// A number with zeros in front up to a length; the sign does not count.
fn write_padded(out: &mut String, number: i64, length: usize) {
    if number < 0 {
        out.push('-');
    }
    let digits = number.unsigned_abs().to_string();
    out.extend(std::iter::repeat_n('0', length.saturating_sub(digits.len())));
    out.push_str(&digits);
}
