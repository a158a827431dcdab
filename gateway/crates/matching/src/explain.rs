//! Why a request met no route, for the person who has to mend it: what was nearest, what differs, what to add. Not on the
//! hot path, but a client decides how often it runs, so its cost per route is small and bounded.

use std::fmt;

use http::Method;
use ringback_model::environment::PathSyntax;
use smallvec::SmallVec;

use crate::{
    methods::MethodSet,
    subject::{KeyBuffer, Subject},
    table::{Entry, RouteTable},
};

/// How many routes an explanation names: more than these nobody reads, and the journal keeps them.
const LINES_MAX: usize = 5;
/// The highest cost at which a route is called near: a misspelt segment or two missing ones.
const NEAR_COST_MAX: usize = 9;
/// What a segment costs that the route or the request lacks.
const LACKING_COST: usize = 4;
/// What two segments cost that have little in common.
const UNRELATED_COST: usize = 10;
/// Longer segments are not compared letter by letter: the cost of that grows with the square.
const COMPARED_MAX_BYTES: usize = 64;
/// How much of a client's text a message repeats.
const QUOTED_MAX_CHARS: usize = 120;

/// What to tell a client whose request no route answers. Its `Display` is the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The method asked for.
    pub method: Method,
    /// The path asked for, without the environment's prefix.
    pub path: String,
    /// The nearest route. Absent: none is near.
    pub nearest: Option<Near>,
    syntax: PathSyntax,
}

/// A route that did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Its index.
    pub route: usize,
    /// Its methods and path: `POST /orders`.
    pub label: String,
    /// Why it did not answer.
    pub difference: Difference,
}

/// Why a route does not answer a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It does; the first such route is the one that answers.
    None,
    /// Its path matches, its methods are others.
    Method,
    /// These segments of the request are others in the route.
    Segments(String),
    /// The request has these segments more. Empty: a slash at its end.
    More(String),
    /// The request lacks these segments. Empty: a slash at its end.
    Less(String),
    /// Its parameters don't fit.
    Form,
}

impl RouteTable {
    /// For each of the nearest routes, nearest first, a line that says why it does not answer; then how many others there are.
    pub fn explain(&self, method: &Method, path: &str) -> Vec<String> {
        let mut buffer = KeyBuffer::new();
        let asked = Asked::new(self, method, path, &mut buffer);
        let mut costs: Vec<(usize, usize)> = (0..self.routes.len()).map(|route| (asked.cost(route), route)).collect();
        costs.sort_unstable();
        let nearest = costs.iter().take(LINES_MAX).filter_map(|(_, route)| asked.near(*route));
        let mut lines: Vec<String> = nearest.map(|near| near.to_string()).collect();
        let others = costs.len() - lines.len();
        if others > 0 {
            lines.push(format!("and {others} other routes"));
        }
        lines
    }

    /// What to tell a client whose request no route answers.
    pub fn nearest(&self, method: &Method, path: &str) -> Advice {
        let mut buffer = KeyBuffer::new();
        let asked = Asked::new(self, method, path, &mut buffer);
        let first = (0..self.routes.len()).map(|route| (asked.cost(route), route)).min();
        let nearest = first.filter(|(cost, _)| *cost <= NEAR_COST_MAX).and_then(|(_, route)| asked.near(route));
        let own = path.strip_prefix(self.prefix.as_str()).filter(|own| own.starts_with('/')).unwrap_or(path);
        Advice { method: method.clone(), path: own.to_owned(), nearest, syntax: self.rules.syntax }
    }
}

/// A request that is compared with routes, one by one.
struct Asked<'a> {
    table: &'a RouteTable,
    method: MethodSet,
    subject: Subject<'a>,
    segments: Segments<'a>,
}

/// Most paths have at most eight.
type Segments<'a> = SmallVec<[&'a str; 8]>;

// === impl Asked ===

impl<'a> Asked<'a> {
    fn new(table: &'a RouteTable, method: &Method, path: &'a str, buffer: &'a mut KeyBuffer) -> Self {
        let subject = Subject::new(path, table.rules.syntax, buffer);
        Self { table, method: table.methods.one(method), subject, segments: segments(path) }
    }

    /// How far a route is from answering: 0 when it answers.
    fn cost(&self, route: usize) -> usize {
        let Some(entry) = self.table.routes.get(route) else { return usize::MAX };
        let method = usize::from(!entry.takes.meets(self.method));
        let path = match self.table.path_matches(route, &self.subject) {
            true => 0,
            false => distance(self.rest(&segments(&entry.path))),
        };
        method + path
    }

    /// Why a route does not answer.
    fn near(&self, route: usize) -> Option<Near> {
        let entry = self.table.routes.get(route)?;
        let difference = match self.table.path_matches(route, &self.subject) {
            true if entry.takes.meets(self.method) => Difference::None,
            true => Difference::Method,
            false => match self.rest(&segments(&entry.path)) {
                ([], []) => Difference::Form,
                ([], more) => Difference::More(more.join("/")),
                (less, []) => Difference::Less(less.join("/")),
                (_, got) => Difference::Segments(got.join("/")),
            },
        };
        Some(Near { route, label: entry.label(), difference })
    }

