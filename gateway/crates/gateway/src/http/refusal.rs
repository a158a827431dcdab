//! What the gateway itself says no to. The only place where a kind of failure becomes a status and a body
//! (`application/problem+json`, RFC 9457); what the log gets is told apart from what the client may see.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ringback_model::fault::{FaultKind, PluginFault};
use serde_json::json;

/// The header that names the kind of a failure of the gateway itself, so that a test can tell it from a mocked one.
pub const ERROR_HEADER: HeaderName = HeaderName::from_static("ringback-error");

/// The header that says in a line what to do about a failure whose content is another tool's.
pub const HELP_HEADER: HeaderName = HeaderName::from_static("ringback-help");

/// Why a request got no answer of its route.
#[derive(Debug)]
pub struct Refusal {
    /// What kind of failure.
    pub kind: Kind,
    /// What the client may know.
    pub public: String,
    /// What only the log gets. Absent: nothing more.
    pub detail: Option<String>,
    /// The plugin's call that came to nothing. Absent: it was not a plugin's.
    pub fault: Option<Box<PluginFault>>,
    /// The route that was to answer. Absent: none was found, or not yet.
    pub route: Option<String>,
    /// What to do about it: lines for the client. Empty: nothing.
    pub hints: Vec<String>,
    /// After how many seconds it is worth coming back, for 503.
    pub retry_after_s: u32,
    /// Methods that the path has, for 405.
    pub allow: Option<HeaderValue>,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No route has this path.
    NoRoute,
    /// The path has other methods.
    Method,
    /// The request is none that a server of these conventions reads.
    Unreadable,
    /// No example of the operation is meant.
    NoExample,
    /// A parameter is not as the operation constrains it.
    Constraint,
    /// The content is not as its schema says.
    Schema,
    /// There is no schema to check the content with.
    NoSchema,
    /// The target can't be read.
    BadTarget,
    /// The session header is no session name.
    BadSession,
    /// The body is over its limit.
    BodyTooLarge,
    /// The body did not come in time or not whole.
    BodyIncomplete,
    /// Too many requests are in flight.
    Overloaded,
    /// No answer within the request timeout.
    TimedOut,
    /// A condition of a response can't be tried.
    Rules,
    /// The content of a response can't be made.
    Content,
    /// A plugin failed.
    Plugin,
    /// A plugin can't be had now.
    PluginUnavailable,
    /// The route's upstream did not answer.
    Upstream,
    /// The route's upstream did not answer in time.
    UpstreamTimedOut,
    /// A bucket changed under every attempt.
    Contended,
    /// The store failed or is full.
    Store,
    /// The answer is over its limit.
    AnswerTooLarge,
    /// The gateway has a defect.
    Defect,
}

/// A client that is told 503 may come back after this many seconds: longer than a burst, shorter than a patience.
const RETRY_AFTER_S: u32 = 1;

// === impl Kind ===

impl Kind {
    /// Every kind, for the test that walks the table.
    #[cfg(test)]
    const ALL: [Self; 23] = [
        Self::NoRoute,
        Self::Method,
        Self::Unreadable,
        Self::NoExample,
        Self::Constraint,
        Self::Schema,
        Self::NoSchema,
        Self::BadTarget,
        Self::BadSession,
        Self::BodyTooLarge,
        Self::BodyIncomplete,
        Self::Overloaded,
        Self::TimedOut,
        Self::Rules,
        Self::Content,
        Self::Plugin,
        Self::PluginUnavailable,
        Self::Upstream,
        Self::UpstreamTimedOut,
        Self::Contended,
        Self::Store,
        Self::AnswerTooLarge,
        Self::Defect,
    ];

