//! `wasi:http` for guests whose language has an HTTP client.

use ringback_model::ports::FetchError;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

use super::{
    logging::logged_by_plugin,
    support::{HOST, call, contract, respond, source, text, texts},
    upstream::{Server, asking},
};

/// A guest that sends `POST http://HOST/x?y` with `ping`, and answers with what it gets: the status and the content, or 200
/// and the number of WASI's error.
fn asks(host: &str) -> Vec<u8> {
    let (data, arguments) = texts(2048, &[host, "/x?y", "ping", "x-a", "b"]);
    let [host, path, ping, name, value] = arguments.try_into().unwrap();
    let wat = format!(
        r#"(module
        (import "ringback:gateway/requests@0.1.0" "[resource-drop]request" (func $drop (param i32)))
        (import "wasi:http/types@0.2.12" "[constructor]fields" (func $fields (result i32)))
        (import "wasi:http/types@0.2.12" "[method]fields.append" (func $append (param i32 i32 i32 i32 i32 i32)))
        (import "wasi:http/types@0.2.12" "[constructor]outgoing-request" (func $request (param i32) (result i32)))
        (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-method" (func $method (param i32 i32 i32 i32) (result i32)))
        (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-scheme" (func $scheme (param i32 i32 i32 i32 i32) (result i32)))
        (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-authority" (func $authority (param i32 i32 i32 i32) (result i32)))
        (import "wasi:http/types@0.2.12" "[method]outgoing-request.set-path-with-query" (func $path (param i32 i32 i32 i32) (result i32)))
        (import "wasi:http/types@0.2.12" "[method]outgoing-request.body" (func $body (param i32 i32)))
        (import "wasi:http/types@0.2.12" "[method]outgoing-body.write" (func $write (param i32 i32)))
        (import "wasi:http/types@0.2.12" "[static]outgoing-body.finish" (func $finish (param i32 i32 i32 i32)))
        (import "wasi:http/types@0.2.12" "[method]future-incoming-response.subscribe" (func $subscribe (param i32) (result i32)))
        (import "wasi:http/types@0.2.12" "[method]future-incoming-response.get" (func $get (param i32 i32)))
        (import "wasi:http/types@0.2.12" "[method]incoming-response.status" (func $status (param i32) (result i32)))
        (import "wasi:http/types@0.2.12" "[method]incoming-response.consume" (func $consume (param i32 i32)))
        (import "wasi:http/types@0.2.12" "[method]incoming-body.stream" (func $stream (param i32 i32)))
        (import "wasi:http/outgoing-handler@0.2.12" "handle" (func $handle (param i32 i32 i32 i32)))
        (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func $print (param i32 i32 i32 i32)))
        (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func $close (param i32)))
        (import "wasi:io/streams@0.2.12" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
        (import "wasi:io/poll@0.2.12" "poll" (func $poll (param i32 i32 i32)))
        (memory (export "memory") 1)
        (global $free (mut i32) (i32.const 4096))
        (data (i32.const 1028) "\c8\00")
        {data}
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (global.set $free (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
            (global.get $free)
            (global.set $free (i32.add (global.get $free) (local.get 3))))
        (func $fine (param i32) (if (local.get 0) (then unreachable)))
        (func (export "ringback:gateway/responder@0.1.0#respond") (param $params i32) (result i32)
            (local $headers i32) (local $request i32) (local $body i32) (local $out i32) (local $future i32) (local $answer i32)
            (call $drop (i32.load offset=88 (local.get $params)))
            (local.set $headers (call $fields))
            (call $append (local.get $headers) {name} {value} (i32.const 1800))
            (call $fine (i32.load8_u (i32.const 1800)))
            (local.set $request (call $request (local.get $headers)))
            (call $fine (call $method (local.get $request) (i32.const 2) (i32.const 0) (i32.const 0)))
            (call $fine (call $scheme (local.get $request) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
            (call $fine (call $authority (local.get $request) (i32.const 1) {host}))
            (call $fine (call $path (local.get $request) (i32.const 1) {path}))
            (call $body (local.get $request) (i32.const 1800))
            (local.set $body (i32.load (i32.const 1804)))
            ;; The request is handed over before its content is written, as bindings do.
            (call $handle (local.get $request) (i32.const 0) (i32.const 0) (i32.const 1800))
            (call $fine (i32.load8_u (i32.const 1800)))
            (local.set $future (i32.load (i32.const 1808)))
            (call $write (local.get $body) (i32.const 1800))
            (local.set $out (i32.load (i32.const 1804)))
            (call $print (local.get $out) {ping} (i32.const 1800))
            (call $fine (i32.load8_u (i32.const 1800)))
            (call $close (local.get $out))
            (call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 1800))
            (i32.store (i32.const 1700) (call $subscribe (local.get $future)))
            (call $poll (i32.const 1700) (i32.const 1) (i32.const 1800))
            (call $fine (i32.ne (i32.load (i32.const 1804)) (i32.const 1)))
            (call $get (local.get $future) (i32.const 1800))
            (if (i32.load8_u (i32.const 1816))
                (then
                    (i32.store16 (i32.const 1028) (i32.add (i32.const 200) (i32.load8_u (i32.const 1824))))
                    (return (i32.const 1024))))
            (local.set $answer (i32.load (i32.const 1824)))
            (i32.store16 (i32.const 1028) (call $status (local.get $answer)))
            (call $consume (local.get $answer) (i32.const 1800))
            (call $stream (i32.load (i32.const 1804)) (i32.const 1800))
            (call $read (i32.load (i32.const 1804)) (i64.const 1000) (i32.const 1800))
            (i32.store (i32.const 1040) (i32.const 2))
            (i32.store (i32.const 1044) (i32.load (i32.const 1804)))
            (i32.store (i32.const 1048) (i32.load (i32.const 1808)))
            (i32.const 1024)))"#
    );
    let mut module = wat::parse_str(wat).unwrap_or_else(|error| panic!("{error}"));
    let (mut resolve, _) = contract("plugin");
    resolve.push_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/wit/wasi-http")).unwrap();
    let wit = "package test:guest;
        world client {
            import ringback:gateway/requests@0.1.0;
            import wasi:http/outgoing-handler@0.2.12;
            export ringback:gateway/responder@0.1.0;
        }";
    let package = resolve.push_str("guest.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap_or_else(|error| panic!("{error:#}"))
}

#[tokio::test]
async fn a_request_goes_out_once_its_content_is_written_and_its_answer_is_read() {
    let server = Server::answering(Ok("pong"));
    let plugin = asking(&server).load(source("asks", &asks("api.example.com:8080"))).unwrap_or_else(|e| panic!("{e}"));
    for _ in 0..2 {
        let (answer, _) = respond(&plugin, call("/", "")).await.unwrap();
        assert_eq!((answer.status.as_u16(), text(&answer)), (201, "pong"));
        let asked = server.asked.lock().pop().unwrap();
        assert_eq!((asked.method.as_str(), asked.body.as_ref()), ("POST", &b"ping"[..]));
        assert_eq!(asked.url, "http://api.example.com:8080/x?y");
        assert_eq!((asked.headers.len(), asked.headers[0].1.as_bytes()), (1, &b"b"[..]));
    }
}

#[tokio::test]
async fn what_goes_wrong_is_one_of_wasis_errors_and_in_the_log() {
    let told = async |host: &str, answer| {
        let server = Server::answering(answer);
        let plugin = asking(&server).load(source("test", &asks(host))).unwrap();
        let (answered, log) = logged_by_plugin(&plugin, call("/", "")).await;
        (answered.unwrap().status.as_u16() - 200, log)
    };
    let (denied, log) = told("evil.example", Ok("")).await;
    assert_eq!(denied, 15);
    assert!(log.contains("host `evil.example:80` was not granted; granted: `api.example.com`"), "{log}");
    let (private, log) = told("api.example.com", Err(FetchError::Denied("is private".into()))).await;
    assert!(private == 15 && log.contains("is private"), "{log}");
    assert_eq!(told("api.example.com", Err(FetchError::TimedOut)).await.0, 33);
    assert_eq!(told("api.example.com", Err(FetchError::Failed("broken".into()))).await.0, 38);
    assert_eq!(told("api.example.com", Err(FetchError::TooLarge(1))).await.0, 28);
}

#[test]
fn without_a_granted_host_the_line_that_grants_one_is_told() {
    let mut source = source("asks", &asks("api.example.com"));
    source.grants.hosts.clear();
    let error = HOST.load(source).unwrap_err();
    assert_eq!(error.to_string(), "plugin `asks` imports `wasi:http/outgoing-handler`, which it was not granted");
    assert_eq!(error.help().as_deref(), Some(r#"add `grants = { hosts = ["api.example.com"] }`"#));
}

#[tokio::test]
async fn a_gateway_that_asks_nobody_says_so() {
    let plugin = HOST.load(source("asks", &asks("api.example.com"))).unwrap();
    let (answer, _) = respond(&plugin, call("/", "")).await.unwrap();
    assert_eq!(answer.status.as_u16(), 215);
}
