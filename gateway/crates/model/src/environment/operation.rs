//! Operations of an API description, which answer with one of their examples. How the example is chosen follows Microcks'
//! dispatchers (`microcks.md`, section 2.4): a key is made of the request, and an example answers whose own request would
//! have made the same.

use std::{sync::Arc, time::Duration};

use http::{Method, Uri};

use super::{Origin, Response};
use crate::ids::PluginName;

mod key;

pub use key::{elements_key, headers_key, parameters_key, parts_key};

/// An operation and its examples.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name: `GET /pastry/{name}`.
    pub name: Arc<str>,
    /// What stands in front of the document's own paths in the route's: `/rest/API Pastry/2.0.0`, not percent-encoded. Empty:
    /// nothing does.
    pub base: Arc<str>,
    /// How one of several examples is chosen.
    pub dispatch: Dispatch,
    /// The name of the example that answers where none is chosen. Absent: the request is refused.
    pub fallback: Option<Arc<str>>,
    /// Which requests another server answers. Absent: none.
    pub forward: Option<Forward>,
    /// What must hold of a request before an example is chosen.
    pub constraints: Vec<Constraint>,
    /// Waited before the answer, from the moment the request came.
    pub delay: Delay,
    /// What requests may hold, where they are checked. Empty: the document says nothing.
    pub contents: Vec<ContentSchema>,
    /// In the order of the document; an operation of [`Forward::Always`] may have none.
    pub examples: Vec<Example>,
}

/// An example of an operation's answer.
#[derive(Debug, Clone)]
pub struct Example {
    /// Its name, which its request and its callbacks have too.
    pub name: Arc<str>,
    /// What the request that it is for makes of [`Operation::dispatch`]. Absent: it is chosen by its name alone, or, where
    /// nothing is dispatched, always fits.
    pub key: Option<Arc<str>>,
    /// The media type of its content: `application/json`. Absent: it has none.
    pub media_type: Option<Arc<str>>,
    /// What is answered. Its label is the example's name; it has no rules, and is no default.
    pub response: Response,
}

/// How one of several examples is chosen. A key is looked for among the keys of the examples, then among their names.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Dispatch {
    /// Any example fits: the first whose media type is asked for.
    #[default]
    Any,
    /// `URI_PARTS`: the values of these path parameters.
    Parts(Vec<Arc<str>>),
    /// `URI_PARAMS`, and `QUERY_ARGS`: the values of these query parameters.
    Parameters(Vec<Arc<str>>),
    /// `URI_ELEMENTS`: both.
    Elements {
        /// The path parameters.
        parts: Vec<Arc<str>>,
        /// The query parameters.
        parameters: Vec<Arc<str>>,
    },
    /// `QUERY_HEADER`: the values of these header fields, lower case.
    Headers(Vec<Arc<str>>),
    /// `JSON_BODY`: what a part of the content is.
    JsonBody(JsonBody),
    /// A responder plugin names the example, or the key: what it answers is the name, as text.
    Plugin(PluginName),
    /// `SCRIPT`, `GROOVY`, `JS`: a script returns the name of the example, or the key.
    Script(Script),
}

/// A script that names an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// What it is written in.
    pub language: ScriptLanguage,
    /// Its text.
    pub source: Arc<str>,
    /// The responder plugin that takes its place once one of this name serves: [`Dispatch::Plugin`].
    pub plugin: PluginName,
    /// Where it was written.
    pub origin: Origin,
}

/// What a script is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScriptLanguage {
    /// Groovy.
    Groovy,
    /// JavaScript.
    JavaScript,
}

/// A part of a request's JSON content, and which example it means.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonBody {
    /// A JSON Pointer (RFC 6901).
    pub pointer: Arc<str>,
    /// How the part is compared.
    pub operator: JsonOperator,
    /// By what it must be, the name of an example; in the order of the document.
    pub cases: Vec<(Arc<str>, Arc<str>)>,
    /// The name of the example for what no case takes. Absent: none.
    pub default: Option<Arc<str>>,
}

/// How a part of a JSON content is compared with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonOperator {
    /// Its text, numbers and booleans as text, is the case. A part that is missing is an empty text.
    Equals,
    /// It is a number within the case: `[1;5]`, `]1;5[`.
    Range,
    /// It is an array of a length within the case.
    Size,
    /// The case, a regular expression, takes its whole text.
    Regexp,
    /// The case is `found` where it is there, `null` included, `missing` where not.
    Presence,
}

