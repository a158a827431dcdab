//! What is wrong, and what is said about it: at load where it can be known then, else in an answer that costs nobody
//! else anything.

use crate::{
    guest::{self, Guest},
    support::{Gateway, Raw, rejected},
};

// === at load ===

#[tokio::test]
async fn a_document_that_does_not_parse_says_where() {
    let toml = rejected("ringback.toml", "[[route]]\npath = \"/x\nbody = 1\n").await;
    assert_eq!(toml, TOML);
    let json = rejected("shop.json", "{\n  \"routes\": [\n    {,}\n  ]\n}\n").await;
    assert_eq!(json, JSON);
    let template = "[[route]]\npath = \"/x\"\nbody = '''\n{{#if (eq 1 2)}}\n  never closed\n'''\n";
    let template = rejected("ringback.toml", template).await;
    assert_eq!(template, TEMPLATE);
}

const TOML: &str = r#"error: invalid basic string
  --> ringback.toml:2:11
 2 | path = "/x
   |           ^ help: expected `"`
"#;

const JSON: &str = r#"error: this is not JSON: unexpected token in object
  --> shop.json:3:6
 3 |     {,}
   |      ^
"#;

const TEMPLATE: &str = r#"error: template of response `200` of route `/x` does not parse: `{{#if` is never closed
  --> ringback.toml:4:1
 4 | {{#if (eq 1 2)}}
   | ^^^^^ help: add `{{/if}}` before the end of the template
"#;

#[tokio::test]
async fn every_mistake_is_said_at_once() {
    let toml = r#"
        [[route]]
        path = "/x"
        respnse = 1
        [[route]]
        path = "/y"
        status = 9000
        callbacks = ["nope"]
        [plugin.kyc]
        path = "kyc.wasm"
        grants = { secrets = ["nope"] }
    "#;
    let said = rejected("ringback.toml", toml).await;
    for part in ["unknown key `respnse`", "9000", "callback `nope`", "secret `nope`"] {
        assert!(said.contains(part), "{part}\n{said}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ringback.toml");
    std::fs::write(&path, b"\xff\xfe\x00").unwrap();
    let options = crate::support::options(vec![path], folder.path());
    let Err(why) = ringback_gateway::start(options).await else { panic!("it started") };
    let why = why.render(ringback_gateway::Colour::Plain);
    assert!(why.contains("is not UTF-8 text"), "{why}");
    let options = crate::support::options(vec![], folder.path().join("none").as_path());
    let Err(why) = ringback_gateway::start(options).await else { panic!("it started") };
    let why = why.render(ringback_gateway::Colour::Plain);
    assert!(why.contains("name a document: `ringback serve PATH`"), "{why}");
}

#[tokio::test]
async fn a_port_in_use_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let toml = "[[route]]\npath = \"/x\"\nbody = \"x\"\n";
    let Err(why) = Gateway::try_start("ringback.toml", toml, Some(port)).await else { panic!("it started") };
    let why = why.render(ringback_gateway::Colour::Plain);
    let help = "help: end what listens there, or choose another port with `--port` or `listen` in `[server]`";
    assert!(why.contains(&format!("port {port} of 127.0.0.1 is in use")) && why.contains(help), "{why}");
    let admin =
        Gateway::with("ringback.toml", toml, |options| options.admin = Some(ringback_gateway::Admin::Loopback(port)))
            .await;
    let Err(why) = admin else { panic!("it started") };
    let why = why.render(ringback_gateway::Colour::Plain);
    assert!(why.contains(&format!("the admin API can't listen on 127.0.0.1:{port}")), "{why}");
    let own = Gateway::with("ringback.toml", toml, |options| {
        options.documents.port = Some(port);
        options.admin = Some(ringback_gateway::Admin::Loopback(port));
    })
    .await;
    let Err(why) = own else { panic!("it started") };
    let why = why.render(ringback_gateway::Colour::Plain);
    assert!(why.contains(&format!("and the admin API both listen on port {port}")), "{why}");
    let elsewhere =
        Gateway::with("ringback.toml", toml, |options| options.documents.host = Some("192.0.2.1".into())).await;
    let Err(why) = elsewhere else { panic!("it started") };
    let why = why.render(ringback_gateway::Colour::Plain);
    assert!(
        why.contains("can't listen on port 0 of 192.0.2.1") && why.contains("take an address of this machine"),
        "{why}"
    );
}

// === plugins at load ===

const KYC: &str = "[plugin.kyc]\npath = \"kyc.wasm\"\n[[route]]\npath = \"/kyc\"\nresponder = \"kyc\"\n[[route]]\npath = \"/other\"\nbody = \"other\"\n[buckets]\nusers = []\n";

/// Serves [`KYC`] with what `write` writes as its plugin.
async fn with_plugin(toml: &str, write: impl FnOnce(&std::path::Path)) -> Result<Gateway, String> {
    let started =
        Gateway::with("ringback.toml", toml, |options| write(&options.documents.working_folder.join("kyc.wasm"))).await;
    started.map_err(|rejected| rejected.render(ringback_gateway::Colour::Plain))
}

async fn refused_plugin(write: impl FnOnce(&std::path::Path)) -> String {
    with_plugin(KYC, write).await.err().expect("the plugin is refused")
}

#[tokio::test]
async fn a_plugin_that_can_not_be_used_is_refused_with_its_place() {
    let place = "ringback.toml:1:1";
    let folder = refused_plugin(|file| std::fs::create_dir(file).unwrap()).await;
    assert!(folder.contains("plugin `kyc` can't be read") && folder.contains(place), "{folder}");
    let text = refused_plugin(|file| std::fs::write(file, "hello").unwrap()).await;
    assert!(text.contains("plugin `kyc`") && text.contains("component") && text.contains(place), "{text}");
    let module = refused_plugin(|file| std::fs::write(file, wat::parse_str("(module)").unwrap()).unwrap()).await;
    assert!(module.contains("plugin `kyc`") && module.contains(place), "{module}");

    let nothing = refused_plugin(|file| std::fs::write(file, wat::parse_str("(component)").unwrap()).unwrap()).await;
    assert!(nothing.contains("plugin `kyc`") && nothing.contains("export"), "{nothing}");
    let ungranted = Guest {
        imports: r#"(import "ringback:gateway/buckets@0.1.0" "push" (func $push (param i32 i32 i32 i32 i32 i32 i32)))"#,
        ..Guest::default()
    };
    let import = refused_plugin(|file| ungranted.write(file)).await;
    assert!(
        import.contains("plugin `kyc` imports `ringback:gateway/buckets") && import.contains("not granted"),
        "{import}"
    );
    assert!(import.contains("help: add `grants = { buckets = ["), "{import}");
    let granted =
        KYC.replace("[[route]]\npath = \"/kyc\"", "grants = { buckets = [\"users\"] }\n[[route]]\npath = \"/kyc\"");
    assert!(with_plugin(&granted, |file| ungranted.write(file)).await.is_ok());
}

#[tokio::test]
async fn a_route_needs_a_plugin_that_responds() {
    let renderer = r#"(module
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
        (func (export "ringback:gateway/renderer@0.1.0#compile") (param i32 i32) (result i32) (unreachable))
        (func (export "ringback:gateway/renderer@0.1.0#render") (param i32) (result i32) (unreachable)))"#;
    let why = refused_plugin(|file| guest::write(file, renderer, "renderer-plugin")).await;
    assert!(why.contains("`kyc`") && why.contains("responder"), "{why}");
}

// === plugins while they run ===

const PUSH: &str =
    r#"(import "ringback:gateway/buckets@0.1.0" "push" (func $push (param i32 i32 i32 i32 i32 i32 i32)))"#;
/// Stages a write, so that what follows has something to leave behind.
const STAGE: &str = "(call $push (i32.const 2048) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 2053) (i32.const 1) (i32.const 3072))";
const USERS: &str =
    r#"(data (i32.const 2048) "users1") (data (i32.const 2100) "x-a") (data (i32.const 2110) "b\0d\0aset-cookie: c")"#;

#[tokio::test]
async fn a_plugin_that_misbehaves_costs_its_own_request_and_nothing_else() {
    let cases = [
        ("(loop $again (br $again))", "plugin `kyc` used more than 100 ms of CPU"),
        (
            "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (unreachable)",
            "plugin `kyc` needed more than 64 MiB of memory",
        ),
        ("(unreachable)", "plugin `kyc` trapped: "),
        (
            "(i32.store16 offset=4 (global.get $answer) (i32.const 99))",
            "plugin `kyc` answered with status 99, which is not 200 to 599",
        ),
        (
            "(i32.store (i32.const 1536) (i32.const 2100)) (i32.store (i32.const 1540) (i32.const 3))
             (i32.store (i32.const 1544) (i32.const 2110)) (i32.store (i32.const 1548) (i32.const 16))
             (i32.store offset=8 (global.get $answer) (i32.const 1536)) (i32.store offset=12 (global.get $answer) (i32.const 1))",
            "plugin `kyc` answered with header `x-a`, whose value holds control characters",
        ),
    ];
    let toml =
        KYC.replace("[[route]]\npath = \"/kyc\"", "grants = { buckets = [\"users\"] }\n[[route]]\npath = \"/kyc\"");
    for (worst, said) in cases {
        let respond = format!("{STAGE}{worst}");
        let guest = Guest { imports: PUSH, items: USERS, respond: &respond };
        let gateway = with_plugin(&toml, |file| guest.write(file)).await.unwrap();
        let (answer, other) = tokio::join!(gateway.get("/kyc"), gateway.get("/other"));
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (500, "application/problem+json"),
            "{answer:?}"
        );
        let problem = answer.json();
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with(said), "{said}: {detail}");
        assert_eq!((&problem["route"], answer.header("ringback-error")), (&serde_json::json!("/kyc"), "plugin"));
        assert_eq!((other.status.as_u16(), other.body.as_str()), (200, "other"));
        assert_eq!(gateway.bucket("users").await, "[]", "{said}");
        let journal = gateway.journal().await;
        let noted = journal.iter().find(|exchange| exchange["request"]["path"] == "/kyc").unwrap();
        assert!(noted["fault"].as_str().unwrap().contains(said), "{noted}");
        // And again, and again.
        for _ in 0..3 {
            assert_eq!(gateway.get("/kyc").await.status, 500);
        }
        assert_eq!(gateway.get("/other").await.body, "other");
    }
    // The same guest without its worst leaves its mark.
    let guest = Guest { imports: PUSH, items: USERS, respond: STAGE };
    let gateway = with_plugin(&toml, |file| guest.write(file)).await.unwrap();
    assert_eq!(gateway.get("/kyc").await.status, 200);
    assert_eq!(gateway.bucket("users").await, "[1]");
}

