//! `vehicle`.

use super::string;
use crate::{
    Value,
    faker::Faker,
    method::{
        Method::{Call, Pick},
        Outcome, Table,
    },
};

pub(super) const TABLE: Table = &[
    ("vehicle", Call(vehicle)),
    ("manufacturer", Pick("manufacturer")),
    ("model", Pick("model")),
    ("type", Pick("type")),
    ("fuel", Pick("fuel")),
    ("vin", Call(vin)),
    ("color", Call(|faker, _| faker.pick_from("color", "human"))),
    ("vrm", Call(vrm)),
    ("bicycle", Pick("bicycle_type")),
];

fn vehicle(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let manufacturer = faker.pick_text_from("vehicle", "manufacturer")?;
    let model = faker.pick_text_from("vehicle", "model")?;
    Ok(Value::from(format!("{manufacturer} {model}")))
}

fn vin(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    /// Letters that look like digits.
    const EXCLUDED: &str = "oiqOIQ";
    let mut vin = string::alphanumeric_of(faker, 10.0, "upper", EXCLUDED)?;
    vin += &string::alpha_of(faker, 1.0, "upper", EXCLUDED)?;
    vin += &string::alphanumeric_of(faker, 1.0, "upper", EXCLUDED)?;
    vin += &string::digits(faker, 5.0, true)?;
    Ok(Value::from(vin))
}

fn vrm(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let mut vrm = string::alpha_of(faker, 2.0, "upper", "")?;
    vrm += &string::digits(faker, 2.0, true)?;
    vrm += &string::alpha_of(faker, 3.0, "upper", "")?;
    Ok(Value::from(vrm))
}
