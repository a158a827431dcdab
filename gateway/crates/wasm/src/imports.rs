//! What guests import: one file for each interface, all of them on the [`State`] of the calling store.
//!
//! Every function counts as a host call first. Those that answer from memory are synchronous, so that they cost a few tens
//! of nanoseconds; only those that ask the store wait. What a guest hands over is checked here or in the model, never
//! trusted; what it may not do is an error that it can read, what it may not attempt is a trap.

use std::collections::BTreeSet;

use wasmtime::component::{HasSelf, Linker};

use crate::{bindings::ringback::gateway as wit, state::State};

mod buckets;
mod callbacks;
mod clock;
mod config;
mod environment;
mod log;
mod random;
mod requests;
mod signer;
mod templates;
mod upstream;

pub(crate) use buckets::Reads;
pub(crate) use callbacks::{granted, schedule, target};
pub(crate) use log::{LinesPerSecond, append_escaped};
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub use requests::RequestHandle;
pub(crate) use requests::{RequestId, head, head_params};

/// The package that the gateway offers.
pub(crate) const PACKAGE: &str = "ringback:gateway";
/// Its interfaces that plugins may import.
pub(crate) const INTERFACES: [&str; 12] = [
    "types",
    "requests",
    "buckets",
    "callbacks",
    "signer",
    "clock",
    "random",
    "log",
    "config",
    "templates",
    "upstream",
    "environment",
];

/// Links the interfaces that a component imports, and no others. The gate has refused what it may not have.
///
/// # Errors
/// When an interface can't be defined, which is a bug here.
pub(crate) fn link(linker: &mut Linker<State>, imports: &BTreeSet<String>) -> wasmtime::Result<()> {
    type D = HasSelf<State>;
    for interface in imports {
        match interface.as_str() {
            "types" => wit::types::add_to_linker::<_, D>(linker, |state| state)?,
            "requests" => wit::requests::add_to_linker::<_, D>(linker, |state| state)?,
            "buckets" => wit::buckets::add_to_linker::<_, D>(linker, |state| state)?,
            "callbacks" => wit::callbacks::add_to_linker::<_, D>(linker, |state| state)?,
            "clock" => wit::clock::add_to_linker::<_, D>(linker, |state| state)?,
            "random" => wit::random::add_to_linker::<_, D>(linker, |state| state)?,
            "log" => wit::log::add_to_linker::<_, D>(linker, |state| state)?,
            "config" => wit::config::add_to_linker::<_, D>(linker, |state| state)?,
            "signer" => wit::signer::add_to_linker::<_, D>(linker, |state| state)?,
            "templates" => wit::templates::add_to_linker::<_, D>(linker, |state| state)?,
            "upstream" => wit::upstream::add_to_linker::<_, D>(linker, |state| state)?,
            "environment" => wit::environment::add_to_linker::<_, D>(linker, |state| state)?,
            _ => {}
        }
    }
    Ok(())
}

impl wit::types::Host for State {}
