//! The name of a new plugin: its file, its folder, its package in five languages, and its name in `ringback.toml`.

use std::{fmt, str::FromStr};

/// Longest name: it becomes a file name, and part of a package name.
const NAME_MAX_BYTES: usize = 64;

/// What a name needs, for whoever chose another.
const RULE: &str = "a name has lower-case letters, digits and `-`, starts with a letter and has no `-` at its end";

/// Lower-case letters, digits and `-`; starts with a letter, ends in no `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectName(String);

/// Why a text is no such name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Another character, or in another place.
    #[error("{text:?} can't name a plugin: {RULE}{}", hint(text))]
    Characters {
        /// What was given.
        text: String,
    },
    /// More than the longest.
    #[error("a plugin's name has at most {NAME_MAX_BYTES} characters, this one has {0}")]
    TooLong(usize),
}

/// The nearest name that would do, as a sentence's end.
fn hint(text: &str) -> String {
    let mapped: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' })
        .collect();
    let near = mapped.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    match ProjectName::from_str(&near) {
        Ok(_) => format!("; `{near}` would do"),
        Err(_) => String::new(),
    }
}

// === impl ProjectName ===

impl ProjectName {
    /// As it was given: `card-payments`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where a language takes no `-`: `card_payments`.
    pub fn snake(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl FromStr for ProjectName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
        if !starts || text.ends_with('-') || !text.chars().all(allowed) {
            return Err(NameError::Characters { text: text.into() });
        }
        match text.len() {
            ..=NAME_MAX_BYTES => Ok(Self(text.into())),
            length => Err(NameError::TooLong(length)),
        }
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::ProjectName;

    #[test]
    fn a_name_is_told_what_it_lacks() {
        for name in ["kyc", "card-payments", "k2"] {
            assert_eq!(name.parse::<ProjectName>().unwrap().as_str(), name);
        }
        let wrong = |name: &str| name.parse::<ProjectName>().unwrap_err().to_string();
        assert!(wrong("Card Payments").ends_with("; `card-payments` would do"), "{}", wrong("Card Payments"));
        assert!(wrong("../up").ends_with("; `up` would do"));
        assert!(wrong("2fast").ends_with("no `-` at its end"));
        assert!(wrong("").contains("starts with a letter"));
        assert!(wrong(&"a".repeat(65)).ends_with("this one has 65"));
    }
}
