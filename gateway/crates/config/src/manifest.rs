//! Manifests: what a plugin says about itself, in TOML. Its author's word is embedded in the component; the operator's lies
//! beside a dropped component, says more and wins.
//!
//! [`parse`] reads one, [`Manifest::over`] puts the operator's over the author's, [`merge`] adds its routes and buckets to an
//! environment, [`missing`] says what the plugin needs and was not granted, [`unbacked`] what was granted and is not there. Nothing here reads a file: not even
//! `${file:PATH}` is put in, and neither is `${env:NAME}`.

use std::{collections::HashMap, path::Path, time::Duration};

use http::{Method, StatusCode, Uri};
use ringback_diag::{Diagnostic, Diagnostics, Sources};
use ringback_model::{
    environment::{
        Answering, Bucket, CallbackDefinition, Dispatch, Grants, HostPattern, Instances, Origin, PathSyntax,
        PluginDeclaration, Route, Script, Sha256,
    },
    ids::{BucketName, PluginName},
    limits::MANIFEST_MAX_BYTES,
    secret::SecretName,
};
use serde_json::Value;

use crate::{
    document::{self, Conventions},
    lower::{Declared, Lowering},
    names, shaped, tree,
};

mod merge;
mod missing;

pub use crate::document::Language;
pub use merge::merge;
pub use missing::{MissingGrant, missing, unbacked};

/// The custom section of a component that holds its manifest, in UTF-8.
pub const SECTION: &str = "ringback:manifest";

/// Whose word a manifest is.
#[derive(Debug, Clone, Copy)]
pub enum Word<'a> {
    /// The author's: embedded in the component, or in its project.
    Author,
    /// The operator's: beside the component of a plugin, in a folder that its paths are relative to.
    Operator {
        /// The plugin, by its file's name.
        plugin: &'a PluginName,
        /// The folder.
        folder: &'a Path,
    },
}

/// A manifest that was read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// What it says.
    pub manifest: Manifest,
    /// What is perhaps not meant as it stands.
    pub warnings: Diagnostics,
}

/// What a plugin says about itself.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its name.
    pub name: PluginName,
    /// What it is, in a line without control characters.
    pub description: Option<String>,
    /// Its own version, without control characters.
    pub version: Option<String>,
    /// The language that it is written in.
    pub language: Option<Language>,
    /// What it asks for.
    pub needs: Needs,
    /// Buckets that it brings.
    pub buckets: Vec<Bucket>,
    /// Routes that it brings; those that say nothing else are answered by [`Manifest::name`].
    pub routes: Vec<Route>,
    /// Callbacks of the responses of its routes, which refer to them by their index here.
    pub callbacks: Vec<CallbackDefinition>,
    /// A call to make before it serves. Absent: none.
    pub canary: Option<Canary>,
    /// What only the operator says.
    pub overrides: Overrides,
}

/// What a plugin asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Buckets that it reads and changes.
    pub buckets: Vec<BucketName>,
    /// Secrets that it signs with.
    pub secrets: Vec<SecretName>,
    /// Hosts that it knows its callbacks will go to.
    pub callback_hosts: Vec<HostPattern>,
    /// Hosts that it asks while a client waits.
    pub hosts: Vec<HostPattern>,
    /// Environment variables that it reads.
    pub env: Vec<String>,
    /// The least memory of one instance that it works with. Absent: what an instance has anyway.
    pub memory_bytes: Option<usize>,
}

/// A request, and the status that its answer must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The method.
    pub method: Method,
    /// The path, with a query or without.
    pub path: Uri,
    /// The status.
    pub status: StatusCode,
}

/// Keys of `[plugin.NAME]` that stand beside a dropped component. Absent: as it is without.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// What it may use, and where that was written.
    pub grants: Option<(Grants, Origin)>,
    /// Its own table, an object.
    pub config: Option<Value>,
    /// How its instances live.
    pub instances: Option<Instances>,
    /// One instance's memory.
    pub memory_max_bytes: Option<usize>,
    /// Time that a call may keep a core busy.
    pub cpu_max: Option<Duration>,
    /// Time that a call may take.
    pub wall_max: Option<Duration>,
    /// The digest that the component must have.
    pub sha256: Option<Sha256>,
}

