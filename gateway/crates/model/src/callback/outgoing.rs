//! What a callback sends: a request, checked.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri};

/// An outbound request, checked: it can be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// Absolute, `http` or `https`.
    pub url: Uri,
    /// Without `host`, `content-length` and hop-by-hop fields.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The content.
    pub body: Bytes,
}

/// Why an outbound request can't be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    /// The method is no token.
    #[error("`{0}` is not a method")]
    Method(String),
    /// The URL is not absolute `http` or `https`.
    #[error("`{0}` is not an absolute http or https URL")]
    Url(String),
    /// A header's name or value is not one.
    #[error("header `{0}` can't be sent: {1}")]
    Header(String, &'static str),
    /// The content is over its limit.
    #[error("the body has {0} bytes, at most {max} are sent", max = crate::limits::CALLBACK_BODY_MAX_BYTES)]
    Body(usize),
}

// === impl Outgoing ===

impl Outgoing {
    /// Checks the parts of an outbound request as templates or plugins give them.
    ///
    /// # Errors
    /// The first part that can't be sent.
    pub fn try_new<'a>(
        method: &str,
        url: &str,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: Bytes,
    ) -> Result<Self, OutgoingError> {
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| OutgoingError::Method(method.into()))?;
        let bad_url = || OutgoingError::Url(url.into());
        let parsed: Uri = url.trim().parse().map_err(|_| bad_url())?;
        if !matches!(parsed.scheme_str(), Some("http" | "https")) || parsed.host().is_none_or(str::is_empty) {
            return Err(bad_url());
        }
        if body.len() > crate::limits::CALLBACK_BODY_MAX_BYTES {
            return Err(OutgoingError::Body(body.len()));
        }
        let headers = headers.into_iter().map(|(name, value)| header(name, value)).collect::<Result<_, _>>()?;
        Ok(Self { method, url: parsed, headers, body })
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), OutgoingError> {
    let bad = |why| OutgoingError::Header(name.escape_debug().to_string(), why);
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad("the name is not a token"))?;
    if crate::http_values::is_hop_by_hop(&parsed)
        || parsed == http::header::HOST
        || parsed == http::header::CONTENT_LENGTH
    {
        return Err(bad("the gateway sets it itself"));
    }
    let value = HeaderValue::from_str(value).or_else(|_| HeaderValue::from_bytes(value.as_bytes()));
    Ok((parsed, value.map_err(|_| bad("the value holds control characters"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_sent_says_why() {
        let outgoing = |method, url, headers: &[(&'static str, &'static str)]| {
            Outgoing::try_new(method, url, headers.iter().copied(), Bytes::new()).map(|_| ()).map_err(|e| e.to_string())
        };
        assert_eq!(outgoing("POST", "http://localhost:3000/webhook", &[("X-A", "é")]), Ok(()));
        assert_eq!(outgoing("PO ST", "http://x/", &[]).unwrap_err(), "`PO ST` is not a method");
        assert_eq!(outgoing("POST", "/webhook", &[]).unwrap_err(), "`/webhook` is not an absolute http or https URL");
        assert_eq!(outgoing("POST", "file://x/", &[]).unwrap_err(), "`file://x/` is not an absolute http or https URL");
        assert!(outgoing("POST", "http://x/", &[("a", "b\r\nc: d")]).unwrap_err().contains("control characters"));
        assert!(outgoing("POST", "http://x/", &[("Host", "y")]).unwrap_err().contains("sets it itself"));
    }
}
