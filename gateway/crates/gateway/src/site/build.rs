//! Makes a [`Site`] of an environment. Everything that can be wrong with it is found here, before a request can meet it:
//! paths that can't be matched, templates that do not parse, callbacks that could never be sent.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use ringback_diag::{Diagnostic, Diagnostics, Severity};
use ringback_matching::{Chooser, RouteTable};
use ringback_model::{
    callback::Outgoing,
    environment::{
        Answering, Attachment, Body, Bucket, CallbackDefinition, Environment, Header, OnError, Origin, PathSyntax,
        Response, Route, Seeding, Text,
    },
    ids::{BucketName, PluginName, RouteName, SessionId},
    ports::{CompileError, Purpose, Renderer, Template, TemplateError, Templates},
    seed::Seed,
    time::Timestamp,
    unit::Scope,
};

use super::{
    AnswerPlan, CallbackPlan, Numbers, OnErrorPlan, OutgoingPlan, Piece, ResponsePlan, RoutePlan, Site, Surroundings,
};
use super::{names, seeds::seeds};
use crate::{load::Variables, metrics::Metrics, mockoon::admin::Admin, plugins::slot::Slot};

/// The name that stands for the route where none answered.
const UNROUTED: &str = "-";

/// What a site is made of, beside its environment.
pub struct Ingredients<'a> {
    /// Compiles the templates. Absent: there is no plugin of that name.
    pub renderer: Option<Arc<dyn Renderer>>,
    /// The slot of a plugin that a route names, whether the plugin is there or not.
    pub slot: &'a (dyn Fn(&PluginName) -> Arc<Slot> + Sync),
    /// What serves now, for what a reload keeps. Absent: nothing does.
    pub previous: Option<&'a Site>,
    /// Where routes get their series.
    pub metrics: &'a Metrics,
    /// Reads a variable of the process.
    pub variables: &'a Variables,
    /// The time at which templates of buckets are rendered.
    pub now: Timestamp,
    /// The seed that they draw from.
    pub seed: Seed,
}

/// The templates of a site while it is built, each with where it was written.
#[derive(Default)]
pub struct Gathering {
    templates: Vec<Template>,
    numbers: HashMap<Template, usize>,
    origins: Vec<(Origin, String)>,
}

/// Makes a site, with what is perhaps not meant as it stands.
///
/// # Errors
/// Everything that is wrong.
pub async fn build(environment: &Environment, with: Ingredients<'_>) -> Result<(Site, Diagnostics), Diagnostics> {
    let mut wrong = Diagnostics::default();
    let mut gathering = Gathering::default();
    let table = RouteTable::build(&environment.routes, environment.paths, &environment.prefix).map_err(|errors| {
        wrong.extend(errors.iter().map(|error| pattern(environment, error)));
    });
    let routes: Vec<RoutePlan> = environment
        .routes
        .iter()
        .filter_map(|route| plan(environment, route, &with, &mut gathering, &mut wrong))
        .collect();
    let buckets: Vec<_> = environment.buckets.iter().map(|bucket| (bucket, gathering.seed(bucket))).collect();
    let (errors, strangers) = gathering.strangers(environment);
    wrong.extend(errors);
    let templates = compile(gathering, with.renderer.as_deref()).await.map_err(|errors| wrong.extend(errors));
    let unrouted = RouteName::try_new(UNROUTED).map_err(|error| wrong.push(Diagnostic::error(error.to_string())));
    let (Ok(table), Ok(templates), Ok(unrouted), false) = (table, templates, unrouted, wrong.has_errors()) else {
        return Err(wrong);
    };
    let default_scope = Scope { environment: environment.name.clone(), session: SessionId::default() };
    let shadowed = table.shadowed().into_iter().filter_map(|pair| shadowed(environment, pair));
    let invalid = table.invalid().iter().map(|error| never_answers(environment, error));
    let warnings = invalid.chain(shadowed).chain(strangers).collect();
    let surroundings =
        Arc::new(Surroundings::of(environment, with.variables, with.previous.map(|previous| &*previous.surroundings)));
    let seeds =
        seeds(&buckets, templates.as_deref(), &default_scope, &unrouted, &surroundings, with.now, with.seed).await?;
    let site = Site {
        name: environment.name.clone(),
        listen: environment.listen.clone(),
        table,
        routes,
        templates,
        seeds,
        surroundings,
        admin: environment
            .conventions
            .mockoon()
            .and_then(|settings| Admin::of(settings, with.previous.and_then(|previous| previous.admin.as_ref()))),
        default_scope,
        unrouted,
        unmatched: with.metrics.route(environment.name.as_str(), UNROUTED),
    };
    Ok((site, warnings))
}

