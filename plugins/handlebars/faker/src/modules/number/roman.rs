//! Roman numerals.

use crate::{Error, Value, faker::Faker, math, method::Outcome, options::Options};

const LETTERS: [(&str, u32); 13] = [
    ("M", 1000),
    ("CM", 900),
    ("D", 500),
    ("CD", 400),
    ("C", 100),
    ("XC", 90),
    ("L", 50),
    ("XL", 40),
    ("X", 10),
    ("IX", 9),
    ("V", 5),
    ("IV", 4),
    ("I", 1),
];
const MAX: f64 = 3999.0;

pub(super) fn roman_numeral(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_number(args, "max", "min")?;
    let (min, max) = (options.or("min", 1.0).to_number(), options.or("max", MAX).to_number());
    if min < 1.0 {
        return Err(Error::faker(format!("Min value {} should be 1 or greater.", math::to_text(min))));
    }
    if max > MAX {
        return Err(Error::faker(format!("Max value {} should be 3999 or less.", math::to_text(max))));
    }
    // From 1 to 3999 by the checks; NaN gives nothing, as in the original.
    let mut rest = faker.int(min, max)? as u32;
    let mut out = String::new();
    for (letters, value) in LETTERS {
        out.push_str(&letters.repeat((rest / value) as usize));
        rest %= value;
    }
    Ok(Value::from(out))
}
