//! What OpenAPI's runtime expressions yield (OpenAPI 3.1.1, section 4.8.20.4): parts of the request and of its answer, as texts.
//! A part that is not there has no value, and neither has one that is `null`: a text that names it can't be made.

use std::{borrow::Cow, sync::OnceLock};

use http::{HeaderMap, header};
use ringback_model::{
    http_values::{Request, Responded, essence, field_text},
    runtime_expression::{Part, RuntimeExpression, RuntimeText, Source},
};
use serde_json::{Map, Value};

use super::url::absolute;

/// Evaluates expressions against one exchange. Content is read as JSON when the first expression asks for a part of it.
pub(super) struct Evaluator<'a> {
    request: &'a Request,
    response: Option<Responded<'a>>,
    asked: Document<'a>,
    answered: Document<'a>,
}

/// A message's content, read once: as JSON, or as a form, which is an object of its fields.
struct Document<'a> {
    content: &'a [u8],
    is_form: bool,
    /// Absent within: it is neither.
    json: OnceLock<Option<Value>>,
}

// === impl Evaluator ===

impl<'a> Evaluator<'a> {
    /// Expressions that speak of this exchange; without a response its parts have no values.
    pub(super) fn new(request: &'a Request, response: Option<Responded<'a>>) -> Self {
        let content = response.map_or(&[][..], |response| response.body);
        let asked = Document::new(&request.body, &request.headers);
        let answered = match response {
            Some(response) => Document::new(content, response.headers),
            None => Document::new(content, &HeaderMap::new()),
        };
        Self { request, response, asked, answered }
    }

    /// A URL as it is sent.
    ///
    /// # Errors
    /// Which expression has no value, or that what they make is no URL.
    pub(super) fn url(&self, text: &RuntimeText, origin: &str) -> Result<String, String> {
        let made = self.text(text)?;
        absolute(origin, &made).ok_or_else(|| {
            let of = if made == **text.source() { String::new() } else { format!(", which is `{}`,", text.source()) };
            format!("`{made}`{of} is not an absolute http or https URL")
        })
    }

    fn text(&self, text: &RuntimeText) -> Result<String, String> {
        let mut made = String::new();
        for part in text.parts() {
            match part {
                Part::Literal(literal) => made.push_str(literal),
                Part::Expression(expression) => made.push_str(&self.value(expression)?),
            }
        }
        Ok(made)
    }

    fn value(&self, expression: &RuntimeExpression) -> Result<Cow<'_, str>, String> {
        match expression {
            RuntimeExpression::Url => {
                let target = self.request.uri.path_and_query().map_or("/", |target| target.as_str());
                Ok(format!("{}{target}", self.request.origin).into())
            }
            RuntimeExpression::Method => Ok(self.request.method.as_str().into()),
            RuntimeExpression::StatusCode => {
                let response = self.response.ok_or("there is no answer: `$statusCode` has no value")?;
                Ok(response.status.as_u16().to_string().into())
            }
            RuntimeExpression::Request(source) => self.of_request(source).ok_or_else(|| missing("request", source)),
            RuntimeExpression::Response(source) => self.of_response(source).ok_or_else(|| missing("answer", source)),
        }
    }

    fn of_request(&self, source: &Source) -> Option<Cow<'_, str>> {
        match source {
            Source::Header(name) => Some(field_text(self.request.headers.get(&**name)?.as_bytes())),
            Source::Query(name) => {
                let mut pairs = form_urlencoded::parse(self.request.uri.query()?.as_bytes());
                pairs.find(|(key, _)| *key == **name).map(|(_, value)| value)
            }
            Source::Path(name) => {
                let mut captured = self.request.params.iter();
                captured.find(|(key, _)| key == name).map(|(_, value)| value.as_str().into())
            }
            Source::Body(pointer) => self.asked.part(pointer.as_deref()),
        }
    }

    fn of_response(&self, source: &Source) -> Option<Cow<'_, str>> {
        match source {
            Source::Header(name) => Some(field_text(self.response?.headers.get(&**name)?.as_bytes())),
            Source::Body(pointer) => self.answered.part(pointer.as_deref()),
            Source::Query(_) | Source::Path(_) => None,
        }
    }
}

