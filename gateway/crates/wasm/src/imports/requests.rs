//! `requests`: the head that crosses with every call, and the handle for the rest of the request.
//!
//! A store works on one request at a time, so a handle carries no more than the number of the call that it was given to:
//! one that a guest kept from an earlier call of a warm instance is found out.

use std::fmt::Write as _;

use http::{HeaderName, header};
use ringback_model::{
    http_values::{Request, field_text},
    ids,
};
use smallvec::SmallVec;
use wasmtime::component::Resource;

use crate::{
    bindings::ringback::gateway::{
        requests::{HeadParam, HeadResult, Host, HostRequest},
        types::FieldResult,
    },
    state::State,
};

/// The type of the handle.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct RequestHandle;

/// A guest asked for a request of another call, which only one that kept a handle can.
#[derive(Debug, thiserror::Error)]
#[error("a `request` was used after the call that it was given to")]
struct StaleRequest;

/// A request's id as text, on the stack: every call needs one, and none is longer.
pub(crate) struct RequestId {
    text: [u8; Self::MAX_BYTES],
    len: usize,
}

/// What a request's path captured, as it crosses.
pub(crate) fn head_params(request: &Request) -> SmallVec<[(&str, &str); 8]> {
    request.params.iter().map(|(name, value)| (&**name, value.as_str())).collect()
}

/// The head of a request as it crosses: it borrows everything.
pub(crate) fn head<'a>(request: &'a Request, id: &'a RequestId, params: &'a [(&'a str, &'a str)]) -> HeadParam<'a> {
    HeadParam {
        id: id.as_str(),
        method: request.method.as_str(),
        path: request.uri.path(),
        query: request.uri.query(),
        content_type: content_type(&request.headers),
        params,
        route: request.route.as_str(),
        session: request.session.as_str(),
        received: request.received.as_micros(),
        number: request.number,
    }
}

/// A request's `content-type`. Absent: it has none, or one that is not ASCII.
fn content_type(headers: &http::HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

// === impl RequestId ===

impl RequestId {
    /// `req-`, 24 bits in hex, `-`, 64 bits in decimal; room for a tag of 32 bits.
    const MAX_BYTES: usize = 4 + 8 + 1 + 20;

    pub(crate) fn of(id: ids::RequestId) -> Self {
        let mut written = Self { text: [0; Self::MAX_BYTES], len: 0 };
        // There is room for any.
        let _ = write!(written, "{id}");
        written
    }

    pub(crate) fn as_str(&self) -> &str {
        self.text.get(..self.len).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

impl std::fmt::Write for RequestId {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        let end = self.len + part.len();
        self.text.get_mut(self.len..end).ok_or(std::fmt::Error)?.copy_from_slice(part.as_bytes());
        self.len = end;
        Ok(())
    }
}

// === impl State ===

impl State {
    fn request(&mut self, handle: &Resource<RequestHandle>) -> wasmtime::Result<&Request> {
        self.budget.host_call()?;
        let current = handle.rep() == self.call;
        self.request.as_deref().filter(|_| current).ok_or_else(|| StaleRequest.into())
    }
}

impl Host for State {}

impl HostRequest for State {
    fn head(&mut self, handle: Resource<RequestHandle>) -> wasmtime::Result<HeadResult> {
        let request = self.request(&handle)?;
        Ok(HeadResult {
            id: request.id.to_string(),
            method: request.method.as_str().into(),
            path: request.uri.path().into(),
            query: request.uri.query().map(Into::into),
            content_type: content_type(&request.headers).map(Into::into),
            params: request.params.iter().map(|(name, value)| (name.to_string(), value.as_str().to_owned())).collect(),
            route: request.route.as_str().into(),
            session: request.session.as_str().into(),
            received: request.received.as_micros(),
            number: request.number,
        })
    }

    fn header(&mut self, handle: Resource<RequestHandle>, name: String) -> wasmtime::Result<Option<String>> {
        let request = self.request(&handle)?;
        let Ok(name) = HeaderName::try_from(name) else { return Ok(None) };
        let separator = if name == header::COOKIE { "; " } else { ", " };
        let mut values = request.headers.get_all(&name).iter();
        let Some(first) = values.next() else { return Ok(None) };
        let mut joined = field_text(first.as_bytes()).into_owned();
        for value in values {
            joined.push_str(separator);
            joined.push_str(&field_text(value.as_bytes()));
        }
        Ok(Some(joined))
    }

    fn param_lists(&mut self, handle: Resource<RequestHandle>) -> wasmtime::Result<Vec<(String, Vec<String>)>> {
        let params = &self.request(&handle)?.params;
        let lists = params.iter().filter_map(|(name, value)| Some((name.to_string(), value.segments()?.to_vec())));
        Ok(lists.collect())
    }

    fn headers(&mut self, handle: Resource<RequestHandle>) -> wasmtime::Result<Vec<FieldResult>> {
        let headers = &self.request(&handle)?.headers;
        let field = |(name, value): (_, &http::HeaderValue)| FieldResult {
            name: HeaderName::to_string(name),
            value: field_text(value.as_bytes()).into_owned(),
        };
        Ok(headers.iter().map(field).collect())
    }

    fn body(&mut self, handle: Resource<RequestHandle>) -> wasmtime::Result<Vec<u8>> {
        Ok(self.request(&handle)?.body.to_vec())
    }

    fn text(&mut self, handle: Resource<RequestHandle>) -> wasmtime::Result<String> {
        Ok(String::from_utf8_lossy(&self.request(&handle)?.body).into_owned())
    }

    fn origin(&mut self, handle: Resource<RequestHandle>) -> wasmtime::Result<String> {
        Ok(self.request(&handle)?.origin.to_string())
    }

    fn client(&mut self, handle: Resource<RequestHandle>) -> wasmtime::Result<String> {
        Ok(self.request(&handle)?.client.to_string())
    }

    fn drop(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<()> {
        self.requests_held = self.requests_held.saturating_sub(1);
        Ok(())
    }
}
