//! `company`.

use crate::{
    Value,
    faker::Faker,
    method::{
        Method::{Call, Fake, Pick},
        Outcome, Table,
    },
};

pub(super) const TABLE: Table = &[
    ("name", Fake("name_pattern")),
    ("catchPhrase", Call(|faker, _| joined(faker, ["adjective", "descriptor", "noun"]))),
    ("buzzPhrase", Call(|faker, _| joined(faker, ["buzz_verb", "buzz_adjective", "buzz_noun"]))),
    ("catchPhraseAdjective", Pick("adjective")),
    ("catchPhraseDescriptor", Pick("descriptor")),
    ("catchPhraseNoun", Pick("noun")),
    ("buzzAdjective", Pick("buzz_adjective")),
    ("buzzVerb", Pick("buzz_verb")),
    ("buzzNoun", Pick("buzz_noun")),
];

fn joined(faker: &mut Faker<'_>, entries: [&str; 3]) -> Outcome {
    let mut words = Vec::new();
    for entry in entries {
        words.push(faker.pick_text_from("company", entry)?);
    }
    Ok(Value::from(words.join(" ")))
}

/// `company.name()`.
pub(super) fn name(faker: &mut Faker<'_>) -> Result<String, crate::Error> {
    let pattern = faker.definition("company", "name_pattern")?;
    faker.fake_node(pattern)
}
