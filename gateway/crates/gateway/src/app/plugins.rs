//! What the gateway does with plugins: those of documents all at once, others one by one as they come; what they add to
//! the documents; and what an operator asks for.

use std::{borrow::Cow, path::Path, sync::Arc};

use bytes::Bytes;
use futures_util::future::join_all;
use ringback_config::manifest;
use ringback_diag::{Diagnostic, Diagnostics, Severity};
use ringback_model::{
    environment::{Environment, PluginDeclaration},
    ids::PluginName,
    journal::{Event, PluginChange, PluginNote},
    ports::Journal,
    time::Clock,
};
use tokio::sync::OwnedMutexGuard;

use super::{App, Documents, Moment, softened};
use crate::{
    load::Rejected,
    plugins::{
        Fresh, Known, folder,
        generation::Generation,
        loader::Loaded,
        offer::{Offer, Source, Wanted, beside, read_side},
        slot::{Notice, Slot},
    },
    site::build::placed,
};

/// The plugins of documents, loaded and not published.
#[derive(Default)]
pub(super) struct Batch {
    /// Those that are to serve.
    pub(super) fresh: Vec<Fresh>,
    /// What is wrong with those that are there.
    pub(super) refused: Diagnostics,
    /// Those that are not there, and what else should be known.
    pub(super) warnings: Diagnostics,
    /// Nothing else is loaded into their slots before they are published.
    pub(super) lines: Vec<OwnedMutexGuard<()>>,
}

/// What came of something that an operator offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// It serves, and nothing of its name did before.
    New,
    /// It serves in place of what did before.
    Replaced,
    /// It is what serves already.
    Unchanged,
}

/// Why an operator's wish was not fulfilled.
#[derive(Debug)]
pub enum Refused {
    /// There is nothing of that name.
    Absent(String),
    /// It can't be done as things stand.
    Conflict(String),
    /// The component does not serve.
    Wrong(Box<Diagnostic>),
}

// === documents ===

impl App {
    /// Loads the plugins that documents declare, and at the start those that lie in the folders; all beside each other, each by itself.
    pub(super) async fn prepare(&self, known: &Known, moment: Moment) -> Batch {
        let mut declared: Vec<_> = known.declared.values().collect();
        declared.sort_by(|a, b| a.declaration.name.cmp(&b.declaration.name));
        let mut batch = Batch::default();
        let loads = declared.into_iter().map(|wanted| self.declared(wanted, known, moment));
        for (line, loaded) in join_all(loads).await {
            batch.lines.push(line);
            match loaded {
                Ok(fresh) => batch.fresh.extend(fresh),
                Err(Failed::Refused(why)) => batch.refused.push(why),
                Err(Failed::Missing(why)) if moment == Moment::Check => batch.refused.push(why),
                Err(Failed::Missing(why)) => batch.warnings.push(softened(why)),
            }
        }
        if moment != Moment::Reload && !known.rules.folders.is_empty() {
            self.prepare_dropped(known, moment, &mut batch).await;
        }
        batch
    }

    async fn declared(
        &self,
        wanted: &Wanted,
        known: &Known,
        moment: Moment,
    ) -> (OwnedMutexGuard<()>, Result<Option<Fresh>, Failed>) {
        let slot = self.plugins.slot(&wanted.declaration.name);
        let line = slot.line.clone().lock_owned().await;
        let offer = match read(wanted.clone()).await {
            Ok(offer) => offer,
            Err(error) => {
                let why = unreadable(&wanted.declaration, &error);
                let missing = error.kind() == std::io::ErrorKind::NotFound;
                if !missing {
                    slot.refuse(None, &why);
                }
                return (line, Err(if missing { Failed::Missing(why) } else { Failed::Refused(why) }));
            }
        };
        // A document that changed may have mended what was wrong, though the component is the same.
        let insists = moment == Moment::Reload && slot.desk.lock().wrong.is_some() && slot.serving().is_none();
        let loaded = self.plugins.load(&slot, offer, &known.rules, insists).await;
        self.count(slot.name(), &loaded);
        let fresh = match loaded {
            Ok(Loaded::Same) => Ok(None),
            Ok(Loaded::Fresh(generation)) => Ok(Some(Fresh { slot, generation })),
            Err(why) => Err(Failed::Refused(why)),
        };
        (line, fresh)
    }

