//! `lorem`.

use super::{number, word};
use crate::{
    Error, Value,
    faker::Faker,
    method::{Method::Call, Outcome, Table},
    options::arg,
    text,
};

pub(super) const TABLE: Table = &[
    ("word", Call(|faker, args| word::pick(faker, arg(args, 0), "lorem", "word").map(Value::from))),
    ("words", Call(|faker, args| words(faker, &arg(args, 0).clone().or(3.0)).map(Value::from))),
    (
        "sentence",
        Call(|faker, args| sentence(faker, &arg(args, 0).clone().or(number::range(3.0, 10.0))).map(Value::from)),
    ),
    ("slug", Call(slug)),
    ("sentences", Call(|faker, args| sentences(faker, args, &number::range(2.0, 6.0), " "))),
    ("paragraph", Call(|faker, args| sentences(faker, args.get(..1).unwrap_or_default(), &Value::Number(3.0), " "))),
    ("paragraphs", Call(paragraphs)),
    ("text", Call(text)),
    ("lines", Call(lines)),
];

/// So many of something, joined.
fn joined(
    faker: &mut Faker<'_>,
    count: &Value,
    separator: &Value,
    make: fn(&mut Faker<'_>) -> Result<String, Error>,
) -> Result<String, Error> {
    let count = if count.is_nullish() { &Value::Number(3.0) } else { count };
    let count = number::of_range(faker, count)?;
    let parts = faker.several(count, make)?;
    let separator = match separator {
        Value::Undefined => ",".into(),
        separator => separator.to_text(),
    };
    faker.spend(separator.len().saturating_mul(parts.len()))?;
    Ok(parts.join(&separator))
}

/// `lorem.words(count)`.
pub(super) fn words(faker: &mut Faker<'_>, count: &Value) -> Result<String, Error> {
    joined(faker, count, &Value::from(" "), |faker| {
        word::pick(faker, &Value::Undefined, "lorem", "word").map(str::to_owned)
    })
}

fn sentence(faker: &mut Faker<'_>, count: &Value) -> Result<String, Error> {
    Ok(text::capitalised(&words(faker, count)?) + ".")
}

fn sentences(faker: &mut Faker<'_>, args: &[Value], count: &Value, separator: &str) -> Outcome {
    let count = arg(args, 0).clone().or(count.clone());
    let separator = arg(args, 1).clone().or(separator);
    joined(faker, &count, &separator, |faker| sentence(faker, &number::range(3.0, 10.0))).map(Value::from)
}

fn slug(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let words = words(faker, &arg(args, 0).clone().or(3.0))?;
    Ok(Value::from(text::slug(&words)))
}

fn paragraph(faker: &mut Faker<'_>) -> Result<String, Error> {
    joined(faker, &Value::Number(3.0), &Value::from(" "), |faker| sentence(faker, &number::range(3.0, 10.0)))
}

fn paragraphs(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let count = arg(args, 0).clone().or(3.0);
    joined(faker, &count, &arg(args, 1).clone().or("\n"), paragraph).map(Value::from)
}

fn lines(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    sentences(faker, args.get(..1).unwrap_or_default(), &number::range(1.0, 5.0), "\n")
}

fn text(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    match faker.pick(&["sentence", "sentences", "paragraph", "paragraphs", "lines"])? {
        "sentence" => sentence(faker, &number::range(3.0, 10.0)).map(Value::from),
        "sentences" => sentences(faker, &[], &number::range(2.0, 6.0), " "),
        "paragraph" => paragraph(faker).map(Value::from),
        "paragraphs" => paragraphs(faker, &[]),
        _ => lines(faker, &[]),
    }
}
