//! The contract in `wit/` and what the host links and calls are the same.

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

use super::support::{HOST, source};

/// Everything of the contract.
const OFFERED: &str = "
    package test:everything;
    world everything {
        import ringback:gateway/types@0.1.0;
        import ringback:gateway/requests@0.1.0;
        import ringback:gateway/buckets@0.1.0;
        import ringback:gateway/callbacks@0.1.0;
        import ringback:gateway/clock@0.1.0;
        import ringback:gateway/random@0.1.0;
        import ringback:gateway/log@0.1.0;
        import ringback:gateway/config@0.1.0;
        import ringback:gateway/signer@0.1.0;
        import ringback:gateway/templates@0.1.0;
        import ringback:gateway/upstream@0.1.0;
        export ringback:gateway/responder@0.1.0;
        export ringback:gateway/renderer@0.1.0;
        export ringback:gateway/callback-policy@0.1.0;
        export ringback:gateway/body-stream@0.1.0;
    }";

#[test]
fn every_function_of_the_contract_is_linked_and_every_hook_is_found() {
    let mut resolve = Resolve::default();
    resolve.push_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../wit")).unwrap();
    let package = resolve.push_str("everything.wit", OFFERED).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    let component = ComponentEncoder::default().module(&module).unwrap().encode().unwrap();
    let plugin = HOST.load(source("everything", &component)).unwrap_or_else(|error| panic!("{error}"));
    let hooks = plugin.hooks();
    assert!(hooks.responder && hooks.renderer && hooks.callback_policy && hooks.body_stream, "{hooks:?}");
    assert_eq!(plugin.imports().len(), 11, "{:?}", plugin.imports());
}
