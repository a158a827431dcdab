//! A file as an answer.

use std::path::Path;

use http::{HeaderMap, HeaderValue, header};
use ringback_model::ids::RequestId;

use crate::http::{
    body::Body,
    refusal::{Kind, Refusal},
};

/// Media types by extension: what a web page and an API's documents are made of (IANA's registry). Anything else is
/// `application/octet-stream`.
const TYPES: [(&str, &str); 34] = [
    ("avif", "image/avif"),
    ("css", "text/css; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("htm", "text/html; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/vnd.microsoft.icon"),
    ("ics", "text/calendar; charset=utf-8"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    ("map", "application/json"),
    ("md", "text/markdown; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("ogg", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("toml", "application/toml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("zip", "application/zip"),
];

/// A file as an answer's content, with its type where the plugin named none.
///
/// # Errors
/// When it can't be read.
pub(super) async fn open(path: &Path, headers: &mut HeaderMap, request: RequestId) -> Result<Body, Refusal> {
    let body = Body::file(path, request).await.map_err(|error| {
        // The folder is the operator's business, not the client's.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Refusal::new(Kind::Plugin, format!("the answer is the file `{name}`, which can't be read"))
            .with_detail(format!("`{}`: {error}", path.display()))
    })?;
    headers.entry(header::CONTENT_TYPE).or_insert_with(|| HeaderValue::from_static(media_type(path)));
    Ok(body)
}

fn media_type(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let found = TYPES.iter().find(|(known, _)| *known == extension);
    found.map_or("application/octet-stream", |(_, media_type)| media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_follows_from_the_extension() {
        assert!(TYPES.is_sorted(), "a person finds an extension where it belongs");
        assert_eq!(media_type(Path::new("a/Logo.PNG")), "image/png");
        assert_eq!(media_type(Path::new("README")), "application/octet-stream");
    }
}
