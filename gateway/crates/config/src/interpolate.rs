//! `${env:NAME}` and `${file:PATH}` in strings, replaced before anything else looks at them. `$${env:NAME}` stands for the
//! text itself; any other `${` is left alone, since bodies are full of them.
//!
//! What is put in may be a secret, so messages quote what the file says and not what became of it.

use std::{
    collections::HashMap,
    io::Read,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use ringback_diag::{Diagnostic, Diagnostics, Sources, quoted};
use ringback_model::limits;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Where interpolations get their values from.
pub(crate) struct Interpolation<'a> {
    /// The file with the strings.
    pub(crate) file: &'a Arc<str>,
    /// Its text.
    pub(crate) text: &'a str,
    /// What `${file:PATH}` is relative to.
    pub(crate) folder: &'a Path,
    /// The environment. Absent: the variable is not set.
    pub(crate) env: &'a dyn Fn(&str) -> Option<String>,
    /// Keeps the files that were read.
    pub(crate) sources: &'a mut Sources,
}

/// What was put in.
#[derive(Debug, Default)]
pub(crate) struct Interpolated {
    /// Files that were read, or should have been.
    pub(crate) files: Vec<PathBuf>,
    /// Strings that are one file's whole text: by where the string starts, the file as [`Sources`] holds it.
    pub(crate) whole: HashMap<usize, Arc<str>>,
    /// What could not be.
    pub(crate) found: Diagnostics,
}

/// One `${env:NAME}` or `${file:PATH}`.
struct Mark<'a> {
    kind: Kind,
    /// As written, from `${` to `}`.
    written: &'a str,
    name: &'a str,
}

#[derive(Clone, Copy)]
enum Kind {
    Env,
    File,
}

/// A part of a string.
enum Piece<'a> {
    Text(&'a str),
    Mark(Mark<'a>),
    Unclosed(Kind),
}

/// Takes a string apart.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = vec![];
    let mut rest = text;
    while let Some((before, kind)) = Kind::find(rest) {
        let from = rest.get(before.len()..).unwrap_or_default();
        if let Some(before) = before.strip_suffix('$') {
            pieces.extend([Piece::Text(before), Piece::Text(kind.opening())]);
            rest = from.get(kind.opening().len()..).unwrap_or_default();
            continue;
        }
        pieces.push(Piece::Text(before));
        let Some(mark) = Mark::read(kind, from) else {
            pieces.push(Piece::Unclosed(kind));
            return pieces;
        };
        rest = from.get(mark.written.len()..).unwrap_or_default();
        pieces.push(Piece::Mark(mark));
    }
    pieces.push(Piece::Text(rest));
    pieces
}

// === impl Interpolation ===