/// Which requests another server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forward {
    /// `PROXY`: all. The server's scheme, authority and a path that stands before the document's own.
    Always(Uri),
    /// `PROXY_FALLBACK`: those for which no example is chosen.
    Unmatched(Uri),
}

/// What must hold of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// The parameter's name.
    pub name: Arc<str>,
    /// Where it is.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// Whether the answer carries the same header field.
    pub recopy: bool,
    /// A regular expression that takes its whole value, if it is there. Absent: any value will do.
    pub pattern: Option<Arc<str>>,
}

/// Where a request has a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// A header field.
    Header,
    /// A cookie.
    Cookie,
    /// In a form that is its content.
    Form,
}

/// How long an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Delay {
    /// The length that [`Delay::spread`] starts from.
    pub base: Duration,
    /// How far it varies.
    pub spread: Spread,
}

/// How a delay varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Spread {
    /// Not at all.
    #[default]
    Fixed,
    /// Any length up to the base.
    UpTo,
    /// The base, so many per cent more or less: at most 100.
    Percent(u8),
}

/// What requests of one media type may hold.
#[derive(Debug, Clone, PartialEq)]
pub struct ContentSchema {
    /// The media type: `application/json`, `application/*`.
    pub media_type: Arc<str>,
    /// A JSON Schema, complete: what it refers to lies in it. JSON text without blanks that mean nothing.
    pub schema: Arc<str>,
}

/// A call that no request causes: of OpenAPI's `webhooks`. Whoever fires it names the target.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Its name in the document.
    pub name: Arc<str>,
    /// The service that it belongs to, as `name:version`.
    pub service: Arc<str>,
    /// The method of its calls.
    pub method: Method,
    /// What can be sent: at least one, in the order of the document.
    pub examples: Vec<WebhookExample>,
}

/// One content of a webhook.
#[derive(Debug, Clone)]
pub struct WebhookExample {
    /// Its name.
    pub name: Arc<str>,
    /// The index of its definition in [`Environment::callbacks`](super::Environment::callbacks).
    pub callback: usize,
}

// === impl Spread ===

impl Spread {
    /// Reads Microcks' `delayStrategy`: `fixed`, `random`, `random-20`, whatever the case. What is unknown is fixed.
    pub fn read(text: &str) -> Self {
        let percent = |number: &str| number.parse().ok().map(|percent: u8| percent.min(100));
        let text = text.trim().to_ascii_lowercase();
        match text.strip_prefix("random") {
            Some("") => Self::UpTo,
            Some(rest) => rest.strip_prefix('-').and_then(percent).map_or(Self::Fixed, Self::Percent),
            None => Self::Fixed,
        }
    }
}

impl Delay {
    /// One of its lengths; `draw` is evenly spread over 0 to 1, 1 not included.
    pub fn length(&self, draw: f64) -> Duration {
        match self.spread {
            Spread::Fixed => self.base,
            Spread::UpTo => self.base.mul_f64(draw.clamp(0.0, 1.0)),
            Spread::Percent(percent) => {
                let share = f64::from(percent.min(100)) / 100.0;
                self.base.mul_f64(1.0 - share + 2.0 * share * draw.clamp(0.0, 1.0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strategy_is_read_whatever_its_case() {
        let read = ["fixed", "Random", "RANDOM-20", "random-x", "weekly"].map(Spread::read);
        assert_eq!(read, [Spread::Fixed, Spread::UpTo, Spread::Percent(20), Spread::Fixed, Spread::Fixed]);
        assert_eq!(Spread::read("random-200"), Spread::Percent(100));
    }

    #[test]
    fn a_delay_stays_within_its_spread() {
        let delay = |spread| Delay { base: Duration::from_millis(100), spread };
        assert_eq!(delay(Spread::Percent(20)).length(0.0), Duration::from_millis(80));
        assert_eq!(delay(Spread::UpTo).length(0.5), Duration::from_millis(50));
        assert_eq!(delay(Spread::Fixed).length(0.9), Duration::from_millis(100));
    }
}
