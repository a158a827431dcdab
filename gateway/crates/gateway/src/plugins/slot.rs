//! A plugin's place in the gateway: what serves under its name now, what served before, and what is being loaded. Routes
//! hold the slot and not the plugin, so what serves can come, change and go without them.
//!
//! A request takes what serves with one atomic load. Everything else is kept at a desk behind a lock, which only loads,
//! rollbacks and the admin API come to.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use arc_swap::{ArcSwap, ArcSwapOption};
use parking_lot::Mutex;
use ringback_diag::Diagnostic;
use ringback_model::{ids::PluginName, journal::PluginChange};

use super::{
    generation::{Contribution, Generation},
    offer::Fingerprint,
};

/// Versions that were taken back and are remembered, so that they are not loaded again.
const BAD_KEPT: usize = 64;

/// A plugin's place in the gateway.
pub struct Slot {
    name: PluginName,
    serving: ArcSwapOption<Generation>,
    absence: ArcSwap<Absence>,
    pub(crate) desk: Mutex<Desk>,
    /// Held by whoever loads or removes: what is offered to one slot comes in its order.
    pub(crate) line: Arc<tokio::sync::Mutex<()>>,
    bell: Arc<Bell>,
}

/// What a slot knows beside what serves.
#[derive(Default)]
pub(crate) struct Desk {
    /// What is being loaded. Absent: nothing is.
    pub(super) loading: Option<Loading>,
    /// Why what was offered last does not serve. Absent: it does, or nothing was offered.
    pub(crate) wrong: Option<Diagnostic>,
    /// What served before, the last one last.
    pub(super) before: Vec<Arc<Generation>>,
    /// Versions that were taken back because of how their calls went.
    bad: Vec<Fingerprint>,
    /// What was offered last.
    offered: Option<Fingerprint>,
    /// What an operator went back from since something was published last: its file may lie there still.
    left: Vec<Fingerprint>,
    /// The number of the last generation; 0: there was none.
    last: u64,
    /// Where it is looked for.
    pub(super) places: Vec<PathBuf>,
    /// Files of its name that another one keeps out.
    pub(super) shadowed: Vec<PathBuf>,
    /// What is added to the documents: that of what serves, or served last.
    contribution: Arc<Contribution>,
}

/// A component on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loading {
    pub(super) bytes: usize,
    pub(super) since: Instant,
}

/// Why a slot has nothing to give.
#[derive(Debug, Clone, Default)]
pub struct Absence {
    /// For whoever asked: `plugin "kyc" is not there`.
    pub text: String,
    /// Where it is looked for, or what to do: a line each.
    pub hints: Vec<String>,
}

/// Where a slot stands with an offer.
#[derive(Debug)]
pub(super) enum Standing {
    /// It serves, or was offered and is not wrong: nothing is to be done.
    Same,
    /// It is what was offered last, and this is wrong with it.
    StillWrong(Diagnostic),
    /// It was taken back before.
    Bad,
    /// It is to be loaded, as the generation of this number.
    New(u64),
}

/// Something that happened to a plugin, for the journal.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The plugin.
    pub plugin: PluginName,
    /// The generation that it is about. Absent: none.
    pub generation: Option<u64>,
    /// What happened.
    pub change: PluginChange,
    /// In a line.
    pub summary: String,
    /// Whether other routes are now to be added to the documents.
    pub routes_moved: bool,
}

/// Who hears of what happens to plugins. Silent until somebody listens.
#[derive(Default)]
pub struct Bell(OnceLock<Box<dyn Fn(Notice) + Send + Sync>>);

// === impl Bell ===

impl Bell {
    /// Passes notices on from now on. Who listens first, listens.
    pub fn answer(&self, listener: impl Fn(Notice) + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(listener));
    }

    pub(super) fn ring(&self, notice: Notice) {
        if let Some(listener) = self.0.get() {
            listener(notice);
        }
    }
}

// === impl Slot ===

impl Slot {
    /// An empty slot.
    pub(super) fn new(name: PluginName, bell: Arc<Bell>) -> Self {
        let slot = Self {
            name,
            serving: ArcSwapOption::empty(),
            absence: ArcSwap::default(),
            desk: Mutex::default(),
            line: Arc::default(),
            bell,
        };
        slot.tell_absence(&slot.desk.lock());
        slot
    }

