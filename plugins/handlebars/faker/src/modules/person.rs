//! `person`.

use super::helpers;
use crate::{
    Error, Value,
    data::Node,
    faker::Faker,
    method::{
        Method::{Call, Fake, Pick},
        Table,
    },
    options::{Options, arg},
};

pub(super) const TABLE: Table = &[
    ("firstName", Call(|faker, args| first_name(faker, arg(args, 0)).map(Value::from))),
    ("lastName", Call(|faker, args| last_name(faker, arg(args, 0)).map(Value::from))),
    ("middleName", Call(|faker, args| pick_by_sex(faker, arg(args, 0), "middle_name").map(Value::from))),
    ("fullName", Call(|faker, args| full_name(faker, &Options::new(args, "sex")?).map(Value::from))),
    ("gender", Pick("gender")),
    ("sex", Pick("sex")),
    ("sexType", Call(|faker, _| sex_type(faker).map(Value::from))),
    ("bio", Fake("bio_pattern")),
    ("prefix", Call(|faker, args| pick_by_sex(faker, arg(args, 0), "prefix").map(Value::from))),
    ("suffix", Pick("suffix")),
    ("jobTitle", Fake("job_title_pattern")),
    ("jobDescriptor", Pick("job_descriptor")),
    ("jobArea", Pick("job_area")),
    ("jobType", Pick("job_type")),
    ("zodiacSign", Pick("western_zodiac_sign")),
];

/// `person.sexType()`.
pub(super) fn sex_type(faker: &mut Faker<'_>) -> Result<&'static str, Error> {
    faker.pick(&["female", "male"])
}

/// `person.firstName(sex)`.
pub(super) fn first_name(faker: &mut Faker<'_>, sex: &Value) -> Result<&'static str, Error> {
    pick_by_sex(faker, sex, "first_name")
}

/// `person.lastName(sex)`: from a pattern where the locale has some.
pub(super) fn last_name(faker: &mut Faker<'_>, sex: &Value) -> Result<String, Error> {
    match faker.raw("person", "last_name_pattern") {
        None | Some(Node::Null) => pick_by_sex(faker, sex, "last_name").map(str::to_owned),
        Some(patterns) => {
            let pattern = match of_sex(faker, sex, patterns)? {
                Some(patterns) => faker.pick_weighted(Some(patterns))?,
                None => return Err(Error::faker("weightedArrayElement expects an array with at least one element")),
            };
            faker.fake(pattern.as_str().unwrap_or_default())
        }
    }
}

fn pick_by_sex(faker: &mut Faker<'_>, sex: &Value, entry: &str) -> Result<&'static str, Error> {
    let names = faker.definition("person", entry)?;
    match of_sex(faker, sex, names)? {
        Some(names) => faker.pick_text(Some(names)),
        None => Err(Error::faker("Cannot get value from empty dataset.")),
    }
}

/// The part of an entry that is for a sex; for any, where there is no part for all, that of a random one. Nothing where
/// the locale has nothing.
fn of_sex(faker: &mut Faker<'_>, sex: &Value, entry: Node) -> Result<Option<Node>, Error> {
    let part = |name| entry.get(name).filter(|node| !matches!(node, Node::Null));
    let generic = part("generic");
    let (chosen, is_given) = match sex.as_str() {
        Some("female") => (part("female").or(generic), true),
        Some("male") => (part("male").or(generic), true),
        _ => (generic, false),
    };
    match chosen {
        None if is_given => Err(Error::unreadable("undefined", "length")),
        None => faker.pick(&[part("female"), part("male")]),
        chosen => Ok(chosen),
    }
}

/// `person.fullName({ sex, firstName, lastName })`.
pub(super) fn full_name(faker: &mut Faker<'_>, options: &Options) -> Result<String, Error> {
    let sex = match options.get("sex") {
        Value::Undefined => Value::from(faker.pick(&["female", "male"])?),
        sex => sex,
    };
    let first = match options.get("firstName") {
        Value::Undefined => first_name(faker, &sex)?.to_owned(),
        name => name.to_text().into_owned(),
    };
    let last = match options.get("lastName") {
        Value::Undefined => last_name(faker, &sex)?,
        name => name.to_text().into_owned(),
    };
    let patterns = faker.definition("person", "name")?;
    let name = faker.pick_weighted(Some(patterns))?;
    let name = name.as_str().unwrap_or_default();
    let name = helpers::replace_key(faker, name, "person.prefix", |faker| {
        pick_by_sex(faker, &sex, "prefix").map(str::to_owned)
    })?;
    let name = helpers::replace_key(faker, &name, "person.firstName", |_| Ok(first.clone()))?;
    let name = helpers::replace_key(faker, &name, "person.middleName", |faker| {
        pick_by_sex(faker, &sex, "middle_name").map(str::to_owned)
    })?;
    let name = helpers::replace_key(faker, &name, "person.lastName", |_| Ok(last.clone()))?;
    helpers::replace_key(faker, &name, "person.suffix", |faker| {
        faker.pick_text_from("person", "suffix").map(str::to_owned)
    })
}
