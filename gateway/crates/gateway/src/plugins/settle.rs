//! Which files of a plugins folder have come to rest. Pure: it is shown listings of the folder and the time, and says
//! what is new, what has changed and what is gone.
//!
//! A file counts once its stamp (size, time of change, inode, and the same of what lies beside it) has not moved for
//! [`QUIET`]: a copy that is still being written moves it. One that was renamed to its name counts at once. One that is gone counts as gone after [`GRACE`], since tools
//! that write a new file often take the old one away first.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, Instant},
};

/// How long a file must not change before it is looked at: longer than the pauses of a program that writes, and short
/// enough that nobody waits for it.
pub const QUIET: Duration = Duration::from_millis(200);
/// How long a file must be gone before its plugin is.
pub const GRACE: Duration = Duration::from_secs(1);

/// What can be seen of a plugin's files without reading them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stamp(pub Vec<Option<FileStamp>>);

/// What can be seen of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileStamp {
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was changed, in nanoseconds since some fixed time.
    pub changed_ns: u128,
    /// Which file it is: another one under the same name differs.
    pub file: (u64, u64),
}

/// What has come to rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A file that is new, or not as it was.
    Settled(PathBuf),
    /// A file that is gone.
    Gone(PathBuf),
}

/// The files of the folders as they were seen last.
#[derive(Debug, Default)]
pub struct Settling {
    files: BTreeMap<PathBuf, Seen>,
    /// Those that were renamed to where they are since the last look: nobody is writing them.
    whole: BTreeSet<PathBuf>,
}

#[derive(Debug)]
struct Seen {
    /// Absent: it is gone.
    stamp: Option<Stamp>,
    since: Instant,
    /// The stamp that was told of. Absent: none was, or that it is gone was told.
    told: Option<Stamp>,
}

impl Settling {
    /// Takes a listing and says what has come to rest by now.
    pub fn look(&mut self, now: Instant, listing: BTreeMap<PathBuf, Stamp>) -> Vec<Change> {
        let whole = std::mem::take(&mut self.whole);
        for (path, seen) in &mut self.files {
            if !listing.contains_key(path) && seen.stamp.is_some() {
                *seen = Seen { stamp: None, since: now, told: seen.told.take() };
            }
        }
        for (path, stamp) in listing {
            let since = if whole.contains(&path) { now.checked_sub(QUIET).unwrap_or(now) } else { now };
            let seen = self.files.entry(path).or_insert_with(|| Seen { stamp: None, since, told: None });
            if seen.stamp.as_ref() != Some(&stamp) {
                seen.stamp = Some(stamp);
                seen.since = since;
            }
        }
        let mut changes = vec![];
        self.files.retain(|path, seen| {
            if !seen.is_due(now) {
                return seen.stamp.is_some() || seen.told.is_some();
            }
            seen.told.clone_from(&seen.stamp);
            changes.push(if seen.stamp.is_some() { Change::Settled(path.clone()) } else { Change::Gone(path.clone()) });
            seen.stamp.is_some()
        });
        changes
    }

    /// Takes a listing in which everything counts as settled: what lies there when the gateway starts.
    pub fn begin(&mut self, now: Instant, listing: BTreeMap<PathBuf, Stamp>) -> Vec<PathBuf> {
        let paths = listing.keys().cloned().collect();
        let seen = |stamp: Stamp| Seen { told: Some(stamp.clone()), stamp: Some(stamp), since: now };
        self.files = listing.into_iter().map(|(path, stamp)| (path, seen(stamp))).collect();
        paths
    }

    /// Notes that a file was renamed to where it is: the next look need not wait for it to be quiet.
    pub fn arrived(&mut self, path: PathBuf) {
        self.whole.insert(path);
    }

    /// When to look again, though nothing is heard of. Absent: all is at rest.
    pub fn next(&self) -> Option<Instant> {
        self.files.values().filter(|seen| seen.stamp != seen.told).map(Seen::due).min()
    }

    /// Forgets that anything was told of, so that all is told of again: what is said about it has changed.
    pub fn forget_all(&mut self) {
        self.files.values_mut().for_each(|seen| seen.told = None);
    }

    /// Forgets that a file was told of, so that it is told of again: what could not be done may work now.
    pub fn forget(&mut self, path: &std::path::Path) {
        if let Some(seen) = self.files.get_mut(path) {
            seen.told = None;
        }
    }
}

impl Seen {
    fn due(&self) -> Instant {
        self.since + if self.stamp.is_some() { QUIET } else { GRACE }
    }

