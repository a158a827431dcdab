//! `upstream` and `on-error` of a route.

use http::Uri;
use ringback_diag::{listed, quoted, suggest};
use ringback_model::environment::{Answering, CallbackDefinition, OnError, Response};

use super::Lowering;
use crate::document::{self, At};

const ERROR: &str = "error";
const PASSTHROUGH: &str = "passthrough";
/// What stands before a response's label.
const FALLBACK: &str = "fallback:";

/// Whether a route says that one of its responses is given when its answer fails.
pub(super) fn falls_back(route: &document::Route) -> bool {
    route.on_error.as_ref().is_some_and(|on_error| on_error.value.starts_with(FALLBACK))
}

impl Lowering<'_> {
    /// Reads an upstream: scheme, host and what stands before the path of every request.
    pub(super) fn upstream(&mut self, text: Option<&At<String>>) -> Option<Uri> {
        let text = text?;
        let url = text.value.trim().parse::<Uri>().ok();
        let url = url.filter(|url| matches!(url.scheme_str(), Some("http" | "https")));
        let Some(url) = url.filter(|url| url.host().is_some_and(|host| !host.is_empty())) else {
            let message = format!("{} is not an absolute `http` or `https` URL", self.written(&text.span));
            self.wrong(&text.span, message, "write it like `https://api.example.com`");
            return None;
        };
        if text.value.contains(['?', '#', '@']) && !self.is_foreign() {
            let message = "an upstream has no query, no fragment and no user";
            self.wrong(&text.span, message, "leave it out: the request's own query is passed on");
        }
        Some(url)
    }

    /// What a client gets when the answer of a route fails.
    pub(super) fn on_error(
        &mut self,
        at: &At<document::Route>,
        name: &str,
        answer: &Answering,
        callbacks: &[CallbackDefinition],
    ) -> OnError {
        let route = &at.value;
        let own: Vec<Response> = match answer {
            Answering::Responses { responses, .. }
            | Answering::Collection { responses, .. }
            | Answering::Socket { responses, .. } => responses.clone(),
            Answering::Responder(_) => route.response.iter().map(|r| self.response(r, name, callbacks)).collect(),
            Answering::Examples(operation) => operation.examples.iter().map(|e| e.response.clone()).collect(),
            Answering::Upstream => vec![],
        };
        let Some(text) = &route.on_error else { return OnError::Error };
        match &*text.value {
            ERROR => {}
            PASSTHROUGH if route.upstream.is_none() => {
                let message = format!("route {} has no upstream to pass on to", quoted(name));
                self.wrong(&text.span, message, "add `upstream = \"https://api.example.com\"`");
            }
            PASSTHROUGH if matches!(answer, Answering::Upstream) => {
                let message = format!("route {} passes everything on already", quoted(name));
                self.doubt(&text.span, message, "leave `on-error` out");
            }
            PASSTHROUGH => return OnError::Passthrough,
            other => match other.strip_prefix(FALLBACK) {
                Some(label) => return self.fallback(text, label, own, name),
                None => {
                    let message = format!("{} is not what an error can become", self.written(&text.span));
                    let help = match suggest(other, [ERROR, PASSTHROUGH]) {
                        Some(near) => format!("did you mean {}?", quoted(near)),
                        None => "write `error`, `passthrough` or `fallback:LABEL`".into(),
                    };
                    self.wrong(&text.span, message, help);
                }
            },
        }
        OnError::Error
    }

    fn fallback(&mut self, text: &At<String>, label: &str, own: Vec<Response>, route: &str) -> OnError {
        if let Some(response) = own.iter().find(|response| response.label.as_deref() == Some(label)) {
            return OnError::Fallback(Box::new(response.clone()));
        }
        let labels = || own.iter().filter_map(|response| response.label.as_deref());
        let help = match (suggest(label, labels()), listed(labels())) {
            (Some(near), _) => format!("did you mean `{FALLBACK}{near}`?"),
            (None, Some(list)) => format!("labels: {list}"),
            (None, None) => format!("add a `[[route.response]]` with `label = \"{}\"`", label.escape_debug()),
        };
        self.wrong(&text.span, format!("route {} has no response labelled {}", quoted(route), quoted(label)), help);
        OnError::Error
    }
}
