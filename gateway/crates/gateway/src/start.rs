//! Puts the gateway together and starts it: the parts in the order in which they need each other, the documents, the admin
//! listener, the log. Everything that can fail fails here, before the first request.

use std::{io::Write, net::SocketAddr, path::PathBuf, sync::Arc};

use ringback_callbacks::{Engine, Policies, Ports};
use ringback_clock::GatewayClock;
use ringback_config::Settings;
use ringback_diag::{Colour, Diagnostic, Diagnostics, Sources};
use ringback_egress::HttpCourier;
use ringback_model::{
    environment::{Environment, Listen},
    ports::{Courier, Fetcher, Store},
    seed::Seed,
};
use ringback_store::{MemoryStore, StoreLimits};
use ringback_wasm::HostOptions;
use tokio::{net::TcpListener, sync::mpsc};

use crate::{
    admin,
    app::{App, Parts, RouteLine},
    gateway::{Gateway, Limits},
    journal::RingJournal,
    load::{self, Loaded, Rejected},
    metrics::Metrics,
    mockoon,
    plugins::{self, Plugins},
    reload,
    report::{self, Format},
};

/// How to start.
pub struct ServeOptions {
    /// What to serve.
    pub documents: load::Options,
    /// Where the admin API listens. Absent: where the documents say.
    pub admin: Option<Admin>,
    /// Whether documents come by Microcks' own paths as well, on the admin API's listener.
    pub microcks_api: bool,
    /// The seed of all that is random. Absent: drawn.
    pub seed: Option<u64>,
    /// Where compiled plugins are kept. Absent: nowhere.
    pub cache_dir: Option<PathBuf>,
    /// How the log is written.
    pub log: Format,
    /// Where it is written.
    pub out: Box<dyn Write + Send>,
    /// The time. Absent: the system's.
    pub clock: Option<Arc<GatewayClock>>,
    /// What a test of plugins puts in the world's place. Absent: the world.
    pub rehearsal: Option<Rehearsal>,
}

/// What a test of plugins puts in the world's place: callbacks go nowhere, and what calls cost is told.
#[derive(Clone)]
pub struct Rehearsal {
    /// Takes callbacks instead of sending them.
    pub courier: Arc<dyn Courier>,
    /// Hears what each call of a responder cost, its instructions too.
    pub meter: ringback_wasm::Meter,
}

/// Where the admin API listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admin {
    /// Nowhere.
    Off,
    /// On this port of loopback; 0: any free one.
    Loopback(u16),
}

/// A gateway that serves.
pub struct Running {
    /// The gateway.
    pub app: Arc<App>,
    /// Where the admin API listens. Absent: it is off.
    pub admin: Option<SocketAddr>,
    /// What the operator should know, though it serves; empty: nothing.
    pub warnings: String,
    files: Vec<PathBuf>,
}

/// What a check found, when nothing keeps the documents from being served.
pub struct Checked {
    /// What the operator should know, though it would serve; empty: nothing.
    pub warnings: String,
    /// In a line: `3 routes, 1 bucket, 1 callback: nothing is wrong`, or `no errors, 2 warnings` instead of the last words.
    pub summary: String,
}

/// Starts a gateway.
///
/// # Errors
/// Everything that is wrong with the documents, or what could not be bound.
pub async fn start(options: ServeOptions) -> Result<Running, Rejected> {
    let ServeOptions { documents, admin, microcks_api, seed, cache_dir, log, out, clock, rehearsal } = options;
    let loaded = load::load_elsewhere(&documents).await?;
    let clock = clock.unwrap_or_else(|| Arc::new(GatewayClock::system()));
    let seed = Seed(seed.unwrap_or_else(drawn));
    let (lines, queue) = mpsc::channel(report::QUEUE);
    let app = assemble(documents, &loaded.settings, cache_dir, seed, clock, Some(lines), rehearsal)?;
    let folder = app.log_folder();
    let mut writes = Some((queue, out));
    if log != Format::Mockoon
        && let Some((queue, out)) = writes.take()
    {
        app.spawn_beside(report::write(queue, app.gateway.journal.clone(), app.stopping(), log, out));
    }
    let listen = match admin {
        Some(Admin::Off) => None,
        Some(Admin::Loopback(port)) => Some(Listen { host: "127.0.0.1".into(), port }),
        None => loaded.settings.admin.clone(),
    };
    let address = match listen {
        Some(listen) => Some(serve_admin(&app, apart(listen, &loaded)?, microcks_api).await?),
        None => None,
    };
    let applied = app.start(loaded).await?;
    // Its first lines say where it listens.
    if let Some((queue, out)) = writes.take() {
        app.spawn_beside(mockoon::log::write(queue, app.clone(), folder, out));
    }
    Ok(Running { app, admin: address, warnings: applied.warnings, files: applied.files })
}

