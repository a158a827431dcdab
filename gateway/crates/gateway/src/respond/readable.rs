//! What Node's parser would not read: where Mockoon's conventions hold, it is answered as Node answers it, before anything
//! else looks at the request.

use http::{HeaderMap, Method, Request, Uri, Version, header, request::Parts};

use crate::{
    http::{
        express,
        refusal::{Kind, Refusal},
    },
    site::Site,
};

/// Whether a request is one that Node's parser reads, with a path that Express finds in it.
pub(super) fn is_readable<B>(request: &Request<B>) -> bool {
    parses(request.method(), request.version(), request.headers(), request.uri()) && has_path(request.uri())
}

/// Whether Node's parser reads a request; always, but for Mockoon's conventions.
///
/// # Errors
/// That it does not.
pub(super) fn check(site: &Site, parts: &Parts) -> Result<(), Refusal> {
    match site.mockoon().is_none() || parses(&parts.method, parts.version, &parts.headers, &parts.uri) {
        true => Ok(()),
        false => Err(Refusal::new(Kind::Unreadable, "the request is none that a Node server reads")),
    }
}

fn parses(method: &Method, version: Version, headers: &HeaderMap, uri: &Uri) -> bool {
    let names_host = version != Version::HTTP_11 || headers.contains_key(header::HOST);
    let ascii = uri.path_and_query().is_none_or(|target| target.as_str().is_ascii());
    express::knows(method) && names_host && ascii
}

/// Whether a target is a path. One with a scheme leads nowhere in Express.
pub(super) fn has_path(uri: &Uri) -> bool {
    uri.scheme().is_none() && uri.path().starts_with('/')
}
