//! Dates. Everything is in the host's time zone, as Mockoon's is in that of its process.

use std::sync::Arc;

use super::{Arguments, Helper, Outcome, Table};
use crate::{
    RenderError,
    date::{self, Civil, Zone, time_clip},
    render::Rendering,
    value::{Date, Text, Value, number},
};

pub(super) const TABLE: Table = &[
    ("now", Helper::Live(now)),
    ("dateFormat", Helper::Live(date_format)),
    ("dateTimeShift", Helper::Live(date_time_shift)),
    ("isValidDate", Helper::Live(is_valid_date)),
];

/// What a date prints as where no format is given.
const DEFAULT_FORMAT: &str = "yyyy-MM-dd'T'HH:mm:ss.SSSxxx";

impl Rendering<'_> {
    /// The zone of all dates.
    pub(crate) fn zone(&mut self) -> Arc<Zone> {
        if let Some(zone) = &self.zone {
            return zone.clone();
        }
        let zone = Arc::new(Zone::of(&self.host.zone()));
        self.zone = Some(zone.clone());
        zone
    }

    /// A date of milliseconds since 1970.
    pub(super) fn date(&mut self, millis: f64) -> Value {
        let text = Text::from(date::to_text(millis, &self.zone()));
        Value::Date(Arc::new(Date { millis, text, json: date::to_iso(millis).map(Text::from) }))
    }

    /// `new Date(value)`.
    pub(super) fn date_of(&mut self, value: &Value) -> f64 {
        match value {
            Value::Date(date) => date.millis,
            Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) => time_clip(value.to_number()),
            other => date::parse(&other.to_text(), &self.zone()),
        }
    }

    pub(super) fn formatted(&mut self, millis: f64, format: &str) -> Outcome {
        date::format(millis, format, &self.zone()).map(Value::string)
    }

    /// The gateway's time in whole milliseconds.
    pub(super) fn now(&mut self) -> f64 {
        // Microseconds since 1970 fit for 300 millennia.
        (self.host.now() / 1000) as f64
    }
}

/// `now [format]`.
fn now(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let now = rendering.now();
    match arguments.first() {
        Value::String(format) => rendering.formatted(now, format),
        _ => rendering.formatted(now, DEFAULT_FORMAT),
    }
}

/// `dateFormat date format`: nothing for what is neither a text nor a date.
fn date_format(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    let millis = match arguments.plain(0) {
        value @ (Value::String(_) | Value::Date(_)) => rendering.date_of(&value),
        _ => return Ok(Value::EMPTY),
    };
    match arguments.plain(1) {
        Value::String(format) => rendering.formatted(millis, &format),
        _ => Ok(Value::EMPTY),
    }
}

/// `isValidDate value`: whether a date can be made of it.
fn is_valid_date(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    Ok(Value::Bool(!arguments.is_empty() && !rendering.date_of(&arguments.plain(0)).is_nan()))
}

/// A field that is shifted, and how JavaScript's setter for it is called.
type Shift = (&'static str, &'static str, fn(&mut Civil) -> &mut i64);

/// In the order in which Mockoon applies them.
const SHIFTS: [Shift; 6] = [
    ("days", "setDate", |civil| &mut civil.day),
    ("months", "setMonth", |civil| &mut civil.month),
    ("years", "setFullYear", |civil| &mut civil.year),
    ("hours", "setHours", |civil| &mut civil.hour),
    ("minutes", "setMinutes", |civil| &mut civil.minute),
    ("seconds", "setSeconds", |civil| &mut civil.second),
];

/// `dateTimeShift [date=] [format=] [days=] ...`: the date, now where none is given, with so much added to its fields,
/// one after the other. A first argument without a name takes the place of Handlebars' own, and nothing is shifted.
fn date_time_shift(rendering: &mut Rendering<'_>, arguments: &Arguments<'_>) -> Outcome {
    if !arguments.is_empty() {
        let now = rendering.now();
        return rendering.formatted(now, DEFAULT_FORMAT);
    }
    let date = arguments.named("date").cloned().unwrap_or_default().unwrap_safe();
    let mut millis = match &date {
        Value::Undefined => rendering.now(),
        date => rendering.date_of(date),
    };
    let is_date = matches!(date, Value::Undefined | Value::String(_) | Value::Date(_));
    let zone = rendering.zone();
    for (name, setter, field) in SHIFTS {
        let by = arguments.named(name).map_or(f64::NAN, |by| number::parse_int(&by.to_text()));
        if by.is_nan() {
            continue;
        }
        if !is_date {
            return Err(not_a_date(&date, setter));
        }
        millis = shifted(millis, by, field, &zone);
    }
    let format = arguments.named("format").cloned().unwrap_or_default().unwrap_safe();
    match format {
        Value::String(format) => rendering.formatted(millis, &format),
        _ => rendering.formatted(millis, DEFAULT_FORMAT),
    }
}

fn shifted(millis: f64, by: f64, field: fn(&mut Civil) -> &mut i64, zone: &Zone) -> f64 {
    if millis.is_nan() {
        return millis;
    }
    // A date is whole and far within range; an absurd distance saturates, and `time_clip` refuses what it leads to.
    let mut civil = zone.civil(millis as i64);
    let field = field(&mut civil);
    *field = field.saturating_add(by as i64);
    time_clip(zone.moment(civil.to_millis()) as f64)
}

fn not_a_date(date: &Value, setter: &str) -> RenderError {
    // Mockoon asks for the field first, and says so where there is nothing to ask.
    RenderError::new(match date {
        Value::Null => format!("Cannot read properties of null (reading '{setter}')"),
        _ => format!("dateToShift.{} is not a function", setter.replacen("set", "get", 1)),
    })
}
