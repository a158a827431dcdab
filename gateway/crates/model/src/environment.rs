//! An environment: one loaded document, whatever language it was written in. Config and import make it, the gateway runs
//! it; everything that a document can say is here, nothing that only running can know.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, StatusCode};

use crate::{
    callback::PolicyUse,
    ids::{BucketName, CallbackName, EnvironmentName, PluginName},
    json::Json,
    runtime_expression::RuntimeText,
    secret::{Secret, SecretName},
};

mod content;
mod host_pattern;
mod operation;
mod plugin;
mod route;
mod rules;
mod serving;

pub use content::{Body, FileBody};
pub use host_pattern::{HostPattern, HostPatternError};
pub use operation::{
    Constraint, ContentSchema, Delay, Dispatch, Example, Forward, JsonBody, JsonOperator, Operation, Place, Script,
    ScriptLanguage, Spread, Webhook, WebhookExample, elements_key, headers_key, parameters_key, parts_key,
};
pub use plugin::{BucketGrant, Grants, Instances, PluginDeclaration, Sha256, Sha256Error};
pub use route::{Answering, Mode, OnError, Response, Route, Streaming};
pub use rules::{Combine, Operator, Rule, Rules, Target};
pub use serving::{
    Alias, Conventions, Latency, MicrocksService, MicrocksSettings, MockoonAdmin, MockoonSettings, Proxy, Tls,
    TlsIdentity,
};

/// Where in the operator's files something was written, so that what goes wrong later can point there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The file, as the operator named it. Absent: it was not written in a file.
    pub file: Option<Arc<str>>,
    /// Bytes of the file: from, to.
    pub span: (usize, usize),
}

/// One loaded document.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name.
    pub name: EnvironmentName,
    /// The folder of its document, to which paths of files in it are relative.
    pub folder: PathBuf,
    /// Where it listens.
    pub listen: Listen,
    /// Absent: it listens without TLS.
    pub tls: Option<Tls>,
    /// Whose conventions hold where it leaves something open.
    pub conventions: Conventions,
    /// Waited before every answer.
    pub latency: Latency,
    /// Who answers what no route does. Absent: nobody.
    pub proxy: Option<Proxy>,
    /// Stands before every path; empty: nothing does.
    pub prefix: String,
    /// How its paths are written and matched.
    pub paths: PathRules,
    /// Under which other paths its routes are reached: the first that fits counts. Empty: under their own alone.
    pub aliases: Vec<Alias>,
    /// Which renderer its templates are written for.
    pub renderer: PluginName,
    /// Header fields of every response, before the response's own.
    pub headers: Vec<Header>,
    /// `content-type` of a response that has none. Absent: none is added.
    pub default_content_type: Option<HeaderValue>,
    /// In the order in which they are tried.
    pub routes: Vec<Route>,
    /// In the order of their declaration.
    pub buckets: Vec<Bucket>,
    /// What responses can refer to.
    pub callbacks: Vec<CallbackDefinition>,
    /// Calls that whoever fires them names a target for.
    pub webhooks: Vec<Webhook>,
    /// Plugins that its routes refer to.
    pub plugins: Vec<PluginDeclaration>,
    /// What its plugins can be let sign with.
    pub secrets: Vec<(SecretName, Secret)>,
    /// Which hosts callbacks may go to.
    pub egress: Egress,
}

/// An address to listen on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Listen {
    /// A host name or address; empty: every interface.
    pub host: String,
    /// The port; 0: any free one.
    pub port: u16,
}

/// How an environment's paths are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathRules {
    /// The language.
    pub syntax: PathSyntax,
    /// Whether `GET` routes answer `HEAD`, and `OPTIONS` is answered with `allow` where no route takes it.
    pub automatic_methods: bool,
}

/// The language that paths are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathSyntax {
    /// `/orders/{id}`, `/files/{*rest}`: OpenAPI's templates, and a last segment that takes all the rest.
    Template,
    /// `/orders/:id`, `/files/*`: Mockoon's, matched without regard to case or one trailing slash.
    Express,
}

/// A header field whose value may be a template.
#[derive(Debug, Clone)]
pub struct Header {
    /// The name.
    pub name: HeaderName,
    /// The value.
    pub value: Text,
}

