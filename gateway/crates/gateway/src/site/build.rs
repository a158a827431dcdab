//! Makes a [`Site`] of an environment. Everything that can be wrong with it is found here, before a request can meet it:
//! paths that can't be matched, templates that do not parse, callbacks that could never be sent.

use std::sync::Arc;

use ringback_diag::{Diagnostic, Diagnostics, Severity};
use ringback_matching::RouteTable;
use ringback_model::{
    environment::{Bucket, Conventions, Environment, Origin, Seeding},
    ids::{PluginName, RouteName, SessionId},
    ports::Renderer,
    seed::Seed,
    time::Timestamp,
    unit::Scope,
};
use tokio_util::sync::CancellationToken;

use super::{Aliases, LateTemplates, Piece, RoutePlan, Site, Surroundings, seeds, tls};
use crate::{load::Variables, metrics::Metrics, mockoon::admin::Admin, plugins::slot::Slot};

mod callbacks;
mod content;
mod headers;
mod inline;
mod operation;
mod proxy;
mod routes;
mod templates;

pub(crate) use content::resolve;
pub use templates::Gathering;
use templates::{Compiled, compile};

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

/// A site while it is built: each part of a document adds its templates and what is wrong with it.
struct Making<'a> {
    environment: &'a Environment,
    /// Its folder, absolute.
    folder: &'a std::path::Path,
    gathering: Gathering,
    wrong: Diagnostics,
}

/// Makes a site, with what is perhaps not meant as it stands.
///
/// # Errors
/// Everything that is wrong.
pub async fn build(environment: &Environment, with: Ingredients<'_>) -> Result<(Site, Diagnostics), Diagnostics> {
    let previous = with.previous;
    let folder = std::path::absolute(&environment.folder).unwrap_or_else(|_| environment.folder.clone());
    let (gathering, wrong) = (Gathering::default(), Diagnostics::default());
    let mut making = Making { environment, folder: &folder, gathering, wrong };
    let table = RouteTable::build(&environment.routes, environment.paths, &environment.prefix).map_err(|errors| {
        making.wrong.extend(errors.iter().map(|error| pattern(environment, error)));
    });
    let routes: Vec<RoutePlan> = environment.routes.iter().map(|route| making.route(route, &with)).collect();
    let webhooks = environment.webhooks.iter().filter_map(|webhook| making.webhook(webhook)).collect();
    let headers = making.headers(&environment.headers, &[], |what| format!("{what} of the environment"));
    let proxy = environment.proxy.as_ref().map(|proxy| making.proxy(proxy));
    let buckets: Vec<_> = environment.buckets.iter().map(|bucket| (bucket, making.gathering.seed(bucket))).collect();
    let Making { mut gathering, mut wrong, .. } = making;
    let tls = tls::Wanted::gather(environment, &mut gathering);
    let (errors, strangers) = gathering.strangers(environment);
    wrong.extend(errors);
    let tolerant = !matches!(environment.conventions, Conventions::Ringback);
    let surroundings =
        Arc::new(Surroundings::of(environment, with.variables, with.previous.map(|previous| &*previous.surroundings)));
    let compiled = compile(gathering, with.renderer.as_deref(), &surroundings, tolerant).await;
    let compiled = compiled.map_err(|errors| wrong.extend(errors));
    let unrouted = RouteName::try_new(UNROUTED).map_err(|error| wrong.push(Diagnostic::error(error.to_string())));
    let (Ok(table), Ok(compiled), Ok(unrouted), false) = (table, compiled, unrouted, wrong.has_errors()) else {
        return Err(wrong);
    };
    let Compiled { templates, broken } = compiled;
    let default_scope = Scope { environment: environment.name.clone(), session: SessionId::default() };
    let shadowed = table.shadowed().into_iter().filter_map(|pair| shadowed(environment, pair));
    let invalid = table.invalid().iter().map(|error| never_answers(environment, error));
    let warnings = wrong.into_iter().chain(invalid).chain(shadowed).chain(strangers).chain(broken).collect();
    let making = seeds::Making {
        templates: templates.as_deref(),
        scope: &default_scope,
        unrouted: &unrouted,
        surroundings: &surroundings,
        now: with.now,
        seed: with.seed,
        mockoon: environment.conventions.mockoon().is_some(),
        scripts: routes.iter().filter_map(|route| route.answer.operation()).any(|plan| plan.script.is_some()),
    };
    let seeds = seeds::seeds(&buckets, &making).await?;
    let rendered = |(bucket, piece): &(&Bucket, Option<Piece>)| match (&bucket.seed, piece) {
        (Seeding::Template(_), Some(Piece::Template(number))) => Some((bucket.name.clone(), *number)),
        _ => None,
    };
    let seeding = buckets.iter().filter_map(rendered).collect();
    let tls = match tls {
        Some(tls) => {
            let with = tls::Rendered {
                templates: templates.as_deref(),
                scope: &default_scope,
                unrouted: &unrouted,
                surroundings: &surroundings,
                now: with.now,
                seed: with.seed,
            };
            Some(tls.ready(with, previous).await?)
        }
        None => None,
    };
    let site = Site {
        name: environment.name.clone(),
        listen: environment.listen.clone(),
        conventions: environment.conventions.clone(),
        latency: environment.latency,
        headers,
        prefix: match environment.prefix.trim_matches('/') {
            "" => String::new(),
            bare => format!("/{bare}"),
        },
        proxy,
        table,
        aliases: Aliases::of(environment),
        routes,
        webhooks,
        templates,
        late: LateTemplates::new(with.renderer, surroundings.clone()),
        seeds,
        seeding,
        surroundings,
        tls,
        admin: environment
            .conventions
            .mockoon()
            .and_then(|settings| Admin::of(settings, with.previous.and_then(|previous| previous.admin.as_ref()))),
        default_scope,
        unrouted,
        retired: CancellationToken::new(),
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
