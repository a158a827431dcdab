//! What date-fns' locale `en-US` calls months, days, eras and parts of the day.
//!
//! The tables are date-fns 4.4.0's (`locale/en-US`), MIT License, Copyright (c) 2021 Sasha Koss and Lesha Koss
//! <https://kossnocorp.mit-license.org>.

/// Months, in full. The abbreviation is the first three letters, the narrow form the first.
pub(super) const MONTHS: [&str; 12] = [
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

/// Days from Sunday, in full. The shorter forms are their first three, two and one letters.
pub(super) const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// `1st`, `2nd`, `3rd`, `4th`, `11th`.
pub(super) fn ordinal(number: i64) -> String {
    let ending = match (number % 100, number % 10) {
        (10..=20, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// A name's first letters.
pub(super) fn first(name: &'static str, letters: usize) -> &'static str {
    name.get(..letters).unwrap_or(name)
}

/// `AM` and its kin, by the length of the token.
pub(super) fn half_day(is_afternoon: bool, length: usize) -> &'static str {
    match (is_afternoon, length) {
        (false, 1 | 2) => "AM",
        (true, 1 | 2) => "PM",
        (false, 3) => "am",
        (true, 3) => "pm",
        (false, 5) => "a",
        (true, 5) => "p",
        (false, _) => "a.m.",
        (true, _) => "p.m.",
    }
}

/// The part of the day that an hour belongs to.
pub(super) fn day_period(hour: i64) -> &'static str {
    match hour {
        17.. => "in the evening",
        12.. => "in the afternoon",
        4.. => "in the morning",
        _ => "at night",
    }
}
