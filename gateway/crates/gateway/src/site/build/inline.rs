//! Content that a description holds as a `data:` URL (RFC 2397) since it is no text: an image, a sound, a document. Microcks
//! sends the URL's text unless told otherwise (`microcks.md`, section 2.3); a client wants what it stands for.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::header;
use percent_encoding::percent_decode_str;
use ringback_model::{environment::Response, http_values::essence};

/// The bytes that a response's content stands for. Absent: it is a text.
pub(super) fn bytes(response: &Response) -> Option<Bytes> {
    let text = response.body.text().filter(|text| !text.templated)?;
    let (parameters, data) = text.source.strip_prefix("data:")?.split_once(',')?;
    let mut types = response.headers.iter().filter(|header| header.name == header::CONTENT_TYPE);
    if types.any(|header| is_text(&header.value.source)) {
        return None;
    }
    match parameters.trim_end().to_ascii_lowercase().ends_with(";base64") {
        true => STANDARD.decode(data.split_ascii_whitespace().collect::<String>()).ok().map(Bytes::from),
        false => Some(percent_decode_str(data).collect::<Vec<u8>>().into()),
    }
}

/// Whether content of a media type is text.
fn is_text(media_type: &str) -> bool {
    let essence = essence(media_type);
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    let textual = ["json", "xml", "yaml", "javascript", "x-www-form-urlencoded", "graphql"];
    kind == "text" || textual.iter().any(|name| subtype == *name || subtype.ends_with(&format!("+{name}")))
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use ringback_model::environment::{Body, Header, Rules, Text};

    use super::*;

    fn of(media_type: &str, content: &str) -> Option<Bytes> {
        bytes(&Response {
            id: None,
            label: None,
            rules: Rules::default(),
            status: StatusCode::OK,
            headers: vec![Header { name: header::CONTENT_TYPE, value: Text::fixed(media_type) }],
            body: Body::Text(Text::fixed(content)),
            latency: std::time::Duration::ZERO,
            callbacks: vec![],
            default: false,
            origin: Default::default(),
        })
    }

    #[test]
    fn what_is_no_text_is_what_its_url_stands_for() {
        assert_eq!(
            of("image/png;charset=UTF-8", "data:image/png;base64,iVBO\nRw=="),
            Some(Bytes::from_static(b"\x89PNG"))
        );
        assert_eq!(of("application/octet-stream", "data:,a%00b"), Some(Bytes::from_static(b"a\0b")));
        for (media_type, content) in [
            ("text/plain", "data:,a"),
            ("application/problem+json", "data:,a"),
            ("image/svg+xml", "data:,a"),
            ("image/png", "https://x/y.png"),
            ("image/png", "data:image/png;base64,!"),
            ("image/png", "data:none"),
        ] {
            assert_eq!(of(media_type, content), None, "{media_type} {content}");
        }
    }
}
