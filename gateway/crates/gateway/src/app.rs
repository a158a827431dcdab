//! The whole gateway: what serves, and how it changes. Starting is the same as reloading, from nothing: the documents are
//! read, everything in them is checked and built, new listeners are bound, and only then is anything published. A document
//! that is wrong changes nothing.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use ringback_callbacks::{Engine, Timeline};
use ringback_config::Settings;
use ringback_diag::{Colour, Diagnostic, Diagnostics, Sources};
use ringback_egress::{EgressPolicy, HttpCourier};
use ringback_model::{environment::Listen, journal::Event, ports::Journal, time::Clock};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    gateway::{Door, Gateway},
    http,
    load::{self, Loaded, Rejected},
    plugins::{Plugins, Set},
    site::{
        Site,
        build::{Ingredients, build},
    },
};

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
    plugins: Arc<Plugins>,
    listeners: Mutex<Vec<Open>>,
    sites: ArcSwap<Vec<Arc<Site>>>,
    /// Those that it was started with.
    settings: OnceLock<Settings>,
    /// Held by whoever reloads.
    reloading: tokio::sync::Mutex<()>,
    ready: CancellationToken,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// What an operator is told who changed what a running gateway can't.
const SETTINGS_STAY: &str = "limits, the journal and the admin listener are as they were at the start";

/// A listener that accepts.
struct Open {
    listen: Listen,
    address: SocketAddr,
    door: Arc<Door>,
    stop: CancellationToken,
}

/// A listener that is bound and does not accept yet.
struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

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
}

