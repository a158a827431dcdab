//! What the tests share: a host, calls to make, and components written in WAT.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, LazyLock},
};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ringback_model::{
    environment::{BucketGrant, Grants, HostPattern},
    fault::PluginFault,
    http_values::{Answer, Request},
    ids::{BucketName, EnvironmentName, PluginName, RequestId, RouteName, SessionId},
    json::Json,
    limits,
    ports::Call,
    secret::{Secret, SecretName},
    seed::Seed,
    time::Timestamp,
    unit::{Cause, Scope, Unit, View},
};
use ringback_wasm::{Host, HostOptions, LoadError, Plugin, PluginFile, PluginSource};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The guest that a Rust toolchain made: a core module with its world in it.
pub(super) const ECHO: &[u8] = include_bytes!("../guests/echo/echo.wasm");

/// One host for all tests that need nothing of their own.
pub(super) static HOST: LazyLock<Host> = LazyLock::new(|| host(|_| {}));

pub(super) fn host(change: impl FnOnce(&mut HostOptions)) -> Host {
    let mut options = HostOptions { concurrency: 8, ..HostOptions::default() };
    change(&mut options);
    Host::new(options).unwrap()
}

pub(super) fn plugin_name(name: &str) -> PluginName {
    PluginName::try_new(name).unwrap()
}

/// A source that is granted everything that there is.
pub(super) fn source(name: &str, wasm: &[u8]) -> PluginSource {
    let secret = SecretName::try_new("key").unwrap();
    PluginSource {
        grants: Grants {
            buckets: BucketGrant::All,
            callback_hosts: vec![HostPattern::try_new("localhost:9").unwrap()],
            hosts: vec![HostPattern::try_new("api.example.com").unwrap()],
            secrets: vec![secret.clone()],
            ..Grants::default()
        },
        secrets: vec![(secret, Secret::new("Jefe"))],
        config: serde_json::json!({ "reject-after": 3 }),
        ..PluginSource::new(plugin_name(name), PluginFile::Bytes(wasm.to_vec().into()))
    }
}

/// The same with all the time that there is, for what aims at another limit: on a busy machine anything may take its time.
pub(super) fn patient(name: &str, wasm: &[u8]) -> PluginSource {
    PluginSource { cpu_max: Some(limits::CALL_CPU_CEILING), ..source(name, wasm) }
}

pub(super) fn load(wasm: &[u8]) -> Arc<Plugin> {
    HOST.load(patient("test", wasm)).unwrap_or_else(|error| panic!("{error}"))
}

pub(super) fn refusal(wasm: &[u8]) -> LoadError {
    HOST.load(source("test", wasm)).expect_err("the component is refused")
}

/// A request with a header `x-id`, a parameter `x` and a body.
pub(super) fn request(path: &str, body: &str) -> Request {
    let headers = [("host", "localhost"), ("x-id", "7"), ("cookie", "a=1"), ("cookie", "b=2"), ("accept", "*/*")];
    let headers = headers.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)));
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name, value);
    }
    Request {
        id: RequestId { tag: 0x3f_a2c1, number: 12 },
        received: Timestamp::from_micros(1_795_289_922_000_000),
        session: SessionId::default(),
        method: Method::POST,
        uri: path.parse().unwrap(),
        headers: map,
        body: body.to_owned().into(),
        route: RouteName::try_new("POST /echo").unwrap(),
        params: [("x".into(), "é/1".into())].into_iter().collect(),
        number: 1,
        origin: "http://localhost:3000".into(),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        cause: None,
        depth: 0,
    }
}

