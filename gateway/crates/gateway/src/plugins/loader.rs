//! From an offer to a generation: what it must be before it is compiled, the compiling off the request path, and a try.
//! Whatever is wrong is one diagnostic; what serves is not touched.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use ringback_diag::Diagnostic;
use ringback_model::{
    environment::{self, PluginDeclaration},
    limits,
};
use ringback_wasm::{Host, HostOptions, LoadError, Plugin, PluginFile, PluginSource, Renderers};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{
    canary,
    generation::Generation,
    health::Health,
    offer::{Fingerprint, Offer, Source},
    rules::Rules,
    signature::{self, Unsigned},
    slot::{Slot, Standing},
    word,
};
use crate::{load::Variables, site::build::placed};

/// Plugins that are loaded at once: one that takes its time does not hold up the next.
const AT_ONCE: usize = 2;
/// A load that takes longer than this is told of while it lasts: a person begins to wonder.
const SLOW: Duration = Duration::from_secs(1);

/// Loads plugins.
pub struct Loader {
    options: HostOptions,
    /// Reads the environment variables that plugins are granted.
    variable: Variables,
    /// Finds the plugins that render for others.
    renderers: Renderers,
    /// Made when the first plugin is loaded: a gateway of fixed answers needs none.
    host: OnceLock<Host>,
    places: Semaphore,
}

/// What came of an offer.
pub enum Loaded {
    /// It is what was offered before: nothing is to be done.
    Same,
    /// A generation that is ready to serve.
    Fresh(Arc<Generation>),
}

// === impl Loader ===

impl Loader {
    /// Loads with these options, once there is something to load.
    pub fn new(options: HostOptions, variable: Variables, renderers: Renderers) -> Self {
        Self { options, variable, renderers, host: OnceLock::new(), places: Semaphore::new(AT_ONCE) }
    }

    /// The host, if anything has been loaded.
    pub fn started(&self) -> Option<&Host> {
        self.host.get()
    }

    /// Makes a generation of an offer. The slot's line is the caller's to hold. Who `insists` wants it looked at again
    /// though it was offered before.
    ///
    /// # Errors
    /// Why it does not serve; the slot has noted it.
    pub async fn load(&self, slot: &Slot, offer: Offer, rules: &Rules, insists: bool) -> Result<Loaded, Diagnostic> {
        slot.begin(offer.component.len());
        let loaded = self.stand(slot, offer, rules, insists).await;
        slot.end();
        loaded
    }

    async fn stand(&self, slot: &Slot, offer: Offer, rules: &Rules, insists: bool) -> Result<Loaded, Diagnostic> {
        // Hashing an interpreter takes tens of milliseconds.
        let hashed = tokio::task::spawn_blocking(move || (offer.fingerprint(), offer)).await;
        let (fingerprint, offer) = hashed.map_err(|error| interrupted(&error))?;
        let number = match slot.standing(fingerprint, insists) {
            Standing::Same => return Ok(Loaded::Same),
            Standing::StillWrong(why) => return Err(why),
            Standing::Bad => {
                let message = format!("plugin `{}` was taken back because of how its calls went", slot.name());
                return Err(Diagnostic::error(message).help("change it: this very version is not loaded again"));
            }
            Standing::New(number) => number,
        };
        let origin = offer.declaration.origin.clone();
        let fresh = self.fresh(slot, offer, rules, fingerprint, number).await;
        let fresh = fresh.map_err(|why| placed(why, &origin)).inspect_err(|why| slot.refuse(Some(fingerprint), why));
        fresh.map(|generation| Loaded::Fresh(Arc::new(generation)))
    }

