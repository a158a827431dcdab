//! A request's target as Mockoon reads it.

use std::borrow::Cow;

use ringback_model::http_values::Request;

/// Path and query with each run of slashes as one.
pub(super) fn single_slashes(request: &Request) -> Cow<'_, str> {
    let url = request.uri.path_and_query().map_or("/", |target| target.as_str());
    if !url.contains("//") {
        return url.into();
    }
    let mut single = String::with_capacity(url.len());
    for c in url.chars() {
        if c != '/' || !single.ends_with('/') {
            single.push(c);
        }
    }
    single.into()
}