/// The buckets of all calls: `orders`, an empty array, and `user`.
pub(super) fn view() -> View {
    let bucket = |name, text| (BucketName::try_new(name).unwrap(), Json::parse(text).unwrap());
    View::seeded([bucket("orders", "[]"), bucket("user", r#"{"name":"Ada","visits":1}"#)])
}

pub(super) fn call_about(request: Request) -> Call {
    let scope = Scope { environment: EnvironmentName::try_new("shop").unwrap(), session: SessionId::default() };
    let unit = Unit::new(scope, request.route.clone(), Cause::Request(request.id), request.depth, view());
    let random = Seed(7).of_request(request.id);
    Call { now: request.received, unit, random, request: Some(Arc::new(request)), upstream: None, surroundings: None }
}

/// A call whose request says how often to do something.
pub(super) fn call_times(path: &str, body: &str, times: usize) -> Call {
    let mut request = request(path, body);
    request.headers.insert("x-times", times.into());
    call_about(request)
}

pub(super) fn call(path: &str, body: &str) -> Call {
    call_about(request(path, body))
}

pub(super) async fn respond(plugin: &Arc<Plugin>, call: Call) -> Result<(Answer, Unit), PluginFault> {
    plugin.responder().expect("a responder").respond(call).await
}

/// An answer's content, which is text.
pub(super) fn text(answer: &Answer) -> &str {
    std::str::from_utf8(answer.responded().expect("content in memory").body).expect("text")
}

/// What stops a guest that is asked for `/`.
pub(super) async fn fault(wasm: &[u8]) -> PluginFault {
    respond(&load(wasm), call("/", "")).await.map(|(answer, _)| answer).expect_err("the guest is stopped")
}

/// What a plugin answers to a call, as text.
pub(super) async fn says(plugin: &Arc<Plugin>, call: Call) -> String {
    let answered = respond(plugin, call).await;
    answered.map_or_else(|fault| format!("{fault}; {:?}", fault.detail), |(answer, _)| text(&answer).into())
}

/// WAT that answers with the bytes whose place and length are at two offsets from `$at`.
pub(super) fn reply(place: u32) -> String {
    format!(
        "(i32.store offset=16 (global.get $ok) (i32.const 2))
        (i32.store offset=20 (global.get $ok) (i32.load (i32.const {place})))
        (i32.store offset=24 (global.get $ok) (i32.load (i32.const {})))
        (global.get $ok)",
        place + 4
    )
}

/// WAT of data, one text after the other from an address on, and for each what stands for it in a call: its place and length.
pub(super) fn texts(mut at: usize, texts: &[&str]) -> (String, Vec<String>) {
    let (mut data, mut arguments) = (String::new(), vec![]);
    for text in texts {
        let escaped: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        data += &format!("(data (i32.const {at}) \"{escaped}\")");
        arguments.push(format!("(i32.const {at}) (i32.const {})", text.len()));
        at += text.len();
    }
    (data, arguments)
}

/// A guest in WAT: the core module of a responder, with holes for what a test wants to be different.
///
/// Parameters come by pointer (WIT's `head` and the handle are more than 16 flat values): the head, and at 88 the handle,
/// which is given back before anything else. The result goes back by pointer, too: at 0 the discriminant of `result`,
/// then, for ok, at 4 the status, at 8 and 12 the headers, at 16 the body's discriminant, at 20 and 24 its text. `$ok`
/// points to such an answer, at 1024: 200, no headers, empty.
pub(super) struct Wat {
    pub(super) imports: &'static str,
    pub(super) items: String,
    pub(super) realloc: &'static str,
    pub(super) respond: String,
    pub(super) memory: &'static str,
    pub(super) drop_handle: &'static str,
}

impl Default for Wat {
    fn default() -> Self {
        Self {
            imports: "",
            items: String::new(),
            realloc: "(call $bump (local.get 3))",
            respond: "(global.get $ok)".into(),
            memory: "1",
            drop_handle: "(call $drop (i32.load offset=88 (local.get $params)))",
        }
    }
}

impl Wat {
    /// A guest that differs in nothing but how it answers.
    pub(super) fn respond(body: &str) -> Vec<u8> {
        Self { respond: body.into(), ..Self::default() }.build()
    }

    /// The component.
    pub(super) fn build(&self) -> Vec<u8> {
        encode(&self.text(), "responder-plugin")
    }

    fn text(&self) -> String {
        let Self { imports, items, realloc, respond, memory, drop_handle } = self;
        format!(
            r#"(module
                (import "ringback:gateway/requests@0.1.0" "[resource-drop]request" (func $drop (param i32)))
                {imports}
                (memory (export "memory") {memory})
                (global $ok i32 (i32.const 1024))
                (global $free (mut i32) (i32.const 4096))
                (data (i32.const 1028) "\c8\00")
                (func $bump (param $size i32) (result i32)
                    (local $at i32)
                    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                    (global.set $free (i32.add (local.get $at) (local.get $size)))
                    (local.get $at))
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc})
                {items}
                (func $respond (export "ringback:gateway/responder@0.1.0#respond") (param $params i32) (result i32)
                    (local $at i32)
                    {drop_handle}
                    {respond}))"#
        )
    }
}

/// A core module in WAT as a component of a world of the contract.
pub(super) fn encode(text: &str, world: &str) -> Vec<u8> {
    let (resolve, world) = contract(world);
    encode_for(text, &resolve, world)
}

/// A core module in WAT as a component of a world that imports and exports these interfaces of the contract.
pub(super) fn encode_with(text: &str, imports: &[&str], exports: &[&str]) -> Vec<u8> {
    let mut wit = "package test:guest; world guest-of-test {".to_owned();
    for (how, names) in [("import", imports), ("export", exports)] {
        names.iter().for_each(|name| wit += &format!(" {how} ringback:gateway/{name}@0.1.0;"));
    }
    let (mut resolve, _) = contract("plugin");
    let package = resolve.push_str("guest.wit", &(wit + " }")).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    encode_for(text, &resolve, world)
}

/// A file with a custom section behind it.
pub(super) fn with_section(wasm: &[u8], name: &str, data: &[u8]) -> Vec<u8> {
    let leb = |mut number: usize| {
        let mut bytes = vec![];
        while number >= 0x80 {
            bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
            number >>= 7;
        }
        bytes.push(u8::try_from(number).unwrap());
        bytes
    };
    let content = [&leb(name.len()), name.as_bytes(), data].concat();
    [wasm, &[0], &leb(content.len()), &content].concat()
}

fn encode_for(text: &str, resolve: &Resolve, world: wit_parser::WorldId) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8, false).unwrap();
    let mut encoder = ComponentEncoder::default();
    // Not validated: that is for the gate to do.
    encoder.validate(false).module(&module).unwrap().encode().unwrap_or_else(|error| panic!("{error:#}"))
}

/// The contract of `wit/`, and a world of it.
pub(super) fn contract(world: &str) -> (Resolve, wit_parser::WorldId) {
    let mut resolve = Resolve::default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../wit");
    let (package, _) = resolve.push_dir(folder).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    (resolve, world)
}
