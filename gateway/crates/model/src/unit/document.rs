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
    /// The content.
    pub value: Json,
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
    /// Removes what is at a path.
    Del(Box<str>),
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
    pub fn seeded(buckets: impl IntoIterator<Item = (BucketName, Json)>) -> Self {
        Self(buckets.into_iter().map(|(name, value)| (name, Document::new(value))).collect())
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
        Self { version: 1, bytes: value.weight(), value }
    }

    /// Makes a change.
    pub(super) fn apply(&mut self, change: Change) -> Result<(), BucketError> {
        let brought = change.weight();
        let removed = match change {
            Change::Set(path, value) => self.value.set(&DataPath::parse(&path), value)?.weight(),
            Change::Push(path, value) => {
                self.value.push(&DataPath::parse(&path), value)?;
                0
            }
            Change::Merge(path, value) => {
                self.value.merge(&DataPath::parse(&path), &value)?;
                0
            }
            Change::Del(path) => self.value.del(&DataPath::parse(&path)).map_or(0, |gone| gone.weight()),
        };
        self.bytes = (self.bytes + brought).saturating_sub(removed);
        Ok(())
    }

    /// Whether a change can be made.
    pub(super) fn takes(&self, bucket: &str, change: &Change) -> Result<(), BucketError> {
        if self.bytes + change.weight() > limits::BUCKET_MAX_BYTES {
            let most = limits::BUCKET_MAX_BYTES;
            return Err(BucketError::TooLarge(format!("bucket `{bucket}` may hold at most {most} bytes")));
        }
        match change {
            Change::Set(path, _) => self.value.can_set(&DataPath::parse(path))?,
            Change::Push(path, _) => self.value.can_push(&DataPath::parse(path))?,
            Change::Merge(path, value) => self.value.can_merge(&DataPath::parse(path), value)?,
            Change::Del(_) => {}
        }
        Ok(())
    }
}

// === impl Change ===

impl Change {
    /// About how many bytes the change brings.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Set(path, value) | Self::Push(path, value) | Self::Merge(path, value) => path.len() + value.weight(),
            Self::Del(_) => 0,
        }
    }
}