/// Reads a manifest. `file` is what messages call it.
///
/// # Errors
/// All that is wrong with it, sorted by place.
pub fn parse(file: &str, text: &str, word: Word<'_>, sources: &mut Sources) -> Result<Parsed, Diagnostics> {
    if text.len() > MANIFEST_MAX_BYTES {
        let message = format!("manifest `{file}` has {} bytes", text.len());
        return Err(Diagnostic::error(message).help(format!("{MANIFEST_MAX_BYTES} are the most")).into());
    }
    let (file, root) = tree(file, text, sources)?;
    let table = root.get_ref();
    let declared = Declared {
        fired: vec![],
        bucket_ids: vec![],
        buckets: names(table, "buckets"),
        callbacks: names(table, "callback"),
        plugins: vec![],
        secrets: None,
        open: true,
    };
    let is_named = table.contains_key("name");
    let mut found = Diagnostics::default();
    let (document, broken) = shaped::<document::Manifest>(&schema(), &file, root, &mut found);
    let folder = match word {
        Word::Author => Path::new(""),
        Word::Operator { folder, .. } => folder,
    };
    let mut lowering = Lowering {
        file,
        text,
        folder,
        plugins_folder: None,
        own: None,
        conventions: Conventions::Ringback,
        bases: vec![],
        syntax: PathSyntax::Template,
        whole: HashMap::new(),
        declared,
        broken,
        found,
    };
    let manifest = lowering.manifest(&document, word, is_named);
    let mut diagnostics = lowering.found;
    diagnostics.sort();
    match manifest {
        Some(manifest) if !diagnostics.has_errors() => Ok(Parsed { manifest, warnings: diagnostics }),
        _ => Err(diagnostics),
    }
}

/// The JSON Schema (draft 2020-12) of `plugin.toml`.
pub fn schema() -> Value {
    crate::schema::manifest()
}

/// Points a diagnostic at where something was written.
fn at(diagnostic: Diagnostic, origin: &Origin) -> Diagnostic {
    match &origin.file {
        Some(file) => diagnostic.at(file, origin.span.0..origin.span.1),
        None => diagnostic,
    }
}

// === impl Manifest ===

impl Manifest {
    /// The manifest of a plugin that says nothing about itself.
    pub fn empty(name: PluginName) -> Self {
        Self {
            name,
            description: None,
            version: None,
            language: None,
            needs: Needs::default(),
            buckets: vec![],
            routes: vec![],
            callbacks: vec![],
            canary: None,
            overrides: Overrides::default(),
        }
    }

    /// This one, the operator's, over the author's: each key that it has stands instead of the author's. Its routes bring
    /// the callbacks that they refer to.
    #[must_use]
    pub fn over(self, mut author: Self) -> Self {
        author.rename(&self.name);
        let (routes, callbacks) =
            if self.routes.is_empty() { (author.routes, author.callbacks) } else { (self.routes, self.callbacks) };
        Self {
            name: self.name,
            description: self.description.or(author.description),
            version: self.version.or(author.version),
            language: self.language.or(author.language),
            needs: if self.needs == Needs::default() { author.needs } else { self.needs },
            buckets: if self.buckets.is_empty() { author.buckets } else { self.buckets },
            routes,
            callbacks,
            canary: self.canary.or(author.canary),
            overrides: self.overrides,
        }
    }

    /// Gives the plugin another name, in its routes and callbacks too.
    pub fn rename(&mut self, name: &PluginName) {
        let before = std::mem::replace(&mut self.name, name.clone());
        for route in &mut self.routes {
            let plugin = match &mut route.answer {
                Answering::Responder(plugin) => plugin,
                Answering::Examples(operation) => match &mut operation.dispatch {
                    Dispatch::Plugin(plugin) | Dispatch::Script(Script { plugin, .. }) => plugin,
                    _ => continue,
                },
                _ => continue,
            };
            if *plugin == before {
                plugin.clone_from(name);
            }
        }
        for policy in self.callbacks.iter_mut().filter_map(|callback| callback.policy.as_mut()) {
            if policy.plugin == before {
                policy.plugin.clone_from(name);
            }
        }
    }
}

// === impl Overrides ===

impl Overrides {
    /// Puts them over what a plugin's declaration says.
    pub fn apply(&self, declaration: &mut PluginDeclaration) {
        fn put<T: Clone>(over: Option<&T>, what: &mut T) {
            if let Some(over) = over {
                what.clone_from(over);
            }
        }
        put(self.grants.as_ref().map(|(grants, _)| grants), &mut declaration.grants);
        put(self.config.as_ref(), &mut declaration.config);
        put(self.instances.as_ref(), &mut declaration.instances);
        declaration.memory_max_bytes = self.memory_max_bytes.or(declaration.memory_max_bytes);
        declaration.cpu_max = self.cpu_max.or(declaration.cpu_max);
        declaration.wall_max = self.wall_max.or(declaration.wall_max);
        declaration.sha256 = self.sha256.or(declaration.sha256);
    }
}

// === impl Language ===

impl Language {
    /// Its word in a manifest: `js`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Js => "js",
            Self::Python => "python",
            Self::Go => "go",
            Self::C => "c",
        }
    }
}
