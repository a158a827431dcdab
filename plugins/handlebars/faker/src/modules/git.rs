//! `git`.

use super::{date as dates, hacker, internet, person, string};
use crate::{
    Error, Value, date,
    faker::Faker,
    method::{Method::Call, Outcome, Table},
    options::Options,
    text,
};

pub(super) const TABLE: Table = &[
    ("branch", Call(branch)),
    ("commitEntry", Call(commit_entry)),
    ("commitMessage", Call(|faker, _| commit_message(faker).map(Value::from))),
    ("commitDate", Call(|faker, args| commit_date(faker, &Options::new(args, "refDate")?).map(Value::from))),
    ("commitSha", Call(commit_sha)),
];

fn branch(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let noun = hacker::pick(faker, "noun")?.replacen(' ', "-", 1);
    let verb = hacker::pick(faker, "verb")?.replacen(' ', "-", 1);
    Ok(Value::from(format!("{noun}-{verb}")))
}

fn sha(faker: &mut Faker<'_>, length: f64) -> Result<String, Error> {
    Ok(string::hex_digits(faker, length)?.to_ascii_lowercase())
}

fn commit_sha(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let length = Options::new(args, "length")?.or("length", 40.0).or_if_nullish(1.0);
    let length = super::number::of_range(faker, &length)?;
    sha(faker, length).map(Value::from)
}

fn commit_entry(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "merge")?;
    let is_merge = match options.get("merge") {
        Value::Undefined => faker.chance(0.2)?,
        merge => merge.is_truthy(),
    };
    let mut lines = vec![format!("commit {}", sha(faker, 40.0)?)];
    if is_merge {
        let first = sha(faker, 7.0)?;
        lines.push(format!("Merge: {first} {}", sha(faker, 7.0)?));
    }
    let (author, email) = author(faker)?;
    lines.push(format!("Author: {author} <{email}>"));
    let date = Options::of(&Value::object([("refDate", options.get("refDate"))]), "refDate")?;
    lines.push(format!("Date: {}", commit_date(faker, &date)?));
    lines.push(String::new());
    // Four no-break spaces.
    lines.push(format!("\u{a0}\u{a0}\u{a0}\u{a0}{}", commit_message(faker)?));
    lines.push(String::new());
    let end = if options.or("eol", "CRLF").as_str() == Some("CRLF") { "\r\n" } else { "\n" };
    Ok(Value::from(lines.join(end)))
}

/// A name, or a user's name, and the e-mail address.
fn author(faker: &mut Faker<'_>) -> Result<(String, String), Error> {
    let first = person::first_name(faker, &Value::Undefined)?;
    let last = person::last_name(faker, &Value::Undefined)?;
    let names = Value::object([("firstName", Value::from(first)), ("lastName", Value::from(last))]);
    let options = Options::of(&names, "firstName")?;
    let full = person::full_name(faker, &options)?;
    let user = internet::username(faker, &options)?;
    let name = if faker.index(2)? == 0 { full } else { user };
    let email = internet::email(faker, &options)?;
    Ok((without_edges(&name), email))
}

/// What `/^[.,:;"\\']|[<>\n]|[.,:;"\\']$/g` leaves of a name.
fn without_edges(name: &str) -> String {
    let is_edge = |c: char| ".,:;\"\\'".contains(c);
    let name = name.strip_prefix(is_edge).unwrap_or(name);
    let name = name.strip_suffix(is_edge).unwrap_or(name);
    name.replace(['<', '>', '\n'], "")
}

fn commit_message(faker: &mut Faker<'_>) -> Result<String, Error> {
    let verb = hacker::pick(faker, "verb")?;
    let adjective = hacker::pick(faker, "adjective")?;
    let noun = hacker::pick(faker, "noun")?;
    Ok(format!("{verb} {adjective} {noun}"))
}

/// A date as `git log` prints it.
fn commit_date(faker: &mut Faker<'_>, options: &Options) -> Result<String, Error> {
    let reference = match options.get("refDate") {
        Value::Undefined => faker.now(),
        date => date,
    };
    let ms = dates::recent(faker, 1.0, &reference)?;
    let fields = date::fields(ms).ok_or_else(|| Error::faker("Invalid refDate date"))?;
    let date::Fields { year, month, day, weekday, hour, minute, second, .. } = fields;
    let (weekday, month) = (date::name(&date::WEEKDAYS, weekday), date::name(&date::MONTHS, month));
    let zone = faker.int(-11.0, 12.0)?;
    let sign = if zone >= 0.0 { '+' } else { '-' };
    let hours = text::zeros(&crate::math::to_text(zone.abs()), 2);
    Ok(format!("{weekday} {month} {day} {hour:02}:{minute:02}:{second:02} {year} {sign}{hours}00"))
}
