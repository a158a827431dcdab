//! What a responder returned, checked: it goes out to a client, so nothing in it may break HTTP or a limit.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ringback_model::{fault::FaultKind, http_values::is_hop_by_hop, limits};

use crate::{
    bindings::{
        exports::ringback::gateway::responder::{Content as WitContent, Response},
        ringback::gateway::types::FieldResult,
    },
    error,
};

/// Why an answer does not go out: a phrase that follows the plugin's name.
type Rejection = (FaultKind, String);

/// A response as it goes out, but for where its content is.
pub(crate) struct Checked {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// What a response carries.
pub(crate) enum Body {
    /// This.
    Bytes(Bytes),
    /// A file of the plugin's folder, by a name that is not checked.
    File(String),
    /// What the plugin makes under this number.
    Streamed(u32),
}

/// Checks a response.
///
/// # Errors
/// The first thing in it that may not go out.
pub(crate) fn check(response: Response) -> Result<Checked, Rejection> {
    Ok(Checked { status: status(response.status)?, headers: headers(&response.headers)?, body: body(response.body)? })
}

/// Checks a status that a guest chose.
pub(crate) fn status(status: u16) -> Result<StatusCode, Rejection> {
    let known = StatusCode::from_u16(status).ok().filter(|_| (200..=599).contains(&status));
    known.ok_or_else(|| (FaultKind::Invalid, format!("answered with status {status}, which is not 200 to 599")))
}

fn body(body: WitContent) -> Result<Body, Rejection> {
    let bytes: Bytes = match body {
        WitContent::Empty => Bytes::new(),
        WitContent::Text(text) => text.into(),
        WitContent::Bytes(bytes) => bytes.into(),
        WitContent::File(name) => return Ok(Body::File(name)),
        WitContent::Streamed(number) => return Ok(Body::Streamed(number)),
    };
    if bytes.len() > limits::RESPONSE_BODY_MAX_BYTES {
        let most = error::Bytes(limits::RESPONSE_BODY_MAX_BYTES);
        return Err((FaultKind::Output, format!("answered with a body of {} bytes, {most} are the most", bytes.len())));
    }
    Ok(Body::Bytes(bytes))
}

fn headers(fields: &[FieldResult]) -> Result<HeaderMap, Rejection> {
    let (count, most) = (fields.len(), limits::HEADERS_MAX_COUNT);
    if count > most {
        return Err((FaultKind::Output, format!("answered with {count} header fields, {most} are the most")));
    }
    let bytes: usize = fields.iter().map(|field| field.name.len() + field.value.len()).sum();
    if bytes > limits::HEADERS_MAX_BYTES {
        let most = error::Bytes(limits::HEADERS_MAX_BYTES);
        return Err((FaultKind::Output, format!("answered with {bytes} bytes of header fields, {most} are the most")));
    }
    let mut headers = HeaderMap::with_capacity(count);
    for field in fields {
        let (name, value) = header(field)?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn header(field: &FieldResult) -> Result<(HeaderName, HeaderValue), Rejection> {
    let bad = |why| (FaultKind::Invalid, format!("answered with header `{}`, {why}", field.name.escape_debug()));
    let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| bad("whose name is not a token"))?;
    if is_hop_by_hop(&name) || name == header::CONTENT_LENGTH {
        return Err(bad("which is the gateway's own"));
    }
    let value = HeaderValue::from_bytes(field.value.as_bytes());
    Ok((name, value.map_err(|_| bad("whose value holds control characters"))?))
}
