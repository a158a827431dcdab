//! A service, as its documents and artifacts describe it together, before the gateway's words are found for it.

use std::{sync::Arc, time::Duration};

use http::{HeaderName, Method, StatusCode};
use ringback_model::environment::{Constraint, Place, Spread, StatusRange, Text};

use super::library::Spot;

/// An API in one version.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: Arc<str>,
    pub(super) version: Arc<str>,
    /// How its schemas are written.
    pub(super) dialect: Dialect,
    /// In the order of the document.
    pub(super) operations: Vec<Operation>,
    pub(super) webhooks: Vec<Call>,
}

/// How schemas are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// OpenAPI 3.0: `nullable`, boolean `exclusiveMinimum`.
    Three,
    /// JSON Schema 2020-12: OpenAPI 3.1 and later.
    JsonSchema,
}

/// An operation of a path.
#[derive(Debug)]
pub(super) struct Operation {
    /// `GET /pets/{id}`.
    pub(super) name: Arc<str>,
    pub(super) method: Method,
    /// Without blanks around it.
    pub(super) path: Arc<str>,
    /// Its `operationId`.
    pub(super) id: Option<Arc<str>>,
    /// Where its method was written.
    pub(super) at: Spot,
    pub(super) settings: Settings,
    /// Those of the path and its own.
    pub(super) parameters: Vec<Parameter>,
    /// Its examples: requests with their answers.
    pub(super) pairs: Vec<Pair>,
    /// Whether any response has an example, be it of use or not.
    pub(super) has_examples: bool,
    /// What an answer can be made of where there is no example: the media types of one response.
    pub(super) models: Vec<Model>,
    /// The response that is best answered without content.
    pub(super) bare: Option<Bare>,
    pub(super) calls: Vec<Call>,
    /// What its requests may hold: media types and schemas.
    pub(super) contents: Vec<(Arc<str>, Spot)>,
}

/// What `x-microcks-operation` and APIMetadata say.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) dispatcher: Option<Spot>,
    pub(super) rules: Option<Spot>,
    pub(super) delay: Option<Duration>,
    pub(super) spread: Option<Spread>,
    pub(super) constraints: Vec<Constraint>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: Arc<str>,
    pub(super) place: Place,
    pub(super) required: bool,
    /// Whether the operation declares it, not its path: only then a request without it is refused, as Microcks has it.
    pub(super) is_own: bool,
    /// Whether an array's elements and an object's members stand by themselves. Absent: as its place has it.
    pub(super) explode: Option<bool>,
    pub(super) style: Option<Arc<str>>,
    pub(super) schema: Option<Spot>,
    /// Names of an object's properties, which stand for the parameter's own name in queries.
    pub(super) properties: Vec<Arc<str>>,
    pub(super) examples: Vec<Named>,
    pub(super) at: Spot,
}

/// A value by its name.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// Absent: it is the only one, of `example`.
    pub(super) name: Option<Arc<str>>,
    /// Where it is.
    pub(super) at: Spot,
    /// As data. Absent: it is only known as text.
    pub(super) data: Option<Spot>,
    /// As it is sent. Absent: it is written from the data.
    pub(super) sent: Option<Arc<str>>,
}

/// A request and its answer.
#[derive(Debug)]
pub(super) struct Pair {
    /// Absent: there is but one, which has no name.
    pub(super) name: Option<Arc<str>>,
    pub(super) request: Request,
    pub(super) status: StatusCode,
    pub(super) media_type: Option<Arc<str>>,
    pub(super) headers: Vec<(HeaderName, Text)>,
    pub(super) body: Option<Text>,
    /// The key that it is found by, where a plugin gives keys. Absent: what the dispatcher makes of the request.
    pub(super) criteria: Option<Arc<str>>,
    pub(super) at: Spot,
}

/// What an example's request holds: names and values.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    pub(super) path: Vec<(Arc<str>, Arc<str>)>,
    pub(super) query: Vec<(Arc<str>, Arc<str>)>,
    /// Names in lower case.
    pub(super) headers: Vec<(Arc<str>, Arc<str>)>,
}

/// What an answer can be made of.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) status: StatusCode,
    pub(super) media_type: Arc<str>,
    pub(super) schema: Spot,
}

/// A response that is answered without content.
#[derive(Debug, Clone)]
pub(super) struct Bare {
    pub(super) status: StatusCode,
    /// Whether it has a content, of which there is no example.
    pub(super) has_content: bool,
    pub(super) headers: Vec<(HeaderName, Text)>,
    pub(super) at: Spot,
}

/// A call that a callback or a webhook describes.
#[derive(Debug)]
pub(super) struct Call {
    /// The callback's name, or the webhook's.
    pub(super) name: Arc<str>,
    /// Where its URL is said: a runtime expression.
    pub(super) expression: Spot,
    pub(super) method: Method,
    pub(super) order: Option<f64>,
    /// Waited before it, after the one before it.
    pub(super) delay: Option<Duration>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) bodies: Vec<CallBody>,
    /// The examples that it belongs to, where no body says so. Empty: to all.
    pub(super) names: Vec<Arc<str>>,
    pub(super) expects: Vec<StatusRange>,
    pub(super) at: Spot,
}

/// A content of a call.
#[derive(Debug)]
pub(super) struct CallBody {
    /// Absent: it fits every example.
    pub(super) name: Option<Arc<str>>,
    pub(super) media_type: Arc<str>,
    pub(super) text: Text,
}

/// The name of an example that has none.
pub(super) const UNNAMED: &str = "example";

// === impl Service ===

impl Service {
    /// Whether the examples of most operations say which requests they answer, by values of path parameters, as they must for
    /// Microcks. Where they do not, the document describes an API, and every request of an operation is answered.
    pub(super) fn says_what_it_answers(&self) -> bool {
        let has_named = |operation: &&Operation| operation.pairs.iter().any(|pair| pair.name.is_some());
        let templated: Vec<_> =
            self.operations.iter().filter(has_named).filter(|operation| operation.path.contains('{')).collect();
        let saying =
            templated.iter().filter(|operation| operation.pairs.iter().any(|pair| !pair.request.path.is_empty()));
        match templated.len() {
            0 => self.operations.iter().any(Operation::tells_requests_apart),
            all => 2 * saying.count() >= all,
        }
    }
}

// === impl Bare ===

impl Bare {
    /// How well it answers: what succeeds best, then what sends the client elsewhere; what has no content anyway before the
    /// rest.
    pub(super) fn rank(&self) -> (u8, bool) {
        let of_status = match self.status {
            status if status.is_success() => 0,
            status if status.is_redirection() => 1,
            _ => 2,
        };
        (of_status, self.has_content)
    }
}

// === impl Pair ===

impl Pair {
    pub(super) fn called(&self) -> Arc<str> {
        self.name.clone().unwrap_or_else(|| UNNAMED.into())
    }
}

// === impl Operation ===

impl Operation {
    /// Whether any example of a request says that it is about certain requests.
    pub(super) fn tells_requests_apart(&self) -> bool {
        let is_told =
            |request: &Request| !(request.path.is_empty() && request.query.is_empty() && request.headers.is_empty());
        self.pairs.iter().any(|pair| is_told(&pair.request))
    }

    /// The names of its path's parameters, in their order.
    pub(super) fn path_names(&self) -> Vec<Arc<str>> {
        let names = self.path.split('{').skip(1).filter_map(|part| part.split_once('}'));
        names.map(|(name, _)| name.into()).collect()
    }
}
