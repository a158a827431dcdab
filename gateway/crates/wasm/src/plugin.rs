//! A plugin: one generation of one component, loaded and ready. What the gateway shows of it, and its hooks as the model's
//! ports.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ringback_model::{
    environment::Instances,
    fault::{FaultKind, PluginFault},
    http_values::Answer,
    ids::PluginName,
    limits,
    ports::{Call, CallbackPolicy, Renderer, Responder},
    unit::Unit,
};
use sha2::{Digest, Sha256};
use wasmtime::component::{Component, InstancePre, Linker};

use crate::{
    bindings::exports::ringback::gateway as hooks,
    budget::Bounds,
    compile::offer_core,
    configure,
    cost::Cost,
    error::Refusal,
    gate, host,
    imports::{self, LinesPerSecond},
    instance::Idle,
    lane::Pace,
    permits::Share,
    policy::PolicyHook,
    renderer::RendererHook,
    responder::ResponderHook,
    signer::Keys,
    source::{PluginFile, PluginSource},
    state::{Identity, State},
    templating::Templating,
    wasi,
};

/// Which hooks a plugin has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hooks {
    /// It answers whole requests.
    pub responder: bool,
    /// It turns templates into text.
    pub renderer: bool,
    /// It decides how callbacks are delivered.
    pub callback_policy: bool,
    /// It has checked its configuration.
    pub configuration: bool,
    /// It can make the content of its answers piece by piece.
    pub body_stream: bool,
}

/// One generation of a plugin.
pub struct Plugin {
    pub(crate) host: Arc<host::Shared>,
    pub(crate) identity: Arc<Identity>,
    pub(crate) share: Share,
    pub(crate) pre: InstancePre<State>,
    pub(crate) instances: Instances,
    pub(crate) responder: Option<hooks::responder::GuestIndices>,
    pub(crate) renderer: Option<hooks::renderer::GuestIndices>,
    pub(crate) policy: Option<hooks::callback_policy::GuestIndices>,
    pub(crate) configuration: Option<hooks::configuration::GuestIndices>,
    pub(crate) body_stream: Option<hooks::body_stream::GuestIndices>,
    pub(crate) idle_responders: Idle<hooks::responder::Guest>,
    /// In which lane its calls begin.
    pub(crate) pace: Arc<Pace>,
    pub(crate) idle_policies: Idle<hooks::callback_policy::Guest>,
    about: About,
}

/// What the gateway shows of a plugin.
struct About {
    sha256: String,
    file_bytes: usize,
    imports: Vec<String>,
    exports: Vec<String>,
    manifest: Option<String>,
    compiled_in: Duration,
    cached: bool,
}

/// How often the kernel is asked for the image of a component's memories, and how long it is left alone in between.
const IMAGE_TRIES: u32 = 20;
const IMAGE_PAUSE: Duration = Duration::from_millis(20);

/// Makes the image that instances begin with, which would otherwise be made by the first of them. Sealing it against writes
/// fails while the kernel itself looks at its pages (`EBUSY`, `fcntl(2)`), to move them for instance: it is asked again. Where it
/// stays so, the first instance says why.
fn make_image(component: &Component) {
    for _ in 0..IMAGE_TRIES {
        match component.initialize_copy_on_write_image() {
            Ok(()) => return,
            Err(error) => tracing::debug!(%error, "the image of a component's memories can't be made yet"),
        }
        std::thread::park_timeout(IMAGE_PAUSE);
    }
}

