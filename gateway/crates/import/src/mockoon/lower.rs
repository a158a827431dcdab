//! From Mockoon's words to the gateway's.

use std::{collections::HashSet, ops::Range, sync::Arc, time::Duration};

use http::HeaderValue;
use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{
    environment::{self, Conventions, Egress, Latency, Listen, MockoonSettings, Origin, PathRules, PathSyntax, Text},
    ids::{EnvironmentName, PluginName},
};

use super::{Options, document::Environment, repair::At};

mod bucket;
mod callback;
mod content;
mod headers;
mod route;
mod rules;
mod serving;

use crate::names::Names;
use bucket::Buckets;
use callback::Callbacks;

/// The `content-type` of a response without one (section 2.4).
const DEFAULT_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// Longest latency: JavaScript's timers count milliseconds in 31 bits, and take a longer time for the shortest one.
const LATENCY_MAX_MS: f64 = 2_147_483_647.0;

/// What lowering needs besides the document.
struct Lowering<'a> {
    options: &'a Options,
    file: &'a Arc<str>,
    buckets: Buckets,
    /// Regular expressions that were found to be some: rules repeat them.
    patterns: HashSet<Arc<str>>,
    found: Diagnostics,
}

/// Makes an environment of a repaired document.
pub(super) fn lower(
    document: &Environment,
    options: &Options,
    file: &Arc<str>,
    found: Diagnostics,
) -> (environment::Environment, Diagnostics) {
    let mut lowering = Lowering { options, file, buckets: Buckets::default(), patterns: HashSet::new(), found };
    lowering.buckets(document);
    let prefix = path_part(&document.prefix.value);
    if prefix.contains(' ') {
        let message = "a prefix with a space matches nothing: requests have `%20` there";
        lowering.warn(&document.prefix.span, message, "Mockoon serves nothing then either; write `%20`, or no space");
    }
    let mut callbacks = lowering.callbacks(document, &prefix);
    let headers = lowering.headers(&document.headers);
    let routes = lowering.routes(document, &mut callbacks);
    let settings = MockoonSettings {
        says_https: document.tls.enabled.value,
        cors: document.cors.value,
        environment_id: Some(document.uuid.value.clone()),
        ..options.settings.clone()
    };
    let environment = environment::Environment {
        name: lowering.environment_name(&document.name),
        folder: options.folder.clone().unwrap_or_default(),
        listen: Listen {
            host: options.hostname.clone().unwrap_or_else(|| document.hostname.value.to_string()),
            port: options.port.unwrap_or(document.port.value as u16),
        },
        tls: lowering.tls(&document.tls),
        conventions: Conventions::Mockoon(Box::new(settings)),
        latency: Latency { most: lowering.milliseconds(&document.latency), random: options.random_latency },
        proxy: lowering.proxy(&document.proxy),
        prefix,
        paths: PathRules { syntax: PathSyntax::Express, automatic_methods: false },
        aliases: vec![],
        renderer: PluginName::handlebars(),
        headers,
        default_content_type: Some(DEFAULT_CONTENT_TYPE),
        routes,
        buckets: lowering.buckets.into_all(),
        callbacks: callbacks.definitions,
        webhooks: vec![],
        plugins: vec![],
        secrets: vec![],
        egress: Egress::default(),
    };
    (environment, lowering.found)
}

/// A part of a path: slashes at its ends do not count, several count as one (section 2.1).
fn path_part(text: &str) -> String {
    text.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/")
}

impl Lowering<'_> {
    fn warn(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::warning(message).at(self.file, span.clone()).help(help));
    }

    fn origin(&self, span: &Range<usize>) -> Origin {
        Origin { file: Some(self.file.clone()), span: (span.start, span.end) }
    }

    fn template(&self, text: &At<Arc<str>>) -> Text {
        Text::template(&text.value, self.origin(&text.span))
    }

    /// A text that is taken as it is, with its place.
    fn literal(&self, text: &At<Arc<str>>) -> Text {
        Text { templated: false, ..self.template(text) }
    }

    fn environment_name(&mut self, name: &At<Arc<str>>) -> EnvironmentName {
        EnvironmentName::try_new(&name.value).unwrap_or_else(|why| {
            let fallback = EnvironmentName::default();
            self.warn(
                &name.span,
                format!("the environment is called `{fallback}` here: {why}"),
                "give it another name",
            );
            fallback
        })
    }

    /// A time to wait. Less than nothing is nothing.
    fn milliseconds(&mut self, latency: &At<f64>) -> Duration {
        if latency.value > LATENCY_MAX_MS {
            let message = format!("a latency of more than {LATENCY_MAX_MS} ms is too long");
            self.warn(&latency.span, message, "Mockoon does not wait then; write a shorter one");
            return Duration::ZERO;
        }
        Duration::from_millis(latency.value as u64)
    }
}
