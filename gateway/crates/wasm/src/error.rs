//! Why a component does not serve: one phrase that names the plugin, and what to do about it.

use std::{fmt, io, path::PathBuf, time::Duration};

use ringback_model::{fault::PluginFault, ids::PluginName, limits};

use crate::{
    gate::OFFERED,
    imports::{INTERFACES, PACKAGE},
};

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
    /// The operator gives its calls more time on a core than any may have.
    #[error("may not have {} ms of CPU for a call, {} ms is the most", .0.as_millis(), limits::CALL_CPU_CEILING.as_millis())]
    CpuMax(Duration),
    /// The operator gives its calls more time than any may have.
    #[error("may not take {} ms for a call, {} ms is the most", .0.as_millis(), limits::CALL_WALL_CEILING.as_millis())]
    WallMax(Duration),
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
    /// It imports an interface of this package that this gateway does not have or does not offer in that version, or exports
    /// hooks of such a version alone.
    #[error("needs a gateway that offers `{import}`; this one offers {}", Offers)]
    NewerGateway {
        /// What it imports or exports.
        import: String,
    },
    /// It imports interfaces that the operator did not grant: all of them.
    #[error("imports {}, which it was not granted", listed(.0))]
    NotGranted(Vec<Missing>),
    /// What it says about itself can't be read.
    #[error("holds {0}")]
    Manifest(String),
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
    #[error("does not accept its configuration: {}", all(.0))]
    Configuration(Vec<Diagnostic>),
    /// It failed while it checked its configuration.
    #[error("failed to check its configuration: it {}", .0.message)]
    Configure(PluginFault),
    /// The loader itself failed.
    #[error("could not be loaded: {0}")]
    Internal(String),
}

/// An import that was not granted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missing {
    /// What is imported, without the version: `ringback:gateway/buckets`.
    pub import: String,
    /// What would have to be granted.
    pub grant: Grant,
    /// The names that the plugin's manifest asks for. Empty: it has none, or does not say.
    pub names: Vec<String>,
}

/// A key of `grants` that an import needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grant {
    /// For `buckets`.
    Buckets,
    /// For `callbacks`.
    CallbackHosts,
    /// For `signer`.
    Secrets,
    /// For `wasi:http/outgoing-handler`; and for `upstream.fetch`, which is refused when it is called.
    Hosts,
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

/// What this gateway offers of the contract, in a phrase.
struct Offers;

/// A number of bytes as a person writes it: `64 MiB`.
pub(crate) struct Bytes(pub(crate) usize);

impl LoadError {
    /// What to do about it. Absent: nothing better than the message.
    pub fn help(&self) -> Option<String> {
        match &self.reason {
            Refusal::MemoryMax(_) => Some("lower `memory-max`".into()),
            Refusal::CpuMax(_) => Some("lower `cpu-max`".into()),
            Refusal::WallMax(_) => Some("lower `wall-max`".into()),
            Refusal::Precompiled => Some("give the `.wasm` file, the gateway compiles and caches it itself".into()),
            Refusal::NotWasm | Refusal::NoWorld => Some("build a component, as `ringback plugin new` sets up".into()),
            Refusal::NewerGateway { .. } | Refusal::NotLinked(_) => {
                Some("update the gateway, or build the plugin against the contract that this one offers".into())
            }
            Refusal::NotGranted(missing) => {
                let granted: Vec<_> = missing.iter().map(|missing| missing.grant.entry(&missing.names)).collect();
                Some(format!("add `grants = {{ {} }}`", granted.join(", ")))
            }
            Refusal::Manifest(_) => Some("build it with `ringback plugin build`, which embeds `plugin.toml`".into()),
            Refusal::UnknownImport(import) if import.starts_with("wasi:") => Some(
                "of WASI plugins have clocks, random, stdio, environment and `wasi:http/outgoing-handler`, all of 0.2"
                    .into(),
            ),
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

// === impl Grant ===

impl Grant {
    /// The key in `ringback.toml`, and under `[needs]` in a manifest: `callback-hosts`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Buckets => "buckets",
            Self::CallbackHosts => "callback-hosts",
            Self::Secrets => "secrets",
            Self::Hosts => "hosts",
        }
    }

    /// The TOML that grants these names, within `grants = { }`; without any, one that shows how: `buckets = ["orders"]`.
    pub fn entry(self, names: &[String]) -> String {
        let example = match self {
            Self::Buckets => "orders",
            Self::CallbackHosts => "localhost:8080",
            Self::Secrets => "webhook-key",
            Self::Hosts => "api.example.com",
        };
        let quoted = |name: &str| format!("\"{}\"", name.escape_default());
        let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
        let names = if names.is_empty() { quoted(example) } else { names.join(", ") };
        format!("{} = [{names}]", self.key())
    }
}

impl fmt::Display for Offers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PACKAGE}@{OFFERED} with: {}", INTERFACES.join(", "))
    }
}

/// Imports as a person lists them: `a`, `b` and `c`.
fn listed(missing: &[Missing]) -> String {
    let mut names: Vec<_> = missing.iter().map(|missing| format!("`{}`", missing.import)).collect();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

/// Every problem, with its place where the plugin tells one.
fn all(found: &[Diagnostic]) -> String {
    let told = |diagnostic: &Diagnostic| match &diagnostic.pointer {
        Some(pointer) => format!("{} (at `{pointer}`)", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    match found {
        [] => "it does not say why".into(),
        found => found.iter().map(told).collect::<Vec<_>>().join("; "),
    }
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