    async fn prepare_dropped(&self, known: &Known, moment: Moment, batch: &mut Batch) {
        let folders = known.rules.folders.clone();
        let Ok(listing) = tokio::task::spawn_blocking(move || folder::scan(&folders)).await else { return };
        let paths = self.plugins.settling.lock().begin(std::time::Instant::now(), listing);
        let mut dropped: Vec<(PluginName, std::path::PathBuf)> = vec![];
        for folder in &known.rules.folders {
            for path in paths.iter().filter(|path| path.parent() == Some(folder)) {
                let Some(name) = folder::name(path) else { continue };
                let declared = known.declared.get(&name).map(|wanted| &wanted.declaration.path);
                if declared.is_some_and(|declared| folder::place(declared) == folder::place(path)) {
                    continue;
                }
                let taken = declared.is_some() || dropped.iter().any(|(other, _)| *other == name);
                if taken {
                    self.plugins.slot(&name).shadow(path.clone());
                    batch.warnings.push(shadowed(&name, path));
                } else {
                    dropped.push((name, path.clone()));
                }
            }
        }
        let loads = dropped.into_iter().map(|(name, path)| async move {
            let (slot, wanted) = (self.plugins.slot(&name), known.dropped(&name, path));
            let line = slot.line.clone().lock_owned().await;
            let loaded = match read(wanted.clone()).await {
                Ok(offer) => self.plugins.load(&slot, offer, &known.rules, false).await,
                Err(error) => Err(unreadable(&wanted.declaration, &error)),
            };
            self.count(&name, &loaded);
            (line, slot, loaded)
        });
        for (line, slot, loaded) in join_all(loads).await {
            batch.lines.push(line);
            match loaded {
                Ok(Loaded::Fresh(generation)) => batch.fresh.push(Fresh { slot, generation }),
                Ok(Loaded::Same) => {}
                Err(why) if moment == Moment::Check => batch.refused.push(why),
                Err(why) => batch.warnings.push(softened(why)),
            }
        }
    }

    /// Empties the slots of plugins that no document declares any more.
    pub(super) fn forget_undeclared(&self) {
        let known = self.plugins.known();
        for slot in self.plugins.slots() {
            let declared = slot.serving().is_some_and(|serving| matches!(serving.source, Source::Declared(_)));
            if declared && !known.declared.contains_key(slot.name()) {
                slot.remove("no document declares it any more");
                // What it kept out has its turn.
                let mut settling = self.plugins.settling.lock();
                slot.take_shadowed().iter().for_each(|path| settling.forget(path));
            }
        }
        self.plugins.moved.notify_one();
    }

    /// The environments with what plugins add to the first of them, and what is perhaps not meant with that.
    pub(super) fn contributed<'a>(
        &self,
        environments: &'a [Environment],
        fresh: &[Fresh],
    ) -> (Cow<'a, [Environment]>, Diagnostics) {
        let (mut all, mut found) = (Cow::Borrowed(environments), Diagnostics::default());
        for slot in self.plugins.slots() {
            let new = fresh.iter().find(|fresh| fresh.slot.name() == slot.name());
            let contribution = new.map_or_else(|| slot.contribution(), |new| new.generation.contribution.clone());
            if let Some(manifest) = &contribution.manifest
                && let Some(first) = all.to_mut().first_mut()
            {
                found.extend(manifest::merge(first, slot.name(), manifest));
            }
        }
        // Of a plugin that is not there nobody knows which buckets it brings.
        let there = |name: &PluginName| {
            fresh.iter().any(|fresh| fresh.slot.name() == name)
                || self.plugins.find(name).is_some_and(|slot| slot.serving().is_some())
        };
        for environment in &*all {
            for plugin in environment.plugins.iter().filter(|plugin| there(&plugin.name)) {
                found.extend(manifest::unbacked(environment, plugin));
            }
        }
        (all, found)
    }
}

