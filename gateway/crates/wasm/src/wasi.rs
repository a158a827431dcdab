//! WASI 0.2 for guests whose language runtime asks for it: the gateway's time, seed and log behind WASI's names, and
//! nothing that reaches outside.
//!
//! A Rust, JavaScript or Python toolchain puts imports into every component that its program never uses. Clocks, random,
//! stdio, environment and io are real, with what a call has: a clock that does not move, numbers from the seed, output that
//! goes to the log. Files and sockets are there to be linked and trap when they are called; there is no folder to open. HTTP
//! is real for whoever was granted hosts, and goes where `upstream.fetch` goes.
//!
//! One type stands for all its resources: a handle's number says what it is, an output or an event that has no state, or a
//! place among what a guest does with HTTP.

use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceType, types::ComponentItem};

use crate::state::State;

mod clocks;
mod http;
mod io;
mod process;

pub(crate) use http::Things;
pub(crate) use io::Printed;
pub(crate) use process::Exited;

/// The resource that every WASI handle is.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Handle;

/// How an interface is offered.
#[derive(Clone, Copy)]
enum Offer {
    /// It works.
    Real(fn(&mut LinkerInstance<'_, State>) -> wasmtime::Result<()>),
    /// It works, and links a whole interface.
    Whole(fn(&mut Linker<State>) -> wasmtime::Result<()>),
    /// It can be linked, and traps when it is called.
    Inert,
}

/// Whether a guest may import an interface.
pub(crate) fn offers(name: &str, version: &str) -> bool {
    version.starts_with("0.2.") && offer(name).is_some()
}

fn offer(name: &str) -> Option<Offer> {
    Some(match name {
        "wasi:io/error" => Offer::Real(io::error),
        "wasi:io/poll" => Offer::Real(io::poll),
        "wasi:io/streams" => Offer::Real(io::streams),
        "wasi:clocks/monotonic-clock" => Offer::Real(clocks::monotonic),
        "wasi:clocks/wall-clock" => Offer::Real(clocks::wall),
        "wasi:random/random" => Offer::Real(clocks::random),
        "wasi:random/insecure" => Offer::Real(clocks::insecure),
        "wasi:random/insecure-seed" => Offer::Real(clocks::insecure_seed),
        "wasi:cli/environment" => Offer::Real(process::environment),
        "wasi:cli/exit" => Offer::Real(process::exit),
        "wasi:cli/stdin" => Offer::Real(process::stdin),
        "wasi:cli/stdout" => Offer::Real(process::stdout),
        "wasi:cli/stderr" => Offer::Real(process::stderr),
        "wasi:cli/terminal-stdin" => Offer::Real(process::terminal_stdin),
        "wasi:cli/terminal-stdout" => Offer::Real(process::terminal_stdout),
        "wasi:cli/terminal-stderr" => Offer::Real(process::terminal_stderr),
        "wasi:cli/terminal-input" | "wasi:cli/terminal-output" => Offer::Inert,
        "wasi:filesystem/preopens" => Offer::Real(process::preopens),
        "wasi:filesystem/types" => Offer::Inert,
        "wasi:http/types" => Offer::Whole(|linker| http::link(linker, true)),
        "wasi:http/outgoing-handler" => Offer::Whole(|linker| http::link(linker, false)),
        _ if name.starts_with("wasi:sockets/") => Offer::Inert,
        _ => return None,
    })
}

/// Links what a component imports of WASI, under the very names that it uses.
pub(crate) fn link(linker: &mut Linker<State>, component: &Component) -> wasmtime::Result<()> {
    let engine = component.engine().clone();
    for (import, item) in component.component_type().imports(&engine) {
        let name = import.split_once('@').map_or(import, |(name, _)| name);
        let (Some(offer), ComponentItem::ComponentInstance(wanted)) = (offer(name), item.ty) else { continue };
        if let Offer::Whole(link) = offer {
            link(linker)?;
            continue;
        }
        let mut instance = linker.instance(import)?;
        if let Offer::Real(define) = offer {
            define(&mut instance)?;
            continue;
        }
        for (function, item) in wanted.exports(&engine) {
            match item.ty {
                ComponentItem::Resource(_) => resource(&mut instance, function)?,
                ComponentItem::ComponentFunc(_) => trap(&mut instance, name, function)?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn resource(instance: &mut LinkerInstance<'_, State>, name: &str) -> wasmtime::Result<()> {
    instance.resource(name, ResourceType::host::<Handle>(), |mut cx, handle| {
        cx.data_mut().things.take(&Resource::new_own(handle));
        Ok(())
    })
}

fn trap(instance: &mut LinkerInstance<'_, State>, interface: &str, function: &str) -> wasmtime::Result<()> {
    let denied = format!("`{interface}#{function}` is not for plugins");
    instance.func_new(function, move |_, _, _, _| Err(wasmtime::Error::msg(denied.clone())))
}
