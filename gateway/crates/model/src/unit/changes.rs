//! The effects of a call, ready to commit: how each bucket takes them, all or none.

use super::{Change, Document, Scope, View};
use crate::{
    callback::Callback,
    ids::{BucketName, CallbackId},
};

/// The effects of one call, ready to commit.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Whose state changes.
    pub scope: Scope,
    /// Callbacks to put in the queue, with their due times, in the order of scheduling.
    pub scheduled: Vec<Callback>,
    /// Callbacks to cancel where they are still pending.
    pub cancelled: Vec<CallbackId>,
    pub(super) touched: Vec<(BucketName, Touched)>,
}

/// What a call did with one bucket.
#[derive(Debug, Clone)]
pub(super) struct Touched {
    /// The version that the call saw.
    pub(super) base: u64,
    pub(super) read: bool,
    pub(super) changes: Vec<Change>,
    /// The document with all changes made. Absent: nobody has asked for it.
    pub(super) changed: Option<Document>,
}

/// How a bucket takes the changes of a call.
enum Taking {
    Nothing,
    InPlace,
    Instead(Document),
}

// === impl Changes ===

impl Changes {
    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.scheduled.is_empty() && self.cancelled.is_empty() && !self.changes_buckets()
    }

    /// Whether any bucket changes.
    pub fn changes_buckets(&self) -> bool {
        self.touched.iter().any(|(_, touched)| !touched.changes.is_empty())
    }

    /// The buckets that change.
    pub fn changed(&self) -> impl Iterator<Item = &BucketName> {
        self.touched.iter().filter(|(_, touched)| !touched.changes.is_empty()).map(|(name, _)| name)
    }

    /// The buckets that were read or change: what a store must hold still while it resolves.
    pub fn buckets(&self) -> impl Iterator<Item = &BucketName> {
        self.touched.iter().map(|(name, _)| name)
    }

    /// Makes the changes, all of them or none, and returns the documents that they took the place of, for the caller to
    /// free once it holds no lock.
    ///
    /// # Errors
    /// Names a bucket that moved in a way that the call must see: run it again.
    pub fn apply(&mut self, current: &mut View) -> Result<Vec<Document>, BucketName> {
        let taking = |(name, touched): &(BucketName, Touched)| {
            let document = current.get(name.as_str()).ok_or_else(|| name.clone())?;
            touched.taking(document).ok_or_else(|| name.clone())
        };
        let takings: Vec<Taking> = self.touched.iter().map(taking).collect::<Result<_, BucketName>>()?;
        let mut replaced = Vec::new();
        for ((name, touched), taking) in self.touched.iter_mut().zip(takings) {
            let Some(document) = current.get_mut(name.as_str()) else { continue };
            let version = document.version + 1;
            match taking {
                Taking::Nothing => continue,
                Taking::Instead(changed) => replaced.push(std::mem::replace(document, changed)),
                // The one change was found to fit.
                Taking::InPlace => touched.changes.drain(..).for_each(|change| drop(document.apply(change))),
            }
            document.version = version;
        }
        Ok(replaced)
    }
}

// === impl Touched ===

impl Touched {
    /// How a document takes the changes. Absent: the call must see it first, or one of them no longer fits.
    fn taking(&self, document: &Document) -> Option<Taking> {
        let moved = document.version != self.base;
        match (self.changes.as_slice(), &self.changed) {
            _ if moved && self.read => None,
            ([], _) => Some(Taking::Nothing),
            (_, Some(changed)) if !moved => Some(Taking::Instead(changed.clone())),
            ([change], _) => document.takes("", change).ok().map(|()| Taking::InPlace),
            (changes, _) => {
                let mut document = document.clone();
                for change in changes {
                    document.takes("", change).and_then(|()| document.apply(change.clone())).ok()?;
                }
                Some(Taking::Instead(document))
            }
        }
    }
}