    /// The table: status, the value of [`ERROR_HEADER`], the problem's title.
    fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoRoute => (StatusCode::NOT_FOUND, "no-route", "no route answers this request"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method", "the path has other methods"),
            Self::Unreadable => (StatusCode::BAD_REQUEST, "unreadable", "the request can't be read"),
            Self::NoExample => (StatusCode::BAD_REQUEST, "no-example", "no example answers this request"),
            Self::Constraint => (StatusCode::BAD_REQUEST, "constraint", "a parameter is not as it must be"),
            Self::Schema => (StatusCode::BAD_REQUEST, "schema", "the content is not as its schema says"),
            Self::NoSchema => (StatusCode::PRECONDITION_FAILED, "no-schema", "nothing says what the content may hold"),
            Self::BadTarget => (StatusCode::BAD_REQUEST, "bad-target", "the request target can't be read"),
            Self::BadSession => (StatusCode::BAD_REQUEST, "bad-session", "the session can't be used"),
            Self::BodyTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "the request body is too large"),
            Self::BodyIncomplete => (StatusCode::BAD_REQUEST, "body-incomplete", "the request body did not arrive"),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "too many requests are in flight"),
            Self::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "timed-out", "the answer took too long"),
            Self::Rules => (StatusCode::INTERNAL_SERVER_ERROR, "rules", "a condition can't be tried"),
            Self::Content => (StatusCode::INTERNAL_SERVER_ERROR, "content", "the content can't be made"),
            Self::Plugin => (StatusCode::INTERNAL_SERVER_ERROR, "plugin", "a plugin failed"),
            Self::PluginUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "plugin-unavailable", "a plugin is not available")
            }
            Self::Upstream => (StatusCode::BAD_GATEWAY, "upstream", "the upstream did not answer"),
            Self::UpstreamTimedOut => {
                (StatusCode::GATEWAY_TIMEOUT, "upstream-timed-out", "the upstream did not answer in time")
            }
            Self::Contended => {
                (StatusCode::SERVICE_UNAVAILABLE, "contended", "the bucket is changed by too many at once")
            }
            Self::Store => (StatusCode::SERVICE_UNAVAILABLE, "store", "the state can't be kept"),
            Self::AnswerTooLarge => (StatusCode::INTERNAL_SERVER_ERROR, "answer-too-large", "the answer is too large"),
            Self::Defect => (StatusCode::INTERNAL_SERVER_ERROR, "defect", "the gateway has a defect"),
        }
    }

    /// The status that a client gets.
    pub fn status(self) -> StatusCode {
        self.row().0
    }

    /// Whether it is what a route's `on-error` is about: who was to answer did not.
    pub fn is_the_routes(self) -> bool {
        matches!(
            self,
            Self::Content
                | Self::Plugin
                | Self::PluginUnavailable
                | Self::Upstream
                | Self::UpstreamTimedOut
                | Self::AnswerTooLarge
        )
    }

    /// Whether it is about a request that an operation of an API description does not take.
    pub fn is_an_operations(self) -> bool {
        matches!(self, Self::NoExample | Self::Constraint | Self::Schema | Self::NoSchema)
    }

    /// The kind's name, as in [`ERROR_HEADER`].
    pub fn name(self) -> &'static str {
        self.row().1
    }
}

// === impl Refusal ===

impl Refusal {
    /// A refusal with what the client may know.
    pub fn new(kind: Kind, public: impl Into<String>) -> Self {
        Self {
            kind,
            public: public.into(),
            detail: None,
            fault: None,
            route: None,
            hints: vec![],
            retry_after_s: RETRY_AFTER_S,
            allow: None,
        }
    }

    /// Names the route that was to answer.
    #[must_use]
    pub fn on_route(mut self, route: &str) -> Self {
        self.route = Some(route.into());
        self
    }

    /// Adds what only the log gets.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The answer's header fields and body.
    pub fn render(&self, instance: &str) -> (HeaderMap, Bytes) {
        let (status, name, title) = self.kind.row();
        let mut problem = json!({
            "type": "about:blank",
            "title": title,
            "status": status.as_u16(),
            "detail": self.public,
            "instance": instance,
        });
        if let Some(members) = problem.as_object_mut() {
            if let Some(route) = &self.route {
                members.insert("route".into(), json!(route));
            }
            if !self.hints.is_empty() {
                members.insert("help".into(), json!(self.hints));
            }
        }
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(ERROR_HEADER, HeaderValue::from_static(name));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after_s));
        }
        if let Some(allow) = &self.allow {
            headers.insert(header::ALLOW, allow.clone());
        }
        let mut body = serde_json::to_vec_pretty(&problem).unwrap_or_default();
        body.push(b'\n');
        (headers, body.into())
    }
}

impl From<PluginFault> for Refusal {
    fn from(fault: PluginFault) -> Self {
        let kind = match fault.kind {
            FaultKind::Saturated | FaultKind::Absent => Kind::PluginUnavailable,
            _ => Kind::Plugin,
        };
        let public = fault.to_string();
        Self { detail: fault.detail.clone(), fault: Some(Box::new(fault)), ..Self::new(kind, public) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_status_a_name_of_its_own_and_a_body_that_says_why() {
        let mut names = std::collections::BTreeSet::new();
        for kind in Kind::ALL {
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            assert!(names.insert(kind.name()));
            let (headers, body) = Refusal::new(kind, "because").on_route("GET /x").render("req-1-1");
            let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem["status"], kind.status().as_u16());
            assert_eq!(problem["detail"], "because");
            assert_eq!(problem["route"], "GET /x");
            assert_eq!(headers[ERROR_HEADER], kind.name());
            assert_eq!(headers.contains_key("retry-after"), kind.status() == 503);
        }
    }
}
