//! The plugins of documents, all at once: loaded before any of them is published, and what they add to the documents.

use std::borrow::Cow;

use futures_util::future::join_all;
use ringback_config::manifest;
use ringback_diag::{Diagnostic, Diagnostics};
use ringback_model::{environment::Environment, ids::PluginName};
use tokio::sync::OwnedMutexGuard;

use super::{
    super::{App, Moment, softened},
    read, shadowed, unreadable,
};
use crate::plugins::{
    Fresh, Known, folder,
    loader::Loaded,
    offer::{Source, Wanted},
};

/// The plugins of documents, loaded and not published.
#[derive(Default)]
pub(in crate::app) struct Batch {
    /// Those that are to serve.
    pub(in crate::app) fresh: Vec<Fresh>,
    /// What is wrong with those that are there.
    pub(in crate::app) refused: Diagnostics,
    /// Those that are not there, and what else should be known.
    pub(in crate::app) warnings: Diagnostics,
    /// Nothing else is loaded into their slots before they are published.
    pub(in crate::app) lines: Vec<OwnedMutexGuard<()>>,
}

impl App {
    /// Loads the plugins that documents declare, and at the start those that lie in the folders; all beside each other, each by itself.
    pub(in crate::app) async fn prepare(&self, known: &Known, moment: Moment) -> Batch {
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
    pub(in crate::app) fn forget_undeclared(&self) {
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
    pub(in crate::app) fn contributed<'a>(
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
