//! The plugins of what serves. Bundled ones are compiled into the binary as components and loaded like all others, once
//! something needs them; a declared one is loaded again when its file or its declaration has changed, as a new generation,
//! and kept otherwise. Loading happens off the request path and before anything is published.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use parking_lot::Mutex;
use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{
    environment::{BucketGrant, Environment, Grants, PluginDeclaration},
    ids::PluginName,
    ports::{CallbackPolicy, Renderer, Responder},
};
use ringback_wasm::{Host, HostOptions, LoadError, Plugin, PluginFile, PluginSource};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::site::build::placed;

/// A plugin that comes with the gateway.
struct Bundled {
    name: &'static str,
    component: &'static [u8],
}

/// The plugins that come with the gateway.
const BUNDLED: [Bundled; 1] = [Bundled {
    name: "handlebars",
    component: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../plugins/handlebars/handlebars.wasm")),
}];

/// Loads plugins, and knows those of what serves.
pub struct Plugins {
    options: HostOptions,
    /// Made when the first plugin is loaded: a gateway of fixed answers needs none.
    host: OnceLock<Host>,
    current: Mutex<Arc<Set>>,
}

/// The plugins of one runtime.
#[derive(Default)]
pub struct Set {
    plugins: HashMap<PluginName, Loaded>,
    responders: HashMap<PluginName, Arc<dyn Responder>>,
}

#[derive(Clone)]
struct Loaded {
    plugin: Arc<Plugin>,
    /// Of the file and the declaration: the same means that nothing changed.
    fingerprint: [u8; 32],
    bundled: bool,
}

/// A plugin to load.
struct Wanted {
    source: PluginSource,
    fingerprint: [u8; 32],
    bundled: bool,
}

// === impl Plugins ===

impl Plugins {
    /// Loads with these options, once there is something to load.
    pub fn new(options: HostOptions) -> Self {
        Self { options, host: OnceLock::new(), current: Mutex::default() }
    }

    /// Loads all that environments need. Nothing is published.
    ///
    /// # Errors
    /// Every plugin that does not load.
    pub async fn load(&self, environments: &[Environment]) -> Result<Set, Diagnostics> {
        let before = self.current.lock().clone();
        let (mut set, mut wrong) = (Set::default(), Diagnostics::default());
        for environment in environments {
            if environment.has_templates() {
                let loaded = match wanted_bundled(&environment.renderer) {
                    Some(wanted) => self.one(wanted, &before, &set).await,
                    None => Err(Diagnostic::error(format!("there is no renderer `{}`", environment.renderer))),
                };
                set.add(loaded, &mut wrong);
            }
            for declaration in &environment.plugins {
                let loaded = match wanted(declaration) {
                    Ok(wanted) => self.one(wanted, &before, &set).await,
                    Err(diagnostic) => Err(diagnostic),
                };
                set.add(loaded.map_err(|diagnostic| placed(diagnostic, &declaration.origin)), &mut wrong);
            }
        }
        if wrong.has_errors() { Err(wrong) } else { Ok(set) }
    }

    /// Makes a set the one that serves.
    pub fn publish(&self, set: Set) {
        *self.current.lock() = Arc::new(set);
    }

    /// A callback policy of what serves. Absent: there is none of that name.
    pub fn policy(&self, name: &PluginName) -> Option<Arc<dyn CallbackPolicy>> {
        self.current.lock().plugins.get(name)?.plugin.callback_policy()
    }

    /// The plugins of what serves, for the admin API, by name.
    pub fn views(&self) -> Vec<Value> {
        let current = self.current.lock().clone();
        let mut plugins: Vec<_> = current.plugins.values().collect();
        plugins.sort_by_key(|loaded| loaded.plugin.name().clone());
        plugins.into_iter().map(Loaded::view).collect()
    }

    async fn one(&self, wanted: Wanted, before: &Set, set: &Set) -> Result<Loaded, Diagnostic> {
        let Wanted { mut source, fingerprint, bundled } = wanted;
        let known = set.plugins.get(&source.name).or_else(|| before.plugins.get(&source.name));
        match known {
            Some(known) if known.fingerprint == fingerprint => return Ok(known.clone()),
            Some(known) => source.generation = known.plugin.generation() + 1,
            None => {}
        }
        let host = self.host()?;
        // Compiling keeps a core busy for up to seconds.
        let loaded = tokio::task::spawn_blocking(move || host.load(source)).await;
        match loaded {
            Ok(Ok(plugin)) => Ok(Loaded { plugin, fingerprint, bundled }),
            Ok(Err(error)) => Err(refused(&error)),
            Err(error) => Err(Diagnostic::error(format!("a plugin could not be loaded: {error}"))),
        }
    }

