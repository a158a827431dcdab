//! The plugin host: wasmtime behind the model's ports, and the only crate that names it.
//!
//! In the order of a plugin's life. [`Host`] owns the engine, the instance pool, the permits in front of it and the one
//! thread that counts time. [`Host::load`] takes a file through the gate (`gate`: size, validation, imports against
//! grants), the compiler or the cache of compiled code (`compile`, `cache`) and its `configure` hook, and gives a
//! [`Plugin`], one generation. A plugin's hooks are the model's ports: [`Plugin::responder`], [`Plugin::renderer`] and
//! [`Plugin::callback_policy`]. A call takes a permit and an instance (`instance`), works on a [`Unit`] through the
//! functions that it imports (`imports`, `wasi`), and gives back a checked result (`answer`) with the unit, or a fault
//! (`fault`) without it. What an answer carries may be a file (`files`) or go on to be made (`stream`).
//!
//! A call may have a renderer work for it (`templating`), sign (`signer`) and ask other servers; what it cost is `cost`.
//! [`inspect`] looks at a file that nobody wants to load.
//!
//! Invariant: no guest, however hostile, panics the gateway, outruns a limit of [`limits`], or sees another call's data.
//! `tests/it` holds a component for each limit that tries.
//!
//! [`Unit`]: ringback_model::unit::Unit
//! [`limits`]: ringback_model::limits

mod answer;
mod bindings;
mod budget;
mod busy;
mod cache;
mod compile;
mod configure;
mod cost;
mod engine;
mod error;
mod fault;
mod files;
mod functions;
mod gate;
mod host;
mod imports;
mod inspect;
mod instance;
mod lane;
mod permits;
mod plugin;
mod policy;
mod renderer;
mod responder;
mod signer;
mod source;
mod state;
mod stream;
mod templating;
mod ticker;
mod wasi;

pub use cost::Cost;
pub use error::{Diagnostic, Grant, LoadError, Missing, Refusal};
pub use host::{Host, HostError, HostOptions, Meter, PoolMetrics};
pub use inspect::{Inspection, Tool, inspect, manifest};
pub use plugin::{Hooks, Plugin};
pub use source::{PluginFile, PluginSource};
pub use templating::Renderers;
