//! Puts a date together from the numbers of its text: which of three is the year, what a missing one is.

use crate::date::civil::Civil;

/// Up to three numbers, and a month by name.
#[derive(Default)]
pub(super) struct Day {
    numbers: Vec<i64>,
    /// From 1.
    pub named_month: Option<i64>,
    /// The format of ECMA-262: year, month, day, and no short years.
    pub is_standard: bool,
}

/// Up to four numbers: hour, minute, second, millisecond.
#[derive(Default)]
pub(super) struct Time {
    numbers: Vec<i64>,
    /// The hours that `am` and `pm` add.
    pub half_day: Option<i64>,
}

/// An offset from UTC. Without a sign there is none.
#[derive(Default)]
pub(super) struct Offset {
    pub sign: Option<i64>,
    pub hour: Option<i64>,
    pub minute: Option<i64>,
}

// === impl Day ===

impl Day {
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Absent: there are three already.
    pub(super) fn add(&mut self, number: i64) -> Option<()> {
        (self.numbers.len() < 3).then(|| self.numbers.push(number))
    }

    /// The first moment of the day. Absent: the numbers are none.
    pub(super) fn civil(&self) -> Option<Civil> {
        let number = |index: usize| self.numbers.get(index).copied().unwrap_or(1);
        let (first, second, third) = (*self.numbers.first()?, number(1), number(2));
        let (year, month, day) = match self.named_month {
            Some(month) if is_day(first) => (second, month, first),
            Some(month) => (first, month, second),
            None if self.is_standard || !is_day(first) => (first, second, third),
            None => (third, first, second),
        };
        let year = match year {
            year if self.is_standard => year,
            0..=49 => year + 2000,
            50..=99 => year + 1900,
            year => year,
        };
        ((1..=12).contains(&month) && is_day(day)).then(|| Civil::of_day(year, month - 1, day))
    }
}

fn is_day(number: i64) -> bool {
    (1..=31).contains(&number)
}

// === impl Time ===

impl Time {
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Whether a number may be the next one.
    pub(super) fn is_expecting(&self, number: i64) -> bool {
        match self.numbers.len() {
            1 | 2 => number < 60,
            3 => number < 1000,
            _ => false,
        }
    }

    /// Absent: there are four already.
    pub(super) fn add(&mut self, number: i64) -> Option<()> {
        (self.numbers.len() < 4).then(|| self.numbers.push(number))
    }

    /// Adds the last number: what is missing after it is 0.
    pub(super) fn add_last(&mut self, number: i64) {
        let _ = self.add(number);
        self.numbers.resize(4, 0);
    }

    /// The moment on a day. Absent: the numbers are no time.
    pub(super) fn on(&self, day: Civil) -> Option<Civil> {
        let number = |index: usize| self.numbers.get(index).copied().unwrap_or(0);
        let (mut hour, minute, second, millis) = (number(0), number(1), number(2), number(3));
        if let Some(half_day) = self.half_day {
            (hour <= 12).then_some(())?;
            hour = hour % 12 + half_day;
        }
        let is_midnight = (hour, minute, second, millis) == (24, 0, 0, 0);
        let is_time = hour < 24 && minute < 60 && second < 60 && millis < 1000;
        (is_time || is_midnight).then_some(Civil { hour, minute, second, millis, ..day })
    }
}

// === impl Offset ===

impl Offset {
    pub(super) fn set_hours(&mut self, hours: i64) {
        *self = Self { sign: Some(if hours < 0 { -1 } else { 1 }), hour: Some(hours.abs()), minute: Some(0) };
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hour.is_none()
    }

    pub(super) fn is_utc(&self) -> bool {
        self.hour == Some(0) && self.minute == Some(0)
    }

    /// Whether an hour waits for its minutes.
    pub(super) fn is_expecting(&self, number: i64) -> bool {
        self.hour.is_some() && self.minute.is_none() && number < 60
    }

    /// Seconds ahead of UTC.
    pub(super) fn seconds(&self) -> Option<i64> {
        Some(self.sign? * (self.hour.unwrap_or(0) * 3600 + self.minute.unwrap_or(0) * 60))
    }
}
