//! Mockoon's admin API on the environment's own listener: who may ask, and what is kept when it is told to forget.

use serde_json::json;

use crate::support::Gateway;

async fn serve() -> Gateway {
    let environment = json!({
        "uuid": "7ca72246-cc15-4e5c-8fc0-5a7a46398f94", "lastMigration": 33, "name": "env",
        "routes": [{ "uuid": "edd96be1-0c97-454d-8aa9-003eec1bf330", "endpoint": "turn", "responseMode": "SEQUENTIAL",
            "responses": [{ "body": "1" }, { "body": "2" }] },
            { "endpoint": "seen", "responses": [{ "body": "{{data 'seen'}} {{getGlobalVar 'made'}}" }] },
            { "endpoint": "set", "responses": [{ "body": "{{setGlobalVar 'g' 'later'}}{{setData 'set' 'seen' '0' 'x'}}" }] }],
        "data": [{ "id": "seen", "name": "seen", "value": "[\"{{getGlobalVar 'g'}}\"]{{setGlobalVar 'made' 'yes'}}" }],
    });
    let environment = environment.to_string();
    let started = Gateway::with("env.json", &environment, |options| {
        let mut document = ringback_gateway::MockoonOptions { port: Some(0), ..Default::default() };
        document.hostname = Some("127.0.0.1".into());
        if let Some(admin) = &mut document.settings.admin {
            admin.token = Some("secret".into());
        }
        let mockoon = ringback_gateway::Mockoon { documents: vec![document], log_folder: None };
        options.documents.mockoon = Some(std::sync::Arc::new(mockoon));
    });
    started.await.unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
}

const TOKEN: (&str, &str) = ("authorization", "Bearer secret");

#[tokio::test]
async fn only_the_token_opens_it() {
    let gateway = serve().await;
    assert_eq!(gateway.get("/mockoon-admin/logs").await.status, 401);
    assert_eq!(gateway.ask("GET", "/mockoon-admin/logs", &[("authorization", "Bearer secre")], "").await.status, 401);
    assert_eq!(gateway.ask("GET", "/mockoon-admin/logs", &[TOKEN], "").await.status, 200);
    assert_eq!(gateway.ask("OPTIONS", "/mockoon-admin/logs", &[], "").await.status, 403);
}

#[tokio::test]
async fn a_purge_starts_anew_and_forgets_transactions() {
    let gateway = serve().await;
    assert_eq!([gateway.get("/turn").await.body, gateway.get("/turn").await.body], ["1", "2"]);
    let logs = gateway.ask("GET", "/mockoon-admin/logs", &[TOKEN], "").await.json();
    assert_eq!((logs.as_array().unwrap().len(), logs[0]["response"]["body"].as_str()), (2, Some("1")));
    assert_eq!(gateway.ask("PURGE", "/mockoon-admin/state", &[TOKEN], "").await.status, 200);
    assert_eq!(gateway.ask("GET", "/mockoon-admin/logs", &[TOKEN], "").await.body, "[]");
    assert_eq!(gateway.get("/turn").await.body, "1");
}

/// What Mockoon 9.9 answers to the same requests.
#[tokio::test]
async fn a_purge_renders_buckets_again_with_the_global_variables_of_that_time() {
    let gateway = serve().await;
    let seen = async || gateway.get("/seen").await.body;
    assert_eq!(seen().await, r#"[""] yes"#);
    gateway.get("/set").await;
    assert_eq!(seen().await, r#"["x"] yes"#);
    assert_eq!(gateway.ask("POST", "/mockoon-admin/data-buckets/purge", &[TOKEN], "").await.status, 200);
    assert_eq!(seen().await, r#"["later"] yes"#);
    assert_eq!(gateway.ask("POST", "/mockoon-admin/state/purge", &[TOKEN], "").await.status, 200);
    assert_eq!(seen().await, r#"["later"] "#);
}

#[tokio::test]
async fn an_environment_is_replaced_and_junk_is_refused() {
    let gateway = serve().await;
    let put = |body: &'static str| {
        let fields = [TOKEN, ("content-type", "application/json")];
        let gateway = &gateway;
        async move { gateway.ask("PUT", "/mockoon-admin/environment", &fields, body).await }
    };
    let refused = put("{}").await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("routes"), "{}", refused.body);
    assert_eq!(gateway.get("/turn").await.body, "1");
    assert_eq!(put(r#"{"routes": [{"endpoint": "new", "responses": [{"body": "fresh"}]}]}"#).await.status, 200);
    assert_eq!((gateway.get("/new").await.body.as_str(), gateway.get("/turn").await.status.as_u16()), ("fresh", 404));
}
