//! Content that a plugin makes piece by piece.

use std::sync::Arc;

use ringback_model::{
    environment::Instances,
    fault::{FaultKind, PluginFault},
    http_values::Content,
    limits,
    ports::BodyStream,
};
use ringback_wasm::{Host, Plugin};

use super::support::{HOST, Wat, call, encode_with, host, load, respond, source};

/// A guest that answers with stream 7 and makes its pieces: `next` has counted its calls in `$pieces`, and its result is at
/// 1800: ok, a piece at 1804, its place and length at 1808 and 1812.
fn streams(next: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "ringback:gateway/requests@0.1.0" "[resource-drop]request" (func $drop (param i32)))
            (import "ringback:gateway/buckets@0.1.0" "push" (func $push (param i32 i32 i32 i32 i32 i32 i32)))
            (memory (export "memory") 300)
            (global $free (mut i32) (i32.const 4096))
            (global $pieces (mut i32) (i32.const 0))
            (data (i32.const 1028) "\c8\00")
            (data (i32.const 2048) "orders1abcdef")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (global.set $free (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                (global.get $free)
                (global.set $free (i32.add (global.get $free) (local.get 3))))
            (func (export "ringback:gateway/responder@0.1.0#respond") (param $params i32) (result i32)
                (call $drop (i32.load offset=88 (local.get $params)))
                (i32.store (i32.const 1040) (i32.const 4))
                (i32.store (i32.const 1044) (i32.const 7))
                (i32.const 1024))
            (func (export "ringback:gateway/body-stream@0.1.0#next") (param $number i32) (result i32)
                (if (i32.ne (local.get $number) (i32.const 7)) (then unreachable))
                (global.set $pieces (i32.add (global.get $pieces) (i32.const 1)))
                (i32.store (i32.const 1800) (i32.const 0))
                (i32.store (i32.const 1804) (i32.const 1))
                {next}
                (i32.const 1800)))"#
    );
    encode_with(&text, &["requests", "buckets"], &["responder", "body-stream"])
}

/// Three pieces: `a`, `ab`, `abc`.
const THREE: &str = "
    (i32.store (i32.const 1808) (i32.const 2055))
    (i32.store (i32.const 1812) (global.get $pieces))
    (if (i32.gt_u (global.get $pieces) (i32.const 3)) (then (i32.store (i32.const 1804) (i32.const 0))))";

/// A piece of so many bytes each time.
fn endless(bytes: u32) -> String {
    format!("(i32.store (i32.const 1808) (i32.const 65536)) (i32.store (i32.const 1812) (i32.const {bytes}))")
}

pub(crate) async fn stream(plugin: &Arc<Plugin>) -> Box<dyn BodyStream> {
    let (answer, unit) = respond(plugin, call("/", "")).await.unwrap();
    assert!(unit.is_empty());
    let Content::Streamed(stream) = answer.body else { panic!("{:?}", answer.body) };
    stream
}

pub(crate) fn streaming(host: &Host, next: &str, instances: Instances) -> Arc<Plugin> {
    let mut source = source("streams", &streams(next));
    source.instances = instances;
    host.load(source).unwrap_or_else(|error| panic!("{error}"))
}

/// All pieces of a stream, and how it ended.
pub(crate) async fn all(mut stream: Box<dyn BodyStream>) -> (Vec<usize>, Option<PluginFault>) {
    let mut pieces = vec![];
    loop {
        match stream.next().await {
            Ok(Some(piece)) => pieces.push(piece.len()),
            Ok(None) => return (pieces, None),
            Err(fault) => return (pieces, Some(fault)),
        }
    }
}

/// All pieces of a stream that ends well.
async fn whole(stream: Box<dyn BodyStream>) -> Vec<usize> {
    let (pieces, fault) = all(stream).await;
    assert!(fault.is_none(), "{fault:?}");
    pieces
}

const WARM: Instances = Instances::Warm { reuse: 1_000, max: None };

#[tokio::test]
async fn pieces_come_from_the_instance_that_answered_until_it_says_that_was_all() {
    assert_eq!(whole(stream(&streaming(&HOST, THREE, Instances::Fresh)).await).await, [1, 2, 3]);
    // A warm one goes on to the next call: it has counted four pieces, and gives none.
    let plugin = streaming(&HOST, THREE, WARM);
    assert_eq!(whole(stream(&plugin).await).await.len(), 3);
    assert_eq!(whole(stream(&plugin).await).await.len(), 0);
}

#[tokio::test]
async fn a_stream_holds_its_permit_until_it_has_ended_or_is_dropped() {
    let host = host(|options| options.concurrency = 2);
    let plugin = streaming(&host, THREE, WARM);
    let begun = stream(&plugin).await;
    assert_eq!((host.metrics().running, host.metrics().instances), (1, 1));
    drop(begun);
    assert_eq!((host.metrics().running, host.metrics().instances), (0, 0));
    all(stream(&plugin).await).await;
    assert_eq!((host.metrics().running, host.metrics().instances), (0, 1));
}

#[tokio::test]
async fn a_piece_that_fails_ends_the_stream_and_says_why() {
    let ended = async |next: &str| {
        let fault = all(stream(&streaming(&HOST, next, WARM)).await).await.1.unwrap();
        (fault.kind, fault.message)
    };
    assert_eq!(ended("unreachable").await.0, FaultKind::Trap);
    let spins = ended("(loop $again (br $again))").await;
    assert_eq!(spins, (FaultKind::Cpu, "used more than 100 ms of CPU".into()));
    let error = "(i32.store (i32.const 1800) (i32.const 1)) (i32.store (i32.const 1804) (i32.const 2048))
        (i32.store (i32.const 1808) (i32.const 6)) (i32.store (i32.const 1812) (i32.const 0))";
    assert_eq!(ended(error).await, (FaultKind::Error, "failed: orders".into()));
}

#[tokio::test]
async fn a_stream_that_never_ends_does() {
    let (pieces, fault) = all(stream(&streaming(&HOST, &endless(16 << 20), Instances::Fresh)).await).await;
    assert_eq!(pieces.iter().sum::<usize>() as u64, limits::RESPONSE_BODY_STREAM_MAX_BYTES);
    assert_eq!(fault.unwrap().message, "streamed more than 1024 MiB");
    let (_, fault) = all(stream(&streaming(&HOST, &endless(0), Instances::Fresh)).await).await;
    assert_eq!(fault.unwrap().message, "streamed 1001 empty pieces one after the other");
    let (_, fault) = all(stream(&streaming(&HOST, &endless(18 << 20), Instances::Fresh)).await).await;
    assert_eq!(fault.unwrap().message, "handed over more than 17 MiB at once");
}

#[tokio::test]
async fn what_a_piece_changes_is_for_itself_alone() {
    // It pushes to a bucket before each piece, which is taken: otherwise it would spin.
    let pushes = format!(
        "(call $push (i32.const 2048) (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 2054) (i32.const 1) (i32.const 1900))
        (if (i32.load8_u (i32.const 1900)) (then (loop $refused (br $refused)))) {THREE}"
    );
    assert_eq!(whole(stream(&streaming(&HOST, &pushes, Instances::Fresh)).await).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_stream_needs_the_hook_that_makes_it() {
    let guest = Wat::respond("(i32.store offset=16 (global.get $ok) (i32.const 4)) (global.get $ok)");
    let fault = respond(&load(&guest), call("/", "")).await.map(drop).unwrap_err();
    assert_eq!(
        (fault.kind, fault.message.as_str()),
        (FaultKind::Invalid, "answered with a stream, and exports no `body-stream`")
    );
}
