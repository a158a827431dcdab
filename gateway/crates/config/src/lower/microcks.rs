//! `[microcks]`, `[[alias]]`, `[[webhook]]`.

use std::sync::Arc;

use http::Method;
use ringback_diag::quoted;
use ringback_model::environment::{
    Alias, Answering, CallbackDefinition, CallbackUrl, MicrocksService, MicrocksSettings, Webhook, WebhookExample,
};

use super::{Lowering, quoted_key};
use crate::{
    document::{self, At, Document, TextOr},
    naming::service_base,
    shadow::Placed,
};

/// What the paths of a document's services begin with.
pub(super) fn bases(document: &Document) -> Vec<String> {
    let services = document.microcks.iter().flat_map(|microcks| &microcks.value.service);
    services.map(|service| service_base(&service.value.name.value, &service.value.version.value)).collect()
}

/// The names of the callbacks that a document's webhooks send.
pub(super) fn fired(document: &Document) -> Vec<String> {
    let examples = document.webhook.iter().flat_map(|webhook| &webhook.value.examples.value);
    examples.map(|example| named(example).1.value).collect()
}

impl Lowering<'_> {
    /// What Microcks serves; `routes` has the operations.
    pub(super) fn microcks_settings(
        &mut self,
        written: Option<&document::Microcks>,
        routes: &[Placed],
    ) -> MicrocksSettings {
        let mut services: Vec<MicrocksService> = vec![];
        for at in written.into_iter().flat_map(|microcks| &microcks.service) {
            let service = service(&at.value, routes);
            if services.iter().any(|known| known.name == service.name && known.version == service.version) {
                let message = format!("two services are called {}", quoted(&called(&service)));
                self.wrong(&at.span, message, "give one another name or version");
            }
            services.push(service);
        }
        MicrocksSettings { services, cors: written.and_then(|microcks| microcks.cors).unwrap_or(true) }
    }

    /// The aliases, in the order of the file.
    pub(super) fn aliases(&mut self, aliases: &[At<document::Alias>]) -> Vec<Alias> {
        aliases.iter().map(|at| self.alias(&at.value)).collect()
    }

    fn alias(&mut self, alias: &document::Alias) -> Alias {
        let mut path = |text: &At<String>| {
            if !text.value.is_empty() && (!text.value.starts_with('/') || text.value.contains(['?', '#', '{'])) {
                let message = format!("{} is not how a path begins", self.written(&text.span));
                self.wrong(&text.span, message, "write whole segments without parameters: `/rest`");
            }
            text.value.trim_end_matches('/').to_owned()
        };
        let from = alias.from.as_ref().map(&mut path).unwrap_or_default();
        let to = path(&alias.to);
        Alias { from, to, validates: alias.validates }
    }

    /// The webhooks, in the order of the file.
    pub(super) fn webhooks(&mut self, document: &Document, callbacks: &[CallbackDefinition]) -> Vec<Webhook> {
        let services = document.microcks.iter().flat_map(|microcks| &microcks.value.service);
        let services: Vec<_> = services.map(|at| called(&service(&at.value, &[]))).collect();
        let only = if let [only] = &*services { only } else { "" };
        document.webhook.iter().filter_map(|webhook| self.webhook(webhook, only, callbacks)).collect()
    }

    fn webhook(&mut self, at: &At<document::Webhook>, only: &str, callbacks: &[CallbackDefinition]) -> Option<Webhook> {
        let document::Webhook { name, service, method, examples } = &at.value;
        if name.value.is_empty() || name.value.contains(char::is_control) {
            self.wrong(&name.span, "a webhook needs a name", "write it like `new-pet`");
        }
        if examples.value.is_empty() && !self.broken.contains(&at.span.start) {
            let message = format!("webhook {} has nothing to send", self.written(&name.span));
            self.wrong(&examples.span, message, "name a `[callback.NAME]` without `url`");
        }
        let examples: Vec<_> =
            examples.value.iter().filter_map(|example| self.webhook_example(example, &name.value, callbacks)).collect();
        Some(Webhook {
            name: name.value.as_str().into(),
            service: service.as_ref().map_or(only, |service| &service.value).into(),
            method: method.as_ref().map_or(Some(Method::POST), |method| self.method(method))?,
            examples,
        })
    }

    fn webhook_example(
        &mut self,
        at: &At<TextOr<document::WebhookExample>>,
        webhook: &str,
        callbacks: &[CallbackDefinition],
    ) -> Option<WebhookExample> {
        let (name, used) = named(at);
        let callback = callbacks.iter().position(|callback| callback.name.as_str() == used.value);
        let Some(callback) = callback else {
            self.undeclared_callback(&used, &format!("webhook {}", quoted(webhook)));
            return None;
        };
        if !matches!(callbacks.get(callback)?.url, CallbackUrl::Given { .. }) {
            let message =
                format!("callback {} has a URL, but whoever fires a webhook says where it goes", quoted(&used.value));
            self.wrong(&used.span, message, "leave `url` out, or declare another callback");
        }
        Some(WebhookExample { name, callback })
    }

    /// Reports that a callback has no URL, where no webhook sends it.
    pub(super) fn report_missing_url(&mut self, name: &At<String>, callback: &At<document::Callback>) {
        let is_fired = self.declared.fired.contains(&name.value);
        if callback.value.url.is_none() && !is_fired && !self.broken.contains(&callback.span.start) {
            let message = format!("`url` is missing in `[callback.{}]`", quoted_key(&name.value));
            self.wrong(&callback.span, message, "add `url = \"http://localhost:8080/webhook\"`");
        }
    }
}

/// The name of a webhook's example, and the name of its callback.
fn named(at: &At<TextOr<document::WebhookExample>>) -> (Arc<str>, At<String>) {
    let (name, callback) = match &at.value {
        TextOr::Text(callback) => (None, at.with(callback.clone())),
        TextOr::Table(table) => (table.name.as_ref(), table.callback.clone()),
    };
    (name.map_or(&*callback.value, |name| &*name.value).into(), callback)
}

fn service(written: &document::Service, routes: &[Placed]) -> MicrocksService {
    let document::Service { name, version, operations } = written;
    let base = service_base(&name.value, &version.value);
    let own = || operations_of(routes.iter().map(|placed| &placed.route.answer), &base);
    MicrocksService {
        name: name.value.as_str().into(),
        version: version.value.as_str().into(),
        operations: operations
            .as_ref()
            .map_or_else(own, |names| names.iter().map(|name| name.as_str().into()).collect()),
    }
}

/// The operations whose paths begin with a base, in the order of the routes.
pub(crate) fn operations_of<'a>(answers: impl Iterator<Item = &'a Answering>, base: &str) -> Vec<Arc<str>> {
    let operations = answers.filter_map(|answer| match answer {
        Answering::Examples(operation) if *operation.base == *base => Some(operation.name.clone()),
        _ => None,
    });
    operations.collect()
}

fn called(service: &MicrocksService) -> String {
    format!("{}:{}", service.name, service.version)
}
