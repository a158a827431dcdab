//! An environment: one loaded document, whatever language it was written in. Config and import make it, the gateway runs
//! it; everything that a document can say is here, nothing that only running can know.

use std::{path::PathBuf, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, Method, StatusCode};

use crate::{
    ids::{BucketName, CallbackName, EnvironmentName, PluginName, RouteName},
    json::Json,
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
    /// Where it listens.
    pub listen: Listen,
    /// Stands before every path; empty: nothing does.
    pub prefix: String,
    /// How its paths are written and matched.
    pub paths: PathRules,
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
    /// Plugins that its routes refer to.
    pub plugins: Vec<PluginDeclaration>,
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

/// A method and path, and the answers it may give.
#[derive(Debug, Clone)]
pub struct Route {
    /// Its name, unique in the environment.
    pub name: RouteName,
    /// Which methods it takes. Empty: all.
    pub methods: Vec<Method>,
    /// The path as written, with its leading slash.
    pub path: String,
    /// Who answers.
    pub answer: Answering,
    /// Where it was written; a finer place for its path.
    pub origin: Origin,
}

/// Who answers a route's requests.
#[derive(Debug, Clone)]
pub enum Answering {
    /// One of these responses; there is at least one.
    Responses {
        /// The choice.
        mode: Mode,
        /// In the order of the document.
        responses: Vec<Response>,
    },
    /// A plugin answers the whole request.
    Responder(PluginName),
}

/// How one of several responses is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The default one, else the first.
    #[default]
    Default,
    /// One after the other, then from the start.
    Sequential,
    /// Any, from the gateway's seed.
    Random,
}

/// An answer that a route may give.
#[derive(Debug, Clone)]
pub struct Response {
    /// What the operator calls it. Absent: its status stands for it.
    pub label: Option<String>,
    /// The status, unless a template sets another.
    pub status: StatusCode,
    /// Header fields, over the environment's.
    pub headers: Vec<Header>,
    /// The content. Absent: none.
    pub body: Option<Text>,
    /// Waited before the answer is sent.
    pub latency: Duration,
    /// Scheduled when it is given, in this order.
    pub callbacks: Vec<Attachment>,
    /// Chosen when nothing else is.
    pub default: bool,
    /// Where it was written.
    pub origin: Origin,
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
}

/// A callback that responses can refer to.
#[derive(Debug, Clone)]
pub struct CallbackDefinition {
    /// Its name, unique in the environment.
    pub name: CallbackName,
    /// The method.
    pub method: Text,
    /// The URL; a path means the gateway itself, on the listener of this environment.
    pub url: Text,
    /// Header fields.
    pub headers: Vec<Header>,
    /// The content. Absent: none.
    pub body: Option<Text>,
    /// Callbacks of one key are sent one after the other. Absent, or rendered empty: no order.
    pub ordering_key: Option<Text>,
    /// How long an attempt may take.
    pub timeout: Duration,
    /// Where it was written.
    pub origin: Origin,
}

/// A response's use of a callback.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// The index of the definition in [`Environment::callbacks`].
    pub callback: usize,
    /// Counted from the moment the response leaves.
    pub delay: Duration,
}

/// A plugin that the operator declared.
#[derive(Debug, Clone)]
pub struct PluginDeclaration {
    /// Its name.
    pub name: PluginName,
    /// The component's file.
    pub path: PathBuf,
    /// What it may use.
    pub grants: Grants,
    /// Its own table, an object.
    pub config: serde_json::Value,
    /// How its instances live.
    pub instances: Instances,
    /// One instance's memory. Absent: [`INSTANCE_MEMORY_MAX_BYTES`](crate::limits::INSTANCE_MEMORY_MAX_BYTES).
    pub memory_max_bytes: Option<usize>,
    /// Where it was written.
    pub origin: Origin,
}

/// What a plugin may use. Nothing that is not named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Buckets, by name.
    pub buckets: BucketGrant,
    /// Hosts that its callbacks may go to. Empty: it may not schedule any.
    pub callback_hosts: Vec<HostPattern>,
}

/// Which buckets a plugin may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketGrant {
    /// These.
    Named(Vec<BucketName>),
    /// All of the environment that it renders for: bundled renderers.
    All,
}

/// How a plugin's instances live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Instances {
    /// A new one for each call.
    #[default]
    Fresh,
    /// One is used for about so many calls (the number is drawn around it), and retired by a trap.
    Warm {
        /// About how many calls.
        reuse: u32,
    },
}

