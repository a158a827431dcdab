//! Callbacks made ready.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, header};
use ringback_diag::{Diagnostic, Severity};
use ringback_model::{
    callback::{Outgoing, OutgoingError},
    environment::{Attachment, Body, CallbackDefinition, CallbackUrl, Conventions, Header, Text, Webhook},
    http_values::is_hop_by_hop,
    ids::RouteName,
    ports::Purpose,
    runtime_expression::{Part, RuntimeText},
};

use super::{Making, placed};
use crate::{
    respond::absolute,
    site::{CallbackPlan, ContentPlan, OutgoingPlan, Piece, UrlPlan, WebhookPlan},
};

/// Stands for the gateway's own address where only the shape of a URL is looked at.
const SOME_ORIGIN: &str = "http://localhost";

impl Making<'_> {
    /// Makes a response's use of a callback ready. Absent: something is wrong with it, and was said.
    pub(super) fn callback(&mut self, attachment: &Attachment) -> Option<CallbackPlan> {
        let definition = self.environment.callbacks.get(attachment.callback)?;
        let whose = |what: &str| format!("{what} of callback `{}`", definition.name);
        let method = self.gathering.piece(&definition.method, Purpose::Callback, || whose("method"));
        let url = self.callback_url(definition);
        let headers = self.callback_headers(definition);
        let content = self.callback_content(definition);
        let fixed = match (&definition.url, &url) {
            (CallbackUrl::Text(written), UrlPlan::Text { url, .. }) => {
                fixed(definition, written, &method, url, &headers, &content)
            }
            (CallbackUrl::Expression { url, .. }, _) => sendable(definition, url).map(|()| None),
            _ => Ok(None),
        };
        // Another tool's document runs: what can't be sent is told each time, and the other callbacks go out.
        let mockoon = self.environment.conventions.mockoon().is_some();
        let fixed = match fixed {
            Err(error) => {
                let error = Diagnostic::error(format!("{} can't be sent: {error}", whose("request")));
                let severity = if self.is_another_tools() { Severity::Warning } else { Severity::Error };
                self.wrong.push(placed(Diagnostic { severity, ..error }, &definition.origin));
                self.is_another_tools().then_some(None)?
            }
            // Its fields tell how many callbacks led to it.
            Ok(fixed) => fixed.filter(|_| !mockoon),
        };
        let key = definition.ordering_key.as_ref();
        Some(CallbackPlan {
            name: definition.name.clone(),
            delay: attachment.delay,
            timeout: definition.timeout,
            outgoing: match fixed {
                Some(outgoing) => OutgoingPlan::Fixed(outgoing),
                None => OutgoingPlan::Made { method, url, headers, content },
            },
            ordering_key: key.map(|text| self.gathering.piece(text, Purpose::Callback, || whose("ordering key"))),
            in_turn: attachment.in_turn,
            policy: definition.policy.clone(),
            expects: definition.expects.clone(),
        })
    }

    /// Makes a webhook ready: its examples are sent one after the other. Absent: something is wrong with it, and was said.
    pub(super) fn webhook(&mut self, webhook: &Webhook) -> Option<WebhookPlan> {
        let route = match RouteName::try_new(&format!("{} WEBHOOK", webhook.name)) {
            Ok(route) => route,
            Err(error) => {
                let warning = Diagnostic::warning(format!("webhook `{}` can't be fired: {error}", webhook.name));
                self.wrong.push(warning);
                return None;
            }
        };
        let ready = webhook.examples.iter().filter_map(|example| {
            let attachment = Attachment { callback: example.callback, delay: Duration::ZERO, in_turn: true };
            Some((example.name.clone(), self.callback(&attachment)?))
        });
        let (examples, callbacks) = ready.unzip();
        let (name, service, method) = (webhook.name.clone(), webhook.service.clone(), webhook.method.clone());
        Some(WebhookPlan { name, service, method, route, examples, callbacks })
    }

    /// Whether the document is another tool's, which runs what can't be sent as well.
    fn is_another_tools(&self) -> bool {
        !matches!(self.environment.conventions, Conventions::Ringback)
    }

    fn callback_url(&mut self, definition: &CallbackDefinition) -> UrlPlan {
        let whose = |what: &str| format!("{what} of callback `{}`", definition.name);
        let mut added = |query: &[(String, Text)]| -> Vec<(String, Piece)> {
            let added = query.iter().map(|(name, value)| {
                let whose = || whose(&format!("query parameter `{name}`"));
                (name.clone(), self.gathering.piece(value, Purpose::Callback, whose))
            });
            added.collect()
        };
        match &definition.url {
            CallbackUrl::Expression { url, query } => UrlPlan::Expression { url: url.clone(), query: added(query) },
            CallbackUrl::Given { query } => UrlPlan::Given { query: added(query) },
            CallbackUrl::Text(written) => UrlPlan::Text {
                url: self.gathering.piece(written, Purpose::Callback, || whose("URL")),
                prefix: self.late_prefix(written),
            },
        }
    }

    /// Whether a template of a callback may set a status, which is not the response's then.
    pub(super) fn may_set_status(&self, attachment: &Attachment) -> bool {
        let Some(definition) = self.environment.callbacks.get(attachment.callback) else { return false };
        let headers = definition.headers.iter().map(|header| &header.value);
        let texts = [&definition.method]
            .into_iter()
            .chain(definition.url.texts())
            .chain(headers)
            .chain(definition.body.templates());
        texts.filter(|text| text.templated).any(|text| text.source.contains("status"))
    }

    fn callback_headers(&mut self, definition: &CallbackDefinition) -> Vec<(HeaderName, Piece)> {
        let mut headers = Vec::with_capacity(definition.headers.len());
        for Header { name, value } in &definition.headers {
            let whose = || format!("header `{name}` of callback `{}`", definition.name);
            if self.is_another_tools() && is_the_connections(name) {
                let warning = Diagnostic::warning(format!("{} is left out", whose()));
                self.wrong.push(placed(warning, &value.origin).help("the gateway sets it itself"));
                continue;
            }
            headers.push((name.clone(), self.gathering.piece(value, Purpose::Callback, whose)));
        }
        headers
    }

    fn callback_content(&mut self, definition: &CallbackDefinition) -> ContentPlan {
        let whose = |what: &str| format!("{what} of callback `{}`", definition.name);
        match &definition.body {
            Body::Empty => ContentPlan::Text(Piece::Fixed(Bytes::new())),
            Body::Text(text) => ContentPlan::Text(self.gathering.piece(text, Purpose::CallbackBody, || whose("body"))),
            Body::Bucket(bucket) => ContentPlan::Bucket(bucket.clone()),
            Body::File(file) => {
                let typed = definition.headers.iter().any(|header| header.name == header::CONTENT_TYPE);
                ContentPlan::File(Box::new(self.file(file, typed, whose)))
            }
        }
    }

    /// What stands before a URL that only rendering shows to be a path of this server: one that is written as such has it
    /// already.
    fn late_prefix(&self, url: &Text) -> String {
        let prefix = self.environment.prefix.trim_matches('/');
        let late = url.templated && !url.source.starts_with('/');
        match late && !prefix.is_empty() && self.environment.conventions.mockoon().is_some() {
            true => format!("/{prefix}"),
            false => String::new(),
        }
    }
}

