//! What is offered to a slot: a component, where it came from, and what the operator says about it.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use ringback_model::{
    environment::PluginDeclaration,
    limits,
    secret::{Secret, SecretName},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Where a component came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It is part of the gateway.
    Bundled,
    /// The file that a document names.
    Declared(PathBuf),
    /// A file that was dropped into a plugins folder.
    Dropped(PathBuf),
    /// It was sent to the admin API.
    Uploaded,
}

/// A component to load, and what the operator says about it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// What the operator says; its path is not looked at.
    pub declaration: PluginDeclaration,
    /// Where it came from.
    pub source: Source,
    /// The component.
    pub component: Bytes,
    /// The signature that lies beside it, as it is written. Absent: there is none.
    pub signature: Option<String>,
    /// What the operator wrote beside a dropped component. Absent: nothing.
    pub side: Option<Side>,
    /// The secrets of the environment that it is of.
    pub secrets: Arc<Vec<(SecretName, Secret)>>,
}

/// A manifest beside a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Its file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// A component that is to be offered, before it has been read.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What the operator says, and where it lies.
    pub declaration: PluginDeclaration,
    /// Where it comes from.
    pub source: Source,
    /// The secrets of the environment that it is of.
    pub secrets: Arc<Vec<(SecretName, Secret)>>,
}

/// What tells one offer from another: the same means that nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// Reads a component, up to one byte more than it may have, which tells one that is too large from one that just fits.
///
/// # Errors
/// What the system says.
pub fn read_component(path: &Path) -> io::Result<Bytes> {
    use io::Read;
    let mut bytes = vec![];
    fs::File::open(path)?.take(limits::COMPONENT_MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// The signature beside a component. Absent: there is none that can be read.
pub fn read_signature(component: &Path) -> Option<String> {
    fs::read_to_string(beside(component, "wasm.sig")).ok()
}

/// The manifest beside a component. Absent: there is none that can be read.
pub fn read_side(component: &Path) -> Option<Side> {
    let path = beside(component, "toml");
    fs::read_to_string(&path).ok().map(|text| Side { path, text })
}

/// A file beside a component, with another extension.
pub fn beside(component: &Path, extension: &str) -> PathBuf {
    component.with_extension(extension)
}

/// What a declaration says, but for where.
pub fn said(declaration: &PluginDeclaration) -> String {
    let PluginDeclaration { grants, config, instances, memory_max_bytes, cpu_max, wall_max, sha256, .. } = declaration;
    format!("{grants:?} {config} {instances:?} {memory_max_bytes:?} {cpu_max:?} {wall_max:?} {sha256:?}")
}

// === impl Offer ===

impl Offer {
    /// Reads what lies in a file. Blocks.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(wanted: Wanted) -> io::Result<Self> {
        let Wanted { declaration, source, secrets } = wanted;
        let path = declaration.path.clone();
        let component = read_component(&path)?;
        // What a document declares is said there.
        let side = if matches!(source, Source::Dropped(_)) { read_side(&path) } else { None };
        Ok(Self { signature: read_signature(&path), side, declaration, source, component, secrets })
    }

    /// What tells it from others. Takes a while for a large component.
    pub fn fingerprint(&self) -> Fingerprint {
        let said = format!("{} {:?} {:?}", said(&self.declaration), self.signature, self.side);
        let secrets = self.secrets.iter().flat_map(|(name, secret)| [name.as_str().as_bytes(), secret.as_bytes()]);
        let secrets = secrets.fold(Sha256::new(), |hash, part| hash.chain_update(Sha256::digest(part))).finalize();
        let content = Sha256::digest(&self.component);
        Fingerprint(
            Sha256::new().chain_update(content).chain_update(secrets).chain_update(said.as_bytes()).finalize().into(),
        )
    }
}

// === impl Source ===

impl Source {
    /// As the admin API shows it.
    pub fn view(&self) -> Value {
        match self {
            Self::Bundled => json!({"kind": "bundled"}),
            Self::Declared(path) => json!({"kind": "declared", "path": path.display().to_string()}),
            Self::Dropped(path) => json!({"kind": "folder", "path": path.display().to_string()}),
            Self::Uploaded => json!({"kind": "uploaded"}),
        }
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
