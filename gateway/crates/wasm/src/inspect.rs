//! What a file says about itself, for a person who wants to know before it is loaded, or why it was not.

use crate::{
    error::{Grant, Refusal},
    gate::{self, Import, Opened, Sections, grant_of},
    plugin::Hooks,
};

/// A plugin's file, looked at and neither compiled nor run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// The file's size.
    pub file_bytes: usize,
    /// Whether it is a component. If not it is a core module, which the gateway wraps itself.
    pub is_component: bool,
    /// Everything that it imports: `ringback:gateway/buckets@0.1.0`.
    pub imports: Vec<String>,
    /// Everything that it exports.
    pub exports: Vec<String>,
    /// The hooks among its exports.
    pub hooks: Hooks,
    /// The version of the contract that it was built against, by what it says itself, or else by what it imports and exports.
    /// Absent: it has nothing of the contract.
    pub contract: Option<String>,
    /// The text of its manifest, TOML. Absent: there is none in it.
    pub manifest: Option<String>,
    /// What it was written in: `Rust`, with a version where there is one.
    pub languages: Vec<Tool>,
    /// What made it: `rustc`, `wit-component`.
    pub tools: Vec<Tool>,
    /// The grants that its imports need.
    pub needs: Vec<Grant>,
    /// Imports that this gateway does not offer: it is refused for the first of them.
    pub unknown: Vec<String>,
}

/// Something that took part in making a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version. Empty: it does not say.
    pub version: String,
}

/// Looks at a file, granted or not.
///
/// # Errors
/// When it is no plugin's file at all: too large, damaged, or no WebAssembly.
pub fn inspect(file: &[u8]) -> Result<Inspection, Refusal> {
    let Opened { component, types } = gate::open(file)?;
    let sections = Sections::of(file)?;
    let (imports, exports) = gate::names(&component, &types)?;
    let mut needs: Vec<Grant> = vec![];
    for import in imports.iter().filter(|import| !import.only_types) {
        let grant = grant_of(import.name.split_once('@').map_or(import.name.as_str(), |(name, _)| name));
        needs.extend(grant.filter(|grant| !needs.contains(grant)));
    }
    let tools = |fields: &[&str]| -> Vec<Tool> {
        let found = sections.producers.iter().filter(|producer| fields.contains(&producer.field.as_str()));
        found.map(|found| Tool { name: found.name.clone(), version: found.version.clone() }).collect()
    };
    Ok(Inspection {
        file_bytes: file.len(),
        is_component: matches!(component, std::borrow::Cow::Borrowed(_)),
        hooks: Hooks::among(&exports),
        contract: sections.contract.clone().or_else(|| contract(&imports, &exports)),
        languages: tools(&["language"]),
        tools: tools(&["processed-by", "sdk"]),
        manifest: sections.manifest,
        needs,
        unknown: imports.iter().filter(|import| !gate::is_known(&import.name)).map(|i| i.name.clone()).collect(),
        imports: imports.into_iter().map(|import| import.name).collect(),
        exports,
    })
}

/// The text of a file's manifest, TOML, without looking at anything else. Absent: there is none, or the file is damaged.
pub fn manifest(file: &[u8]) -> Option<String> {
    Sections::of(file).ok()?.manifest
}

/// The version of our package among what a component imports and exports.
fn contract(imports: &[Import], exports: &[String]) -> Option<String> {
    let names = imports.iter().map(|import| import.name.as_str()).chain(exports.iter().map(String::as_str));
    let mut versions = names.filter_map(|name| {
        let (interface, version) = name.split_once('@')?;
        interface.starts_with("ringback:gateway/").then(|| version.to_owned())
    });
    versions.next()
}