/// Loads a component: the whole way from its file to the first call.
pub(crate) fn load(host: &Arc<host::Shared>, source: PluginSource) -> Result<Plugin, Refusal> {
    let bounds = bounds(host, &source)?;
    let file = read(source.file)?;
    offer_core();
    let passed = gate::pass(&file, &source.grants, bounds.memory_max_bytes)?;
    let sha256 = hex(&Sha256::digest(&file));
    offer_core();
    let started = Instant::now();
    let (component, cached) = compile(host, &sha256, &passed.component)?;
    let compiled_in = started.elapsed();
    check_demand(&component)?;
    offer_core();
    make_image(&component);
    let pre = link(&component, &passed)?;
    let plugin = Plugin {
        identity: Arc::new(Identity {
            name: source.name.clone(),
            generation: source.generation,
            bounds,
            config: source.config.to_string(),
            env: source.env.into_iter().filter(|(name, _)| source.grants.env.contains(name)).collect(),
            keys: Arc::new(Keys::of(source.secrets.iter().filter(|(name, _)| source.grants.secrets.contains(name)))),
            store: host.options.store.clone(),
            fetcher: host.options.fetcher.clone(),
            renderers: source.renderers,
            templating: Templating::default(),
            lines: LinesPerSecond::new(),
            grants: source.grants,
        }),
        share: host.share(&source.name),
        instances: source.instances,
        responder: hook(&passed.exports, "responder", || hooks::responder::GuestIndices::new(&pre))?,
        renderer: hook(&passed.exports, "renderer", || hooks::renderer::GuestIndices::new(&pre))?,
        policy: hook(&passed.exports, "callback-policy", || hooks::callback_policy::GuestIndices::new(&pre))?,
        configuration: hook(&passed.exports, "configuration", || hooks::configuration::GuestIndices::new(&pre))?,
        body_stream: hook(&passed.exports, "body-stream", || hooks::body_stream::GuestIndices::new(&pre))?,
        idle_responders: Idle::default(),
        pace: Pace::new(&host.lanes),
        idle_policies: Idle::default(),
        about: About {
            sha256,
            file_bytes: file.len(),
            compiled_in,
            cached,
            imports: passed.imports,
            exports: passed.exports,
            manifest: passed.manifest,
        },
        pre,
        host: Arc::clone(host),
    };
    let Hooks { responder, renderer, callback_policy, .. } = plugin.hooks();
    if !(responder || renderer || callback_policy) {
        let newer = plugin.exports().iter().find(|export| gate::is_of_the_contract(export)).cloned();
        return Err(newer.map_or(Refusal::NoHook, |import| Refusal::NewerGateway { import }));
    }
    offer_core();
    configure::try_out(&plugin)?;
    Ok(plugin)
}

/// What the operator lets it use up, within what any plugin may.
fn bounds(host: &host::Shared, source: &PluginSource) -> Result<Bounds, Refusal> {
    let bounds = Bounds {
        memory_max_bytes: source.memory_max_bytes.unwrap_or(limits::INSTANCE_MEMORY_MAX_BYTES),
        cpu_max: source.cpu_max.unwrap_or(limits::CALL_CPU_MAX),
        wall_max: source.wall_max.unwrap_or(limits::CALL_WALL_MAX),
        host_calls_max: source.host_calls_max.unwrap_or(limits::CALL_HOST_CALLS_MAX),
        queue_max: source.queue_max.unwrap_or(host.options.queue_max),
        counts_instructions: host.options.count_instructions,
    };
    if bounds.memory_max_bytes > limits::INSTANCE_MEMORY_CEILING_BYTES {
        return Err(Refusal::MemoryMax(bounds.memory_max_bytes));
    }
    if bounds.cpu_max > limits::CALL_CPU_CEILING {
        return Err(Refusal::CpuMax(bounds.cpu_max));
    }
    if bounds.wall_max > limits::CALL_WALL_CEILING {
        return Err(Refusal::WallMax(bounds.wall_max));
    }
    Ok(bounds)
}