    fn is_due(&self, now: Instant) -> bool {
        self.stamp != self.told && self.due() <= now
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stamp(bytes: u64) -> Stamp {
        Stamp(vec![Some(FileStamp { bytes, changed_ns: 0, file: (0, bytes) })])
    }

    fn listing(files: &[(&str, u64)]) -> BTreeMap<PathBuf, Stamp> {
        files.iter().map(|(name, bytes)| (PathBuf::from(name), stamp(*bytes))).collect()
    }

    #[test]
    fn a_file_that_grows_settles_once_it_has_stopped() {
        let (mut settling, mut now) = (Settling::default(), Instant::now());
        for bytes in 1..10 {
            assert_eq!(settling.look(now, listing(&[("a", bytes)])), []);
            now += QUIET / 2;
        }
        assert_eq!(settling.next(), Some(now + QUIET / 2));
        now += QUIET / 2;
        assert_eq!(settling.look(now, listing(&[("a", 9)])), [Change::Settled("a".into())]);
        assert_eq!((settling.look(now + GRACE, listing(&[("a", 9)])), settling.next()), (vec![], None));
    }

    #[test]
    fn a_file_that_was_renamed_to_its_name_is_not_waited_for() {
        let (mut settling, now) = (Settling::default(), Instant::now());
        settling.arrived("a".into());
        assert_eq!(settling.look(now, listing(&[("a", 1), ("b", 1)])), [Change::Settled("a".into())]);
        assert_eq!(settling.look(now, listing(&[("a", 2), ("b", 1)])), []);
        assert_eq!(settling.look(now + QUIET, listing(&[("a", 2), ("b", 1)])).len(), 2);
    }

    #[test]
    fn a_file_that_comes_back_within_the_grace_was_never_gone() {
        let (mut settling, mut now) = (Settling::default(), Instant::now());
        assert_eq!(settling.begin(now, listing(&[("a", 1)])), [PathBuf::from("a")]);
        assert_eq!(settling.look(now, listing(&[])), []);
        now += GRACE / 2;
        assert_eq!(settling.look(now, listing(&[("a", 1)])), []);
        assert_eq!(settling.look(now + GRACE * 2, listing(&[("a", 1)])), []);
    }

    #[test]
    fn a_file_that_stays_away_is_gone_once_and_new_when_it_is_back() {
        let (mut settling, mut now) = (Settling::default(), Instant::now());
        settling.begin(now, listing(&[("a", 1), ("b", 1)]));
        settling.look(now, listing(&[("b", 1)]));
        now += GRACE;
        assert_eq!(settling.look(now, listing(&[("b", 1)])), [Change::Gone("a".into())]);
        assert_eq!(settling.look(now + GRACE, listing(&[("b", 1)])), []);
        now += GRACE;
        settling.look(now, listing(&[("a", 1), ("b", 1)]));
        assert_eq!(settling.look(now + QUIET, listing(&[("a", 1), ("b", 1)])), [Change::Settled("a".into())]);
    }

    proptest! {
        #[test]
        fn what_it_told_last_is_what_lies_there_once_all_is_quiet(
            steps in prop::collection::vec((0u64..400, prop::collection::btree_map(0u8..3, 0u64..3, 0..3)), 1..40)
        ) {
            let (mut settling, mut now) = (Settling::default(), Instant::now());
            let mut known: BTreeMap<PathBuf, Stamp> = BTreeMap::new();
            let mut last = BTreeMap::new();
            let mut tell = |changes: Vec<Change>, listing: &BTreeMap<PathBuf, Stamp>| {
                for change in changes {
                    match change {
                        Change::Settled(path) => {
                            let stamp = listing[&path].clone();
                            assert_ne!(known.insert(path, stamp.clone()), Some(stamp), "nothing is told twice");
                        }
                        Change::Gone(path) => assert!(known.remove(&path).is_some(), "what was not there is not gone"),
                    }
                }
                known.clone()
            };
            for (wait_ms, files) in steps {
                now += Duration::from_millis(wait_ms);
                last = files.into_iter().map(|(n, bytes)| (PathBuf::from(n.to_string()), stamp(bytes))).collect();
                tell(settling.look(now, last.clone()), &last);
            }
            while let Some(next) = settling.next() {
                now = now.max(next);
                tell(settling.look(now, last.clone()), &last);
            }
            prop_assert_eq!(tell(vec![], &last), last);
        }
    }
}
