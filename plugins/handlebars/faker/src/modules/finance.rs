//! `finance`.

mod bank;
mod countries;

use super::{commerce, number, string, symbols};
use crate::{
    Error, Value,
    data::Node,
    faker::Faker,
    method::{
        Method::{Call, Fake, Pick},
        Outcome, Table,
    },
    options::Options,
};

pub(super) const TABLE: Table = &[
    ("accountNumber", Call(account_number)),
    ("accountName", Call(account_name)),
    ("routingNumber", Call(routing_number)),
    ("maskedNumber", Call(masked_number)),
    ("amount", Call(amount)),
    ("transactionType", Pick("transaction_type")),
    ("currency", Pick("currency")),
    ("currencyCode", Call(|faker, _| currency(faker, "code"))),
    ("currencyName", Call(|faker, _| currency(faker, "name"))),
    ("currencySymbol", Call(currency_symbol)),
    ("currencyNumericCode", Call(|faker, _| currency(faker, "numericCode"))),
    ("bitcoinAddress", Call(bitcoin_address)),
    ("litecoinAddress", Call(litecoin_address)),
    ("creditCardNumber", Call(credit_card_number)),
    ("creditCardCVV", Call(|faker, _| string::digits(faker, 3.0, true).map(Value::from))),
    ("creditCardIssuer", Call(credit_card_issuer)),
    ("pin", Call(pin)),
    ("ethereumAddress", Call(ethereum_address)),
    ("iban", Call(bank::iban)),
    ("bic", Call(bank::bic)),
    ("transactionDescription", Fake("transaction_description_pattern")),
];

/// Digits, as many as the value, a number or a range, says.
fn digits(faker: &mut Faker<'_>, length: Value) -> Result<String, Error> {
    let length = number::of_range(faker, &length.or_if_nullish(1.0))?;
    string::digits(faker, length, true)
}

fn account_number(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_number(args, "length", "length")?;
    digits(faker, options.or("length", 8.0)).map(Value::from)
}

fn account_name(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let kind = faker.pick_text_from("finance", "account_type")?;
    Ok(Value::from(format!("{kind} Account")))
}

/// Eight digits and one that makes the weighted sum a multiple of ten.
fn routing_number(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let number = string::digits(faker, 8.0, true)?;
    let weighted = number.chars().zip([3, 7, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| digit.to_digit(10).unwrap_or_default() * weight).sum();
    Ok(Value::from(format!("{number}{}", sum.next_multiple_of(10) - sum)))
}

fn masked_number(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_number(args, "length", "ellipsis")?;
    let mut number = digits(faker, options.or("length", 4.0))?;
    if options.is_unless_given("ellipsis") {
        number.insert_str(0, "...");
    }
    Ok(Value::from(if options.is_unless_given("parens") { format!("({number})") } else { number }))
}

fn amount(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "autoFormat")?;
    let decimals = options.or("dec", 2.0);
    let digits = decimals.to_number();
    let float = number::Float {
        min: options.or("min", 0.0),
        max: options.or("max", 1000.0),
        fraction_digits: decimals,
        multiple_of: Value::Undefined,
    };
    let amount = float.draw(faker)?.to_number();
    let printed = if options.is("autoFormat") { grouped(amount, digits)? } else { commerce::fixed(amount, digits)? };
    Ok(Value::from(options.text("symbol", "") + &printed))
}

/// What `toLocaleString('en-US', { minimumFractionDigits })` gives: thousands apart, at least three decimals known.
fn grouped(number: f64, min_digits: f64) -> Result<String, Error> {
    if !(0.0..=100.0).contains(&min_digits) {
        return Err(Error::thrown("minimumFractionDigits value is out of range."));
    }
    let printed = commerce::fixed(number.abs(), min_digits.max(3.0))?;
    let (whole, fraction) = printed.split_once('.').unwrap_or((&printed, ""));
    let mut fraction = fraction.to_owned();
    while fraction.ends_with('0') && fraction.len() as f64 > min_digits {
        fraction.pop();
    }
    let mut out = String::new();
    if number < 0.0 || (number == 0.0 && number.is_sign_negative()) {
        out.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(&fraction);
    }
    Ok(out)
}

