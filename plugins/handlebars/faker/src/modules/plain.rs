//! Modules that only pick from their tables.

use crate::{
    Value,
    faker::Faker,
    method::{
        Method::{Call, Fake, Pick},
        Outcome, Table,
    },
    text,
};

pub(super) const ANIMAL: Table = &[
    ("dog", Pick("dog")),
    ("cat", Pick("cat")),
    ("snake", Pick("snake")),
    ("bear", Pick("bear")),
    ("lion", Pick("lion")),
    ("cetacean", Pick("cetacean")),
    ("horse", Pick("horse")),
    ("bird", Pick("bird")),
    ("cow", Pick("cow")),
    ("fish", Pick("fish")),
    ("crocodilia", Pick("crocodilia")),
    ("insect", Pick("insect")),
    ("rabbit", Pick("rabbit")),
    ("rodent", Pick("rodent")),
    ("type", Pick("type")),
    ("petName", Pick("pet_name")),
];

pub(super) const BOOK: Table = &[
    ("author", Pick("author")),
    ("format", Pick("format")),
    ("genre", Pick("genre")),
    ("publisher", Pick("publisher")),
    ("series", Pick("series")),
    ("title", Pick("title")),
];

pub(super) const FOOD: Table = &[
    ("adjective", Pick("adjective")),
    ("description", Fake("description_pattern")),
    ("dish", Call(dish)),
    ("ethnicCategory", Pick("ethnic_category")),
    ("fruit", Pick("fruit")),
    ("ingredient", Pick("ingredient")),
    ("meat", Pick("meat")),
    ("spice", Pick("spice")),
    ("vegetable", Pick("vegetable")),
];

pub(super) const MUSIC: Table =
    &[("album", Pick("album")), ("artist", Pick("artist")), ("genre", Pick("genre")), ("songName", Pick("song_name"))];

pub(super) const SCIENCE: Table = &[("chemicalElement", Pick("chemical_element")), ("unit", Pick("unit"))];

fn dish(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let dish = if faker.boolean()? {
        let pattern = faker.definition("food", "dish_pattern")?;
        faker.fake_node(pattern)?
    } else {
        faker.pick_text_from("food", "dish")?.to_owned()
    };
    let words: Vec<String> = dish.split(' ').map(text::capitalised).collect();
    Ok(Value::from(words.join(" ")))
}