    /// What differs between a route's segments and the request's once those that agree at both ends are set aside.
    fn rest<'w>(&self, wanted: &'w [&'w str]) -> (&'w [&'w str], &[&'a str]) {
        let agree = |(wanted, got): &(&&str, &&str)| match self.table.rules.syntax {
            syntax if is_variable(wanted, syntax) => !got.is_empty(),
            PathSyntax::Template => wanted == got,
            PathSyntax::Express => wanted.eq_ignore_ascii_case(got),
        };
        let ahead = wanted.iter().zip(&self.segments).take_while(agree).count();
        let wanted = wanted.get(ahead..).unwrap_or_default();
        let got = self.segments.get(ahead..).unwrap_or_default();
        // From behind, a parameter would agree with anything: only where the segments stand in the same place.
        let in_place = wanted.len() == got.len();
        let alike = |pair: &(&&str, &&str)| agree(pair) && (in_place || pair.0 == pair.1);
        let behind = wanted.iter().rev().zip(got.iter().rev()).take_while(alike).count();
        (wanted.get(..wanted.len() - behind).unwrap_or_default(), got.get(..got.len() - behind).unwrap_or_default())
    }
}

fn segments(path: &str) -> Segments<'_> {
    path.strip_prefix('/').unwrap_or(path).split('/').collect()
}

fn is_variable(segment: &str, syntax: PathSyntax) -> bool {
    match syntax {
        PathSyntax::Template => segment.contains('{'),
        PathSyntax::Express => segment.contains([':', '*', '{', '(']),
    }
}

fn distance(apart: (&[&str], &[&str])) -> usize {
    match apart {
        ([], []) => LACKING_COST,
        ([], [""]) | ([""], []) => 1,
        (wanted, got) if wanted.len() == got.len() => wanted.iter().zip(got).map(|(a, b)| letters(a, b)).sum(),
        ([], some) | (some, []) => LACKING_COST * some.len(),
        (wanted, got) => UNRELATED_COST + LACKING_COST * wanted.len().abs_diff(got.len()),
    }
}

fn letters(wanted: &str, got: &str) -> usize {
    let longer = wanted.len().max(got.len());
    if longer > COMPARED_MAX_BYTES || longer > 2 * wanted.len().min(got.len()) {
        return UNRELATED_COST;
    }
    let edits = strsim::osa_distance(wanted, got);
    if edits * 2 > longer { UNRELATED_COST } else { edits }
}

/// A client's text as a message repeats it.
fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED_MAX_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// A text as a TOML basic string.
fn toml_string(text: &str) -> String {
    let mut string = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => string.extend(['\\', character]),
            control if control.is_control() => string.push_str(&format!("\\u{:04X}", u32::from(control))),
            _ => string.push(character),
        }
    }
    string.push('"');
    string
}

// === impl Entry ===

impl Entry {
    /// Methods and path: `POST /orders`, `GET|PUT /orders/{id}`, `ANY /files/{*rest}`.
    pub(crate) fn label(&self) -> String {
        let methods: Vec<&str> = self.methods.iter().map(Method::as_str).collect();
        match methods.as_slice() {
            [] => format!("ANY {}", self.path),
            _ => format!("{} {}", methods.join("|"), self.path),
        }
    }
}

// === impl Advice ===

impl Advice {
    /// The TOML that would add a route for the request. Absent: the environment is not written in TOML.
    pub fn toml(&self) -> Option<String> {
        let braces_encoded = self.path.replace('{', "%7B").replace('}', "%7D");
        (self.syntax == PathSyntax::Template).then(|| {
            format!(
                "[[route]]\nmethod = {}\npath = {}\nstatus = 200\nbody = \"\"\n",
                toml_string(self.method.as_str()),
                toml_string(&braces_encoded),
            )
        })
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "no route answers `{} {}`", self.method, quoted(&self.path))?;
        if let Some(near) = &self.nearest {
            writeln!(f, "nearest: `{}` ({})", near.label, near.difference)?;
        }
        match self.toml() {
            Some(toml) if self.path.chars().count() <= QUOTED_MAX_CHARS => write!(f, "add it with:\n{toml}"),
            _ => writeln!(f, "add it to the environment's routes"),
        }
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.label, self.difference)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("matches"),
            Self::Method => f.write_str("same path, other method"),
            Self::More(more) if more.is_empty() => f.write_str("path has a `/` more at its end"),
            Self::Less(less) if less.is_empty() => f.write_str("path lacks the `/` at its end"),
            Self::Segments(got) => write!(f, "path differs in `{}`", quoted(got)),
            Self::More(more) => write!(f, "path has `{}` more", quoted(more)),
            Self::Less(less) => write!(f, "path lacks `{}`", quoted(less)),
            Self::Form => f.write_str("path has another form"),
        }
    }
}
