//! `[callback.NAME]`, and responses' use of them.

use std::time::Duration;

use bytes::Bytes;
use ringback_diag::quoted;
use ringback_model::{
    callback::{Outgoing, OutgoingError},
    environment::{Attachment, CallbackDefinition, CallbackUrl, Text},
    ids::CallbackName,
    limits,
};

use super::{Lowering, content::Content, header::Owner, quoted_key};
use crate::document::{At, Attach, Callback, Entries};

impl Lowering<'_> {
    /// The callbacks, in the order of the file.
    pub(super) fn callbacks(&mut self, entries: &Entries<At<Callback>>) -> Vec<CallbackDefinition> {
        entries.0.iter().filter_map(|(key, callback)| self.callback(key, callback)).collect()
    }

    fn callback(&mut self, key: &At<String>, callback: &At<Callback>) -> Option<CallbackDefinition> {
        let name = self.name(key, CallbackName::try_new);
        let Callback { method, url, headers, ordering_key, policy, timeout, .. } = &callback.value;
        Some(CallbackDefinition {
            method: self.outgoing_method(method.as_ref()),
            url: CallbackUrl::Text(self.url(url)),
            headers: self.headers(headers.as_ref(), Owner::Callback),
            body: self.carried(&Content::of_callback(&callback.value)),
            ordering_key: ordering_key.as_ref().map(|key| self.template(key)),
            policy: self.policy(policy.as_ref(), &key.value),
            timeout: self.some_time(timeout.as_ref()).unwrap_or(limits::ATTEMPT_TIMEOUT),
            expects: vec![],
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

    /// A URL that is no template is known now, and so is whether it can be called. A path means the gateway itself.
    fn url(&mut self, url: &At<String>) -> Text {
        let text = self.template(url);
        let wrong = !(text.templated || text.source.starts_with('/'))
            && matches!(Outgoing::try_new("POST", &text.source, [], Bytes::new()), Err(OutgoingError::Url(_)));
        if wrong {
            let message = format!("{} is not an absolute `http` or `https` URL", self.written(&url.span));
            let help = "write it like `http://localhost:8080/webhook`, or `/webhook` for a route of this gateway";
            if self.mockoon {
                self.doubt(&url.span, message, help);
            } else {
                self.wrong(&url.span, message, help);
            }
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
            let (name, delay) = match &attach.value {
                Attach::Name(name) => (attach.with(name.clone()), Duration::ZERO),
                Attach::Table(table) => (table.callback.clone(), self.delay(table)),
            };
            match definitions.iter().position(|callback| callback.name.as_str() == name.value) {
                Some(callback) => attachments.push(Attachment { callback, delay, in_turn: false }),
                None => self.undeclared_callback(&name, route),
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

    fn undeclared_callback(&mut self, name: &At<String>, route: &str) {
        if self.declared.callbacks.contains(&name.value) {
            return;
        }
        let message =
            format!("route {} uses callback {}, which is not declared", quoted(route), self.written(&name.span));
        let add = format!("add `[callback.{}]`", quoted_key(&name.value));
        self.wrong(&name.span, message, Self::undeclared(&name.value, &self.declared.callbacks, &add));
    }
}
