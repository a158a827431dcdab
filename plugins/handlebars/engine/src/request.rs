//! The request as templates ask for it, each part once. How parts are read is `ringback-values`' business.

use crate::{
    host::{Bucket, Host},
    render::Rendering,
    value::{
        Text, Value,
        request::{RequestData, Source},
    },
};

/// What has been read so far.
#[derive(Default)]
pub(crate) struct Request {
    data: RequestData,
    pub(crate) buckets: Option<Vec<Bucket>>,
    /// Buckets that templates have deleted as a whole: they are `undefined`, which JSON cannot say.
    pub(crate) deleted_buckets: Vec<Text>,
}

/// The host as a source of parts.
struct FromHost<'h>(&'h mut dyn Host);

impl Source for FromHost<'_> {
    fn content_type(&mut self) -> Option<Text> {
        self.0.header("content-type")
    }

    fn cookie(&mut self) -> Option<Text> {
        self.0.header("cookie")
    }

    fn headers(&mut self) -> Vec<(Text, Text)> {
        self.0.headers()
    }

    fn query(&mut self) -> Option<Text> {
        self.0.query()
    }

    fn text(&mut self) -> Text {
        self.0.body()
    }

    fn bytes(&mut self) -> Vec<u8> {
        self.0.body_bytes()
    }
}

impl Rendering<'_> {
    /// The body as it came.
    pub(crate) fn body_text(&mut self) -> Text {
        self.request.data.text(&mut FromHost(self.host)).clone()
    }

    /// The body as its content type says: JSON, forms and XML are parsed, anything else has no members. `Undefined` when
    /// it does not parse.
    pub(crate) fn body(&mut self) -> Value {
        self.request.data.body(&mut FromHost(self.host)).clone()
    }

    /// The query as an object.
    pub(crate) fn query(&mut self) -> Value {
        self.request.data.query(&mut FromHost(self.host)).clone()
    }

    /// Every header field as an object. As in Node, repeated fields are joined, but for those that can't be.
    pub(crate) fn headers(&mut self) -> Value {
        self.request.data.headers(&mut FromHost(self.host)).clone()
    }

    /// The cookies as an object.
    pub(crate) fn cookies(&mut self) -> Value {
        self.request.data.cookies(&mut FromHost(self.host)).clone()
    }

    /// The host that the client asked, without port.
    pub(crate) fn hostname(&mut self) -> Text {
        self.host.header("host").map(|host| hostname(&host)).unwrap_or_default()
    }
}

/// What a `Host` header names, without the port.
#[must_use]
pub fn hostname(host: &Text) -> Text {
    // The brackets of an IPv6 address stay, and its colons are no port.
    let address_end = host.find(']').unwrap_or(0);
    let end = host.get(address_end..).and_then(|rest| rest.find(':')).map_or(host.len(), |at| address_end + at);
    host.slice(0, end)
}
