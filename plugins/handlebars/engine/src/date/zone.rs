//! The time zone that dates are read and printed in: the process's in Mockoon.
//!
//! A zone is written as the host's configuration carries it: an offset (`+01:00`) or the rule that ends every file of
//! the time zone database (`CET-1CEST,M3.5.0,M10.5.0/3`, POSIX `TZ`). Such a rule holds for all years; what a zone did
//! before its rule came is not kept.

use super::civil::{Civil, MILLIS_PER_DAY};

/// Where clocks stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Zone {
    standard: Clock,
    summer: Option<Summer>,
}

/// What clocks show for a part of the year.
#[derive(Clone, Debug, Default, PartialEq)]
struct Clock {
    /// `CET`; empty for an offset.
    short: String,
    /// Seconds east of Greenwich.
    offset: i64,
}

#[derive(Clone, Debug, PartialEq)]
struct Summer {
    clock: Clock,
    begins: Change,
    ends: Change,
}

/// When clocks change: a day of each year, and the seconds that the old clock shows then.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Change {
    day: Day,
    at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Day {
    /// `M3.5.0`: month from 1, week (5 is the last), weekday from Sunday.
    Weekday { month: i64, week: i64, weekday: i64 },
    /// `J60`: from 1, February 29th is never counted.
    Julian(i64),
    /// `59`: from 0, February 29th is counted.
    Ordinal(i64),
}

// === impl Zone ===

impl Zone {
    /// The zone of a text; UTC where it is none.
    pub(crate) fn of(text: &str) -> Self {
        let offset =
            read_offset(text).map(|offset| Self { standard: Clock { short: String::new(), offset }, summer: None });
        offset.or_else(|| Reader(text).zone()).unwrap_or_default()
    }

    /// Seconds that clocks are ahead of UTC at a moment.
    pub(crate) fn offset_at(&self, millis: i64) -> i64 {
        self.clock_at(millis).offset
    }

    /// The fields that clocks and calendars show at a moment.
    pub(crate) fn civil(&self, millis: i64) -> Civil {
        Civil::of_millis(millis + self.offset_at(millis) * 1000)
    }

    /// The moment at which clocks show something. Of two the earlier one; what they skip counts from before the skip
    /// (ECMA-262, `UTC(t)`).
    pub(crate) fn moment(&self, local: i64) -> i64 {
        let before = self.offset_at(local.saturating_sub(MILLIS_PER_DAY)) * 1000;
        let after = self.offset_at(local.saturating_add(MILLIS_PER_DAY)) * 1000;
        let shows = |offset: i64| self.offset_at(local.saturating_sub(offset)) * 1000 == offset;
        let offset = if !shows(before) && shows(after) { after } else { before };
        local.saturating_sub(offset)
    }

