//! What responses and callbacks carry: a text, a file, a bucket.

use std::ops::Range;

use ringback_diag::quoted;
use ringback_model::{
    environment::{Body, FileBody, Text},
    ids::BucketName,
};

use super::{Lowering, quoted_key};
use crate::document::{At, Callback, File, Response, TextOr};

/// The keys that say what is carried.
pub(super) struct Content<'a> {
    body: Option<&'a At<String>>,
    file: Option<&'a At<TextOr<File>>>,
    bucket: Option<&'a At<String>>,
    templating: Option<&'a At<bool>>,
}

impl Lowering<'_> {
    /// Reads a content; of several the first counts, and the others are reported.
    pub(super) fn carried(&mut self, content: &Content<'_>) -> Body {
        let keys = content.keys();
        if let [(first, _), (second, span), ..] = &*keys {
            self.wrong(span, format!("there are both `{first}` and `{second}`"), "keep one of them");
        }
        let templated = content.templating.is_none_or(|templating| templating.value);
        match (content.body, content.file, content.bucket) {
            (Some(body), ..) => Body::Text(self.text(body, templated)),
            (None, Some(file), _) => Body::File(Box::new(self.file(file, templated))),
            (None, None, Some(bucket)) => self.used_bucket(bucket).map_or(Body::Empty, Body::Bucket),
            (None, None, None) => Body::Empty,
        }
    }

    fn file(&self, at: &At<TextOr<File>>, templated: bool) -> FileBody {
        let file = match &at.value {
            TextOr::Text(path) => File { path: at.with(path.clone()), attachment: false, missing: None },
            TextOr::Table(file) => file.clone(),
        };
        FileBody {
            path: Text::path(&file.path.value, self.template(&file.path).origin),
            templated,
            attachment: file.attachment,
            instead: file.missing.as_ref().map(|missing| self.text(missing, templated)),
        }
    }

    /// A text, a template if it holds an expression and may be one.
    fn text(&self, text: &At<String>, templated: bool) -> Text {
        let text = self.template(text);
        Text { templated: text.templated && templated, ..text }
    }

    /// The name of a bucket that is declared, or that a plugin may bring. Absent: it can't be, which was reported.
    pub(super) fn used_bucket(&mut self, bucket: &At<String>) -> Option<BucketName> {
        let is_open = self.own.is_some() || self.declared.open || !self.declared.plugins.is_empty();
        if !is_open && !self.declared.buckets.contains(&bucket.value) {
            let message = format!("bucket {} is not declared", quoted(&bucket.value));
            let add = format!("add `{} = []` to `[buckets]`", quoted_key(&bucket.value));
            self.wrong(&bucket.span, message, Self::undeclared(&bucket.value, &self.declared.buckets, &add));
            return None;
        }
        self.name(bucket, BucketName::try_new)
    }
}

// === impl Content ===

impl<'a> Content<'a> {
    pub(super) fn of_response(response: &'a Response) -> Self {
        let Response { body, file, bucket, templating, .. } = response;
        Self { body: body.as_ref(), file: file.as_ref(), bucket: bucket.as_ref(), templating: templating.as_ref() }
    }

    pub(super) fn of_callback(callback: &'a Callback) -> Self {
        let Callback { body, file, bucket, templating, .. } = callback;
        Self { body: body.as_ref(), file: file.as_ref(), bucket: bucket.as_ref(), templating: templating.as_ref() }
    }

    /// The keys that are there, with the places of their values.
    fn keys(&self) -> Vec<(&'static str, Range<usize>)> {
        let keys = [
            self.body.map(|body| ("body", body.span.clone())),
            self.file.map(|file| ("file", file.span.clone())),
            self.bucket.map(|bucket| ("bucket", bucket.span.clone())),
        ];
        keys.into_iter().flatten().collect()
    }
}
