//! The whole gateway: what serves, and how it changes. Starting is the same as reloading, from nothing: the documents are
//! read, everything in them is checked and built, new listeners are bound, and only then is anything published. A document
//! that is wrong changes nothing.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock, Weak},
};

use arc_swap::{ArcSwap, ArcSwapOption};
use parking_lot::Mutex;
use ringback_callbacks::{Engine, Timeline};
use ringback_config::Settings;
use ringback_diag::{Colour, Diagnostic, Diagnostics, Severity, Sources};
use ringback_egress::{EgressPolicy, HttpCourier};
use ringback_model::{
    environment::{Environment, Route},
    journal::Event,
    ports::Journal,
    time::Clock,
};
use tokio::runtime::Handle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    background::Background,
    gateway::Gateway,
    load::{self, Artifact, Loaded, Rejected},
    plugins::{Fresh, Known, Plugins},
    site::{
        Site,
        build::{Ingredients, build, placed},
    },
    webhooks::Registrations,
};

mod artifacts;
mod listeners;
mod plugins;
mod replace;
mod webhooks;

use listeners::{Bound, Open};
pub(crate) use plugins::shadowed;
pub use plugins::{Offered, Refused};
pub use webhooks::Aimed;

/// The whole gateway.
pub struct App {
    /// What all requests share.
    pub gateway: Arc<Gateway>,
    /// Delivers callbacks.
    pub engine: Engine,
    /// Moves the clock.
    pub timeline: Timeline,
    courier: Arc<HttpCourier>,
    options: load::Options,
    /// Documents that came over HTTP.
    artifacts: ArcSwap<Vec<Artifact>>,
    /// The plugins.
    pub plugins: Arc<Plugins>,
    /// Who wants webhooks again and again.
    pub registrations: Arc<Registrations>,
    /// Where everything is done that is no request's.
    pub background: Background,
    /// Where requests are answered.
    front: Handle,
    /// Itself, for listeners whose clients ask about it.
    this: Weak<Self>,
    listeners: Mutex<Vec<Open>>,
    sites: ArcSwap<Vec<Arc<Site>>>,
    /// What the sites were made of.
    documents: ArcSwapOption<Documents>,
    /// Those that it was started with.
    settings: OnceLock<Settings>,
    /// Held by whoever reloads, which can take as long as compiling takes.
    reloading: tokio::sync::Mutex<()>,
    /// Held by whoever makes sites and publishes them, or a generation: a moment.
    publishing: tokio::sync::Mutex<()>,
    ready: CancellationToken,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// What an operator is told who changed what a running gateway can't.
const SETTINGS_STAY: &str = "limits, the journal and the admin listener are as they were at the start";

/// A route as the start-up list and the admin API show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteLine {
    /// Its environment.
    pub environment: String,
    /// Its name.
    pub name: String,
    /// Its methods: `GET`, `ANY`.
    pub methods: String,
    /// Its path as written.
    pub path: String,
    /// Where it is reached.
    pub url: String,
    /// Where it is reached as well; with whether its requests' contents are checked there.
    pub also: Vec<(String, bool)>,
}

/// What documents become, before any of it is published.
struct Built {
    /// In the order of the documents.
    sites: Vec<Arc<Site>>,
    /// What does not fit between documents and plugins that are there.
    strangers: Diagnostics,
    /// What is perhaps not meant as it stands.
    warnings: Diagnostics,
}

/// Documents as they were read.
struct Documents {
    environments: Vec<Environment>,
    sources: Sources,
}

/// When documents are taken up: what is wrong with a plugin keeps a gateway from starting, so that a slip is not
/// overlooked, and does not keep one that serves from reloading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Check,
    Start,
    Reload,
}

/// What a reload did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// In a line: `3 routes, 1 added, 1 changed`.
    pub summary: String,
    /// What the operator should know, though it serves.
    pub warnings: String,
    /// Files that, when they change, change what serves.
    pub files: Vec<PathBuf>,
}

