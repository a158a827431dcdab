//! The gateway itself: shapes of the SDK to those of the contract, and back.

use crate::{
    Answer, Body, BucketError, Error, Outgoing, PendingCallback, Request, ScheduleError, Timestamp,
    bindings::ringback::gateway::{
        buckets, callbacks, clock, config as table, log as lines, random as numbers, requests, signer, templates,
        types, upstream,
    },
    bucket::Change,
    callback::Options,
    log::Level,
    request::Head,
    signer::{Algorithm, SignError},
    upstream::UpstreamError,
};

/// What the gateway keeps of a request.
#[derive(Debug)]
pub(crate) struct Rest(requests::Request);

// === impl Rest ===

impl Rest {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.0.header(name)
    }

    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        pairs(self.0.headers())
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        self.0.body()
    }

    pub(crate) fn text(&self) -> String {
        self.0.text()
    }

    pub(crate) fn origin(&self) -> String {
        self.0.origin()
    }

    pub(crate) fn client(&self) -> String {
        self.0.client()
    }
}

pub(crate) fn request(head: requests::Head, rest: requests::Request) -> Request {
    let head = Head {
        id: head.id,
        method: head.method,
        path: head.path,
        query: head.query,
        content_type: head.content_type,
        params: head.params,
        route: head.route,
        session: head.session,
        received: head.received,
        number: head.number,
    };
    Request::from_parts(head, Rest(rest))
}

pub(crate) fn pairs(fields: Vec<types::Field>) -> Vec<(String, String)> {
    fields.into_iter().map(|field| (field.name, field.value)).collect()
}

pub(crate) fn fields(pairs: Vec<(String, String)>) -> Vec<types::Field> {
    pairs.into_iter().map(|(name, value)| types::Field { name, value }).collect()
}

pub(crate) fn outgoing(request: Outgoing) -> types::Outgoing {
    let body = match request.body {
        Body::Empty | Body::Unwritable(_) => types::Body::Empty,
        Body::Text(text) => types::Body::Text(text),
        Body::Bytes(bytes) => types::Body::Bytes(bytes),
    };
    types::Outgoing { method: request.method, url: request.url, headers: fields(request.headers), body }
}

pub(crate) fn options(options: Options) -> types::Options {
    types::Options {
        name: options.name,
        delay: crate::clock::micros(options.delay),
        ordering_key: options.ordering_key,
        idempotency_key: options.idempotency_key,
        policy: options.policy,
    }
}

pub(crate) fn answer(answer: types::Answer) -> Answer {
    Answer { status: answer.status, headers: pairs(answer.headers), body: answer.body }
}

fn bucket_error(error: buckets::Error) -> BucketError {
    match error {
        buckets::Error::NoSuchBucket(text) => BucketError::NoSuchBucket(text),
        buckets::Error::NoSuchPath(text) => BucketError::NoSuchPath(text),
        buckets::Error::WrongType(text) => BucketError::WrongType(text),
        buckets::Error::NotJson(text) => BucketError::NotJson(text),
        buckets::Error::TooLarge(text) => BucketError::TooLarge(text),
    }
}

pub(crate) fn bucket_names() -> Vec<String> {
    buckets::names()
}

pub(crate) fn bucket_get(bucket: &str, path: &str) -> Result<Option<String>, BucketError> {
    buckets::get(bucket, path).map_err(bucket_error)
}

pub(crate) fn bucket_change(bucket: &str, path: &str, change: Change<'_>) -> Result<(), BucketError> {
    let done = match change {
        Change::Set(value) => buckets::set(bucket, path, value),
        Change::Push(value) => buckets::push(bucket, path, value),
        Change::Merge(value) => buckets::merge(bucket, path, value),
        Change::Del => buckets::del(bucket, path),
    };
    done.map_err(bucket_error)
}

pub(crate) fn bucket_inc(bucket: &str, path: &str, by: f64) -> Result<f64, BucketError> {
    buckets::inc(bucket, path, by).map_err(bucket_error)
}

pub(crate) fn schedule(request: Outgoing, how: Options) -> Result<String, ScheduleError> {
    callbacks::schedule(&outgoing(request), &options(how)).map_err(|error| match error {
        callbacks::Error::Invalid(text) => ScheduleError::Invalid(text),
        callbacks::Error::Denied(text) => ScheduleError::Denied(text),
        callbacks::Error::TooMany(text) => ScheduleError::TooMany(text),
    })
}

pub(crate) fn cancel(id: &str) -> bool {
    callbacks::cancel(id)
}

pub(crate) fn pending() -> Vec<PendingCallback> {
    let pending = |pending: callbacks::Pending| PendingCallback {
        id: pending.id.into(),
        name: pending.name,
        due: Timestamp::from_unix_micros(pending.due),
        attempts: pending.attempts,
    };
    callbacks::list_pending().into_iter().map(pending).collect()
}

pub(crate) fn now() -> u64 {
    clock::now()
}

pub(crate) fn random() -> u64 {
    numbers::next()
}

pub(crate) fn config() -> String {
    table::table()
}

pub(crate) fn log(level: Level, message: &str, fields: Vec<(String, String)>) {
    let level = match level {
        Level::Trace => lines::Level::Trace,
        Level::Debug => lines::Level::Debug,
        Level::Info => lines::Level::Info,
        Level::Warn => lines::Level::Warn,
        Level::Error => lines::Level::Error,
    };
    lines::write(level, message, &fields);
}

pub(crate) fn sign(algorithm: Algorithm, secret: &str, message: &[u8]) -> Result<Vec<u8>, SignError> {
    let algorithm = match algorithm {
        Algorithm::HmacSha256 => signer::Algorithm::HmacSha256,
        Algorithm::HmacSha512 => signer::Algorithm::HmacSha512,
        Algorithm::HmacSha1 => signer::Algorithm::HmacSha1,
        Algorithm::Ed25519 => signer::Algorithm::Ed25519,
    };
    signer::sign(algorithm, secret, message).map_err(|error| match error {
        signer::Error::NoSuchSecret(text) => SignError::NoSuchSecret(text),
        signer::Error::WrongKey(text) => SignError::WrongKey(text),
    })
}

pub(crate) fn render(renderer: &str, source: &str, data: &str) -> Result<String, Error> {
    templates::render(renderer, source, data).map_err(|error| {
        let failed = Error::new(error.message);
        match error.detail {
            Some(detail) => failed.detail(detail),
            None => failed,
        }
    })
}

pub(crate) fn forward() -> Result<Answer, UpstreamError> {
    upstream::forward().map(answer).map_err(upstream_error)
}

pub(crate) fn fetch(request: Outgoing) -> Result<Answer, UpstreamError> {
    upstream::fetch(&outgoing(request)).map(answer).map_err(upstream_error)
}

fn upstream_error(error: upstream::Error) -> UpstreamError {
    match error {
        upstream::Error::Denied(text) => UpstreamError::Denied(text),
        upstream::Error::Invalid(text) => UpstreamError::Invalid(text),
        upstream::Error::TimedOut => UpstreamError::TimedOut,
        upstream::Error::Failed(text) => UpstreamError::Failed(text),
        upstream::Error::TooLarge(text) => UpstreamError::TooLarge(text),
    }
}
