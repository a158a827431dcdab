//! `datatype`.

use crate::{
    Value,
    faker::Faker,
    method::{Method::Call, Outcome, Table},
    options::Options,
};

pub(super) const TABLE: Table = &[("boolean", Call(boolean))];

pub(super) fn boolean(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_number(args, "probability", "probability")?;
    let probability = options.or("probability", 0.5).to_number();
    faker.chance(probability).map(Value::Bool)
}
