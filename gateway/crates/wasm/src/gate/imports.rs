//! What a component imports and exports, and whether it may.

use std::collections::BTreeSet;

use ringback_model::environment::{BucketGrant, Grants};
use wasmparser::{Parser, Payload, component_types::ComponentEntityType, types::Types};

use super::{OFFERED, not_valid};
use crate::{
    error::{Grant, Missing, Refusal},
    imports::{INTERFACES, PACKAGE},
    wasi,
};

/// Something that a component imports.
pub(crate) struct Import {
    /// As it says: `ringback:gateway/buckets@0.1.0`.
    pub(crate) name: String,
    /// Whether nothing in it can be called: a generator that needs a record imports the interface that defines it.
    pub(crate) only_types: bool,
}

/// What a component imports and exports, nested ones not counted.
///
/// # Errors
/// When the file is cut off or damaged.
pub(crate) fn names(component: &[u8], types: &Types) -> Result<(Vec<Import>, Vec<String>), Refusal> {
    let (mut imports, mut exports) = (vec![], vec![]);
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(|error| not_valid(&error))? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    let name = import.map_err(|error| not_valid(&error))?.name.name;
                    imports.push(Import { only_types: only_types(name, types), name: name.to_owned() });
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export.map_err(|error| not_valid(&error))?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok((imports, exports))
}

/// Whether an import is an instance of types alone.
fn only_types(import: &str, types: &Types) -> bool {
    let types = types.as_ref();
    let Some(item) = types.component_item_for_import(import) else { return false };
    let ComponentEntityType::Instance(instance) = item.ty else { return false };
    types.get(instance).is_some_and(|instance| {
        instance.exports.values().all(|item| matches!(item.ty, ComponentEntityType::Type { .. }))
    })
}

/// The interfaces of our package among imports, by name.
///
/// # Errors
/// The first import that this gateway does not offer, or all that were not granted.
pub(super) fn check<'a>(
    imports: &'a [Import],
    grants: &Grants,
    manifest: Option<&str>,
) -> Result<BTreeSet<&'a str>, Refusal> {
    let (mut interfaces, mut missing) = (BTreeSet::new(), vec![]);
    for import in imports {
        interfaces.extend(interface(&import.name)?);
        let name = import.name.split_once('@').map_or(import.name.as_str(), |(name, _)| name);
        let needed = grant_of(name).filter(|grant| !import.only_types && !is_granted(*grant, grants));
        missing.extend(needed.map(|grant| Missing { import: name.into(), grant, names: names_of(manifest, grant) }));
    }
    if missing.is_empty() { Ok(interfaces) } else { Err(Refusal::NotGranted(missing)) }
}

/// Whether this gateway offers an import, granted or not.
pub(crate) fn is_known(import: &str) -> bool {
    interface(import).is_ok()
}

/// The interface of our package that an import names. Absent: it is one of WASI's.
///
/// # Errors
/// When this gateway does not offer it.
fn interface(import: &str) -> Result<Option<&str>, Refusal> {
    let (name, version) = import.split_once('@').unwrap_or((import, ""));
    match name.split_once('/') {
        Some((PACKAGE, interface)) if is_offered(version) && INTERFACES.contains(&interface) => Ok(Some(interface)),
        Some((PACKAGE, _)) => Err(Refusal::NewerGateway { import: import.into() }),
        _ if wasi::offers(name, version) => Ok(None),
        _ => Err(Refusal::UnknownImport(import.into())),
    }
}

/// The key of `grants` that an interface needs, by its name without a version. Absent: it needs none.
pub(crate) fn grant_of(name: &str) -> Option<Grant> {
    Some(match name {
        "ringback:gateway/buckets" => Grant::Buckets,
        "ringback:gateway/callbacks" => Grant::CallbackHosts,
        "ringback:gateway/signer" => Grant::Secrets,
        "wasi:http/outgoing-handler" => Grant::Hosts,
        _ => return None,
    })
}

fn is_granted(grant: Grant, grants: &Grants) -> bool {
    match grant {
        Grant::Buckets => grants.buckets != BucketGrant::default(),
        Grant::CallbackHosts => !grants.callback_hosts.is_empty(),
        Grant::Secrets => !grants.secrets.is_empty(),
        Grant::Hosts => !grants.hosts.is_empty(),
    }
}

/// The names that a manifest asks for under `[needs]`. Empty: it asks for none, or is no TOML, which is for whoever reads
/// all of it to tell.
fn names_of(manifest: Option<&str>, grant: Grant) -> Vec<String> {
    let manifest: Option<toml::Table> = manifest.and_then(|text| text.parse().ok());
    let names = manifest.as_ref().and_then(|manifest| manifest.get("needs")?.get(grant.key())?.as_array());
    names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Whether an export is a hook of our package, in a version that is offered.
pub(crate) fn is_hook(export: &str, hook: &str) -> bool {
    let (name, version) = export.split_once('@').unwrap_or((export, ""));
    name.split_once('/') == Some((PACKAGE, hook)) && is_offered(version)
}

/// Whether an export is of our package, in whatever version.
pub(crate) fn is_of_the_contract(export: &str) -> bool {
    export.split_once('/').is_some_and(|(package, _)| package == PACKAGE)
}

/// Whether a version is of the offered one's compatibility track: the same minor version of 0.
fn is_offered(version: &str) -> bool {
    let track = |version: &str| version.rsplit_once('.').map(|(track, _)| track.to_owned());
    track(version) == track(OFFERED)
}