/// What documents become, before any of it is published.
pub struct Built {
    /// In the order of the documents.
    pub sites: Vec<Arc<Site>>,
    /// The plugins that they use.
    pub plugins: Set,
    /// What is perhaps not meant as it stands.
    pub warnings: Diagnostics,
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
    /// Puts the parts together. Nothing serves until [`App::reload`] has been called.
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { gateway, engine, timeline, courier, plugins, options } = parts;
        Arc::new(Self {
            gateway,
            engine,
            timeline,
            courier,
            options,
            plugins,
            listeners: Mutex::default(),
            sites: ArcSwap::default(),
            settings: OnceLock::new(),
            reloading: tokio::sync::Mutex::default(),
            ready: CancellationToken::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }

    /// Reads the documents and serves them instead of what serves now.
    ///
    /// # Errors
    /// All that is wrong; what served before goes on serving, unchanged.
    pub async fn reload(&self) -> Result<Applied, Rejected> {
        let _one_at_a_time = self.reloading.lock().await;
        let result = match load::load(&self.options) {
            Ok(loaded) => self.apply(loaded).await,
            Err(rejected) => Err(rejected),
        };
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
    /// All that is wrong.
    pub async fn start(&self, loaded: Loaded) -> Result<Applied, Rejected> {
        let _one_at_a_time = self.reloading.lock().await;
        self.apply(loaded).await
    }

    async fn apply(&self, loaded: Loaded) -> Result<Applied, Rejected> {
        let Loaded { environments, settings, mut warnings, sources, files } = loaded;
        let Built { sites, plugins, warnings: more } = self.build(&environments, &sources).await?;
        warnings.extend(more);
        let bound = self.bind(&sites).await.map_err(|wrong| Rejected::new(wrong, &sources))?;
        for site in &sites {
            let declared = self.gateway.store.declare(&site.name, site.seeds.clone()).await;
            declared.map_err(|error| Rejected::message(format!("the buckets can't be declared: {error}")))?;
        }
        let summary = crate::reload::summary(&self.sites.load(), &sites);
        if *self.settings.get_or_init(|| settings.clone()) != settings {
            warnings.push(Diagnostic::warning(SETTINGS_STAY).help("start the gateway again to change them"));
        }
        self.plugins.publish(plugins);
        self.courier.set_policies(environments.iter().map(|e| (e.name.clone(), EgressPolicy::of(e))));
        self.publish(sites, bound);
        let warnings = Rejected::new(warnings, &sources).render(Colour::Plain);
        Ok(Applied { summary, warnings, files })
    }

    /// Makes sites of environments, and the plugins that they use. Publishes nothing.
    ///
    /// # Errors
    /// All that is wrong.
    pub async fn build(
        &self,
        environments: &[ringback_model::environment::Environment],
        sources: &Sources,
    ) -> Result<Built, Rejected> {
        let loaded = self.plugins.load(environments).await.map_err(|wrong| Rejected::new(wrong, sources))?;
        let previous = self.sites.load_full();
        let (mut sites, mut warnings, mut wrong) = (Vec::new(), Diagnostics::default(), Diagnostics::default());
        for environment in environments {
            let with = Ingredients {
                renderer: loaded.renderer(&environment.renderer),
                responders: loaded.responders(),
                previous: previous.iter().find(|site| site.name == environment.name).map(|site| &**site),
                metrics: &self.gateway.metrics,
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
            return Err(Rejected::new(wrong, sources));
        }
        Ok(Built { sites, plugins: loaded, warnings })
    }

    /// Binds what is not bound yet, before anything is published: a port in use is found while the old still serves.
    async fn bind(&self, sites: &[Arc<Site>]) -> Result<Vec<Option<Bound>>, Diagnostics> {
        let mut bound = Vec::with_capacity(sites.len());
        for site in sites {
            let open = self.listeners.lock().iter().any(|open| open.listen == site.listen);
            bound.push(match open {
                true => None,
                false => Some(bind(&site.listen).await?),
            });
        }
        Ok(bound)
    }

    fn publish(&self, sites: Vec<Arc<Site>>, bound: Vec<Option<Bound>>) {
        let mut listeners = self.listeners.lock();
        let gone = |open: &Open| !sites.iter().any(|site| site.listen == open.listen);
        listeners.iter().filter(|open| gone(open)).for_each(|open| open.stop.cancel());
        listeners.retain(|open| !gone(open));
        for (site, bound) in sites.iter().zip(bound) {
            match bound {
                Some(bound) => listeners.push(self.open(site, bound)),
                None => listeners
                    .iter()
                    .filter(|open| open.listen == site.listen)
                    .for_each(|o| o.door.site.store(site.clone())),
            }
        }
        self.sites.store(Arc::new(sites));
        self.ready.cancel();
    }

    fn open(&self, site: &Arc<Site>, bound: Bound) -> Open {
        let Bound { listener, address } = bound;
        let origin = origin(&site.listen, address).into();
        let door = Arc::new(Door { gateway: self.gateway.clone(), site: ArcSwap::new(site.clone()), origin });
        let stop = self.stop.child_token();
        self.tasks.spawn(http::listener::serve(listener, door.clone(), stop.clone(), self.tasks.clone()));
        Open { listen: site.listen.clone(), address, door, stop }
    }

    /// What serves.
    pub fn sites(&self) -> Arc<Vec<Arc<Site>>> {
        self.sites.load_full()
    }

    /// The plugins of what serves, as the admin API shows them.
    pub fn plugins(&self) -> Vec<serde_json::Value> {
        self.plugins.views()
    }

    /// Where it listens, scheme and authority: `http://127.0.0.1:3000`.
    pub fn origins(&self) -> Vec<String> {
        self.listeners.lock().iter().map(|open| open.door.origin.to_string()).collect()
    }

    /// The addresses that it listens on.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.listeners.lock().iter().map(|open| open.address).collect()
    }

    /// All routes with their URLs, in the order in which they are tried.
    pub fn listing(&self) -> Vec<RouteLine> {
        let listeners = self.listeners.lock();
        let sites = self.sites.load();
        let lines = sites.iter().flat_map(|site| {
            let origin =
                listeners.iter().find(|open| open.listen == site.listen).map(|open| open.door.origin.to_string());
            let origin = origin.unwrap_or_default();
            site.routes.iter().map(move |route| RouteLine {
                environment: site.name.to_string(),
                name: route.name.to_string(),
                methods: route.methods.clone(),
                path: route.path.clone(),
                url: format!("{origin}{}", route.path),
            })
        });
        lines.collect()
    }

    /// Whether it serves and does not drain.
    pub fn is_ready(&self) -> bool {
        self.ready.is_cancelled() && !self.stop.is_cancelled()
    }

    /// Fires when the gateway begins to drain.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a task that ends with the gateway.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
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

async fn bind(listen: &Listen) -> Result<Bound, Diagnostics> {
    let failed = |error: std::io::Error| {
        let (host, port) = (if listen.host.is_empty() { "every interface" } else { &listen.host }, listen.port);
        let message = match error.kind() {
            std::io::ErrorKind::AddrInUse => format!("port {port} of {host} is in use"),
            _ => format!("can't listen on port {port} of {host}: {error}"),
        };
        let help = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "end what listens there, or choose another port with `--port` or `listen` in `[server]`"
            }
            std::io::ErrorKind::PermissionDenied => "choose a port above 1023 with `--port` or `listen` in `[server]`",
            _ => {
                "`--host` and `listen` in `[server]` take an address of this machine: `127.0.0.1`, or `0.0.0.0` for all"
            }
        };
        Diagnostics::from(Diagnostic::error(message).help(help))
    };
    let host = match listen.host.as_str() {
        "" => "::",
        host => host.trim_start_matches('[').trim_end_matches(']'),
    };
    let listener = match TcpListener::bind((host, listen.port)).await {
        // A machine without IPv6 still has every interface.
        Err(_) if listen.host.is_empty() => TcpListener::bind(("0.0.0.0", listen.port)).await.map_err(failed)?,
        result => result.map_err(failed)?,
    };
    let address = listener.local_addr().map_err(failed)?;
    Ok(Bound { listener, address })
}

/// Under which scheme and authority a listener is reached from this machine.
fn origin(listen: &Listen, address: SocketAddr) -> String {
    match listen.host.as_str() {
        "" | "0.0.0.0" | "::" | "[::]" => format!("http://localhost:{}", address.port()),
        host if host.contains(':') && !host.starts_with('[') => format!("http://[{host}]:{}", address.port()),
        host => format!("http://{host}:{}", address.port()),
    }
}
