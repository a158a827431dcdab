//! `word`, and the choice of words by length.

use super::{helpers, number};
use crate::{
    Error, Value,
    faker::Faker,
    method::{Method::Call, Outcome, Table},
    options::{Options, arg},
    text,
};

pub(super) const TABLE: Table = &[
    ("adjective", Call(|faker, args| of_kind(faker, args, "adjective"))),
    ("adverb", Call(|faker, args| of_kind(faker, args, "adverb"))),
    ("conjunction", Call(|faker, args| of_kind(faker, args, "conjunction"))),
    ("interjection", Call(|faker, args| of_kind(faker, args, "interjection"))),
    ("noun", Call(|faker, args| of_kind(faker, args, "noun"))),
    ("preposition", Call(|faker, args| of_kind(faker, args, "preposition"))),
    ("verb", Call(|faker, args| of_kind(faker, args, "verb"))),
    ("sample", Call(sample)),
    ("words", Call(|faker, args| words(faker, args).map(Value::from))),
];

const KINDS: [&str; 7] = ["adjective", "adverb", "conjunction", "interjection", "noun", "preposition", "verb"];

fn of_kind(faker: &mut Faker<'_>, args: &[Value], kind: &str) -> Outcome {
    pick(faker, arg(args, 0), "word", kind).map(Value::from)
}

/// A word of a kind, of any length.
pub(super) fn any(faker: &mut Faker<'_>, kind: &str) -> Result<&'static str, Error> {
    pick(faker, &Value::Undefined, "word", kind)
}

/// A word of an entry; the options are a length, or an object with `length` and `strategy`.
pub(super) fn pick(faker: &mut Faker<'_>, options: &Value, module: &str, entry: &str) -> Result<&'static str, Error> {
    let (length, strategy) = match options {
        Value::Number(_) => (options.clone(), Value::Undefined),
        // Spreading anything else gives what members it has; a string has no member of these names.
        Value::Object(_) => (options.get("length"), options.get("strategy")),
        _ => (Value::Undefined, Value::Undefined),
    };
    let words = faker.definition_array(module, entry)?;
    let strategy = strategy.or("any-length");
    if length.is_nullish() && !matches!(strategy.as_str(), Some("shortest" | "longest")) {
        return faker.pick_text(Some(crate::data::Node::Array(words)));
    }
    let words: Vec<&str> = words.texts().collect();
    let words = if length.is_nullish() {
        fallback(&words, &strategy, f64::NAN, f64::NAN)?
    } else {
        let (min, max) = match &length {
            Value::Number(length) => (*length, *length),
            range => (range.get("min").to_number(), range.get("max").to_number()),
        };
        match having(&words, |length| length >= min && length <= max) {
            fitting if fitting.is_empty() => fallback(&words, &strategy, min, max)?,
            fitting => fitting,
        }
    };
    faker.pick(&words)
}

fn having<'a>(words: &[&'a str], is_fit: impl Fn(f64) -> bool) -> Vec<&'a str> {
    words.iter().copied().filter(|word| is_fit(text::length(word) as f64)).collect()
}

/// What is chosen from where no word is as long as it should be.
fn fallback<'a>(words: &[&'a str], strategy: &Value, min: f64, max: f64) -> Result<Vec<&'a str>, Error> {
    let lengths = || words.iter().map(|word| text::length(word) as f64);
    let shortest = lengths().fold(f64::INFINITY, f64::min);
    let longest = lengths().fold(f64::NEG_INFINITY, f64::max);
    match strategy.as_str() {
        Some("fail") => Err(Error::faker("No words found that match the given length.")),
        Some("any-length") => Ok(words.to_vec()),
        Some("shortest") => Ok(having(words, |length| length == shortest)),
        Some("longest") => Ok(having(words, |length| length == longest)),
        Some("closest") => {
            let (below, above) = (min - shortest, longest - max);
            let distance = if below.is_nan() || above.is_nan() { f64::NAN } else { below.min(above) };
            Ok(having(words, |length| length == min - distance || length == max + distance))
        }
        _ => Err(Error::thrown("Te[t] is not a function")),
    }
}

/// `word.sample(options)`: of the first kind, in random order, that has such a word.
fn sample(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    sample_of(faker, arg(args, 0)).map(Value::from)
}

fn sample_of(faker: &mut Faker<'_>, options: &Value) -> Result<&'static str, Error> {
    for kind in helpers::shuffled(faker, KINDS.to_vec())? {
        match pick(faker, options, "word", kind) {
            Err(Error::Faker(_) | Error::Thrown(_)) => {}
            outcome => return outcome,
        }
    }
    Err(Error::faker("No matching word data available for the current locale"))
}

/// `word.words(count)`.
pub(super) fn words(faker: &mut Faker<'_>, args: &[Value]) -> Result<String, Error> {
    let options = Options::or_number(args, "count", "count")?;
    let count = options.or("count", number::range(1.0, 3.0)).or_if_nullish(3.0);
    let count = number::of_range(faker, &count)?;
    let words = faker.several(count, |faker| sample_of(faker, &Value::Undefined))?;
    Ok(words.join(" "))
}