/// A route that never answers, because an earlier one takes all that it would. In `ringback.toml` this is an error, found
/// while it is read; other tools' documents run as those tools run them.
fn shadowed(environment: &Environment, (late, early): (usize, usize)) -> Option<Diagnostic> {
    let (late, early) = (environment.routes.get(late)?, environment.routes.get(early)?);
    let message = format!("route `{}` never answers: `{}` is tried before it", late.name, early.name);
    Some(placed(Diagnostic::warning(message), &late.origin).help("move it up, or take it out"))
}

fn pattern(environment: &Environment, error: &ringback_matching::PatternError) -> Diagnostic {
    let route = error.route.and_then(|route| environment.routes.get(route));
    match route {
        None => Diagnostic::error(format!("the prefix of the paths can't be matched: {error}")),
        Some(route) => {
            placed(Diagnostic::error(format!("the path `{}` can't be matched: {error}", route.path)), &route.origin)
        }
    }
}

/// A route of another tool's document whose path that tool can't read: there it never answers either, and the others do.
fn never_answers(environment: &Environment, error: &ringback_matching::PatternError) -> Diagnostic {
    let diagnostic = Diagnostic { severity: Severity::Warning, ..pattern(environment, error) };
    diagnostic.help("mend the path: until then it answers nothing, as in the tool that it is from")
}

/// Points a diagnostic at where something was written.
pub fn placed(diagnostic: Diagnostic, origin: &Origin) -> Diagnostic {
    match &origin.file {
        Some(file) => diagnostic.at(file, origin.span.0..origin.span.1),
        None => diagnostic,
    }
}

// === routes ===

/// Makes one route ready. Absent: something is wrong with it, and was said.
fn plan(
    environment: &Environment,
    route: &Route,
    with: &Ingredients<'_>,
    gathering: &mut Gathering,
    wrong: &mut Diagnostics,
) -> Option<RoutePlan> {
    let answer = match &route.answer {
        Answering::Responder(plugin) => AnswerPlan::Responder((with.slot)(plugin)),
        Answering::Upstream => AnswerPlan::Upstream,
        Answering::Collection { .. } | Answering::Socket { .. } => {
            wrong.push(placed(Diagnostic::error(format!("route `{}` is not served yet", route.name)), &route.origin));
            return None;
        }
        Answering::Responses { mode, responses } => AnswerPlan::Responses {
            chooser: Chooser::new(*mode, responses),
            responses: responses.iter().map(|r| response(environment, route, r, gathering, wrong)).collect(),
        },
    };
    let on_error = match &route.on_error {
        OnError::Error => OnErrorPlan::Error,
        OnError::Passthrough => OnErrorPlan::Passthrough,
        OnError::Fallback(fallback) => {
            OnErrorPlan::Fallback(Box::new(response(environment, route, fallback, gathering, wrong)))
        }
    };
    let same = |plan: &&RoutePlan| plan.name == route.name;
    let before =
        with.previous.filter(|site| site.name == environment.name).and_then(|site| site.routes.iter().find(same));
    Some(RoutePlan {
        name: route.name.clone(),
        methods: methods(route),
        path: route.path.clone(),
        answer,
        upstream: route.upstream.clone().map(Arc::new),
        on_error,
        numbers: before.map_or_else(|| Arc::new(Numbers::default()), |plan| plan.numbers.clone()),
        metrics: with.metrics.route(environment.name.as_str(), route.name.as_str()),
    })
}

fn methods(route: &Route) -> String {
    match route.methods.as_slice() {
        [] => "ANY".into(),
        methods => methods.iter().map(http::Method::as_str).collect::<Vec<_>>().join(","),
    }
}

