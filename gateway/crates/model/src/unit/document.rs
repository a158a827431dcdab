//! Buckets as values: documents, views of them, and changes that can be checked and made.

use imbl::OrdMap;

use crate::{
    ids::BucketName,
    json::{Json, JsonError},
    limits,
    path::DataPath,
};

/// One bucket's document at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Grows by one with every commit that changes the bucket.
    pub version: u64,
    /// The content. Absent: it was removed whole, and nothing was put in its place.
    pub value: Option<Json>,
    /// Whether the content is the source of a template that waits for its first use
    /// ([`Seeding::AtFirstUse`](crate::environment::Seeding::AtFirstUse)). Any change ends that.
    pub waits: bool,
    /// About how many bytes it takes.
    pub bytes: usize,
}

/// The buckets of one scope at one moment. Cloning is free.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View(pub(super) OrdMap<BucketName, Document>);

/// One change of one bucket. It reads nothing, so it can be applied to a newer document.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Puts a value at a path.
    Set(Box<str>, Json),
    /// Appends to the array at a path.
    Push(Box<str>, Json),
    /// Copies members into the object at a path.
    Merge(Box<str>, Json),
    /// Removes what is at a path; with the empty path, the content itself.
    Del(Box<str>),
    /// Makes the bucket what this document is, under a version of its own.
    Restore(Box<Document>),
}

/// Why a bucket did not do as asked. The same cases as `error` of the WIT interface `buckets`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// There is no such bucket.
    #[error("there is no bucket `{0}`")]
    NoSuchBucket(String),
    /// The path leads nowhere, or the value is of another type.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A limit. Says which.
    #[error("{0}")]
    TooLarge(String),
}

// === impl View ===

impl View {
    /// A view of documents as they are at start: version 1.
    pub fn seeded<D: Into<Document>>(buckets: impl IntoIterator<Item = (BucketName, D)>) -> Self {
        Self(buckets.into_iter().map(|(name, document)| (name, document.into())).collect())
    }

    /// One bucket's document.
    pub fn get(&self, bucket: &str) -> Option<&Document> {
        self.0.get(bucket)
    }

    /// The buckets by name.
    pub fn iter(&self) -> impl Iterator<Item = (&BucketName, &Document)> {
        self.0.iter()
    }

    /// One bucket's document, to be changed.
    pub fn get_mut(&mut self, bucket: &str) -> Option<&mut Document> {
        self.0.get_mut(bucket)
    }

    /// Puts a document in place of what was there.
    pub fn insert(&mut self, bucket: BucketName, document: Document) {
        self.0.insert(bucket, document);
    }

    /// Forgets a bucket.
    pub fn remove(&mut self, bucket: &str) {
        self.0.remove(bucket);
    }
}

// === impl Document ===

impl Document {
    /// A document that nobody has changed.
    pub fn new(value: Json) -> Self {
        Self { version: 1, bytes: value.weight(), value: Some(value), waits: false }
    }

    /// The source of a template that waits for its first use.
    pub fn waiting(source: &str) -> Self {
        Self { waits: true, ..Self::new(source.into()) }
    }

    /// Makes a change.
    pub(super) fn apply(&mut self, change: Change) -> Result<(), BucketError> {
        let brought = change.weight();
        let removed = match change {
            Change::Restore(document) => {
                *self = Self { version: self.version, ..*document };
                return Ok(());
            }
            Change::Set(path, value) if path.is_empty() => self.value.replace(value).map_or(0, |old| old.weight()),
            Change::Del(path) if path.is_empty() => self.value.take().map_or(0, |old| old.weight()),
            Change::Set(path, value) => {
                self.value.get_or_insert_default().set(&DataPath::parse(&path), value)?.weight()
            }
            Change::Push(path, value) => {
                self.there()?.push(&DataPath::parse(&path), value)?;
                0
            }
            Change::Merge(path, value) => {
                self.there()?.merge(&DataPath::parse(&path), &value)?;
                0
            }
            Change::Del(path) => {
                let gone = self.value.as_mut().and_then(|value| value.del(&DataPath::parse(&path)));
                gone.map_or(0, |gone| gone.weight())
            }
        };
        self.waits = false;
        self.bytes = (self.bytes + brought).saturating_sub(removed);
        Ok(())
    }

    fn there(&mut self) -> Result<&mut Json, JsonError> {
        self.value.as_mut().ok_or_else(nothing)
    }

    /// Whether a change can be made.
    pub(super) fn takes(&self, bucket: &str, change: &Change) -> Result<(), BucketError> {
        if self.bytes + change.weight() > limits::BUCKET_MAX_BYTES {
            let most = limits::BUCKET_MAX_BYTES;
            return Err(BucketError::TooLarge(format!("bucket `{bucket}` may hold at most {most} bytes")));
        }
        let there = || self.value.as_ref().ok_or_else(nothing);
        match change {
            Change::Set(path, _) => {
                self.value.as_ref().map_or(Ok(()), |value| value.can_set(&DataPath::parse(path)))?;
            }
            Change::Push(path, _) => there()?.can_push(&DataPath::parse(path))?,
            Change::Merge(path, value) => there()?.can_merge(&DataPath::parse(path), value)?,
            Change::Del(_) | Change::Restore(_) => {}
        }
        Ok(())
    }
}

impl From<Json> for Document {
    fn from(value: Json) -> Self {
        Self::new(value)
    }
}

/// Why a bucket without content does not take what changes a part of it.
fn nothing() -> JsonError {
    JsonError::NoSuchPath(String::new())
}

// === impl Change ===

impl Change {
    /// About how many bytes the change brings.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Set(path, value) | Self::Push(path, value) | Self::Merge(path, value) => path.len() + value.weight(),
            Self::Del(_) => 0,
            Self::Restore(document) => document.bytes,
        }
    }
}
