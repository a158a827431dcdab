//! What a reload changed, and when to reload: the files that were read are watched through their folders, since editors
//! rename over a file instead of writing it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use crate::{app::App, load::Rejected, site::Site};

/// Waited after a change for the ones that follow it: an editor's save is several.
const SETTLE: Duration = Duration::from_millis(150);

/// What changed from one set of sites to another, in a line.
pub fn summary(old: &[Arc<Site>], new: &[Arc<Site>]) -> String {
    let (before, after) = (shapes(old), shapes(new));
    let added = after.keys().filter(|route| !before.contains_key(*route)).count();
    let removed = before.keys().filter(|route| !after.contains_key(*route)).count();
    let changed = after.iter().filter(|(route, shape)| before.get(*route).is_some_and(|old| old != *shape)).count();
    let count = after.len();
    format!("reloaded: {count} routes, {added} added, {removed} removed, {changed} changed place")
}

/// Each route by its environment and name, with its methods and path.
fn shapes(sites: &[Arc<Site>]) -> HashMap<(String, String), (String, String)> {
    let routes = sites.iter().flat_map(|site| site.routes.iter().map(|route| (site.name.to_string(), route)));
    routes
        .map(|(environment, route)| {
            ((environment, route.name.to_string()), (route.methods.clone(), route.path.clone()))
        })
        .collect()
}

/// Watches the files from now on. The task that it returns reloads whenever one of them changes, until the gateway ends;
/// `told` hears what came of it.
pub fn watch(
    app: Arc<App>,
    mut files: Vec<PathBuf>,
    told: Arc<impl Fn(Result<String, &Rejected>) + Send + Sync>,
) -> impl Future<Output = ()> {
    // One channel for all watchers, each made before the last one goes: what changes while it reloads is seen.
    let (changes, mut changed) = mpsc::channel(1);
    let mut watching = watcher(&files, changes.clone());
    async move {
        let stop = app.stopping();
        while watching.is_some() {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = changed.recv() => {}
            }
            // Whatever else comes while it settles belongs to the same change.
            while let Ok(Some(())) = tokio::time::timeout(SETTLE, changed.recv()).await {}
            match app.reload().await {
                Ok(applied) => {
                    files = applied.files;
                    told(Ok(applied.warnings));
                }
                Err(rejected) => {
                    files.extend(
                        rejected.files.iter().filter(|file| !files.contains(file)).cloned().collect::<Vec<_>>(),
                    );
                    told(Err(&rejected));
                }
            }
            watching = watcher(&files, changes.clone());
        }
    }
}

/// Watches the folders of the files and passes on that one of the files changed.
fn watcher(files: &[PathBuf], changes: mpsc::Sender<()>) -> Option<RecommendedWatcher> {
    let watched: Vec<PathBuf> = files.iter().flat_map(|file| places(file)).collect();
    let names = watched.clone();
    let heard = move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if !event.kind.is_access() && event.paths.iter().any(|path| names.contains(path)) {
            // One that waits is enough.
            let _ = changes.try_send(());
        }
    };
    let mut watcher =
        notify::recommended_watcher(heard).map_err(|error| tracing::warn!(%error, "files are not watched")).ok()?;
    let mut folders: Vec<_> = watched.iter().filter_map(|file| file.parent()).collect();
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
            tracing::warn!(%error, folder = %folder.display(), "a folder is not watched");
        }
    }
    Some(watcher)
}

/// Where a change of a file shows: at its name, which may come to be only later, and where that leads.
fn places(file: &Path) -> impl Iterator<Item = PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let named = folder.canonicalize().ok().and_then(|folder| Some(folder.join(file.file_name()?)));
    let target = file.canonicalize().ok().filter(|target| Some(target) != named.as_ref());
    named.into_iter().chain(target)
}
