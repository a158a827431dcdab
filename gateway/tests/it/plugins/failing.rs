//! Plugins that fail: rollback by itself, the breaker, and what a route does instead.

use super::*;

/// Traps when the request's path is `/kyc/trap`.
fn traps_on_demand(status: u16) -> Vec<u8> {
    // The length of the head's path is at 20 of the parameters; `/kyc/trap` is the only one of nine bytes.
    let respond = format!(
        "(if (i32.eq (i32.load offset=20 (local.get $params)) (i32.const 9)) (then unreachable))
         (i32.store16 offset=4 (global.get $answer) (i32.const {status}))"
    );
    Guest { respond: &respond, ..Guest::default() }.bytes()
}

const ROUTES: &str = "[[route]]\npath = \"/kyc/{what}\"\nresponder = \"kyc\"\n";

#[tokio::test]
async fn a_new_version_whose_first_calls_trap_is_taken_back() {
    let toml = format!("[plugins]\nfolder = \"plugins\"\nrollback = {{ percent = 50, calls = 4 }}\n{ROUTES}");
    let gateway = Gateway::with("ringback.toml", &toml, |options| {
        std::fs::create_dir(options.documents.working_folder.join("plugins")).unwrap();
    })
    .await
    .unwrap();
    gateway.running.watch(|_| {});
    assert_eq!(gateway.put_plugin("kyc", version(201)).await.status, 201);
    let worse = Guest { respond: "(unreachable)", ..Guest::default() }.bytes();
    assert_eq!(generation(&gateway.put_plugin("kyc", worse.clone()).await.json()), 2);
    // More than two of four: with the third it is over.
    for _ in 0..3 {
        assert_eq!(gateway.get("/kyc/x").await.status, 500);
    }
    assert_eq!(gateway.get("/kyc/x").await.status, 201);
    let view = gateway.admin_json("GET", "/__admin/plugins/kyc", "").await;
    assert_eq!(generation(&view), 1);
    let why = view["lastError"]["message"].as_str().unwrap();
    assert!(why.starts_with("generation 2 was taken back: too many of its first calls failed"), "{why}");
    assert_eq!(changes(&gateway).await, ["serving", "serving", "rolled-back"]);
    // Not again, whichever way it comes.
    let again = gateway.put_plugin("kyc", worse.clone()).await;
    assert_eq!(again.status, 422);
    assert!(again.json()["detail"].as_str().unwrap().contains("was taken back"), "{again:?}");
    let loads = r#"ringback_plugin_loads_total{outcome="rolled-back",plugin="kyc"}"#;
    gateway.until(loads, 1).await;
    assert_eq!(gateway.get("/kyc/x").await.status, 201);
    // Another version is another matter.
    assert_eq!(generation(&gateway.put_plugin("kyc", version(203)).await.json()), 3);
    assert_eq!(gateway.get("/kyc/x").await.status, 203);
}

#[tokio::test]
async fn a_plugin_that_keeps_trapping_is_not_called_for_a_while() {
    let gateway = with_folder(ROUTES).await;
    assert_eq!(gateway.put_plugin("kyc", traps_on_demand(201)).await.status, 201);
    assert_eq!(gateway.get("/kyc/x").await.status, 201);
    for _ in 0..5 {
        assert_eq!(gateway.get("/kyc/trap").await.status, 500);
    }
    let shut = gateway.get("/kyc/x").await;
    assert_eq!(
        (shut.status.as_u16(), shut.header("retry-after"), shut.header("ringback-error")),
        (503, "1", "plugin-unavailable")
    );
    assert!(shut.json()["detail"].as_str().unwrap().contains("has failed too often"), "{shut:?}");
    let view = gateway.admin_json("GET", "/__admin/plugins/kyc", "").await;
    assert_eq!(
        (view["breaker"].as_str(), view["calls"].as_u64(), view["faults"].as_u64()),
        (Some("open"), Some(6), Some(5))
    );
    assert_eq!(changes(&gateway).await, ["serving", "breaker-opened"]);
    // After a while one is let through, and with it all others.
    gateway.until_answer("/kyc/x", |answer| answer.status == 201).await;
    let view = gateway.admin_json("GET", "/__admin/plugins/kyc", "").await;
    assert_eq!(view["breaker"], "closed");
}
