//! Why a call gives no value.

use std::fmt;

/// Why a call gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Faker's own error: it refuses the arguments, or the locale has no such data. Mockoon prints nothing for it.
    Faker(String),
    /// What JavaScript throws where the original's code meets arguments that it was not written for.
    Thrown(String),
    /// The answer would be longer than this crate makes.
    Limit(String),
}

// === impl Error ===

impl Error {
    pub(crate) fn faker(message: impl Into<String>) -> Self {
        Self::Faker(message.into())
    }

    pub(crate) fn thrown(message: impl Into<String>) -> Self {
        Self::Thrown(message.into())
    }

    /// The `TypeError` of `value.member` where there is no object.
    pub(crate) fn unreadable(value: &str, member: &str) -> Self {
        Self::Thrown(format!("Cannot read properties of {value} (reading '{member}')"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faker(message) | Self::Thrown(message) | Self::Limit(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}
