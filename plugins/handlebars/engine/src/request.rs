//! The request, parsed as far as templates have asked: body, query and cookies once each.

use crate::{
    render::Rendering,
    value::{Text, Value, request},
};

/// What has been read so far.
#[derive(Default)]
pub(crate) struct Request {
    text: Option<Text>,
    body: Option<Value>,
    query: Option<Value>,
    headers: Option<Value>,
    cookies: Option<Value>,
    pub(crate) bucket_names: Option<Vec<Text>>,
}

impl Rendering<'_> {
    /// The body as it came.
    pub(crate) fn body_text(&mut self) -> Text {
        if let Some(text) = &self.request.text {
            return text.clone();
        }
        let text = self.host.body();
        self.request.text = Some(text.clone());
        text
    }

    /// The body as its content type says: JSON and forms are parsed, anything else has no members. `Undefined` when
    /// it does not parse.
    pub(crate) fn body(&mut self) -> Value {
        if let Some(body) = &self.request.body {
            return body.clone();
        }
        let text = self.body_text();
        let kind = self.host.header("content-type");
        let body = kind.map(|kind| request::parse_body(&kind, &text)).unwrap_or_default();
        self.request.body = Some(body.clone());
        body
    }

    /// The query as an object.
    pub(crate) fn query(&mut self) -> Value {
        if let Some(query) = &self.request.query {
            return query.clone();
        }
        let query = self.host.query().unwrap_or_default();
        let query = request::parse_query(&query);
        self.request.query = Some(query.clone());
        query
    }

    /// Every header field as an object. As in Node, repeated fields are joined, but for those that can't be.
    pub(crate) fn headers(&mut self) -> Value {
        if let Some(headers) = &self.request.headers {
            return headers.clone();
        }
        let headers = request::joined_headers(self.host.headers());
        self.request.headers = Some(headers.clone());
        headers
    }

    /// The cookies as an object.
    pub(crate) fn cookies(&mut self) -> Value {
        if let Some(cookies) = &self.request.cookies {
            return cookies.clone();
        }
        let header = self.host.header("cookie").unwrap_or_default();
        let cookies = request::parse_cookies(&header);
        self.request.cookies = Some(cookies.clone());
        cookies
    }

    /// The host that the client asked, without port.
    pub(crate) fn hostname(&mut self) -> Text {
        let Some(host) = self.host.header("host") else { return Text::EMPTY };
        // The brackets of an IPv6 address stay, and its colons are no port.
        let address_end = host.find(']').unwrap_or(0);
        let end = host.get(address_end..).and_then(|rest| rest.find(':')).map_or(host.len(), |at| address_end + at);
        host.slice(0, end)
    }
}
