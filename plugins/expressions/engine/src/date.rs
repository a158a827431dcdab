//! Dates: the calendar, what is added to a date, and how Java's `SimpleDateFormat` prints it, in English.

mod civil;
mod pattern;

pub(crate) use civil::{Delta, Moment};
pub(crate) use pattern::Pattern;
