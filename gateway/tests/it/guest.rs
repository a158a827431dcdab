//! Plugins in WAT: the core module of a responder, with holes for what a test wants to be wrong with it.

use std::path::Path;

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::support::repository;

/// A responder that answers 200 and nothing else, but for what is written over it.
#[derive(Default)]
pub(crate) struct Guest<'a> {
    pub(crate) imports: &'a str,
    pub(crate) items: &'a str,
    /// What it does before it answers. `$answer` points to the answer: at 4 the status, at 8 and 12 its header fields.
    pub(crate) respond: &'a str,
}

impl Guest<'_> {
    /// Writes it to a file. The gateway makes a component of it.
    pub(crate) fn write(&self, file: &Path) {
        let Self { imports, items, respond } = self;
        write(
            file,
            &format!(
                r#"(module
                    (import "ringback:gateway/requests@0.1.0" "[resource-drop]request" (func $drop (param i32)))
                    {imports}
                    (memory (export "memory") 1)
                    (global $answer i32 (i32.const 1024))
                    (global $free (mut i32) (i32.const 4096))
                    (data (i32.const 1028) "\c8\00")
                    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                        (local $at i32)
                        (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                        (global.set $free (i32.add (local.get $at) (local.get 3)))
                        (local.get $at))
                    {items}
                    (func (export "ringback:gateway/responder@0.1.0#respond") (param $params i32) (result i32)
                        (call $drop (i32.load offset=88 (local.get $params)))
                        {respond}
                        (global.get $answer)))"#
            ),
            "responder-plugin",
        );
    }
}

/// Writes a core module in WAT, with a world of the contract in it.
pub(crate) fn write(file: &Path, text: &str, world: &str) {
    let mut module = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(repository("wit")).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    std::fs::write(file, module).unwrap();
}
