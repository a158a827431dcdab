//! The gate: what a file must be before a byte of it is compiled. Size, validity, the world, imports against grants, in
//! that order; each check reads only what the ones before it have proven.

use std::{borrow::Cow, collections::BTreeSet};

use ringback_model::{
    environment::{BucketGrant, Grants},
    limits,
};
use wasmparser::{Parser, Payload, Validator};

use crate::{
    engine::ACCEPTED,
    error::{Bytes, Refusal},
    imports::PACKAGE,
    wasi,
};

/// The version of the contract that this gateway offers. Later ones of the same minor version only add to it.
const OFFERED: &str = "0.1.0";
/// The custom section in which bindings generators leave the world of a core module, and its suffixed forms.
const WORLD_SECTION: &str = "component-type";

/// A file that passed.
pub(crate) struct Passed<'a> {
    /// The component.
    pub(crate) component: Cow<'a, [u8]>,
    /// Everything that it imports, as it says.
    pub(crate) imports: Vec<String>,
    /// Everything that it exports, as it says.
    pub(crate) exports: Vec<String>,
    /// The interfaces of our package that it imports, by name.
    pub(crate) interfaces: BTreeSet<String>,
}

/// Checks a file.
///
/// # Errors
/// The first thing that keeps it out.
pub(crate) fn pass<'a>(file: &'a [u8], grants: &Grants, memory_max_bytes: usize) -> Result<Passed<'a>, Refusal> {
    if file.len() > limits::COMPONENT_MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    if wasmtime::Engine::detect_precompiled(file).is_some() {
        return Err(Refusal::Precompiled);
    }
    let component = if Parser::is_component(file) {
        Cow::Borrowed(file)
    } else if Parser::is_core_wasm(file) {
        Cow::Owned(componentise(file)?)
    } else {
        return Err(Refusal::NotWasm);
    };
    validate(&component)?;
    check_sizes(&component, memory_max_bytes)?;
    let (imports, exports) = names(&component).map_err(|error| not_valid(&error))?;
    let mut interfaces = BTreeSet::new();
    for import in &imports {
        if let Some(interface) = check(import, grants)? {
            interfaces.insert(interface.to_owned());
        }
    }
    Ok(Passed { component, imports, exports, interfaces })
}

fn validate(wasm: &[u8]) -> Result<(), Refusal> {
    let mut validator = Validator::new_with_features(ACCEPTED);
    validator.validate_all(wasm).map(drop).map_err(|error| not_valid(&error))
}

/// Wraps a core module with an embedded world, so that an author needs no tool beyond the compiler.
fn componentise(module: &[u8]) -> Result<Vec<u8>, Refusal> {
    validate(module)?;
    let has_world = Parser::new(0).parse_all(module).any(
        |payload| matches!(payload, Ok(Payload::CustomSection(section)) if section.name().starts_with(WORLD_SECTION)),
    );
    if !has_world {
        return Err(Refusal::NoWorld);
    }
    let mut encoder = wit_component::ComponentEncoder::default();
    encoder
        .validate(true)
        .module(module)
        .and_then(|encoder| encoder.encode())
        .map_err(|error| Refusal::NotComponent(format!("{error:#}")))
}

/// Refuses a memory or a table that is too large from the start. How many there are shows only once it is compiled.
fn check_sizes(component: &[u8], memory_max_bytes: usize) -> Result<(), Refusal> {
    const PAGE_BYTES: u64 = 64 << 10;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(|error| not_valid(&error))? {
            Payload::MemorySection(memories) => {
                for memory in memories {
                    let bytes = memory.map_err(|error| not_valid(&error))?.initial.saturating_mul(PAGE_BYTES);
                    check_memory(bytes, memory_max_bytes)?;
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    check_table(table.map_err(|error| not_valid(&error))?.ty.initial)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_memory(bytes: u64, most: usize) -> Result<(), Refusal> {
    if bytes <= most as u64 {
        return Ok(());
    }
    let (bytes, most) = (Bytes(usize::try_from(bytes).unwrap_or(usize::MAX)), Bytes(most));
    Err(Refusal::TooDemanding(format!("{bytes} of memory at its start, its instances may have {most}")))
}

fn check_table(elements: u64) -> Result<(), Refusal> {
    let most = limits::INSTANCE_TABLE_MAX_ELEMENTS;
    if elements <= most as u64 {
        return Ok(());
    }
    Err(Refusal::TooDemanding(format!("a table of {elements} elements at its start, {most} are the most")))
}

fn not_valid(error: &wasmparser::BinaryReaderError) -> Refusal {
    Refusal::NotValid(error.to_string())
}

/// What a component imports and exports, nested ones not counted.
fn names(component: &[u8]) -> wasmparser::Result<(Vec<String>, Vec<String>)> {
    let (mut imports, mut exports) = (vec![], vec![]);
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok((imports, exports))
}

/// Refuses an import that may not be, and names the interface if it is one of our package.
fn check<'a>(import: &'a str, grants: &Grants) -> Result<Option<&'a str>, Refusal> {
    let (name, version) = import.split_once('@').unwrap_or((import, ""));
    let Some((PACKAGE, interface)) = name.split_once('/') else {
        return if wasi::offers(name, version) { Ok(None) } else { Err(Refusal::UnknownImport(import.into())) };
    };
    if !is_offered(version) {
        return Err(Refusal::Version { import: import.into(), offered: format!("{name}@{OFFERED}") });
    }
    let missing = |grant| Err(Refusal::NotGranted { import: name.into(), grant });
    match interface {
        "types" | "requests" | "clock" | "random" | "log" | "config" => Ok(Some(interface)),
        "buckets" if grants.buckets == BucketGrant::default() => missing(r#"grants = { buckets = ["..."] }"#),
        "callbacks" if grants.callback_hosts.is_empty() => missing(r#"grants = { callback-hosts = ["..."] }"#),
        "buckets" | "callbacks" => Ok(Some(interface)),
        "signer" | "templates" | "upstream" => Err(Refusal::NotOffered(name.into())),
        _ => Err(Refusal::UnknownImport(import.into())),
    }
}

/// Whether an export is a hook of our package, in a version that is offered.
pub(crate) fn is_hook(export: &str, hook: &str) -> bool {
    let (name, version) = export.split_once('@').unwrap_or((export, ""));
    name.split_once('/') == Some((PACKAGE, hook)) && is_offered(version)
}

/// Whether a version is of the offered one's compatibility track: the same minor version of 0.
fn is_offered(version: &str) -> bool {
    let track = |version: &str| version.rsplit_once('.').map(|(track, _)| track.to_owned());
    track(version) == track(OFFERED)
}
