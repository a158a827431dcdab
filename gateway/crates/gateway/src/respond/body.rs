//! Reads a request's body whole, up to its limit.

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::http::refusal::{Kind, Refusal};

/// The whole body.
///
/// # Errors
/// When it is larger than `most` bytes, or the client stopped sending it.
pub(crate) async fn read(body: Incoming, most: usize) -> Result<Bytes, Refusal> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    // The announced length is looked at first, so that no byte of what can't be taken is read.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > most {
        return Err(too_large(most));
    }
    // Nearly every body is one part, which is kept as it is; only further ones are put together.
    let (mut first, mut more, mut frames) = (Bytes::new(), BytesMut::new(), body);
    while let Some(frame) = frames.frame().await {
        let ended = |error: hyper::Error| {
            Refusal::new(Kind::BodyIncomplete, "the request body ended early").with_detail(error.to_string())
        };
        // Trailers are not passed on.
        let Ok(data) = frame.map_err(ended)?.into_data() else { continue };
        if first.len() + more.len() + data.len() > most {
            return Err(too_large(most));
        }
        if first.is_empty() && more.is_empty() {
            first = data;
            continue;
        }
        more.extend_from_slice(&std::mem::take(&mut first));
        more.extend_from_slice(&data);
    }
    Ok(if more.is_empty() { first } else { more.freeze() })
}

fn too_large(most: usize) -> Refusal {
    let mut refusal = Refusal::new(Kind::BodyTooLarge, format!("a request body may have at most {most} bytes"));
    refusal.hints = vec!["raise `request-body-max` in `[server]`".into()];
    refusal
}
