//! The binary itself: what it prints, and how it ends.

use std::{
    path::Path,
    process::{Output, Stdio},
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::{
    guest::Guest,
    support::{PATIENCE, Raw, cache_dir, repository},
};

const ROUTES: &str = "[[route]]\nmethod = [\"GET\", \"PUT\"]\npath = \"/orders/{id}\"\nbody = \"{{urlParam 'id'}}\"\n[[route]]\npath = \"/echo\"\nbody = \"{{body}}\"\n";

fn ringback(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringback"));
    command.current_dir(folder).env("XDG_CACHE_HOME", cache_dir()).env("NO_COLOR", "1").kill_on_drop(true);
    command
}

pub(crate) async fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let ended = ringback(folder).args(arguments).stdin(Stdio::null()).output();
    let Output { status, stdout, stderr } = tokio::time::timeout(PATIENCE, ended).await.expect("it ends").unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn folder(toml: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ringback.toml"), toml).unwrap();
    folder
}

/// A `ringback serve` on free ports, and the lines that it prints.
struct Serving {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Serving {
    fn start(folder: &Path, more: &[&str]) -> Self {
        Self::run(folder, &[&["serve", "--port", "0", "--admin-port", "0"], more].concat())
    }

    fn run(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = ringback(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn line(&mut self) -> String {
        tokio::time::timeout(PATIENCE, self.lines.next_line())
            .await
            .expect("there is a line")
            .unwrap()
            .expect("there is a line")
    }

    async fn terminate(&self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -TERM {id}")]).status().await.unwrap().success());
    }

    /// Its exit code, and what it wrote to standard error.
    async fn ended(self) -> (i32, String) {
        let output = tokio::time::timeout(PATIENCE, self.child.wait_with_output()).await.expect("it ends").unwrap();
        (output.status.code().expect("no signal ended it"), String::from_utf8(output.stderr).unwrap())
    }
}

fn address(url: &str) -> std::net::SocketAddr {
    url.strip_prefix("http://").unwrap().parse().unwrap()
}

#[tokio::test]
async fn check_says_what_is_wrong_by_its_exit_code_too() {
    let good = folder(ROUTES);
    let (code, out, err) = run(good.path(), &["check"]).await;
    assert_eq!((code, out.as_str(), err.as_str()), (0, "2 routes, 0 buckets, 0 callbacks: nothing is wrong\n", ""));
    std::fs::write(good.path().join("odd.json"), r#"{"lastMigration": 33, "name": "odd", "odd": 1}"#).unwrap();
    let (code, out, _) = run(good.path(), &["check", "odd.json"]).await;
    assert_eq!(code, 0);
    assert!(out.starts_with("warning: "), "{out}");
    assert!(out.ends_with("\n0 routes, 0 buckets, 0 callbacks: no errors, 1 warning\n"), "{out}");
    let bad = folder("[[route]]\npath = \"/x\"\nbody = \"{{#if}}\"\nstatuss = 1\n");
    let (code, out, _) = run(bad.path(), &["check"]).await;
    assert_eq!(code, 3);
    assert!(out.contains("error: unknown key `statuss`") && out.contains("ringback.toml:4:1"), "{out}");
    assert!(!out.contains('\u{1b}'), "no colours where nobody sees them");
    let (code, out, _) = run(good.path(), &["check", "nowhere.toml"]).await;
    assert_eq!(code, 3);
    assert!(out.contains("`nowhere.toml` can't be read"), "{out}");
    let (code, out, _) = run(good.path(), &["check", repository("examples/orders").to_str().unwrap()]).await;
    assert_eq!((code, out.as_str()), (0, "3 routes, 1 bucket, 1 callback: nothing is wrong\n"));
}

#[tokio::test]
async fn what_makes_no_command_is_usage() {
    let folder = folder(ROUTES);
    for arguments in
        [&["serv"][..], &["serve", "--port", "70000"], &["serve", "--admin-port", "on"], &[], &["check", "--nope"]]
    {
        let (code, out, err) = run(folder.path(), arguments).await;
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains("--help") || err.contains("Usage: ringback"), "{err}");
    }
    let (code, out, _) = run(folder.path(), &["--version"]).await;
    assert_eq!((code, out.starts_with("ringback 0.1.0")), (0, true));
    let (code, out, _) = run(folder.path(), &["serve", "--help"]).await;
    assert_eq!((code, out.contains("--admin-port")), (0, true));
}

#[tokio::test]
async fn a_folder_of_plugins_needs_no_document() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("plugins")).unwrap();
    let mut serving = Serving::start(folder.path(), &["--plugins", "plugins"]);
    assert!(serving.line().await.starts_with("ready http://"));
    serving.terminate().await;
    assert_eq!(serving.ended().await.0, 0);
    let (code, _, err) = run(folder.path(), &["serve"]).await;
    assert_eq!(code, 3);
    assert!(err.contains("ringback.toml` can't be read"), "{err}");
}

#[tokio::test]
async fn the_schema_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = run(folder.path(), &["schema"]).await;
    let schema: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, schema["properties"]["route"]["type"].as_str()), (0, Some("array")));
}

