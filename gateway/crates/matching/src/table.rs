//! The table of an environment's routes: built once per load, then only read.

use std::sync::Arc;

use http::Method;
use ringback_model::{
    environment::{PathRules, PathSyntax, Route},
    http_values::Params,
};

use crate::{
    index::{Index, same_form},
    methods::{METHODS_MAX, MethodSet, Methods},
    pattern::{Complaint, PatternError, Shape, parse},
    subject::{KeyBuffer, Subject},
    tokens::Token,
};

/// The routes of one environment, ready to be looked up.
#[derive(Debug)]
pub struct RouteTable {
    pub(crate) rules: PathRules,
    pub(crate) methods: Methods,
    pub(crate) routes: Vec<Entry>,
    pub(crate) prefix: String,
    invalid: Vec<PatternError>,
    index: Index,
    /// All alternatives of all routes, in the order in which they are tried: the route, and how it captures.
    alternatives: Vec<(usize, Shape)>,
}

/// What a table keeps of a route.
#[derive(Debug)]
pub(crate) struct Entry {
    /// As the operator named them; empty: all.
    pub(crate) methods: Vec<Method>,
    /// With the prefix, as the operator wrote them.
    pub(crate) path: String,
    /// What it takes, `HEAD` included where it is taken for `GET`'s sake.
    pub(crate) takes: MethodSet,
    /// Whether it answers `HEAD` because it answers `GET`.
    head_by_get: bool,
}

/// What a method and path lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A route answers.
    Route {
        /// Its index.
        index: usize,
        /// What its path captured.
        params: Params,
        /// Whether the request is a `HEAD` that a `GET` route answers: as it would answer `GET`, without the content.
        as_get: bool,
    },
    /// The path is not percent-encoded UTF-8, so that no route was tried. Only in Express syntax, where it counts for every
    /// path, whether a route would match or not (Mockoon: 500, ``Failed to decode param '/p/%zz'``).
    BadPath {
        /// The path as it came, runs of `/` as one.
        path: String,
    },
    /// A route matches, but a parameter is not well percent-encoded, or not UTF-8 once decoded. No other route is tried.
    /// Only in templates.
    BadEscape {
        /// The route's index.
        index: usize,
        /// The parameter.
        param: Arc<str>,
        /// Its value as it came.
        raw: String,
    },
    /// An `OPTIONS` that the gateway answers itself. Only with [`PathRules::automatic_methods`].
    Options {
        /// For the `allow` field: what the path's routes take, `HEAD` and `OPTIONS` included.
        allow: Vec<Method>,
    },
    /// The path is known, with other methods. Only with [`PathRules::automatic_methods`]: without them a wrong method is
    /// like a wrong path, as in Mockoon.
    MethodNotAllowed {
        /// For the `allow` field: what the path's routes take, `HEAD` and `OPTIONS` included.
        allow: Vec<Method>,
    },
    /// Nothing matches.
    NotFound,
}

// === impl RouteTable ===

impl RouteTable {
    /// Compiles and arranges routes. `prefix` stands before every path; empty: none.
    ///
    /// In Express syntax a route whose path can't be read never answers, and the others do (Mockoon): [`invalid`] names it.
    ///
    /// # Errors
    /// In templates, every path that is not one, with the place of its fault; a fault of the prefix is reported once. In both,
    /// more methods than can be told apart.
    ///
    /// [`invalid`]: Self::invalid
    pub fn build(routes: &[Route], rules: PathRules, prefix: &str) -> Result<Self, Vec<PatternError>> {
        let (mut parsed, mut invalid) = (vec![], vec![]);
        for (index, route) in routes.iter().enumerate() {
            parsed.push(parse(index, &route.path, prefix, rules).unwrap_or_else(|error| {
                let known = error.route.is_none() && invalid.contains(&error);
                invalid.extend((!known).then_some(error));
                vec![]
            }));
        }
        if rules.syntax == PathSyntax::Template && !invalid.is_empty() {
            return Err(invalid);
        }
        let Some(methods) = Methods::of(routes) else {
            let complaint = Complaint::Methods(METHODS_MAX);
            return Err(vec![PatternError { route: None, span: 0..0, complaint }]);
        };
        let prefix = shown_prefix(prefix);
        let entries = entries(routes, &parsed, &methods, rules, &prefix);
        let alternatives: Vec<(usize, Shape)> = parsed
            .into_iter()
            .enumerate()
            .flat_map(|(route, sequences)| sequences.into_iter().map(move |tokens| (route, Shape::of(tokens))))
            .collect();
        let takes = |route: usize| entries.get(route).map_or(MethodSet::default(), |entry| entry.takes);
        let index = Index::build(alternatives.iter().map(|(route, shape)| (shape, takes(*route))), rules.syntax);
        Ok(Self { rules, methods, routes: entries, prefix, invalid, index, alternatives })
    }

    /// What is wrong with routes that never answer, because their path, or the prefix, can't be read. Only in Express syntax.
    pub fn invalid(&self) -> &[PatternError] {
        &self.invalid
    }

