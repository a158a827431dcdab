//! The keys of requests, written as the model writes those of examples.

use std::{borrow::Cow, sync::Arc};

use ringback_model::environment::{headers_key, parameters_key, parts_key};

use super::inquiry::{Inquiry, decoded};

/// The key of path parameters.
pub(super) fn parts(names: &[Arc<str>], inquiry: &Inquiry<'_>) -> String {
    parts_key(names.iter().filter_map(|name| Some((name, inquiry.part(name)?))))
}

/// The key of query parameters. What Microcks does not see in a query is not seen here: a parameter without a value, and
/// what stands behind a second `=`.
pub(super) fn parameters(names: &[Arc<str>], inquiry: &Inquiry<'_>) -> String {
    let pair = |pair| -> Option<(Cow<'_, str>, Cow<'_, str>)> {
        let (name, value) = str::split_once(pair, '=')?;
        let name = decoded(name.as_bytes());
        let is_ours = names.iter().any(|known| **known == *name) && !value.trim_end_matches('=').is_empty();
        let value = value.split('=').next().unwrap_or_default();
        is_ours.then(|| (name, decoded(value.as_bytes())))
    };
    parameters_key(inquiry.query.split('&').filter_map(pair))
}

/// The key of header fields, by the first value of each.
pub(super) fn headers(names: &[Arc<str>], inquiry: &Inquiry<'_>) -> String {
    headers_key(names.iter().filter_map(|name| Some((name, inquiry.header(name)?))))
}
