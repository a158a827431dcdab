//! `wasi:cli` and the list of folders: a process without arguments, terminal or files, that sees the variables it was granted.

use wasmtime::{
    StoreContextMut,
    component::{LinkerInstance, Resource},
};

use crate::{
    state::State,
    wasi::{
        Handle,
        io::{STDERR, STDIN, STDOUT},
        resource,
    },
};

/// The guest ended itself: a phrase that follows the plugin's name.
#[derive(Debug, thiserror::Error)]
#[error("exited with code {0}")]
pub(crate) struct Exited(u8);

type Cx<'a> = StoreContextMut<'a, State>;
type Instance<'a> = LinkerInstance<'a, State>;

pub(super) fn environment(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("get-environment", |mut cx: Cx<'_>, (): ()| {
        cx.data_mut().budget.host_call()?;
        Ok((cx.data().identity.env.clone(),))
    })?;
    instance.func_wrap("get-arguments", |_: Cx<'_>, (): ()| Ok((Vec::<String>::new(),)))?;
    instance.func_wrap("initial-cwd", |_: Cx<'_>, (): ()| Ok((None::<String>,)))
}

pub(super) fn exit(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("exit", |_: Cx<'_>, (status,): (Result<(), ()>,)| {
        Err::<(), _>(Exited(u8::from(status.is_err())).into())
    })?;
    instance.func_wrap("exit-with-code", |_: Cx<'_>, (code,): (u8,)| Err::<(), _>(Exited(code).into()))
}

pub(super) fn stdin(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    stream(instance, "input-stream", "get-stdin", STDIN)
}

pub(super) fn stdout(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    stream(instance, "output-stream", "get-stdout", STDOUT)
}

pub(super) fn stderr(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    stream(instance, "output-stream", "get-stderr", STDERR)
}

fn stream(instance: &mut Instance<'_>, stream: &str, get: &str, handle: u32) -> wasmtime::Result<()> {
    resource(instance, stream)?;
    instance.func_wrap(get, move |mut cx: Cx<'_>, (): ()| {
        cx.data_mut().budget.host_call()?;
        Ok((Resource::<Handle>::new_own(handle),))
    })
}

pub(super) fn terminal_stdin(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    no_terminal(instance, "terminal-input", "get-terminal-stdin")
}

pub(super) fn terminal_stdout(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    no_terminal(instance, "terminal-output", "get-terminal-stdout")
}

pub(super) fn terminal_stderr(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    no_terminal(instance, "terminal-output", "get-terminal-stderr")
}

fn no_terminal(instance: &mut Instance<'_>, terminal: &str, get: &str) -> wasmtime::Result<()> {
    resource(instance, terminal)?;
    instance.func_wrap(get, |_: Cx<'_>, (): ()| Ok((None::<Resource<Handle>>,)))
}

pub(super) fn preopens(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    resource(instance, "descriptor")?;
    instance.func_wrap("get-directories", |_: Cx<'_>, (): ()| Ok((Vec::<(Resource<Handle>, String)>::new(),)))
}
