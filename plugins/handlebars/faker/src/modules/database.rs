//! `database`.

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
    ("column", Pick("column")),
    ("type", Pick("type")),
    ("collation", Pick("collation")),
    ("engine", Pick("engine")),
    ("mongodbObjectId", Call(mongodb_object_id)),
];

fn mongodb_object_id(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    string::hex_digits(faker, 24.0).map(|digits| Value::from(digits.to_ascii_lowercase()))
}
