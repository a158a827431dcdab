//! Persons and places.

use std::fmt::Write as _;

use super::below;
use crate::{host::Host, words};

/// A function that makes up data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fake {
    FirstName,
    LastName,
    FullName,
    NamePrefix,
    NameSuffix,
    City,
    Country,
    CountryCode,
    StreetName,
    StreetAddress,
    Latitude,
    Longitude,
    PhoneNumber,
    Email,
}

// === impl Fake ===

impl Fake {
    /// Their names.
    pub(super) const NAMES: [(&str, Self); 14] = [
        ("randomFirstName", Self::FirstName),
        ("randomLastName", Self::LastName),
        ("randomFullName", Self::FullName),
        ("randomNamePrefix", Self::NamePrefix),
        ("randomNameSuffix", Self::NameSuffix),
        ("randomCity", Self::City),
        ("randomCountry", Self::Country),
        ("randomCountryCode", Self::CountryCode),
        ("randomStreetName", Self::StreetName),
        ("randomStreetAddress", Self::StreetAddress),
        ("randomLatitude", Self::Latitude),
        ("randomLongitude", Self::Longitude),
        ("randomPhoneNumber", Self::PhoneNumber),
        ("randomEmail", Self::Email),
    ];

    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, fake)| *fake)
    }

    /// Appends what it makes up.
    pub(crate) fn write(self, host: &mut dyn Host, out: &mut String) {
        match self {
            Self::FirstName => out.push_str(words::FIRST_NAMES.pick(host)),
            Self::LastName => out.push_str(words::LAST_NAMES.pick(host)),
            Self::FullName => {
                out.push_str(words::FIRST_NAMES.pick(host));
                out.push(' ');
                out.push_str(words::LAST_NAMES.pick(host));
            }
            Self::NamePrefix => out.push_str(words::NAME_PREFIXES.pick(host)),
            Self::NameSuffix => out.push_str(words::NAME_SUFFIXES.pick(host)),
            Self::City => out.push_str(words::CITIES.pick(host)),
            Self::Country => out.push_str(country(host).1),
            Self::CountryCode => out.push_str(country(host).0),
            Self::StreetName => street(host, out),
            Self::StreetAddress => {
                let _ = write!(out, "{} ", 1 + below(host, 9_999));
                street(host, out);
            }
            Self::Latitude => degrees(host, 90, out),
            Self::Longitude => degrees(host, 180, out),
            // The numbers that are kept for such ends: `555-0100` to `555-0199`.
            Self::PhoneNumber => {
                let (area, line) = (201 + below(host, 789), below(host, 100));
                let _ = write!(out, "({area}) 555-01{line:02}");
            }
            Self::Email => email(host, out),
        }
    }
}

/// A code and a name.
fn country(host: &mut dyn Host) -> (&'static str, &'static str) {
    words::COUNTRIES.pick(host).split_once(' ').unwrap_or_default()
}

fn street(host: &mut dyn Host, out: &mut String) {
    out.push_str(words::LAST_NAMES.pick(host));
    out.push(' ');
    out.push_str(words::STREET_SUFFIXES.pick(host));
}

/// A number between `-most` and `most` with six digits behind the point.
fn degrees(host: &mut dyn Host, most: u64, out: &mut String) {
    let millionths = below(host, 2 * most * 1_000_000 + 1);
    let (is_negative, size) = match millionths.checked_sub(most * 1_000_000) {
        Some(size) => (false, size),
        None => (true, most * 1_000_000 - millionths),
    };
    let sign = if is_negative { "-" } else { "" };
    let _ = write!(out, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000);
}

/// An address of a domain that is kept for examples (RFC 2606).
fn email(host: &mut dyn Host, out: &mut String) {
    let plain = |name: &str| name.to_lowercase().replace(['\'', ' '], "");
    let (first, last) = (plain(words::FIRST_NAMES.pick(host)), plain(words::LAST_NAMES.pick(host)));
    let ending = ["com", "net", "org"].get(below(host, 3) as usize).copied().unwrap_or("com");
    let _ = write!(out, "{first}.{last}@example.{ending}");
}
