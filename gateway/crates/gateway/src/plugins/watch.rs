//! Watches the files of plugins: the folders, and what documents declare. It is told that something moved and then looks
//! for itself; what has come to rest is loaded in a task of its own, so that one never waits for another.
//!
//! File systems that tell of nothing (shared folders, bind mounts) are looked at every few seconds all the same: it costs
//! a listing of the folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use notify::{
    EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{ModifyKind, RenameMode},
};
use parking_lot::Mutex;
use ringback_model::ids::PluginName;
use tokio::sync::Notify;

use super::{
    folder,
    offer::Source,
    settle::{Change, Stamp},
};
use crate::{app::App, load::Rejected};

/// How often to look where the file system tells.
const LOOK: Duration = Duration::from_secs(5);
/// How often to look where it can't.
const LOOK_OFTEN: Duration = Duration::from_secs(1);
/// What follows a notice within this time is seen with it: a copy tells of every block.
const TOGETHER: Duration = Duration::from_millis(20);

/// Hears what came of a plugin that changed: nothing to say, or why it does not serve.
pub type Told = Arc<dyn Fn(Result<String, &Rejected>) + Send + Sync>;

/// What is watched.
struct Watch {
    heard: Arc<Notify>,
    /// Files that were renamed to where they are, by their place.
    arrived: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// Absent: the file system can't tell.
    watcher: Option<RecommendedWatcher>,
    folders: BTreeSet<PathBuf>,
    /// Whether all of them are watched.
    whole: bool,
}

/// Loads plugins as their files change, until the gateway ends.
pub async fn watch(app: Arc<App>, told: Told) {
    let stop = app.stopping();
    let mut watch =
        Watch { heard: Arc::default(), arrived: Arc::default(), watcher: None, folders: BTreeSet::new(), whole: true };
    while !stop.is_cancelled() {
        let known = app.plugins.known();
        let (folders, declared) = (known.rules.folders.clone(), known.declared_files());
        if folders.is_empty() && declared.is_empty() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = app.plugins.moved.notified() => continue,
            }
        }
        let arrived = std::mem::take(&mut *watch.arrived.lock());
        let looked = tokio::task::spawn_blocking(move || {
            let (listing, watched) = look(&folders, &declared);
            let whole: Vec<_> = match arrived.is_empty() {
                true => vec![],
                false => listing.keys().filter(|path| arrived.contains(&folder::place(path))).cloned().collect(),
            };
            (listing, watched, whole)
        });
        let Ok((listing, watched, whole)) = looked.await else { return };
        watch.cover(watched);
        let (changes, next) = {
            let mut settling = app.plugins.settling.lock();
            whole.into_iter().for_each(|path| settling.arrived(path));
            let changes = settling.look(Instant::now(), listing);
            (changes, settling.next())
        };
        for change in changes {
            let (app, told) = (app.clone(), told.clone());
            app.clone().spawn_beside(async move { app.changed(change, &told).await });
        }
        let again = Instant::now() + if watch.whole { LOOK } else { LOOK_OFTEN };
        let again = next.map_or(again, |next| next.min(again));
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.plugins.moved.notified() => {}
            () = watch.heard.notified() => tokio::time::sleep(TOGETHER).await,
            () = tokio::time::sleep_until(again.into()) => {}
        }
    }
}

