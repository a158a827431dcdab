//! The host: what all plugins share, and the way in for a component.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Weak},
    time::Duration,
};

use parking_lot::Mutex;
use ringback_model::{
    ids::PluginName,
    limits,
    ports::{Fetcher, Store},
    seed::{Seed, Stream},
    time::Clock,
};
use tokio::sync::Semaphore;
use wasmtime::Engine;

use crate::{
    Cost, LoadError,
    cache::Cache,
    compile::Loader,
    engine,
    lane::Lanes,
    permits::{Permits, Share},
    plugin::{self, Plugin},
    source::PluginSource,
    ticker::Ticker,
};

/// How a host is set up.
#[derive(Clone)]
pub struct HostOptions {
    /// Guests that run at once. Each takes three slots of twice 4 GiB of address space in the pool, and some 100 KiB of memory once
    /// it has been used.
    pub concurrency: usize,
    /// How long a call waits for its turn.
    pub queue_max: Duration,
    /// How long a component may take to load.
    pub load_max: Duration,
    /// Where compiled code is kept. Absent: nowhere, every start compiles.
    pub cache_dir: Option<PathBuf>,
    /// Draws when warm instances retire.
    pub seed: Seed,
    /// The time of calls that come from no request: `configure` and callback policies. Absent: the time at which the
    /// callback was due.
    pub clock: Option<Arc<dyn Clock>>,
    /// Where plugins look up callbacks of earlier calls. Absent: they know of none but their own.
    pub store: Option<Arc<dyn Store>>,
    /// Who asks other servers for plugins. Absent: nobody does, and plugins are told so.
    pub fetcher: Option<Arc<dyn Fetcher>>,
    /// Whether instructions are counted ([`Cost::instructions`](crate::Cost::instructions)): for tests of plugins, since it
    /// makes guests slower by half.
    pub count_instructions: bool,
    /// Hears what each call of a responder cost, in the order in which they end. Absent: nobody wants to know.
    pub meter: Option<Meter>,
}

/// Hears what a call cost.
pub type Meter = Arc<dyn Fn(Cost) + Send + Sync>;

/// Guests that run at once: thirty times what keeps two cores busy, so that it is full only while they wait.
const CONCURRENCY: usize = 64;
/// How long a call waits for its turn: less than a client's patience, more than twenty hostile calls take.
const QUEUE_MAX: Duration = Duration::from_secs(2);

/// Loads plugins and runs them. Cheap to clone; plugins keep alive what they need of it.
#[derive(Clone)]
pub struct Host {
    shared: Arc<Shared>,
}

/// What all plugins share.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    /// Instances that the pool holds. Absent: there is no pool.
    pub(crate) pool: Option<u32>,
    pub(crate) permits: Permits,
    pub(crate) loader: Loader,
    pub(crate) cache: Option<Cache>,
    pub(crate) options: HostOptions,
    /// Instances that are kept warm, of all plugins together.
    pub(crate) warm: Arc<Semaphore>,
    retirement: Mutex<Stream>,
    shares: Mutex<HashMap<PluginName, Weak<Semaphore>>>,
    /// Where calls go on that are not quick.
    pub(crate) lanes: Arc<Lanes>,
    _ticker: Ticker,
}

/// What the pool holds and how much of it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolMetrics {
    /// Instances that fit. Absent: there is no pool, this machine has no room for the address space.
    pub slots: Option<u32>,
    /// Instances that there are: those that run and those that are kept warm.
    pub instances: u64,
    /// Calls that run.
    pub running: usize,
    /// Calls that could run beside them.
    pub free: usize,
    /// Memories that were used before and keep their pages for the next instance of the same plugin.
    pub warm_memories: u64,
}

impl Default for HostOptions {
    fn default() -> Self {
        Self {
            concurrency: CONCURRENCY,
            queue_max: QUEUE_MAX,
            load_max: limits::COMPILE_TIMEOUT,
            cache_dir: None,
            seed: Seed(0),
            clock: None,
            store: None,
            fetcher: None,
            count_instructions: false,
            meter: None,
        }
    }
}

