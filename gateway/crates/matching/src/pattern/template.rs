//! `/orders/{id}`, `/files/{name}.{ext}`, `/static/{*rest}`: OpenAPI's templates, and a last segment that takes all the
//! rest (also nothing: `/static/{*rest}` matches `/static/`). Matched exactly: case counts, a trailing slash counts.

use std::ops::Range;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Complaint, Fault};
use crate::tokens::{Capture, Extent, Token};

/// What a client encodes in a path before it sends it (WHATWG URL, path percent-encode set, without `?`, `#` and the
/// braces, which mean something here). Non-ASCII is always encoded. An escape that the operator wrote stays.
const SENT_ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'^');

/// The prefix before the path, and where the path then begins.
pub(super) fn join(prefix: &str, path: &str) -> (String, usize) {
    let prefix = prefix.trim_end_matches('/');
    (format!("{prefix}{path}"), prefix.len())
}

/// Reads a whole path.
pub(super) fn parse(text: &str) -> Result<Vec<Token>, Fault> {
    if !text.starts_with('/') {
        return Err((0..text.len().min(1), Complaint::NoSlash));
    }
    let mut tokens = vec![];
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let literal = rest.find(['{', '}', '?', '#']).unwrap_or(rest.len());
        if let Some(literal) = rest.get(..literal).filter(|literal| !literal.is_empty()) {
            let sent = utf8_percent_encode(literal, SENT_ENCODED).to_string();
            tokens.push(Token::Text(sent.into_bytes().into()));
        }
        at += literal;
        match rest.get(literal..).and_then(|rest| rest.chars().next()) {
            None => break,
            Some('{') => at = brace(text, at, &mut tokens)?,
            Some('}') => return Err((at..at + 1, Complaint::Unbalanced('}'))),
            Some(other) => return Err((at..text.len(), Complaint::Query(other))),
        }
    }
    Ok(tokens)
}

/// Reads what begins with the brace at `at`; gives the place behind it.
fn brace(text: &str, at: usize, tokens: &mut Vec<Token>) -> Result<usize, Fault> {
    let rest = text.get(at + 1..).unwrap_or_default();
    let end = match rest.find(['{', '}', '/']) {
        Some(end) if rest.get(end..).is_some_and(|rest| rest.starts_with('}')) => at + 1 + end,
        _ => return Err((at..at + 1, Complaint::Unbalanced('{'))),
    };
    let span = at..end + 1;
    let inner = text.get(at + 1..end).unwrap_or_default();
    let (name, wildcard) = inner.strip_prefix('*').map_or((inner, false), |name| (name, true));
    check_name(name, &span, tokens)?;
    if wildcard && !(is_after_slash(tokens) && span.end == text.len()) {
        return Err((span, Complaint::WildcardPlace));
    }
    if !matches!(tokens.last(), Some(Token::Text(_))) {
        return Err((span, Complaint::Touching(name.into())));
    }
    let extent = if wildcard { Extent::PathOrNothing } else { Extent::Segment };
    tokens.push(Token::Capture(Capture { name: name.into(), extent, avoid: Box::default(), instead: None }));
    Ok(span.end)
}

fn check_name(name: &str, span: &Range<usize>, before: &[Token]) -> Result<(), Fault> {
    let taken = before.iter().any(|token| matches!(token, Token::Capture(other) if *other.name == *name));
    let complaint = match name.chars().find(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))) {
        _ if name.is_empty() => Complaint::NoName,
        Some(character) => Complaint::BadName(character),
        None if taken => Complaint::Twice(name.into()),
        None => return Ok(()),
    };
    Err((span.clone(), complaint))
}

fn is_after_slash(tokens: &[Token]) -> bool {
    matches!(tokens.last(), Some(Token::Text(text)) if text.ends_with(b"/"))
}
