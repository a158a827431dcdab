//! `location`.

use super::{helpers, number, string, symbols};
use crate::{
    Error, Value,
    data::Node,
    faker::Faker,
    math,
    method::{
        Method::{Call, Fake, Pick},
        Outcome, Table,
    },
    options::{Options, arg},
    text,
};

pub(super) const TABLE: Table = &[
    ("zipCode", Call(zip_code)),
    ("city", Fake("city_pattern")),
    ("buildingNumber", Call(building_number)),
    ("street", Fake("street_pattern")),
    ("streetAddress", Call(street_address)),
    ("secondaryAddress", Call(secondary_address)),
    ("county", Pick("county")),
    ("country", Pick("country")),
    ("continent", Pick("continent")),
    ("countryCode", Call(country_code)),
    ("state", Call(state)),
    ("direction", Call(|faker, args| direction(faker, args, &["cardinal", "ordinal"]))),
    ("cardinalDirection", Call(|faker, args| direction(faker, args, &["cardinal"]))),
    ("ordinalDirection", Call(|faker, args| direction(faker, args, &["ordinal"]))),
    ("timeZone", Pick("time_zone")),
    ("language", Pick("language")),
    ("latitude", Call(|faker, args| coordinate(faker, args, 90.0))),
    ("longitude", Call(|faker, args| coordinate(faker, args, 180.0))),
    ("nearbyGPSCoordinate", Call(nearby_gps_coordinate)),
];

fn zip_code(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = match arg(args, 0) {
        format @ Value::String(_) => Options::of(&Value::object([("format", format.clone())]), "format")?,
        options => Options::plain(options, "state", "r")?,
    };
    let state = options.get("state");
    if !state.is_nullish() {
        return match faker.definition("location", "postcode_by_state")?.get(&state.to_text()) {
            None | Some(Node::Null) => {
                Err(Error::faker(format!("No zip code definition found for state \"{}\"", state.to_text())))
            }
            Some(pattern) => faker.fake_node(pattern).map(Value::from),
        };
    }
    let format = match options.get("format") {
        Value::Undefined => faker.definition("location", "postcode")?.to_value(),
        format => format,
    };
    let format = match format {
        format @ Value::String(_) => format,
        formats => helpers::pick_value(faker, &formats)?,
    };
    symbols::replace_symbols(faker, &[format])
}

/// Numbers in place of runs of `#`; none begins with 0.
fn numbered(faker: &mut Faker<'_>, pattern: &str) -> Outcome {
    text::replace_runs(pattern, |len| string::digits(faker, len as f64, false)).map(Value::from)
}

fn building_number(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let pattern = faker.pick_text_from("location", "building_number")?;
    numbered(faker, pattern)
}

fn street_address(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let is_full = match args.first() {
        Some(Value::Bool(is_full)) => *is_full,
        _ => Options::plain(arg(args, 0), "useFullAddress", "r")?.is("useFullAddress"),
    };
    let patterns = faker.definition("location", "street_address")?;
    match patterns.get(if is_full { "full" } else { "normal" }) {
        Some(pattern) => faker.fake_node(pattern).map(Value::from),
        None => Err(Error::unreadable("undefined", "length")),
    }
}

fn secondary_address(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let pattern = faker.definition("location", "secondary_address")?;
    let pattern = faker.fake_node(pattern)?;
    numbered(faker, &pattern)
}

fn country_code(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_string(args, "variant", "variant")?;
    let variant = options.or("variant", "alpha-2");
    let codes = faker.pick_from("location", "country_code")?;
    Ok(match variant.as_str() {
        Some("alpha-2") => codes.get("alpha2"),
        Some("alpha-3") => codes.get("alpha3"),
        Some("numeric") => codes.get("numeric"),
        _ => Value::Undefined,
    })
}

fn state(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "abbreviated")?;
    faker.pick_from("location", if options.is("abbreviated") { "state_abbr" } else { "state" })
}

fn direction(faker: &mut Faker<'_>, args: &[Value], kinds: &[&str]) -> Outcome {
    let options = Options::new(args, "abbreviated")?;
    let suffix = if options.is("abbreviated") { "_abbr" } else { "" };
    let directions = faker.definition("location", "direction")?;
    let mut all = Vec::new();
    for kind in kinds {
        match directions.get(&format!("{kind}{suffix}")) {
            Some(Node::Array(items)) => all.extend(items.texts()),
            _ if kinds.len() == 1 => return Err(Error::unreadable("undefined", "length")),
            _ => return Err(Error::thrown("Spread syntax requires ...iterable[Symbol.iterator] to be a function")),
        }
    }
    faker.pick(&all).map(Value::from)
}

fn coordinate(faker: &mut Faker<'_>, args: &[Value], most: f64) -> Outcome {
    let options = Options::new(args, "max")?;
    let float = number::Float {
        min: options.or("min", -most),
        max: options.or("max", most),
        fraction_digits: options.or("precision", 4.0),
        multiple_of: Value::Undefined,
    };
    float.draw(faker)
}

fn nearby_gps_coordinate(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    /// Kilometres of a degree, by the earth's circumference.
    const KM_PER_DEGREE: f64 = 40_000.0 / 360.0;
    const KM_PER_MILE: f64 = 1.609_34;
    /// Keeps the distance below the radius, since the degree is a rough one.
    const MARGIN: f64 = 0.995;
    let options = Options::plain(arg(args, 0), "origin", "e")?;
    let origin = options.get("origin");
    if origin.is_nullish() {
        return Ok(Value::Array(vec![coordinate(faker, &[], 90.0)?, coordinate(faker, &[], 180.0)?]));
    }
    let radius = options.or("radius", 10.0).to_number();
    let angle = number::float_between(faker, 0.0, 2.0 * std::f64::consts::PI, 5.0)?;
    let radius = if options.is("isMetric") { radius } else { radius * KM_PER_MILE };
    let distance = number::float_between(faker, 0.0, radius, 3.0)? * MARGIN / KM_PER_DEGREE;
    let mut latitude = origin.at(0).to_number() + math::sin(angle) * distance;
    let mut longitude = origin.at(1).to_number() + math::cos(angle) * distance;
    latitude %= 180.0;
    if !(-90.0..=90.0).contains(&latitude) && !latitude.is_nan() {
        latitude = math::sign(latitude) * 180.0 - latitude;
        longitude += 180.0;
    }
    longitude = (longitude % 360.0 + 540.0) % 360.0 - 180.0;
    Ok(Value::Array(vec![Value::Number(latitude), Value::Number(longitude)]))
}
