//! Reads a request's body whole, up to its limit.

use bytes::Bytes;
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::http::refusal::{Kind, Refusal};

/// The whole body.
///
/// # Errors
/// When it is larger than `most` bytes, or the client stopped sending it.
pub(super) async fn read(body: Incoming, most: usize) -> Result<Bytes, Refusal> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    // The announced length is looked at first, so that no byte of what can't be taken is read.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > most {
        return Err(too_large(most));
    }
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(most)),
        Err(error) => Err(Refusal::new(Kind::BodyIncomplete, "the request body ended early").with_detail(error.to_string())),
    }
}

fn too_large(most: usize) -> Refusal {
    let mut refusal = Refusal::new(Kind::BodyTooLarge, format!("a request body may have at most {most} bytes"));
    refusal.hints = vec!["raise `request-body-max` in `[server]`".into()];
    refusal
}