/// What the gateway is made of.
pub struct Parts {
    /// What all requests share.
    pub gateway: Arc<Gateway>,
    /// Delivers callbacks.
    pub engine: Engine,
    /// Moves the clock.
    pub timeline: Timeline,
    /// Sends callbacks, as each environment allows.
    pub courier: Arc<HttpCourier>,
    /// Loads components.
    pub plugins: Arc<Plugins>,
    /// What to serve.
    pub options: load::Options,
}

// === impl App ===

impl App {
    /// Puts the parts together. Nothing serves until [`App::reload`] has been called. Requests are answered in the runtime that
    /// this is called in.
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { gateway, engine, timeline, courier, plugins, options } = parts;
        let app = Arc::new_cyclic(|this| Self {
            this: this.clone(),
            background: Background::of(Handle::current()),
            front: Handle::current(),
            gateway,
            engine,
            timeline,
            courier,
            options,
            artifacts: ArcSwap::default(),
            plugins,
            registrations: Arc::new(Registrations::new(this.clone())),
            listeners: Mutex::default(),
            sites: ArcSwap::default(),
            documents: ArcSwapOption::empty(),
            settings: OnceLock::new(),
            reloading: tokio::sync::Mutex::default(),
            publishing: tokio::sync::Mutex::default(),
            ready: CancellationToken::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        app.listen_to_plugins();
        app.engine.tick_with(app.registrations.clone());
        app
    }

    /// Reads the documents and serves them instead of what serves now. A plugin that does not load is warned of, and what
    /// it served before goes on.
    ///
    /// # Errors
    /// All that is wrong; what served before goes on serving, unchanged.
    pub async fn reload(&self) -> Result<Applied, Rejected> {
        let _one_at_a_time = self.reloading.lock().await;
        self.read_again(Vec::clone(&self.artifacts.load())).await
    }

    /// Reads the documents, and these that came over HTTP. Who calls it holds the lock of reloads.
    async fn read_again(&self, artifacts: Vec<Artifact>) -> Result<Applied, Rejected> {
        let options = load::Options { artifacts: artifacts.clone(), ..self.options.clone() };
        let result = match load::load_elsewhere(&options).await {
            Ok(loaded) => self.apply(loaded, Moment::Reload).await,
            Err(rejected) => Err(rejected),
        };
        if result.is_ok() {
            self.artifacts.store(Arc::new(artifacts));
        }
        let (summary, applied) = match &result {
            Ok(applied) => (applied.summary.clone(), true),
            Err(rejected) => (format!("not reloaded, {} wrong; what served goes on", rejected.count()), false),
        };
        let outcome = if applied { "applied" } else { "rejected" };
        self.gateway.metrics.reloads.with_label_values(&[outcome]).inc();
        if self.is_ready() {
            self.gateway.journal.record(Event::Reloaded { at: self.gateway.clock.now(), summary, applied });
        }
        result
    }

    /// Serves documents that were just read, instead of nothing.
    ///
    /// # Errors
    /// All that is wrong, plugins that are there and do not load included.
    pub async fn start(&self, loaded: Loaded) -> Result<Applied, Rejected> {
        let _one_at_a_time = self.reloading.lock().await;
        self.apply(loaded, Moment::Start).await
    }

    /// Finds all that is wrong with documents, and serves nothing. Returns what is perhaps not meant as it stands.
    ///
    /// # Errors
    /// All that is wrong, plugins that are not there included.
    pub async fn try_out(&self, loaded: &Loaded) -> Result<Diagnostics, Rejected> {
        let known = Known::of(loaded, &self.options).map_err(|wrong| Rejected::new(wrong, &loaded.sources))?;
        let mut batch = self.prepare(&known, Moment::Check).await;
        let documents = Documents { environments: loaded.environments.clone(), sources: loaded.sources.clone() };
        let built = self.build(&documents, &batch.fresh).await;
        let (built, mut wrong) = match built {
            Ok(built) => (Some(built), Diagnostics::default()),
            Err(wrong) => (None, wrong),
        };
        wrong.extend(std::mem::take(&mut batch.refused));
        wrong.extend(built.iter().flat_map(|built| built.strangers.as_slice().iter().cloned()));
        match built {
            Some(built) if !wrong.has_errors() => Ok(built.warnings.into_iter().chain(batch.warnings).collect()),
            _ => Err(Rejected::new(wrong, &documents.sources)),
        }
    }

    async fn apply(&self, loaded: Loaded, moment: Moment) -> Result<Applied, Rejected> {
        let known = Known::of(&loaded, &self.options).map_err(|wrong| Rejected::new(wrong, &loaded.sources))?;
        let Loaded { environments, settings, mut warnings, sources, files } = loaded;
        let documents = Documents { environments, sources };
        let rejected = |wrong| Rejected::new(wrong, &documents.sources);
        let mut batch = self.prepare(&known, moment).await;
        // All that is wrong is said at once: the documents are built whatever is wrong with plugins.
        let _publishing = self.publishing.lock().await;
        let (sites, mut wrong) = match self.build(&documents, &batch.fresh).await {
            Ok(Built { sites, strangers, warnings: more }) => {
                batch.refused.extend(strangers);
                warnings.extend(more);
                (sites, Diagnostics::default())
            }
            Err(wrong) => (vec![], wrong),
        };
        match moment {
            Moment::Reload => warnings.extend(batch.refused.into_iter().map(softened)),
            Moment::Start | Moment::Check => wrong.extend(batch.refused),
        }
        warnings.extend(batch.warnings);
        if wrong.has_errors() {
            return Err(rejected(wrong));
        }
        let bound = self.bind(&sites).await.map_err(rejected)?;
        self.declare(&sites).await?;
        let summary = crate::reload::summary(&self.sites.load(), &sites);
        if *self.settings.get_or_init(|| settings.clone()) != settings {
            warnings.push(Diagnostic::warning(SETTINGS_STAY).help("start the gateway again to change them"));
        }
        let keep = known.rules.keep;
        self.plugins.learn(known);
        // A plugin first, then the routes that it brings: no new route meets the version before.
        batch.fresh.into_iter().for_each(|fresh| fresh.slot.publish(fresh.generation, keep));
        self.forget_undeclared();
        self.courier.set_policies(documents.environments.iter().map(|e| (e.name.clone(), EgressPolicy::of(e))));
        let warnings = Rejected::new(warnings, &documents.sources).render(Colour::Plain);
        self.documents.store(Some(Arc::new(documents)));
        self.publish(sites, bound);
        drop(batch.lines);
        Ok(Applied { summary, warnings, files })
    }

    async fn declare(&self, sites: &[Arc<Site>]) -> Result<(), Rejected> {
        for site in sites {
            let declared = self.gateway.store.declare(&site.name, site.seeds.clone()).await;
            declared.map_err(|error| Rejected::message(format!("the buckets can't be declared: {error}")))?;
        }
        Ok(())
    }

    /// Makes sites of documents and of what plugins add to them, with those that are about to be published in place of
    /// those that serve. Publishes nothing.
    ///
    /// # Errors
    /// All that is wrong.
    async fn build(&self, documents: &Documents, fresh: &[Fresh]) -> Result<Built, Diagnostics> {
        let (environments, mut strangers) = self.contributed(&documents.environments, fresh);
        let previous = self.sites.load_full();
        let (mut sites, mut warnings, mut wrong) = (Vec::new(), Diagnostics::default(), Diagnostics::default());
        for environment in &*environments {
            let renderer = match environment.has_templates() {
                true => Some(self.plugins.renderer(&environment.renderer).await?),
                false => None,
            };
            let with = Ingredients {
                renderer,
                slot: &|name| self.plugins.slot(name),
                previous: previous.iter().find(|site| site.name == environment.name).map(|site| &**site),
                metrics: &self.gateway.metrics,
                variables: &self.options.variable,
                now: self.gateway.clock.now(),
                seed: self.gateway.seed,
            };
            match build(environment, with).await {
                Ok((site, more)) => {
                    sites.push(Arc::new(site));
                    warnings.extend(more);
                }
                Err(errors) => wrong.extend(errors),
            }
        }
        if wrong.has_errors() {
            return Err(wrong);
        }
        let routes = environments.iter().flat_map(|environment| &environment.routes);
        strangers.extend(routes.filter_map(|route| self.stranger(route, fresh)));
        Ok(Built { sites, strangers, warnings })
    }

    /// A route whose plugin is there and answers no requests.
    fn stranger(&self, route: &Route, fresh: &[Fresh]) -> Option<Diagnostic> {
        let plugin = route.answer.plugin()?;
        let fresh = fresh.iter().find(|fresh| fresh.slot.name() == plugin).map(|fresh| fresh.generation.clone());
        let generation = fresh.or_else(|| self.plugins.find(plugin)?.serving())?;
        let message = format!("route `{}` is answered by `{plugin}`, which is no responder", route.name);
        generation.responder().is_none().then(|| placed(Diagnostic::error(message), &route.origin))
    }

    fn publish(&self, sites: Vec<Arc<Site>>, bound: Vec<Option<Bound>>) {
        let certificates = sites.iter().filter_map(|site| Some(site.tls.as_ref()?.certificate.to_vec()));
        self.courier.set_own_certificates(certificates);
        self.open_all(&sites, bound);
        self.sites.store(Arc::new(sites));
        self.ready.cancel();
    }

    /// What serves.
    pub fn sites(&self) -> Arc<Vec<Arc<Site>>> {
        self.sites.load_full()
    }

    /// Where it listens, scheme and authority: `http://127.0.0.1:3000`.
    pub fn origins(&self) -> Vec<String> {
        self.listeners.lock().iter().map(|open| open.door.origin.to_string()).collect()
    }

    /// The addresses that it listens on.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.lock().iter().map(|open| open.address).collect()
    }