    /// What answers a request. `path` is the target's path as it came, still encoded, without the query.
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let mut buffer = KeyBuffer::new();
        let subject = Subject::new(path, self.rules.syntax, &mut buffer);
        if self.rules.syntax == PathSyntax::Express && !subject.is_decodable() {
            return Found::BadPath { path: subject.raw().to_owned() };
        }
        self.route(method, &subject, 0).unwrap_or_else(|| self.miss(method, &subject))
    }

    /// What answers a request that the route `declined` has found, and would rather leave to others: the next one in
    /// document order that matches. [`Found::NotFound`]: there is none.
    pub fn find_after(&self, declined: usize, method: &Method, path: &str) -> Found {
        let mut buffer = KeyBuffer::new();
        let subject = Subject::new(path, self.rules.syntax, &mut buffer);
        self.route(method, &subject, self.alternatives_before(declined + 1)).unwrap_or(Found::NotFound)
    }

    /// The first route that answers, of the alternatives from `from` on.
    fn route(&self, method: &Method, subject: &Subject<'_>, mut from: usize) -> Option<Found> {
        let asked = self.methods.one(method);
        loop {
            let order = self.index.first(subject.key(), from, |taken| taken.meets(asked))?;
            let (index, shape) = self.alternatives.get(order)?;
            let mut params = Params::new();
            match shape.capture(subject, &mut params) {
                Ok(()) => {
                    let by_get = || self.routes.get(*index).is_some_and(|entry| entry.head_by_get);
                    return Some(Found::Route { index: *index, params, as_get: *method == Method::HEAD && by_get() });
                }
                // A capture may cut through an escape of a path that is well encoded: Mockoon goes on with the next route.
                Err(_) if self.rules.syntax == PathSyntax::Express => from = self.alternatives_before(index + 1),
                Err(bad) => return Some(Found::BadEscape { index: *index, param: bad.param, raw: bad.raw }),
            }
        }
    }

    fn miss(&self, method: &Method, subject: &Subject<'_>) -> Found {
        let taken = self.index.methods(subject.key());
        if !self.rules.automatic_methods || taken == MethodSet::default() {
            return Found::NotFound;
        }
        let allow = self.methods.list(taken.with(self.methods.one(&Method::OPTIONS)));
        match *method {
            Method::OPTIONS => Found::Options { allow },
            _ => Found::MethodNotAllowed { allow },
        }
    }

    /// Whether a route's path matches, whatever the method.
    pub(crate) fn path_matches(&self, route: usize, subject: &Subject<'_>) -> bool {
        self.shapes_of(route).any(|shape| shape.matches(subject.key(), self.rules.syntax))
    }

    /// What a route's path stands for.
    pub(crate) fn shapes_of(&self, route: usize) -> impl Iterator<Item = &Shape> {
        let own = self
            .alternatives
            .iter()
            .skip(self.alternatives_before(route))
            .take_while(move |(owner, _)| *owner == route);
        own.map(|(_, shape)| shape)
    }

    /// How many alternatives the routes before one have.
    fn alternatives_before(&self, route: usize) -> usize {
        self.alternatives.partition_point(|(owner, _)| *owner < route)
    }

    /// The first route that matches a key and takes all of these methods.
    pub(crate) fn first_taking_all(&self, key: &[u8], methods: MethodSet) -> Option<usize> {
        let order = self.index.first(key, 0, |taken| taken.holds(methods))?;
        self.alternatives.get(order).map(|(route, _)| *route)
    }
}

/// The prefix with a slash before it and none after, or nothing.
fn shown_prefix(prefix: &str) -> String {
    match prefix.trim_matches('/') {
        "" => String::new(),
        bare => format!("/{bare}"),
    }
}

fn entries(
    routes: &[Route],
    parsed: &[Vec<Vec<Token>>],
    methods: &Methods,
    rules: PathRules,
    prefix: &str,
) -> Vec<Entry> {
    let head = methods.one(&Method::HEAD);
    // A route that names HEAD keeps it, wherever it stands: another one of the same path must not take it away.
    let naming_head: Vec<_> = routes
        .iter()
        .zip(parsed)
        .filter(|(route, _)| route.methods.contains(&Method::HEAD))
        .map(|(_, path)| path)
        .collect();
    let entry = |(route, path): (&Route, &Vec<Vec<Token>>)| {
        let head_by_get = rules.automatic_methods
            && route.methods.contains(&Method::GET)
            && !naming_head.iter().any(|other| same_paths(other, path));
        let named = methods.named(&route.methods);
        Entry {
            methods: route.methods.clone(),
            path: format!("{prefix}{}", route.path),
            takes: if head_by_get { named.with(head) } else { named },
            head_by_get,
        }
    };
    routes.iter().zip(parsed).map(entry).collect()
}

/// Whether two paths match the same texts whatever their parameters are called.
fn same_paths(a: &[Vec<Token>], b: &[Vec<Token>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_form(a, b))
}

#[cfg(test)]
pub(crate) mod tests;
