//! A request's parts as values: body, query, header fields and cookies, each as Mockoon's libraries read them.

mod cookies;
mod form;
mod headers;

pub use cookies::parse as parse_cookies;
pub use headers::joined as joined_headers;

use crate::{Text, Value, json};

/// The object that a query is, without its `?`.
#[must_use]
pub fn parse_query(query: &str) -> Value {
    form::parse(query, form::QUERY)
}

/// A body as its content type says: JSON and forms are parsed, anything else has no members. `Undefined` when it does
/// not parse.
#[must_use]
pub fn parse_body(content_type: &str, text: &Text) -> Value {
    if is_json(content_type) {
        return json::parse(text).unwrap_or_default();
    }
    if contains(content_type, "application/x-www-form-urlencoded") {
        return form::parse(text, form::FORM);
    }
    Value::Undefined
}

/// `application/json` anywhere in the type, or `application/x+json`.
fn is_json(kind: &str) -> bool {
    contains(kind, "application/json") || (contains(kind, "application/") && contains(kind, "+json"))
}

/// Whether a text contains another, whatever their ASCII case.
#[must_use]
pub fn contains(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_types_are_application_json_and_its_kin() {
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert!(is_json(kind), "{kind}");
        }
        for kind in ["text/json", "application/xml", ""] {
            assert!(!is_json(kind), "{kind}");
        }
    }
}
