//! `phone`.

use super::symbols;
use crate::{
    Error, Value,
    faker::Faker,
    method::{Method::Call, Outcome, Table},
    options::Options,
};

pub(super) const TABLE: Table = &[("number", Call(number)), ("imei", Call(imei))];

fn number(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "style")?;
    let style = options.text("style", "human");
    let formats = faker.definition("phone_number", "format")?.get(&style);
    if formats.is_none() {
        return Err(Error::thrown(format!("No definitions for {style} in this locale")));
    }
    let format = faker.pick_text(formats)?;
    symbols::replace_digits(faker, format, "#").map(Value::from)
}

fn imei(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    symbols::credit_card(faker, "##-######-######-L", "#").map(Value::from)
}
