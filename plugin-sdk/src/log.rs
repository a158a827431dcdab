//! Structured log lines. They carry the plugin, its generation and the request's id, and are cut off at the call's limit.
//!
//! ```
//! # use ringback_plugin::{log, testing::Gateway};
//! # Gateway::new().run(|| {
//! let (id, tries) = ("u-1", 2);
//! log::info!("applicant accepted", id = id, tries = tries);
//! log::debug!("try {tries}");
//! # });
//! ```

use std::fmt::Display;

use crate::host;

#[doc(inline)]
pub use crate::{__debug as debug, __error as error, __info as info, __trace as trace, __warn as warn};

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every step.
    Trace,
    /// For whoever looks for a mistake.
    Debug,
    /// What happened.
    Info,
    /// What somebody should look at.
    Warn,
    /// What went wrong.
    Error,
}

/// Writes one line with its fields. The macros are shorter.
pub fn write(level: Level, message: &str, fields: &[(&str, &dyn Display)]) {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    host::log(level, message, fields);
}

/// One line: a format string, then fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __line {
    ($level:ident, $message:literal $(, $field:ident = $value:expr)* $(,)?) => {
        $crate::log::write(
            $crate::log::Level::$level,
            &::std::format!($message),
            &[$((::std::stringify!($field), &$value as &dyn ::std::fmt::Display)),*],
        )
    };
}

/// Writes a line of every step: a format string, then fields (`name = value`).
#[doc(hidden)]
#[macro_export]
macro_rules! __trace {
    ($($line:tt)*) => { $crate::__line!(Trace, $($line)*) };
}

/// Writes a line for whoever looks for a mistake: a format string, then fields (`name = value`).
#[doc(hidden)]
#[macro_export]
macro_rules! __debug {
    ($($line:tt)*) => { $crate::__line!(Debug, $($line)*) };
}

/// Writes a line about what happened: a format string, then fields (`name = value`).
#[doc(hidden)]
#[macro_export]
macro_rules! __info {
    ($($line:tt)*) => { $crate::__line!(Info, $($line)*) };
}

/// Writes a line about what somebody should look at: a format string, then fields (`name = value`).
#[doc(hidden)]
#[macro_export]
macro_rules! __warn {
    ($($line:tt)*) => { $crate::__line!(Warn, $($line)*) };
}

/// Writes a line about what went wrong: a format string, then fields (`name = value`).
#[doc(hidden)]
#[macro_export]
macro_rules! __error {
    ($($line:tt)*) => { $crate::__line!(Error, $($line)*) };
}
