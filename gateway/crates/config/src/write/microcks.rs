//! `[microcks]`, `[[alias]]`, `[[webhook]]`.

use http::Method;
use ringback_model::environment::{Alias, Environment, MicrocksSettings, Webhook};

use super::{lines::Lines, literal};
use crate::{lower::operations_of, naming::service_base};

/// Writes what Microcks serves. Returns what the paths of its services begin with.
pub(super) fn settings(settings: &MicrocksSettings, environment: &Environment, lines: &mut Lines) -> Vec<String> {
    if !settings.cors {
        lines.table("[microcks]");
        lines.value("cors", "false");
    }
    let mut bases = vec![];
    for service in &settings.services {
        lines.table("[[microcks.service]]");
        lines.text("name", &service.name);
        lines.text("version", &service.version);
        let base = service_base(&service.name, &service.version);
        if service.operations != operations_of(environment.routes.iter().map(|route| &route.answer), &base) {
            let names: Vec<_> = service.operations.iter().map(|name| literal::inline(name)).collect();
            if names.is_empty() { lines.value("operations", "[]") } else { lines.list("operations", &names) }
        }
        bases.push(base);
    }
    bases
}

pub(super) fn aliases(aliases: &[Alias], lines: &mut Lines) {
    for Alias { from, to, validates } in aliases {
        lines.table("[[alias]]");
        lines.optional("from", Some(&**from).filter(|from| !from.is_empty()));
        lines.text("to", to);
        lines.flag("validates", *validates, false);
    }
}

pub(super) fn webhooks(environment: &Environment, lines: &mut Lines) {
    let services = environment.conventions.microcks().map(|settings| &*settings.services).unwrap_or_default();
    let only = if let [only] = services { format!("{}:{}", only.name, only.version) } else { String::new() };
    for webhook in &environment.webhooks {
        lines.table("[[webhook]]");
        lines.text("name", &webhook.name);
        lines.optional("service", Some(&*webhook.service).filter(|service| **service != only));
        if webhook.method != Method::POST {
            lines.text("method", webhook.method.as_str());
        }
        lines.list("examples", &examples(webhook, environment));
    }
}

fn examples(webhook: &Webhook, environment: &Environment) -> Vec<String> {
    let examples = webhook.examples.iter().filter_map(|example| {
        let callback = environment.callbacks.get(example.callback)?.name.as_str();
        let used = literal::inline(callback);
        Some(match &*example.name {
            name if name == callback => used,
            name => format!("{{ name = {}, use = {used} }}", literal::inline(name)),
        })
    });
    examples.collect()
}
