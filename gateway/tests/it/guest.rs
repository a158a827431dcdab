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
        std::fs::write(file, self.bytes()).unwrap();
    }

    /// Its core module with its world in it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        bytes(&self.text(), "responder-plugin")
    }

    /// Its core module.
    fn text(&self) -> String {
        let Self { imports, items, respond } = self;
        format!(
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
        )
    }
}

/// A responder that answers with this status: what a version is told by.
pub(crate) fn version(status: u16) -> Vec<u8> {
    let respond = format!("(i32.store16 offset=4 (global.get $answer) (i32.const {status}))");
    Guest { respond: &respond, ..Guest::default() }.bytes()
}

/// A module with a manifest in it, as `ringback plugin build` embeds one.
pub(crate) fn with_manifest(mut module: Vec<u8>, manifest: &str) -> Vec<u8> {
    fn leb(mut n: usize, to: &mut Vec<u8>) {
        while n >= 0x80 {
            to.push(u8::try_from(n & 0x7f).unwrap() | 0x80);
            n >>= 7;
        }
        to.push(u8::try_from(n).unwrap());
    }
    let mut section = vec![];
    leb("ringback:manifest".len(), &mut section);
    section.extend(b"ringback:manifest");
    section.extend(manifest.as_bytes());
    module.push(0);
    leb(section.len(), &mut module);
    module.extend(section);
    module
}

/// Writes a core module in WAT, with a world of the contract in it.
pub(crate) fn write(file: &Path, text: &str, world: &str) {
    std::fs::write(file, bytes(text, world)).unwrap();
}

/// A world of the tests' own, with what a guest that streams imports and exports.
const STREAMING: &str = "package test:streaming; world streaming {
    import ringback:gateway/types@0.1.0;
    import ringback:gateway/requests@0.1.0;
    export ringback:gateway/responder@0.1.0;
    export ringback:gateway/body-stream@0.1.0;
}";

/// A responder whose content comes piece by piece: `next` gives what it points to.
pub(crate) fn streaming(next: &str) -> Vec<u8> {
    let guest = Guest {
        items: &format!(
            r#"(global $asked (mut i32) (i32.const 0))
               (data (i32.const 2048) "piece")
               (func (export "ringback:gateway/body-stream@0.1.0#next") (param $number i32) (result i32)
                   (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
                   (i32.store (i32.const 3072) (i32.const 0))
                   (i32.store (i32.const 3076) (i32.const 1))
                   (i32.store (i32.const 3080) (i32.const 2048))
                   (i32.store (i32.const 3084) (i32.const 5))
                   {next}
                   (i32.const 3072))"#
        ),
        respond: "(i32.store8 offset=16 (global.get $answer) (i32.const 4)) (i32.store offset=20 (global.get $answer) (i32.const 7))",
        imports: "",
    };
    let mut module = wat::parse_str(guest.text()).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    resolve.push_dir(repository("wit")).unwrap();
    let package = resolve.push_str("streaming.wit", STREAMING).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    module
}

/// A core module in WAT, with a world of the contract in it.
pub(crate) fn bytes(text: &str, world: &str) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(repository("wit")).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    module
}
