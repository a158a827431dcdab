//! The paths of routes, each with what it takes: one for most routes, two for a collection.

use http::Method;
use ringback_model::environment::{Answering, Mode, PathRules, PathSyntax, Route};

use crate::{
    index::same_form,
    methods::{MethodSet, Methods},
    pattern::{PatternError, parse},
    tokens::Token,
};

/// What a collection takes as a whole (Mockoon: `crudRoutesBuilder`).
const COLLECTION: &[Method] = &[Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
/// What an item of one takes.
const ITEM: &[Method] = &[Method::GET, Method::PUT, Method::PATCH, Method::DELETE];

/// A path of a route.
#[derive(Debug)]
pub(crate) struct Branch {
    /// The route's index.
    pub(crate) route: usize,
    /// Whether it is the path of a collection's items.
    pub(crate) item: bool,
    /// What it takes, `HEAD` included where it is taken for `GET`'s sake.
    pub(crate) takes: MethodSet,
    /// Whether it answers `HEAD` because it answers `GET`.
    pub(crate) head_by_get: bool,
}

/// A path's alternatives, in the order in which they are tried. None: it can't be read.
type Alternatives = Vec<Vec<Token>>;

/// The methods that a route names. None: it takes all, or is a WebSocket.
pub(super) fn methods(route: &Route) -> &[Method] {
    match route.answer {
        Answering::Collection { .. } => COLLECTION,
        _ => &route.methods,
    }
}

/// Whether a route may leave a request that it matches to later routes.
pub(super) fn may_decline(route: &Route) -> bool {
    match route.answer {
        Answering::Responses { mode, .. } | Answering::Collection { mode, .. } => mode == Mode::Fallback,
        Answering::Socket { .. } | Answering::Examples(_) | Answering::Responder(_) | Answering::Upstream => false,
    }
}

/// All paths of routes, in the order in which they are tried; what each stands for; and what is wrong, at most one error for
/// each route and one for the prefix.
pub(super) fn branches(
    routes: &[Route],
    known: &Methods,
    rules: PathRules,
    prefix: &str,
) -> (Vec<Branch>, Vec<Alternatives>, Vec<PatternError>) {
    let (mut branches, mut parsed, mut invalid): (Vec<_>, Vec<_>, Vec<PatternError>) = (vec![], vec![], vec![]);
    for (index, route) in routes.iter().enumerate() {
        for (item, path) in paths(route, rules.syntax) {
            parsed.push(parse(index, &path, prefix, rules).unwrap_or_else(|mut error| {
                error.span = error.span.start.min(route.path.len())..error.span.end.min(route.path.len());
                if !invalid.iter().any(|other| other.route == error.route) {
                    invalid.push(error);
                }
                vec![]
            }));
            let takes = match (&route.answer, item) {
                (Answering::Socket { .. }, _) => MethodSet::SOCKET,
                (_, true) => known.named(ITEM),
                (_, false) => known.named(methods(route)),
            };
            branches.push(Branch { route: index, item, takes, head_by_get: false });
        }
    }
    if rules.automatic_methods {
        answer_head(&mut branches, &parsed, known.one(&Method::GET), known.one(&Method::HEAD));
    }
    (branches, parsed, invalid)
}

/// The paths of a route, and whether each is that of items.
fn paths(route: &Route, syntax: PathSyntax) -> Vec<(bool, String)> {
    let own = (false, route.path.clone());
    let id = if syntax == PathSyntax::Express { ":id" } else { "{id}" };
    match route.answer {
        Answering::Collection { .. } => vec![own, (true, format!("{}/{id}", route.path.trim_end_matches('/')))],
        _ => vec![own],
    }
}

/// Lets what names `GET` answer `HEAD`, unless another of the same path names `HEAD`: that one keeps it, wherever it stands.
fn answer_head(branches: &mut [Branch], parsed: &[Alternatives], get: MethodSet, head: MethodSet) {
    let names = |branch: &Branch, method| branch.takes != MethodSet::ALL && branch.takes.meets(method);
    let naming_head: Vec<&Alternatives> =
        branches.iter().zip(parsed).filter(|(branch, _)| names(branch, head)).map(|(_, path)| path).collect();
    for (branch, path) in branches.iter_mut().zip(parsed) {
        if names(branch, get) && !naming_head.iter().any(|other| same_paths(other, path)) {
            branch.takes = branch.takes.with(head);
            branch.head_by_get = true;
        }
    }
}

/// Whether two paths match the same texts whatever their parameters are called.
fn same_paths(a: &[Vec<Token>], b: &[Vec<Token>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_form(a, b))
}
