//! `requests`: the head that crosses with every call, and the handle for the rest of the request.
//!
//! A store works on one request at a time, so a handle carries nothing: all of them mean that request. The canonical ABI
//! takes a handle back at the end of the call that it was lent to.

use http::{HeaderName, header};
use ringback_model::http_values::{Request, field_text};
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

/// A guest asked for a request where there is none, which only one that kept a handle can.
#[derive(Debug, thiserror::Error)]
#[error("there is no request in this call")]
struct NoRequest;

/// What a request's path captured, as it crosses.
pub(crate) fn head_params(request: &Request) -> SmallVec<[(&str, &str); 8]> {
    request.params.iter().map(|(name, value)| (&**name, value.as_str())).collect()
}

/// The head of a request as it crosses: it borrows everything.
pub(crate) fn head<'a>(request: &'a Request, id: &'a str, params: &'a [(&'a str, &'a str)]) -> HeadParam<'a> {
    HeadParam {
        id,
        method: request.method.as_str(),
        path: request.uri.path(),
        query: request.uri.query(),
        params,
        route: request.route.as_str(),
        session: request.session.as_str(),
        received: request.received.as_micros(),
        number: request.number,
    }
}

impl State {
    fn request(&mut self) -> wasmtime::Result<&Request> {
        self.budget.host_call()?;
        self.request.as_deref().ok_or_else(|| NoRequest.into())
    }
}

impl Host for State {}

impl HostRequest for State {
    fn head(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<HeadResult> {
        let request = self.request()?;
        Ok(HeadResult {
            id: request.id.to_string(),
            method: request.method.as_str().into(),
            path: request.uri.path().into(),
            query: request.uri.query().map(Into::into),
            params: request.params.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
            route: request.route.as_str().into(),
            session: request.session.as_str().into(),
            received: request.received.as_micros(),
            number: request.number,
        })
    }

    fn header(&mut self, _: Resource<RequestHandle>, name: String) -> wasmtime::Result<Option<String>> {
        let request = self.request()?;
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

    fn headers(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<Vec<FieldResult>> {
        let headers = &self.request()?.headers;
        let field = |(name, value): (_, &http::HeaderValue)| FieldResult {
            name: HeaderName::to_string(name),
            value: field_text(value.as_bytes()).into_owned(),
        };
        Ok(headers.iter().map(field).collect())
    }

    fn body(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<Vec<u8>> {
        Ok(self.request()?.body.to_vec())
    }

    fn text(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<String> {
        Ok(String::from_utf8_lossy(&self.request()?.body).into_owned())
    }

    fn origin(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<String> {
        Ok(self.request()?.origin.to_string())
    }

    fn client(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<String> {
        Ok(self.request()?.client.to_string())
    }

    fn drop(&mut self, _: Resource<RequestHandle>) -> wasmtime::Result<()> {
        Ok(())
    }
}
