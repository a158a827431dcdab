//! The table of an environment's routes: built once per load, then only read.

use std::sync::Arc;

use http::Method;
use ringback_model::{
    environment::{PathRules, PathSyntax, Route},
    http_values::Params,
};

use crate::{
    index::Index,
    methods::{METHODS_MAX, MethodSet, Methods},
    pattern::{Complaint, PatternError, Shape},
    subject::{KeyBuffer, Subject},
};

mod branch;

pub(crate) use self::branch::Branch;
use self::branch::branches;

/// The routes of one environment, ready to be looked up.
#[derive(Debug)]
pub struct RouteTable {
    pub(crate) rules: PathRules,
    pub(crate) methods: Methods,
    pub(crate) routes: Vec<Entry>,
    pub(crate) prefix: String,
    invalid: Vec<PatternError>,
    index: Index,
    branches: Vec<Branch>,
    /// All alternatives of all branches, in the order in which they are tried: the branch, and how it captures.
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
    /// Whether it may leave a request that it matches to later routes.
    pub(crate) may_decline: bool,
}

/// Where in a table a route was found: what [`RouteTable::find_after`] goes on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(usize);

/// What a method and path lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A route answers.
    Route {
        /// Its index.
        index: usize,
        /// What its path captured.
        params: Params,
        /// Whether the path is that of an item of a collection: the route's own, and `/:id` beneath it.
        item: bool,
        /// For going on from here, when the route declines.
        place: Place,
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
        let Some(methods) = Methods::of(routes) else {
            let complaint = Complaint::Methods(METHODS_MAX);
            return Err(vec![PatternError { route: None, span: 0..0, complaint }]);
        };
        let (branches, parsed, invalid) = branches(routes, &methods, rules, prefix);
        if rules.syntax == PathSyntax::Template && !invalid.is_empty() {
            return Err(invalid);
        }
        let prefix = shown_prefix(prefix);
        let entries =
            routes.iter().enumerate().map(|(index, route)| Entry::of(route, index, &branches, &prefix)).collect();
        let alternatives: Vec<(usize, Shape)> = parsed
            .into_iter()
            .enumerate()
            .flat_map(|(branch, sequences)| sequences.into_iter().map(move |tokens| (branch, Shape::of(tokens))))
            .collect();
        let takes = |branch: usize| branches.get(branch).map_or(MethodSet::default(), |branch| branch.takes);
        let index = Index::build(alternatives.iter().map(|(branch, shape)| (shape, takes(*branch))), rules.syntax);
        Ok(Self { rules, methods, routes: entries, prefix, invalid, index, branches, alternatives })
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

    /// What answers a request that a route was found for, and would rather leave to others: the next one in document order
    /// that matches. [`Found::NotFound`]: there is none.
    pub fn find_after(&self, declined: Place, method: &Method, path: &str) -> Found {
        let mut buffer = KeyBuffer::new();
        let subject = Subject::new(path, self.rules.syntax, &mut buffer);
        self.route(method, &subject, self.alternatives_before(declined.0 + 1)).unwrap_or(Found::NotFound)
    }

    /// Which route opens a WebSocket at a path: the first one. Requests never find those, nor sockets others. A path that is
    /// no percent-encoded UTF-8 is [`Found::NotFound`] (Mockoon).
    pub fn find_socket(&self, path: &str) -> Found {
        let mut buffer = KeyBuffer::new();
        let subject = Subject::new(path, self.rules.syntax, &mut buffer);
        self.first(MethodSet::SOCKET, &subject, 0).unwrap_or(Found::NotFound)
    }

    /// The first route that answers a method, of the alternatives from `from` on.
    fn route(&self, method: &Method, subject: &Subject<'_>, from: usize) -> Option<Found> {
        let mut found = self.first(self.methods.one(method), subject, from)?;
        if let Found::Route { as_get, place, .. } = &mut found {
            *as_get = *method == Method::HEAD && self.branches.get(place.0).is_some_and(|branch| branch.head_by_get);
        }
        Some(found)
    }

    fn first(&self, asked: MethodSet, subject: &Subject<'_>, mut from: usize) -> Option<Found> {
        loop {
            let order = self.index.first(subject.key(), from, |taken| taken.meets(asked))?;
            let (place, shape) = self.alternatives.get(order)?;
            let Branch { route: index, item, .. } = *self.branches.get(*place)?;
            let mut params = Params::new();
            match shape.capture(subject, &mut params) {
                Ok(()) => return Some(Found::Route { index, params, item, place: Place(*place), as_get: false }),
                // A capture may cut through an escape of a path that is well encoded: Mockoon goes on with the next route.
                Err(_) if self.rules.syntax == PathSyntax::Express => from = self.alternatives_before(place + 1),
                Err(bad) => return Some(Found::BadEscape { index, param: bad.param, raw: bad.raw }),
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
    fn shapes_of(&self, route: usize) -> impl Iterator<Item = &Shape> {
        self.branches_of(route).flat_map(|(branch, _)| self.shapes_of_branch(branch))
    }

    /// The paths of a route, with their places.
    pub(crate) fn branches_of(&self, route: usize) -> impl Iterator<Item = (usize, &Branch)> {
        let start = self.branches.partition_point(|branch| branch.route < route);
        let own = self.branches.iter().enumerate().skip(start);
        own.take_while(move |(_, branch)| branch.route == route)
    }

    /// What one of a route's paths stands for.
    pub(crate) fn shapes_of_branch(&self, branch: usize) -> impl Iterator<Item = &Shape> {
        let own = self.alternatives.iter().skip(self.alternatives_before(branch));
        own.take_while(move |(owner, _)| *owner == branch).map(|(_, shape)| shape)
    }

    /// How many alternatives the branches before one have.
    fn alternatives_before(&self, branch: usize) -> usize {
        self.alternatives.partition_point(|(owner, _)| *owner < branch)
    }

    /// The first route that matches a key, takes all of these methods, and never declines.
    pub(crate) fn first_taking_all(&self, key: &[u8], methods: MethodSet) -> Option<usize> {
        let mut from = 0;
        loop {
            let order = self.index.first(key, from, |taken| taken.holds(methods))?;
            let (branch, _) = self.alternatives.get(order)?;
            let route = self.branches.get(*branch)?.route;
            if !self.routes.get(route)?.may_decline {
                return Some(route);
            }
            from = order + 1;
        }
    }
}

// === impl Entry ===

impl Entry {
    fn of(route: &Route, index: usize, branches: &[Branch], prefix: &str) -> Self {
        let start = branches.partition_point(|branch| branch.route < index);
        let own = branches.iter().skip(start).take_while(|branch| branch.route == index);
        Self {
            methods: branch::methods(route).to_vec(),
            path: format!("{prefix}{}", route.path),
            takes: own.fold(MethodSet::default(), |taken, branch| taken.with(branch.takes)),
            may_decline: branch::may_decline(route),
        }
    }
}

/// The prefix with a slash before it and none after, or nothing.
fn shown_prefix(prefix: &str) -> String {
    match prefix.trim_matches('/') {
        "" => String::new(),
        bare => format!("/{bare}"),
    }
}

#[cfg(test)]
pub(crate) mod tests;
