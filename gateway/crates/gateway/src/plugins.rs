//! The plugins of the gateway. Each has a life of its own: it comes, changes and goes while requests are answered, and
//! nothing that is wrong with one holds up another or a document.
//!
//! In the order of that life. A component is found in a file that a document declares, in a plugins folder ([`folder`],
//! [`settle`]: once it has come to rest) or at the admin API, and becomes an [`offer`]. The [`loader`] compares it with
//! what was offered before, checks what the operator says about it, has it compiled off the request path, and makes a
//! [`generation`] of it. That is published in its [`slot`], which routes hold, in one swap. A request takes a [`call::Turn`]
//! from the slot; how calls go is known to the generation's [`health`]: its first ones are its [`trial`], and a
//! [`breaker`] stands before those that would only fail.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Weak},
};

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{
    environment::{Instances, Origin, PluginDeclaration, Seeding},
    ids::PluginName,
    ports::{CallbackPolicy, Renderer},
    secret::{Secret, SecretName},
};
use ringback_wasm::{HostOptions, Renderers};
use tokio::sync::Notify;

pub mod breaker;
mod bundled;
pub mod call;
mod canary;
pub mod folder;
pub mod generation;
pub mod health;
pub mod loader;
pub mod offer;
pub mod rules;
pub mod settle;
pub mod signature;
pub mod slot;
pub mod trial;
mod view;
pub mod watch;
mod word;

use generation::Generation;
use loader::{Loaded, Loader};
use offer::{Offer, Source, Wanted, said};
use rules::Rules;
use settle::Settling;
use slot::{Bell, Slot};

use crate::{load::Variables, site::build::placed};

/// What a plugin imports whose templates are rendered by another one.
const TEMPLATES: &str = "ringback:gateway/templates";

/// All plugins.
pub struct Plugins {
    /// Loads components.
    pub loader: Loader,
    /// Who hears of what happens to plugins.
    pub bell: Arc<Bell>,
    /// What came to rest in the folders.
    pub settling: Mutex<Settling>,
    /// Told when files other than before are to be watched.
    pub moved: Notify,
    slots: ArcSwap<HashMap<PluginName, Arc<Slot>>>,
    known: ArcSwap<Known>,
}

/// What the documents say about plugins.
#[derive(Debug, Default)]
pub struct Known {
    /// What is set about all of them.
    pub rules: Rules,
    /// Those that are declared, by name.
    pub declared: HashMap<PluginName, Wanted>,
    /// The secrets of the first environment, which plugins that no document declares can be let sign with.
    pub secrets: Arc<Vec<(SecretName, Secret)>>,
}

// === impl Plugins ===

impl Plugins {
    /// Loads with these options, once there is something to load.
    pub fn new(options: HostOptions, variable: Variables) -> Arc<Self> {
        Arc::new_cyclic(|plugins: &Weak<Self>| {
            let plugins = plugins.clone();
            let renderers = Renderers::new(move |name| {
                let serving = plugins.upgrade()?.find(name)?.serving()?;
                Some(serving.plugin.clone())
            });
            Self {
                loader: Loader::new(options, variable, renderers),
                bell: Arc::default(),
                settling: Mutex::default(),
                moved: Notify::new(),
                slots: ArcSwap::default(),
                known: ArcSwap::default(),
            }
        })
    }

    /// Makes a generation of an offer, as [`Loader::load`] does, with the bundled renderer there for a plugin that asks for
    /// renderers.
    ///
    /// # Errors
    /// Why it does not serve; the slot has noted it.
    pub async fn load(&self, slot: &Slot, offer: Offer, rules: &Rules, insists: bool) -> Result<Loaded, Diagnostic> {
        let loaded = self.loader.load(slot, offer, rules, insists).await?;
        if let Loaded::Fresh(generation) = &loaded
            && generation.plugin.imports().iter().any(|import| import.starts_with(TEMPLATES))
        {
            self.renderer(&PluginName::handlebars()).await?;
        }
        Ok(loaded)
    }

    /// What the documents say.
    pub fn known(&self) -> Arc<Known> {
        self.known.load_full()
    }

    /// Takes what documents say in place of what they said before.
    pub fn learn(&self, known: Known) {
        let known = Arc::new(known);
        let before = self.known.swap(known.clone());
        if before.rules.grants != known.rules.grants || before.secrets != known.secrets {
            // What was dropped has other grants now.
            self.settling.lock().forget_all();
        }
        for slot in self.slots.load().values() {
            slot.look_in(known.places(slot.name()));
        }
        self.moved.notify_one();
    }

    /// A plugin's slot, made if there is none.
    pub fn slot(&self, name: &PluginName) -> Arc<Slot> {
        if let Some(slot) = self.find(name) {
            return slot;
        }
        let new = Arc::new(Slot::new(name.clone(), self.bell.clone()));
        new.look_in(self.known().places(name));
        self.slots.rcu(|slots| {
            let mut slots = HashMap::clone(slots);
            slots.entry(name.clone()).or_insert_with(|| new.clone());
            slots
        });
        self.find(name).unwrap_or(new)
    }

    /// A plugin's slot. Absent: there is none of that name.
    pub fn find(&self, name: &PluginName) -> Option<Arc<Slot>> {
        self.slots.load().get(name).cloned()
    }

    /// All slots, by name.
    pub fn slots(&self) -> Vec<Arc<Slot>> {
        let mut slots: Vec<_> = self.slots.load().values().cloned().collect();
        slots.sort_by(|a, b| a.name().cmp(b.name()));
        slots
    }

