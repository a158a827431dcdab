//! The request, parsed as far as templates have asked: body, query and cookies once each.

mod form;

use crate::{
    render::Rendering,
    value::{Text, Value, json},
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
        let body = self.parse_body(&text);
        self.request.body = Some(body.clone());
        body
    }

    fn parse_body(&mut self, text: &Text) -> Value {
        let Some(kind) = self.host.header("content-type") else { return Value::Undefined };
        if is_json(&kind) {
            return json::parse(text).unwrap_or_default();
        }
        if contains(&kind, "application/x-www-form-urlencoded") {
            return form::parse(text, form::FORM);
        }
        Value::Undefined
    }

    /// The query as an object.
    pub(crate) fn query(&mut self) -> Value {
        if let Some(query) = &self.request.query {
            return query.clone();
        }
        let query = self.host.query().unwrap_or_default();
        let query = form::parse(&query, form::QUERY);
        self.request.query = Some(query.clone());
        query
    }

    /// Every header field as an object. As in Node, repeated fields are joined, but for those that can't be.
    pub(crate) fn headers(&mut self) -> Value {
        if let Some(headers) = &self.request.headers {
            return headers.clone();
        }
        let headers = joined(self.host.headers());
        self.request.headers = Some(headers.clone());
        headers
    }

    /// The cookies as an object.
    pub(crate) fn cookies(&mut self) -> Value {
        if let Some(cookies) = &self.request.cookies {
            return cookies.clone();
        }
        let header = self.host.header("cookie").unwrap_or_default();
        let cookies = parse_cookies(&header);
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

/// `application/json` anywhere in the type, or `application/x+json`.
fn is_json(kind: &str) -> bool {
    contains(kind, "application/json") || (contains(kind, "application/") && contains(kind, "+json"))
}

/// Whether a text contains another, whatever their ASCII case.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// Fields that Node never joins: of two, the first counts.
const SINGLE: [&str; 17] = [
    "age",
    "authorization",
    "content-length",
    "content-type",
    "etag",
    "expires",
    "from",
    "host",
    "if-modified-since",
    "if-unmodified-since",
    "last-modified",
    "location",
    "max-forwards",
    "proxy-authorization",
    "referer",
    "retry-after",
    "user-agent",
];

fn joined(fields: Vec<(Text, Text)>) -> Value {
    let mut members: Vec<(Text, Value)> = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let Some((_, known)) = members.iter_mut().find(|(known, _)| *known == name) else {
            members.push((name, Value::String(value)));
            continue;
        };
        if !SINGLE.contains(&name.as_str()) {
            let separator = if name == *"cookie" { "; " } else { ", " };
            let both = [known.to_text().as_str(), separator, &value].concat();
            *known = Value::string(both);
        }
    }
    Value::object(members)
}

/// A `Cookie` header: the first of two with one name counts, quotes come off, percent-encoding is undone, and a value
/// that begins with `j:` is JSON (npm `cookie-parser`).
fn parse_cookies(header: &str) -> Value {
    let mut members: Vec<(Text, Value)> = Vec::new();
    for pair in header.split(';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let name = name.trim();
        if members.iter().any(|(known, _)| known == name) {
            continue;
        }
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
        // What does not decode stays as it came.
        let value = form::percent_decode(value).unwrap_or_else(|| Text::from(value));
        let parsed = value.strip_prefix("j:").and_then(|rest| json::parse(&Text::from(rest)));
        members.push((Text::from(name), parsed.unwrap_or(Value::String(value))));
    }
    Value::object(members)
}

#[cfg(test)]
mod tests {
    use super::{is_json, joined, parse_cookies};
    use crate::value::{Text, json::to_compact};

    #[test]
    fn json_types_are_application_json_and_its_kin() {
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert!(is_json(kind), "{kind}");
        }
        for kind in ["text/json", "application/xml", ""] {
            assert!(!is_json(kind), "{kind}");
        }
    }

    #[test]
    fn repeated_fields_are_joined_but_for_single_ones() {
        let field = |name, value| (Text::fixed(name), Text::fixed(value));
        let fields = vec![field("a", "1"), field("host", "x"), field("a", "2"), field("host", "y")];
        assert_eq!(to_compact(&joined(fields)).as_str(), r#"{"a":"1, 2","host":"x"}"#);
    }

    #[test]
    fn cookies_are_decoded() {
        let cookies = parse_cookies(r#"a=%3Cv%3E; b="q"; a=2; c=j:{"x":1}; d=%zz; broken"#);
        assert_eq!(to_compact(&cookies).as_str(), r#"{"a":"<v>","b":"q","c":{"x":1},"d":"%zz"}"#);
    }
}
