//! The request that a responder answers.

use serde::de::DeserializeOwned;

use crate::{Timestamp, host, json::read_json};

/// The request that a responder answers. What nearly every plugin reads is here already; header fields and content stay
/// with the gateway until they are asked for, each time that they are.
#[derive(Debug)]
pub struct Request {
    head: Head,
    rest: host::Rest,
}

/// What crosses with every call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) route: String,
    pub(crate) session: String,
    pub(crate) received: u64,
    pub(crate) number: u64,
}

// === impl Request ===

impl Request {
    pub(crate) fn from_parts(head: Head, rest: host::Rest) -> Self {
        Self { head, rest }
    }

    /// The request's id, as in the gateway's journal.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// The method, upper case as sent: `POST`.
    pub fn method(&self) -> &str {
        &self.head.method
    }

    /// The path as sent, percent-encoding kept, without the query: `/orders/1%2F2`.
    pub fn path(&self) -> &str {
        &self.head.path
    }

    /// The query without `?`. Absent: the target has none.
    pub fn query(&self) -> Option<&str> {
        self.head.query.as_deref()
    }

    /// The first value of a name in the query, decoded. Absent: no such name.
    pub fn query_param(&self, name: &str) -> Option<String> {
        pairs(self.query()?).find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Names and values in the query, decoded, in their order.
    pub fn query_params(&self) -> Vec<(String, String)> {
        pairs(self.query().unwrap_or_default()).collect()
    }

    /// A value that the route's path captured, percent-decoded: `id` of `/orders/{id}`. Absent: the path has no such name.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.head.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values that the route's path captured, in its order.
    pub fn params(&self) -> &[(String, String)] {
        &self.head.params
    }

    /// The name of the route that matched.
    pub fn route(&self) -> &str {
        &self.head.route
    }

    /// The session that the request belongs to: `default` unless it names another.
    pub fn session(&self) -> &str {
        &self.head.session
    }

    /// When the gateway received it.
    pub fn received(&self) -> Timestamp {
        Timestamp::from_unix_micros(self.head.received)
    }

    /// How many requests this route has answered in this session, this one included: starts at 1.
    pub fn number(&self) -> u64 {
        self.head.number
    }

    /// The `content-type` as sent: `application/json; charset=utf-8`. Absent: no such field.
    pub fn content_type(&self) -> Option<&str> {
        self.head.content_type.as_deref()
    }

    /// A header field's value, by its name in any case; repeated fields are joined with `, ` (`cookie`: `; `). Absent: no
    /// such field.
    pub fn header(&self, name: &str) -> Option<String> {
        self.rest.header(name)
    }

    /// Every header field, names in lower case, in the order received.
    pub fn headers(&self) -> Vec<(String, String)> {
        self.rest.headers()
    }

    /// The content. Empty: there was none.
    pub fn bytes(&self) -> Vec<u8> {
        self.rest.body()
    }

    /// The content as text; bytes that are not UTF-8 become U+FFFD. Empty: there was none.
    pub fn text(&self) -> String {
        self.rest.text()
    }

    /// The content as JSON, of whatever type it is: a struct of yours, or [`serde_json::Value`].
    ///
    /// # Errors
    /// When it is not JSON, or not of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        read_json(&self.rest.body())
    }

    /// The fields of a form (`application/x-www-form-urlencoded`), decoded, in their order.
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(&self.rest.text()).collect()
    }

    /// Scheme and authority under which the client reaches the gateway, without a path: `http://localhost:3000`.
    pub fn origin(&self) -> String {
        self.rest.origin()
    }

    /// The client's address, without port: `127.0.0.1`.
    pub fn client(&self) -> String {
        self.rest.client()
    }
}

/// The pairs of a query or a form (WHATWG URL, `application/x-www-form-urlencoded` parsing).
fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts.map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    })
}

/// `+` is a space, `%41` is `A`; what is no percent-encoding stays.
fn decode(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match (byte, digit(bytes.get(at)), digit(bytes.get(at + 1))) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are a byte.
                decoded.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            (byte, ..) => decoded.push(*byte),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded() {
        let pairs: Vec<_> = pairs("a=1&b=%C3%A9+%2B&c&=d&&e=%4&f=%zz").collect();
        let expected = [("a", "1"), ("b", "é +"), ("c", ""), ("", "d"), ("e", "%4"), ("f", "%zz")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