    /// The plugin's name.
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// What serves. Absent: nothing does.
    pub fn serving(&self) -> Option<Arc<Generation>> {
        self.serving.load_full()
    }

    /// Why nothing serves.
    pub fn absence(&self) -> Arc<Absence> {
        self.absence.load_full()
    }

    /// What it adds to the documents.
    pub fn contribution(&self) -> Arc<Contribution> {
        self.desk.lock().contribution.clone()
    }

    /// Says where the plugin is looked for.
    pub(crate) fn look_in(&self, places: Vec<PathBuf>) {
        let mut desk = self.desk.lock();
        desk.places = places;
        self.tell_absence(&desk);
    }

    /// Notes a file of this name that another one keeps out. Returns whether that is news.
    pub(crate) fn shadow(&self, path: PathBuf) -> bool {
        let mut desk = self.desk.lock();
        let news = !desk.shadowed.contains(&path);
        if news {
            desk.shadowed.push(path);
        }
        news
    }

    /// Forgets such a file.
    pub(crate) fn unshadow(&self, path: &std::path::Path) {
        self.desk.lock().shadowed.retain(|shadowed| shadowed != path);
    }

    /// Takes the list of such files.
    pub(crate) fn take_shadowed(&self) -> Vec<PathBuf> {
        std::mem::take(&mut self.desk.lock().shadowed)
    }

    /// Where it stands with an offer. Who `insists` wants it looked at again though it was offered before.
    pub(super) fn standing(&self, offered: Fingerprint, insists: bool) -> Standing {
        let desk = self.desk.lock();
        if self.serving.load().as_ref().is_some_and(|serving| serving.fingerprint == offered) {
            return Standing::Same;
        }
        if desk.left.contains(&offered) && !insists {
            return Standing::Same;
        }
        if desk.offered == Some(offered) && !insists {
            return desk.wrong.clone().map_or(Standing::Same, Standing::StillWrong);
        }
        if desk.bad.contains(&offered) { Standing::Bad } else { Standing::New(desk.last + 1) }
    }

    /// Notes that something is being loaded.
    pub(crate) fn begin(&self, bytes: usize) {
        let mut desk = self.desk.lock();
        desk.loading = Some(Loading { bytes, since: Instant::now() });
        self.tell_absence(&desk);
    }

    /// Notes that nothing is being loaded any more, whatever came of it.
    pub(crate) fn end(&self) {
        let mut desk = self.desk.lock();
        desk.loading = None;
        self.tell_absence(&desk);
    }

    /// Notes that what was offered does not serve. `offered` is absent where it could not even be read.
    pub(crate) fn refuse(&self, offered: Option<Fingerprint>, why: &Diagnostic) {
        let mut desk = self.desk.lock();
        let news = desk.wrong.as_ref() != Some(why);
        desk.wrong = Some(why.clone());
        desk.offered = offered;
        self.tell_absence(&desk);
        drop(desk);
        if news {
            let generation = self.serving().map(|serving| serving.number());
            let message = why.message.strip_prefix(&format!("plugin `{}`", self.name)).unwrap_or(&why.message);
            let summary = message.trim_start_matches([':', ' ']).to_owned();
            self.ring(generation, PluginChange::Refused, summary, false);
        }
    }

    /// Serves a generation from now on. Calls under way finish on the one before, of which `keep` are kept.
    pub(crate) fn publish(&self, generation: Arc<Generation>, keep: usize) {
        let mut desk = self.desk.lock();
        desk.wrong = None;
        desk.left.clear();
        desk.offered = Some(generation.fingerprint);
        desk.last = desk.last.max(generation.number());
        desk.contribution = generation.contribution.clone();
        let summary = summary(&generation);
        let number = generation.number();
        let before = self.serving.swap(Some(generation));
        desk.before.extend(before);
        let surplus = desk.before.len().saturating_sub(keep);
        let gone: Vec<_> = desk.before.drain(..surplus).collect();
        self.tell_absence(&desk);
        drop(desk);
        // Freeing compiled code takes a while.
        drop(gone);
        self.ring(Some(number), PluginChange::Serving, summary, false);
    }

