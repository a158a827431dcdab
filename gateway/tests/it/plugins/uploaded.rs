//! Plugins that come through the admin API.

use super::*;

#[tokio::test]
async fn an_upload_serves_is_replaced_rolled_back_and_removed() {
    let gateway = with_folder(ROUTE).await;
    let put = async |component| gateway.put_plugin("kyc", component).await;
    let first = put(version(201)).await;
    assert_eq!((first.status.as_u16(), generation(&first.json())), (201, 1), "{first:?}");
    assert_eq!(gateway.get("/kyc").await.status, 201);
    let same = put(version(201)).await;
    assert_eq!((same.status.as_u16(), generation(&same.json())), (200, 1));
    let second = put(version(202)).await;
    assert_eq!((second.status.as_u16(), generation(&second.json())), (200, 2));
    assert_eq!(gateway.get("/kyc").await.status, 202);
    // It is kept where the next start finds it.
    assert_eq!(std::fs::read(gateway.file("plugins/kyc.wasm")).unwrap(), version(202));

    let refused = put(b"no component".to_vec()).await;
    assert_eq!((refused.status.as_u16(), refused.header("content-type")), (422, "application/problem+json"));
    assert!(refused.json()["detail"].as_str().unwrap().contains("is no WebAssembly file"), "{refused:?}");
    assert!(refused.json()["help"][0].as_str().unwrap().contains("build a component"), "{refused:?}");
    assert_eq!(gateway.get("/kyc").await.status, 202);

    let back = gateway.admin_json("POST", "/__admin/plugins/kyc/rollback", "").await;
    assert_eq!((generation(&back), gateway.get("/kyc").await.status.as_u16()), (1, 201));
    // The file still holds what was gone back from: looking at it changes nothing, offering it again does.
    let looked =
        gateway.running.app.look_again(&ringback_model::ids::PluginName::try_new("kyc").unwrap()).await.unwrap();
    assert!(looked.is_none());
    let none = gateway.admin("POST", "/__admin/plugins/kyc/rollback", "").await;
    assert_eq!((none.status.as_u16(), gateway.get("/kyc").await.status.as_u16()), (409, 201));
    let again = put(version(202)).await;
    assert_eq!((again.status.as_u16(), generation(&again.json())), (200, 3));

    assert_eq!(gateway.admin("DELETE", "/__admin/plugins/kyc", "").await.status, 204);
    assert_eq!((gateway.get("/kyc").await.status.as_u16(), gateway.file("plugins/kyc.wasm").exists()), (503, false));
    assert_eq!(gateway.admin("DELETE", "/__admin/plugins/kyc", "").await.status, 404);
    assert_eq!(changes(&gateway).await, ["serving", "serving", "refused", "rolled-back", "serving", "removed"]);
}

#[tokio::test]
async fn what_can_not_be_done_says_why() {
    let toml =
        format!("[plugin.kyc]\npath = \"kyc.wasm\"\n{ROUTE}\n[[route]]\npath = \"/t\"\nbody = \"{{{{now}}}}\"\n");
    let gateway = Gateway::with("ringback.toml", &toml.replace("{{now}}", "{{method}}"), |options| {
        std::fs::write(options.documents.working_folder.join("kyc.wasm"), version(201)).unwrap();
    })
    .await
    .unwrap();
    let declared = gateway.admin("DELETE", "/__admin/plugins/kyc", "").await;
    assert_eq!(declared.status, 409);
    assert!(declared.json()["detail"].as_str().unwrap().contains("take `[plugin.kyc]` out"), "{declared:?}");
    assert_eq!(gateway.admin("DELETE", "/__admin/plugins/handlebars", "").await.status, 409);
    assert_eq!(gateway.admin("GET", "/__admin/plugins/nobody", "").await.status, 404);
    assert_eq!(gateway.admin("POST", "/__admin/plugins/nobody/rollback", "").await.status, 404);
    assert_eq!(gateway.put_plugin("a%20b", version(201)).await.status, 400);
    let large = gateway.put_plugin("large", vec![0; (64 << 20) + 1]).await;
    assert_eq!((large.status.as_u16(), large.header("content-type")), (413, "application/problem+json"));
    // A route is answered by it, so what takes its place must answer routes.
    let policy = r#"(module
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
        (func (export "ringback:gateway/renderer@0.1.0#compile") (param i32 i32) (result i32) (unreachable))
        (func (export "ringback:gateway/renderer@0.1.0#render") (param i32) (result i32) (unreachable)))"#;
    let renderer = gateway.put_plugin("kyc", crate::guest::bytes(policy, "renderer-plugin")).await;
    assert_eq!(renderer.status, 422, "{renderer:?}");
    assert!(renderer.json()["detail"].as_str().unwrap().contains("is no responder, and route `/kyc`"), "{renderer:?}");
    assert_eq!(gateway.get("/kyc").await.status, 201);
}

#[tokio::test]
async fn an_upload_over_a_declared_plugin_has_its_grants_and_lasts_until_its_file_changes() {
    let toml = format!("[plugin.kyc]\npath = \"kyc.wasm\"\n{ROUTE}");
    let gateway = Gateway::with("ringback.toml", &toml, |options| {
        std::fs::write(options.documents.working_folder.join("kyc.wasm"), version(201)).unwrap();
    })
    .await
    .unwrap();
    gateway.running.watch(|_| {});
    assert_eq!(gateway.put_plugin("kyc", version(202)).await.status, 200);
    assert_eq!(gateway.get("/kyc").await.status, 202);
    std::fs::write(gateway.file("kyc.wasm"), version(203)).unwrap();
    gateway.until_answer("/kyc", |answer| answer.status == 203).await;
}
