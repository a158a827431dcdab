//! The methods, by Faker's modules. Each function is one of Faker's methods: it makes the same draws in the same order.

mod airline;
mod color;
mod commerce;
mod company;
mod database;
mod datatype;
mod date;
mod finance;
mod git;
mod hacker;
pub(crate) mod helpers;
mod image;
mod internet;
mod location;
mod lorem;
pub(crate) mod number;
mod person;
mod phone;
mod plain;
mod regexp;
mod string;
mod symbols;
mod system;
mod vehicle;
mod word;

use crate::method::Table;

/// All modules, in the order in which Faker's constructor makes them.
pub(crate) const ALL: [(&str, Table); 27] = [
    ("datatype", datatype::TABLE),
    ("date", date::TABLE),
    ("helpers", helpers::TABLE),
    ("location", location::TABLE),
    ("number", number::TABLE),
    ("string", string::TABLE),
    ("airline", airline::TABLE),
    ("animal", plain::ANIMAL),
    ("book", plain::BOOK),
    ("color", color::TABLE),
    ("commerce", commerce::TABLE),
    ("company", company::TABLE),
    ("database", database::TABLE),
    ("finance", finance::TABLE),
    ("food", plain::FOOD),
    ("git", git::TABLE),
    ("hacker", hacker::TABLE),
    ("image", image::TABLE),
    ("internet", internet::TABLE),
    ("lorem", lorem::TABLE),
    ("music", plain::MUSIC),
    ("person", person::TABLE),
    ("phone", phone::TABLE),
    ("science", plain::SCIENCE),
    ("system", system::TABLE),
    ("vehicle", vehicle::TABLE),
    ("word", word::TABLE),
];
