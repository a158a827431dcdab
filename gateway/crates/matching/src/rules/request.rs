//! A request as conditions see it.

use http::HeaderMap;
use ringback_values::{
    Text, Value,
    request::{RequestData, Source, header_field, is_structured, parse_message},
};

use super::RuleError;

/// What a request is made of, borrowed for one choice.
#[derive(Debug, Clone, Copy)]
pub struct RequestParts<'r> {
    /// As sent: `POST`.
    pub method: &'r str,
    /// Path and query as sent; several slashes in a row are one already.
    pub url: &'r str,
    /// The route's pattern as conditions see it: `*` over HTTP, where Mockoon lost it; a WebSocket's own path.
    pub pattern: &'r str,
    /// Every header field.
    pub headers: &'r HeaderMap,
    /// The whole body; empty: there is none.
    pub body: &'r [u8],
    /// What the route's path captured: texts, and lists of texts.
    pub parameters: &'r Value,
    /// A WebSocket's message, which stands for the body. Absent, or empty: there is none.
    pub message: Option<&'r str>,
}

/// A request's parts, each read when a condition first asks for it.
#[derive(Debug)]
pub struct RequestFacts<'r> {
    parts: RequestParts<'r>,
    data: RequestData,
}

// === impl RequestFacts ===

impl<'r> RequestFacts<'r> {
    /// Facts of these parts, of which nothing is read yet.
    pub fn new(parts: RequestParts<'r>) -> Self {
        Self { parts, data: RequestData::default() }
    }

    pub(super) fn method(&self) -> Value {
        Value::string(self.parts.method.to_ascii_lowercase())
    }

    pub(super) fn path(&self) -> Value {
        Value::array(vec![Value::string(self.parts.url), Value::string(self.parts.pattern)])
    }

    pub(super) fn query(&self) -> Value {
        self.data.query(&mut { self.parts }).clone()
    }

    pub(super) fn parameters(&self) -> Value {
        self.parts.parameters.clone()
    }

    pub(super) fn cookie(&self, name: &str) -> Value {
        self.data.cookies(&mut { self.parts }).property(name)
    }

    /// A field by its name in whatever case, repeated ones joined.
    pub(super) fn header(&self, name: &str) -> Value {
        header_field(self.data.headers(&mut { self.parts }), name)
    }

    /// The body as its type says, or its text.
    pub(super) fn body(&self) -> Result<Value, RuleError> {
        let kind = self.parts.field("content-type");
        if let Some(message) = self.message() {
            return parse_message(kind.as_deref(), &message).ok_or(RuleError::Message);
        }
        Ok(self.parsed_body(kind))
    }

    /// The body where no part of it is asked for: the text where texts are compared, else as its type says.
    pub(super) fn whole_body(&self, wants_text: bool) -> Value {
        match self.message() {
            Some(message) => Value::String(message),
            None if wants_text => Value::String(self.text()),
            None => self.parsed_body(self.parts.field("content-type")),
        }
    }

    fn parsed_body(&self, kind: Option<Text>) -> Value {
        let body = match kind {
            Some(kind) if is_structured(&kind) => self.data.body(&mut { self.parts }).clone(),
            _ => Value::Undefined,
        };
        if matches!(body, Value::Undefined) { Value::String(self.text()) } else { body }
    }

    fn message(&self) -> Option<Text> {
        self.parts.message.filter(|message| !message.is_empty()).map(Text::from)
    }

    fn text(&self) -> Text {
        self.data.text(&mut { self.parts }).clone()
    }
}

impl RequestParts<'_> {
    /// A field that counts once: the first of several.
    fn field(&self, name: &str) -> Option<Text> {
        self.headers.get(name).map(|value| latin1(value.as_bytes()))
    }
}

impl Source for RequestParts<'_> {
    fn content_type(&mut self) -> Option<Text> {
        self.field("content-type")
    }

    fn cookie(&mut self) -> Option<Text> {
        let values: Vec<_> = self.headers.get_all("cookie").iter().map(|value| value.as_bytes()).collect();
        (!values.is_empty()).then(|| latin1(&values.join(&b"; "[..])))
    }

    fn headers(&mut self) -> Vec<(Text, Text)> {
        let field = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (Text::from(name.as_str()), latin1(value.as_bytes()))
        };
        self.headers.iter().map(field).collect()
    }

    fn query(&mut self) -> Option<Text> {
        self.url.split_once('?').map(|(_, query)| Text::from(query))
    }

    fn text(&mut self) -> Text {
        Text::from(String::from_utf8_lossy(self.body).into_owned())
    }

    fn bytes(&mut self) -> Vec<u8> {
        self.body.to_vec()
    }
}

/// Header fields are read as Node reads them: each byte is the character of its number.
fn latin1(bytes: &[u8]) -> Text {
    Text::from(bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
}
