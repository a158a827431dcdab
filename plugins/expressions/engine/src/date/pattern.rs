//! Patterns of Java's `SimpleDateFormat`, in the locale `en_US`.

use std::fmt::Write as _;

use super::civil::{Civil, Moment, days};

/// A pattern, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Box<[Piece]>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    /// A letter, and how often it stands.
    Field(char, usize),
}

/// The letters that mean something.
const LETTERS: &str = "GyYMLwWDdFEuaHkKhmsSzZX";

/// Digits that a field prints at most: a longer run of letters is no pattern that anybody means.
const WIDEST: usize = 64;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

// === impl Pattern ===

impl Pattern {
    /// Takes a pattern apart.
    ///
    /// # Errors
    ///
    /// Why it is none, as a phrase.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\'' {
                push(&mut pieces, &quoted(&mut chars)?);
            } else if c.is_ascii_alphabetic() {
                if !LETTERS.contains(c) {
                    return Err(format!("`{c}` is no letter of a date pattern"));
                }
                let mut count = 1;
                while chars.next_if_eq(&c).is_some() {
                    count += 1;
                }
                if count > WIDEST || (c == 'X' && count > 3) {
                    return Err(format!("a date pattern can't have {count} times `{c}`"));
                }
                pieces.push(Piece::Field(c, count));
            } else {
                push(&mut pieces, c.encode_utf8(&mut [0; 4]));
            }
        }
        Ok(Self(pieces.into()))
    }

    /// Appends a date.
    pub(crate) fn write(&self, moment: Moment, out: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Field(letter, count) => field(*letter, *count, moment, out),
            }
        }
    }
}

/// The text up to the closing quote; a doubled quote is one, and `''` alone is one too.
fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let mut text = String::new();
    if chars.next_if_eq(&'\'').is_some() {
        return Ok("'".to_owned());
    }
    loop {
        match chars.next() {
            Some('\'') if chars.next_if_eq(&'\'').is_none() => return Ok(text),
            Some(c) => text.push(c),
            None => return Err("a quote of the date pattern is never closed".to_owned()),
        }
    }
}

fn push(pieces: &mut Vec<Piece>, text: &str) {
    if let Some(Piece::Text(before)) = pieces.last_mut() {
        *before = [before, text].concat().into();
    } else {
        pieces.push(Piece::Text(text.into()));
    }
}

fn field(letter: char, count: usize, moment: Moment, out: &mut String) {
    let civil = moment.civil();
    let millis = moment.millis_of_day();
    let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    let weekday = moment.weekday();
    let mut number = |value: i64| {
        // Writing to a text can't fail.
        let _ = write!(out, "{value:0count$}");
    };
    match letter {
        'y' => year(civil.year, count, out),
        'Y' => year(week_year(moment, civil).0, count, out),
        'M' | 'L' if count < 3 => number(civil.month.into()),
        'M' | 'L' => out.push_str(name(&MONTHS, civil.month - 1, count)),
        'w' => number(week_year(moment, civil).1),
        'W' => number(week_of(moment.days() - i64::from(civil.day) + 1, moment)),
        'D' => number(moment.days() - first_day(civil.year) + 1),
        'd' => number(civil.day.into()),
        'F' => number(i64::from((civil.day - 1) / 7 + 1)),
        'E' => out.push_str(name(&WEEKDAYS, weekday, count)),
        'u' => number(if weekday == 0 { 7 } else { weekday.into() }),
        'H' => number(hour.into()),
        'k' => number(if hour == 0 { 24 } else { hour.into() }),
        'K' => number((hour % 12).into()),
        'h' => number(if hour % 12 == 0 { 12 } else { hour % 12 }.into()),
        'm' => number(minute.into()),
        's' => number(second.into()),
        'S' => number((millis % 1000).into()),
        'G' => out.push_str(if civil.year > 0 { "AD" } else { "BC" }),
        'a' => out.push_str(if hour < 12 { "AM" } else { "PM" }),
        'z' => zone_name(moment.offset_minutes, count, out),
        'Z' => offset(moment.offset_minutes, "", out),
        'X' => iso_offset(moment.offset_minutes, count, out),
        _ => {}
    }
}

