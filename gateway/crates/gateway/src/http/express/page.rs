//! The page that Express shows where nothing answers.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};

use super::{HTML, Sent, sent};

/// Fields that keep a browser from running what a path may hold.
const SECURITY: [(HeaderName, HeaderValue); 2] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// Says that nothing answers, under the fields that every answer has.
pub fn not_found(mut headers: HeaderMap, method: &Method, uri: &Uri) -> Sent {
    for name in [header::CONTENT_ENCODING, header::CONTENT_LANGUAGE, header::CONTENT_RANGE] {
        headers.remove(name);
    }
    headers.extend(SECURITY);
    headers.insert(header::CONTENT_TYPE, HTML);
    let said = escaped(&format!("Cannot {method} {}", encoded(uri.path())));
    let body = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n\
         <body>\n<pre>{said}</pre>\n</body>\n</html>\n"
    );
    sent(StatusCode::NOT_FOUND, headers, body.into())
}

/// What a URL may not hold, percent-encoded. What is encoded already stays.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | 0..=b' ' | 0x7f.. => out.push_str(&format!("%{byte:02X}")),
            byte => out.push(char::from(byte)),
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_shown_and_can_do_no_harm() {
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))].into_iter().collect();
        let sent = not_found(headers, &Method::GET, &Uri::from_static("/a%20\"'&?x=1"));
        let body = String::from_utf8(sent.body.to_vec()).unwrap();
        assert!(body.contains("<pre>Cannot GET /a%20%22&#39;&amp;</pre>"), "{body}");
        assert_eq!((sent.status.as_u16(), &sent.headers["content-type"]), (404, &HTML));
        assert_eq!(sent.headers["x-content-type-options"], "nosniff");
    }
}
