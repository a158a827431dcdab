//! A client's request and the gateway's answer, as plugins, matching and the journal see them.

use std::{fmt, net::IpAddr, path::PathBuf, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use smallvec::SmallVec;

use crate::{
    ids::{CallbackId, RequestId, RouteName, SessionId},
    ports::BodyStream,
    time::Timestamp,
};

/// Values captured by a route's path, percent-decoded, in the order of the path; one for each name.
pub type Params = SmallVec<[(Arc<str>, ParamValue); 4]>;

/// What a route's path captured under one name: a text, or the segments that a wildcard of Mockoon's paths took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamValue(Captured);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Captured {
    Text(String),
    /// Boxed: a wildcard is rare, and the values of most requests lie on the stack.
    Segments(Box<Segments>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Segments {
    joined: String,
    each: Vec<String>,
}

/// A whole request: its body has been read.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// When its head had arrived.
    pub received: Timestamp,
    /// The session that it belongs to.
    pub session: SessionId,
    /// The method as sent.
    pub method: Method,
    /// The target as sent.
    pub uri: Uri,
    /// The header fields as sent.
    pub headers: HeaderMap,
    /// The content; empty when there was none.
    pub body: Bytes,
    /// The route that matched.
    pub route: RouteName,
    /// What the route's path captured.
    pub params: Params,
    /// Counts the requests of this route in this session, from 1.
    pub number: u64,
    /// Under which scheme and authority the client reached the gateway: `http://localhost:3000`.
    pub origin: Arc<str>,
    /// The client's address.
    pub client: IpAddr,
    /// The callback that this request is an attempt of, when the gateway called itself. Absent: a client's own request.
    pub cause: Option<CallbackId>,
    /// How many callbacks led to this request: 0 for a client's own.
    pub depth: u32,
}

/// An answer, whole and checked: status, fields and sizes are within bounds.
#[derive(Debug)]
pub struct Answer {
    /// 200 to 599.
    pub status: StatusCode,
    /// Without hop-by-hop fields and `content-length`.
    pub headers: HeaderMap,
    /// The content.
    pub body: Content,
}

/// An answer's content.
pub enum Content {
    /// In memory, whole; empty when there is none.
    Bytes(Bytes),
    /// A file, sent as it is read.
    File(PathBuf),
    /// Made piece by piece, once the effects of its call are committed.
    Streamed(Box<dyn BodyStream>),
}

/// A response as callbacks speak of it.
#[derive(Debug, Clone, Copy)]
pub struct Responded<'a> {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: &'a HeaderMap,
    /// Its content.
    pub body: &'a [u8],
}

/// A media type without its parameters, in lower case (RFC 9110, section 8.3.1).
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The header that names a request's session. Absent: the session `default`.
pub const SESSION_HEADER: &str = "ringback-session";
/// The header that names the callback of which a request is an attempt.
pub const CALLBACK_HEADER: &str = "ringback-callback-id";
/// The header that counts the callbacks that led to a request.
pub const DEPTH_HEADER: &str = "ringback-callback-depth";

// === impl ParamValue ===

impl ParamValue {
    /// The segments that a wildcard took, each percent-decoded by itself: there is at least one, and any may be empty.
    pub fn of_segments(segments: Vec<String>) -> Self {
        Self(Captured::Segments(Box::new(Segments { joined: segments.join("/"), each: segments })))
    }

    /// The value as one text, as plugins see it; segments are joined with `/`.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Captured::Text(text) => text,
            Captured::Segments(segments) => &segments.joined,
        }
    }

    /// The segments. Absent: the value is a text, also where a template's `{*rest}` took several segments.
    pub fn segments(&self) -> Option<&[String]> {
        match &self.0 {
            Captured::Text(_) => None,
            Captured::Segments(segments) => Some(&segments.each),
        }
    }
}

impl From<String> for ParamValue {
    fn from(text: String) -> Self {
        Self(Captured::Text(text))
    }
}

impl From<&str> for ParamValue {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

// === impl Answer ===

impl Answer {
    /// The answer as callbacks speak of it. Absent: its content is not in memory.
    pub fn responded(&self) -> Option<Responded<'_>> {
        let Content::Bytes(body) = &self.body else { return None };
        Some(Responded { status: self.status, headers: &self.headers, body })
    }
}

// === impl Content ===

impl Content {
    /// What is in memory. Absent: it is not.
    pub fn into_bytes(self) -> Option<Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::File(_) | Self::Streamed(_) => None,
        }
    }
}

impl<T: Into<Bytes>> From<T> for Content {
    fn from(bytes: T) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => f.debug_tuple("Bytes").field(bytes).finish(),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Streamed(_) => f.write_str("Streamed"),
        }
    }
}

// === fields ===

/// A header value as text: bytes that are not UTF-8 are read as ISO-8859-1 (obs-text, RFC 9110 section 5.5).
pub fn field_text(value: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => text.into(),
        Err(_) => value.iter().map(|b| char::from(*b)).collect::<String>().into(),
    }
}

/// Whether a field belongs to one connection and must not be passed on (RFC 9110 section 7.6.1).
pub fn is_hop_by_hop(name: &http::HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection" | "keep-alive" | "proxy-connection" | "te" | "trailer" | "transfer-encoding" | "upgrade"
    )
}
