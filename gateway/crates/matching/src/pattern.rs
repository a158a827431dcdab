//! A path as the operator wrote it, compiled: parsed by its syntax into alternatives (an optional part makes two of
//! one), each of them then given the cheapest shape that can match it.

mod express;
mod template;

use std::{ops::Range, sync::Arc};

use ringback_model::{
    environment::{PathRules, PathSyntax},
    http_values::Params,
};

use crate::{
    subject::{BadEscape, Subject},
    tokens::{Extent, Token, spans},
};

/// A path that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{complaint}")]
pub struct PatternError {
    /// The index of the route. Absent: the fault lies in the environment's prefix.
    pub route: Option<usize>,
    /// Which bytes of the route's path, or of the prefix.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub complaint: Complaint,
}

/// What is wrong with a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Complaint {
    /// The path does not begin with `/`.
    #[error("a path begins with `/`")]
    NoSlash,
    /// The path goes on with a query or a fragment.
    #[error("a path ends before `{0}`: queries are matched by rules")]
    Query(char),
    /// A bracket has no partner.
    #[error("`{0}` has no partner")]
    Unbalanced(char),
    /// A parameter has no name.
    #[error("a parameter needs a name")]
    NoName,
    /// A parameter's name holds a character that names don't.
    #[error("a parameter's name can't hold `{0}`: letters, digits, `_`, `-` and `.` are")]
    BadName(char),
    /// Two parameters have one name.
    #[error("two parameters are called `{0}`")]
    Twice(String),
    /// One parameter follows another at once.
    #[error("`{0}` needs a text before it, to tell where it begins")]
    Touching(String),
    /// A wildcard stands where it takes less than the rest of the path.
    #[error("a wildcard is the whole last segment: `/files/{{*rest}}`")]
    WildcardPlace,
    /// A name's quotation mark has no partner.
    #[error("a parameter's name begins with `\"` and does not end")]
    OpenQuote,
    /// A sign that means nothing yet.
    #[error("`{0}` means nothing here: write `\\{0}` for the sign itself")]
    Reserved(char),
    /// A bare `*` follows a text other than `/` (Mockoon: such a route never matches).
    #[error("`*` follows a `/`, or has a name: `*rest`")]
    BareStar,
    /// A parameter is restricted by a regular expression (Mockoon since 9.0: such a route never matches).
    #[error("a parameter can't have a regular expression")]
    Regex,
    /// A sign that modifies what is before it has nothing before it.
    #[error("`{0}` has nothing before it that it could modify")]
    Dangling(char),
    /// More alternatives than path-to-regexp makes.
    #[error("too many optional parts")]
    Alternatives,
    /// More different methods than a table can tell apart.
    #[error("more than {0} different methods in one environment")]
    Methods(usize),
}

/// One of the texts that a path stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// This one path.
    Literal(Box<[u8]>),
    /// Segment by segment; there is at least one.
    Segments(Box<[Segment]>),
    /// Byte by byte, after whole literal segments.
    Odd {
        /// The segments that every match begins with: they place it in the index.
        prefix: Box<[Box<[u8]>]>,
        /// What comes behind them.
        tail: Box<[Token]>,
        /// The whole pattern.
        tokens: Box<[Token]>,
    },
}

/// What stands between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Segment {
    /// These bytes.
    Literal(Box<[u8]>),
    /// A parameter and nothing else: any bytes, at least one.
    Param(Arc<str>),
    /// The rest of the path, at least a byte in Express, perhaps none in a template. Only the last segment is one.
    Rest(Arc<str>),
}

type Fault = (Range<usize>, Complaint);

/// Reads a path into its alternatives, in the order in which they are tried.
///
/// # Errors
/// The first fault, with its place in the path or in the prefix.
pub(crate) fn parse(route: usize, path: &str, prefix: &str, rules: PathRules) -> Result<Vec<Vec<Token>>, PatternError> {
    let (whole, path_at) = match rules.syntax {
        PathSyntax::Template => template::join(prefix, path),
        PathSyntax::Express => express::join(prefix, path),
    };
    // Express writes a slash before the prefix.
    let prefix_at = usize::from(rules.syntax == PathSyntax::Express);
    let alternatives = match rules.syntax {
        PathSyntax::Template => template::parse(&whole).map(|tokens| vec![tokens]),
        PathSyntax::Express => express::parse(&whole, path_at),
    };
    alternatives.map_err(|(span, complaint)| match span.start.checked_sub(path_at) {
        Some(start) => PatternError { route: Some(route), span: start..span.end - path_at, complaint },
        None => PatternError {
            route: None,
            span: span.start.saturating_sub(prefix_at)..span.end.saturating_sub(prefix_at),
            complaint,
        },
    })
}

// === impl Shape ===

impl Shape {
    /// The cheapest shape for a sequence of tokens.
    pub(crate) fn of(tokens: Vec<Token>) -> Self {
        match tokens.as_slice() {
            [] => return Self::Literal(Box::default()),
            [Token::Text(text)] => return Self::Literal(text.clone()),
            [Token::Text(text), ..] if text.starts_with(b"/") => {}
            _ => return Self::Odd { prefix: Box::default(), tail: tokens.clone().into(), tokens: tokens.into() },
        }
        let runs = split(&tokens);
        let count = runs.len();
        let segments: Option<Box<[Segment]>> =
            runs.iter().enumerate().map(|(place, run)| Segment::of(run, place + 1 == count)).collect();
        match segments {
            Some(segments) => Self::Segments(segments),
            None => {
                let prefix = literal_prefix(&runs);
                Self::Odd { tail: behind(&prefix, &tokens), prefix, tokens: tokens.into() }
            }
        }
    }