// === impl Document ===

impl<'a> Document<'a> {
    fn new(content: &'a [u8], headers: &HeaderMap) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).map(|kind| essence(&field_text(kind.as_bytes())));
        let is_form = kind.is_some_and(|kind| kind == "application/x-www-form-urlencoded");
        Self { content, is_form, json: OnceLock::new() }
    }

    fn read(&self) -> Option<Value> {
        if !self.is_form {
            return serde_json::from_slice(self.content).ok();
        }
        let mut fields = Map::new();
        for (name, value) in form_urlencoded::parse(self.content) {
            // Of several values of one name the first counts.
            fields.entry(name).or_insert_with(|| value.into_owned().into());
        }
        Some(fields.into())
    }

    /// The whole content as it is, or what a JSON Pointer finds: a string as it is, all else as JSON text. Absent: nothing.
    fn part(&self, pointer: Option<&str>) -> Option<Cow<'_, str>> {
        let Some(pointer) = pointer.filter(|pointer| !pointer.is_empty()) else {
            return (!self.content.is_empty()).then(|| String::from_utf8_lossy(self.content));
        };
        let json = self.json.get_or_init(|| self.read());
        match json.as_ref()?.pointer(pointer)? {
            Value::Null => None,
            Value::String(text) => Some(text.into()),
            other => Some(other.to_string().into()),
        }
    }
}

