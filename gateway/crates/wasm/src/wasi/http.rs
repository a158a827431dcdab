//! `wasi:http/outgoing-handler`, for guests whose language has an HTTP client: the same as `upstream.fetch`, in WASI's words.
//!
//! One thing happens at a time. `handle` takes note of a request; it is sent when the guest waits for the answer, whole, once
//! its content has been written; then everything that the guest reads is there. A guest that waits for several events is
//! told of those that have happened, and only if none has is a request sent. The other half of the package, that of servers,
//! can be linked and traps: a plugin answers through its hooks.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use parking_lot::Mutex;
use ringback_model::{callback::Outgoing, limits, ports::Fetched};
use wasmtime::component::{HasSelf, Linker, Resource};

use crate::{
    bindings::ringback::gateway::{log::Level, upstream},
    imports::granted,
    state::State,
    wasi::Handle,
};

mod fields;
mod server;
mod types;

mod bindings {
    //! What `wit/wasi-http` says, as Rust. Every resource of it is a [`Handle`](super::Handle) into [`Things`](super::Things).
    #![allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "wit/wasi-http",
        world: "client",
        imports: {
            "wasi:http/types.[method]future-incoming-response.get": async | trappable,
            default: trappable,
        },
        with: {
            "wasi:io/error.error": crate::wasi::Handle,
            "wasi:io/poll.pollable": crate::wasi::Handle,
            "wasi:io/streams.input-stream": crate::wasi::Handle,
            "wasi:io/streams.output-stream": crate::wasi::Handle,
            "wasi:http/types.fields": crate::wasi::Handle,
            "wasi:http/types.incoming-request": crate::wasi::Handle,
            "wasi:http/types.outgoing-request": crate::wasi::Handle,
            "wasi:http/types.request-options": crate::wasi::Handle,
            "wasi:http/types.response-outparam": crate::wasi::Handle,
            "wasi:http/types.incoming-response": crate::wasi::Handle,
            "wasi:http/types.incoming-body": crate::wasi::Handle,
            "wasi:http/types.future-trailers": crate::wasi::Handle,
            "wasi:http/types.outgoing-response": crate::wasi::Handle,
            "wasi:http/types.outgoing-body": crate::wasi::Handle,
            "wasi:http/types.future-incoming-response": crate::wasi::Handle,
        },
        require_store_data_send: true,
    });
}

use bindings::wasi::http::{outgoing_handler, types as wit};

/// Handles below this number are the outputs and events of `wasi:io`.
const FIRST: u32 = 16;

/// What the handles of a guest stand for. A place is free again once its handle is dropped; how many there are is bounded by
/// the handles that a guest may hold.
#[derive(Default)]
pub(crate) struct Things(Vec<Option<Thing>>);

/// What a handle stands for.
enum Thing {
    Fields(fields::Fields),
    Request(Box<Draft>),
    Options,
    OutgoingBody(Written),
    Output(Written),
    Future(Answer),
    /// Happens when the answer is there.
    Event(Answer),
    Response(Box<Response>),
    IncomingBody(Option<Bytes>),
    Input(Bytes),
    Trailers,
}

/// A request that the guest is putting together.
#[derive(Default)]
struct Draft {
    method: String,
    /// Absent: `https`.
    scheme: Option<String>,
    authority: Option<String>,
    path: Option<String>,
    headers: fields::Fields,
    /// Absent: it was never asked for.
    body: Option<Written>,
}

/// Content that the guest is writing.
type Written = Arc<Mutex<Vec<u8>>>;

/// An answer that the guest waits for.
type Answer = Arc<Mutex<Waiting>>;

enum Waiting {
    /// Not sent.
    Draft(Box<Draft>),
    /// It is being sent.
    Sent,
    /// It is there.
    There(Result<Fetched, wit::ErrorCode>),
    /// The guest has it.
    Taken,
}

/// An answer that the guest reads.
struct Response {
    status: StatusCode,
    headers: fields::Fields,
    /// Absent: the guest has it.
    body: Option<Bytes>,
}

