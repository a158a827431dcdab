//! Account numbers and banks' codes.

use super::{
    super::string,
    countries::{CODES, IBAN_FORMATS},
};
use crate::{
    Error, Value,
    faker::Faker,
    method::Outcome,
    options::{Options, arg},
};

const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";

pub(super) fn iban(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::plain(arg(args, 0), "countryCode", "e")?;
    let wanted = options.get("countryCode");
    let formats: Vec<&str> = IBAN_FORMATS.split(' ').collect();
    let format = if wanted.is_truthy() {
        let code = wanted.as_str().unwrap_or_default();
        let found = formats.iter().find(|format| format.split('=').next() == Some(code));
        *found.ok_or_else(|| Error::faker(format!("Country code {} not supported.", wanted.to_text())))?
    } else {
        faker.pick(&formats)?
    };
    let (country, parts) = format.split_once('=').unwrap_or_default();
    let number = account(faker, parts)?;
    let check = 98 - remainder(&format!("{number}{country}00"));
    let iban = format!("{country}{check:02}{number}");
    Ok(Value::from(if options.is("formatted") { in_fours(&iban) } else { iban }))
}

/// The part of an account number behind country and check digits.
fn account(faker: &mut Faker<'_>, parts: &str) -> Result<String, Error> {
    let mut number = String::new();
    let mut length = 0;
    let mut rest = parts;
    while let Some(kind) = rest.chars().next() {
        let digits = rest.get(1..).unwrap_or_default();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (count, behind) = digits.split_at(end);
        let count: usize = count.parse().unwrap_or_default();
        length += count;
        part(faker, &mut number, kind, count)?;
        // Zeros come in twos and threes, so there may be too many.
        number.truncate(length);
        rest = behind;
    }
    Ok(number)
}

fn part(faker: &mut Faker<'_>, number: &mut String, kind: char, count: usize) -> Result<(), Error> {
    let mut left = count;
    while left > 0 {
        let is_letter = match kind {
            'a' => true,
            'c' => !faker.chance(0.8)?,
            _ => false,
        };
        if is_letter {
            number.push(char::from(faker.pick(LETTERS)?));
        } else if kind == 'n' && left >= 3 && faker.chance(0.3)? {
            // Numbers with leading zeros are frequent.
            let zeros = if faker.boolean()? { "00" } else { "0" };
            number.push_str(zeros);
            let digit = faker.pick(b"123456789")?;
            number.push(char::from(digit));
            left -= zeros.len();
        } else {
            number.push_str(&crate::math::to_text(faker.int(0.0, 9.0)?));
        }
        left -= 1;
    }
    Ok(())
}

/// The remainder by 97 of a number in which letters are two digits, A being 10.
fn remainder(text: &str) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |rest, digit| {
        let shift = if digit < 10 { 10 } else { 100 };
        (rest * shift + digit) % 97
    })
}

fn in_fours(iban: &str) -> String {
    let mut out = String::new();
    for (index, c) in iban.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

pub(super) fn bic(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "includeBranchCode")?;
    let with_branch = match options.get("includeBranchCode") {
        Value::Undefined => faker.boolean()?,
        given => given.is_truthy(),
    };
    let bank = string::alpha_of(faker, 4.0, "upper", "")?;
    let country = faker.pick(&CODES.split(' ').collect::<Vec<_>>())?;
    let place = string::alphanumeric_of(faker, 2.0, "upper", "")?;
    let branch = match with_branch {
        true if faker.boolean()? => string::alphanumeric_of(faker, 3.0, "upper", "")?,
        true => "XXX".to_owned(),
        false => String::new(),
    };
    Ok(Value::from(format!("{bank}{country}{place}{branch}")))
}

#[cfg(test)]
mod tests {
    use super::remainder;

    #[test]
    fn check_digits_are_those_of_the_standard() {
        // The standard's example, GB82 WEST 1234 5698 7654 32.
        assert_eq!(98 - remainder("WEST12345698765432GB00"), 82);
    }
}