/// Why a declared plugin is not ready.
enum Failed {
    /// It is there.
    Refused(Diagnostic),
    /// It is not.
    Missing(Diagnostic),
}

async fn read(wanted: Wanted) -> std::io::Result<Offer> {
    tokio::task::spawn_blocking(move || Offer::read(wanted)).await.map_err(std::io::Error::other)?
}

fn unreadable(declaration: &PluginDeclaration, error: &std::io::Error) -> Diagnostic {
    let PluginDeclaration { name, path, origin, .. } = declaration;
    let message = format!("plugin `{name}` can't be read from `{}`: {error}", path.display());
    placed(Diagnostic::error(message), origin).help("its routes answer 503 until it is there")
}

pub(crate) fn shadowed(name: &PluginName, path: &Path) -> Diagnostic {
    let message = format!("`{}` is not loaded: another component is plugin `{name}`", path.display());
    Diagnostic::warning(message).help("a declaration wins over a file in a folder, an earlier folder over a later one")
}

// === one by one ===

impl App {
    /// Looks at what lies in a plugin's file now, and serves it if it is new. Absent: nothing was to be done.
    ///
    /// # Errors
    /// Why it does not serve; what served goes on.
    pub async fn look_again(&self, name: &PluginName) -> Result<Option<Arc<Generation>>, Rejected> {
        let Some(wanted) = self.plugins.wanted(name) else { return Ok(None) };
        let slot = self.plugins.slot(name);
        let _line = slot.line.lock().await;
        let result = match read(wanted.clone()).await {
            Ok(offer) => self.load_one(&slot, offer, false).await,
            // It went away while it was looked at; that is told in its own time.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => Err(unreadable(&wanted.declaration, &error)).inspect_err(|why| slot.refuse(None, why)),
        };
        result.map_err(|why| self.rejected(why))
    }

    /// Takes a component that an operator sent, and keeps it in the plugins folder if there is one.
    ///
    /// # Errors
    /// Why it does not serve; what served goes on.
    pub async fn upload(
        &self,
        name: &PluginName,
        component: Bytes,
        signature: Option<String>,
    ) -> Result<Offered, Refused> {
        let slot = self.plugins.slot(name);
        let _line = slot.line.lock().await;
        let known = self.plugins.known();
        let declared = known.declared.get(name).map(|wanted| wanted.declaration.path.clone());
        let kept = match declared {
            // A declared file that lies elsewhere is the operator's to write.
            Some(path) => known.is_dropped(name).then_some(path),
            None => known.rules.places(name).into_iter().next(),
        };
        let wanted = self.plugins.wanted(name);
        let wanted = wanted.unwrap_or_else(|| known.undeclared(name, kept.clone().unwrap_or_default()));
        let (declaration, secrets) = (wanted.declaration, wanted.secrets);
        let (source, side) = match (&wanted.source, &kept) {
            (_, None) => (Source::Uploaded, None),
            (Source::Declared(_), Some(path)) => (Source::Declared(path.clone()), None),
            (_, Some(path)) => (Source::Dropped(path.clone()), read_side(path)),
        };
        let component = component.clone();
        let offer =
            Offer { declaration, source, component: component.clone(), signature: signature.clone(), side, secrets };
        let served = slot.serving().is_some();
        let loaded = self.load_one(&slot, offer, true).await.map_err(|why| Refused::Wrong(Box::new(why)))?;
        if loaded.is_none() {
            return Ok(Offered::Unchanged);
        }
        if let Some(kept) = kept {
            keep(kept, component, signature).await;
        }
        Ok(if served { Offered::Replaced } else { Offered::New })
    }

