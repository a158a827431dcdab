//! Why a hook could not do its work.

use std::fmt;

/// Why a hook could not do its work. The gateway answers 500 with the message, logs the detail and drops everything that
/// the call changed or scheduled.
///
/// Any standard error becomes one through `?`: its text is the message, the chain of its sources the detail. (That is why
/// this is no [`std::error::Error`] itself.)
///
/// ```
/// # use ringback_plugin::{Context, Error};
/// fn port(text: &str) -> Result<u16, Error> {
///     text.parse().context("the port is no number")
/// }
///
/// let error = port("x").unwrap_err();
/// assert_eq!(error.message(), "the port is no number");
/// assert_eq!(error.details(), Some("invalid digit found in string"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    detail: Option<String>,
}

/// Says of an error what it means to whoever called the mock.
pub trait Context<T> {
    /// Puts a message before the error, whose own text becomes the detail.
    ///
    /// # Errors
    /// The error that was there, with the message.
    fn context(self, message: impl fmt::Display) -> Result<T, Error>;
}

// === impl Error ===

impl Error {
    /// An error with a message: one phrase for the person who called the mock, without secrets.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), detail: None }
    }

    /// Adds what the plugin's author needs: a value, a cause. It is only logged.
    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The detail. Absent: nothing beyond the message.
    pub fn details(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    #[cfg(target_arch = "wasm32")]
    pub(crate) fn into_parts(self) -> (String, Option<String>) {
        (self.message, self.detail)
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        let mut causes = String::new();
        let mut source = error.source();
        while let Some(cause) = source {
            let separator = if causes.is_empty() { "" } else { ": " };
            causes = format!("{causes}{separator}{cause}");
            source = cause.source();
        }
        Self { message: error.to_string(), detail: (!causes.is_empty()).then_some(causes) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{}: {detail}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// As it is displayed: `unwrap` in a test shows it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// === impl Context ===

impl<T, E: Into<Error>> Context<T> for Result<T, E> {
    fn context(self, message: impl fmt::Display) -> Result<T, Error> {
        self.map_err(|error| Error::new(message).detail(error.into()))
    }
}

impl<T> Context<T> for Option<T> {
    /// What is absent is an error with the message alone.
    fn context(self, message: impl fmt::Display) -> Result<T, Error> {
        self.ok_or_else(|| Error::new(message))
    }
}

#[cfg(test)]
mod tests {
    use std::{error, fmt};

    use super::*;

    #[derive(Debug)]
    struct Outer(fmt::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("it was not written")
        }
    }

    impl error::Error for Outer {
        fn source(&self) -> Option<&(dyn error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn an_error_tells_its_causes_as_the_detail() {
        let error = Error::from(Outer(fmt::Error));
        assert_eq!(error.message(), "it was not written");
        assert_eq!(error.details(), Some(fmt::Error.to_string().as_str()));
        assert_eq!(Error::new("no").details(), None);
    }

    #[test]
    fn context_keeps_what_was_said_before() {
        let error = Err::<(), _>(Error::new("a").detail("b")).context("c").unwrap_err();
        assert_eq!((error.message(), error.details()), ("c", Some("a: b")));
        assert_eq!(None::<()>.context("c").unwrap_err(), Error::new("c"));
    }
}
