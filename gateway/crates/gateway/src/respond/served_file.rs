//! A file as a response's content (`mockoon.md`, section 2.4): where it is, whether it is rendered or sent as it is read, and
//! what is said where it is missing.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use http::{HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ringback_model::{ports::Context, unit::Unit};

use super::{
    answering::Situation,
    given::{Draft, Drafted},
    texts::Texts,
};
use crate::{
    http::{
        body::Body,
        express::{self, Asked},
        media_type,
        refusal::{Kind, Refusal},
    },
    site::{FilePlan, PathPlan, build::resolve},
};

/// What JavaScript's `encodeURIComponent` leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Puts a file's content into a draft. The text of its path, where it is rendered, is the next one.
///
/// # Errors
/// When the renderer failed; but for Mockoon's conventions also when the file can't be sent.
pub(super) async fn serve(
    work: &Situation<'_>,
    file: &FilePlan,
    mut draft: Draft,
    texts: &mut Texts,
    unit: Unit,
) -> Result<(Draft, Unit), Refusal> {
    let path = match located(&file.path, texts) {
        Ok(path) => path,
        Err(why) => {
            draft.content = Drafted::Failed(work.template_failed(&why)?);
            return Ok((draft, unit));
        }
    };
    let media_type = media_type::of(&path);
    if let (false, Some(media_type)) = (file.typed, media_type) {
        express::set(&mut draft.headers, &header::CONTENT_TYPE, media_type);
    }
    if file.attachment {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let value = format!("attachment; filename=\"{}\"", utf8_percent_encode(&name, PLAIN));
        express::set(&mut draft.headers, &header::CONTENT_DISPOSITION, &value);
    }
    let renders = file.templated && media_type::may_hold_templates(&path, media_type);
    if renders && !is_too_large(work, &path).await {
        match read(&path).await {
            Ok(source) => rendered(work, &source, draft, unit).await,
            Err(error) => missing(work, file, &told(&error, "open", &path), draft, unit).await,
        }
    } else {
        match streamed(work, &path, media_type, &mut draft).await {
            Ok(()) => Ok((draft, unit)),
            Err(error) => missing(work, file, &told(&error, "stat", &path), draft, unit).await,
        }
    }
}

/// Where the file is.
///
/// # Errors
/// That the path's template failed, or that it leads out of the folder that it must stay in.
pub(super) fn located(plan: &PathPlan, texts: &mut Texts) -> Result<PathBuf, String> {
    let (folder, within) = match plan {
        PathPlan::Fixed(path) => return Ok(path.clone()),
        PathPlan::Rendered { folder, within, .. } => (folder, within),
    };
    let text = texts.next()?;
    let (path, absolute) = (resolve(folder, &text), Path::new(&text).is_absolute());
    let shown = path.display();
    let base = within.as_ref().or_else(|| (!absolute).then_some(folder));
    match base.filter(|base| base.parent().is_some()) {
        None => Err(format!("Templated file path requires a non-root base directory ({shown})")),
        Some(base) if path.starts_with(base) => Ok(path),
        Some(_) if absolute => {
            Err(format!("Access to absolute path outside of the original static base directory ({shown})"))
        }
        Some(_) => Err(format!("Access to relative path outside of the allowed base directory ({shown})")),
    }
}

/// Whether a file is larger than an answer that is rendered may be: it is sent as it is.
async fn is_too_large(work: &Situation<'_>, path: &Path) -> bool {
    let most = work.door.gateway.limits.response_body_bytes as u64;
    tokio::fs::metadata(path).await.is_ok_and(|metadata| metadata.is_file() && metadata.len() > most)
}

/// The text of a file that may hold templates.
async fn read(path: &Path) -> io::Result<String> {
    let metadata = tokio::fs::metadata(path).await?;
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    // Opening what is no file can wait for ever.
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    Ok(String::from_utf8_lossy(&tokio::fs::read(path).await?).into_owned())
}

/// All of a file, up to `most` bytes.
///
/// # Errors
/// Why it can't be had.
pub(super) async fn read_whole(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let metadata = tokio::fs::metadata(path).await.map_err(|error| told(&error, "open", path))?;
    // Opening what is no file can wait for ever.
    if !metadata.is_file() || metadata.len() > most as u64 {
        return Err(format!("`{}` is no file of at most {most} bytes", path.display()));
    }
    tokio::fs::read(path).await.map_err(|error| told(&error, "open", path))
}

