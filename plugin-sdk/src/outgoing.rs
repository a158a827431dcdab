//! Requests that leave the gateway, and what other servers answer.

use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, json::read_json};

/// The content of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Body {
    /// Nothing, and no `content-type` is added.
    #[default]
    Empty,
    /// UTF-8 text.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
    /// What could not be written as JSON, and why: whatever is to carry it fails.
    Unwritable(String),
}

/// A request to another server.
///
/// ```
/// # use ringback_plugin::Outgoing;
/// let request = Outgoing::post("http://localhost:9/hook").header("x-id", "7").json(&[1, 2]);
/// assert_eq!(request.headers[1], ("content-type".into(), "application/json".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Any token, sent as given: `POST`.
    pub method: String,
    /// An absolute `http` or `https` URL.
    pub url: String,
    /// Names and values, sent in this order. `host`, `content-length` and hop-by-hop fields are the gateway's.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub body: Body,
}

/// What another server answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names, in lower case, and values, in the order received.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub body: Vec<u8>,
}

// === impl Body ===

impl Body {
    /// A value as JSON.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_string(value) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Unwritable(error.to_string()),
        }
    }

    /// The bytes that are sent.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
            Self::Empty | Self::Unwritable(_) => &[],
        }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.into())
    }
}

// === impl Outgoing ===

impl Outgoing {
    /// A request with a method of any name.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self { method: method.into(), url: url.into(), headers: vec![], body: Body::Empty }
    }

    /// A `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// A `POST`.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url)
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the content, and nothing but the content.
    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the content to a value as JSON, and `content-type` unless it is there.
    #[must_use]
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        let body = Body::json(value);
        self.json_body(body)
    }

    /// Sets the content to a text that is JSON already: the bytes that a signature was made of.
    #[must_use]
    pub fn json_text(self, text: impl Into<String>) -> Self {
        self.json_body(Body::Text(text.into()))
    }

    fn json_body(mut self, body: Body) -> Self {
        self.body = body;
        add_content_type(&mut self.headers, "application/json");
        self
    }
}

// === impl Answer ===

impl Answer {
    /// The first header field of a name, in any case. Absent: no such field.
    pub fn header(&self, name: &str) -> Option<&str> {
        first_header(&self.headers, name)
    }

    /// The content as text; bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The content as JSON.
    ///
    /// # Errors
    /// When it is not JSON, or not of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(read_json(&self.body)?)
    }
}

/// Adds `content-type` where there is none.
pub(crate) fn add_content_type(headers: &mut Vec<(String, String)>, value: &str) {
    if first_header(headers, "content-type").is_none() {
        headers.push(("content-type".into(), value.into()));
    }
}

/// The first field of a name, in any case.
pub(crate) fn first_header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
