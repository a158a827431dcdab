//! `commerce`.

mod isbn;

use super::{helpers, number::Float};
use crate::{
    Error, Value,
    data::Node,
    faker::Faker,
    math,
    method::{
        Method::{Call, Fake, Pick},
        Outcome, Table,
    },
    options::Options,
};

pub(super) const TABLE: Table = &[
    ("department", Pick("department")),
    ("productName", Call(product_name)),
    ("price", Call(price)),
    ("productAdjective", Call(|faker, _| part(faker, "adjective").map(Value::from))),
    ("productMaterial", Call(|faker, _| part(faker, "material").map(Value::from))),
    ("product", Call(|faker, _| part(faker, "product").map(Value::from))),
    ("productDescription", Fake("product_description")),
    ("isbn", Call(isbn::isbn)),
];

/// A part of a product's name.
fn part(faker: &mut Faker<'_>, part: &str) -> Result<&'static str, Error> {
    let words: Option<Node> = faker.definition("commerce", "product_name")?.get(part);
    faker.pick_text(words)
}

fn product_name(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let adjective = part(faker, "adjective")?;
    let material = part(faker, "material")?;
    let product = part(faker, "product")?;
    Ok(Value::from(format!("{adjective} {material} {product}")))
}

/// What `number.toFixed(digits)` gives.
pub(super) fn fixed(number: f64, digits: f64) -> Result<String, Error> {
    math::to_fixed(number, digits).ok_or_else(|| Error::thrown("toFixed() digits argument must be between 0 and 100"))
}

/// A price of the kind that shops like: its last digit is mostly 9, sometimes 5, rarely 0 or any.
fn price(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "dec")?;
    let symbol = options.text("symbol", "");
    let (decimals, min, max) = (options.or("dec", 2.0), options.or("min", 1.0), options.or("max", 1000.0));
    let (low, high, digits) = (min.to_number(), max.to_number(), decimals.to_number());
    if low < 0.0 || high < 0.0 {
        return Ok(Value::from(symbol + "0"));
    }
    if min == max {
        let Value::Number(price) = min else { return Err(Error::thrown("a.toFixed is not a function")) };
        return Ok(Value::from(symbol + &fixed(price, digits)?));
    }
    let is_whole = decimals == Value::Number(0.0);
    let float = Float { min, max, fraction_digits: decimals, multiple_of: Value::Undefined };
    let price = float.draw(faker)?.to_number();
    if is_whole {
        return Ok(Value::from(symbol + &fixed(price, digits)?));
    }
    let last = (price * math::power(10.0, digits)) % 10.0;
    let any = faker.int(0.0, 9.0)?;
    let weighted = [(5.0, 9.0), (3.0, 5.0), (1.0, 0.0), (1.0, any)]
        .map(|(weight, value)| Value::object([("weight", weight.into()), ("value", Value::Number(value))]));
    let wanted = helpers::weighted(faker, &weighted)?.to_number();
    let unit = math::power(1.0 / 10.0, digits);
    let adjusted = price - last * unit + wanted * unit;
    let is_within = low <= adjusted && adjusted <= high;
    Ok(Value::from(symbol + &fixed(if is_within { adjusted } else { price }, digits)?))
}