    fn host(&self) -> Result<Host, Diagnostic> {
        if let Some(host) = self.host.get() {
            return Ok(host.clone());
        }
        let host = Host::new(self.options.clone()).map_err(|error| Diagnostic::error(error.to_string()))?;
        Ok(self.host.get_or_init(|| host).clone())
    }
}

fn wanted_bundled(name: &PluginName) -> Option<Wanted> {
    let bundled = BUNDLED.iter().find(|bundled| bundled.name == name.as_str())?;
    let file = PluginFile::Bytes(Bytes::from_static(bundled.component));
    let grants = Grants { buckets: BucketGrant::All, ..Grants::default() };
    let source = PluginSource { grants, ..PluginSource::new(name.clone(), file) };
    // It changes with the binary only.
    Some(Wanted { source, fingerprint: [0; 32], bundled: true })
}

fn wanted(declaration: &PluginDeclaration) -> Result<Wanted, Diagnostic> {
    let PluginDeclaration { name, path, grants, config, instances, memory_max_bytes, cpu_max, wall_max, .. } =
        declaration;
    let unreadable =
        |error| Diagnostic::error(format!("plugin `{name}` can't be read from `{}`: {error}", path.display()));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    // A file over the limit is left to the gate, which refuses it without reading it.
    let too_large = usize::try_from(size).is_ok_and(|size| size > ringback_model::limits::COMPONENT_MAX_BYTES);
    let (file, content) = match too_large {
        true => (PluginFile::Path(path.clone()), Bytes::new()),
        false => {
            let content = Bytes::from(std::fs::read(path).map_err(unreadable)?);
            (PluginFile::Bytes(content.clone()), content)
        }
    };
    let said = format!("{grants:?} {config} {instances:?} {memory_max_bytes:?} {cpu_max:?} {wall_max:?}");
    let fingerprint = Sha256::new().chain_update(&content).chain_update(said.as_bytes()).finalize().into();
    let source = PluginSource {
        grants: grants.clone(),
        config: config.clone(),
        instances: *instances,
        memory_max_bytes: *memory_max_bytes,
        cpu_max: *cpu_max,
        wall_max: *wall_max,
        ..PluginSource::new(name.clone(), file)
    };
    Ok(Wanted { source, fingerprint, bundled: false })
}

fn refused(error: &LoadError) -> Diagnostic {
    let diagnostic = Diagnostic::error(error.to_string());
    match error.help() {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

// === impl Set ===

impl Set {
    fn add(&mut self, loaded: Result<Loaded, Diagnostic>, wrong: &mut Diagnostics) {
        match loaded {
            Err(diagnostic) => wrong.push(diagnostic),
            Ok(loaded) => {
                let name = loaded.plugin.name().clone();
                if let Some(responder) = loaded.plugin.responder() {
                    self.responders.insert(name.clone(), responder);
                }
                self.plugins.insert(name, loaded);
            }
        }
    }

    /// A renderer. Absent: there is none of that name.
    pub fn renderer(&self, name: &PluginName) -> Option<Arc<dyn Renderer>> {
        self.plugins.get(name)?.plugin.renderer()
    }

    /// All responders.
    pub fn responders(&self) -> &HashMap<PluginName, Arc<dyn Responder>> {
        &self.responders
    }
}

// === impl Loaded ===

impl Loaded {
    fn view(&self) -> Value {
        let (plugin, hooks) = (&self.plugin, self.plugin.hooks());
        let hooks: Vec<&str> = [
            (hooks.responder, "responder"),
            (hooks.renderer, "renderer"),
            (hooks.callback_policy, "callback-policy"),
            (hooks.configuration, "configuration"),
        ]
        .into_iter()
        .filter_map(|(has, name)| has.then_some(name))
        .collect();
        json!({
            "name": plugin.name(),
            "generation": plugin.generation(),
            "bundled": self.bundled,
            "sha256": plugin.sha256(),
            "bytes": plugin.file_bytes(),
            "hooks": hooks,
            "imports": plugin.imports(),
            "compiledMs": crate::admin::views::milliseconds(plugin.compiled_in()),
            "cached": plugin.is_cached(),
        })
    }
}
