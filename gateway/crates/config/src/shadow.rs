//! Routes that can never answer, because those before them take all their requests: the first match wins.

use http::Method;
use ringback_diag::{position, quoted};
use ringback_model::environment::{Answering, Mode, Route};

use crate::{lower::Lowering, path::Path};

/// A lowered route, with what its shadow depends on.
pub(crate) struct Placed {
    pub(crate) route: Route,
    /// Absent: in Mockoon's language, whose shadows are seen when routes are indexed.
    pub(crate) path: Option<Path>,
}

/// Reports each route that those before it cover, alone or together.
pub(crate) fn report(routes: &[Placed], lowering: &mut Lowering<'_>) {
    for (index, later) in routes.iter().enumerate() {
        let before = routes
            .get(..index)
            .unwrap_or_default()
            .iter()
            .filter_map(|placed| Some((&placed.route, placed.path.as_ref()?)));
        let Some(path) = &later.path else { continue };
        if let Some(earlier) = taker(before, &later.route, path) {
            shadowed(earlier, &later.route, lowering);
        }
    }
}

/// The route that takes the last of a later one's requests, alone or after others. Absent: some are left to it.
pub(crate) fn taker<'a>(
    before: impl Iterator<Item = (&'a Route, &'a Path)>,
    later: &Route,
    path: &Path,
) -> Option<&'a Route> {
    let mut open = Methods::of(later);
    let is_socket = |route: &Route| matches!(route.answer, Answering::Socket { .. });
    let before = before.filter(|(route, _)| is_socket(route) == is_socket(later) && !leaves_some(route));
    before.filter(|(_, earlier)| earlier.covers(path)).map(|(earlier, _)| earlier).find(|earlier| {
        open.subtract(&Methods::of(earlier));
        open.is_empty()
    })
}

/// Whether a route leaves requests to those behind it.
fn leaves_some(route: &Route) -> bool {
    match &route.answer {
        Answering::Responses { mode, .. } | Answering::Collection { mode, .. } => *mode == Mode::Fallback,
        Answering::Socket { .. } | Answering::Examples(_) | Answering::Responder(_) | Answering::Upstream => false,
    }
}

fn shadowed(earlier: &Route, later: &Route, lowering: &mut Lowering<'_>) {
    let (first, second) = (quoted(earlier.name.as_str()), quoted(later.name.as_str()));
    let line = position(lowering.text, earlier.origin.span.0).line;
    let message = format!("route {second} can never answer: route {first} takes all its requests");
    let help = format!("move it above line {line}, where {first} is, or change its method or path");
    let place = later.origin.span.0..later.origin.span.1;
    lowering.mistake(&place, message, help);
}

/// Methods that no route took yet.
enum Methods {
    All,
    Some(Vec<Method>),
}

impl Methods {
    fn of(route: &Route) -> Self {
        if route.methods.is_empty() { Self::All } else { Self::Some(route.methods.clone()) }
    }

    fn subtract(&mut self, other: &Self) {
        match (&mut *self, other) {
            (_, Self::All) => *self = Self::Some(vec![]),
            (Self::Some(mine), Self::Some(theirs)) => mine.retain(|method| !theirs.contains(method)),
            (Self::All, Self::Some(_)) => {}
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Some(methods) if methods.is_empty())
    }
}
