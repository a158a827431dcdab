//! From services to the gateway's words: one environment for all.

use std::{collections::HashMap, path::Path, sync::Arc};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ringback_diag::{Diagnostic, listed};
use ringback_model::{
    environment::{
        self, Alias, Answering, Conventions, Egress, Latency, Listen, MicrocksService, MicrocksSettings, OnError,
        PathRules, PathSyntax, Route, Webhook, WebhookExample,
    },
    ids::{CallbackName, EnvironmentName, PluginName, RouteName},
};

use super::{
    library::Library,
    schema::Schemas,
    service::{Operation, Service},
};
use crate::names::Names;

mod answer;
mod call;

/// Beneath which path services are served, and beneath which they are and requests are checked.
const REST: &str = "/rest";
const REST_VALID: &str = "/rest-valid";
/// Where an environment listens that nobody says anything of.
const HOST: &str = "127.0.0.1";
const PORT: u16 = 3000;
/// What must be encoded in a segment of a path's template beside what the template encodes itself.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    // It would be a blank.
    .add(b'+')
    .add(b'%')
    .add(b'/')
    .add(b'?')
    .add(b'#')
    .add(b'{')
    .add(b'}')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`');

/// What lowering needs, and makes beside routes.
pub(super) struct Lowering<'l, 'a> {
    pub(super) library: &'l mut Library<'a>,
    pub(super) seed: u64,
    schemas: Schemas,
    callbacks: Vec<environment::CallbackDefinition>,
    /// Indexes of these by the call and the example that makes a difference.
    definitions: HashMap<(usize, Option<String>), usize>,
    callback_names: Names,
    route_names: Names,
    /// Whether the service at hand says which requests it answers.
    is_exact: bool,
    /// Operations whose answer is generated, and those that have none, by the names of their routes.
    generated: Vec<String>,
    silent: Vec<String>,
    /// Operations that answer without the content that they should have.
    empty: Vec<String>,
}

/// Makes one environment of services. `generated`: names of calls whose content was made of their schemas.
pub(super) fn lower(
    library: &mut Library<'_>,
    services: &[Service],
    folder: &Path,
    seed: u64,
    generated_calls: &[Arc<str>],
) -> environment::Environment {
    let mut lowering = Lowering {
        library,
        seed,
        schemas: Schemas::default(),
        callbacks: vec![],
        definitions: HashMap::new(),
        callback_names: Names::default(),
        route_names: Names::default(),
        is_exact: true,
        generated: vec![],
        silent: vec![],
        empty: vec![],
    };
    let is_single = services.len() == 1;
    let mut routes = vec![];
    let mut webhooks = vec![];
    for service in services {
        let dispatched = lowering.service(service, is_single);
        routes.extend(dispatched);
        webhooks.extend(lowering.webhooks(service));
    }
    // OpenAPI 3.2, section 4.8.8.1: what is written out comes before what has parameters.
    routes.sort_by_cached_key(|route: &Route| templated(&route.path));
    lowering.report(generated_calls);
    let mut aliases = vec![Alias { from: REST_VALID.into(), to: REST.into(), validates: true }];
    if let [service] = services {
        aliases.push(Alias { from: String::new(), to: service.base().to_string(), validates: false });
    }
    let settings = MicrocksSettings { services: services.iter().map(Service::microcks).collect(), cors: true };
    environment::Environment {
        name: services.first().and_then(|service| EnvironmentName::try_new(&service.name).ok()).unwrap_or_default(),
        folder: folder.to_owned(),
        listen: Listen { host: HOST.into(), port: PORT },
        tls: None,
        conventions: Conventions::Microcks(Box::new(settings)),
        latency: Latency::default(),
        proxy: None,
        prefix: String::new(),
        paths: PathRules { syntax: PathSyntax::Template, automatic_methods: false },
        aliases,
        renderer: PluginName::expressions(),
        headers: vec![],
        default_content_type: None,
        routes,
        buckets: vec![],
        callbacks: lowering.callbacks,
        webhooks,
        plugins: vec![],
        secrets: vec![],
        egress: Egress::default(),
    }
}

/// By segment, how much of a path is left open there: nothing, a part, all of it.
fn templated(path: &str) -> Vec<u8> {
    let open = |segment: &str| match (segment.contains('{'), segment.starts_with('{') && segment.ends_with('}')) {
        (false, _) => 0,
        (true, true) if segment.matches('{').count() == 1 => 2,
        (true, _) => 1,
    };
    path.split('/').map(open).collect()
}

impl Lowering<'_, '_> {
    fn service(&mut self, service: &Service, is_single: bool) -> Vec<Route> {
        let encoded = |text: &str| utf8_percent_encode(text, SEGMENT).to_string();
        let base = format!("{REST}/{}/{}", encoded(&service.name), encoded(&service.version));
        self.is_exact = service.says_what_it_answers();
        let routes = service.operations.iter().filter_map(|operation| {
            let name = match is_single {
                true => operation.name.to_string(),
                false => format!("{} {}: {}", service.name, service.version, operation.name),
            };
            self.route(service, operation, &name, &base)
        });
        routes.collect()
    }

    /// The route of an operation. Absent: it answers nothing.
    fn route(&mut self, service: &Service, operation: &Operation, name: &str, base: &str) -> Option<Route> {
        let Some(lowered) = self.operation(service, operation, name) else {
            self.silent.push(name.to_owned());
            return None;
        };
        let unique = self.route_names.unique(name, "operation");
        Some(Route {
            name: RouteName::try_new(&unique).ok()?,
            id: operation.id.clone(),
            methods: vec![operation.method.clone()],
            path: format!("{base}{}", operation.path),
            answer: Answering::Examples(Box::new(lowered)),
            upstream: None,
            on_error: OnError::Error,
            origin: self.library.origin(&operation.at),
        })
    }

    fn webhooks(&mut self, service: &Service) -> Vec<Webhook> {
        let mut webhooks = vec![];
        for call in &service.webhooks {
            let names: Vec<_> = match call.bodies.iter().map(|body| body.name.clone()).collect::<Vec<_>>() {
                named if !named.is_empty() => named,
                _ if !call.names.is_empty() => call.names.iter().cloned().map(Some).collect(),
                _ => vec![None],
            };
            let mut examples = vec![];
            for name in names {
                let called = name.clone().unwrap_or_else(|| super::service::UNNAMED.into());
                let definition = self.definition(call, name.as_deref(), None);
                examples.extend(definition.map(|callback| WebhookExample { name: called, callback }));
            }
            if !examples.is_empty() {
                webhooks.push(Webhook {
                    name: call.name.clone(),
                    service: format!("{}:{}", service.name, service.version).into(),
                    method: call.method.clone(),
                    examples,
                });
            }
        }
        webhooks
    }

    /// Says which operations have no example.
    fn report(&mut self, generated_calls: &[Arc<str>]) {
        let mut say = |names: &[String], what: [&str; 2], help: &str| {
            let Some(list) = listed(names.iter().map(String::as_str)) else { return };
            let message = match names {
                [_] => format!("{list} {}", what[0]),
                _ => format!("{} operations {}: {list}", names.len(), what[1]),
            };
            self.library.found.push(Diagnostic::warning(message).help(help));
        };
        let generated =
            ["has no example: one is made of its schema", "have no example: theirs are made of their schemas"];
        say(&self.generated, generated, "give their responses `examples`, to say what is answered");
        let empty = [
            "answers without content: it has no example, and none can be made",
            "answer without content: they have no example, and none can be made",
        ];
        say(&self.empty, empty, "give their responses `examples`, to say what is answered");
        let silent =
            ["answers 404: it has no example that is complete", "answer 404: they have no example that is complete"];
        say(&self.silent, silent, "give a response `examples`; one without content lists names in `x-microcks-refs`");
        if !generated_calls.is_empty() {
            let message = match generated_calls {
                [_] => "a callback or webhook has no example: its content is made of its schema".to_owned(),
                several => {
                    let count = several.len();
                    format!("{count} callbacks or webhooks have no example: their contents are made of their schemas")
                }
            };
            self.library.found.push(Diagnostic::warning(message).help("give their `requestBody` an example"));
        }
    }

    /// A name for a callback that no other one has.
    fn callback_name(&mut self, wanted: &str) -> Option<CallbackName> {
        CallbackName::try_new(&self.callback_names.unique(wanted, "callback")).ok()
    }
}

// === impl Service ===

impl Service {
    /// What stands in front of its paths, not encoded.
    pub(super) fn base(&self) -> Arc<str> {
        format!("{REST}/{}/{}", self.name, self.version).into()
    }

    fn microcks(&self) -> MicrocksService {
        MicrocksService {
            name: self.name.clone(),
            version: self.version.clone(),
            operations: self.operations.iter().map(|operation| operation.name.clone()).collect(),
        }
    }
}
