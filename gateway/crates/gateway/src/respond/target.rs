//! A request's target as Mockoon reads it.

use std::borrow::Cow;

use ringback_model::http_values::Request;

/// Path and query with each run of slashes as one.
pub(super) fn single_slashes(request: &Request) -> Cow<'_, str> {
    ringback_matching::single_slashes(request.uri.path_and_query().map_or("/", |target| target.as_str()))
}
