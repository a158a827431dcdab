//! Names of network interfaces, as systemd gives them.

use super::super::{internet, string};
use crate::{Error, Value, faker::Faker, method::Outcome, options::Options};

pub(super) fn network_interface(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "interfaceType")?;
    let kind = match options.get("interfaceType") {
        Value::Undefined => faker.pick(&["en", "wl", "ww"])?.to_owned(),
        kind => kind.to_text().into_owned(),
    };
    let schema = match options.get("interfaceSchema") {
        Value::Undefined => Value::from(faker.pick(&["index", "slot", "mac", "pci"])?),
        schema => schema,
    };
    let name = match schema.as_str() {
        Some("index") => format!("{kind}o{}", digit(faker)?),
        Some("slot") => format!("{kind}s{}", slot(faker)?),
        Some("mac") => format!("{kind}x{}", internet::mac(faker, &[Value::from("")])?),
        Some("pci") => {
            let domain = maybe(faker, 'P')?;
            format!("{domain}{kind}p{}s{}", digit(faker)?, slot(faker)?)
        }
        _ => format!("{kind}undefinedundefined"),
    };
    Ok(Value::from(name))
}

fn digit(faker: &mut Faker<'_>) -> Result<String, Error> {
    string::digits(faker, 1.0, true)
}

/// A number, and perhaps a function and a device.
fn slot(faker: &mut Faker<'_>) -> Result<String, Error> {
    Ok(digit(faker)? + &maybe(faker, 'f')? + &maybe(faker, 'd')?)
}

fn maybe(faker: &mut Faker<'_>, letter: char) -> Result<String, Error> {
    Ok(if faker.boolean()? { format!("{letter}{}", digit(faker)?) } else { String::new() })
}
