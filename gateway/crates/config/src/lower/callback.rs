//! `[callback.NAME]`, and responses' use of them.

use std::time::Duration;

use bytes::Bytes;
use ringback_diag::quoted;
use ringback_model::{
    callback::{Outgoing, OutgoingError},
    environment::{Attachment, CallbackDefinition, CallbackUrl, StatusRange, Text},
    ids::CallbackName,
    limits,
    runtime_expression::{RuntimeExpressionError, RuntimeText},
};

use super::{Lowering, content::Content, header::Owner, quoted_key};
use crate::document::{At, Attach, Callback, Conventions, Entries, Texts};

impl Lowering<'_> {
    /// The callbacks, in the order of the file.
    pub(super) fn callbacks(&mut self, entries: &Entries<At<Callback>>) -> Vec<CallbackDefinition> {
        for (name, callback) in &entries.0 {
            self.report_missing_url(name, callback);
        }
        entries.0.iter().filter_map(|(key, callback)| self.callback(key, callback)).collect()
    }

    fn callback(&mut self, key: &At<String>, callback: &At<Callback>) -> Option<CallbackDefinition> {
        let name = self.name(key, CallbackName::try_new);
        let Callback { method, headers, ordering_key, policy, timeout, expects, .. } = &callback.value;
        Some(CallbackDefinition {
            method: self.outgoing_method(method.as_ref()),
            url: self.callback_url(&callback.value),
            headers: self.headers(headers.as_ref(), Owner::Callback),
            body: self.carried(&Content::of_callback(&callback.value)),
            ordering_key: ordering_key.as_ref().map(|key| self.template(key)),
            policy: self.policy(policy.as_ref(), &key.value),
            timeout: self.some_time(timeout.as_ref()).unwrap_or(limits::ATTEMPT_TIMEOUT),
            expects: self.statuses(expects.as_ref()),
            origin: self.origin(&callback.span),
            name: name?,
        })
    }

    fn outgoing_method(&mut self, method: Option<&At<String>>) -> Text {
        let Some(method) = method else { return Text::fixed("POST") };
        let text = self.template(method);
        if !text.templated {
            self.method(method);
        }
        text
    }

    /// Where a callback goes: by the signs in its URL, or by whoever fires its webhook.
    fn callback_url(&mut self, callback: &Callback) -> CallbackUrl {
        let query = callback.query.as_ref();
        let Some(url) = &callback.url else { return CallbackUrl::Given { query: self.query(query) } };
        let is_runtime = is_runtime(&url.value) && self.conventions != Conventions::Mockoon;
        if !is_runtime && let Some(query) = query.filter(|_| url.value.contains("{{")) {
            self.wrong(&query.span, "this URL is a template, which has its query in itself", "write it into `url`");
            return CallbackUrl::Text(self.template(url));
        }
        if !is_runtime && query.is_none() {
            return CallbackUrl::Text(self.url(url));
        }
        match RuntimeText::parse(&url.value) {
            Ok(text) => CallbackUrl::Expression { url: text, query: self.query(query) },
            Err(RuntimeExpressionError { span: (start, end), what }) => {
                let place = self.within(url, start..end);
                let help = "write it like `{$request.body#/callbackUrl}` or `{$request.query.url}/paid`";
                self.wrong(&place, what, help);
                CallbackUrl::Text(Text::fixed(""))
            }
        }
    }

    fn query(&self, query: Option<&At<Entries<At<Texts>>>>) -> Vec<(String, Text)> {
        let fields = query.into_iter().flat_map(|query| &query.value.0);
        let pairs =
            fields.flat_map(|(name, values)| values.each().into_iter().map(|value| (name.value.clone(), value)));
        pairs.map(|(name, value)| (name, self.template(&value))).collect()
    }

    /// Reads ranges of statuses; those that are none are reported and left out.
    fn statuses(&mut self, texts: Option<&At<Texts>>) -> Vec<StatusRange> {
        let mut ranges = vec![];
        for text in texts.into_iter().flat_map(At::each) {
            match status_range(&text.value) {
                Some(range) => ranges.push(range),
                None => {
                    let message = format!("{} is not a status", self.written(&text.span));
                    self.wrong(&text.span, message, "write `201`, `2XX` for all that begin with 2, or `200-204`");
                }
            }
        }
        ranges
    }

    /// A URL that is no template is known now, and so is whether it can be called. A path means the gateway itself.
    fn url(&mut self, url: &At<String>) -> Text {
        let text = self.template(url);
        let wrong = !(text.templated || text.source.starts_with('/'))
            && matches!(Outgoing::try_new("POST", &text.source, [], Bytes::new()), Err(OutgoingError::Url(_)));
        if wrong {
            let message = format!("{} is not an absolute `http` or `https` URL", self.written(&url.span));
            let help = "write it like `http://localhost:8080/webhook`, or `/webhook` for a route of this gateway";
            self.mistake(&url.span, message, help);
        }
        text
    }

    /// A response's uses of callbacks; `route` is its route, for messages.
    pub(super) fn attachments(
        &mut self,
        uses: Option<&At<Vec<At<Attach>>>>,
        route: &str,
        definitions: &[CallbackDefinition],
    ) -> Vec<Attachment> {
        let mut attachments = vec![];
        for attach in uses.into_iter().flat_map(|uses| &uses.value) {
            let (name, delay, in_turn) = match &attach.value {
                Attach::Name(name) => (attach.with(name.clone()), Duration::ZERO, false),
                Attach::Table(table) => (table.callback.clone(), self.delay(table), table.in_turn),
            };
            let whose = || format!("route {}", quoted(route));
            match definitions.iter().position(|callback| callback.name.as_str() == name.value) {
                Some(callback) => {
                    self.refuse_fired(&name, &whose());
                    attachments.push(Attachment { callback, delay, in_turn });
                }
                None => self.undeclared_callback(&name, &whose()),
            }
        }
        attachments
    }

    fn delay(&mut self, attachment: &crate::document::Attachment) -> Duration {
        let delay = self.duration(attachment.delay.as_ref()).unwrap_or_default();
        if delay > limits::CALLBACK_DELAY_MAX
            && let Some(text) = &attachment.delay
        {
            let days = limits::CALLBACK_DELAY_MAX.as_secs() / (24 * 3600);
            let message = format!("{} is too far ahead", self.written(&text.span));
            self.wrong(&text.span, message, format!("a callback is due within {days} days"));
        }
        delay
    }

    /// Reports the use of a callback that only a webhook can send.
    fn refuse_fired(&mut self, name: &At<String>, whose: &str) {
        if self.declared.fired.contains(&name.value) {
            let message = format!("{whose} uses callback {}, which is a webhook's", self.written(&name.span));
            self.wrong(&name.span, message, "it has no URL: declare another callback, with one");
        }
    }

    /// Reports a callback that is not declared; `whose` says what uses it.
    pub(super) fn undeclared_callback(&mut self, name: &At<String>, whose: &str) {
        if self.declared.callbacks.contains(&name.value) {
            return;
        }
        let message = format!("{whose} uses callback {}, which is not declared", self.written(&name.span));
        let add = format!("add `[callback.{}]`", quoted_key(&name.value));
        self.wrong(&name.span, message, Self::undeclared(&name.value, &self.declared.callbacks, &add));
    }
}

/// Whether a URL holds runtime expressions: it is one, or has some in braces. `{{$` begins a template's.
pub(crate) fn is_runtime(url: &str) -> bool {
    url.starts_with('$')
        || url.match_indices("{$").any(|(at, _)| !url.get(..at).is_some_and(|before| before.ends_with('{')))
}

fn status_range(text: &str) -> Option<StatusRange> {
    StatusRange::read(text).or_else(|| {
        let (from, to) = text.split_once('-')?;
        let status = |text: &str| text.parse().ok().filter(|status| (100..600).contains(status));
        let (from, to) = (status(from)?, status(to)?);
        (from <= to).then_some(StatusRange { from, to })
    })
}
