//! Named JSON documents that the routes of an environment share.

use std::{borrow::Cow, fmt};

use serde::{Serialize, de::DeserializeOwned};

use crate::{host, json::read_json};

/// A named JSON document, shared by the routes of an environment; every session has its own.
///
/// A path is a list of member names and array indexes separated by dots, `0.status`; [`escape`] makes a segment of a name
/// that may hold a dot. The empty path is the whole document. Changes are staged: this call reads them, nobody else does
/// until it has returned `Ok`. When a bucket that the call read has changed meanwhile, the gateway runs the call again;
/// `set`, `push`, `merge` and `del` read nothing, so they never collide.
///
/// ```
/// # use ringback_plugin::{bucket, testing::Gateway};
/// # use serde_json::json;
/// # Gateway::new().bucket("orders", json!([])).run(|| {
/// let orders = bucket("orders");
/// orders.push("", &json!({ "status": "pending" }))?;
/// orders.set("0.status", "paid")?;
/// assert_eq!(orders.get::<String>("0.status")?.as_deref(), Some("paid"));
/// assert_eq!(orders.get::<String>("7.status")?, None);
/// # Ok::<_, ringback_plugin::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Bucket<'a> {
    name: &'a str,
}

/// Why a bucket did not do as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketError {
    /// No bucket of that name is declared, or this plugin was not granted it. Names those that it may use.
    NoSuchBucket(String),
    /// The path leads through a value that has no members, or into an array beyond its end.
    NoSuchPath(String),
    /// The value at the path is of another type than the operation works on, or than it is read as.
    WrongType(String),
    /// The value can't be written as JSON. Says why.
    NotJson(String),
    /// The bucket would grow beyond its limit, or the call has staged more than it may.
    TooLarge(String),
}

/// A bucket by its name. Whether it is there shows when it is used.
pub fn bucket(name: &str) -> Bucket<'_> {
    Bucket { name }
}

/// A member's name as one segment of a path: its dots are escaped.
///
/// ```
/// # use ringback_plugin::escape;
/// assert_eq!(format!("{}.status", escape("v1.2")), r"v1\.2.status");
/// ```
pub fn escape(name: &str) -> Cow<'_, str> {
    if name.contains('.') { Cow::Owned(name.replace('.', r"\.")) } else { Cow::Borrowed(name) }
}

/// A change of a bucket, values as JSON texts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change<'a> {
    Set(&'a str),
    Push(&'a str),
    Merge(&'a str),
    Del,
}

type Result<T> = std::result::Result<T, BucketError>;

// === impl Bucket ===

impl Bucket<'_> {
    /// The names of the buckets that this plugin may use, in the order of their declaration.
    pub fn names() -> Vec<String> {
        host::bucket_names()
    }

    /// The value at a path. Absent: nothing is there.
    ///
    /// # Errors
    /// When there is no such bucket, or the value is not of this type.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>> {
        let Some(text) = host::bucket_get(self.name, path)? else { return Ok(None) };
        let wrong = |error| BucketError::WrongType(format!("`{path}` of bucket `{}`: {error}", self.name));
        read_json(text.as_bytes()).map(Some).map_err(wrong)
    }

    /// Puts a value at a path. Missing objects on the way are created; an index equal to an array's length appends.
    ///
    /// # Errors
    /// As [`BucketError`] says.
    pub fn set(&self, path: &str, value: &(impl Serialize + ?Sized)) -> Result<()> {
        host::bucket_change(self.name, path, Change::Set(&text(value)?))
    }

    /// Appends a value to the array at a path. The cost does not grow with the array.
    ///
    /// # Errors
    /// As [`BucketError`] says.
    pub fn push(&self, path: &str, value: &(impl Serialize + ?Sized)) -> Result<()> {
        host::bucket_change(self.name, path, Change::Push(&text(value)?))
    }

    /// Copies the members of an object into the object at a path, replacing those of the same name.
    ///
    /// # Errors
    /// As [`BucketError`] says.
    pub fn merge(&self, path: &str, value: &(impl Serialize + ?Sized)) -> Result<()> {
        host::bucket_change(self.name, path, Change::Merge(&text(value)?))
    }

    /// Adds to the number at a path (absent counts as 0) and returns the sum. Reads the bucket.
    ///
    /// # Errors
    /// As [`BucketError`] says.
    pub fn inc(&self, path: &str, by: f64) -> Result<f64> {
        host::bucket_inc(self.name, path, by)
    }

    /// Removes the member or element at a path; later elements move up. Nothing there: nothing happens. The empty path
    /// sets the document to null.
    ///
    /// # Errors
    /// When there is no such bucket.
    pub fn del(&self, path: &str) -> Result<()> {
        host::bucket_change(self.name, path, Change::Del)
    }
}

fn text(value: &(impl Serialize + ?Sized)) -> Result<String> {
    serde_json::to_string(value).map_err(|error| BucketError::NotJson(error.to_string()))
}

// === impl BucketError ===

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchBucket(text)
            | Self::NoSuchPath(text)
            | Self::WrongType(text)
            | Self::NotJson(text)
            | Self::TooLarge(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for BucketError {}
