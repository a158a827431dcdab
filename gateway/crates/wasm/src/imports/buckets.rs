//! `buckets`: JSON documents by path, read and changed in the call's unit of work.

use std::sync::Arc;

use ringback_model::{
    ids::BucketName,
    json::{Json, JsonError},
    path::DataPath,
    unit::{BucketError, Change},
};

use crate::{
    bindings::ringback::gateway::buckets::{Error, Host},
    state::State,
};

/// Texts that a call is given and may ask for again: a template that reads one bucket ten times has it written once.
const READS_KEPT: usize = 8;

/// What a call has read, as JSON texts. Forgotten for a bucket that changes.
#[derive(Default)]
pub(crate) struct Reads(Vec<Read>);

struct Read {
    bucket: String,
    path: String,
    text: Arc<str>,
}

type Answer<T> = wasmtime::Result<Result<T, Error>>;

// === impl Reads ===

impl Reads {
    /// Forgets everything.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    fn get(&self, bucket: &str, path: &str) -> Option<&str> {
        self.0.iter().find(|read| read.bucket == bucket && read.path == path).map(|read| &*read.text)
    }

    fn keep(&mut self, bucket: String, path: String, text: &str) {
        if self.0.len() < READS_KEPT {
            self.0.push(Read { bucket, path, text: text.into() });
        }
    }

    fn changed(&mut self, bucket: &str) {
        self.0.retain(|read| read.bucket != bucket);
    }
}

// === impl State ===

impl State {
    /// The names that the plugin may use, in the order of the environment. It is not told of hidden ones.
    fn usable(&self) -> Vec<String> {
        let Some(unit) = &self.unit else { return vec![] };
        let declared = self.surroundings.as_ref().map_or(&[] as &[_], |around| around.buckets());
        let mut names: Vec<&BucketName> = unit.buckets().filter(|name| !name.is_hidden()).collect();
        let place = |name: &BucketName| declared.iter().position(|known| known == name);
        names.sort_by_cached_key(|name| place(name).unwrap_or(declared.len()));
        let names = names.into_iter().map(ToString::to_string);
        names.filter(|name| self.identity.grants.buckets.allows(name)).collect()
    }

    fn no_such(&self, bucket: &str) -> Error {
        let usable: Vec<_> = self.usable().iter().map(|name| format!("`{name}`")).collect();
        let usable = if usable.is_empty() { "none".into() } else { usable.join(", ") };
        Error::NoSuchBucket(format!("there is no bucket `{bucket}`, or it was not granted; granted: {usable}"))
    }

    /// Does something with a granted bucket of the call's unit.
    fn with_bucket<T>(
        &mut self,
        bucket: &str,
        f: impl FnOnce(&mut ringback_model::unit::Unit) -> Result<T, BucketError>,
    ) -> Answer<T> {
        self.budget.host_call()?;
        if !self.identity.grants.buckets.allows(bucket) {
            return Ok(Err(self.no_such(bucket)));
        }
        let done = match &mut self.unit {
            Some(unit) => f(unit),
            None => Err(BucketError::NoSuchBucket(bucket.into())),
        };
        Ok(done.map_err(|error| match error {
            BucketError::NoSuchBucket(name) => self.no_such(&name),
            BucketError::Json(error @ JsonError::NoSuchPath(_)) => Error::NoSuchPath(error.to_string()),
            BucketError::Json(error @ JsonError::WrongType { .. }) => Error::WrongType(error.to_string()),
            BucketError::TooLarge(why) => Error::TooLarge(why),
        }))
    }

    fn change(&mut self, bucket: &str, change: Change) -> Answer<()> {
        self.reads.changed(bucket);
        self.with_bucket(bucket, |unit| unit.change(bucket, change))
    }

    fn change_to(
        &mut self,
        bucket: &str,
        path: String,
        value: &str,
        change: fn(Box<str>, Json) -> Change,
    ) -> Answer<()> {
        match Json::parse(value) {
            Ok(value) => self.change(bucket, change(path.into(), value)),
            Err(error) => {
                self.budget.host_call()?;
                Ok(Err(Error::NotJson(error.to_string())))
            }
        }
    }
}

impl Host for State {
    fn names(&mut self) -> wasmtime::Result<Vec<String>> {
        self.budget.host_call()?;
        Ok(self.usable())
    }

    fn ids(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        self.budget.host_call()?;
        let ids = self.surroundings.as_ref().map_or(&[] as &[_], |around| around.bucket_ids());
        let usable = ids.iter().filter(|(_, name)| self.identity.grants.buckets.allows(name.as_str()));
        Ok(usable.map(|(id, name)| (id.to_string(), name.to_string())).collect())
    }

    fn get(&mut self, bucket: String, path: String) -> Answer<Option<String>> {
        if let Some(text) = self.reads.get(&bucket, &path) {
            self.budget.host_call()?;
            return Ok(Ok(Some(text.into())));
        }
        let read = self.with_bucket(&bucket, |unit| {
            Ok(unit.read(&bucket)?.and_then(|value| value.at(&DataPath::parse(&path))).map(Json::to_text))
        })?;
        if let Ok(Some(text)) = &read {
            self.reads.keep(bucket, path, text);
        }
        Ok(read)
    }

    fn set(&mut self, bucket: String, path: String, value: String) -> Answer<()> {
        self.change_to(&bucket, path, &value, Change::Set)
    }

    fn push(&mut self, bucket: String, path: String, value: String) -> Answer<()> {
        self.change_to(&bucket, path, &value, Change::Push)
    }

    fn merge(&mut self, bucket: String, path: String, value: String) -> Answer<()> {
        self.change_to(&bucket, path, &value, Change::Merge)
    }

    fn inc(&mut self, bucket: String, path: String, by: f64) -> Answer<f64> {
        self.reads.changed(&bucket);
        self.with_bucket(&bucket, |unit| unit.increment(&bucket, &path, by))
    }

    fn del(&mut self, bucket: String, path: String) -> Answer<()> {
        self.change(&bucket, Change::Del(path.into()))
    }
}