fn missing(whose: &str, source: &Source) -> String {
    match source {
        Source::Header(name) => format!("the {whose} has no header `{name}`"),
        Source::Query(name) => format!("the {whose} has no query parameter `{name}`"),
        Source::Path(name) => format!("the {whose} has no path parameter `{name}`"),
        Source::Body(None) => format!("the {whose} has no content"),
        Source::Body(Some(pointer)) => format!("the {whose}'s content has nothing at `{pointer}`"),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderName, HeaderValue, StatusCode};
    use ringback_model::{
        http_values::Params,
        ids::{RequestId, RouteName, SessionId},
        time::Timestamp,
    };

    use super::*;

    const SUBSCRIPTION: &str = r#"{
        "failedUrl": "https://clientdomain.com/failed",
        "successUrls": [
            "https://clientdomain.com/fast",
            "https://clientdomain.com/medium",
            "https://clientdomain.com/slow"
        ]
    }"#;

    fn fields(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let field = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        fields.iter().map(field).collect()
    }

    /// The request of the specification's table.
    fn request(target: &str, body: &str) -> Request {
        Request {
            id: RequestId { tag: 1, number: 1 },
            received: Timestamp::default(),
            session: SessionId::default(),
            method: http::Method::POST,
            uri: target.parse().unwrap(),
            headers: fields(&[("content-type", "application/json"), ("x-mail", "a b@c")]),
            body: Bytes::copy_from_slice(body.as_bytes()),
            route: RouteName::try_new("POST /subscribe/{eventType}").unwrap(),
            params: Params::from_iter([("eventType".into(), "myevent".into())]),
            number: 1,
            origin: "http://example.org".into(),
            client: [127, 0, 0, 1].into(),
            cause: None,
            depth: 0,
        }
    }

    fn value(request: &Request, answer: &str, text: &str) -> Result<String, String> {
        let headers = fields(&[("location", "https://example.org/subscription/1")]);
        let response = Responded { status: StatusCode::CREATED, headers: &headers, body: answer.as_bytes() };
        Evaluator::new(request, Some(response)).text(&RuntimeText::parse(text).unwrap())
    }

    #[test]
    fn the_table_of_the_specification_holds() {
        let target = "/subscribe/myevent?queryUrl=https://clientdomain.com/stillrunning";
        let request = request(target, SUBSCRIPTION);
        for (expression, expected) in [
            ("$url", "http://example.org/subscribe/myevent?queryUrl=https://clientdomain.com/stillrunning"),
            ("$method", "POST"),
            ("$request.path.eventType", "myevent"),
            ("$request.query.queryUrl", "https://clientdomain.com/stillrunning"),
            ("$request.header.content-Type", "application/json"),
            ("$request.body#/failedUrl", "https://clientdomain.com/failed"),
            ("$request.body#/successUrls/1", "https://clientdomain.com/medium"),
            ("$response.header.Location", "https://example.org/subscription/1"),
        ] {
            assert_eq!(value(&request, "", expression).as_deref(), Ok(expected), "{expression}");
            assert_eq!(value(&request, "", &format!("{{{expression}}}")).as_deref(), Ok(expected), "{expression}");
        }
        assert_eq!(value(&request, "", "$statusCode").as_deref(), Ok("201"));
    }

    #[test]
    fn parts_of_json_become_text() {
        let request = request("/", r#"{"a/b": 1.50, "m~n": true, "o": {"x": [1, "2"]}, "": "none", "null": null}"#);
        let at = |pointer: &str| value(&request, r#"{"id": 7}"#, &format!("{{$request.body#{pointer}}}"));
        assert_eq!(at("/a~1b").as_deref(), Ok("1.5"));
        assert_eq!(at("/m~0n").as_deref(), Ok("true"));
        assert_eq!(at("/o").as_deref(), Ok(r#"{"x":[1,"2"]}"#));
        assert_eq!(at("/o/x/1").as_deref(), Ok("2"));
        assert_eq!(at("/").as_deref(), Ok("none"));
        assert_eq!(at("/null"), Err("the request's content has nothing at `/null`".into()));
        assert_eq!(value(&request, r#"{"id": 7}"#, "x/{$response.body#/id}/{$method}").as_deref(), Ok("x/7/POST"));
        assert_eq!(value(&request, "plain", "$response.body").as_deref(), Ok("plain"));
    }

    #[test]
    fn a_form_is_an_object_of_its_fields() {
        let mut request = request("/", "url=http%3A%2F%2Fx%2Fcb&n=1&n=2&a%2Fb=c+d");
        let kind = HeaderValue::from_static("Application/X-WWW-Form-Urlencoded; charset=utf-8");
        request.headers.insert(header::CONTENT_TYPE, kind);
        let at = |text: &str| value(&request, "", text);
        assert_eq!(at("{$request.body#/url}?n={$request.body#/n}").as_deref(), Ok("http://x/cb?n=1"));
        assert_eq!(at("$request.body#/a~1b").as_deref(), Ok("c d"));
        assert_eq!(at("$request.body#/none"), Err("the request's content has nothing at `/none`".into()));
    }

    #[test]
    fn what_is_missing_is_named() {
        let request = request("/?a=1&a=2&b=x%20y+z", "no json");
        let of = |text: &str| value(&request, "", text).unwrap_err();
        assert_eq!(of("{$request.query.c}/data"), "the request has no query parameter `c`");
        assert_eq!(of("$request.header.X-Callback"), "the request has no header `X-Callback`");
        assert_eq!(of("$request.path.id"), "the request has no path parameter `id`");
        assert_eq!(of("$request.body#/url"), "the request's content has nothing at `/url`");
        assert_eq!(of("$response.body"), "the answer has no content");
        assert_eq!(value(&request, "", "{$request.query.a}{$request.query.b}").as_deref(), Ok("1x y z"));
        let alone = Evaluator::new(&request, None).text(&RuntimeText::parse("$statusCode").unwrap());
        assert_eq!(alone, Err("there is no answer: `$statusCode` has no value".into()));
    }

    #[test]
    fn a_url_says_what_it_was_made_of() {
        let request = request("/?u=not%20a%20url", "");
        let url = |text: &str| Evaluator::new(&request, None).url(&RuntimeText::parse(text).unwrap(), "http://own");
        assert_eq!(url("/cb/{$method}").as_deref(), Ok("http://own/cb/POST"));
        assert_eq!(url("http://x/{$request.header.x-mail}").as_deref(), Ok("http://x/a%20b@c"));
        let message = "`not a url`, which is `$request.query.u`, is not an absolute http or https URL";
        assert_eq!(url("$request.query.u"), Err(message.into()));
        assert_eq!(url("cb"), Err("`cb` is not an absolute http or https URL".into()));
    }
}
