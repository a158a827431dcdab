//! From Mockoon's words to the gateway's.

use std::{ops::Range, sync::Arc, time::Duration};

use http::{HeaderName, HeaderValue, header};
use ringback_diag::{Diagnostic, Diagnostics, quoted};
use ringback_model::{
    environment::{
        self, Bucket, Conventions, Egress, Latency, Listen, MockoonSettings, Origin, PathRules, PathSyntax, Seeding,
        Text,
    },
    ids::{BucketName, EnvironmentName, PluginName},
    json::Json,
};

use super::{
    Options,
    document::{Environment, Header},
    repair::At,
};

mod callback;
mod names;
mod order;
mod preflight;
mod route;

use callback::Callbacks;
use names::Names;

/// The `content-type` of a response without one (section 2.4).
const DEFAULT_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// What lowering needs besides the document.
struct Lowering<'a> {
    file: &'a Arc<str>,
    text: &'a str,
    found: Diagnostics,
}

/// Makes an environment of a repaired document.
pub(super) fn lower(
    document: &Environment,
    options: &Options,
    file: &Arc<str>,
    text: &str,
    found: Diagnostics,
) -> (environment::Environment, Diagnostics) {
    let mut lowering = Lowering { file, text, found };
    let listen = Listen {
        host: options.hostname.clone().unwrap_or_else(|| document.hostname.value.to_string()),
        port: options.port.unwrap_or_else(|| u16::try_from(document.port.value).unwrap_or(0)),
    };
    let settings = MockoonSettings { cors: document.cors.value, ..options.settings.clone() };
    let prefix = path_part(&document.prefix.value);
    let mut callbacks = lowering.callbacks(document, &prefix);
    let headers = lowering.headers(&document.headers);
    let mut routes = lowering.routes(document, options, &mut callbacks);
    if document.cors.value {
        routes.extend(preflight::route(&headers, lowering.origin(&document.cors.span)));
    }
    let environment = environment::Environment {
        name: lowering.environment_name(&document.name),
        folder: options.folder.clone().unwrap_or_default(),
        listen,
        tls: None,
        conventions: Conventions::Mockoon(Box::new(settings)),
        latency: Latency::default(),
        proxy: None,
        prefix,
        paths: PathRules { syntax: PathSyntax::Express, automatic_methods: false },
        renderer: PluginName::handlebars(),
        headers,
        default_content_type: Some(DEFAULT_CONTENT_TYPE),
        routes,
        buckets: lowering.buckets(document),
        callbacks: callbacks.definitions,
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

    /// Fields with an empty name or value are skipped; of several of one name the last is meant, but for `set-cookie`.
    fn headers(&mut self, headers: &[Header]) -> Vec<environment::Header> {
        let mut lowered: Vec<environment::Header> = vec![];
        for Header { key, value } in
            headers.iter().filter(|header| !header.key.value.is_empty() && !header.value.value.is_empty())
        {
            let Ok(name) = HeaderName::from_bytes(key.value.as_bytes()) else {
                self.warn(
                    &key.span,
                    format!("{} is not the name of a header", quoted(&key.value)),
                    "Mockoon leaves it out too",
                );
                continue;
            };
            let text = self.template(value);
            if !text.templated && HeaderValue::from_bytes(text.source.as_bytes()).is_err() {
                let message = format!("the value of header {} holds control characters", quoted(name.as_str()));
                self.warn(&value.span, message, "Mockoon leaves it out too");
                continue;
            }
            if name != header::SET_COOKIE {
                lowered.retain(|other| other.name != name);
            }
            lowered.push(environment::Header { name, value: text });
        }
        lowered
    }

    fn buckets(&mut self, document: &Environment) -> Vec<Bucket> {
        let mut names = Names::default();
        let mut buckets = vec![];
        for bucket in &document.buckets {
            let id = &bucket.id.value;
            let called = if bucket.name.value.is_empty() { id } else { &bucket.name.value };
            let Ok(name) = BucketName::try_new(&names.unique(called, "data bucket")) else {
                self.warn(
                    &bucket.name.span,
                    format!("{} can't be a bucket's name", quoted(called)),
                    "give it another name",
                );
                continue;
            };
            if !id.is_empty() && **id != *name.as_str() && self.text.contains(&format!("'{id}'")) {
                let help = format!("refer to it by its name, {}", quoted(name.as_str()));
                self.warn(&bucket.id.span, "references to a data bucket by its id are not carried over yet", help);
            }
            buckets.push(Bucket {
                name,
                id: None,
                uuid: None,
                seed: self.seed(&bucket.value),
                origin: self.origin(&bucket.name.span),
            });
        }
        buckets
    }

    /// A text that is not JSON is kept as it is (section 5).
    fn seed(&mut self, value: &At<Arc<str>>) -> Seeding {
        let text = self.template(value);
        if text.templated {
            return Seeding::Template(text);
        }
        Seeding::Value(Json::parse(&text.source).unwrap_or_else(|_| {
            self.warn(&value.span, "the content of a data bucket is not JSON", "it is kept as a text, as in Mockoon");
            Json::String(text.source.clone())
        }))
    }
}

fn milliseconds(latency: &At<u32>) -> Duration {
    Duration::from_millis(latency.value.into())
}
