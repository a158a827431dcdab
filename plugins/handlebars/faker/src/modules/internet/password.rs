//! Passwords.

use crate::{Error, Value, faker::Faker, method::Outcome, options::Options, text};

/// Draws signs until enough of them are letters, digits or `_`, or, where it is to be memorable, vowels and consonants
/// by turns.
pub(super) fn password(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "length")?;
    let length = options.or("length", 15.0).to_number();
    let is_memorable = options.is("memorable");
    let prefix = options.or("prefix", "");
    let mut password = prefix.to_text().into_owned();
    // A template has no expressions to pass.
    let has_pattern = !options.get("pattern").is_undefined() && !is_memorable;
    // What has no length is never long enough, but a text once a sign has been put behind it.
    let mut reached = match prefix {
        Value::Null => return Err(Error::unreadable("null", "length")),
        Value::String(_) => text::length(&password) as f64,
        Value::Array(items) => items.len() as f64,
        _ => f64::NAN,
    };
    while length.is_nan() || reached.is_nan() || reached < length {
        // From 33 to 127, so it is ASCII.
        let sign = char::from((faker.int(0.0, 94.0)? + 33.0) as u8);
        if has_pattern {
            return Err(Error::thrown("h.test is not a function"));
        }
        let is_fit = if is_memorable {
            let sign = sign.to_ascii_lowercase();
            if password.ends_with(is_consonant) { is_vowel(sign) } else { is_consonant(sign) }
        } else {
            text::is_word(sign)
        };
        if is_fit {
            password.push(if is_memorable { sign.to_ascii_lowercase() } else { sign });
            reached = if reached.is_nan() { text::length(&password) as f64 } else { reached + 1.0 };
        }
    }
    Ok(Value::from(password))
}

fn is_vowel(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u')
}

fn is_consonant(c: char) -> bool {
    c.is_ascii_alphabetic() && !is_vowel(c)
}
