//! `hacker`.

use super::helpers;
use crate::{
    Error, Value,
    faker::Faker,
    method::{
        Method::{Call, Pick},
        Outcome, Table,
    },
};

pub(super) const TABLE: Table = &[
    ("abbreviation", Pick("abbreviation")),
    ("adjective", Pick("adjective")),
    ("noun", Pick("noun")),
    ("verb", Pick("verb")),
    ("ingverb", Pick("ingverb")),
    ("phrase", Call(phrase)),
];

fn phrase(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let mut phrase = faker.pick_text_from("hacker", "phrase")?.to_owned();
    for entry in ["abbreviation", "adjective", "ingverb", "noun", "verb"] {
        phrase = helpers::replace_key(faker, &phrase, entry, |faker| Ok(pick(faker, entry)?.to_owned()))?;
    }
    Ok(Value::from(phrase))
}

/// A word of the module.
pub(super) fn pick(faker: &mut Faker<'_>, entry: &str) -> Result<&'static str, Error> {
    faker.pick_text_from("hacker", entry)
}