fn response(
    environment: &Environment,
    route: &Route,
    response: &Response,
    gathering: &mut Gathering,
    wrong: &mut Diagnostics,
) -> ResponsePlan {
    let label = response.label.clone().unwrap_or_else(|| response.status.as_u16().to_string());
    let whose = |what: &str| format!("{what} of response `{label}` of route `{}`", route.name);
    let body = match &response.body {
        Body::Text(text) => gathering.piece(text, Purpose::ResponseBody, || whose("template")),
        Body::Empty => Piece::Fixed(Bytes::new()),
        Body::File(_) | Body::Bucket(_) => {
            wrong.push(placed(Diagnostic::error(format!("{} is not served yet", whose("content"))), &response.origin));
            Piece::Fixed(Bytes::new())
        }
    };
    let (mut headers, mut rendered_headers) = (HeaderMap::new(), Vec::new());
    for Header { name, value } in over(&environment.headers, &response.headers) {
        match gathering.piece(value, Purpose::Header, || whose(&format!("header `{name}`"))) {
            Piece::Template(number) => rendered_headers.push((name.clone(), number)),
            Piece::Fixed(bytes) => match HeaderValue::from_maybe_shared(bytes) {
                Ok(value) => drop(headers.append(name.clone(), value)),
                Err(_) => {
                    let message = format!("{} holds control characters", whose(&format!("header `{name}`")));
                    wrong.push(placed(Diagnostic::error(message), &value.origin));
                }
            },
        }
    }
    let typed =
        headers.contains_key(header::CONTENT_TYPE) || rendered_headers.iter().any(|(n, _)| n == header::CONTENT_TYPE);
    if let (false, false, Some(default)) = (typed, response.body.is_empty(), &environment.default_content_type) {
        headers.insert(header::CONTENT_TYPE, default.clone());
    }
    let templates = body.template().into_iter().chain(rendered_headers.iter().map(|(_, number)| *number)).collect();
    let callbacks = response.callbacks.iter().filter_map(|a| callback(environment, a, gathering, wrong)).collect();
    let (status, latency) = (response.status, response.latency);
    ResponsePlan { status, headers: Arc::new(headers), rendered_headers, body, templates, latency, callbacks }
}

/// The environment's fields that the response does not set itself, then the response's own.
fn over<'a>(environment: &'a [Header], own: &'a [Header]) -> impl Iterator<Item = &'a Header> {
    let kept = environment.iter().filter(|header| !own.iter().any(|other| other.name == header.name));
    kept.chain(own)
}

// === callbacks ===

fn callback(
    environment: &Environment,
    attachment: &Attachment,
    gathering: &mut Gathering,
    wrong: &mut Diagnostics,
) -> Option<CallbackPlan> {
    let definition = environment.callbacks.get(attachment.callback)?;
    let whose = |what: &str| format!("{what} of callback `{}`", definition.name);
    let method = gathering.piece(&definition.method, Purpose::Callback, || whose("method"));
    let url = gathering.piece(&definition.url, Purpose::Callback, || whose("url"));
    let headers: Vec<(HeaderName, Piece)> = definition
        .headers
        .iter()
        .map(|h| {
            (h.name.clone(), gathering.piece(&h.value, Purpose::Callback, || whose(&format!("header `{}`", h.name))))
        })
        .collect();
    let body = match &definition.body {
        Body::Text(text) => gathering.piece(text, Purpose::CallbackBody, || whose("body")),
        Body::Empty => Piece::Fixed(Bytes::new()),
        Body::File(_) | Body::Bucket(_) => {
            wrong.push(placed(Diagnostic::error(format!("{} is not sent yet", whose("body"))), &definition.origin));
            Piece::Fixed(Bytes::new())
        }
    };
    let outgoing = fixed(definition, &method, &url, &headers, &body)
        .map_err(|error| {
            wrong.push(placed(
                Diagnostic::error(format!("{} can't be sent: {error}", whose("request"))),
                &definition.origin,
            ));
        })
        .ok()?;
    let key = definition.ordering_key.as_ref();
    Some(CallbackPlan {
        name: definition.name.clone(),
        delay: attachment.delay,
        timeout: definition.timeout,
        outgoing: outgoing.unwrap_or(OutgoingPlan::Rendered { method, url, headers, body }),
        ordering_key: key.map(|text| gathering.piece(text, Purpose::Callback, || whose("ordering key"))),
        policy: definition.policy.clone(),
    })
}

/// What a callback sends, where nothing of it is rendered and its URL does not wait for the listener's own address.
fn fixed(
    definition: &CallbackDefinition,
    method: &Piece,
    url: &Piece,
    headers: &[(HeaderName, Piece)],
    body: &Piece,
) -> Result<Option<OutgoingPlan>, ringback_model::callback::OutgoingError> {
    let rendered =
        [method, url, body].into_iter().chain(headers.iter().map(|(_, value)| value)).any(|p| p.template().is_some());
    if rendered || definition.url.source.starts_with('/') {
        return Ok(None);
    }
    let headers = definition.headers.iter().map(|header| (header.name.as_str(), &*header.value.source));
    let body = definition.body.text().map(|text| Bytes::copy_from_slice(text.source.as_bytes())).unwrap_or_default();
    Outgoing::try_new(&definition.method.source, &definition.url.source, headers, body)
        .map(|o| Some(OutgoingPlan::Fixed(o)))
}