fn read(file: PluginFile) -> Result<bytes::Bytes, Refusal> {
    use std::io::Read;
    let path = match file {
        PluginFile::Bytes(bytes) => return Ok(bytes),
        PluginFile::Path(path) => path,
    };
    let mut bytes = vec![];
    // One byte more than allowed tells a file that is too large from one that just fits, whatever its metadata says.
    let most = limits::COMPONENT_MAX_BYTES as u64 + 1;
    let read = std::fs::File::open(&path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map(|_| bytes.into()).map_err(|error| Refusal::NotReadable { path, error })
}

fn compile(host: &host::Shared, sha256: &str, component: &[u8]) -> Result<(Component, bool), Refusal> {
    if let Some(component) = host.cache.as_ref().and_then(|cache| cache.get(&host.engine, sha256)) {
        return Ok((component, true));
    }
    let component =
        Component::from_binary(&host.engine, component).map_err(|error| Refusal::NotCompiled(format!("{error:#}")))?;
    offer_core();
    if let Some(cache) = &host.cache {
        cache.put(sha256, &component);
    }
    Ok((component, false))
}

/// Refuses what has more parts than an instance may have.
fn check_demand(component: &Component) -> Result<(), Refusal> {
    use crate::engine::{MEMORIES_MAX, TABLES_MAX};
    // Absent only where a component imports modules, which the gate does not let in.
    let Some(needed) = component.resources_required() else { return Ok(()) };
    if needed.num_memories > MEMORIES_MAX {
        return Err(Refusal::TooDemanding(format!("{} memories, {MEMORIES_MAX} are the most", needed.num_memories)));
    }
    if needed.num_tables > TABLES_MAX {
        return Err(Refusal::TooDemanding(format!("{} tables, {TABLES_MAX} are the most", needed.num_tables)));
    }
    Ok(())
}

fn link(component: &Component, passed: &gate::Passed<'_>) -> Result<InstancePre<State>, Refusal> {
    let mut linker = Linker::new(component.engine());
    let linked = imports::link(&mut linker, &passed.interfaces).and_then(|()| wasi::link(&mut linker, component));
    linked.and_then(|()| linker.instantiate_pre(component)).map_err(|error| Refusal::NotLinked(format!("{error:#}")))
}

/// Looks a hook up where the component exports it in a version that this gateway knows.
fn hook<I>(
    exports: &[String],
    name: &str,
    indices: impl FnOnce() -> wasmtime::Result<I>,
) -> Result<Option<I>, Refusal> {
    if !exports.iter().any(|export| gate::is_hook(export, name)) {
        return Ok(None);
    }
    indices().map(Some).map_err(|error| Refusal::NotLinked(format!("{error:#}")))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

// === impl Plugin ===

impl Plugin {
    /// Its name.
    pub fn name(&self) -> &PluginName {
        &self.identity.name
    }

    /// Its generation, from 1.
    pub fn generation(&self) -> u64 {
        self.identity.generation
    }

    /// The digest of its file, in lower-case hex.
    pub fn sha256(&self) -> &str {
        &self.about.sha256
    }

    /// The size of its file in bytes.
    pub fn file_bytes(&self) -> usize {
        self.about.file_bytes
    }

    /// What it imports: `ringback:gateway/buckets@0.1.0`.
    pub fn imports(&self) -> &[String] {
        &self.about.imports
    }

    /// What it exports.
    pub fn exports(&self) -> &[String] {
        &self.about.exports
    }

    /// The manifest that is embedded in it, TOML. Absent: there is none.
    pub fn manifest(&self) -> Option<&str> {
        self.about.manifest.as_deref()
    }

    /// How long it took to compile, or to load what had been compiled before.
    pub fn compiled_in(&self) -> Duration {
        self.about.compiled_in
    }

    /// Whether its code came from the cache.
    pub fn is_cached(&self) -> bool {
        self.about.cached
    }

    /// Which hooks it has.
    pub fn hooks(&self) -> Hooks {
        Hooks {
            responder: self.responder.is_some(),
            renderer: self.renderer.is_some(),
            callback_policy: self.policy.is_some(),
            configuration: self.configuration.is_some(),
            body_stream: self.body_stream.is_some(),
        }
    }

    /// Its responder. Absent: it exports none.
    pub fn responder(self: &Arc<Self>) -> Option<Arc<dyn Responder>> {
        ResponderHook::of(self).map(|hook| Arc::new(hook) as Arc<dyn Responder>)
    }

    /// Answers one request, as its responder does, and says what that cost. A plugin without a responder has a fault.
    pub async fn respond_measured(self: &Arc<Self>, call: Call) -> (Result<(Answer, Unit), PluginFault>, Cost) {
        let mut cost = Cost::default();
        let answered = match ResponderHook::of(self) {
            Some(hook) => hook.answer(call, Some(&mut cost)).await,
            None => Err(self.identity.fault(FaultKind::Error, "exports no responder", None)),
        };
        (answered, cost)
    }

    /// Its renderer. Absent: it exports none.
    pub fn renderer(self: &Arc<Self>) -> Option<Arc<dyn Renderer>> {
        RendererHook::of(self).map(|hook| Arc::new(hook) as Arc<dyn Renderer>)
    }

    /// Its callback policy. Absent: it exports none.
    pub fn callback_policy(self: &Arc<Self>) -> Option<Arc<dyn CallbackPolicy>> {
        PolicyHook::of(self).map(|hook| Arc::new(hook) as Arc<dyn CallbackPolicy>)
    }
}

// === impl Hooks ===

impl Hooks {
    /// Those among what a component exports.
    pub(crate) fn among(exports: &[String]) -> Self {
        let has = |hook| exports.iter().any(|export| gate::is_hook(export, hook));
        Self {
            responder: has("responder"),
            renderer: has("renderer"),
            callback_policy: has("callback-policy"),
            configuration: has("configuration"),
            body_stream: has("body-stream"),
        }
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Plugin");
        shown.field("name", self.name()).field("generation", &self.generation()).field("sha256", &self.sha256());
        shown.finish_non_exhaustive()
    }
}