    /// The name that JavaScript prints in parentheses: English and long, `GMT+01:00` for a zone without one.
    pub(crate) fn name_at(&self, millis: i64) -> String {
        let clock = self.clock_at(millis);
        let known = NAMES.iter().find(|(short, hours, _)| *short == clock.short && hours * 900 == clock.offset);
        match known {
            Some((_, _, name)) => (*name).to_owned(),
            None if clock.offset == 0 => "Coordinated Universal Time".to_owned(),
            None => {
                let (sign, minutes) = (if clock.offset < 0 { '-' } else { '+' }, clock.offset.abs() / 60);
                format!("GMT{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }

    fn clock_at(&self, millis: i64) -> &Clock {
        let Some(summer) = &self.summer else { return &self.standard };
        let year = Civil::of_millis(millis.saturating_add(self.standard.offset * 1000)).year;
        let begins = summer.begins.millis(year) - self.standard.offset * 1000;
        let ends = summer.ends.millis(year) - summer.clock.offset * 1000;
        // South of the equator summer goes over the turn of the year.
        let is_summer =
            if begins <= ends { (begins..ends).contains(&millis) } else { !(ends..begins).contains(&millis) };
        if is_summer { &summer.clock } else { &self.standard }
    }
}

// === impl Change ===

impl Change {
    /// When it is in a year, in milliseconds of local time.
    fn millis(self, year: i64) -> i64 {
        let start = match self.day {
            Day::Weekday { month, week, weekday } => {
                let first = Civil::of_day(year, month - 1, 1);
                let day = 1 + (weekday - first.weekday()).rem_euclid(7) + (week - 1) * 7;
                let is_within =
                    Civil::of_day(year, month - 1, day).to_millis() < Civil::of_day(year, month, 1).to_millis();
                Civil::of_day(year, month - 1, if is_within { day } else { day - 7 })
            }
            Day::Julian(day) => {
                let is_leap = Civil::of_day(year, 1, 29).to_millis() < Civil::of_day(year, 2, 1).to_millis();
                Civil::of_day(year, 0, day + i64::from(is_leap && day >= 60))
            }
            Day::Ordinal(day) => Civil::of_day(year, 0, day + 1),
        };
        start.to_millis() + self.at * 1000
    }
}

/// `Z`, `+01:00`, `-0330`, `+5`; seconds. Absent: it is none.
fn read_offset(text: &str) -> Option<i64> {
    if matches!(text, "" | "Z" | "UTC" | "Etc/UTC") {
        return Some(0);
    }
    let (sign, digits) = match text.as_bytes() {
        [b'+', ..] => (1, text.get(1..)?),
        [b'-', ..] => (-1, text.get(1..)?),
        _ => return None,
    };
    let digits = digits.replace(':', "");
    if digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() > 2 { (number / 100, number % 100) } else { (number, 0) };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
}

/// Reads a POSIX rule (IEEE Std 1003.1, section 8.3, `TZ`).
struct Reader<'t>(&'t str);

// === impl Reader ===

impl Reader<'_> {
    fn zone(mut self) -> Option<Zone> {
        let standard = Clock { short: self.name()?, offset: -self.time()? };
        if self.0.is_empty() {
            return Some(Zone { standard, summer: None });
        }
        let short = self.name()?;
        let offset = if self.0.starts_with(',') { standard.offset + 3600 } else { -self.time()? };
        let (begins, ends) = (self.change()?, self.change()?);
        let summer = Summer { clock: Clock { short, offset }, begins, ends };
        self.0.is_empty().then_some(Zone { standard, summer: Some(summer) })
    }

    fn name(&mut self) -> Option<String> {
        if self.eat('<') {
            let (name, rest) = self.0.split_once('>')?;
            self.0 = rest;
            return Some(name.to_owned());
        }
        let name = self.take(|c| c.is_ascii_alphabetic());
        (name.len() >= 3).then(|| name.to_owned())
    }

    /// `[+-]h[h][:mm[:ss]]`; seconds.
    fn time(&mut self) -> Option<i64> {
        let sign = if self.eat('-') { -1 } else { 1 };
        if sign > 0 {
            self.eat('+');
        }
        let mut seconds = self.number()? * 3600;
        for unit in [60, 1] {
            if !self.eat(':') {
                break;
            }
            seconds += self.number()? * unit;
        }
        Some(sign * seconds)
    }

    fn change(&mut self) -> Option<Change> {
        self.eat(',').then_some(())?;
        let day = if self.eat('M') {
            let month = self.number()?;
            let week = self.eat('.').then(|| self.number())??;
            let weekday = self.eat('.').then(|| self.number())??;
            let is_day = (1..=12).contains(&month) && (1..=5).contains(&week) && weekday < 7;
            is_day.then_some(Day::Weekday { month, week, weekday })?
        } else if self.eat('J') {
            Day::Julian(self.number()?)
        } else {
            Day::Ordinal(self.number()?)
        };
        let at = if self.eat('/') { self.time()? } else { 7200 };
        Some(Change { day, at })
    }

    fn number(&mut self) -> Option<i64> {
        self.take(|c| c.is_ascii_digit()).parse().ok().filter(|number| *number < 1000)
    }

    fn take(&mut self, is_part: fn(char) -> bool) -> &str {
        let (taken, rest) = self.0.split_at(self.0.find(|c| !is_part(c)).unwrap_or(self.0.len()));
        self.0 = rest;
        taken
    }

    fn eat(&mut self, c: char) -> bool {
        let rest = self.0.strip_prefix(c);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }
}

/// Abbreviation, quarters of an hour ahead of UTC, and the English name of the Unicode CLDR, for the zones that most
/// people live in.
const NAMES: &[(&str, i64, &str)] = &[
    ("UTC", 0, "Coordinated Universal Time"),
    ("GMT", 0, "Greenwich Mean Time"),
    ("BST", 4, "British Summer Time"),
    ("IST", 4, "Irish Standard Time"),
    ("WET", 0, "Western European Standard Time"),
    ("WEST", 4, "Western European Summer Time"),
    ("CET", 4, "Central European Standard Time"),
    ("CEST", 8, "Central European Summer Time"),
    ("EET", 8, "Eastern European Standard Time"),
    ("EEST", 12, "Eastern European Summer Time"),
    ("MSK", 12, "Moscow Standard Time"),
    ("IST", 22, "India Standard Time"),
    ("IST", 8, "Israel Standard Time"),
    ("IDT", 12, "Israel Daylight Time"),
    ("CST", 32, "China Standard Time"),
    ("HKT", 32, "Hong Kong Standard Time"),
    ("JST", 36, "Japan Standard Time"),
    ("KST", 36, "Korean Standard Time"),
    ("AWST", 32, "Australian Western Standard Time"),
    ("ACST", 38, "Australian Central Standard Time"),
    ("ACDT", 42, "Australian Central Daylight Time"),
    ("AEST", 40, "Australian Eastern Standard Time"),
    ("AEDT", 44, "Australian Eastern Daylight Time"),
    ("NZST", 48, "New Zealand Standard Time"),
    ("NZDT", 52, "New Zealand Daylight Time"),
    ("AST", -16, "Atlantic Standard Time"),
    ("ADT", -12, "Atlantic Daylight Time"),
    ("NST", -14, "Newfoundland Standard Time"),
    ("NDT", -10, "Newfoundland Daylight Time"),
    ("EST", -20, "Eastern Standard Time"),
    ("EDT", -16, "Eastern Daylight Time"),
    ("CST", -24, "Central Standard Time"),
    ("CDT", -20, "Central Daylight Time"),
    ("MST", -28, "Mountain Standard Time"),
    ("MDT", -24, "Mountain Daylight Time"),
    ("PST", -32, "Pacific Standard Time"),
    ("PDT", -28, "Pacific Daylight Time"),
    ("AKST", -36, "Alaska Standard Time"),
    ("AKDT", -32, "Alaska Daylight Time"),
    ("HST", -40, "Hawaii-Aleutian Standard Time"),
    ("SAST", 8, "South Africa Standard Time"),
    ("EAT", 12, "East Africa Time"),
    ("CAT", 8, "Central Africa Time"),
    ("WAT", 4, "West Africa Standard Time"),
    ("PKT", 20, "Pakistan Standard Time"),
];

#[cfg(test)]
mod tests {
    use super::Zone;
    use crate::date::Civil;

    /// Hours ahead at noon UTC of a day.
    fn hours(zone: &str, month: i64, day: i64) -> f64 {
        let noon = Civil { hour: 12, ..Civil::of_day(2026, month - 1, day) }.to_millis();
        Zone::of(zone).offset_at(noon) as f64 / 3600.0
    }

    #[test]
    fn rules_say_when_it_is_summer() {
        for (zone, winter, before, after, back) in [
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1.0, 1.0, 2.0, 1.0),
            ("EST5EDT,M3.2.0,M11.1.0", -5.0, -4.0, -4.0, -4.0),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 11.0, 11.0, 11.0, 11.0),
            ("<+0330>-3:30", 3.5, 3.5, 3.5, 3.5),
            ("JST-9", 9.0, 9.0, 9.0, 9.0),
            ("-03:30", -3.5, -3.5, -3.5, -3.5),
            ("", 0.0, 0.0, 0.0, 0.0),
            ("Mars/Olympus", 0.0, 0.0, 0.0, 0.0),
        ] {
            let found = [hours(zone, 1, 15), hours(zone, 3, 28), hours(zone, 3, 29), hours(zone, 10, 25)];
            assert_eq!(found, [winter, before, after, back], "{zone}");
        }
    }

    #[test]
    fn a_local_time_that_is_skipped_or_comes_twice_is_one_moment() {
        let zone = Zone::of("CET-1CEST,M3.5.0,M10.5.0/3");
        let at = |month: i64, day, hour| {
            let local = Civil { hour, minute: 30, ..Civil::of_day(2026, month - 1, day) }.to_millis();
            let utc = Civil::of_millis(zone.moment(local));
            (utc.hour, utc.minute)
        };
        assert_eq!(at(3, 29, 1), (0, 30));
        assert_eq!(at(3, 29, 2), (1, 30));
        assert_eq!(at(3, 29, 3), (1, 30));
        assert_eq!(at(10, 25, 2), (0, 30));
        assert_eq!(at(10, 25, 3), (2, 30));
    }
}
