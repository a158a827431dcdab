//! The proleptic Gregorian calendar.

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A point in time in a time zone of a fixed offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Local milliseconds since 1970.
    local: i64,
    /// Minutes ahead of UTC.
    pub(crate) offset_minutes: i32,
}

/// A date's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: u32,
    /// From 1.
    pub(crate) day: u32,
}

/// What is added to a date: `-1d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delta {
    minutes: i64,
    months: i64,
}

// === impl Delta ===

impl Delta {
    /// Nothing.
    pub(crate) const NONE: Self = Self { minutes: 0, months: 0 };

    /// A number and a unit: `m`, `H`, `d`, `M` or `y`. Nothing is added where it is something else, as in Microcks.
    pub(crate) fn parse(text: &str) -> Self {
        let Some((amount, unit)) = text.char_indices().next_back().and_then(|(at, _)| text.split_at_checked(at)) else {
            return Self::NONE;
        };
        let amount = i64::from(amount.parse::<i32>().unwrap_or(0));
        match unit {
            "m" => Self { minutes: amount, months: 0 },
            "H" => Self { minutes: amount * 60, months: 0 },
            "d" => Self { minutes: amount * 24 * 60, months: 0 },
            "M" => Self { minutes: 0, months: amount },
            "y" => Self { minutes: 0, months: amount * 12 },
            _ => Self::NONE,
        }
    }
}

// === impl Moment ===

impl Moment {
    pub(crate) fn new(millis: i64, offset_minutes: i32) -> Self {
        Self { local: millis.saturating_add(i64::from(offset_minutes) * 60_000), offset_minutes }
    }

    /// This moment and a delta. A month that has no such day gives its last one.
    pub(crate) fn plus(self, delta: Delta) -> Self {
        let moved = self.local.saturating_add(delta.minutes * 60_000);
        if delta.months == 0 {
            return Self { local: moved, ..self };
        }
        let civil = of_days(moved.div_euclid(DAY));
        let months = civil.year * 12 + i64::from(civil.month) - 1 + delta.months;
        let (year, month) = (months.div_euclid(12), (months.rem_euclid(12) + 1) as u32);
        let day = civil.day.min(days_of_month(year, month));
        let local = days(Civil { year, month, day }).saturating_mul(DAY).saturating_add(moved.rem_euclid(DAY));
        Self { local, ..self }
    }

    pub(crate) fn civil(self) -> Civil {
        of_days(self.days())
    }

    /// Days since 1970.
    pub(crate) fn days(self) -> i64 {
        self.local.div_euclid(DAY)
    }

    /// Milliseconds since the day began.
    pub(crate) fn millis_of_day(self) -> u32 {
        // Less than a day.
        self.local.rem_euclid(DAY) as u32
    }

    /// From 0, which is Sunday.
    pub(crate) fn weekday(self) -> u32 {
        // 1970 began on a Thursday; less than 7.
        (self.days() + 4).rem_euclid(7) as u32
    }
}

/// Days since 1970 of a date.
pub(crate) fn days(civil: Civil) -> i64 {
    // Years that begin in March, so that a leap day ends one; an era has 400 of them.
    let year = civil.year - i64::from(civil.month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = i64::from((153 * ((civil.month + 9) % 12) + 2) / 5 + civil.day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn of_days(days: i64) -> Civil {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    // Both are below 32.
    let (day, month) = ((of_year - (153 * month + 2) / 5 + 1) as u32, ((month + 2) % 12 + 1) as u32);
    Civil { year: year + era * 400 + i64::from(month <= 2), month, day }
}

fn days_of_month(year: i64, month: u32) -> u32 {
    let next =
        if month == 12 { Civil { year: year + 1, month: 1, day: 1 } } else { Civil { year, month: month + 1, day: 1 } };
    // Below 32.
    (days(next) - days(Civil { year, month, day: 1 })) as u32
}

#[cfg(test)]
mod tests {
    use super::{Civil, Delta, Moment, days, of_days};

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        assert_eq!(of_days(0), Civil { year: 1970, month: 1, day: 1 });
        assert_eq!(of_days(20_779), Civil { year: 2026, month: 11, day: 22 });
        assert!((-800_000..800_000).step_by(97).all(|day| days(of_days(day)) == day));
    }

    #[test]
    fn a_month_later_is_the_same_day_or_the_months_last() {
        let last = Moment::new(days(Civil { year: 2024, month: 1, day: 31 }) * 86_400_000 + 5, 0);
        let day = |delta| last.plus(Delta::parse(delta)).civil();
        assert_eq!(day("1M"), Civil { year: 2024, month: 2, day: 29 });
        assert_eq!(day("-2M"), Civil { year: 2023, month: 11, day: 30 });
        assert_eq!(day("+1y"), Civil { year: 2025, month: 1, day: 31 });
        assert_eq!(day("1d"), Civil { year: 2024, month: 2, day: 1 });
        assert_eq!(day("-1m"), Civil { year: 2024, month: 1, day: 30 });
        assert_eq!(day("24H"), Civil { year: 2024, month: 2, day: 1 });
        assert_eq!(last.plus(Delta::parse("1M")).millis_of_day(), 5);
        for none in ["", "d", "1", "1x", "one d", "99999999999d"] {
            assert_eq!(Delta::parse(none), Delta::NONE, "{none}");
        }
        let _ = Moment::new(i64::MAX, 0).plus(Delta::parse("2147483647d")).weekday();
    }
}