    /// Takes a plugin away, with its file if that lies in a plugins folder.
    ///
    /// # Errors
    /// There is none, or it is not an operator's to take away like this.
    pub async fn remove(&self, name: &PluginName) -> Result<(), Refused> {
        let absent = || Refused::Absent(format!("there is no plugin `{name}`"));
        let slot = self.plugins.find(name).ok_or_else(absent)?;
        let _line = slot.line.lock().await;
        let known = self.plugins.known();
        let serving = slot.serving();
        if serving.as_ref().is_some_and(|serving| serving.source == Source::Bundled) {
            return Err(Refused::Conflict(format!("plugin `{name}` is part of the gateway")));
        }
        if !known.is_dropped(name) {
            let why = format!("plugin `{name}` is declared: take `[plugin.{name}]` out of the document");
            return Err(Refused::Conflict(why));
        }
        let files: Vec<_> = known.rules.places(name);
        let removed = tokio::task::spawn_blocking(move || {
            let removed = files.iter().filter(|file| std::fs::remove_file(file).is_ok());
            removed.map(|file| drop(std::fs::remove_file(beside(file, "wasm.sig")))).count() > 0
        });
        let removed = removed.await.unwrap_or(false);
        if slot.remove("an operator took it away") || removed { Ok(()) } else { Err(absent()) }
    }

    /// Serves a plugin's generation before again.
    ///
    /// # Errors
    /// There is none.
    pub async fn roll_back(&self, name: &PluginName) -> Result<Arc<Slot>, Refused> {
        let slot = self.plugins.find(name).ok_or_else(|| Refused::Absent(format!("there is no plugin `{name}`")))?;
        let _line = slot.line.lock().await;
        let none = || Refused::Conflict(format!("plugin `{name}` has no generation before"));
        slot.roll_back(None, "an operator asked for it").ok_or_else(none)?;
        self.refresh().await;
        Ok(slot.clone())
    }

    /// The routes that a plugin answers.
    pub fn routes_of(&self, name: &PluginName) -> Vec<String> {
        let sites = self.sites();
        let routes = sites.iter().flat_map(|site| &site.routes);
        routes.filter(|route| route.answer.plugin() == Some(name)).map(|route| route.name.to_string()).collect()
    }

    /// Loads an offer and publishes it. Absent: it is what was offered before. The slot's line is the caller's to hold.
    async fn load_one(
        &self,
        slot: &Arc<Slot>,
        offer: Offer,
        insists: bool,
    ) -> Result<Option<Arc<Generation>>, Diagnostic> {
        let known = self.plugins.known();
        let loaded = self.plugins.load(slot, offer, &known.rules, insists).await;
        self.count(slot.name(), &loaded);
        let Loaded::Fresh(generation) = loaded? else { return Ok(None) };
        let fresh = Fresh { slot: slot.clone(), generation: generation.clone() };
        match self.publish_one(fresh, known.rules.keep).await {
            Ok(()) => Ok(Some(generation)),
            Err(why) => {
                slot.refuse(Some(generation.fingerprint), &why);
                Err(why)
            }
        }
    }

    /// Publishes a generation, with the routes that it brings.
    async fn publish_one(&self, fresh: Fresh, keep: usize) -> Result<(), Diagnostic> {
        let _publishing = self.publishing.lock().await;
        let Fresh { slot, generation } = &fresh;
        if let Some(route) = self.routes_of(slot.name()).first()
            && generation.responder().is_none()
        {
            let message = format!("plugin `{}` is no responder, and route `{route}` is answered by it", slot.name());
            return Err(Diagnostic::error(message).help("export `responder` of `ringback:gateway@0.1.0`"));
        }
        let documents = self.documents.load_full();
        if let Some(documents) = documents.filter(|_| generation.contribution.texts != slot.contribution().texts) {
            let first = |wrong: Diagnostics| {
                wrong.into_iter().next().unwrap_or_else(|| Diagnostic::error("it can't be served"))
            };
            let built = self.build(&documents, std::slice::from_ref(&fresh)).await.map_err(first)?;
            let wrong = |found: &Diagnostic| found.severity == Severity::Error;
            if let Some(stranger) = built.strangers.into_iter().find(wrong) {
                return Err(stranger);
            }
            self.declare(&built.sites)
                .await
                .map_err(|why| Diagnostic::error(why.render(ringback_diag::Colour::Plain)))?;
            fresh.slot.publish(fresh.generation, keep);
            let bound = built.sites.iter().map(|_| None).collect();
            self.publish(built.sites, bound);
        } else {
            fresh.slot.publish(fresh.generation, keep);
        }
        Ok(())
    }

