//! What a plugin says about itself: routes, buckets, needs, a canary; and what its operator says beside it.

use super::*;
use crate::guest::with_manifest;

const BRINGS: &str = r#"
    name = "kyc"
    version = "1.2.3"
    [buckets]
    applicants = { u-1 = "here" }
    [[route]]
    method = "GET"
    path = "/kyc/applicants/{id}"
"#;

#[tokio::test]
async fn one_file_is_enough_for_routes_and_buckets() {
    let gateway = with_folder("[[route]]\npath = \"/other\"\nbody = \"other\"\n").await;
    assert_eq!(gateway.get("/kyc/applicants/u-1").await.status, 404);
    std::fs::write(gateway.file("plugins/kyc.wasm"), with_manifest(version(201), BRINGS)).unwrap();
    gateway.until_answer("/kyc/applicants/u-1", |answer| answer.status == 201).await;
    assert_eq!(gateway.bucket("applicants").await, r#"{"u-1":"here"}"#);
    let view = gateway.until_plugin("kyc", |_| true).await;
    assert_eq!((view["manifest"]["version"].as_str(), view["routes"].as_array().unwrap().len()), (Some("1.2.3"), 1));
    assert_eq!(gateway.get("/other").await.body, "other");

    // The next version brings another route, which comes with it.
    let moved = BRINGS.replace("/kyc/applicants/{id}", "/kyc/v2/{id}");
    assert_eq!(gateway.put_plugin("kyc", with_manifest(version(202), &moved)).await.status, 200);
    assert_eq!(gateway.get("/kyc/v2/u-1").await.status, 202);
    assert_eq!(gateway.get("/kyc/applicants/u-1").await.status, 404);
    // And goes with it.
    gateway.admin_json("POST", "/__admin/plugins/kyc/rollback", "").await;
    assert_eq!(gateway.get("/kyc/applicants/u-1").await.status, 201);
    assert_eq!(gateway.get("/kyc/v2/u-1").await.status, 404);
    // A plugin that is gone leaves its routes: clients come again.
    assert_eq!(gateway.admin("DELETE", "/__admin/plugins/kyc", "").await.status, 204);
    assert_eq!(gateway.get("/kyc/applicants/u-1").await.status, 503);
    // A reload of the documents keeps them too.
    gateway.running.app.reload().await.unwrap();
    assert_eq!(gateway.get("/kyc/applicants/u-1").await.status, 503);
}

#[tokio::test]
async fn what_is_needed_and_not_granted_is_told_with_the_line_that_grants_it() {
    let needs = "name = \"kyc\"\n[needs]\nbuckets = [\"applicants\"]\nsecrets = [\"kyc-webhook\"]\nmemory = \"128 MiB\"\n[buckets]\napplicants = {}\n";
    let component = with_manifest(version(201), needs);
    let toml = "[secrets]\nkyc-webhook = \"hush\"\n";
    let gateway = with_folder(&format!("{toml}{ROUTE}")).await;
    std::fs::write(gateway.file("plugins/kyc.wasm"), &component).unwrap();
    let view = gateway.until_plugin("kyc", |view| view["state"] == "failed").await;
    let said = &view["lastError"];
    let message =
        "plugin `kyc` needs bucket `applicants`, secret `kyc-webhook`, 128 MiB of memory, which it was not granted";
    assert_eq!(said["message"], message);
    let help = said["help"].as_str().unwrap();
    let line = "grants = { buckets = [\"applicants\"], secrets = [\"kyc-webhook\"] }";
    assert!(help.contains(line) && help.contains("memory-max = \"128 MiB\"") && help.contains("`kyc.toml`"), "{help}");

    // What it says is what is to be written, beside the component.
    std::fs::write(gateway.file("plugins/kyc.toml"), format!("{line}\nmemory-max = \"128 MiB\"\n")).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 201).await;
    let view = gateway.until_plugin("kyc", |_| true).await;
    assert_eq!(view["grants"]["buckets"][0], "applicants");
    assert!(!view.to_string().contains("hush"), "{view}");

    // In a document it is told where the plugin is declared.
    let declared = format!("{toml}[plugin.kyc]\npath = \"kyc.wasm\"\n{ROUTE}");
    let start = async |toml: &str| {
        let started = Gateway::with("ringback.toml", toml, |options| {
            std::fs::write(options.documents.working_folder.join("kyc.wasm"), &component).unwrap();
        });
        started.await.map_err(|rejected| rejected.render(ringback_gateway::Colour::Plain)).map(drop)
    };
    let why = start(&declared).await.unwrap_err();
    assert!(why.contains(message) && why.contains("ringback.toml:3:1") && why.contains("to `[plugin.kyc]`"), "{why}");
    let mended = declared.replace(
        "[[route]]\npath = \"/kyc\"",
        &format!("{line}\nmemory-max = \"128 MiB\"\n[[route]]\npath = \"/kyc\""),
    );
    assert_eq!(start(&mended).await, Ok(()));
}

#[tokio::test]
async fn a_canary_that_does_not_sing_keeps_a_version_out() {
    let gateway = with_folder(ROUTE).await;
    let canary =
        |status: u16| format!("name = \"kyc\"\n[canary]\nmethod = \"GET\"\npath = \"/kyc\"\nstatus = {status}\n");
    assert_eq!(gateway.put_plugin("kyc", with_manifest(version(201), &canary(201))).await.status, 201);
    let wrong = gateway.put_plugin("kyc", with_manifest(version(202), &canary(404))).await;
    assert_eq!(wrong.status, 422);
    let detail = wrong.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail, "plugin `kyc` answered 202 when it was tried with `GET /kyc`, 404 is what its manifest says");
    let traps = Guest { respond: "(unreachable)", ..Guest::default() }.bytes();
    let trapped = gateway.put_plugin("kyc", with_manifest(traps, &canary(200))).await;
    assert_eq!(trapped.status, 422);
    assert!(
        trapped.json()["detail"].as_str().unwrap().contains("when it was tried with `GET /kyc`: it trapped"),
        "{trapped:?}"
    );
    assert_eq!(gateway.get("/kyc").await.status, 201);
}

#[tokio::test]
async fn a_manifest_that_is_wrong_says_where() {
    let gateway = with_folder(ROUTE).await;
    let embedded = gateway.put_plugin("kyc", with_manifest(version(201), "name = \"kyc\"\nnmae = 1\n")).await;
    assert_eq!(embedded.status, 422);
    assert!(
        embedded.json()["detail"]
            .as_str()
            .unwrap()
            .starts_with("plugin `kyc`: its manifest, line 2: unknown key `nmae`"),
        "{embedded:?}"
    );
    std::fs::write(gateway.file("plugins/kyc.toml"), "\n\ngrnts = {}\n").unwrap();
    std::fs::write(gateway.file("plugins/kyc.wasm"), version(201)).unwrap();
    let view = gateway
        .until_plugin("kyc", |view| view["lastError"]["message"].as_str().is_some_and(|m| m.contains("grnts")))
        .await;
    assert!(view["lastError"]["message"].as_str().unwrap().contains("`kyc.toml`, line 3"), "{view}");
}
