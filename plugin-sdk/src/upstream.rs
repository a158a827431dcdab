//! Other servers, asked while the client waits. The time counts against the call's limit on the clock, not on the CPU.
//!
//! ```
//! use ringback_plugin::{Error, Request, Response, responder, upstream};
//!
//! /// Passes the request on, and marks the answer.
//! #[responder]
//! fn handle(_: Request) -> Result<Response, Error> {
//!     Ok(Response::from(upstream::forward()?).header("x-mocked", "no"))
//! }
//! # use ringback_plugin::{Answer, testing::{Gateway, get}};
//! # let mut gateway = Gateway::new().upstream(|_| Ok(Answer { status: 203, ..Answer::default() }));
//! # assert_eq!(gateway.call(handle, get("/")).response().header_value("x-mocked"), Some("no"));
//! ```

use std::fmt;

use crate::{Answer, Body, Outgoing, host};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpstreamError {
    /// The route has no upstream, the host was not granted to this plugin, or the gateway's own policy refuses it.
    Denied(String),
    /// The method, URL or a header is not one. Says which and why.
    Invalid(String),
    /// No answer in time.
    TimedOut,
    /// No connection, a broken one, or no HTTP. Says what.
    Failed(String),
    /// The answer is larger than a response may be.
    TooLarge(String),
}

/// Passes this call's request on to the upstream of its route (`upstream = "https://api.example.com"` in ringback.toml):
/// the same method, path, query and content, the same header fields but `host` and hop-by-hop ones. Redirects are not
/// followed.
///
/// # Errors
/// As [`UpstreamError`] says.
pub fn forward() -> Result<Answer, UpstreamError> {
    host::forward()
}

/// Sends a request of the plugin's own to a host that it was granted (`grants = { hosts = ["api.example.com"] }`).
///
/// # Errors
/// As [`UpstreamError`] says.
pub fn fetch(request: Outgoing) -> Result<Answer, UpstreamError> {
    if let Body::Unwritable(why) = &request.body {
        return Err(UpstreamError::Invalid(format!("the content can't be written as JSON: {why}")));
    }
    host::fetch(request)
}

// === impl UpstreamError ===

impl fmt::Display for UpstreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => f.write_str("there was no answer in time"),
            Self::Denied(text) | Self::Invalid(text) | Self::Failed(text) | Self::TooLarge(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for UpstreamError {}