// === impl Host ===

impl Host {
    /// Sets up the engine, the pool and the threads.
    ///
    /// # Errors
    /// When this machine can't run compiled wasm, or gives no threads.
    pub fn new(options: HostOptions) -> Result<Self, HostError> {
        let concurrency = options.concurrency.clamp(1, limits::REQUESTS_IN_FLIGHT_MAX);
        let pooled = engine::start(concurrency, options.count_instructions)
            .map_err(|error| HostError::Engine(format!("{error:#}")))?;
        let cache = options.cache_dir.as_deref().and_then(|folder| {
            let opened = Cache::open(folder, &pooled.engine);
            opened
                .inspect_err(|error| tracing::warn!(folder = %folder.display(), %error, "compiled code is not kept"))
                .ok()
        });
        let shared = Shared {
            _ticker: Ticker::start(&pooled.engine).map_err(HostError::Thread)?,
            engine: pooled.engine,
            pool: pooled.instances,
            permits: Permits::new(concurrency),
            loader: Loader::start().map_err(|error| HostError::Thread(std::io::Error::other(error)))?,
            cache,
            warm: Arc::new(Semaphore::new(concurrency)),
            retirement: Mutex::new(options.seed.stream(u64::MAX)),
            shares: Mutex::default(),
            lanes: Arc::default(),
            options,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Takes a component through the gate, the compiler or the cache, and its own `configure`. Blocks, for seconds where a
    /// large one is compiled: call it from `spawn_blocking`.
    ///
    /// # Errors
    /// Why it does not serve. Nothing that serves is touched.
    pub fn load(&self, source: PluginSource) -> Result<Arc<Plugin>, LoadError> {
        let (name, shared) = (source.name.clone(), Arc::clone(&self.shared));
        let (bytes, time) = (source.file.bytes(), self.shared.options.load_max);
        let loaded = self.shared.loader.run(bytes, time, move || plugin::load(&shared, source));
        loaded.map(Arc::new).map_err(|reason| LoadError { plugin: name, reason })
    }

    /// What the pool holds now.
    pub fn metrics(&self) -> PoolMetrics {
        let pool = self.shared.engine.pooling_allocator_metrics();
        let free = self.shared.permits.free();
        PoolMetrics {
            slots: self.shared.pool,
            instances: pool.as_ref().map_or(0, |pool| pool.component_instances()),
            running: self.shared.permits.total() - free,
            free,
            warm_memories: pool.as_ref().map_or(0, |pool| u64::from(pool.unused_warm_memories())),
        }
    }
}

// === impl Shared ===

impl Shared {
    /// A plugin's share of the permits, the same for all its generations.
    pub(crate) fn share(&self, plugin: &PluginName) -> Share {
        let mut shares = self.shares.lock();
        shares.retain(|_, share| share.strong_count() > 0);
        if let Some(share) = shares.get(plugin).and_then(Weak::upgrade) {
            return share;
        }
        let share = self.permits.share();
        shares.insert(plugin.clone(), Arc::downgrade(&share));
        share
    }

    /// For how many calls a warm instance lives: drawn from half to one and a half of `about`, so that no plugin comes to
    /// rely on a number.
    pub(crate) fn draw_reuse(&self, about: u32) -> u32 {
        let about = u64::from(about.max(1));
        let drawn = about / 2 + self.retirement.lock().below(about + 1);
        u32::try_from(drawn.max(1)).unwrap_or(u32::MAX)
    }
}

/// Why there is no host.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// wasmtime does not run here.
    #[error("this machine can't run WebAssembly: {0}")]
    Engine(String),
    /// The system gives no thread.
    #[error("the system gives no thread")]
    Thread(#[source] std::io::Error),
}
