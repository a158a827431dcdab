//! Answers as Express 4 sends them, on which Mockoon is built: where `mockoon.md` (section 2.4) says that a field, a charset
//! or a status follows from others, it follows here. Pure: a site uses it while it is built, `respond` for each answer.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

mod content_type;
mod fresh;
mod page;
mod range;

use content_type::Charset;
pub use page::not_found;
pub use range::{Asked, range};

/// The type of a text that has none.
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// The type of a message about what went wrong.
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// An answer with its content in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its status.
    pub status: StatusCode,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its content.
    pub body: Bytes,
}

/// Methods that Node's parser knows (llhttp of Node 20); it answers any other with a bare 400.
const METHODS: [&str; 34] = [
    "ACL",
    "BIND",
    "CHECKOUT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LINK",
    "LOCK",
    "M-SEARCH",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MOVE",
    "NOTIFY",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PURGE",
    "PUT",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "SOURCE",
    "SUBSCRIBE",
    "TRACE",
    "UNBIND",
    "UNLINK",
    "UNLOCK",
    "UNSUBSCRIBE",
];

/// Whether Node's parser takes a method.
pub fn knows(method: &Method) -> bool {
    METHODS.contains(&method.as_str())
}

/// Sets a field as `res.set` does: a type that is a text's gets a charset, cookies add up, a value that can't be one is
/// left out without a word.
pub fn set(headers: &mut HeaderMap, name: &HeaderName, text: &str) {
    // Node takes what fits into one byte a character.
    if text.chars().any(|c| c > '\u{ff}') {
        return;
    }
    let value = match *name == header::CONTENT_TYPE {
        true => HeaderValue::from_maybe_shared(Bytes::from(content_type::set(text).into_owned())),
        false => HeaderValue::from_bytes(text.as_bytes()),
    };
    match value {
        Ok(value) if *name == header::SET_COOKIE => drop(headers.append(name.clone(), value)),
        Ok(value) => drop(headers.insert(name.clone(), value)),
        Err(_) => {}
    }
}

/// A text as Mockoon sends it: with a charset in its type, and in that charset where the type named one. Where the type is
/// none, a message says so instead.
pub fn text(status: StatusCode, mut headers: HeaderMap, content: impl Into<Bytes>) -> Sent {
    let content = content.into();
    let given = headers.get(header::CONTENT_TYPE).filter(|value| !value.is_empty());
    let Some(given) = given.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()) else {
        headers.insert(header::CONTENT_TYPE, HTML);
        return sent(status, headers, content);
    };
    if let Some(charset) = Charset::of(&given) {
        single_bytes(&mut headers);
        return sent(status, headers, charset.encode(content));
    }
    match content_type::in_utf8(&given) {
        Ok(value) => {
            headers.insert(header::CONTENT_TYPE, value);
            sent(status, headers, content)
        }
        Err(why) => message(status, headers, not_served(&why)),
    }
}

/// A message about what went wrong.
pub fn message(status: StatusCode, mut headers: HeaderMap, message: impl Into<Bytes>) -> Sent {
    headers.insert(header::CONTENT_TYPE, PLAIN);
    sent(status, headers, message.into())
}

/// What a client reads where content could not be made.
pub fn not_served(why: &impl std::fmt::Display) -> String {
    format!("Error while serving the content: {why}")
}

/// What a client reads where a file's content could not be made.
pub fn file_not_served(why: &impl std::fmt::Display) -> String {
    format!("Error while serving the file content: {why}")
}

/// What a client that has a copy gets: nothing new, where its copy is still good.
pub fn unless_fresh(sent: Sent, method: &Method, asked: &HeaderMap) -> Sent {
    let asks = matches!(*method, Method::GET | Method::HEAD);
    let usable = sent.status.is_success() || sent.status == StatusCode::NOT_MODIFIED;
    if asks && usable && fresh::fresh(asked, &sent.headers) {
        return self::sent(StatusCode::NOT_MODIFIED, sent.headers, Bytes::new());
    }
    sent
}

/// Whether a request says what copy it has.
pub fn is_conditional(asked: &HeaderMap) -> bool {
    asked.contains_key(header::IF_NONE_MATCH) || asked.contains_key(header::IF_MODIFIED_SINCE)
}

/// Takes out what the connection decides, and what an answer without content has not.
fn sent(status: StatusCode, mut headers: HeaderMap, body: Bytes) -> Sent {
    unframed(&mut headers);
    match status.as_u16() {
        204 | 304 => {
            headers.remove(header::CONTENT_TYPE);
            Sent { status, headers, body: Bytes::new() }
        }
        205 => Sent { status, headers, body: Bytes::new() },
        _ => Sent { status, headers, body },
    }
}