/// Whether a field is the connection's own, which a document can't set.
fn is_the_connections(name: &HeaderName) -> bool {
    is_hop_by_hop(name) || *name == header::HOST || *name == header::CONTENT_LENGTH
}

/// Looks at a URL that is the same each time, though it could hold expressions: whether it can be one.
fn sendable(definition: &CallbackDefinition, url: &RuntimeText) -> Result<(), OutgoingError> {
    let [Part::Literal(url)] = url.parts() else { return Ok(()) };
    let url = absolute(SOME_ORIGIN, url).ok_or_else(|| OutgoingError::Url(url.to_string()))?;
    Outgoing::try_new(&definition.method.source, &url, [], Bytes::new()).map(|_| ())
}

/// What a callback sends, where nothing of it is made for a request and its URL does not wait for the listener's own address.
fn fixed(
    definition: &CallbackDefinition,
    written: &Text,
    method: &Piece,
    url: &Piece,
    headers: &[(HeaderName, Piece)],
    content: &ContentPlan,
) -> Result<Option<Outgoing>, OutgoingError> {
    let ContentPlan::Text(body) = content else { return Ok(None) };
    let mut pieces = [method, url, body].into_iter().chain(headers.iter().map(|(_, value)| value));
    if pieces.any(|piece| piece.template().is_some()) || written.source.starts_with('/') {
        return Ok(None);
    }
    let of = |name: &HeaderName| headers.iter().any(|(kept, _)| kept == name);
    let headers = definition.headers.iter().filter(|header| of(&header.name));
    let headers = headers.map(|header| (header.name.as_str(), &*header.value.source));
    let body = definition.body.text().map(|text| Bytes::copy_from_slice(text.source.as_bytes())).unwrap_or_default();
    Outgoing::try_new(&definition.method.source, &written.source, headers, body).map(Some)
}