fn currency(faker: &mut Faker<'_>, part: &str) -> Outcome {
    Ok(faker.pick_from("finance", "currency")?.get(part))
}

/// The symbol of a currency that has one.
fn currency_symbol(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    loop {
        let symbol = currency(faker, "symbol")?;
        if symbol.as_str() != Some("") {
            return Ok(symbol);
        }
    }
}

fn bitcoin_address(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "type")?;
    let kind = match options.get("type") {
        Value::Undefined => Value::from(faker.pick(&["legacy", "segwit", "bech32", "taproot"])?),
        kind => kind,
    };
    let network = options.or("network", "mainnet");
    let (mainnet, testnet, min, max, casing, excluded) = match kind.as_str() {
        Some("legacy") => ("1", "m", 26.0, 34.0, "mixed", "0OIl"),
        Some("segwit") => ("3", "2", 26.0, 34.0, "mixed", "0OIl"),
        Some("bech32") => ("bc1", "tb1", 42.0, 42.0, "lower", "1bBiIoO"),
        Some("taproot") => ("bc1p", "tb1p", 62.0, 62.0, "lower", "1bBiIoO"),
        _ => return Err(Error::unreadable("undefined", "prefix")),
    };
    let length = faker.int(min, max)?;
    let prefix = match network.as_str() {
        Some("mainnet") => mainnet,
        Some("testnet") => testnet,
        _ => return Err(Error::unreadable("undefined", "length")),
    };
    let rest = string::alphanumeric_of(faker, length - prefix.len() as f64, casing, excluded)?;
    Ok(Value::from(format!("{prefix}{rest}")))
}

fn litecoin_address(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    const LETTERS: &str = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    let length = faker.int(26.0, 33.0)?;
    let first = string::characters(faker, "LM3", 1.0)?;
    Ok(Value::from(first + &string::characters(faker, LETTERS, length - 1.0)?))
}

fn credit_card_number(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_string(args, "issuer", "issuer")?;
    let issuer = match options.or("issuer", "") {
        Value::String(issuer) => issuer,
        Value::Null => return Err(Error::unreadable("null", "toLowerCase")),
        _ => return Err(Error::thrown("r.toLowerCase is not a function")),
    };
    let cards = faker.definition("finance", "credit_card")?;
    let pattern = match cards.get(&issuer.to_lowercase()) {
        Some(patterns) => faker.pick_text(Some(patterns))?.to_owned(),
        None if issuer.contains('#') => issuer,
        None => {
            let patterns = one_of(faker, cards)?.map(|(_, patterns)| patterns);
            faker.pick_text(patterns)?.to_owned()
        }
    };
    symbols::credit_card(faker, &pattern.replace('/', ""), "#").map(Value::from)
}

/// A member of an object of the tables.
fn one_of(faker: &mut Faker<'_>, object: Node) -> Result<Option<(&'static str, Node)>, Error> {
    let Node::Object(object) = object else { return Ok(None) };
    let members: Vec<(&'static str, Node)> = object.iter().collect();
    faker.pick(&members).map(Some)
}

fn credit_card_issuer(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let cards = faker.definition("finance", "credit_card")?;
    Ok(one_of(faker, cards)?.map(|(issuer, _)| Value::from(issuer)).unwrap_or_default())
}

fn pin(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::or_number(args, "length", "length")?;
    let length = options.or("length", 4.0);
    if length.to_number() < 1.0 {
        return Err(Error::faker("minimum length is 1"));
    }
    digits(faker, length).map(Value::from)
}

fn ethereum_address(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    let digits = string::hex_digits(faker, 40.0)?;
    Ok(Value::from(format!("0x{}", digits.to_ascii_lowercase())))
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn amounts_are_grouped_as_in_english() {
        for (number, digits, text) in [
            (1234.5, 2.0, "1,234.50"),
            (999.0, 0.0, "999"),
            (1_234_567.125, 2.0, "1,234,567.125"),
            (-1000.0, 0.0, "-1,000"),
        ] {
            assert_eq!(grouped(number, digits).unwrap(), text);
        }
    }
}