    /// Whether a path is one that this shape stands for.
    pub(crate) fn matches(&self, key: &[u8], syntax: PathSyntax) -> bool {
        let slash_is_optional = syntax == PathSyntax::Express;
        match self {
            Self::Literal(wanted) => {
                **wanted == *key || (slash_is_optional && key.strip_suffix(b"/").is_some_and(|key| **wanted == *key))
            }
            Self::Odd { tokens, .. } => spans(tokens, key, syntax).is_some(),
            Self::Segments(segments) => {
                let mut places = Places::new(key);
                let fits = |segment: &Segment| {
                    places
                        .next(segment)
                        .and_then(|place| key.get(place))
                        .is_some_and(|text| segment.matches(text, syntax))
                };
                segments.iter().all(fits) && (places.is_at_end() || (slash_is_optional && places.is_at_last_slash()))
            }
        }
    }

    /// Adds the parameters of a path that this shape matches, decoded.
    ///
    /// # Errors
    /// When a value is not well percent-encoded, or not UTF-8 once decoded.
    pub(crate) fn capture(&self, subject: &Subject<'_>, params: &mut Params) -> Result<(), BadEscape> {
        match self {
            Self::Literal(_) => Ok(()),
            Self::Odd { tokens, .. } => subject.take(tokens, params),
            Self::Segments(segments) => {
                let mut places = Places::new(subject.key());
                for segment in segments {
                    let Some(place) = places.next(segment) else { break };
                    match segment {
                        Segment::Literal(_) => {}
                        Segment::Param(name) => subject.push(name, Extent::Segment, place, params)?,
                        Segment::Rest(name) => subject.push(name, Extent::Path, place, params)?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// The tokens between slashes. The pattern begins with a slash.
fn split(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut runs: Vec<Vec<Token>> = vec![];
    let mut run = vec![];
    for token in tokens {
        let Token::Text(text) = token else {
            run.push(token.clone());
            continue;
        };
        for (place, part) in text.split(|byte| *byte == b'/').enumerate() {
            if place > 0 {
                runs.push(std::mem::take(&mut run));
            }
            if !part.is_empty() {
                run.push(Token::Text(part.into()));
            }
        }
    }
    runs.push(run);
    runs.into_iter().skip(1).collect()
}

fn literal_prefix(runs: &[Vec<Token>]) -> Box<[Box<[u8]>]> {
    let literals = runs.iter().map_while(|run| match run.as_slice() {
        [] => Some(Box::default()),
        [Token::Text(text)] => Some(text.clone()),
        _ => None,
    });
    literals.collect()
}

/// What comes behind a pattern's literal segments, from a slash on. They all lie in its first text.
fn behind(prefix: &[Box<[u8]>], tokens: &[Token]) -> Box<[Token]> {
    let length: usize = prefix.iter().map(|segment| segment.len() + 1).sum();
    let first = match tokens.first() {
        Some(Token::Text(text)) => text.get(length..).map(|rest| Token::Text(rest.into())),
        _ => None,
    };
    first.into_iter().chain(tokens.iter().skip(1).cloned()).collect()
}

// === impl Segment ===

impl Segment {
    /// Absent: texts and captures are mixed, or a wildcard takes more than a segment here, so that segments are not enough.
    fn of(run: &[Token], last: bool) -> Option<Self> {
        match run {
            [] => Some(Self::Literal(Box::default())),
            [Token::Text(text)] => Some(Self::Literal(text.clone())),
            [Token::Capture(capture)] if capture.is_free() => match capture.extent {
                Extent::Segment => Some(Self::Param(capture.name.clone())),
                Extent::Path | Extent::PathOrNothing => last.then(|| Self::Rest(capture.name.clone())),
            },
            _ => None,
        }
    }

    fn matches(&self, text: &[u8], syntax: PathSyntax) -> bool {
        match self {
            Self::Literal(wanted) => **wanted == *text,
            Self::Param(_) => !text.is_empty(),
            Self::Rest(_) => !text.is_empty() || syntax == PathSyntax::Template,
        }
    }
}

/// Walks the segments of a path.
struct Places<'k> {
    key: &'k [u8],
    /// Where the next segment begins. Absent: there is none.
    at: Option<usize>,
}

// === impl Places ===

impl<'k> Places<'k> {
    fn new(key: &'k [u8]) -> Self {
        Self { key, at: key.starts_with(b"/").then_some(1) }
    }

    /// The place of the next segment, or of all that is left when it is the rest that is asked for.
    fn next(&mut self, segment: &Segment) -> Option<Range<usize>> {
        let start = self.at?;
        let rest = self.key.get(start..)?;
        let slash = if matches!(segment, Segment::Rest(_)) { None } else { memchr::memchr(b'/', rest) };
        self.at = slash.map(|slash| start + slash + 1);
        Some(start..slash.map_or(self.key.len(), |slash| start + slash))
    }

    fn is_at_end(&self) -> bool {
        self.at.is_none()
    }

    /// Whether a slash is all that is left.
    fn is_at_last_slash(&self) -> bool {
        self.at == Some(self.key.len())
    }
}