#[tokio::test]
async fn serve_lists_its_routes_and_says_last_where_it_listens() {
    let folder = folder(ROUTES);
    let mut serving = Serving::start(folder.path(), &[]);
    let (one, two, ready) = (serving.line().await, serving.line().await, serving.line().await);
    let words: Vec<&str> = ready.split(' ').collect();
    let ["ready", url, "admin", admin, took, "ms)"] = words[..] else { panic!("{ready}") };
    assert!(took.strip_prefix('(').unwrap().parse::<u64>().is_ok(), "{ready}");
    assert_eq!((one, two), (format!("GET,PUT  {url}/orders/{{id}}"), format!("ANY      {url}/echo")));
    let mut raw = Raw::open(address(admin)).await;
    raw.send("GET /__admin/ready HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(raw.answer().await.status, 200);

    // A request is two arrows.
    let mut raw = Raw::open(address(url)).await;
    raw.send("GET /orders/7 HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(raw.answer().await.body, "7");
    let (asked, answered) = (serving.line().await, serving.line().await);
    assert!(asked.contains(" --> GET /orders/7 "), "{asked}");
    assert!(
        answered.contains(" <-- 200 GET,PUT /orders/{id}, the only response (") || answered.contains(" <-- 200 "),
        "{answered}"
    );
    serving.terminate().await;
    assert_eq!(serving.ended().await.0, 0);
}

#[tokio::test]
async fn a_json_log_is_json_from_its_first_line() {
    let folder = folder(ROUTES);
    let mut serving = Serving::start(folder.path(), &["--log", "json", "--seed", "7"]);
    let ready: Value = serde_json::from_str(&serving.line().await).unwrap();
    assert_eq!(ready["event"], "ready");
    let mut raw = Raw::open(address(ready["listening"][0].as_str().unwrap())).await;
    raw.send("GET /orders/7 HTTP/1.1\r\nhost: x\r\n\r\nGET /none HTTP/1.1\r\nhost: x\r\n\r\n").await;
    raw.answer().await;
    raw.answer().await;
    for status in [200, 404] {
        let event: Value = serde_json::from_str(&serving.line().await).unwrap();
        assert_eq!((&event["event"], &event["response"]["status"]), (&"request".into(), &status.into()));
    }
    serving.terminate().await;
    assert_eq!(serving.ended().await, (0, String::new()));
}

#[tokio::test]
async fn as_mockoon_it_writes_mockoon_s_lines_transactions_among_them() {
    let folder = tempfile::tempdir().unwrap();
    let environment = serde_json::json!({
        "uuid": "7ca72246-cc15-4e5c-8fc0-5a7a46398f94", "lastMigration": 33, "name": "shop", "hostname": "127.0.0.1",
        "routes": [{ "endpoint": "x", "responses": [{ "statusCode": 201, "body": "{{queryParam 'a'}}" }] }],
    });
    std::fs::write(folder.path().join("shop.json"), environment.to_string()).unwrap();
    let arguments = ["--data", "shop.json", "--port", "0", "--log-transaction", "--disable-log-to-file"];
    let mut serving = Serving::run(folder.path(), &[&["mockoon", "start"], &arguments[..]].concat());
    let mut started = String::new();
    while !started.contains("Server started on port ") {
        started = serving.line().await;
    }
    let started: Value = serde_json::from_str(&started).unwrap();
    assert_eq!((&started["app"], &started["level"]), (&"mockoon-server".into(), &"info".into()));
    assert_eq!(
        (&started["environmentName"], started["environmentUUID"].as_str()),
        (&"shop".into(), environment["uuid"].as_str())
    );
    let port = started["message"].as_str().unwrap().rsplit(' ').next().unwrap().parse::<u16>().unwrap();
    let mut raw = Raw::open((std::net::Ipv4Addr::LOCALHOST, port).into()).await;
    raw.send("GET /x?a=b HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(raw.answer().await.body, "b");
    let mut told = Value::Null;
    while told["message"] != "Transaction recorded" {
        told = serde_json::from_str(&serving.line().await).unwrap();
    }
    assert_eq!(
        (&told["requestMethod"], &told["requestPath"], &told["responseStatus"]),
        (&"GET".into(), &"/x".into(), &201.into())
    );
    assert_eq!(told["transaction"]["response"]["body"], "b");
}

#[tokio::test]
async fn a_plugin_that_traps_is_logged_with_its_generation_and_the_request() {
    let folder = folder("[[route]]\npath = '/x'\nresponder = 'kyc'\n[plugin.kyc]\npath = 'kyc.wasm'\n");
    Guest { respond: "(unreachable)", ..Guest::default() }.write(&folder.path().join("kyc.wasm"));
    let mut serving = Serving::start(folder.path(), &["--log", "json"]);
    let ready: Value = serde_json::from_str(&serving.line().await).unwrap();
    let mut raw = Raw::open(address(ready["listening"][0].as_str().unwrap())).await;
    raw.send("GET /x HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let answer = raw.answer().await;
    let id = answer.json()["instance"].as_str().unwrap().to_owned();
    serving.terminate().await;
    let (_, told) = serving.ended().await;
    let line = told.lines().find(|line| line.contains("trapped")).unwrap_or_else(|| panic!("{told}"));
    for part in ["kyc", "unreachable", "generation", &id] {
        assert!(line.contains(part), "`{part}` is not in: {line}");
    }
}

/// A request that is under way, its body not yet whole: `lf!` is missing.
async fn half_sent(ready: &str) -> Raw {
    let mut raw = Raw::open(address(ready.split(' ').nth(1).unwrap())).await;
    raw.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nha").await;
    let mut admin = Raw::open(address(ready.split(' ').nth(3).unwrap())).await;
    let in_flight = async {
        loop {
            admin.send("GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
            if admin.answer().await.body.contains("ringback_requests_in_flight 1") {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, in_flight).await.unwrap();
    raw
}

#[tokio::test]
async fn a_signal_lets_open_requests_finish() {
    let folder = folder(ROUTES);
    let mut serving = Serving::start(folder.path(), &[]);
    serving.line().await;
    serving.line().await;
    let ready = serving.line().await;
    let mut raw = half_sent(&ready).await;
    serving.terminate().await;
    let mut err = BufReader::new(serving.child.stderr.take().unwrap()).lines();
    assert_eq!(err.next_line().await.unwrap().unwrap(), "draining, press Ctrl-C again to end at once");
    raw.send("lf!").await;
    let rest = raw.rest().await;
    assert!(rest.starts_with("HTTP/1.1 200") && rest.ends_with("half!"), "{rest}");
    assert_eq!(serving.ended().await.0, 0);
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut_off_and_said() {
    let folder = folder(&format!("[server]\ndrain-grace = \"50ms\"\n{ROUTES}"));
    let mut serving = Serving::start(folder.path(), &[]);
    serving.line().await;
    serving.line().await;
    let ready = serving.line().await;
    let raw = half_sent(&ready).await;
    serving.terminate().await;
    let (code, err) = serving.ended().await;
    assert_eq!(code, 1);
    assert!(err.contains("what was still open is cut off: the grace of the drain is over"), "{err}");
    assert_eq!(raw.rest().await, "");
}

#[tokio::test]
async fn a_log_that_nobody_reads_holds_neither_requests_nor_the_end() {
    let folder = folder(&format!("[server]\ndrain-grace = \"50ms\"\n{ROUTES}"));
    let mut serving = Serving::start(folder.path(), &["--log", "json"]);
    let ready: Value = serde_json::from_str(&serving.line().await).unwrap();
    let mut raw = Raw::open(address(ready["listening"][0].as_str().unwrap())).await;
    // Several times what a pipe holds.
    for _ in 0..20 {
        raw.send("GET /orders/7 HTTP/1.1\r\nhost: x\r\n\r\n".repeat(20)).await;
        for _ in 0..20 {
            assert_eq!(raw.answer().await.body, "7");
        }
    }
    serving.terminate().await;
    let (code, err) = serving.ended().await;
    assert_eq!(code, 1);
    assert!(err.contains("is cut off"), "{err}");
}

#[tokio::test]
async fn a_port_in_use_ends_it_with_what_to_do() {
    let folder = folder(ROUTES);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, out, err) = run(folder.path(), &["serve", "--port", &port, "--admin-port", "off"]).await;
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains(&format!("error: port {port} of 127.0.0.1 is in use")) && err.contains("`--port`"), "{err}");
}

#[tokio::test]
async fn admin_can_be_off() {
    let folder = folder(ROUTES);
    let arguments = ["serve", "--port", "0", "--admin-port", "off"];
    let mut child = ringback(folder.path()).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..2 {
        lines.next_line().await.unwrap();
    }
    let ready = lines.next_line().await.unwrap().unwrap();
    assert!(ready.starts_with("ready http://127.0.0.1:") && !ready.contains("admin"), "{ready}");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn import_says_what_went_wrong_by_its_exit_code_too() {
    let folder = folder(ROUTES);
    let (code, out, err) = run(folder.path(), &["import", "ringback.toml"]).await;
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("name a Mockoon environment or an OpenAPI description"), "{err}");
    let (code, _, err) = run(folder.path(), &["import", "none.json"]).await;
    assert_eq!(code, 3, "{err}");
    assert_eq!(run(folder.path(), &["import"]).await.0, 2);

    std::fs::copy(repository("examples/orders/mockoon.json"), folder.path().join("orders.json")).unwrap();
    let (code, _, err) = run(folder.path(), &["import", "orders.json", "-o", "no/such.toml"]).await;
    assert_eq!(code, 1, "{err}");
    let (code, out, _) = run(folder.path(), &["import", "orders.json", "-o", "orders.toml"]).await;
    assert_eq!((code, out.as_str()), (0, ""));
    let (code, out, _) = run(folder.path(), &["check", "orders.toml"]).await;
    assert_eq!((code, out.as_str()), (0, "3 routes, 1 bucket, 1 callback: nothing is wrong\n"));
}