    /// Makes the sites anew, after a rollback that brought other routes.
    pub(super) async fn refresh(&self) {
        let _publishing = self.publishing.lock().await;
        let Some(documents) = self.documents.load_full() else { return };
        let Ok(built) = self.build(&documents, &[]).await else { return };
        if self.declare(&built.sites).await.is_ok() {
            let bound = built.sites.iter().map(|_| None).collect();
            self.publish(built.sites, bound);
        }
    }

    /// With the texts that it points at.
    pub(crate) fn rejected(&self, why: Diagnostic) -> Rejected {
        let documents: Option<Arc<Documents>> = self.documents.load_full();
        let sources = documents.map(|documents| documents.sources.clone()).unwrap_or_default();
        Rejected::new(why.into(), &sources)
    }

    fn count(&self, name: &PluginName, loaded: &Result<Loaded, Diagnostic>) {
        let outcome = match loaded {
            Ok(Loaded::Fresh(_)) => "serving",
            Ok(Loaded::Same) => "unchanged",
            Err(_) => "refused",
        };
        self.gateway.metrics.plugin_loads.with_label_values(&[name.as_str(), outcome]).inc();
    }

    /// Notes what happens to plugins.
    pub(super) fn listen_to_plugins(self: &Arc<Self>) {
        let app = Arc::downgrade(self);
        self.plugins.bell.answer(move |notice| {
            if let Some(app) = app.upgrade() {
                app.noted(notice);
            }
        });
    }

    fn noted(self: &Arc<Self>, notice: Notice) {
        let Notice { plugin, generation, change, summary, routes_moved } = notice;
        match change {
            PluginChange::RolledBack => {
                tracing::warn!(%plugin, "{summary}");
                self.gateway.metrics.plugin_loads.with_label_values(&[plugin.as_str(), "rolled-back"]).inc();
            }
            PluginChange::BreakerOpened => tracing::warn!(%plugin, "{summary}"),
            // Shown at the start too, in the log: what the start prints is its routes and that it is ready.
            PluginChange::Compiling => tracing::info!(target: "ringback::plugin", %plugin, "{summary}"),
            _ => tracing::info!(%plugin, "{summary}"),
        }
        if routes_moved {
            let app = self.clone();
            self.spawn(async move { app.refresh().await });
        }
        // What is loaded at the start is told by the start itself.
        if self.is_ready() {
            let at = self.gateway.clock.now();
            self.gateway.journal.record(Event::Plugin(PluginNote { at, plugin, generation, change, summary }));
        }
    }
}

/// Writes an uploaded component into the plugins folder, so that the next start finds it. A folder that can't be
/// written is a line in the log: the component serves all the same.
async fn keep(path: std::path::PathBuf, component: Bytes, signature: Option<String>) {
    let written = tokio::task::spawn_blocking(move || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A name that the folder's watch passes over, and a rename: nobody sees half a component.
        let part = folder.join(format!(".{name}.part"));
        std::fs::write(&part, &component)?;
        if let Some(signature) = signature {
            std::fs::write(beside(&path, "wasm.sig"), signature)?;
        }
        std::fs::rename(part, path)
    });
    if let Err(error) = written.await.map_err(std::io::Error::other).and_then(|written| written) {
        tracing::warn!(%error, "an uploaded plugin could not be kept in the plugins folder");
    }
}
