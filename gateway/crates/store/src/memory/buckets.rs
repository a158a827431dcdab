//! The buckets of every environment and session.
//!
//! A session's buckets come to be with its first view and go with a reset. Versions of documents are never used twice
//! in one store: what is seeded anew starts above every version written before, so that a call which began before a
//! reset can't take the new document for the one that it read.

use std::collections::hash_map::Entry;

use ringback_model::{
    fault::StoreError,
    ids::{BucketName, EnvironmentName, SessionId},
    unit::{Changes, Document, Scope, View},
};
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) struct Buckets {
    environments: FxHashMap<EnvironmentName, Environment>,
    /// Sessions that have state anywhere, the default one left out.
    open: FxHashSet<SessionId>,
    sessions_max: usize,
    /// The highest version of any document so far.
    highest: u64,
}

#[derive(Default)]
struct Environment {
    seeds: View,
    sessions: FxHashMap<SessionId, View>,
}

/// The buckets of one scope.
pub(super) struct Session<'a> {
    view: &'a mut View,
    highest: &'a mut u64,
}

// === impl Buckets ===

impl Buckets {
    pub(super) fn new(sessions_max: usize) -> Self {
        Self { environments: FxHashMap::default(), open: FxHashSet::default(), sessions_max, highest: 0 }
    }

    /// Takes new seeds. Buckets that have state keep it, new ones are added, those no longer named are returned, for the
    /// caller to free.
    pub(super) fn declare(&mut self, environment: &EnvironmentName, seeds: View) -> Vec<View> {
        let known = self.environments.entry(environment.clone()).or_default();
        let fresh = versioned(&seeds, self.highest + 1);
        let kept = |view: &View| {
            let documents = fresh.iter().map(|(name, seed)| (name, view.get(name.as_str()).unwrap_or(seed)));
            collect(documents.map(|(name, document)| (name.clone(), document.clone())))
        };
        let replaced = known.sessions.values_mut().map(|view| {
            let next = kept(view);
            std::mem::replace(view, next)
        });
        let mut replaced: Vec<View> = replaced.collect();
        replaced.push(std::mem::replace(&mut known.seeds, seeds));
        self.highest += 1;
        replaced
    }

    /// The buckets of a scope, as they are at start if this is the first time.
    pub(super) fn open(&mut self, scope: &Scope) -> Result<Session<'_>, StoreError> {
        let environment = self.environments.entry(scope.environment.clone()).or_default();
        let view = match environment.sessions.entry(scope.session.clone()) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(vacant) => {
                admit(&mut self.open, self.sessions_max, &scope.session)?;
                self.highest += 1;
                vacant.insert(versioned(&environment.seeds, self.highest))
            }
        };
        Ok(Session { view, highest: &mut self.highest })
    }

    /// Forgets the state of one session, and returns it, for the caller to free.
    pub(super) fn reset(&mut self, session: &SessionId) -> Vec<View> {
        self.open.remove(session);
        self.environments.values_mut().filter_map(|environment| environment.sessions.remove(session)).collect()
    }

    /// Forgets the state of all sessions, and returns it, for the caller to free.
    pub(super) fn reset_all(&mut self) -> Vec<FxHashMap<SessionId, View>> {
        self.open.clear();
        self.environments.values_mut().map(|environment| std::mem::take(&mut environment.sessions)).collect()
    }
}

/// Makes room for a session. The default one always has it, or whoever opens many would shut out everybody else.
fn admit(open: &mut FxHashSet<SessionId>, most: usize, session: &SessionId) -> Result<(), StoreError> {
    if session.is_default() || open.contains(session) {
        return Ok(());
    }
    if open.len() >= most {
        return Err(StoreError::Full(format!("there are {most} sessions already, delete one")));
    }
    open.insert(session.clone());
    Ok(())
}

// === impl Session ===

impl Session<'_> {
    pub(super) fn view(&self) -> &View {
        self.view
    }

    /// Makes changes, all or none, and returns the documents that they took the place of, for the caller to free.
    pub(super) fn apply(&mut self, changes: &mut Changes) -> Result<Vec<Document>, BucketName> {
        let replaced = changes.apply(self.view)?;
        let versions =
            changes.buckets().filter_map(|name| self.view.get(name.as_str())).map(|document| document.version);
        *self.highest = versions.fold(*self.highest, u64::max);
        Ok(replaced)
    }
}

/// The same documents under another version. Costs as much as there are buckets, whatever their size.
fn versioned(seeds: &View, version: u64) -> View {
    collect(seeds.iter().map(|(name, document)| (name.clone(), Document { version, ..document.clone() })))
}

fn collect(documents: impl IntoIterator<Item = (BucketName, Document)>) -> View {
    let mut view = View::default();
    for (name, document) in documents {
        view.insert(name, document);
    }
    view
}