/// A file's text, its templates rendered.
async fn rendered(work: &Situation<'_>, source: &str, mut draft: Draft, unit: Unit) -> Result<(Draft, Unit), Refusal> {
    if !source.contains("{{") {
        draft.content = Drafted::Text(source.to_owned().into());
        return Ok((draft, unit));
    }
    let templates = match work.site.late.compile(source).await {
        Ok(templates) => templates,
        Err(why) => {
            draft.content = Drafted::Failed(work.file_failed(&why)?);
            return Ok((draft, unit));
        }
    };
    let rendering = templates.render(&[0], Context::default(), work.call(unit)).await?;
    match rendering.outputs.into_iter().next() {
        Some(Ok(text)) => {
            draft.status = work.status(rendering.status, draft.status)?;
            draft.content = Drafted::Text(text.into());
        }
        Some(Err(why)) => draft.content = Drafted::Failed(work.file_failed(&why)?),
        None => return Err(Refusal::new(Kind::Plugin, "the renderer gave fewer texts than it was asked for")),
    }
    Ok((draft, rendering.unit))
}

/// A file, or the part of it that the client asks for, as it is read.
async fn streamed(work: &Situation<'_>, path: &Path, media_type: Option<&str>, draft: &mut Draft) -> io::Result<()> {
    let size = tokio::fs::metadata(path).await?.len();
    let part = match work.range().map(|field| express::range(field, size)) {
        None => 0..u64::MAX,
        Some(Asked::Part(part)) => {
            draft.status = StatusCode::PARTIAL_CONTENT;
            if let Some(media_type) = media_type {
                express::set(&mut draft.headers, &header::CONTENT_TYPE, media_type);
            }
            let shown = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
            express::set(&mut draft.headers, &header::CONTENT_RANGE, &shown);
            draft.headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
            part
        }
        Some(Asked::Unsatisfiable) => {
            draft.status = StatusCode::RANGE_NOT_SATISFIABLE;
            draft.content = Drafted::Failed("Requested range not satisfiable".into());
            return Ok(());
        }
        Some(Asked::Malformed) => {
            draft.status = StatusCode::BAD_REQUEST;
            draft.content = Drafted::Failed("Malformed range header".into());
            return Ok(());
        }
    };
    let body = Body::part_of_file(path, part, work.request.id).await?;
    // These statuses have no content, whatever the file has.
    let empty = matches!(draft.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    draft.content = Drafted::Parts(if empty { Body::Whole(Default::default()) } else { body });
    Ok(())
}

/// What is answered where the file can't be had: what stands in for it, or why.
async fn missing(
    work: &Situation<'_>,
    file: &FilePlan,
    why: &str,
    mut draft: Draft,
    unit: Unit,
) -> Result<(Draft, Unit), Refusal> {
    let Some(instead) = &file.instead else {
        draft.content = Drafted::Failed(work.file_failed(why)?);
        return Ok((draft, unit));
    };
    draft.status = StatusCode::NOT_FOUND;
    let numbers: Vec<usize> = instead.template().into_iter().collect();
    let (mut texts, rendering) = Texts::render(work.site, &numbers, Context::default(), work.call(unit)).await?;
    draft.content = match texts.take(instead) {
        Ok(text) => Drafted::Text(text.into()),
        Err(why) => Drafted::Failed(work.template_failed(&why)?),
    };
    draft.status = work.status(rendering.status, draft.status)?;
    Ok((draft, rendering.unit))
}

/// Why a file can't be had, as Node says it.
fn told(error: &io::Error, call: &str, path: &Path) -> String {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound => format!("ENOENT: no such file or directory, {call} '{path}'"),
        ErrorKind::NotADirectory => format!("ENOTDIR: not a directory, {call} '{path}'"),
        ErrorKind::PermissionDenied => format!("EACCES: permission denied, {call} '{path}'"),
        ErrorKind::IsADirectory | ErrorKind::InvalidInput => {
            "EISDIR: illegal operation on a directory, read".to_owned()
        }
        _ => format!("{error}, {call} '{path}'"),
    }
}
