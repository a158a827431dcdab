//! Dates as JavaScript's `Date` has them: milliseconds since 1970, in UTC.

mod parse;

use crate::{Value, math};

pub(crate) const DAY_MS: f64 = 86_400_000.0;
/// The first and last instant that a `Date` holds, from 1970.
const MAX_MS: f64 = 8.64e15;

pub(crate) const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date's fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fields {
    pub year: i64,
    /// From 0.
    pub month: usize,
    pub day: i64,
    /// From 0, Sunday.
    pub weekday: usize,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    pub ms: u32,
}

/// What `new Date(value).getTime()` gives: NaN where there is no such date.
pub(crate) fn of(value: &Value) -> f64 {
    let ms = match value {
        Value::String(text) | Value::Safe(text) | Value::BigInt(text) => parse::parse(text),
        Value::Array(_) | Value::Object(_) => parse::parse(&value.to_text()),
        other => other.to_number(),
    };
    clip(ms)
}

/// A time as a `Date` keeps it: whole, and NaN beyond its range.
pub(crate) fn clip(ms: f64) -> f64 {
    // Adding 0 makes 0 of -0.
    if ms.abs() <= MAX_MS { ms.trunc() + 0.0 } else { f64::NAN }
}

/// A date's fields; nothing for an invalid date.
pub(crate) fn fields(ms: f64) -> Option<Fields> {
    if ms.is_nan() || ms.abs() > MAX_MS {
        return None;
    }
    let days = (ms / DAY_MS).floor();
    let in_day = (ms - days * DAY_MS) as u32;
    // Within 10^8 by the range of dates.
    let days = days as i64;
    let (year, month, day) = civil(days);
    Some(Fields {
        year,
        month,
        day,
        weekday: (days + 4).rem_euclid(7) as usize,
        hour: in_day / 3_600_000,
        minute: in_day / 60_000 % 60,
        second: in_day / 1000 % 60,
        ms: in_day % 1000,
    })
}

/// The same date in another year, as `setUTCFullYear` sets it; the 29th of February may become the 1st of March.
pub(crate) fn with_year(ms: f64, year: f64) -> f64 {
    let Some(fields) = fields(ms) else { return f64::NAN };
    let year = year.trunc();
    if year.is_nan() || year.abs() > 300_000.0 {
        return f64::NAN;
    }
    let days = days_from_civil(year as i64, fields.month, fields.day);
    clip(days as f64 * DAY_MS + (ms - (ms / DAY_MS).floor() * DAY_MS))
}

/// The time of some fields, the month from 0.
pub(crate) fn days_from_civil(year: i64, month: usize, day: i64) -> i64 {
    // Years begin in March here, so that a leap day is a year's last: Howard Hinnant's `days_from_civil`.
    let month = month as i64 + 1;
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468 + day - 1
}

fn civil(days: i64) -> (i64, usize, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted - era * 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 2 } else { month - 10 };
    (year_of_era + era * 400 + i64::from(month < 2), month as usize, day)
}

/// What `date.toISOString()` gives; nothing for an invalid date.
pub(crate) fn to_iso(ms: f64) -> Option<String> {
    let Fields { year, month, day, hour, minute, second, ms, .. } = fields(ms)?;
    let year = match year {
        0..=9999 => format!("{year:04}"),
        year if year < 0 => format!("-{:06}", -year),
        year => format!("+{year:06}"),
    };
    Some(format!("{year}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z", month + 1))
}

/// What `String(date)` gives in UTC.
pub(crate) fn to_text(ms: f64) -> String {
    let Some(Fields { year, month, day, weekday, hour, minute, second, .. }) = fields(ms) else {
        return "Invalid Date".to_owned();
    };
    let (weekday, month) = (name(&WEEKDAYS, weekday), name(&MONTHS, month));
    let year = if year < 0 { format!("-{:06}", -year) } else { format!("{year:04}") };
    format!("{weekday} {month} {day:02} {year} {hour:02}:{minute:02}:{second:02} GMT+0000 (Coordinated Universal Time)")
}

pub(crate) fn name(names: &[&'static str], index: usize) -> &'static str {
    names.get(index).copied().unwrap_or_default()
}

/// Seconds since 1970, as `Math.round(date.valueOf() / 1000)` gives them.
pub(crate) fn seconds(ms: f64) -> f64 {
    math::round(ms / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::{days_from_civil, fields, to_iso, to_text, with_year};

    #[test]
    fn dates_print_as_in_javascript() {
        for (ms, iso, text) in [
            (0.0, "1970-01-01T00:00:00.000Z", "Thu Jan 01 1970 00:00:00"),
            (1_795_248_104_123.0, "2026-11-21T08:01:44.123Z", "Sat Nov 21 2026 08:01:44"),
            (-1.0, "1969-12-31T23:59:59.999Z", "Wed Dec 31 1969 23:59:59"),
            (8.64e15, "+275760-09-13T00:00:00.000Z", "Sat Sep 13 275760 00:00:00"),
            (-8.64e15, "-271821-04-20T00:00:00.000Z", "Tue Apr 20 -271821 00:00:00"),
        ] {
            assert_eq!(to_iso(ms).as_deref(), Some(iso));
            assert_eq!(to_text(ms), format!("{text} GMT+0000 (Coordinated Universal Time)"));
        }
        assert_eq!((to_iso(f64::NAN), to_text(9e15).as_str()), (None, "Invalid Date"));
    }

    #[test]
    fn days_are_counted_both_ways() {
        for days in (-1_000_000..1_000_000).step_by(97) {
            let fields = fields(days as f64 * super::DAY_MS).unwrap();
            assert_eq!(days_from_civil(fields.year, fields.month, fields.day), days);
        }
    }

    #[test]
    fn a_leap_day_moves_to_march() {
        let leap_day = days_from_civil(2024, 1, 29) as f64 * super::DAY_MS;
        assert_eq!(to_iso(with_year(leap_day, 2023.0)).as_deref(), Some("2023-03-01T00:00:00.000Z"));
    }
}
