//! Names and ids. Each is its own type, so that two of them can't be swapped, and each says what it refuses.

use std::{fmt, sync::Arc};

use serde::Serialize;

/// Longest name of a bucket, callback, plugin, route, secret or session, in bytes: they stand in URLs, logs and store keys.
pub const NAME_MAX_BYTES: usize = 128;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a name must not be empty")]
    Empty,
    /// The text is longer than [`NAME_MAX_BYTES`].
    #[error("a name has at most {NAME_MAX_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// The text holds a control character.
    #[error("a name must not hold control characters")]
    Control,
    /// The text holds a character that the kind of name has no room for.
    #[error("`{0}` is not allowed here: letters, digits, `.`, `_` and `-` are")]
    Character(char),
}

fn check(text: &str) -> Result<(), NameError> {
    match text {
        "" => Err(NameError::Empty),
        _ if text.len() > NAME_MAX_BYTES => Err(NameError::TooLong(text.len())),
        _ if text.chars().any(char::is_control) => Err(NameError::Control),
        _ => Ok(()),
    }
}

fn check_token(text: &str) -> Result<(), NameError> {
    check(text)?;
    match text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))) {
        Some(c) => Err(NameError::Character(c)),
        None => Ok(()),
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks a text and takes it as a name.
            ///
            /// # Errors
            /// When the text is empty, too long, or holds a character that this kind of name refuses.
            pub fn try_new(text: &str) -> Result<Self, NameError> {
                $check(text).map(|()| Self(text.into()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// The name of a loaded document: the name it gives itself, or its file's.
    EnvironmentName, check
);
name!(
    /// The name of a route, unique in its environment. Routes without one are named by method and path: `POST /orders`.
    RouteName, check
);
name!(
    /// The name of a bucket, unique in its environment.
    BucketName, check
);
name!(
    /// The name of a callback definition, unique in its environment.
    CallbackName, check
);
name!(
    /// The name of a plugin, unique in the gateway. It stands in URLs and file names.
    PluginName, check_token
);
name!(
    /// The name of a secret, unique in its environment.
    SecretName, check_token
);
name!(
    /// The name of a session: the partition of state that a request belongs to. It stands in headers and URLs.
    SessionId, check_token
);

impl Default for EnvironmentName {
    /// The name of an environment that nothing gives one: `ringback`.
    fn default() -> Self {
        Self("ringback".into())
    }
}

impl BucketName {
    /// The name of the bucket that Mockoon's global variables are members of.
    pub const GLOBALS: &str = "$globals";

    /// The bucket that Mockoon's global variables are members of: [`BucketName::GLOBALS`].
    pub fn globals() -> Self {
        Self(Self::GLOBALS.into())
    }

    /// The name of the bucket that dispatch scripts keep texts in.
    pub const SCRIPTS: &str = "$scripts";

    /// The bucket that dispatch scripts keep texts in: [`BucketName::SCRIPTS`].
    pub fn scripts() -> Self {
        Self(Self::SCRIPTS.into())
    }

    /// Whether it is one of the gateway's own, which nobody is told of: it begins with `$`.
    pub fn is_hidden(&self) -> bool {
        self.0.starts_with('$')
    }
}

impl PluginName {
    /// The bundled renderer of Mockoon's template language: `handlebars`.
    pub fn handlebars() -> Self {
        Self("handlebars".into())
    }

    /// The bundled renderer of Microcks' template language: `expressions`.
    pub fn expressions() -> Self {
        Self("expressions".into())
    }

    /// Whether a plugin that is bundled has this name.
    pub fn is_bundled(&self) -> bool {
        [Self::handlebars(), Self::expressions()].contains(self)
    }
}

impl Default for SessionId {
    /// The session of every request that names none: `default`.
    fn default() -> Self {
        Self("default".into())
    }
}

impl SessionId {
    /// Whether this is the session of requests that name none.
    pub fn is_default(&self) -> bool {
        &*self.0 == "default"
    }
}

/// The id of a request: `req-3fa2c1-12`, the tag of the process that received it and its number there, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId {
    /// Tells gateways that share a store apart: 24 bits, from the seed.
    pub tag: u32,
    /// Counts the requests of one process.
    pub number: u64,
}

impl RequestId {
    /// Reads the form that `Display` writes. Absent: the text is no request id.
    pub fn parse(text: &str) -> Option<Self> {
        let (tag, number) = text.strip_prefix("req-")?.split_once('-')?;
        Some(Self { tag: u32::from_str_radix(tag, 16).ok()?, number: number.parse().ok()? })
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "req-{:06x}-{}", self.tag, self.number)
    }
}

impl Serialize for RequestId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The id of a callback: that of its cause and its place among what the cause scheduled, `cb-3fa2c1-12.1`.
///
/// It follows from the cause alone, so a call that is run again makes the same ids, and it never changes. A callback
/// caused by a callback extends its id: `cb-3fa2c1-12.1.1`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CallbackId(Arc<str>);

/// Longest callback id in bytes: 16 chain links of five digits beside the cause.
pub const CALLBACK_ID_MAX_BYTES: usize = 160;

impl CallbackId {
    /// The id of the `ordinal`-th callback (from 1) of a request.
    pub fn of_request(request: RequestId, ordinal: usize) -> Self {
        Self(format!("cb-{:06x}-{}.{ordinal}", request.tag, request.number).into())
    }

    /// The id of the `ordinal`-th callback (from 1) that another one caused.
    pub fn of_callback(&self, ordinal: usize) -> Self {
        Self(format!("{}.{ordinal}", self.0).into())
    }

    /// Reads an id from outside: a URL or a header. Absent: the text can't be one.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("cb-")?;
        let fits = !rest.is_empty() && text.len() <= CALLBACK_ID_MAX_BYTES;
        let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        (fits && plain).then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_refuse() {
        assert_eq!(BucketName::try_new(""), Err(NameError::Empty));
        assert_eq!(BucketName::try_new("a\nb"), Err(NameError::Control));
        assert_eq!(PluginName::try_new("../x"), Err(NameError::Character('/')));
        assert!(matches!(SessionId::try_new(&"x".repeat(200)), Err(NameError::TooLong(200))));
        assert_eq!(BucketName::try_new("my orders").unwrap().as_str(), "my orders");
    }

    #[test]
    fn ids_read_back_what_they_write() {
        let request = RequestId { tag: 0x3f_a2c1, number: 12 };
        assert_eq!(RequestId::parse(&request.to_string()), Some(request));
        let callback = CallbackId::of_request(request, 1).of_callback(2);
        assert_eq!(callback.as_str(), "cb-3fa2c1-12.1.2");
        assert_eq!(CallbackId::parse(callback.as_str()), Some(callback));
        assert_eq!(CallbackId::parse("cb-<script>"), None);
    }
}
