//! Dates as JavaScript prints them by itself.

use super::{
    civil::Civil,
    names::{DAYS, MONTHS, first},
    zone::Zone,
};

/// What `String(date)` gives: `Sun Nov 22 2026 10:00:00 GMT+0000 (Coordinated Universal Time)`.
pub(crate) fn to_text(millis: f64, zone: &Zone) -> String {
    if millis.is_nan() {
        return "Invalid Date".to_owned();
    }
    // A date is whole and far within range.
    let millis = millis as i64;
    let (civil, offset) = (zone.civil(millis), zone.offset_at(millis) / 60);
    let name = |names: &[&'static str], index: i64| first(names.get(index as usize).copied().unwrap_or_default(), 3);
    let (year_sign, year) = (if civil.year < 0 { "-" } else { "" }, civil.year.abs());
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs());
    format!(
        "{} {} {:02} {year_sign}{year:04} {:02}:{:02}:{:02} GMT{sign}{:02}{:02} ({})",
        name(&DAYS, civil.weekday()),
        name(&MONTHS, civil.month),
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        minutes / 60,
        minutes % 60,
        zone.name_at(millis),
    )
}

/// What `date.toISOString()` gives. Absent: the date is none.
pub(crate) fn to_iso(millis: f64) -> Option<String> {
    if millis.is_nan() {
        return None;
    }
    // A date is whole and far within range.
    let civil = Civil::of_millis(millis as i64);
    let year = match civil.year {
        year @ 0..=9999 => format!("{year:04}"),
        year if year < 0 => format!("-{:06}", -year),
        year => format!("+{year:06}"),
    };
    Some(format!(
        "{year}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        civil.month + 1,
        civil.day,
        civil.hour,
        civil.minute,
        civil.second,
        civil.millis
    ))
}