impl Interpolation<'_> {
    /// Replaces all marks in all strings below a table. A string with a mark that has no value stays as it is.
    pub(crate) fn run(mut self, root: &mut DeTable<'_>) -> Interpolated {
        let mut done = Interpolated::default();
        self.table(root, &mut done);
        done
    }

    fn table(&mut self, table: &mut DeTable<'_>, done: &mut Interpolated) {
        for (_, value) in table.iter_mut() {
            self.value(value, done);
        }
    }

    fn value(&mut self, value: &mut Spanned<DeValue<'_>>, done: &mut Interpolated) {
        let span = value.span();
        match value.get_mut() {
            DeValue::Table(table) => self.table(table, done),
            DeValue::Array(elements) => {
                for element in elements.iter_mut() {
                    self.value(element, done);
                }
            }
            DeValue::String(text) if text.contains("${") => {
                if let Some(replaced) = self.string(text, span, done) {
                    *text = replaced.into();
                }
            }
            _ => {}
        }
    }

    /// The text with its marks replaced. Absent: one of them has no value.
    fn string(&mut self, text: &str, span: Range<usize>, done: &mut Interpolated) -> Option<String> {
        let mut values = vec![];
        for piece in pieces(text) {
            values.push(match piece {
                Piece::Text(text) => Some(text.to_owned()),
                Piece::Mark(mark) => {
                    if mark.written == text
                        && let Kind::File = mark.kind
                    {
                        done.whole.insert(span.start, self.source_name(mark.name));
                    }
                    self.resolve(&mark, &span, done)
                }
                Piece::Unclosed(kind) => {
                    let message = format!("{} is never closed", quoted(kind.opening()));
                    done.found.push(self.error(message, kind.opening(), &span).help("add `}` after the name"));
                    None
                }
            });
        }
        values.into_iter().collect()
    }

    fn resolve(&mut self, mark: &Mark<'_>, span: &Range<usize>, done: &mut Interpolated) -> Option<String> {
        match mark.kind {
            Kind::Env => {
                let value = (self.env)(mark.name);
                if value.is_none() {
                    let message = format!("environment variable {} is not set", quoted(mark.name));
                    let help = format!("set it, or write `${}` for the text itself", mark.written);
                    done.found.push(self.error(message, mark.written, span).help(help));
                }
                value
            }
            Kind::File => {
                let path = self.folder.join(mark.name);
                let read = read(&path);
                done.files.push(path);
                match read {
                    Ok(text) => {
                        self.sources.add(&self.source_name(mark.name), &text);
                        Some(text)
                    }
                    Err(why) => {
                        let message = format!("{} can't be put in: {why}", quoted(mark.name));
                        let help = format!("it is looked for in `{}`", self.folder.display());
                        done.found.push(self.error(message, mark.written, span).help(help));
                        None
                    }
                }
            }
        }
    }

    fn source_name(&self, path: &str) -> Arc<str> {
        self.folder.join(path).to_string_lossy().into()
    }

    /// Points at a mark within a string, or at the string where its escapes hide the mark.
    fn error(&self, message: String, written: &str, span: &Range<usize>) -> Diagnostic {
        let literal = self.text.get(span.clone()).unwrap_or_default();
        let place = match literal.find(written) {
            Some(offset) => span.start + offset..span.start + offset + written.len(),
            None => span.clone(),
        };
        Diagnostic::error(message).at(self.file, place)
    }
}

/// Reads a text file; a last newline, which editors add, is left out.
fn read(path: &Path) -> Result<String, String> {
    let kind = std::fs::metadata(path).map_err(|error| reason(&error))?;
    if !kind.is_file() {
        return Err("it is not a file".into());
    }
    let file = std::fs::File::open(path).map_err(|error| reason(&error))?;
    let mut bytes = vec![];
    let limit = limits::RESPONSE_BODY_MAX_BYTES;
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() > limit {
        return Err(format!("it has more than {} MiB", limit >> 20));
    }
    let mut text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text")?;
    if text.ends_with('\n') {
        text.truncate(text.len() - if text.ends_with("\r\n") { 2 } else { 1 });
    }
    Ok(text)
}

/// Why a file can't be read, as a phrase.
pub(crate) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        std::io::ErrorKind::InvalidData => "it is not UTF-8 text".into(),
        _ => error.to_string(),
    }
}

// === impl Mark, Kind ===

impl<'a> Mark<'a> {
    /// Reads the mark at the start of a text. Absent: it is never closed.
    fn read(kind: Kind, text: &'a str) -> Option<Self> {
        let end = text.find(['}', '\n'])?;
        let written = text.get(..=end)?;
        let name = written.strip_prefix(kind.opening())?.strip_suffix('}')?;
        Some(Self { kind, written, name })
    }
}

impl Kind {
    /// The first mark of a text: what stands before it, and its kind.
    fn find(text: &str) -> Option<(&str, Self)> {
        let places = [Self::Env, Self::File].into_iter().filter_map(|kind| Some((text.find(kind.opening())?, kind)));
        let (place, kind) = places.min_by_key(|(place, _)| *place)?;
        Some((text.get(..place)?, kind))
    }

    fn opening(self) -> &'static str {
        match self {
            Self::Env => "${env:",
            Self::File => "${file:",
        }
    }
}