    /// Serves the generation before again. Absent: there is none, or what is `blamed` does not serve any more. What is
    /// blamed is not loaded again; what was not is loaded when an operator offers it.
    pub(crate) fn roll_back(&self, blamed: Option<&Arc<Generation>>, why: &str) -> Option<Arc<Generation>> {
        let mut desk = self.desk.lock();
        let serving = self.serving.load_full();
        if let Some(blamed) = blamed {
            serving.as_ref().filter(|serving| Arc::ptr_eq(serving, blamed))?;
        }
        let before = desk.before.pop()?;
        if let Some(blamed) = blamed {
            let surplus = (desk.bad.len() + 1).saturating_sub(BAD_KEPT);
            desk.bad.drain(..surplus);
            desk.bad.push(blamed.fingerprint);
            desk.wrong = Some(Diagnostic::error(format!("generation {} was taken back: {why}", blamed.number())));
        } else {
            desk.left.extend(serving.as_ref().map(|serving| serving.fingerprint));
        }
        let routes_moved = desk.contribution.texts != before.contribution.texts;
        desk.contribution = before.contribution.clone();
        self.serving.store(Some(before.clone()));
        self.tell_absence(&desk);
        drop(desk);
        let from = serving.map_or(String::new(), |serving| format!(" instead of generation {}", serving.number()));
        let number = before.number();
        let summary = format!("generation {number} serves again{from}: {why}");
        self.ring(Some(number), PluginChange::RolledBack, summary, routes_moved);
        Some(before)
    }

    /// Serves nothing from now on. What it added to the documents stays: its routes say that it is missing. Returns
    /// whether anything served.
    pub(crate) fn remove(&self, why: &str) -> bool {
        let mut desk = self.desk.lock();
        let serving = self.serving.swap(None);
        let gone = std::mem::take(&mut desk.before);
        (desk.wrong, desk.offered) = (None, None);
        desk.left.clear();
        self.tell_absence(&desk);
        drop(desk);
        drop(gone);
        if let Some(serving) = &serving {
            self.ring(Some(serving.number()), PluginChange::Removed, why.into(), false);
        }
        serving.is_some()
    }

    /// Notes that a plugin's breaker has opened.
    pub(crate) fn opened(&self, generation: &Generation, why: &str) {
        let summary = format!("calls are refused for a while: {why}");
        self.ring(Some(generation.number()), PluginChange::BreakerOpened, summary, false);
    }

    /// Tells of a load that takes its time.
    pub(crate) fn compiling(&self, bytes: usize) {
        let mebibytes = bytes.div_ceil(1 << 20);
        self.ring(None, PluginChange::Compiling, format!("compiling ({mebibytes} MiB)"), false);
    }

    fn ring(&self, generation: Option<u64>, change: PluginChange, summary: String, routes_moved: bool) {
        self.bell.ring(Notice { plugin: self.name.clone(), generation, change, summary, routes_moved });
    }

    fn tell_absence(&self, desk: &Desk) {
        let name = &self.name;
        let looked = || desk.places.iter().map(|place| format!("looked for `{}`", place.display()));
        let absence = match (&desk.loading, &desk.wrong) {
            (Some(_), _) => Absence { text: format!("plugin `{name}` is being loaded"), hints: looked().collect() },
            (None, Some(_)) => Absence {
                text: format!("plugin `{name}` could not be loaded"),
                hints: looked().chain([format!("`GET /__admin/plugins/{name}` says why")]).collect(),
            },
            (None, None) => Absence {
                text: format!("plugin `{name}` is not there"),
                hints: looked().chain([format!("upload it with `PUT /__admin/plugins/{name}`")]).collect(),
            },
        };
        self.absence.store(Arc::new(absence));
    }
}

/// What is told of a generation that serves.
fn summary(generation: &Generation) -> String {
    let ms = generation.plugin.compiled_in().max(Duration::from_millis(1)).as_millis();
    let how = if generation.plugin.is_cached() { "compiled before" } else { "compiled" };
    format!("generation {} serves, {how}, in {ms} ms", generation.number())
}
