//! `internet`.

mod address;
mod latin;
mod names;
mod password;
mod token;

pub(super) use names::{email, username};

use super::{helpers, number};
use crate::{
    Error, Value,
    data::Node,
    faker::Faker,
    math,
    method::{
        Method::{Call, Fake, Pick},
        Outcome, Table,
    },
    options::{Options, arg},
};

pub(super) const TABLE: Table = &[
    ("email", Call(|faker, args| email(faker, &Options::plain(arg(args, 0), "firstName", "e")?).map(Value::from))),
    ("exampleEmail", Call(names::example_email)),
    ("userName", Call(|faker, args| username(faker, &Options::new(args, "firstName")?).map(Value::from))),
    ("username", Call(|faker, args| username(faker, &Options::new(args, "firstName")?).map(Value::from))),
    ("displayName", Call(names::display_name)),
    ("protocol", Call(|faker, _| faker.pick(&["http", "https"]).map(Value::from))),
    ("httpMethod", Call(|faker, _| faker.pick(&["GET", "POST", "PUT", "DELETE", "PATCH"]).map(Value::from))),
    ("httpStatusCode", Call(|faker, args| of_types(faker, args, "http_status_code"))),
    ("url", Call(address::url)),
    ("domainName", Call(|faker, _| address::domain_name(faker).map(Value::from))),
    ("domainSuffix", Pick("domain_suffix")),
    ("domainWord", Call(|faker, _| address::domain_word(faker).map(Value::from))),
    ("ip", Call(address::ip)),
    ("ipv4", Call(address::ipv4)),
    ("ipv6", Call(|faker, _| address::ipv6(faker).map(Value::from))),
    ("port", Call(|faker, _| faker.int(0.0, 65_535.0).map(Value::from))),
    ("userAgent", Fake("user_agent_pattern")),
    ("color", Call(color)),
    ("mac", Call(|faker, args| address::mac(faker, args).map(Value::from))),
    ("password", Call(password::password)),
    ("emoji", Call(|faker, args| of_types(faker, args, "emoji"))),
    ("jwtAlgorithm", Pick("jwt_algorithm")),
    ("jwt", Call(token::jwt)),
];

pub(super) use address::mac;

/// One of an entry's values, of the types of the option `types` or of any.
fn of_types(faker: &mut Faker<'_>, args: &[Value], entry: &str) -> Outcome {
    let options = Options::new(args, "types")?;
    let values = faker.definition("internet", entry)?;
    let types = match (options.get("types"), values) {
        (Value::Undefined, Node::Object(values)) => Value::Array(values.keys().map(Value::from).collect()),
        (types, _) => types,
    };
    let chosen = helpers::pick_value(faker, &types)?;
    let values = values.get(&chosen.to_text());
    Ok(faker.pick_node(values)?.map(Node::to_value).unwrap_or_default())
}

/// A color near a base.
fn color(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "redBase")?;
    let mut part = |base| -> Result<String, Error> {
        let sum = number::sum(faker.int(0.0, 256.0)?, &options.or(base, 0.0));
        let value = (sum.to_number() / 2.0).floor();
        Ok(format!("{:0>2}", math::to_radix(value, 16)))
    };
    let (red, green, blue) = (part("redBase")?, part("greenBase")?, part("blueBase")?);
    Ok(Value::from(format!("#{red}{green}{blue}")))
}