/// Where outbound requests may go, beside what the gateway never allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Egress {
    /// Hosts by name. Empty: any.
    pub allow: Vec<HostPattern>,
    /// Whether loopback and private addresses may be called. Absent: yes while the environment listens on loopback.
    pub private: Option<bool>,
}

/// A host that may be called: `localhost`, `api.example.com:8443`, `*.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern {
    /// Lower case; with `*.` in front for all below it.
    host: String,
    /// Absent: any.
    port: Option<u16>,
}

/// Why a text is not a host pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a host: write `api.example.com`, `localhost:8080` or `*.example.com`")]
pub struct HostPatternError(String);

// === impl Environment ===

impl Environment {
    /// Whether anything in it is rendered.
    pub fn has_templates(&self) -> bool {
        let mut responses = self.routes.iter().flat_map(|route| match &route.answer {
            Answering::Responses { responses, .. } => responses.as_slice(),
            Answering::Responder(_) => &[],
        });
        let templated = |headers: &[Header]| headers.iter().any(|header| header.value.templated);
        let callbacks = self.callbacks.iter().any(|callback| {
            let parts =
                [Some(&callback.method), Some(&callback.url), callback.body.as_ref(), callback.ordering_key.as_ref()];
            parts.into_iter().flatten().any(|text| text.templated) || templated(&callback.headers)
        });
        let buckets =
            self.buckets.iter().any(|bucket| matches!(&bucket.seed, Seeding::Template(text) if text.templated));
        let body = |response: &Response| response.body.as_ref().is_some_and(|text| text.templated);
        templated(&self.headers) || callbacks || buckets || responses.any(|r| body(r) || templated(&r.headers))
    }
}

// === impl Text ===

impl Text {
    /// A text that is sent as it is.
    pub fn fixed(source: &str) -> Self {
        Self { source: source.into(), templated: false, origin: Origin::default() }
    }

    /// A text that is rendered if it holds an expression: `{{`.
    pub fn template(source: &str, origin: Origin) -> Self {
        Self { templated: source.contains("{{"), source: source.into(), origin }
    }
}

impl Default for BucketGrant {
    fn default() -> Self {
        Self::Named(vec![])
    }
}

impl BucketGrant {
    /// Whether a bucket may be used.
    pub fn allows(&self, bucket: &str) -> bool {
        match self {
            Self::Named(names) => names.iter().any(|name| name.as_str() == bucket),
            Self::All => true,
        }
    }
}

impl Listen {
    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

// === impl HostPattern ===

impl HostPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it holds a scheme, a path, or a wildcard that does not stand for whole labels in front.
    pub fn try_new(text: &str) -> Result<Self, HostPatternError> {
        let bad = || HostPatternError(text.into());
        let authority: http::uri::Authority = text.strip_prefix("*.").unwrap_or(text).parse().map_err(|_| bad())?;
        if authority.as_str().contains('@') || authority.host().contains('*') || authority.host().is_empty() {
            return Err(bad());
        }
        let wild = if text.starts_with("*.") { "*." } else { "" };
        Ok(Self { host: format!("{wild}{}", authority.host().to_ascii_lowercase()), port: authority.port_u16() })
    }

    /// Whether a URL's host (without port) and port are covered.
    pub fn matches(&self, host: &str, port: u16) -> bool {
        let host = host.to_ascii_lowercase();
        let named = match self.host.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == self.host,
        };
        named && self.port.is_none_or(|wanted| wanted == port)
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_patterns_match_whole_labels() {
        let pattern = |text| HostPattern::try_new(text).unwrap();
        assert!(pattern("*.Example.com").matches("api.example.com", 443));
        assert!(!pattern("*.example.com").matches("example.com", 443));
        assert!(!pattern("*.example.com").matches("badexample.com", 443));
        assert!(pattern("localhost:8080").matches("LOCALHOST", 8080));
        assert!(!pattern("localhost:8080").matches("localhost", 80));
        for bad in ["http://x", "a/b", "a.*.b", "", "u@h"] {
            assert!(HostPattern::try_new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn loopback_is_recognised() {
        let loopback = |host: &str| Listen { host: host.into(), port: 1 }.is_loopback();
        assert_eq!(["127.0.0.1", "::1", "localhost", "", "0.0.0.0"].map(loopback), [true, true, true, false, false]);
    }
}
