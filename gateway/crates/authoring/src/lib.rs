//! What plugin authors need before a gateway runs: a project to start from ([`scaffold`]), and a component built from it
//! ([`build`]). Nothing of wasmtime, nothing of the gateway: what a component imports and answers is looked at where it
//! would run.
//!
//! A project is a folder with a `plugin.toml`, whose reading is the caller's. [`build`] asks the project's language for a
//! plan, runs it, makes a component of what it left, and writes into it what a gateway wants to know ([`stamp`]). The
//! environment is read by the caller as well: a [`Machine`] is all that this crate knows of where it runs.

mod build;
mod component;
mod files;
mod language;
mod machine;
mod name;
mod scaffold;
mod stamp;
pub mod toolchain;

pub use build::{BuildError, Built, Installed, MANIFEST_FILE, Project, build, install, tools};
pub use component::ComponentError;
pub use language::Language;
pub use machine::{Machine, Missing};
pub use name::{NameError, ProjectName};
pub use scaffold::{NewError, refresh_contract, scaffold};
pub use stamp::{CONTRACT, CONTRACT_SECTION, MANIFEST_MAX_BYTES, MANIFEST_SECTION, sha256};