// === templates ===

impl Gathering {
    /// Names of buckets that there are not: what can't be meant, and what another tool's document does as that tool does.
    fn strangers(&self, environment: &Environment) -> (Diagnostics, Diagnostics) {
        let buckets: Vec<&BucketName> = environment.buckets.iter().map(|bucket| &bucket.name).collect();
        let (mut errors, mut warnings) = (Diagnostics::default(), Diagnostics::default());
        for (template, (origin, whose)) in self.templates.iter().zip(&self.origins) {
            for (span, name) in names::unknown(&template.source, &buckets) {
                let diagnostic =
                    placed(Diagnostic::error(format!("{whose} names bucket `{name}`, which is not declared")), origin)
                        .within(&template.source, span)
                        .help(declared(&buckets));
                match environment.paths.syntax {
                    PathSyntax::Template => errors.push(diagnostic),
                    PathSyntax::Express => warnings.push(Diagnostic { severity: Severity::Warning, ..diagnostic }),
                }
            }
        }
        (errors, warnings)
    }

    /// Makes a bucket's template ready. Absent: its content is given as it is.
    fn seed(&mut self, bucket: &Bucket) -> Option<Piece> {
        match &bucket.seed {
            Seeding::Value(_) => None,
            Seeding::Template(text) | Seeding::AtFirstUse(text) => {
                Some(self.piece(text, Purpose::Bucket, || format!("bucket `{}`", bucket.name)))
            }
        }
    }

    /// Makes a text ready: a fixed one as it is, a template by the number under which it will be compiled.
    pub fn piece(&mut self, text: &Text, purpose: Purpose, whose: impl FnOnce() -> String) -> Piece {
        if !text.templated {
            return Piece::Fixed(Bytes::copy_from_slice(text.source.as_bytes()));
        }
        let template = Template { source: text.source.clone(), purpose };
        if let Some(number) = self.numbers.get(&template) {
            return Piece::Template(*number);
        }
        let number = self.templates.len();
        self.numbers.insert(template.clone(), number);
        self.templates.push(template);
        self.origins.push((text.origin.clone(), whose()));
        Piece::Template(number)
    }
}

fn declared(buckets: &[&BucketName]) -> String {
    match ringback_diag::listed(buckets.iter().map(|bucket| bucket.as_str())) {
        Some(names) => format!("declared: {names}"),
        None => "no bucket is declared: add it to `[buckets]`".into(),
    }
}

/// Compiles all templates in one call. Absent: there are none.
///
/// # Errors
/// Every template that does not parse, or that the renderer is missing or failed.
pub async fn compile(
    gathering: Gathering,
    renderer: Option<&dyn Renderer>,
) -> Result<Option<Arc<dyn Templates>>, Vec<Diagnostic>> {
    let Gathering { templates, origins, .. } = gathering;
    if templates.is_empty() {
        return Ok(None);
    }
    let Some(renderer) = renderer else {
        return Err(vec![Diagnostic::error("there are templates, but no renderer for them")]);
    };
    let sources: Vec<Arc<str>> = templates.iter().map(|template| template.source.clone()).collect();
    match renderer.compile(templates).await {
        Ok(templates) => Ok(Some(templates)),
        Err(CompileError::Fault(fault)) => Err(vec![Diagnostic::error(fault.to_string())]),
        Err(CompileError::Templates(errors)) => Err(errors
            .iter()
            .filter_map(|error| {
                let ((origin, whose), source) = (origins.get(error.template)?, sources.get(error.template)?);
                Some(unparsed(error, origin, whose, source))
            })
            .collect()),
    }
}

fn unparsed(error: &TemplateError, origin: &Origin, whose: &str, source: &Arc<str>) -> Diagnostic {
    let diagnostic = placed(Diagnostic::error(format!("{whose} does not parse: {}", error.message)), origin);
    let (start, end) = error.span.unwrap_or((0, source.len()));
    let diagnostic = diagnostic.within(source, start..end);
    match &error.help {
        Some(help) => diagnostic.help(help.clone()),
        None => diagnostic,
    }
}
