//! Who may use the admin API: whoever shows the token; and pages of the origins that the operator named.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use ringback_values::request::parse_query;

use super::{Admin, Reply};
use crate::http::body::Body;

/// Bytes of a token that is drawn: as many as Mockoon's.
const TOKEN_BYTES: usize = 32;
const METHODS: HeaderValue = HeaderValue::from_static("GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS");
const HEADERS: HeaderValue =
    HeaderValue::from_static("Content-Type, Origin, Accept, Authorization, Content-Length, X-Requested-With");

/// A token that nobody knows. Should the system have no randomness, one that nobody can show either.
pub(super) fn drawn() -> String {
    let mut bytes = [0; TOKEN_BYTES];
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => String::new(),
    }
}

// === impl Admin ===

impl Admin {
    /// Whether the token is shown: as a bearer token (RFC 6750 section 2.1), or in the query where one may stand there.
    pub(super) fn admits(&self, headers: &HeaderMap, query: Option<&str>) -> bool {
        let field = headers.get(header::AUTHORIZATION).and_then(|field| field.to_str().ok()).map(str::trim);
        let bearer = field
            .and_then(|field| field.split_once(char::is_whitespace))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let bearer = bearer.map(|(_, token)| token.trim().to_owned()).filter(|token| !token.is_empty());
        let asked = || {
            let token = parse_query(query?).property("token");
            token.as_text().map(|token| token.trim().to_owned())
        };
        bearer.or_else(asked).is_some_and(|shown| self.is_token(shown.as_bytes()))
    }

    /// In a time that does not tell how much of it is right.
    fn is_token(&self, shown: &[u8]) -> bool {
        let token = self.token.as_bytes();
        let differ = token.iter().zip(shown).fold(0, |differ, (a, b)| differ | a ^ b);
        !token.is_empty() && token.len() == shown.len() && std::hint::black_box(differ) == 0
    }

    /// What a page is told that asks whether it may call.
    pub(super) fn preflight(&self, headers: &HeaderMap) -> Reply {
        let status = if self.origin(headers).is_some() { StatusCode::NO_CONTENT } else { StatusCode::FORBIDDEN };
        Reply { status, headers: HeaderMap::new(), body: Body::Whole(bytes::Bytes::new()) }
    }

    /// Lets a page of an origin that may call read the answer.
    pub(super) fn allow_origin(&self, asked: &HeaderMap, answer: &mut HeaderMap) {
        let Some(origin) = self.origin(asked) else { return };
        if origin != "*" {
            answer.insert(header::VARY, HeaderValue::from_static("Origin"));
        }
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    }

    /// The origin that may read the answer. Absent: none may.
    fn origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if self.cors_origins.iter().any(|origin| origin == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        let origin = headers.get(header::ORIGIN)?;
        self.cors_origins.iter().any(|known| known.as_bytes() == origin.as_bytes()).then(|| origin.clone())
    }
}
