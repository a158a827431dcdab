//! Calendar arithmetic: ECMAScript's `MakeDay`, `MakeTime` and their inverses, in the proleptic Gregorian calendar.

/// Milliseconds of a day.
pub(crate) const MILLIS_PER_DAY: i64 = 86_400_000;

/// The furthest that a date may be from 1970, in milliseconds (ECMA-262, `TimeClip`).
const FURTHEST: f64 = 8.64e15;

/// A date taken apart. Fields may lie outside of their range until [`Civil::to_millis`] carries them over, as
/// `setMonth` and its kin do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub year: i64,
    /// From 0.
    pub month: i64,
    /// From 1.
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub millis: i64,
}

/// A date within the range that JavaScript knows, whole; `NaN` for anything else.
pub(crate) fn time_clip(millis: f64) -> f64 {
    // Adding zero makes 0 of -0.
    if millis.abs() <= FURTHEST { millis.trunc() + 0.0 } else { f64::NAN }
}

// === impl Civil ===

impl Civil {
    /// The first moment of a day.
    pub(crate) fn of_day(year: i64, month: i64, day: i64) -> Self {
        Self { year, month, day, hour: 0, minute: 0, second: 0, millis: 0 }
    }

    /// The fields of a number of milliseconds since 1970.
    pub(crate) fn of_millis(millis: i64) -> Self {
        let (days, within) = (millis.div_euclid(MILLIS_PER_DAY), millis.rem_euclid(MILLIS_PER_DAY));
        let (year, month, day) = of_days(days);
        Self {
            year,
            month,
            day,
            hour: within / 3_600_000,
            minute: within / 60_000 % 60,
            second: within / 1000 % 60,
            millis: within % 1000,
        }
    }

    /// Milliseconds since 1970. Fields beyond their range carry over; absurd ones saturate and so are no date.
    pub(crate) fn to_millis(self) -> i64 {
        let year = self.year.saturating_add(self.month.div_euclid(12));
        let days = days_before(year, self.month.rem_euclid(12)).saturating_add(self.day.saturating_sub(1));
        let parts = [
            (days, MILLIS_PER_DAY),
            (self.hour, 3_600_000),
            (self.minute, 60_000),
            (self.second, 1000),
            (self.millis, 1),
        ];
        parts.iter().fold(0, |sum: i64, (count, unit)| sum.saturating_add(count.saturating_mul(*unit)))
    }

    /// The day of the week, Sunday is 0.
    pub(crate) fn weekday(self) -> i64 {
        (self.to_millis().div_euclid(MILLIS_PER_DAY) + 4).rem_euclid(7)
    }

    /// The day of the year, from 1.
    pub(crate) fn day_of_year(self) -> i64 {
        days_before(self.year, self.month) + self.day - days_before(self.year, 0)
    }
}

/// Days from 1970 to the first of a month. Years count from March, so that the leap day is the last of one.
fn days_before(year: i64, month: i64) -> i64 {
    // Far outside of what `time_clip` keeps, and safe to multiply.
    let year = year.clamp(-1_000_000, 1_000_000) - i64::from(month < 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 10) % 12) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month from 0 and day from 1 of a number of days since 1970.
fn of_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let month = (march_month + 2) % 12;
    (era * 400 + year + i64::from(month < 2), month, of_year - (153 * march_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::Civil;

    #[test]
    fn every_day_of_a_few_centuries_comes_back() {
        let mut last = Civil::of_day(1599, 11, 31);
        for days in -135_140..200_000_i64 {
            let civil = Civil::of_millis(days * super::MILLIS_PER_DAY);
            assert_eq!(civil.to_millis(), days * super::MILLIS_PER_DAY);
            let next_day = Civil { day: last.day + 1, ..last };
            assert_eq!(Civil::of_millis(next_day.to_millis()), civil);
            last = civil;
        }
        assert_eq!(Civil::of_millis(0), Civil::of_day(1970, 0, 1));
        assert_eq!(Civil::of_day(2024, 1, 29).day_of_year(), 60);
        assert_eq!(Civil::of_day(2026, 10, 22).weekday(), 0);
    }

    #[test]
    fn fields_carry_over() {
        let of = |year, month, day| Civil::of_millis(Civil::of_day(year, month, day).to_millis());
        assert_eq!(of(2024, 12, 1), Civil::of_day(2025, 0, 1));
        assert_eq!(of(2024, -1, 31), Civil::of_day(2023, 11, 31));
        assert_eq!(of(2023, 1, 31), Civil::of_day(2023, 2, 3));
        assert_eq!(of(2024, 0, 0), Civil::of_day(2023, 11, 31));
        let _ = Civil::of_day(i64::MAX, i64::MIN, i64::MAX).to_millis();
    }
}
