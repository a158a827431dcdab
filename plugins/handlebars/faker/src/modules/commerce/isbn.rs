//! Book numbers. Which digits name the publisher depends on the registration group, by the ranges of the International
//! ISBN Agency for the groups 0 and 1.

use super::super::string;
use crate::{Error, Value, faker::Faker, math, method::Outcome, options::Options};

/// Up to which first seven digits the publisher has how many digits.
type Ranges = &'static [(u32, usize)];

const GROUPS: [(&str, Ranges); 2] = [
    (
        "0",
        &[
            (1_999_999, 2),
            (2_279_999, 3),
            (2_289_999, 4),
            (3_689_999, 3),
            (3_699_999, 4),
            (6_389_999, 3),
            (6_397_999, 4),
            (6_399_999, 7),
            (6_449_999, 3),
            (6_459_999, 7),
            (6_479_999, 3),
            (6_489_999, 7),
            (6_549_999, 3),
            (6_559_999, 4),
            (6_999_999, 3),
            (8_499_999, 4),
            (8_999_999, 5),
            (9_499_999, 6),
            (9_999_999, 7),
        ],
    ),
    (
        "1",
        &[
            (99_999, 3),
            (299_999, 2),
            (349_999, 3),
            (399_999, 4),
            (499_999, 3),
            (699_999, 2),
            (999_999, 4),
            (3_979_999, 3),
            (5_499_999, 4),
            (6_499_999, 5),
            (6_799_999, 4),
            (6_859_999, 5),
            (7_139_999, 4),
            (7_169_999, 3),
            (7_319_999, 4),
            (7_399_999, 7),
            (7_749_999, 5),
            (7_753_999, 7),
            (7_763_999, 5),
            (7_764_999, 7),
            (7_769_999, 5),
            (7_782_999, 7),
            (7_899_999, 5),
            (7_999_999, 4),
            (8_004_999, 5),
            (8_049_999, 5),
            (8_379_999, 5),
            (8_384_999, 7),
            (8_671_999, 5),
            (8_675_999, 4),
            (8_697_999, 5),
            (9_159_999, 6),
            (9_165_059, 7),
            (9_168_699, 6),
            (9_169_079, 7),
            (9_195_999, 6),
            (9_196_549, 7),
            (9_729_999, 6),
            (9_877_999, 4),
            (9_911_499, 6),
            (9_911_999, 7),
            (9_989_899, 6),
            (9_999_999, 7),
        ],
    ),
];

pub(super) fn isbn(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_number(args, "variant", "variant")?;
    let variant = options.or("variant", 13.0);
    let separator = options.text("separator", "-");
    let (group, ranges) = faker.pick(&GROUPS)?;
    let digits = string::digits(faker, 8.0, true)?;
    let first_seven: u32 = digits.get(..7).and_then(|digits| digits.parse().ok()).unwrap_or_default();
    let publisher = ranges.iter().find(|(last, _)| first_seven <= *last).map(|(_, len)| *len);
    let (publisher, title) = publisher
        .and_then(|len| digits.split_at_checked(len))
        .ok_or_else(|| Error::faker(format!("Unable to find a registrant length for the group {group}")))?;
    let is_ten = variant == Value::Number(10.0);
    let mut parts = vec!["978".to_owned(), group.to_owned(), publisher.to_owned(), title.to_owned()];
    if is_ten {
        parts.remove(0);
    }
    let check = check_digit(&parts.concat(), variant.to_number() - 1.0, is_ten);
    parts.push(if check == 10.0 { "X".to_owned() } else { math::to_text(check) });
    Ok(Value::from(parts.join(&separator)))
}

/// The digit behind so many; NaN where there are fewer.
fn check_digit(digits: &str, count: f64, is_ten: bool) -> f64 {
    let mut sum = 0.0;
    let mut place = 0.0;
    let mut digits = digits.chars();
    while place < count {
        let weight = if is_ten { place + 1.0 } else { 1.0 + 2.0 * (place % 2.0) };
        let Some(digit) = digits.next().and_then(|digit| digit.to_digit(10)) else { return f64::NAN };
        sum += weight * f64::from(digit);
        place += 1.0;
    }
    if is_ten { sum % 11.0 } else { (10.0 - sum % 10.0) % 10.0 }
}