#[tokio::test]
async fn a_template_that_fails_names_its_route_and_why() {
    let gateway = Gateway::start(
        "[buckets]\nn = 0\n[[route]]\nname = \"broken\"\npath = \"/broken\"\nbody = \"{{setData 'inc' 'n'}}{{> absent}}\"\n[[route]]\npath = \"/other\"\nbody = \"other\"\n",
    )
    .await;
    let answer = gateway.get("/broken").await;
    let problem = answer.json();
    assert_eq!((answer.status.as_u16(), &problem["route"]), (500, &serde_json::json!("broken")));
    assert_eq!(problem["instance"], gateway.journal().await[0]["id"]);
    assert_eq!(gateway.bucket("n").await, "0");
    assert_eq!(gateway.get("/other").await.body, "other");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_text_to_a_template() {
    let gateway =
        Gateway::start("[[route]]\nmethod = \"POST\"\npath = \"/\"\nbody = \"[{{body 'id' 'none'}}]\"\n").await;
    for body in ["{", "", "[1", "{\"id\":", "\u{0}", &"[".repeat(10_000)] {
        let answer = gateway.post("/", body).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "[none]"), "{body:.20}");
    }
    let mut raw = Raw::open(gateway.address).await;
    raw.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n\xff\xff")
        .await;
    assert_eq!(raw.answer().await.body, "[none]");
}