fn name(names: &[&'static str], index: u32, count: usize) -> &'static str {
    let name = names.get(index as usize).copied().unwrap_or_default();
    if count < 4 { name.get(..3).unwrap_or(name) } else { name }
}

fn year(year: i64, count: usize, out: &mut String) {
    let year = if year > 0 { year } else { 1 - year };
    let _ = match count {
        2 => write!(out, "{:02}", year % 100),
        _ => write!(out, "{year:0count$}"),
    };
}

fn first_day(year: i64) -> i64 {
    days(Civil { year, month: 1, day: 1 })
}

/// Weeks begin on Sundays, and the first one of a year is the one with its first day.
fn week_of(first_day: i64, moment: Moment) -> i64 {
    let weekday_of_first = (first_day + 4).rem_euclid(7);
    (moment.days() - first_day + weekday_of_first) / 7 + 1
}

fn week_year(moment: Moment, civil: Civil) -> (i64, i64) {
    let next = first_day(civil.year + 1);
    if moment.days() >= next - (next + 4).rem_euclid(7) {
        return (civil.year + 1, 1);
    }
    (civil.year, week_of(first_day(civil.year), moment))
}

fn zone_name(minutes: i32, count: usize, out: &mut String) {
    match (minutes, count) {
        (0, 0..4) => out.push_str("UTC"),
        (0, _) => out.push_str("Coordinated Universal Time"),
        _ => {
            out.push_str("GMT");
            offset(minutes, ":", out);
        }
    }
}

fn iso_offset(minutes: i32, count: usize, out: &mut String) {
    match (minutes, count) {
        (0, _) => out.push('Z'),
        (_, 1) => {
            let _ = write!(out, "{:+03}", minutes / 60);
        }
        (_, 2) => offset(minutes, "", out),
        _ => offset(minutes, ":", out),
    }
}

fn offset(minutes: i32, separator: &str, out: &mut String) {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    let _ = write!(out, "{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60);
}

#[cfg(test)]
mod tests {
    use super::{Moment, Pattern};

    /// 2026-03-04T05:06:07.089Z, a Wednesday.
    const MOMENT: i64 = 1_772_600_767_089;

    fn at(millis: i64, offset: i32, pattern: &str) -> String {
        let mut out = String::new();
        Pattern::parse(pattern).unwrap().write(Moment::new(millis, offset), &mut out);
        out
    }

    #[test]
    fn fields_print_as_javas() {
        for (pattern, printed) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2026-03-04T05:06:07.089Z"),
            ("dd/MM/yyyy", "04/03/2026"),
            ("EEE, d MMM yy", "Wed, 4 Mar 26"),
            ("EEEE dd MMMM y G", "Wednesday 04 March 2026 AD"),
            ("h:mm a", "5:06 AM"),
            ("k K H S SSSSS", "5 5 5 89 00089"),
            ("D DDD w W F u", "63 063 10 1 1 3"),
            ("Z X XX XXX z zzzz", "+0000 Z Z Z UTC Coordinated Universal Time"),
            ("hh 'o''clock' ''", "05 o'clock '"),
            ("YYYY", "2026"),
            ("\u{e9}t\u{e9}".trim_matches('t'), ""),
        ] {
            if printed.is_empty() {
                assert!(Pattern::parse(pattern).is_err());
            } else {
                assert_eq!(at(MOMENT, 0, pattern), printed, "{pattern}");
            }
        }
        assert_eq!(at(MOMENT, -330, "d HH:mm Z X XX XXX z"), "3 23:36 -0530 -05 -0530 -05:30 GMT-05:30");
        assert_eq!(at(0, 0, "k K h a"), "24 0 12 AM");
        // The last days of a year belong to the week of the next.
        assert_eq!(at(1_798_588_800_000, 0, "YYYY yyyy w"), "2027 2026 1");
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        assert_eq!(Pattern::parse("foo"), Err("`f` is no letter of a date pattern".to_owned()));
        assert!(Pattern::parse("yyyy-MM-ddTHH").is_err() && Pattern::parse("'open").is_err());
        assert!(Pattern::parse("XXXX").is_err() && Pattern::parse(&"y".repeat(100)).is_err());
    }
}
