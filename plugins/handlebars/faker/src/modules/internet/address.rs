//! Names and numbers of machines.

use super::super::{string, word};
use crate::{Error, Value, faker::Faker, math, method::Outcome, options::Options, text};

pub(super) fn url(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "appendSlash")?;
    let with_slash = match options.get("appendSlash") {
        Value::Undefined => faker.boolean()?,
        given => given.is_truthy(),
    };
    let protocol = options.text("protocol", "https");
    let domain = domain_name(faker)?;
    Ok(Value::from(format!("{protocol}://{domain}{}", if with_slash { "/" } else { "" })))
}

pub(super) fn domain_name(faker: &mut Faker<'_>) -> Result<String, Error> {
    let word = domain_word(faker)?;
    let suffix = faker.pick_text_from("internet", "domain_suffix")?;
    Ok(format!("{word}.{suffix}"))
}

pub(super) fn domain_word(faker: &mut Faker<'_>) -> Result<String, Error> {
    let adjective = word::any(faker, "adjective")?;
    let adjective = label(faker, adjective)?;
    let noun = word::any(faker, "noun")?;
    let noun = label(faker, noun)?;
    Ok(format!("{adjective}-{noun}").to_lowercase())
}

/// A word as a domain's name may have it, or another one where it has no Latin letters.
fn label(faker: &mut Faker<'_>, word: &str) -> Result<String, Error> {
    let slug = text::slug(word);
    if is_label(&slug) {
        return Ok(slug);
    }
    let slug = text::slug(word::pick(faker, &Value::Undefined, "lorem", "word")?);
    if is_label(&slug) {
        return Ok(slug);
    }
    let length = faker.int(4.0, 8.0)?;
    string::alpha_of(faker, length, "lower", "")
}

/// `/^[a-z][a-z-]*[a-z]$/i`
fn is_label(text: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    text.len() >= 2
        && is_letter(text.chars().next())
        && is_letter(text.chars().next_back())
        && text.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
}

pub(super) fn ip(faker: &mut Faker<'_>, _: &[Value]) -> Outcome {
    if faker.boolean()? { ipv4(faker, &[]) } else { ipv6(faker).map(Value::from) }
}

pub(super) fn ipv4(faker: &mut Faker<'_>, args: &[Value]) -> Outcome {
    let options = Options::new(args, "network")?;
    let block = match options.get("cidrBlock") {
        Value::Undefined => Value::from(network(options.or("network", "any").as_str().unwrap_or_default())),
        block => block,
    };
    let block = block.to_text();
    let (address, bits) = read_block(&block).ok_or_else(|| {
        Error::faker(format!("Invalid CIDR block provided: {block}. Must be in the format x.x.x.x/y."))
    })?;
    // A shift by 32 and more begins anew, as in JavaScript.
    let host = u32::MAX >> (bits % 32);
    let chosen = faker.int(0.0, f64::from(host))? as u32;
    let [a, b, c, d] = ((address & !host) | chosen).to_be_bytes();
    Ok(Value::from(format!("{a}.{b}.{c}.{d}")))
}

fn network(name: &str) -> &'static str {
    match name {
        "any" => "0.0.0.0/0",
        "loopback" => "127.0.0.0/8",
        "private-a" => "10.0.0.0/8",
        "private-b" => "172.16.0.0/12",
        "private-c" => "192.168.0.0/16",
        "test-net-1" => "192.0.2.0/24",
        "test-net-2" => "198.51.100.0/24",
        "test-net-3" => "203.0.113.0/24",
        "link-local" => "169.254.0.0/16",
        "multicast" => "224.0.0.0/4",
        _ => "undefined",
    }
}

/// `/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\/\d{1,2}$/`: the address and the number of its leading bits.
fn read_block(block: &str) -> Option<(u32, u32)> {
    let number = |text: &str, max_digits: usize| {
        let is_number = (1..=max_digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (address, bits) = block.split_once('/')?;
    let parts: Vec<u32> = address.split('.').map(|part| number(part, 3)).collect::<Option<_>>()?;
    // Parts above 255 run into the ones before.
    let address = match parts.as_slice() {
        [a, b, c, d] => (a << 24) | (b << 16) | (c << 8) | d,
        _ => return None,
    };
    Some((address, number(bits, 2)?))
}

pub(super) fn ipv6(faker: &mut Faker<'_>) -> Result<String, Error> {
    let groups = faker.several(8.0, |faker| string::hex_digits(faker, 4.0))?;
    Ok(groups.join(":").to_ascii_lowercase())
}

/// `internet.mac(separator)`.
pub(in super::super) fn mac(faker: &mut Faker<'_>, args: &[Value]) -> Result<String, Error> {
    let options = Options::or_string(args, "separator", "separator")?;
    let separator = match options.or("separator", ":") {
        Value::String(separator) if matches!(separator.as_str(), ":" | "-" | "") => separator,
        _ => ":".to_owned(),
    };
    let pairs = faker.several(6.0, |faker| {
        let first = math::to_radix(faker.int(0.0, 15.0)?, 16);
        Ok(first + &math::to_radix(faker.int(0.0, 15.0)?, 16))
    })?;
    Ok(pairs.join(&separator))
}

#[cfg(test)]
mod tests {
    use super::{is_label, read_block};

    #[test]
    fn blocks_are_read_as_strictly_as_the_expression_does() {
        assert_eq!(read_block("10.1.2.3/8"), Some((0x0a01_0203, 8)));
        for block in ["10.1.2/8", "10.1.2.3", "1000.1.2.3/8", "10.1.2.3/100", "10.1.2.3/8/", "10.1.2./8", "a.1.2.3/8"] {
            assert_eq!(read_block(block), None, "{block}");
        }
        assert!(is_label("a-b") && !is_label("a") && !is_label("-b") && !is_label("a.b"));
    }
}
