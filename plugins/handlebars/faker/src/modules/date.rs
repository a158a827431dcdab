//! `date`.

use super::number;
use crate::{
    Error, Value,
    data::Node,
    date::{self, DAY_MS},
    faker::Faker,
    math,
    method::{
        Method::{Call, Pick},
        Outcome, Table,
    },
    options::{Options, arg},
};

pub(super) const TABLE: Table = &[
    ("month", Call(|faker, args| name(faker, args, "month"))),
    ("weekday", Call(|faker, args| name(faker, args, "weekday"))),
    ("timeZone", Pick("time_zone")),
    ("anytime", Call(anytime_of)),
    ("past", Call(|faker, args| shifted(faker, args, "years", -365.0))),
    ("future", Call(|faker, args| shifted(faker, args, "years", 365.0))),
    ("between", Call(between_of)),
    ("betweens", Call(betweens)),
    ("recent", Call(|faker, args| shifted(faker, args, "days", -1.0))),
    ("soon", Call(|faker, args| shifted(faker, args, "days", 1.0))),
    ("birthdate", Call(birthdate)),
];

/// What the original calls a valid date, in milliseconds.
fn valid(value: &Value, name: &str) -> Result<f64, Error> {
    let ms = date::of(value);
    if ms.is_nan() { Err(Error::faker(format!("Invalid {name} date: {}", value.to_text()))) } else { Ok(ms) }
}

/// The option `refDate`, in milliseconds; the present by default.
pub(super) fn reference(faker: &Faker<'_>, options: &Options) -> Result<f64, Error> {
    match options.get("refDate") {
        Value::Undefined => valid(&faker.now(), "refDate"),
        date => valid(&date, "refDate"),
    }
}

/// `date.between({ from, to })`, in milliseconds.
fn between(faker: &mut Faker<'_>, from: f64, to: f64) -> Result<f64, Error> {
    let from = valid(&Value::Number(from), "from")?;
    let to = valid(&Value::Number(to), "to")?;
    if from > to {
        return Err(Error::faker("`from` date must be before `to` date."));
    }
    faker.int(from, to)
}

/// `date.anytime({ refDate })`, in milliseconds.
pub(super) fn anytime(faker: &mut Faker<'_>, reference: f64) -> Result<f64, Error> {
    between(faker, reference - 365.0 * DAY_MS, reference + 365.0 * DAY_MS)
}

/// `date.recent({ days, refDate })`, in milliseconds.
pub(super) fn recent(faker: &mut Faker<'_>, days: f64, reference: &Value) -> Result<f64, Error> {
    let reference = valid(reference, "refDate")?;
    shift(faker, reference, -days * DAY_MS)
}

/// `date.soon({ refDate })`, in milliseconds.
pub(super) fn soon(faker: &mut Faker<'_>, reference: f64) -> Result<f64, Error> {
    shift(faker, reference, DAY_MS)
}

/// A time before or after another, by up to some milliseconds and by at least one second.
fn shift(faker: &mut Faker<'_>, reference: f64, by_ms: f64) -> Result<f64, Error> {
    if by_ms < 0.0 {
        between(faker, reference + by_ms, reference - 1000.0)
    } else {
        between(faker, reference + 1000.0, reference + by_ms)
    }
}

fn anytime_of(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let reference = reference(faker, &Options::new(args, "refDate")?)?;
    anytime(faker, reference).map(Value::Date)
}

/// A date within a number of `unit`s from the reference; `days` is a unit's length, negative for the past.
fn shifted(faker: &mut Faker<'_>, args: &[Value], unit: &str, days: f64) -> Outcome {
    let options = Options::new(args, unit)?;
    let count = options.or(unit, 1.0).to_number();
    if count <= 0.0 {
        return Err(Error::faker(format!("{unit} must be greater than 0.")));
    }
    let reference = reference(faker, &options)?;
    // In the original's order, so that the product is rounded alike.
    let span = if days.abs() == 1.0 { count * 24.0 * 3600.0 } else { count * 365.0 * 24.0 * 3600.0 } * 1000.0;
    shift(faker, reference, span * days.signum()).map(Value::Date)
}

/// The options `from` and `to`, in milliseconds.
fn bounds(args: &[Value]) -> Result<(Value, Value), Error> {
    let (from, to) = (arg(args, 0).get("from"), arg(args, 0).get("to"));
    if from.is_nullish() || to.is_nullish() {
        return Err(Error::faker("Must pass an options object with `from` and `to` values."));
    }
    Ok((from, to))
}

fn between_of(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let (from, to) = bounds(args)?;
    between(faker, valid(&from, "from")?, valid(&to, "to")?).map(Value::Date)
}

fn betweens(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let (from, to) = bounds(args)?;
    let count = number::of_range(faker, &arg(args, 0).get("count").or_if_nullish(3.0))?;
    let mut dates = faker.several(count, |faker| between(faker, valid(&from, "from")?, valid(&to, "to")?))?;
    dates.sort_by(f64::total_cmp);
    Ok(Value::Array(dates.into_iter().map(Value::Date).collect()))
}

fn birthdate(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "mode")?;
    let given = ["min", "max", "mode"].iter().filter(|name| !options.get(name).is_nullish()).count();
    if given % 3 != 0 {
        return Err(Error::faker("The 'min', 'max', and 'mode' options must be set together."));
    }
    let (min, max) = (options.or("min", 18.0).to_number(), options.or("max", 80.0).to_number());
    let reference = reference(faker, &options)?;
    let (from, to) = match options.or("mode", "age").as_str() {
        Some("age") => {
            let year = date::fields(reference).map_or(f64::NAN, |fields| fields.year as f64);
            (date::with_year(reference, year - max - 1.0) + DAY_MS, date::with_year(reference, year - min))
        }
        Some("year") => {
            let second = date::days_from_civil(1900, 0, 2) as f64 * DAY_MS;
            let last_but_one = date::days_from_civil(1900, 11, 30) as f64 * DAY_MS;
            (date::with_year(second, min), date::with_year(last_but_one, max))
        }
        _ => return Ok(Value::Undefined),
    };
    if from > to {
        let (min, max) = (math::to_text(min), math::to_text(max));
        return Err(Error::faker(format!("Max {max} should be greater than or equal to min {min}.")));
    }
    between(faker, from, to).map(Value::Date)
}

/// The name of a month or a day of the week.
fn name(faker: &mut Faker<'_>, args: &[Value], entry: &str) -> Outcome {
    let options = Options::new(args, "abbreviated")?;
    let names = faker.definition("date", entry)?;
    let part = |name| names.get(name).filter(|node| !matches!(node, Node::Null));
    let (plain, in_context) =
        if options.is("abbreviated") { ("abbr", "abbr_context") } else { ("wide", "wide_context") };
    let chosen = if options.is("context") { part(in_context).or_else(|| part(plain)) } else { part(plain) };
    match chosen {
        Some(names) => Ok(faker.pick_node(Some(names))?.map(Node::to_value).unwrap_or_default()),
        None => Err(Error::faker(crate::faker::missing(&format!("date.{entry}"), plain))),
    }
}