    /// What serves, each with the address that it listens on.
    pub fn listening(&self) -> Vec<(Arc<Site>, SocketAddr)> {
        let listeners = self.listeners.lock();
        let address = |site: &Site| listeners.iter().find(|open| open.listen == site.listen).map(|open| open.address);
        self.sites.load().iter().filter_map(|site| Some((site.clone(), address(site)?))).collect()
    }

    /// All routes with their URLs, in the order in which they are tried.
    pub fn listing(&self) -> Vec<RouteLine> {
        let listeners = self.listeners.lock();
        let sites = self.sites.load();
        let lines = sites.iter().flat_map(|site| {
            let origin =
                listeners.iter().find(|open| open.listen == site.listen).map(|open| open.door.origin.to_string());
            let origin = origin.unwrap_or_default();
            let also = |path: &str, origin: &str| {
                site.aliases.others(path).map(|(path, checks)| (format!("{origin}{path}"), checks)).collect()
            };
            site.routes.iter().map(move |route| RouteLine {
                environment: site.name.to_string(),
                name: route.name.to_string(),
                methods: route.methods.clone(),
                path: route.path.clone(),
                url: format!("{origin}{}", route.path),
                also: also(&route.path, &origin),
            })
        });
        lines.collect()
    }

    /// Whether it serves and does not drain.
    pub fn is_ready(&self) -> bool {
        self.ready.is_cancelled() && !self.stop.is_cancelled()
    }

    /// Where Mockoon's log is written beside the terminal. Absent: nowhere.
    pub fn log_folder(&self) -> Option<PathBuf> {
        self.options.mockoon.as_ref()?.log_folder.clone()
    }

    /// Fires when the gateway begins to drain.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a task of the requests' that ends with the gateway.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(task, &self.front);
    }

    /// Runs a task in the background that ends with the gateway.
    pub fn spawn_beside(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(task, self.background.handle());
    }

    /// Stops accepting, lets open requests and attempts finish within the grace, and ends. Returns whether all did.
    pub async fn drain(&self) -> bool {
        let grace = self.gateway.limits.drain_grace;
        self.stop.cancel();
        self.tasks.close();
        let ((), requests) = tokio::join!(self.engine.drain(grace), tokio::time::timeout(grace, self.tasks.wait()));
        if requests.is_err() {
            tracing::warn!(?grace, "what was still open is cut off: the grace of the drain is over");
        }
        requests.is_ok()
    }
}

/// What is wrong with a plugin, where that does not keep the documents from serving.
fn softened(diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..diagnostic }
}