/// A guest used a handle for what it is not, which no bindings do.
#[derive(Debug, thiserror::Error)]
#[error("a handle of `wasi:http` is not {0}")]
struct NoSuchThing(&'static str);

/// Links the interfaces. The gate has let in who may have them.
pub(crate) fn link(linker: &mut Linker<State>, types_alone: bool) -> wasmtime::Result<()> {
    type D = HasSelf<State>;
    if types_alone {
        return wit::add_to_linker::<_, D>(linker, |state| state);
    }
    outgoing_handler::add_to_linker::<_, D>(linker, |state| state)
}

// === impl Things ===

impl Things {
    fn put(&mut self, thing: Thing) -> Resource<Handle> {
        let free = self.0.iter().position(Option::is_none).unwrap_or_else(|| {
            self.0.push(None);
            self.0.len() - 1
        });
        if let Some(place) = self.0.get_mut(free) {
            *place = Some(thing);
        }
        Resource::new_own(FIRST + u32::try_from(free).unwrap_or(u32::MAX - FIRST))
    }

    fn get(&mut self, handle: &Resource<Handle>) -> Option<&mut Thing> {
        self.0.get_mut(handle.rep().checked_sub(FIRST)? as usize)?.as_mut()
    }

    /// Takes what a handle stands for out, with the handle.
    pub(super) fn take(&mut self, handle: &Resource<Handle>) -> Option<()> {
        self.remove(handle).map(drop)
    }

    fn remove(&mut self, handle: &Resource<Handle>) -> Option<Thing> {
        self.0.get_mut(handle.rep().checked_sub(FIRST)? as usize)?.take()
    }

    /// Takes up to so many bytes of a content that is read. Absent: the handle is no such content. Empty: that was all.
    pub(super) fn read(&mut self, handle: &Resource<Handle>, most: u64) -> Option<Bytes> {
        match self.get(handle)? {
            Thing::Input(bytes) => {
                let most = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
                Some(bytes.split_to(most))
            }
            _ => None,
        }
    }

    /// Adds to a content that is written. Absent: the handle is no such content. False: it is as long as it may be.
    pub(super) fn write(&mut self, handle: &Resource<Handle>, bytes: &[u8]) -> Option<bool> {
        match self.get(handle)? {
            Thing::Output(written) => {
                let mut written = written.lock();
                let fits = written.len() + bytes.len() <= limits::REQUEST_BODY_MAX_BYTES;
                if fits {
                    written.extend_from_slice(bytes);
                }
                Some(fits)
            }
            _ => None,
        }
    }

    /// Whether an event has happened.
    pub(super) fn has_happened(&mut self, event: &Resource<Handle>) -> bool {
        self.waits_for(event).is_none()
    }

    /// The answer that an event is about, while it is not there.
    fn waits_for(&mut self, event: &Resource<Handle>) -> Option<Answer> {
        match self.get(event)? {
            Thing::Event(answer) if matches!(*answer.lock(), Waiting::Draft(_)) => Some(Arc::clone(answer)),
            _ => None,
        }
    }
}

// === impl State ===

impl State {
    /// Waits until an event has happened: sends the request whose answer it is about.
    pub(super) async fn wait_for(&mut self, event: &Resource<Handle>) {
        if let Some(answer) = self.things.waits_for(event) {
            self.send(&answer).await;
        }
    }

    /// Sends a request that was not sent.
    async fn send(&mut self, answer: &Answer) {
        let before = std::mem::replace(&mut *answer.lock(), Waiting::Sent);
        let after = match before {
            Waiting::Draft(draft) => Waiting::There(self.exchange(*draft).await),
            other => other,
        };
        *answer.lock() = after;
    }

    async fn exchange(&mut self, draft: Draft) -> Result<Fetched, wit::ErrorCode> {
        let outgoing = draft.outgoing()?;
        let refused = match granted(&self.identity.grants.hosts, &outgoing.url) {
            Ok(()) => match self.ask(&outgoing).await {
                Ok(fetched) => return Ok(fetched),
                Err(error) => error,
            },
            Err(why) => upstream::Error::Denied(why),
        };
        // Most of WASI's errors have no room for a reason.
        self.log(Level::Warn, &format!("{} {}: {refused}", outgoing.method, outgoing.url), &[]);
        Err(match refused {
            upstream::Error::Denied(_) => wit::ErrorCode::HttpRequestDenied,
            upstream::Error::Invalid(_) => wit::ErrorCode::HttpRequestUriInvalid,
            upstream::Error::TimedOut => wit::ErrorCode::HttpResponseTimeout,
            upstream::Error::TooLarge(_) => {
                wit::ErrorCode::HttpResponseBodySize(Some(limits::RESPONSE_BODY_MAX_BYTES as u64))
            }
            upstream::Error::Failed(why) => wit::ErrorCode::InternalError(Some(why)),
        })
    }
}

// === impl Draft ===

impl Draft {
    /// The request as it is sent.
    fn outgoing(self) -> Result<Outgoing, wit::ErrorCode> {
        let (scheme, path) = (self.scheme.as_deref().unwrap_or("https"), self.path.as_deref().unwrap_or("/"));
        let url = format!("{scheme}://{}{path}", self.authority.as_deref().unwrap_or_default());
        let url: http::Uri = url.parse().map_err(|_| wit::ErrorCode::HttpRequestUriInvalid)?;
        if !matches!(scheme, "http" | "https") || url.host().is_none_or(str::is_empty) {
            return Err(wit::ErrorCode::HttpRequestUriInvalid);
        }
        let method = self.method.parse().map_err(|_| wit::ErrorCode::HttpRequestMethodInvalid)?;
        let body = self.body.map(|written| std::mem::take(&mut *written.lock())).unwrap_or_default();
        Ok(Outgoing { method, url, headers: self.headers.into_sendable(), body: body.into() })
    }
}

impl outgoing_handler::Host for State {
    fn handle(
        &mut self,
        request: Resource<Handle>,
        options: Option<Resource<Handle>>,
    ) -> wasmtime::Result<Result<Resource<Handle>, wit::ErrorCode>> {
        self.budget.host_call()?;
        if let Some(options) = options {
            self.things.remove(&options);
        }
        match self.things.remove(&request) {
            Some(Thing::Request(draft)) => {
                let answer = Arc::new(Mutex::new(Waiting::Draft(draft)));
                Ok(Ok(self.things.put(Thing::Future(answer))))
            }
            _ => Err(NoSuchThing("a request").into()),
        }
    }
}
