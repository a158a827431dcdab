//! `wasi:http/types`: a client's requests, its answers and their content.

use std::sync::Arc;

use wasmtime::component::Resource;

use super::{
    Answer, Draft, Handle, NoSuchThing, Response, Thing, Waiting,
    fields::Fields,
    wit::{
        ErrorCode, Host, HostFutureIncomingResponse, HostFutureTrailers, HostIncomingBody, HostIncomingResponse,
        HostOutgoingBody, HostOutgoingRequest, HostRequestOptions, Method, Scheme,
    },
};
use crate::{state::State, wasi::io::POLLABLE};

type Made = wasmtime::Result<Resource<Handle>>;
type Given = wasmtime::Result<Result<Resource<Handle>, ()>>;
type Done = wasmtime::Result<Result<(), ()>>;

impl Host for State {
    fn http_error_code(&mut self, _: Resource<Handle>) -> wasmtime::Result<Option<ErrorCode>> {
        self.budget.host_call()?;
        Ok(None)
    }
}

// === requests ===

impl State {
    fn draft(&mut self, handle: &Resource<Handle>) -> wasmtime::Result<&mut Draft> {
        self.budget.host_call()?;
        match self.things.get(handle) {
            Some(Thing::Request(draft)) => Ok(draft),
            _ => Err(NoSuchThing("a request").into()),
        }
    }
}

impl HostOutgoingRequest for State {
    fn new(&mut self, headers: Resource<Handle>) -> Made {
        self.budget.host_call()?;
        let Some(Thing::Fields(headers)) = self.things.remove(&headers) else {
            return Err(NoSuchThing("header fields").into());
        };
        let draft = Draft { method: "GET".into(), headers: headers.immutable(), ..Draft::default() };
        Ok(self.things.put(Thing::Request(Box::new(draft))))
    }

    fn body(&mut self, handle: Resource<Handle>) -> Given {
        let draft = self.draft(&handle)?;
        if draft.body.is_some() {
            return Ok(Err(()));
        }
        let written = draft.body.insert(Arc::default()).clone();
        Ok(Ok(self.things.put(Thing::OutgoingBody(written))))
    }

    fn method(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Method> {
        Ok(match self.draft(&handle)?.method.as_str() {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "DELETE" => Method::Delete,
            "CONNECT" => Method::Connect,
            "OPTIONS" => Method::Options,
            "TRACE" => Method::Trace,
            "PATCH" => Method::Patch,
            other => Method::Other(other.into()),
        })
    }

    fn set_method(&mut self, handle: Resource<Handle>, method: Method) -> Done {
        let draft = self.draft(&handle)?;
        let name = match &method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
            Method::Connect => "CONNECT",
            Method::Options => "OPTIONS",
            Method::Trace => "TRACE",
            Method::Patch => "PATCH",
            Method::Other(other) => other,
        };
        Ok(match http::Method::from_bytes(name.as_bytes()) {
            Ok(_) => {
                draft.method = name.into();
                Ok(())
            }
            Err(_) => Err(()),
        })
    }