/// The files of plugins with their stamps, and the folders in which a change of one shows.
fn look(folders: &[PathBuf], declared: &[PathBuf]) -> (BTreeMap<PathBuf, Stamp>, BTreeSet<PathBuf>) {
    let mut listing = folder::scan(folders);
    // One file is looked at once, however it is spelled.
    let known: BTreeSet<PathBuf> = listing.keys().map(|path| folder::place(path)).collect();
    let others = declared.iter().filter(|path| !known.contains(&folder::place(path)));
    listing.extend(others.filter_map(|path| folder::stamped(path)));
    // Where a link leads is another folder.
    let targets = listing.keys().filter_map(|path| path.canonicalize().ok());
    let named = declared.iter().cloned().chain(targets);
    let parents = named.filter_map(|path| {
        let parent = path.parent()?;
        Some(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
    });
    let all = folders.iter().cloned().chain(parents).map(|folder| folder.canonicalize().unwrap_or(folder)).collect();
    (listing, all)
}

// === impl Watch ===

impl Watch {
    /// Watches these folders, if they are not those that it watches. A new watcher is there before the old one goes.
    fn cover(&mut self, folders: BTreeSet<PathBuf>) {
        if self.folders == folders && self.whole {
            return;
        }
        let (heard, arrived) = (self.heard.clone(), self.arrived.clone());
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if let EventKind::Modify(ModifyKind::Name(RenameMode::To)) = event.kind {
                arrived.lock().extend(event.paths);
            }
            if !event.kind.is_access() {
                heard.notify_one();
            }
        });
        let mut whole = true;
        let mut tell = |error: &notify::Error| {
            whole = false;
            tracing::debug!(%error, "a folder is looked at instead of watched");
        };
        let mut watcher = watcher.inspect_err(&mut tell).ok();
        for folder in &folders {
            let watched = watcher.as_mut().map(|watcher| watcher.watch(folder, RecursiveMode::NonRecursive));
            if let Some(Err(error)) = watched {
                tell(&error);
            }
        }
        // What moved before the watcher was there is seen by looking once more.
        if watcher.is_some() {
            self.heard.notify_one();
        }
        (self.watcher, self.whole, self.folders) = (watcher, whole, folders);
    }
}

/// Whether two paths are one place.
fn same(one: &Path, other: &Path) -> bool {
    one == other || folder::place(one) == folder::place(other)
}

// === impl App ===

impl App {
    /// Does what a change of a file asks for.
    async fn changed(&self, change: Change, told: &Told) {
        match change {
            Change::Settled(path) => {
                for name in self.plugins_of(&path) {
                    self.settled(&name, &path, told).await;
                }
            }
            Change::Gone(path) => {
                for name in self.plugins_of(&path) {
                    self.gone(&name, &path, told).await;
                }
            }
        }
    }

    /// The plugins whose component a file is: those that declare it, and the one that it is by its name.
    fn plugins_of(&self, path: &Path) -> BTreeSet<PluginName> {
        let known = self.plugins.known();
        let declared = known.declared.values().filter(|declared| same(&declared.declaration.path, path));
        let mut names: BTreeSet<_> = declared.map(|declared| declared.declaration.name.clone()).collect();
        if folder::is_in(path, &known.rules.folders) {
            names.extend(folder::name(path));
        }
        names
    }

    async fn settled(&self, name: &PluginName, path: &Path, told: &Told) {
        let Some(wanted) = self.plugins.wanted(name) else { return };
        let slot = self.plugins.slot(name);
        if !same(&wanted.declaration.path, path) {
            if slot.shadow(path.to_owned()) {
                told(Err(&self.rejected(crate::app::shadowed(name, path))));
            }
            return;
        }
        slot.unshadow(path);
        match self.look_again(name).await {
            Ok(Some(_)) => told(Ok(String::new())),
            Ok(None) => {}
            Err(why) => told(Err(&why)),
        }
    }

    async fn gone(&self, name: &PluginName, path: &Path, told: &Told) {
        let slot = self.plugins.slot(name);
        slot.unshadow(path);
        let serves = slot.serving().is_some_and(|serving| match &serving.source {
            Source::Dropped(from) | Source::Declared(from) => same(from, path),
            Source::Bundled | Source::Uploaded => false,
        });
        match self.plugins.wanted(name) {
            // A document still asks for it: what was loaded serves until there is something else.
            Some(wanted) if same(&wanted.declaration.path, path) => {
                if self.plugins.known().is_dropped(name) {
                    let _line = slot.line.lock().await;
                    slot.remove("its file is gone");
                    return;
                }
                tracing::warn!(plugin = %name, file = %path.display(), "the file of a plugin is gone, what was loaded serves on");
            }
            // Another folder has one.
            Some(_) => match self.look_again(name).await {
                Ok(Some(_)) => told(Ok(String::new())),
                Ok(None) => {}
                Err(why) => told(Err(&why)),
            },
            None if serves || slot.serving().is_none() => {
                let _line = slot.line.lock().await;
                slot.remove("its file is gone");
            }
            None => {}
        }
    }
}
