//! The gate: what a file must be before a byte of it is compiled. Size, validity, the world, imports against grants, in
//! that order; each check reads only what the ones before it have proven.

use std::{borrow::Cow, collections::BTreeSet};

use ringback_model::{environment::Grants, limits};
use wasmparser::{Parser, Payload, Validator, types::Types};

use crate::{
    engine::{ACCEPTED, CORE_INSTANCES_MAX},
    error::{Bytes, Refusal},
};

mod imports;
mod sections;

pub(crate) use imports::{Import, grant_of, is_hook, is_known, is_of_the_contract, names};
pub(crate) use sections::Sections;

/// The version of the contract that this gateway offers. Later ones of the same minor version only add to it.
pub(crate) const OFFERED: &str = "0.1.0";
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
    /// Its manifest. Absent: there is none in it.
    pub(crate) manifest: Option<String>,
}

/// A file that is a component, or was made one.
pub(crate) struct Opened<'a> {
    /// The component.
    pub(crate) component: Cow<'a, [u8]>,
    /// What the validator knows of it.
    pub(crate) types: Types,
}

/// Checks a file.
///
/// # Errors
/// The first thing that keeps it out.
pub(crate) fn pass<'a>(file: &'a [u8], grants: &Grants, memory_max_bytes: usize) -> Result<Passed<'a>, Refusal> {
    let Opened { component, types } = open(file)?;
    check_sizes(&component, memory_max_bytes)?;
    let manifest = Sections::of(file)?.manifest;
    let (imports, exports) = names(&component, &types)?;
    let interfaces = imports::check(&imports, grants, manifest.as_deref())?;
    let interfaces = interfaces.into_iter().map(str::to_owned).collect();
    let imports = imports.into_iter().map(|import| import.name).collect();
    Ok(Passed { component, imports, exports, interfaces, manifest })
}

/// Takes a file for a component: its size, its kind and its validity.
///
/// # Errors
/// What keeps it from being one.
pub(crate) fn open(file: &[u8]) -> Result<Opened<'_>, Refusal> {
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
    let types = validate(&component)?;
    Ok(Opened { component, types })
}

fn validate(wasm: &[u8]) -> Result<Types, Refusal> {
    Validator::new_with_features(ACCEPTED).validate_all(wasm).map_err(|error| not_valid(&error))
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
    let mut core_instances = 0;
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
            Payload::InstanceSection(instances) => {
                for instance in instances {
                    let instance = instance.map_err(|error| not_valid(&error))?;
                    core_instances += usize::from(matches!(instance, wasmparser::Instance::Instantiate { .. }));
                }
            }
            _ => {}
        }
    }
    if core_instances > CORE_INSTANCES_MAX as usize {
        let most = CORE_INSTANCES_MAX;
        return Err(Refusal::TooDemanding(format!("{core_instances} core instances, {most} are the most")));
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
