//! JSON Web Tokens.

use super::super::{company, date as dates, string};
use crate::{Error, Value, date, faker::Faker, json, method::Outcome, options::Options, text};

pub(super) fn jwt(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "refDate")?;
    let reference = match options.get("refDate") {
        Value::Undefined => faker.now(),
        date => date,
    };
    let issued = dates::recent(faker, 1.0, &reference)?;
    let header = match options.get("header") {
        Value::Undefined => {
            let algorithm = faker.pick_from("internet", "jwt_algorithm")?;
            Value::object([("alg", algorithm), ("typ", Value::from("JWT"))])
        }
        header => header,
    };
    let payload = match options.get("payload") {
        Value::Undefined => payload(faker, issued, &reference)?,
        payload => payload,
    };
    let (header, payload) = (encoded(&header)?, encoded(&payload)?);
    let signature = string::alphanumeric_of(faker, 64.0, "mixed", "")?;
    Ok(Value::from(format!("{header}.{payload}.{signature}")))
}

fn payload(faker: &mut Faker<'_>, issued: f64, reference: &Value) -> Outcome {
    let expires = dates::soon(faker, issued)?;
    let not_before = dates::anytime(faker, date::of(reference))?;
    let issuer = company::name(faker)?;
    let mut uuid = || string::uuid(faker).map(Value::from);
    Ok(Value::object([
        ("iat", Value::Number(date::seconds(issued))),
        ("exp", Value::Number(date::seconds(expires))),
        ("nbf", Value::Number(date::seconds(not_before))),
        ("iss", Value::from(issuer)),
        ("sub", uuid()?),
        ("aud", uuid()?),
        ("jti", uuid()?),
    ]))
}

fn encoded(value: &Value) -> Result<String, Error> {
    match json::write(value) {
        Some(text) => Ok(text::base64url(&text)),
        None => Err(Error::thrown("Do not know how to serialize a BigInt")),
    }
}
