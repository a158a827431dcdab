//! A file as a callback's content: its text, rendered where its type may hold templates, or a form with the file in it.

use std::path::Path;

use bytes::Bytes;
use ringback_model::{limits, unit::Unit};

use super::Content;
use crate::{
    http::{media_type, refusal::Refusal},
    respond::{answering::Situation, served_file::read_whole},
    site::FilePlan,
};

/// What node's `fetch` calls a text whose type nothing tells.
const TEXT: &str = "text/plain;charset=UTF-8";

/// Marks the branches of random numbers that files draw from, each by the number of its callback.
const FILES: u64 = 1 << 32;

/// The content that a file makes. Absent within: why it makes none.
///
/// # Errors
/// When the renderer failed.
pub(super) async fn content(
    work: &Situation<'_>,
    plan: &FilePlan,
    path: &Path,
    number: u64,
    unit: Unit,
) -> Result<(Result<Content, String>, Unit), Refusal> {
    let bytes = match read_whole(path, limits::CALLBACK_BODY_MAX_BYTES).await {
        Ok(bytes) => bytes,
        Err(why) => return Ok((Err(why), unit)),
    };
    if plan.attachment {
        return Ok((Ok(form(work, &bytes)), unit));
    }
    let known = media_type::of(path);
    let media_type = Some(known.unwrap_or(TEXT).to_owned());
    if !plan.templated || !media_type::may_hold_templates(path, known) {
        return Ok((Ok(Content { body: bytes.into(), media_type }), unit));
    }
    let source = String::from_utf8_lossy(&bytes);
    let (text, unit) = work.site.late.render(&source, work.call_aside(unit, FILES | number)).await?;
    Ok((text.map(|text| Content { body: text.into(), media_type }).map_err(super::failed), unit))
}

/// A form with the one field `file`, as the `FormData` of Node writes it (RFC 7578).
fn form(work: &Situation<'_>, file: &[u8]) -> Content {
    let drawn = work.door.gateway.seed.of_request(work.request.id).below(100_000_000_000);
    let boundary = format!("----formdata-undici-0{drawn:011}");
    let head =
        "Content-Disposition: form-data; name=\"file\"; filename=\"blob\"\r\nContent-Type: application/octet-stream";
    let mut body = format!("--{boundary}\r\n{head}\r\n\r\n").into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Content { body: Bytes::from(body), media_type: Some(format!("multipart/form-data; boundary={boundary}")) }
}