/// Takes out fields that say how long the content is: the connection knows.
pub fn unframed(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
}

/// Writes fields as Node writes them before content that is no text: a character a byte (ISO-8859-1).
pub fn single_bytes(headers: &mut HeaderMap) {
    for value in headers.values_mut().filter(|value| !value.as_bytes().is_ascii()) {
        let Ok(text) = std::str::from_utf8(value.as_bytes()) else { continue };
        let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        if let Some(value_of_bytes) = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()) {
            *value = value_of_bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            set(&mut headers, &HeaderName::from_static(name), value);
        }
        headers
    }

    fn typed(given: &str, body: &'static str) -> (String, Bytes) {
        let sent = text(StatusCode::OK, fields(&[("content-type", given)]), body);
        (sent.headers["content-type"].to_str().unwrap().to_owned(), sent.body)
    }

    #[test]
    fn a_text_has_a_charset_and_is_in_it() {
        assert_eq!(text(StatusCode::OK, HeaderMap::new(), "x").headers["content-type"], HTML);
        for (given, whole) in [
            ("text/plain", "text/plain; charset=utf-8"),
            ("application/json", "application/json; charset=utf-8"),
            ("application/json;version=1", "application/json;version=1; charset=utf-8"),
            ("text/html;", "text/html;; charset=utf-8"),
            ("image/png", "image/png; charset=utf-8"),
            ("Application/X; B=2; a=1", "application/x; a=1; b=2; charset=utf-8"),
        ] {
            assert_eq!(typed(given, "é"), (whole.to_owned(), Bytes::from("é")), "{given}");
        }
        let latin = typed("application/xml;charset=ISO-8859-1", "é€");
        assert_eq!(latin, ("application/xml;charset=ISO-8859-1".to_owned(), Bytes::from_static(b"\xe9\xac")));
        assert_eq!(typed("text/plain; charset=utf-16", "a€").1, Bytes::from_static(b"a\0\xac\x20"));
        assert_eq!(typed("text/plain; charset=\"UTF-8\"", "€").1, Bytes::from("€"));
        assert_eq!(typed("foo", "x").1, "Error while serving the content: invalid media type");
    }

    #[test]
    fn what_can_be_no_field_is_left_out() {
        let headers = fields(&[
            ("x-a", "a\nb"),
            ("x-b", "😀"),
            ("x-c", "é"),
            ("set-cookie", "a=1"),
            ("set-cookie", "b=2"),
            ("x-d", "1"),
            ("x-d", "2"),
        ]);
        assert_eq!(headers.len(), 4, "{headers:?}");
        assert_eq!((headers["x-c"].as_bytes(), headers["x-d"].as_bytes()), ("é".as_bytes(), b"2".as_slice()));
        let buffered = text(StatusCode::OK, fields(&[("x-c", "é"), ("content-type", "text/plain")]), "x");
        assert_eq!(buffered.headers["x-c"].as_bytes(), b"\xe9");
    }

    #[test]
    fn some_statuses_have_no_content() {
        for (status, typed) in [(204, false), (205, true), (304, false), (200, true)] {
            let status = StatusCode::from_u16(status).unwrap();
            let sent = text(status, fields(&[("content-length", "9"), ("x-a", "1")]), "body");
            assert_eq!(sent.headers.contains_key("content-type"), typed, "{status}");
            assert_eq!(sent.body.is_empty(), status != 200);
            assert!(!sent.headers.contains_key("content-length") && sent.headers.contains_key("x-a"));
        }
    }

    #[test]
    fn a_copy_that_is_still_good_is_not_sent_again() {
        let plain = || text(StatusCode::OK, fields(&[("etag", "\"abc\"")]), "body");
        let asked = fields(&[("if-none-match", "*")]);
        assert_eq!(unless_fresh(plain(), &Method::GET, &asked).status, 304);
        assert_eq!(unless_fresh(plain(), &Method::POST, &asked).status, 200);
        let failed = message(StatusCode::NOT_FOUND, HeaderMap::new(), "x");
        assert_eq!(unless_fresh(failed, &Method::GET, &asked).status, 404);
    }

    #[test]
    fn methods_are_those_of_nodes_parser() {
        assert!(
            ["GET", "PURGE", "QUERY", "M-SEARCH"].iter().all(|m| knows(&Method::from_bytes(m.as_bytes()).unwrap()))
        );
        assert!(!["FOO", "get", "CONNECT"].iter().any(|m| knows(&Method::from_bytes(m.as_bytes()).unwrap())));
    }
}