    /// A callback policy of what serves. Absent: there is none of that name.
    pub fn policy(&self, name: &PluginName) -> Option<Arc<dyn CallbackPolicy>> {
        call::policy(&self.find(name)?)
    }

    /// A bundled renderer, loaded if it has not been.
    ///
    /// # Errors
    /// There is none of that name, or it does not load.
    pub async fn renderer(&self, name: &PluginName) -> Result<Arc<dyn Renderer>, Diagnostic> {
        let absent = || Diagnostic::error(format!("there is no renderer `{name}`"));
        let offer = bundled::offer(name).ok_or_else(absent)?;
        let slot = self.slot(name);
        let _line = slot.line.lock().await;
        if slot.serving().is_none()
            && let Loaded::Fresh(generation) = self.loader.load(&slot, offer, &Rules::default(), false).await?
        {
            slot.publish(generation, 0);
        }
        slot.serving().and_then(|serving| serving.renderer()).ok_or_else(absent)
    }

    /// What is said about the component of this name, and where it lies: a declaration wins over a file in a folder.
    /// Absent: neither is there.
    pub fn wanted(&self, name: &PluginName) -> Option<Wanted> {
        let known = self.known();
        if let Some(declared) = known.declared.get(name) {
            return Some(declared.clone());
        }
        let path = known.rules.places(name).into_iter().find(|path| path.is_file())?;
        Some(known.dropped(name, path))
    }
}

// === impl Known ===

impl Known {
    /// What documents say, with the folders of the command line before theirs.
    ///
    /// # Errors
    /// Two documents declare one plugin and mean two, or the keyring is wrong.
    pub fn of(loaded: &crate::load::Loaded, options: &crate::load::Options) -> Result<Self, Diagnostics> {
        let mut wrong = Diagnostics::default();
        let mut declared: HashMap<PluginName, Wanted> = HashMap::new();
        for environment in &loaded.environments {
            let secrets = Arc::new(environment.secrets.clone());
            for declaration in &environment.plugins {
                let source = Source::Declared(declaration.path.clone());
                let wanted = Wanted { declaration: declaration.clone(), source, secrets: secrets.clone() };
                let other = declared.insert(declaration.name.clone(), wanted).map(|other| other.declaration);
                if other.is_some_and(|other| other.path != declaration.path || said(&other) != said(declaration)) {
                    let message = format!("plugin `{}` is declared twice, and not the same", declaration.name);
                    let diagnostic = placed(Diagnostic::error(message), &declaration.origin);
                    wrong.push(diagnostic.help("give one of them another name: plugins are shared by all documents"));
                }
            }
        }
        let first = loaded.environments.first();
        let secrets = Arc::new(first.map(|first| first.secrets.clone()).unwrap_or_default());
        match Rules::of(&loaded.settings.plugins, &options.plugins) {
            Ok(rules) if !wrong.has_errors() => {
                let buckets = first.iter().flat_map(|first| &first.buckets).filter_map(|bucket| match &bucket.seed {
                    Seeding::Value(value) => Some((bucket.name.clone(), value.clone())),
                    Seeding::Template(_) | Seeding::AtFirstUse(_) => None,
                });
                let rules = Rules { buckets: buckets.collect(), ..rules };
                return Ok(Self { rules, declared, secrets });
            }
            Ok(_) => {}
            Err(why) => wrong.push(why),
        }
        Err(wrong)
    }

    /// What is said about a component in a folder.
    pub fn dropped(&self, name: &PluginName, path: PathBuf) -> Wanted {
        Wanted { source: Source::Dropped(path.clone()), ..self.undeclared(name, path) }
    }

    /// What is said about a component that no document declares.
    pub fn undeclared(&self, name: &PluginName, path: PathBuf) -> Wanted {
        let declaration = PluginDeclaration {
            name: name.clone(),
            path,
            grants: self.rules.grants.clone(),
            config: serde_json::json!({}),
            instances: Instances::default(),
            memory_max_bytes: None,
            cpu_max: None,
            wall_max: None,
            sha256: None,
            origin: Origin::default(),
        };
        Wanted { declaration, source: Source::Uploaded, secrets: self.secrets.clone() }
    }

    /// Where a plugin is looked for, the place that counts first.
    pub fn places(&self, name: &PluginName) -> Vec<PathBuf> {
        let declared = self.declared.get(name).map(|wanted| wanted.declaration.path.clone());
        let folders = self.rules.places(name).into_iter().filter(|place| Some(place) != declared.as_ref());
        declared.clone().into_iter().chain(folders).collect()
    }

    /// Whether a plugin's component lies in a folder: then what happens to the file happens to the plugin.
    pub fn is_dropped(&self, name: &PluginName) -> bool {
        let declared = self.declared.get(name).map(|wanted| &wanted.declaration.path);
        declared.is_none_or(|path| folder::is_in(path, &self.rules.folders))
    }

    /// The files that are declared.
    pub fn declared_files(&self) -> Vec<PathBuf> {
        self.declared.values().map(|wanted| wanted.declaration.path.clone()).collect()
    }
}

/// A generation that is to be published, and the slot for it.
pub struct Fresh {
    /// Where it is to serve.
    pub slot: Arc<Slot>,
    /// What is to serve.
    pub generation: Arc<Generation>,
}

impl Offer {
    /// The name of the plugin.
    pub fn name(&self) -> &PluginName {
        &self.declaration.name
    }
}