/// Finds everything that is wrong with documents, as starting would, without listening.
///
/// # Errors
/// Everything that is wrong.
pub async fn check(documents: load::Options, cache_dir: Option<PathBuf>) -> Result<Checked, Rejected> {
    let loaded = load::load_elsewhere(&documents).await?;
    let app = assemble(documents, &loaded.settings, cache_dir, Seed(0), Arc::new(GatewayClock::system()), None, None)?;
    let more = app.try_out(&loaded).await?;
    let Loaded { environments, mut warnings, sources, .. } = loaded;
    warnings.extend(more);
    let count = |what: &str, number: usize| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let found = match warnings.as_slice().len() {
        0 => "nothing is wrong".to_owned(),
        number => format!("no errors, {}", count("warning", number)),
    };
    let warnings = Rejected::new(warnings, &sources).render(Colour::Plain);
    let summary = [
        count("route", environments.iter().map(|e| e.routes.len()).sum()),
        count("bucket", environments.iter().map(|e| e.buckets.len()).sum()),
        count("callback", environments.iter().map(|e| e.callbacks.len()).sum()),
    ];
    Ok(Checked { warnings, summary: format!("{}: {found}", summary.join(", ")) })
}

fn assemble(
    documents: load::Options,
    settings: &Settings,
    cache_dir: Option<PathBuf>,
    seed: Seed,
    clock: Arc<GatewayClock>,
    lines: Option<mpsc::Sender<crate::journal::Numbered>>,
    rehearsal: Option<Rehearsal>,
) -> Result<Arc<App>, Rejected> {
    let metrics = Metrics::new().map_err(|error| Rejected::message(format!("the counters can't be made: {error}")))?;
    let journal = Arc::new(RingJournal::new(settings.journal_events_max, lines));
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(StoreLimits::default()));
    let courier = Arc::new(HttpCourier::new());
    let limits = Limits::of(settings);
    let gateway =
        Arc::new(Gateway::new(clock.clone(), store.clone(), journal.clone(), courier.clone(), metrics, seed, limits));
    let fetcher: Arc<dyn Fetcher> = courier.clone();
    let store_of_plugins = Some(store.clone());
    let host = HostOptions {
        cache_dir,
        seed,
        store: store_of_plugins,
        fetcher: Some(fetcher),
        count_instructions: rehearsal.is_some(),
        meter: rehearsal.as_ref().map(|rehearsal| rehearsal.meter.clone()),
        ..HostOptions::default()
    };
    let sender: Arc<dyn Courier> = match rehearsal {
        Some(rehearsal) => rehearsal.courier,
        None => courier.clone(),
    };
    let plugins = Plugins::new(host, documents.variable.clone());
    let loaded = plugins.clone();
    let policies: Policies = Arc::new(move |name| loaded.policy(name));
    let engine =
        Engine::start(Ports { clock, store, courier: sender, journal, policies, untold: gateway.untold.clone() });
    let timeline = engine.timeline();
    Ok(App::new(Parts { gateway, engine, timeline, courier, plugins, options: documents }))
}

/// The admin API's place, unless an environment has been given the same port: it would be told that it is in use.
fn apart(listen: Listen, loaded: &Loaded) -> Result<Listen, Rejected> {
    let taken = |environment: &&Environment| environment.listen.port == listen.port && listen.port != 0;
    match loaded.environments.iter().find(taken) {
        None => Ok(listen),
        Some(environment) => {
            let message =
                format!("environment `{}` and the admin API both listen on port {}", environment.name, listen.port);
            let help = "choose another port for one of them: `--port`, or `--admin-port`";
            Err(Rejected::new(Diagnostics::from(Diagnostic::error(message).help(help)), &Sources::default()))
        }
    }
}

async fn serve_admin(app: &Arc<App>, listen: Listen, microcks_api: bool) -> Result<SocketAddr, Rejected> {
    let failed = |error: std::io::Error| {
        let message = format!("the admin API can't listen on {}:{}: {error}", listen.host, listen.port);
        let help = "choose another port with `--admin-port`, or `--admin-port off`";
        Rejected::new(Diagnostics::from(Diagnostic::error(message).help(help)), &Sources::default())
    };
    let listener = TcpListener::bind((listen.host.as_str(), listen.port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let (router, stop) = (admin::router(app.clone(), microcks_api), app.stopping());
    app.spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "the admin API ended");
        }
    });
    Ok(address)
}

/// A seed that nobody chose: from the standard library's own randomness, which the operating system seeds.
fn drawn() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0u8)
}

// === impl Running ===

impl Running {
    /// All routes with their URLs.
    pub fn routes(&self) -> Vec<RouteLine> {
        self.app.listing()
    }

    /// Where it listens: `http://127.0.0.1:3000`.
    pub fn origins(&self) -> Vec<String> {
        self.app.origins()
    }

    /// Reloads whenever a document or a plugin changes. `told` hears what came of it: warnings, or why it was rejected.
    pub fn watch(&self, told: impl Fn(Result<String, &Rejected>) + Send + Sync + 'static) {
        let told = Arc::new(told);
        self.app.spawn_beside(plugins::watch::watch(self.app.clone(), told.clone()));
        self.app.spawn_beside(reload::watch(self.app.clone(), self.files.clone(), told));
    }

    /// Stops accepting, lets what is under way finish, and ends. Returns whether all of it did within the grace.
    pub async fn drain(self) -> bool {
        self.app.drain().await
    }
}
