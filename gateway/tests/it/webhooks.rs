//! Webhooks: fired by an operator, and again and again for those who registered.

use std::sync::Arc;

use http::{Method, StatusCode};
use ringback_model::environment::{
    CallbackUrl, Conventions, MicrocksService, MicrocksSettings, Text, Webhook, WebhookExample,
};
use serde_json::{Value, json};

use crate::support::{Gateway, free_port};

/// A gateway that takes whatever it is sent: its journal is what arrived.
async fn target() -> Gateway {
    Gateway::start("[server]\nname = \"target\"\n[[route]]\npath = \"/{*all}\"\nbody = \"taken\"").await
}

/// What arrived at a target, as `method target body`.
async fn arrived(target: &Gateway) -> Vec<String> {
    let part = |request: &Value, name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let line =
        |exchange: &Value| ["method", "path", "query", "body"].map(|name| part(&exchange["request"], name)).join(" ");
    target.journal().await.iter().map(line).collect()
}

/// Two services: one with webhooks of one and of two examples, the other with one of the same name.
async fn pets() -> Gateway {
    let toml = r#"
        [buckets]
        pets = [1]
        [[route]]
        path = "/"
        body = "ok"
        [callback.rusty]
        url = "http://localhost/"
        body = '''{"name": "Rusty", "pets": {{data 'pets'}} }'''
        headers = { content-type = "application/json" }
        [callback.tabby]
        url = "http://localhost/"
        body = '{"name": "Tabby"}'
        [callback.gone]
        url = "http://localhost/"
        method = "DELETE"
    "#;
    let gateway = Gateway::start(toml).await;
    let app = &gateway.running.app;
    let mut environment = app.environments().remove(0);
    for definition in &mut environment.callbacks {
        definition.url = CallbackUrl::Given { query: vec![("token".into(), Text::fixed("t&k"))] };
    }
    let index = |name: &str| environment.callbacks.iter().position(|known| known.name.as_str() == name).unwrap();
    let examples = |names: &[&str]| -> Vec<WebhookExample> {
        names.iter().map(|name| WebhookExample { name: (*name).into(), callback: index(name) }).collect()
    };
    let webhook = |name: &str, service: &str, method, names: &[&str]| Webhook {
        name: name.into(),
        service: service.into(),
        method,
        examples: examples(names),
    };
    environment.webhooks = vec![
        webhook("new-pet", "Pets:1.0", Method::POST, &["rusty", "tabby"]),
        webhook("gone", "Pets:1.0", Method::DELETE, &["gone"]),
        webhook("gone", "Shop:2.0", Method::DELETE, &["gone"]),
    ];
    let service = |name: &str, version: &str, operations: &[&str]| MicrocksService {
        name: name.into(),
        version: version.into(),
        operations: operations.iter().map(|name| Arc::from(*name)).collect(),
    };
    environment.conventions = Conventions::Microcks(Box::new(MicrocksSettings {
        services: vec![service("Shop", "2.0", &[]), service("Pets", "1.0", &["GET /"])],
        cors: true,
    }));
    if let Err(wrong) = app.replace(environment).await {
        panic!("{wrong:?}");
    }
    gateway
}

async fn fire(gateway: &Gateway, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = gateway.admin("POST", &format!("/__admin/webhooks/{path}"), &body.to_string()).await;
    (answer.status, answer.json())
}

