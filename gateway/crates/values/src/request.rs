//! What a request says, as values: body, query, header fields and cookies, each as the libraries read them that Mockoon
//! uses.
//!
//! [`RequestData`] reads each part when it is first asked for, and once, from whatever [`Source`] has it: the engine asks
//! the gateway through the contract, rules look into the request itself.

mod cookies;
mod form;
mod headers;
mod multipart;
mod ordered;
mod xml;

use std::sync::OnceLock;

pub use cookies::parse as parse_cookies;
pub use headers::{field as header_field, joined as joined_headers};

use crate::{Text, Value, json};

/// Where a request's parts come from. Each is asked for at most once by one [`RequestData`].
pub trait Source {
    /// The `content-type` field as sent. Absent: there is none.
    fn content_type(&mut self) -> Option<Text>;

    /// The `cookie` field; several are joined with `; `. Absent: there is none.
    fn cookie(&mut self) -> Option<Text>;

    /// Every header field, names in lower case, in the order received.
    fn headers(&mut self) -> Vec<(Text, Text)>;

    /// The query as sent, without `?`. Absent: there is none.
    fn query(&mut self) -> Option<Text>;

    /// The body as text: bytes that are not UTF-8 are U+FFFD. Empty: there is none.
    fn text(&mut self) -> Text;

    /// The body's bytes.
    fn bytes(&mut self) -> Vec<u8>;
}

/// What has been read of a request so far.
#[derive(Debug, Default)]
pub struct RequestData {
    text: OnceLock<Text>,
    body: OnceLock<Value>,
    query: OnceLock<Value>,
    headers: OnceLock<Value>,
    cookies: OnceLock<Value>,
}

// === impl RequestData ===

impl RequestData {
    /// The body as it came.
    pub fn text(&self, source: &mut dyn Source) -> &Text {
        self.text.get_or_init(|| source.text())
    }

    /// The body as its content type says; see [`parse_body`]. `Undefined` when it does not parse, or is of a type that
    /// is not parsed.
    pub fn body(&self, source: &mut dyn Source) -> &Value {
        self.body.get_or_init(|| {
            let Some(kind) = source.content_type() else { return Value::Undefined };
            if contains(&kind, MULTIPART) && !is_json(&kind) && !contains(&kind, FORM) {
                return multipart::parse(&kind, &source.bytes());
            }
            parse_body(&kind, self.text(source))
        })
    }

    /// The query as an object.
    pub fn query(&self, source: &mut dyn Source) -> &Value {
        self.query.get_or_init(|| parse_query(&source.query().unwrap_or_default()))
    }

    /// Every header field as an object; see [`joined_headers`].
    pub fn headers(&self, source: &mut dyn Source) -> &Value {
        self.headers.get_or_init(|| joined_headers(source.headers()))
    }

    /// The cookies as an object.
    pub fn cookies(&self, source: &mut dyn Source) -> &Value {
        self.cookies.get_or_init(|| parse_cookies(&source.cookie().unwrap_or_default()))
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
const XML: [&str; 3] = ["application/xml", "application/soap+xml", "text/xml"];

/// The object that a query is, without its `?`.
#[must_use]
pub fn parse_query(query: &str) -> Value {
    form::parse(query, form::QUERY)
}

/// A body of text as its content type says: JSON, forms and XML are parsed, anything else has no members. `Undefined`
/// when it does not parse.
#[must_use]
pub fn parse_body(content_type: &str, text: &Text) -> Value {
    if is_json(content_type) {
        return json::parse(text).unwrap_or_default();
    }
    if contains(content_type, FORM) {
        return form::parse(text, form::FORM);
    }
    if contains(content_type, MULTIPART) {
        return multipart::parse(content_type, text.as_bytes());
    }
    if XML.iter().any(|kind| contains(content_type, kind)) {
        return xml::parse(text).unwrap_or_default();
    }
    Value::Undefined
}

/// What a message of a WebSocket is, by the content type that its handshake named: JSON (`{}` when it is empty) and XML
/// are parsed, anything else is the text. Absent: it does not parse.
#[must_use]
pub fn parse_message(content_type: Option<&str>, text: &Text) -> Option<Value> {
    match content_type {
        Some(kind) if is_json(kind) && text.is_empty() => Some(Value::object(Vec::new())),
        Some(kind) if is_json(kind) => json::parse(text),
        Some(kind) if XML.iter().any(|known| kind.contains(known)) => xml::parse(text),
        _ => Some(Value::String(text.clone())),
    }
}

/// Whether rules look into a body of this type; into any other they see its text. Unlike reading it, this goes by the
/// case of the type's name, but for `+json`.
#[must_use]
pub fn is_structured(content_type: &str) -> bool {
    let known = ["application/json", FORM, MULTIPART];
    known.iter().chain(&XML).any(|kind| content_type.contains(kind)) || is_suffixed_json(content_type)
}

/// `application/json` anywhere in the type, or `application/x+json`.
fn is_json(kind: &str) -> bool {
    contains(kind, "application/json") || is_suffixed_json(kind)
}

fn is_suffixed_json(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.split_once("application/").is_some_and(|(_, rest)| rest.contains("+json"))
}

/// Whether a text contains another, whatever their ASCII case.
#[must_use]
pub fn contains(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_json, is_structured, parse_body, parse_cookies, parse_message, parse_query};
    use crate::{Text, json::to_compact};

    const KINDS: [&str; 4] =
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=X", "text/xml"];

    proptest! {
        #[test]
        fn no_body_makes_reading_it_panic(kind in 0..KINDS.len(), text in ".{0,60}") {
            let _ = to_compact(&parse_body(KINDS[kind], &Text::from(text)));
        }

        #[test]
        fn no_markup_makes_reading_it_panic(text in r#"(<|>|/|!|--|\[CDATA\[|\]\]|\?|&|;|#|a|b|=|"|'| |DOCTYPE){0,30}"#) {
            let _ = to_compact(&parse_body("text/xml", &Text::from(text)));
        }

        #[test]
        fn no_form_makes_reading_it_panic(
            text in r#"(--X|--|\r\n|Content-Disposition: form-data; name=|filename=|"|a|\[|\]|0|;|:|=|\\){0,30}"#,
        ) {
            let _ = to_compact(&parse_body(KINDS[2], &Text::from(text)));
        }

        #[test]
        fn no_query_makes_reading_it_panic(text in r"(a|b|\[|\]|=|&|%5B|%5D|%|0|1|\+|;){0,40}") {
            let _ = to_compact(&parse_query(&text));
            let _ = to_compact(&parse_body(KINDS[1], &Text::from(text.as_str())));
            let _ = to_compact(&parse_cookies(&text));
        }
    }

    #[test]
    fn json_types_are_application_json_and_its_kin() {
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert!(is_json(kind), "{kind}");
        }
        for kind in ["text/json", "application/xml", "", "x+json; application/x"] {
            assert!(!is_json(kind), "{kind}");
        }
    }

    #[test]
    fn rules_go_by_the_case_of_a_type() {
        assert!(is_structured("application/json") && is_structured("Application/X+JSON") && is_structured("text/xml"));
        assert!(!is_structured("Application/JSON") && !is_structured("text/plain"));
    }

    #[test]
    fn a_message_is_what_its_handshake_said() {
        let read = |kind, text: &'static str| parse_message(kind, &Text::fixed(text)).map(|value| to_compact(&value));
        assert_eq!(read(Some("application/json"), "").as_deref(), Some("{}"));
        assert_eq!(read(Some("application/json"), "{").as_deref(), None);
        assert_eq!(read(None, "{}").as_deref(), Some("\"{}\""));
    }
}