/// A text that the operator wrote, which may hold template expressions.
#[derive(Debug, Clone)]
pub struct Text {
    /// As written, once the document's own escapes are resolved.
    pub source: Arc<str>,
    /// Whether it is rendered, or sent as it is.
    pub templated: bool,
    /// Where it was written.
    pub origin: Origin,
}

/// A named JSON document shared by an environment's routes.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Its name.
    pub name: BucketName,
    /// By what templates may know it beside its name. Absent: by nothing.
    pub id: Option<Arc<str>>,
    /// By what else an admin API may know it. Absent: by nothing.
    pub uuid: Option<Arc<str>>,
    /// Its content at start.
    pub seed: Seeding,
    /// Where it was written.
    pub origin: Origin,
}

/// A bucket's content at start.
#[derive(Debug, Clone)]
pub enum Seeding {
    /// This document.
    Value(Json),
    /// What this template renders to at start, read as JSON; a text that is not JSON becomes a string.
    Template(Text),
    /// What this template renders to for the first request to a route that refers to the bucket; its source until then.
    AtFirstUse(Text),
}

/// A callback that responses can refer to.
#[derive(Debug, Clone)]
pub struct CallbackDefinition {
    /// Its name, unique in the environment.
    pub name: CallbackName,
    /// The method.
    pub method: Text,
    /// The URL.
    pub url: CallbackUrl,
    /// Header fields.
    pub headers: Vec<Header>,
    /// The content.
    pub body: Body,
    /// Callbacks of one key are sent one after the other. Absent, or rendered empty: no order.
    pub ordering_key: Option<Text>,
    /// Who decides how it is delivered. Absent: one attempt, any 2xx is success.
    pub policy: Option<PolicyUse>,
    /// How long an attempt may take.
    pub timeout: Duration,
    /// Which statuses mean that it was taken, where no policy decides. Empty: any 2xx.
    pub expects: Vec<StatusRange>,
    /// Where it was written.
    pub origin: Origin,
}

/// Where a callback goes.
#[derive(Debug, Clone)]
pub enum CallbackUrl {
    /// To this URL; a path means the gateway itself, on the listener of this environment.
    Text(Text),
    /// To what OpenAPI's runtime expressions make of the request and its answer. What is not absolute is refused.
    Expression {
        /// The URL.
        url: RuntimeText,
        /// Added to its query, in this order.
        query: Vec<(String, Text)>,
    },
    /// To what whoever fires it names: of a webhook.
    Given {
        /// Added to its query, in this order.
        query: Vec<(String, Text)>,
    },
}

/// Statuses from one to another, both included: `201`, `2XX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRange {
    /// The lowest.
    pub from: u16,
    /// The highest.
    pub to: u16,
}

/// A response's use of a callback.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The index of the definition in [`Environment::callbacks`].
    pub callback: usize,
    /// Counted from the moment the response leaves.
    pub delay: Duration,
    /// Whether it waits until the one before it of the same response, which waits too, is settled.
    pub in_turn: bool,
}

/// Where outbound requests may go, beside what the gateway never allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Egress {
    /// Hosts by name. Empty: any.
    pub allow: Vec<HostPattern>,
    /// Whether loopback and private addresses may be called. Absent: yes while the environment listens on loopback.
    pub private: Option<bool>,
}

// === impl Environment ===

impl Environment {
    /// Whether anything in it is rendered.
    pub fn has_templates(&self) -> bool {
        let templated = |headers: &[Header]| headers.iter().any(|header| header.value.templated);
        let body =
            |body: &Body| body.templates().next().is_some() || matches!(body, Body::File(file) if file.templated);
        let callbacks = self.callbacks.iter().any(|callback| {
            let parts = [Some(&callback.method), callback.ordering_key.as_ref()];
            parts.into_iter().flatten().chain(callback.url.texts()).any(|text| text.templated)
                || templated(&callback.headers)
                || body(&callback.body)
        });
        let buckets = self.buckets.iter().any(|bucket| match &bucket.seed {
            Seeding::Template(text) | Seeding::AtFirstUse(text) => text.templated,
            Seeding::Value(_) => false,
        });
        let proxy = self.proxy.as_ref();
        let proxied = proxy.is_some_and(|p| templated(&p.request_headers) || templated(&p.response_headers));
        let tls = self.tls.as_ref().is_some_and(|tls| tls.texts().any(|text| text.templated));
        let mut responses = self.routes.iter().flat_map(Route::responses);
        let response = |r: &Response| body(&r.body) || templated(&r.headers) || r.rules.is_templated();
        templated(&self.headers) || callbacks || buckets || proxied || tls || responses.any(response)
    }
}

