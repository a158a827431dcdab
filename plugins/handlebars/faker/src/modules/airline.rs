//! `airline`.

use super::{number, string};
use crate::{
    Error, Value,
    faker::Faker,
    math,
    method::{
        Method::{Call, Pick},
        Outcome, Table,
    },
    options::Options,
    text,
};

pub(super) const TABLE: Table = &[
    ("airport", Pick("airport")),
    ("airline", Pick("airline")),
    ("airplane", Pick("airplane")),
    ("recordLocator", Call(record_locator)),
    ("seat", Call(seat)),
    ("aircraftType", Call(aircraft_type)),
    ("flightNumber", Call(flight_number)),
];

fn record_locator(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "allowNumerics")?;
    let mut excluded = String::new();
    if !options.is("allowNumerics") {
        excluded.push_str("0123456789");
    }
    if !options.is("allowVisuallySimilarCharacters") {
        excluded.push_str("0O1IL");
    }
    string::alphanumeric_of(faker, 6.0, "upper", &excluded).map(Value::from)
}

fn seat(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "aircraftType")?;
    let kind = options.or("aircraftType", "narrowbody");
    let (rows, letters) = match kind.as_str() {
        Some("regional") => (20.0, &["A", "B", "C", "D"][..]),
        Some("narrowbody") => (35.0, &["A", "B", "C", "D", "E", "F"][..]),
        Some("widebody") => (60.0, &["A", "B", "C", "D", "E", "F", "G", "H", "J", "K"][..]),
        _ => (math::MAX_SAFE_INTEGER, &[][..]),
    };
    let row = faker.int(1.0, rows)?;
    if letters.is_empty() {
        return Err(Error::unreadable("undefined", "length"));
    }
    let letter = faker.pick(letters)?;
    Ok(Value::from(format!("{row}{letter}")))
}

fn aircraft_type(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    faker.pick(&["narrowbody", "regional", "widebody"]).map(Value::from)
}

fn flight_number(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "length")?;
    let length = options.or("length", number::range(1.0, 4.0));
    let length = number::of_range(faker, &length.or_if_nullish(1.0))?;
    let digits = string::digits(faker, length, false)?;
    Ok(Value::from(if options.is("addLeadingZeros") { text::zeros(&digits, 4) } else { digits }))
}
