//! Makes a component of a core module: finds the world that it was written for, or makes one of the hooks that it exports,
//! and puts the preview-1 adapter in where a language's runtime speaks that.

use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, SourceMap};

use crate::{files, stamp::CONTRACT};

/// What a bindings generator leaves in a core module: the world, in a custom section of this name and a suffix.
const WORLD_SECTION: &str = "component-type";
/// The hooks that a plugin may export, each an interface of the contract.
const HOOKS: [&str; 5] = ["configuration", "responder", "renderer", "callback-policy", "body-stream"];

/// Why a module makes no component.
#[derive(Debug, thiserror::Error)]
pub enum ComponentError {
    /// It exports nothing that a gateway calls.
    #[error("the plugin has no hook: it exports none of `{}`", HOOKS.join("`, `"))]
    NoHook,
    /// It is not what its world says, or no module at all.
    #[error("{0}")]
    Other(String),
}

/// What a look at a module tells.
#[derive(Default)]
struct Module {
    has_world: bool,
    /// Whether it speaks WASI preview 1.
    is_preview1: bool,
    /// Names of the contract's hooks.
    hooks: Vec<&'static str>,
}

/// Makes a component of a core module.
///
/// # Errors
/// When it has no hook, or is no module of its world.
pub(crate) fn encode(mut module: Vec<u8>) -> Result<Vec<u8>, ComponentError> {
    let seen = Module::look(&module).map_err(other)?;
    if !seen.has_world {
        embed(&mut module, &seen.hooks)?;
    }
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(&module).map_err(other)?;
    if seen.is_preview1 {
        // Go believes that it alone grows its memory: the adapter must not, and allocates by what the module exports.
        let (name, adapter) = (WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
        encoder.adapter(name, adapter).map_err(other)?;
    }
    encoder.encode().map_err(other)
}

/// Writes the world that a module's hooks make into it: the author wrote none that could differ from the code.
fn embed(module: &mut Vec<u8>, hooks: &[&str]) -> Result<(), ComponentError> {
    if hooks.is_empty() {
        return Err(ComponentError::NoHook);
    }
    let exports: String = hooks.iter().map(|hook| format!("export ringback:gateway/{hook}@{CONTRACT};\n")).collect();
    let world = format!(
        "package ringback:plugin;\nworld plugin {{\ninclude ringback:gateway/imports@{CONTRACT};\n{exports}}}\n"
    );
    let mut contract = SourceMap::new();
    for file in files::CONTRACT {
        contract.push(Path::new(file.path), String::from_utf8_lossy(file.content));
    }
    let mut resolve = Resolve::default();
    let group = contract.parse().map_err(|(_, error)| other(error))?;
    resolve.push_group(group).map_err(other)?;
    let package = resolve.push_source("plugin.wit", &world).map_err(other)?;
    let world = resolve.select_world(&[package], Some("plugin")).map_err(other)?;
    embed_component_metadata(module, &resolve, world, StringEncoding::UTF8, false).map_err(other)
}

/// Takes the whole chain of reasons: the first one alone says nothing.
fn other(error: impl std::fmt::Display) -> ComponentError {
    ComponentError::Other(format!("{error:#}"))
}

// === impl Module ===

impl Module {
    fn look(bytes: &[u8]) -> wasmparser::Result<Self> {
        let mut seen = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::CustomSection(section) => seen.has_world |= section.name().starts_with(WORLD_SECTION),
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        seen.is_preview1 |= import?.module == WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let hook = hook(export?.name).filter(|hook| !seen.hooks.contains(hook));
                        seen.hooks.extend(hook);
                    }
                }
                _ => {}
            }
        }
        Ok(seen)
    }
}

/// The hook that a function of a module belongs to: `ringback:gateway/responder@0.1.0#respond`.
fn hook(export: &str) -> Option<&'static str> {
    let (interface, _) = export.strip_prefix("ringback:gateway/")?.split_once('#')?;
    let name = interface.strip_suffix(CONTRACT)?.strip_suffix('@')?;
    HOOKS.into_iter().find(|hook| *hook == name)
}

#[cfg(test)]
mod tests {
    use super::{ComponentError, encode, hook};

    #[test]
    fn a_hook_is_known_by_its_functions() {
        assert_eq!(hook("ringback:gateway/responder@0.1.0#respond"), Some("responder"));
        assert_eq!(hook("cabi_post_ringback:gateway/responder@0.1.0#respond"), None);
        assert_eq!(hook("ringback:gateway/buckets@0.1.0#get"), None);
    }

    #[test]
    fn a_module_without_a_world_gets_the_one_of_its_hooks() {
        let module = wat::parse_str(
            r#"(module
                (memory (export "memory") 1)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
                (func (export "ringback:gateway/configuration@0.1.0#configure") (param i32 i32) (result i32) (i32.const 8)))"#,
        );
        let component = encode(module.unwrap()).unwrap();
        let text = String::from_utf8_lossy(&component);
        assert!(text.contains("ringback:gateway/configuration@0.1.0") && !text.contains("ringback:gateway/buckets"));
        let empty = encode(wat::parse_str("(module)").unwrap());
        assert!(matches!(empty, Err(ComponentError::NoHook)), "{empty:?}");
    }
}