async fn detail(gateway: &Gateway, path: &str, body: Value) -> (u16, String) {
    let (status, problem) = fire(gateway, path, body).await;
    (status.as_u16(), problem["detail"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn webhooks_are_listed_and_fired_at_a_target() {
    let (gateway, target) = (pets().await, target().await);
    let listed = gateway.admin_json("GET", "/__admin/webhooks", "").await;
    let first = json!({"name": "new-pet", "service": "Pets:1.0", "method": "POST", "examples": ["rusty", "tabby"]});
    assert_eq!((&listed["webhooks"][0], listed["webhooks"].as_array().unwrap().len()), (&first, 3));

    let url = format!("http://{}/hook?a=b", target.address);
    let (status, fired) = fire(&gateway, "new-pet/fire", json!({"url": url})).await;
    assert_eq!((status, fired["callbacks"].as_array().unwrap().len()), (StatusCode::ACCEPTED, 2));
    gateway.advance("1s").await;
    let [rusty, tabby] = [
        r#"POST /hook a=b&token=t%26k {"name": "Rusty", "pets": [1] }"#,
        r#"POST /hook a=b&token=t%26k {"name": "Tabby"}"#,
    ];
    assert_eq!(arrived(&target).await, [rusty, tabby]);
    let id = fired["callbacks"][0].as_str().unwrap();
    let callback = gateway.admin_json("GET", &format!("/__admin/callbacks/{id}"), "").await;
    assert_eq!((&callback["state"], &callback["route"]), (&json!("delivered"), &json!("new-pet WEBHOOK")));
    assert!(callback["cause"]["webhook"].is_string());
    let headers = &target.journal().await[1]["request"]["headers"];
    assert_eq!(
        (&headers["content-type"], &headers["accept"]),
        (&json!("application/json; charset=utf-8"), &json!("*/*"))
    );

    let (_, fired) = fire(&gateway, "new-pet/fire", json!({"url": url, "example": "tabby"})).await;
    assert_eq!(fired["callbacks"].as_array().unwrap().len(), 1);
    gateway.advance("1s").await;
    assert_eq!(arrived(&target).await[2], tabby);
}

#[tokio::test]
async fn what_can_not_be_fired_says_why() {
    let gateway = pets().await;
    let url = json!({"url": "http://localhost:1/"});
    let (status, why) = detail(&gateway, "lost/fire", url.clone()).await;
    assert!(status == 404 && why.contains("no webhook `lost`") && why.contains("`new-pet`"), "{why}");
    let (status, why) = detail(&gateway, "gone/fire", url.clone()).await;
    assert!(status == 400 && why.contains("?service=") && why.contains("`Shop:2.0`"), "{why}");
    assert_eq!(fire(&gateway, "gone/fire?service=Shop:2.0", url.clone()).await.0, StatusCode::ACCEPTED);
    let (status, why) = detail(&gateway, "gone/fire?service=Zoo:1", url).await;
    assert!(status == 404 && why.contains("`Pets:1.0`"), "{why}");
    assert_eq!(detail(&gateway, "new-pet/fire", json!({"url": "hook"})).await.0, 400);
    let (status, why) = detail(&gateway, "new-pet/fire", json!({"url": "http://x/", "example": "rex"})).await;
    assert!(status == 404 && why.contains("`rusty`"), "{why}");
    assert_eq!(detail(&gateway, "new-pet/fire", json!({})).await.0, 400);
}

/// Registers a target as Microcks' users do.
async fn register(gateway: &Gateway, registration: Value) -> Value {
    let answer = gateway.admin("POST", "/api/webhooks", &registration.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.json()
}

/// The id of a service, as Microcks' users find it.
async fn service_id(gateway: &Gateway, name: &str) -> String {
    let services = gateway.admin_json("GET", "/api/services?page=0&size=200", "").await;
    let found = services.as_array().unwrap().iter().find(|service| service["name"] == name).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_registration_fires_every_so_often_until_it_is_deleted() {
    let (gateway, target) = (pets().await, target().await);
    let operation = format!("{}-gone WEBHOOK", service_id(&gateway, "Pets").await);
    let url = format!("http://{}/hook", target.address);
    let made = register(&gateway, json!({"operationId": operation, "targetUrl": url})).await;
    assert_eq!(
        (&made["frequency"], &made["errorCountThreshold"], &made["operationMethod"], &made["errorCount"]),
        (&json!(3000), &json!(5), &json!("DELETE"), &json!(0))
    );
    assert_eq!(made["targetUrl"], json!(url));
    gateway.advance("2s").await;
    assert_eq!(arrived(&target).await.len(), 0);
    let summary = gateway.advance("7s").await;
    assert_eq!(summary["attempts"].as_array().unwrap().len(), 3, "at three, six and nine seconds");
    assert_eq!(arrived(&target).await, ["DELETE /hook token=t%26k "; 3]);
    let idle = gateway.admin_json("POST", "/__admin/clock/run-until-idle", "").await;
    assert_eq!((&idle["complete"], arrived(&target).await.len()), (&json!(true), 3));

    let path = format!("/api/webhooks/operation/{}", operation.replace(' ', "%20"));
    assert_eq!(gateway.admin_json("GET", &format!("{path}/count"), "").await, json!({"counter": 1}));
    assert_eq!(gateway.admin_json("GET", &path, "").await[0]["id"], made["id"]);
    let path = format!("/api/webhooks/{}", made["id"].as_str().unwrap());
    assert_eq!(gateway.admin("DELETE", &path, "").await.status, StatusCode::OK);
    assert_eq!(gateway.admin("DELETE", &path, "").await.status, StatusCode::NOT_FOUND);
    gateway.advance("1m").await;
    assert_eq!(arrived(&target).await.len(), 3);
}

#[tokio::test]
async fn a_registration_ends_when_its_target_is_not_reached_or_its_time_is_over() {
    let gateway = pets().await;
    let operation = "Pets:1.0-new-pet WEBHOOK";
    let dead = format!("http://127.0.0.1:{}/", free_port());
    let unreached = json!({"operationId": operation, "targetUrl": dead, "errorCountThreshold": 4, "frequency": 10_000});
    register(&gateway, unreached).await;
    gateway.advance("10s").await;
    let path = format!("/api/webhooks/operation/{}", operation.replace(' ', "%20"));
    let listed = gateway.admin_json("GET", &path, "").await;
    assert_eq!(listed[0]["errorCount"], json!(2), "an error for each example");
    gateway.advance("10s").await;
    assert_eq!(gateway.admin_json("GET", &path, "").await, json!([]));

    let brief = json!({"operationId": operation, "targetUrl": dead, "expiresAt": "2020-01-01T00:00:00.000+00:00"});
    register(&gateway, brief).await;
    assert_eq!(gateway.admin_json("GET", &format!("{path}/count"), "").await, json!({"counter": 0}));
    for _ in 0..100 {
        register(&gateway, json!({"operationId": operation, "targetUrl": dead})).await;
    }
    let one_more = json!({"operationId": operation, "targetUrl": dead}).to_string();
    assert_eq!(gateway.admin("POST", "/api/webhooks", &one_more).await.status, StatusCode::TOO_MANY_REQUESTS);
    gateway.admin("POST", "/__admin/reset", "").await;
    assert_eq!(gateway.admin_json("GET", &path, "").await, json!([]), "a reset ends all");
}

#[tokio::test]
async fn an_operation_that_is_not_there_is_refused_as_microcks_refuses_it() {
    let gateway = pets().await;
    let refused = async |operation: &str, url: &str| {
        let body = json!({"operationId": operation, "targetUrl": url}).to_string();
        let answer = gateway.admin("POST", "/api/webhooks", &body).await;
        (answer.status.as_u16(), answer.body)
    };
    assert_eq!(refused("bad", "http://x").await, (404, "OperationId is invalid".into()));
    assert_eq!(refused("no-such", "http://x").await, (404, "Service not found".into()));
    assert_eq!(refused("Pets:1.0-lost WEBHOOK", "http://x").await, (404, "Operation not found".into()));
    assert_eq!(refused("Pets:1.0-gone WEBHOOK", "hook").await.0, 400);
}

#[tokio::test]
async fn services_are_shown_as_microcks_shows_them() {
    let gateway = pets().await;
    let id = service_id(&gateway, "Pets").await;
    let names: Vec<_> = gateway
        .admin_json("GET", "/api/services", "")
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["name"].clone())
        .collect();
    assert_eq!(names, ["Pets", "Shop"]);
    let by_name = gateway.admin_json("GET", "/api/services/Pets:1.0?messages=false", "").await;
    assert_eq!((&by_name["id"], &by_name["type"]), (&json!(id), &json!("REST")));
    let operations: Vec<_> = by_name["operations"].as_array().unwrap().iter().map(|o| o["name"].clone()).collect();
    assert_eq!(operations, ["GET /", "new-pet WEBHOOK", "gone WEBHOOK"]);
    assert_eq!(gateway.admin_json("GET", &format!("/api/services/{id}"), "").await["service"]["version"], "1.0");
    assert_eq!(gateway.admin("GET", "/api/services/Zoo:1", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(gateway.admin("GET", "/api/health", "").await.status, StatusCode::OK);
    let count = gateway.admin_json("GET", "/api/metrics/invocations/Pets/1.0", "").await;
    assert_eq!((&count["dailyCount"], &count["serviceName"]), (&json!(0), &json!("Pets")));
}
