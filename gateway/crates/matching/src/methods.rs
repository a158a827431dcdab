//! Methods as bits, so that a candidate's methods are tested with one `and`.

use http::Method;
use ringback_model::environment::Route;

/// How many different methods one table can tell apart: the bits of a set, one of them for every other method and one for
/// WebSockets.
pub(crate) const METHODS_MAX: usize = 62;

/// Some of a table's methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct MethodSet(u64);

/// The methods that a table's routes name; a method's place is its bit.
#[derive(Debug)]
pub(crate) struct Methods(Vec<Method>);

// === impl MethodSet ===

impl MethodSet {
    /// The opening of a WebSocket, which no method of a request is.
    pub(crate) const SOCKET: Self = Self(1 << 63);
    /// Every method, those that no route names too.
    pub(crate) const ALL: Self = Self(!Self::SOCKET.0);

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

// === impl Methods ===

impl Methods {
    /// The methods of routes. Absent: more than [`METHODS_MAX`].
    pub(crate) fn of(routes: &[Route]) -> Option<Self> {
        // The common ones first, so that most requests find theirs after a few comparisons.
        let common =
            [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];
        let mut methods = common.to_vec();
        for method in routes.iter().flat_map(|route| &route.methods) {
            if !methods.contains(method) {
                methods.push(method.clone());
            }
        }
        (methods.len() <= METHODS_MAX).then_some(Self(methods))
    }

    /// The set of one method: the last bit before that of WebSockets when no route names it.
    pub(crate) fn one(&self, method: &Method) -> MethodSet {
        let bit = self.0.iter().position(|known| known == method).unwrap_or(METHODS_MAX);
        MethodSet(1 << bit)
    }

    /// The set that a route takes by what it names.
    pub(crate) fn named(&self, methods: &[Method]) -> MethodSet {
        match methods {
            [] => MethodSet::ALL,
            named => named.iter().fold(MethodSet::default(), |set, method| set.with(self.one(method))),
        }
    }

    /// The methods of a set, the common ones first.
    pub(crate) fn list(&self, set: MethodSet) -> Vec<Method> {
        self.0.iter().filter(|method| set.meets(self.one(method))).cloned().collect()
    }
}
