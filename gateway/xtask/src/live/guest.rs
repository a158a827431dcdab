//! The plugins that are dropped in: core modules in WAT with their world in them, of which the gateway makes components.

use std::path::Path;

use anyhow::{Context, Result};
use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What a guest does when it is called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Does {
    /// Answers 200 with a number, always of nine digits.
    Tell(usize),
    /// Never returns.
    Spin,
}

/// A responder.
pub(super) fn responder(root: &Path, does: Does) -> Result<Vec<u8>> {
    let (text, spin) = match does {
        Does::Tell(number) => (format!("{number:09}"), ""),
        Does::Spin => (String::new(), "(loop $again (br $again))"),
    };
    let length = text.len();
    // The answer is at 1024: ok, status 200, no fields, a text of so many bytes at 2048 (`wit/responder.wit`). The head and
    // the handle of the request come by pointer, the handle behind the 88 bytes of the head.
    let wat = format!(
        r#"(module
            (import "ringback:gateway/requests@0.1.0" "[resource-drop]request" (func $drop (param i32)))
            (memory (export "memory") 1)
            (global $free (mut i32) (i32.const 4096))
            (data (i32.const 1028) "\c8\00")
            (data (i32.const 1040) "\01\00\00\00\00\08\00\00\{length:02x}\00\00\00")
            (data (i32.const 2048) "{text}")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                (global.set $free (i32.add (local.get $at) (local.get 3)))
                (local.get $at))
            (func (export "ringback:gateway/responder@0.1.0#respond") (param $params i32) (result i32)
                (call $drop (i32.load offset=88 (local.get $params)))
                {spin}
                (i32.const 1024)))"#
    );
    let mut module = wat::parse_str(wat).context("the guest does not parse")?;
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root.join("wit"))?;
    let world = resolve.select_world(&[package], Some("responder-plugin"))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)?;
    Ok(module)
}
