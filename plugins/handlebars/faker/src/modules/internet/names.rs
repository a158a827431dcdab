//! Names of users, and their e-mail addresses.

use unicode_normalization::UnicodeNormalization;

use super::{super::person, latin};
use crate::{
    Error, Value,
    faker::Faker,
    math,
    method::Outcome,
    options::{Options, arg},
    text,
};

/// An address has at most so many characters before the `@`.
const MAX_LOCAL_PART: usize = 50;

/// `internet.username({ firstName, lastName })`.
pub(in super::super) fn username(faker: &mut Faker<'_>, options: &Options) -> Result<String, Error> {
    let (first, last) = both_names(faker, options)?;
    let separator = faker.pick(&[".", "_"])?;
    let number = faker.int(0.0, 99.0)?;
    // A last name that is given is always part of it.
    let kinds = if options.is("lastName") { 2 } else { 3 };
    let name = match faker.index(kinds)? {
        0 => format!("{first}{separator}{last}{number}"),
        1 => format!("{first}{separator}{last}"),
        _ => format!("{first}{number}"),
    };
    let mut out = String::new();
    for c in name.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')) {
        match latin::transcription(c) {
            Some(letters) => out.push_str(letters),
            None if matches!(c, '\'' | ' ') => {}
            None if c.is_ascii() => out.push(c),
            None => out.push_str(&in_base_36(u32::from(c))),
        }
    }
    Ok(out)
}

fn in_base_36(number: u32) -> String {
    let digits = std::iter::successors(Some(number), |rest| Some(rest / 36).filter(|rest| *rest > 0));
    let digits: Vec<char> = digits.filter_map(|rest| char::from_digit(rest % 36, 36)).collect();
    digits.into_iter().rev().collect()
}

fn both_names(faker: &mut Faker<'_>, options: &Options) -> Result<(String, String), Error> {
    let first = match options.get("firstName") {
        Value::Undefined => person::first_name(faker, &Value::Undefined)?.to_owned(),
        name => name.to_text().into_owned(),
    };
    let last = match options.get("lastName") {
        Value::Undefined => person::last_name(faker, &Value::Undefined)?,
        name => name.to_text().into_owned(),
    };
    Ok((first, last))
}

pub(super) fn display_name(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "firstName")?;
    let (first, last) = both_names(faker, &options)?;
    let separator = faker.pick(&[".", "_"])?;
    let number = math::to_text(faker.int(0.0, 99.0)?);
    let name = match faker.index(3)? {
        0 => format!("{first}{number}"),
        1 => format!("{first}{separator}{last}"),
        _ => format!("{first}{separator}{last}{number}"),
    };
    Ok(Value::from(name.replace(['\'', ' '], "")))
}

pub(super) fn example_email(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::plain(arg(args, 0), "firstName", "e")?;
    let provider = faker.pick_text_from("internet", "example_email")?;
    at_provider(faker, &options, provider).map(Value::from)
}

/// `internet.email({ firstName, lastName, provider, allowSpecialCharacters })`.
pub(in super::super) fn email(faker: &mut Faker<'_>, options: &Options) -> Result<String, Error> {
    let provider = match options.get("provider") {
        Value::Undefined => faker.pick_text_from("internet", "free_email")?.to_owned(),
        provider => provider.to_text().into_owned(),
    };
    at_provider(faker, options, &provider)
}

fn at_provider(faker: &mut Faker<'_>, options: &Options, provider: &str) -> Result<String, Error> {
    let mut local = username(faker, options)?;
    local.retain(|c| c.is_ascii_alphanumeric() || "._+-".contains(c));
    let mut local = text::head(&local, MAX_LOCAL_PART);
    if options.is("allowSpecialCharacters") {
        let replaced = faker.pick(&['.', '_', '-'])?;
        let sign = faker.pick(b".!#$%&'*+-/=?^_`{|}~")?;
        local = local.replacen(replaced, &char::from(sign).to_string(), 1);
    }
    let local = with_single_dots(&local);
    let local = local.strip_prefix('.').unwrap_or(&local);
    let local = local.strip_suffix('.').unwrap_or(local);
    Ok(format!("{local}@{provider}"))
}

fn with_single_dots(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '.' || !out.ends_with('.') {
            out.push(c);
        }
    }
    out
}