    async fn fresh(
        &self,
        slot: &Slot,
        offer: Offer,
        rules: &Rules,
        fingerprint: Fingerprint,
        number: u64,
    ) -> Result<Generation, Diagnostic> {
        let mut offer = offer;
        let contribution = word::read(&mut offer)?;
        if offer.source != Source::Bundled {
            pinned(&offer.declaration, &offer.component)?;
            signed(&offer, rules)?;
        }
        if let Some(manifest) = &contribution.manifest {
            word::granted(&offer, manifest)?;
        }
        let Offer { declaration, source, component, secrets, .. } = offer;
        let (bytes, grants) = (component.len(), &declaration.grants);
        let granted = secrets.iter().filter(|(name, _)| grants.secrets.contains(name)).cloned();
        let env = grants.env.iter().filter_map(|name| Some((name.clone(), (self.variable)(name)?)));
        let is_bundled = source == Source::Bundled;
        let offered = PluginSource {
            generation: number,
            secrets: granted.collect(),
            env: env.collect(),
            renderers: self.renderers.clone(),
            grants: grants.clone(),
            config: declaration.config.clone(),
            instances: declaration.instances,
            memory_max_bytes: declaration.memory_max_bytes,
            cpu_max: declaration.cpu_max,
            wall_max: declaration.wall_max,
            host_calls_max: is_bundled.then_some(limits::BUNDLED_HOST_CALLS_MAX),
            queue_max: is_bundled.then_some(limits::BUNDLED_WALL_MAX),
            ..PluginSource::new(declaration.name.clone(), PluginFile::Bytes(component))
        };
        // Nobody dropped a bundled one in and waits for it.
        let told = (source != Source::Bundled).then_some(slot);
        let plugin = self.compile(offered, bytes, told).await?;
        let health = Health::new(rules.trial);
        let generation = Generation::new(plugin, source, fingerprint, declaration, contribution, health);
        if let Some(manifest) = &generation.contribution.manifest {
            canary::sing(&generation, manifest, &rules.buckets).await?;
        }
        Ok(generation)
    }

    /// Compiles a component. A slot tells of it when that takes its time.
    async fn compile(
        &self,
        source: PluginSource,
        bytes: usize,
        slot: Option<&Slot>,
    ) -> Result<Arc<Plugin>, Diagnostic> {
        let host = self.host()?;
        let _place = self.places.acquire().await.map_err(|error| Diagnostic::error(error.to_string()))?;
        // Compiling keeps a core busy for up to seconds.
        let mut loading = tokio::task::spawn_blocking(move || host.load(source));
        let loaded = match tokio::time::timeout(SLOW, &mut loading).await {
            Ok(loaded) => loaded,
            Err(_) => {
                if let Some(slot) = slot {
                    slot.compiling(bytes);
                }
                loading.await
            }
        };
        loaded.map_err(|error| interrupted(&error))?.map_err(|error| refused(&error))
    }

    fn host(&self) -> Result<Host, Diagnostic> {
        if let Some(host) = self.host.get() {
            return Ok(host.clone());
        }
        let host = Host::new(self.options.clone()).map_err(|error| Diagnostic::error(error.to_string()))?;
        Ok(self.host.get_or_init(|| host).clone())
    }
}

fn interrupted(error: &tokio::task::JoinError) -> Diagnostic {
    Diagnostic::error(format!("a plugin could not be loaded: {error}"))
}

fn refused(error: &LoadError) -> Diagnostic {
    let diagnostic = Diagnostic::error(error.to_string());
    match error.help() {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Refuses a component that is not the one that the operator means.
fn pinned(declaration: &PluginDeclaration, component: &[u8]) -> Result<(), Diagnostic> {
    let Some(wanted) = declaration.sha256 else { return Ok(()) };
    let found = environment::Sha256::from(<[u8; 32]>::from(Sha256::digest(component)));
    if found == wanted {
        return Ok(());
    }
    let message =
        format!("plugin `{}` is not the component that `sha256` names: its digest is {found}", declaration.name);
    Err(Diagnostic::error(message).help(format!("if it is meant, write `sha256 = \"{found}\"`")))
}

/// Refuses a component that nobody of the keyring has signed, where that is asked for or a signature lies there.
fn signed(offer: &Offer, rules: &Rules) -> Result<(), Diagnostic> {
    let (name, component, signature) = (&offer.declaration.name, &offer.component, offer.signature.as_deref());
    let asked = rules.signed || (signature.is_some() && !rules.keyring.is_empty());
    if !asked {
        return Ok(());
    }
    signature::check(component, signature, &rules.keyring).map_err(|unsigned| {
        let help = match unsigned {
            Unsigned::Absent | Unsigned::Unreadable => {
                format!("put the base64 of its ed25519 signature into `{name}.wasm.sig` beside it")
            }
            Unsigned::Stranger => "add the signer's public key to `keyring` in `[plugins]`".into(),
        };
        Diagnostic::error(format!("plugin `{name}` {unsigned}")).help(help)
    })
}
