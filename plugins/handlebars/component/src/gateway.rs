//! The engine's host: the gateway, through the contract's imports.

use std::cell::RefCell;

use handlebars_engine::{Bucket, BucketError, Change, Host, Text, hostname};

use crate::{
    bindings::{
        exports::ringback::gateway::renderer::{Context, Responded},
        ringback::gateway::{
            buckets, clock, environment, log, random,
            requests::{Head, Request},
            types::Field,
        },
    },
    globals,
    settings::{self, Settings},
};

thread_local! {
    /// The buckets, asked for once: an instance holds the templates of one environment, which declares its buckets
    /// once. Asked for again when the gateway does not know a name any more.
    static BUCKETS: RefCell<Option<Vec<Bucket>>> = const { RefCell::new(None) };
}

/// One render call's view of the gateway.
pub(crate) struct Gateway<'c> {
    head: Option<&'c Head>,
    request: Option<&'c Request>,
    response: Option<&'c Responded>,
}

// === impl Gateway ===

impl<'c> Gateway<'c> {
    pub(crate) fn new(context: &'c Context, request: Option<&'c Request>) -> Self {
        Self { head: context.head.as_ref(), request, response: context.response.as_ref() }
    }
}

impl Host for Gateway<'_> {
    fn method(&mut self) -> Text {
        self.head.map_or(Text::EMPTY, |head| Text::from(head.method.as_str()))
    }

    fn query(&mut self) -> Option<Text> {
        self.head?.query.as_deref().map(Text::from)
    }

    fn param(&mut self, name: &str) -> Option<Text> {
        self.head?.params.iter().find(|(known, _)| known == name).map(|(_, value)| Text::from(value.as_str()))
    }

    fn params(&mut self) -> Vec<(Text, Text)> {
        let Some(head) = self.head else { return Vec::new() };
        head.params.iter().map(|(name, value)| (Text::from(name.as_str()), Text::from(value.as_str()))).collect()
    }

    fn param_lists(&mut self) -> Vec<(Text, Vec<Text>)> {
        let Some(request) = self.request else { return Vec::new() };
        let texts = |list: Vec<String>| list.into_iter().map(Text::from).collect();
        request.param_lists().into_iter().map(|(name, list)| (Text::from(name), texts(list))).collect()
    }

    fn header(&mut self, name: &str) -> Option<Text> {
        // Every JSON body's kind is asked for, and has crossed already.
        let crossed = self.head.filter(|_| name == "content-type").and_then(|head| head.content_type.as_deref());
        crossed.map(Text::from).or_else(|| self.request?.header(name).map(Text::from))
    }

    fn headers(&mut self) -> Vec<(Text, Text)> {
        let Some(request) = self.request else { return Vec::new() };
        request.headers().into_iter().map(|field| (Text::from(field.name), Text::from(field.value))).collect()
    }

    fn body(&mut self) -> Text {
        self.request.map_or(Text::EMPTY, |request| Text::from(request.text()))
    }

    fn body_bytes(&mut self) -> Vec<u8> {
        self.request.map_or_else(Vec::new, Request::body)
    }

    fn origin(&mut self) -> Text {
        let host = self.header("host").map(|host| hostname(&host)).unwrap_or_default();
        if let Some(base_url) = settings::with(|known| known.base_url(&host)) {
            return base_url;
        }
        self.request.map_or(Text::EMPTY, |request| Text::from(request.origin()))
    }

    fn client(&mut self) -> Text {
        self.request.map_or(Text::EMPTY, |request| Text::from(request.client()))
    }

    fn response_status(&mut self) -> Option<u16> {
        self.response.map(|response| response.status)
    }

    fn response_headers(&mut self) -> Vec<(Text, Text)> {
        let Some(response) = self.response else { return Vec::new() };
        let text = |field: &Field| (Text::from(field.name.as_str()), Text::from(field.value.as_str()));
        response.headers.iter().map(text).collect()
    }

    fn response_body(&mut self) -> Option<Text> {
        self.response.map(|response| Text::from(response.body.as_str()))
    }

    fn buckets(&mut self) -> Vec<Bucket> {
        // Without a request buckets are being made, and those declared later are not there yet.
        if self.head.is_none() {
            return declared();
        }
        BUCKETS.with_borrow_mut(|known| known.get_or_insert_with(declared).clone())
    }

    fn bucket_get(&mut self, bucket: &str, path: &str) -> Result<Option<Text>, BucketError> {
        buckets::get(bucket, path).map(|found| found.map(Text::from)).map_err(bucket_error)
    }

    fn bucket_change(&mut self, bucket: &str, path: &str, change: Change<'_>) -> Result<(), BucketError> {
        match change {
            Change::Set(json) => buckets::set(bucket, path, json),
            Change::Push(json) => buckets::push(bucket, path, json),
            Change::Merge(json) => buckets::merge(bucket, path, json),
            Change::Add(by) => buckets::inc(bucket, path, by).map(|_| ()),
            Change::Delete => buckets::del(bucket, path),
        }
        .map_err(bucket_error)
    }

    fn global_get(&mut self, name: &str) -> Result<Option<Text>, BucketError> {
        globals::get(name)
    }

    fn global_set(&mut self, name: &str, json: Option<&str>) -> Result<(), BucketError> {
        globals::set(name, json)
    }

    fn env(&mut self, name: &str) -> Option<Text> {
        environment::variable(name).map(Text::from)
    }

    fn env_prefix(&mut self) -> Text {
        settings::with(Settings::env_prefix)
    }

    fn zone(&mut self) -> Text {
        settings::with(Settings::zone)
    }

    fn now(&mut self) -> u64 {
        clock::now()
    }

    fn random(&mut self) -> u64 {
        random::next()
    }

    fn shared_random(&mut self) -> Option<u32> {
        random::shared_next()
    }

    fn faker_locale(&mut self) -> Text {
        settings::with(Settings::faker_locale)
    }

    fn log(&mut self, message: &str) {
        log::write(log::Level::Info, message, &[]);
    }
}

/// The buckets of the environment with their ids. Global variables' bucket is nobody's to name.
fn declared() -> Vec<Bucket> {
    let ids = buckets::ids();
    let bucket = |name: String| {
        let id = ids.iter().find(|(_, bucket)| *bucket == name).map(|(id, _)| Text::from(id.as_str()));
        Bucket { name: Text::from(name), id }
    };
    buckets::names().into_iter().filter(|name| name != globals::BUCKET).map(bucket).collect()
}

pub(crate) fn bucket_error(error: buckets::Error) -> BucketError {
    match error {
        buckets::Error::NoSuchBucket(_) => {
            BUCKETS.set(None);
            BucketError::NoSuchBucket
        }
        buckets::Error::NoSuchPath(_) | buckets::Error::WrongType(_) => BucketError::DoesNotApply,
        buckets::Error::NotJson(text) | buckets::Error::TooLarge(text) => BucketError::Failed(text),
    }
}
