//! What a responder answers.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Answer, Body, Error,
    json::read_json,
    outgoing::{add_content_type, first_header},
};

/// An answer. The gateway checks it: the status is 200 to 599, header fields are as RFC 9110 has them, sizes are within
/// the limits; `content-length` and hop-by-hop fields are its own.
///
/// ```
/// # use ringback_plugin::Response;
/// # use serde_json::json;
/// let response = Response::json(201, &json!({ "id": 7 })).header("location", "/orders/7");
/// assert_eq!(response.header_value("content-type"), Some("application/json"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    content: Content,
}

/// What an answer carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing, text or bytes.
    Body(Body),
    /// A file of the folder that the operator granted, by its path in it: `logo.png`. It never crosses into the plugin.
    File(String),
    /// What the [`body_stream`](crate::body_stream) hook gives piece by piece, under a number of the plugin's choice.
    Streamed(u32),
}

// === impl Response ===

impl Response {
    /// An answer without content.
    pub fn new(status: u16) -> Self {
        Self { status, headers: vec![], content: Content::Body(Body::Empty) }
    }

    /// A value as JSON, with its `content-type`. A value that can't be written as JSON (a map whose keys are no strings)
    /// makes the hook fail.
    pub fn json(status: u16, value: &(impl Serialize + ?Sized)) -> Self {
        Self::typed(status, "application/json", Body::json(value))
    }

    /// A text, with `content-type: text/plain; charset=utf-8`.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::typed(status, "text/plain; charset=utf-8", Body::Text(text.into()))
    }

    /// Bytes of a media type: `image/png`.
    pub fn bytes(status: u16, media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::typed(status, media_type, Body::Bytes(bytes.into()))
    }

    /// A file of the folder that the operator granted (`grants = { files = "fixtures" }`), by its path in it.
    pub fn file(status: u16, path: impl Into<String>) -> Self {
        Self { status, headers: vec![], content: Content::File(path.into()) }
    }

    /// What the plugin's [`body_stream`](crate::body_stream) hook gives piece by piece, under a number of its choice. What
    /// this call changed is committed before the first piece is asked for.
    pub fn stream(status: u16, number: u32) -> Self {
        Self { status, headers: vec![], content: Content::Streamed(number) }
    }

    fn typed(status: u16, media_type: &str, body: Body) -> Self {
        Self { status, headers: vec![("content-type".into(), media_type.into())], content: Content::Body(body) }
    }

    /// Sets a header field; one of that name that is there is replaced.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a header field beside those of its name: `set-cookie`.
    #[must_use]
    pub fn add_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the content, and `content-type: application/octet-stream` for bytes where none is there.
    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        let body = body.into();
        if let Body::Bytes(_) = &body {
            add_content_type(&mut self.headers, "application/octet-stream");
        }
        self.content = Content::Body(body);
        self
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The header fields, in the order in which they are sent.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The first header field of a name, in any case. Absent: no such field.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        first_header(&self.headers, name)
    }

    /// What it carries.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The content as text; bytes that are not UTF-8 become U+FFFD, a file or a stream is empty.
    pub fn to_text(&self) -> String {
        String::from_utf8_lossy(self.content.as_bytes()).into_owned()
    }

    /// The content as JSON.
    ///
    /// # Errors
    /// When it is not JSON, or not of this type.
    pub fn to_json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(read_json(self.content.as_bytes())?)
    }

    #[cfg(target_arch = "wasm32")]
    pub(crate) fn into_parts(self) -> (u16, Vec<(String, String)>, Content) {
        (self.status, self.headers, self.content)
    }

    /// Why it can't be sent. Absent: it can.
    pub(crate) fn problem(&self) -> Option<Error> {
        match &self.content {
            Content::Body(Body::Unwritable(why)) => Some(Error::new("the answer can't be written as JSON").detail(why)),
            _ => None,
        }
    }
}

/// An upstream's answer as the plugin's own, to be changed. Its `content-length` and hop-by-hop fields are left out: the
/// gateway makes its own.
impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        const OWN: [&str; 8] = [
            "content-length",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ];
        let is_own = |name: &str| OWN.iter().any(|own| own.eq_ignore_ascii_case(name));
        let headers = answer.headers.into_iter().filter(|(name, _)| !is_own(name)).collect();
        Self { status: answer.status, headers, content: Content::Body(Body::Bytes(answer.body)) }
    }
}

// === impl Content ===

impl Content {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Body(body) => body.as_bytes(),
            Self::File(_) | Self::Streamed(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_header_replaces_and_add_header_adds() {
        let response =
            Response::text(200, "a").header("Content-Type", "text/html").add_header("x", "1").add_header("x", "2");
        assert_eq!(response.header_value("content-type"), Some("text/html"));
        assert_eq!(response.headers().len(), 3);
    }

    #[test]
    fn what_is_no_json_is_a_problem_and_no_empty_answer() {
        let keys = HashMap::from([([1], 2)]);
        assert!(Response::json(200, &keys).problem().is_some());
        assert!(Response::json(200, &[1]).problem().is_none());
    }

    #[test]
    fn an_upstreams_answer_loses_what_belongs_to_its_connection() {
        let headers = [("Transfer-Encoding", "chunked"), ("x-id", "7")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let response = Response::from(Answer { status: 201, headers: headers.into(), body: b"hi".to_vec() });
        assert_eq!((response.status(), response.headers().len(), response.to_text()), (201, 1, "hi".into()));
    }
}