// === impl CallbackUrl ===

impl CallbackUrl {
    /// What of it may be rendered.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        let (url, query) = match self {
            Self::Text(url) => (Some(url), [].as_slice()),
            Self::Expression { query, .. } | Self::Given { query } => (None, query.as_slice()),
        };
        url.into_iter().chain(query.iter().map(|(_, value)| value))
    }
}

// === impl StatusRange ===

impl StatusRange {
    /// Whether a status is among them.
    pub fn holds(&self, status: StatusCode) -> bool {
        (self.from..=self.to).contains(&status.as_u16())
    }

    /// Reads a key of OpenAPI's `responses`: `201`, `2XX`. Absent: it is none of these.
    pub fn read(text: &str) -> Option<Self> {
        let one = |status: u16| Self { from: status, to: status };
        match text.as_bytes() {
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => {
                let from = u16::from(class - b'0') * 100;
                Some(Self { from, to: from + 99 })
            }
            [_, _, _] => text.parse().ok().filter(|status| (100..600).contains(status)).map(one),
            _ => None,
        }
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self { from, to } if from == to => write!(f, "{from}"),
            Self { from, to } if from.is_multiple_of(100) && to == from.saturating_add(99) => {
                write!(f, "{}XX", from / 100)
            }
            Self { from, to } => write!(f, "{from}-{to}"),
        }
    }
}

// === impl Text ===

impl Text {
    /// A text that is sent as it is.
    pub fn fixed(source: &str) -> Self {
        Self { source: source.into(), templated: false, origin: Origin::default() }
    }

    /// The path of a file, rendered if it holds a whole expression: something between `{{` and `}}`. Mockoon takes others as
    /// they are.
    pub fn path(source: &str, origin: Origin) -> Self {
        let templated = source.match_indices("{{").any(|(at, _)| {
            let inner = source.get(at + 2..).unwrap_or_default();
            inner.find('}').is_some_and(|end| end > 0 && inner.get(end..).is_some_and(|rest| rest.starts_with("}}")))
        });
        Self { templated, source: source.into(), origin }
    }

    /// A text that is rendered if it holds an expression: `{{`.
    pub fn template(source: &str, origin: Origin) -> Self {
        Self { templated: source.contains("{{"), source: source.into(), origin }
    }
}

// === impl Listen ===

impl Listen {
    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_template_where_an_expression_is_whole() {
        let templated = |path: &str| Text::path(path, Origin::default()).templated;
        assert!(["a/{{b}}", "{{{b}}}.json", "{{a}b}}{{c}}"].into_iter().all(templated));
        assert!(!["a/{{b", "{{}}", "{b}", "{{a}b}"].into_iter().any(templated));
    }

    #[test]
    fn statuses_are_read_by_number_and_by_class() {
        let read = |text: &str| StatusRange::read(text).map(|range| (range.from, range.to));
        assert_eq!(["204", "4XX", "2xx"].map(read), [Some((204, 204)), Some((400, 499)), Some((200, 299))]);
        assert_eq!(["default", "6XX", "99", "+20"].map(read), [None; 4]);
        let range = |from, to| StatusRange { from, to }.to_string();
        assert_eq!([range(204, 204), range(400, 499), range(200, 204)], ["204", "4XX", "200-204"]);
    }

    #[test]
    fn loopback_is_recognised() {
        let loopback = |host: &str| Listen { host: host.into(), port: 1 }.is_loopback();
        assert_eq!(["127.0.0.1", "::1", "localhost", "", "0.0.0.0"].map(loopback), [true, true, true, false, false]);
    }
}
