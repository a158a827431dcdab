//! Compiled code on disk: it is used, and only when it is the cache's own.

use std::path::{Path, PathBuf};

use ringback_wasm::Host;

use super::support::{ECHO, call, host, respond, source};

fn caching(folder: &Path) -> Host {
    host(|options| options.cache_dir = Some(folder.into()))
}

fn compiled(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "cwasm")).collect()
}

#[tokio::test]
async fn compiled_code_is_used_by_the_next_host() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("deep/cache");
    let first = caching(&folder).load(source("echo", ECHO)).unwrap();
    assert!(!first.is_cached());
    let second = caching(&folder).load(source("other", ECHO)).unwrap();
    assert!(second.is_cached());
    assert_eq!(respond(&second, call("/", "1")).await.unwrap().0.status, 200);
}

#[test]
fn code_that_was_changed_cut_off_or_brought_in_is_compiled_again() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [own, foreign] = folders.each_ref().map(|folder| folder.path().join("cache"));
    let load = |folder: &Path| caching(folder).load(source("echo", ECHO)).unwrap().is_cached();
    assert!(!load(&own) && !load(&foreign));
    let file = compiled(&own).pop().unwrap();
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let brought = std::fs::read(compiled(&foreign).pop().unwrap()).unwrap();
    for broken in [&flipped[..], &whole[..whole.len() / 2], &whole[..10], b"", &brought] {
        std::fs::write(&file, broken).unwrap();
        assert!(!load(&own));
        assert!(load(&own), "what was compiled again is kept");
    }
}

#[test]
fn one_plugins_code_is_never_taken_for_anothers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("cache");
    caching(&folder).load(source("echo", ECHO)).unwrap();
    let echo = compiled(&folder).pop().unwrap();
    let other = super::support::Wat::default().build();
    caching(&folder).load(source("other", &other)).unwrap();
    let others = compiled(&folder).into_iter().find(|path| *path != echo).unwrap();
    std::fs::copy(&echo, &others).unwrap();
    assert!(!caching(&folder).load(source("other", &other)).unwrap().is_cached());
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_may_enter_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    caching(&cache).load(source("echo", ECHO)).unwrap();
    assert_eq!(std::fs::metadata(&cache).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::set_permissions(&cache, std::fs::Permissions::from_mode(0o750)).unwrap();
    assert!(!caching(&cache).load(source("echo", ECHO)).unwrap().is_cached());
}
