//! Why a component does not serve: one phrase that names the plugin, and what to do about it.

use std::{fmt, io, path::PathBuf, time::Duration};

use ringback_model::{fault::PluginFault, ids::PluginName, limits};

/// A component that was not loaded. What served before goes on serving.
#[derive(Debug, thiserror::Error)]
#[error("plugin `{plugin}` {reason}")]
pub struct LoadError {
    /// The plugin.
    pub plugin: PluginName,
    /// Why.
    #[source]
    pub reason: Refusal,
}

/// Why a component was not loaded: a phrase that follows the plugin's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The file can't be read.
    #[error("can't be read from `{}`: {error}", path.display())]
    NotReadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// The file is over [`limits::COMPONENT_MAX_BYTES`].
    #[error("has more than {}", Bytes(limits::COMPONENT_MAX_BYTES))]
    TooLarge,
    /// The operator gives its instances more memory than any may have.
    #[error("may not have {} of memory, {} is the most", Bytes(*.0), Bytes(limits::INSTANCE_MEMORY_CEILING_BYTES))]
    MemoryMax(usize),
    /// The file holds machine code.
    #[error("is a precompiled file, which can't be trusted")]
    Precompiled,
    /// The file is no WebAssembly.
    #[error("is no WebAssembly file")]
    NotWasm,
    /// The file is WebAssembly that does not validate, or uses a feature that is not accepted.
    #[error("is not valid: {0}")]
    NotValid(String),
    /// The file is a core module, and nothing in it says which world it is for.
    #[error("is a core module without a world")]
    NoWorld,
    /// The core module does not fit the world that it says it is for.
    #[error("can't be made a component: {0}")]
    NotComponent(String),
    /// It imports an interface of this package in a version that this gateway does not offer.
    #[error("imports `{import}`, this gateway offers `{offered}`")]
    Version {
        /// What it imports.
        import: String,
        /// What is offered in its place.
        offered: String,
    },
    /// It imports an interface that the operator did not grant.
    #[error("imports `{import}`, which it was not granted")]
    NotGranted {
        /// What it imports, without the version.
        import: String,
        /// The line that grants it.
        grant: &'static str,
    },
    /// It imports an interface that the contract has and this gateway does not offer yet.
    #[error("imports `{0}`, which this gateway does not offer yet")]
    NotOffered(String),
    /// It imports something that no gateway offers.
    #[error("imports `{0}`, which no gateway offers")]
    UnknownImport(String),
    /// It exports no hook.
    #[error("exports no hook of this gateway")]
    NoHook,
    /// It needs more than one instance may have.
    #[error("needs {0}")]
    TooDemanding(String),
    /// The compiler refused it.
    #[error("does not compile: {0}")]
    NotCompiled(String),
    /// Loading took too long.
    #[error("did not load within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// It was built against another shape of the contract.
    #[error("does not fit the contract: {0}")]
    NotLinked(String),
    /// Its configuration was refused by itself.
    #[error("does not accept its configuration: {}", first(.0))]
    Configuration(Vec<Diagnostic>),
    /// It failed while it checked its configuration.
    #[error("failed to check its configuration: it {}", .0.message)]
    Configure(PluginFault),
    /// The loader itself failed.
    #[error("could not be loaded: {0}")]
    Internal(String),
}

/// A problem that a plugin found in its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, one phrase.
    pub message: String,
    /// A JSON Pointer into the configuration. Absent: the whole of it.
    pub pointer: Option<String>,
    /// What to do. Absent: nothing better than the message.
    pub help: Option<String>,
}

/// A number of bytes as a person writes it: `64 MiB`.
pub(crate) struct Bytes(pub(crate) usize);

impl LoadError {
    /// What to do about it. Absent: nothing better than the message.
    pub fn help(&self) -> Option<String> {
        match &self.reason {
            Refusal::MemoryMax(_) => Some("lower `memory-max`".into()),
            Refusal::Precompiled => Some("give the `.wasm` file, the gateway compiles and caches it itself".into()),
            Refusal::NotWasm | Refusal::NoWorld => Some("build a component, as `ringback plugin new` sets up".into()),
            Refusal::Version { .. } => Some("build it against the contract that this gateway offers".into()),
            Refusal::NotGranted { grant, .. } => Some(format!("add `{grant}`")),
            Refusal::NotOffered(_) => Some("leave it out of the world that the plugin is built for".into()),
            Refusal::UnknownImport(import) if import.starts_with("wasi:") => {
                Some("plugins have no files, sockets or HTTP of their own; use `callbacks` for requests".into())
            }
            Refusal::UnknownImport(_) => {
                Some("a plugin may import `ringback:gateway` and the common part of WASI 0.2".into())
            }
            Refusal::NoHook => {
                Some("export `responder`, `renderer` or `callback-policy` of `ringback:gateway@0.1.0`".into())
            }
            Refusal::TooDemanding(_) => Some("raise `memory-max`, or build the plugin smaller".into()),
            Refusal::Configuration(found) => found.first().and_then(|diagnostic| diagnostic.help.clone()),
            _ => None,
        }
    }
}

fn first(found: &[Diagnostic]) -> &str {
    found.first().map_or("it does not say why", |diagnostic| &diagnostic.message)
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) => write!(f, "{} MiB", bytes >> 20),
            bytes if bytes >= 1 << 10 && bytes.is_multiple_of(1 << 10) => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}