    fn path_with_query(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Option<String>> {
        Ok(self.draft(&handle)?.path.clone())
    }

    fn set_path_with_query(&mut self, handle: Resource<Handle>, path: Option<String>) -> Done {
        let draft = self.draft(&handle)?;
        // A path without its slash would become part of the host.
        let path = path.filter(|path| !path.is_empty());
        if path.as_deref().is_some_and(|path| !path.starts_with('/')) {
            return Ok(Err(()));
        }
        draft.path = path;
        Ok(Ok(()))
    }

    fn scheme(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Option<Scheme>> {
        let scheme = self.draft(&handle)?.scheme.as_deref().map(|scheme| match scheme {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            other => Scheme::Other(other.into()),
        });
        Ok(scheme)
    }

    fn set_scheme(&mut self, handle: Resource<Handle>, scheme: Option<Scheme>) -> Done {
        self.draft(&handle)?.scheme = scheme.map(|scheme| match scheme {
            Scheme::Http => "http".into(),
            Scheme::Https => "https".into(),
            Scheme::Other(other) => other,
        });
        Ok(Ok(()))
    }

    fn authority(&mut self, handle: Resource<Handle>) -> wasmtime::Result<Option<String>> {
        Ok(self.draft(&handle)?.authority.clone())
    }

    fn set_authority(&mut self, handle: Resource<Handle>, authority: Option<String>) -> Done {
        let draft = self.draft(&handle)?;
        let is_authority = |text: &String| text.parse::<http::uri::Authority>().is_ok();
        if !authority.as_ref().is_none_or(is_authority) {
            return Ok(Err(()));
        }
        draft.authority = authority;
        Ok(Ok(()))
    }

    fn headers(&mut self, handle: Resource<Handle>) -> Made {
        let headers = self.draft(&handle)?.headers.clone();
        Ok(self.things.put(Thing::Fields(headers)))
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}

impl HostOutgoingBody for State {
    fn write(&mut self, handle: Resource<Handle>) -> Given {
        self.budget.host_call()?;
        match self.things.get(&handle) {
            Some(Thing::OutgoingBody(written)) => {
                let output = Thing::Output(Arc::clone(written));
                Ok(Ok(self.things.put(output)))
            }
            _ => Err(NoSuchThing("a body that is written").into()),
        }
    }

    fn finish(
        &mut self,
        handle: Resource<Handle>,
        trailers: Option<Resource<Handle>>,
    ) -> wasmtime::Result<Result<(), ErrorCode>> {
        self.budget.host_call()?;
        self.things.remove(&handle);
        // The gateway sends none.
        Ok(match trailers {
            Some(trailers) => {
                self.things.remove(&trailers);
                Err(ErrorCode::HttpRequestTrailerSectionSize(Some(0)))
            }
            None => Ok(()),
        })
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}

/// Times of its own a request has none: all of it is bounded by what the call has left.
impl HostRequestOptions for State {
    fn new(&mut self) -> Made {
        self.budget.host_call()?;
        Ok(self.things.put(Thing::Options))
    }

    fn connect_timeout(&mut self, _: Resource<Handle>) -> wasmtime::Result<Option<u64>> {
        Ok(None)
    }

    fn set_connect_timeout(&mut self, _: Resource<Handle>, _: Option<u64>) -> Done {
        Ok(Err(()))
    }

    fn first_byte_timeout(&mut self, _: Resource<Handle>) -> wasmtime::Result<Option<u64>> {
        Ok(None)
    }

    fn set_first_byte_timeout(&mut self, _: Resource<Handle>, _: Option<u64>) -> Done {
        Ok(Err(()))
    }

    fn between_bytes_timeout(&mut self, _: Resource<Handle>) -> wasmtime::Result<Option<u64>> {
        Ok(None)
    }

    fn set_between_bytes_timeout(&mut self, _: Resource<Handle>, _: Option<u64>) -> Done {
        Ok(Err(()))
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}

// === answers ===

impl State {
    fn answer(&mut self, handle: &Resource<Handle>) -> wasmtime::Result<Answer> {
        self.budget.host_call()?;
        match self.things.get(handle) {
            Some(Thing::Future(answer)) => Ok(Arc::clone(answer)),
            _ => Err(NoSuchThing("an answer to come").into()),
        }
    }

    fn response(&mut self, handle: &Resource<Handle>) -> wasmtime::Result<&mut Response> {
        self.budget.host_call()?;
        match self.things.get(handle) {
            Some(Thing::Response(response)) => Ok(response),
            _ => Err(NoSuchThing("an answer").into()),
        }
    }
}

impl HostFutureIncomingResponse for State {
    fn subscribe(&mut self, handle: Resource<Handle>) -> Made {
        let answer = self.answer(&handle)?;
        Ok(self.things.put(Thing::Event(answer)))
    }

    async fn get(
        &mut self,
        handle: Resource<Handle>,
    ) -> wasmtime::Result<Option<Result<Result<Resource<Handle>, ErrorCode>, ()>>> {
        let answer = self.answer(&handle)?;
        self.send(&answer).await;
        let got = std::mem::replace(&mut *answer.lock(), Waiting::Taken);
        Ok(Some(match got {
            Waiting::There(Ok(fetched)) => {
                let headers = Fields::of(&fetched.headers);
                let response = Response { status: fetched.status, headers, body: Some(fetched.body) };
                Ok(Ok(self.things.put(Thing::Response(Box::new(response)))))
            }
            Waiting::There(Err(error)) => Ok(Err(error)),
            Waiting::Draft(_) | Waiting::Sent | Waiting::Taken => Err(()),
        }))
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}

impl HostIncomingResponse for State {
    fn status(&mut self, handle: Resource<Handle>) -> wasmtime::Result<u16> {
        Ok(self.response(&handle)?.status.as_u16())
    }

    fn headers(&mut self, handle: Resource<Handle>) -> Made {
        let headers = self.response(&handle)?.headers.clone();
        Ok(self.things.put(Thing::Fields(headers)))
    }

    fn consume(&mut self, handle: Resource<Handle>) -> Given {
        let body = self.response(&handle)?.body.take();
        Ok(match body {
            Some(body) => Ok(self.things.put(Thing::IncomingBody(Some(body)))),
            None => Err(()),
        })
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}

impl HostIncomingBody for State {
    fn stream(&mut self, handle: Resource<Handle>) -> Given {
        self.budget.host_call()?;
        let Some(Thing::IncomingBody(body)) = self.things.get(&handle) else {
            return Err(NoSuchThing("a body that is read").into());
        };
        let body = body.take();
        Ok(match body {
            Some(body) => Ok(self.things.put(Thing::Input(body))),
            None => Err(()),
        })
    }

    fn finish(&mut self, handle: Resource<Handle>) -> Made {
        self.budget.host_call()?;
        self.things.remove(&handle);
        Ok(self.things.put(Thing::Trailers))
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}

impl HostFutureTrailers for State {
    fn subscribe(&mut self, _: Resource<Handle>) -> Made {
        self.budget.host_call()?;
        Ok(Resource::new_own(POLLABLE))
    }

    fn get(
        &mut self,
        _: Resource<Handle>,
    ) -> wasmtime::Result<Option<Result<Result<Option<Resource<Handle>>, ErrorCode>, ()>>> {
        self.budget.host_call()?;
        Ok(Some(Ok(Ok(None))))
    }

    fn drop(&mut self, handle: Resource<Handle>) -> wasmtime::Result<()> {
        self.things.remove(&handle);
        Ok(())
    }
}
