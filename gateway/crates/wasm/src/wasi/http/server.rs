//! The server's half of `wasi:http/types`, which a client's bindings import along. A guest is never given a request of it,
//! and answers through its hooks.

use wasmtime::component::Resource;

use super::{
    Handle,
    wit::{ErrorCode, HostIncomingRequest, HostOutgoingResponse, HostResponseOutparam, Method, Scheme},
};
use crate::state::State;

type Made = wasmtime::Result<Resource<Handle>>;

/// A guest used what is not for it.
#[derive(Debug, thiserror::Error)]
#[error("`wasi:http` is not for answering: export `responder`")]
struct NotAServer;

fn not_a_server<T>() -> wasmtime::Result<T> {
    Err(NotAServer.into())
}

impl HostIncomingRequest for State {
    fn method(&mut self, _: Resource<Handle>) -> wasmtime::Result<Method> {
        not_a_server()
    }

    fn path_with_query(&mut self, _: Resource<Handle>) -> wasmtime::Result<Option<String>> {
        not_a_server()
    }

    fn scheme(&mut self, _: Resource<Handle>) -> wasmtime::Result<Option<Scheme>> {
        not_a_server()
    }

    fn authority(&mut self, _: Resource<Handle>) -> wasmtime::Result<Option<String>> {
        not_a_server()
    }

    fn headers(&mut self, _: Resource<Handle>) -> Made {
        not_a_server()
    }

    fn consume(&mut self, _: Resource<Handle>) -> wasmtime::Result<Result<Resource<Handle>, ()>> {
        not_a_server()
    }

    fn drop(&mut self, _: Resource<Handle>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl HostResponseOutparam for State {
    fn set(&mut self, _: Resource<Handle>, _: Result<Resource<Handle>, ErrorCode>) -> wasmtime::Result<()> {
        not_a_server()
    }

    fn drop(&mut self, _: Resource<Handle>) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl HostOutgoingResponse for State {
    fn new(&mut self, _: Resource<Handle>) -> Made {
        not_a_server()
    }

    fn status_code(&mut self, _: Resource<Handle>) -> wasmtime::Result<u16> {
        not_a_server()
    }

    fn set_status_code(&mut self, _: Resource<Handle>, _: u16) -> wasmtime::Result<Result<(), ()>> {
        not_a_server()
    }

    fn headers(&mut self, _: Resource<Handle>) -> Made {
        not_a_server()
    }

    fn body(&mut self, _: Resource<Handle>) -> wasmtime::Result<Result<Resource<Handle>, ()>> {
        not_a_server()
    }

    fn drop(&mut self, _: Resource<Handle>) -> wasmtime::Result<()> {
        Ok(())
    }
}
