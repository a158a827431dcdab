//! Mockoon's paths, exactly as Mockoon CLI 9.9 matches them: Express 4's syntax, which Mockoon converts ([`convert`]) to
//! that of path-to-regexp 8.4.2 ([`read`]), whose optional groups make alternatives ([`flatten`]), in which a capture takes
//! what the regular expression would take that path-to-regexp makes of them ([`captures`]).
//!
//! Case does not count, runs of `/` count as one, a space of the path (not of the prefix) is sent as `%20`, and one slash
//! more at the end is allowed: keys, tables and matchers see to these. `express/golden.txt` holds what the original answers.

mod captures;
mod convert;
mod flatten;
mod read;

use super::{Complaint, Fault};
use crate::tokens::Token;

/// A character of a path that is being converted.
#[derive(Debug, Clone, Copy)]
struct Unit {
    character: char,
    /// Where what it stands for begins in the path as written.
    at: usize,
}

/// A part of a pattern, as path-to-regexp reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// In lower case: keys are.
    Text(String),
    Param(String),
    Wildcard(String),
    /// May be left out.
    Group(Vec<Piece>),
}

/// The prefix before the path, and where the path then begins.
pub(super) fn join(prefix: &str, path: &str) -> (String, usize) {
    match prefix {
        "" => (format!("/{path}"), 1),
        _ => (format!("/{prefix}/{path}"), prefix.len() + 2),
    }
}

/// Reads a whole path into its alternatives, in the order in which they are tried.
pub(super) fn parse(text: &str, path_at: usize) -> Result<Vec<Vec<Token>>, Fault> {
    let pieces = read::read(&convert::convert(text, path_at)).map_err(|(at, complaint)| {
        let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |character| at + character.len_utf8());
        (at..end, explained(text, at, complaint))
    })?;
    let whole = |complaint| (path_at.min(text.len())..text.len(), complaint);
    let sequences = flatten::flatten(&pieces).ok_or_else(|| whole(Complaint::Alternatives))?;
    sequences.iter().map(|sequence| captures::bind(sequence).map_err(whole)).collect()
}

/// A fault in what Mockoon makes of `:id(\\d+)` is about the regular expression, which Express 4 knew.
fn explained(text: &str, at: usize, complaint: Complaint) -> Complaint {
    let before = text.get(..=at).and_then(|text| text.rsplit_once('('));
    let restricts = before.is_some_and(|(before, inner)| {
        let named =
            before.rsplit_once(':').is_some_and(|(_, name)| !name.is_empty() && name.chars().all(convert::in_name));
        named && !inner.contains(')')
    });
    if restricts { Complaint::Regex } else { complaint }
}

#[cfg(test)]
mod tests;
