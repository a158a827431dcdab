//! The tutorial that the project was founded on, in both forms that the example has.

use serde_json::json;

use crate::{
    command_line::run,
    support::{Gateway, repository},
};

/// The example, on a free port.
async fn example(file: &str) -> Gateway {
    let text = std::fs::read_to_string(repository("examples/orders").join(file)).unwrap();
    Gateway::try_start(file, &text, None).await.unwrap_or_else(|rejected| {
        panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
    })
}

async fn an_order_is_paid(gateway: Gateway) {
    let created = gateway.post("/orders", "").await;
    assert_eq!((created.status.as_u16(), created.body.as_str()), (201, r#"{"orderId":"123456","status":"pending"}"#));
    // Mockoon names the charset of every text.
    let media_type = created.header("content-type").split(';').next();
    assert_eq!(media_type, Some("application/json"));
    assert_eq!(gateway.get("/orders").await.body, r#"[{"status":"pending","orderId":"123456"}]"#);

    assert_eq!(gateway.advance("9s").await["attempts"], json!([]));
    assert_eq!(gateway.get("/orders").await.body, r#"[{"status":"pending","orderId":"123456"}]"#);
    let summary = gateway.advance("1s").await;
    assert_eq!(summary["attempts"].as_array().map(Vec::len), Some(1), "{summary}");
    assert_eq!(gateway.get("/orders").await.body, r#"[{"status":"paid","orderId":"123456"}]"#);

    let journal = gateway.admin_json("GET", "/__admin/requests", "").await;
    let requests = journal["requests"].as_array().unwrap();
    let create =
        requests.iter().find(|r| r["request"]["method"] == "POST" && r["request"]["path"] == "/orders").unwrap();
    let webhook = requests.iter().find(|r| r["request"]["path"] == "/webhook").unwrap();
    let callback = &create["callbacks"][0];
    assert_eq!(create["changed"], json!(["orders"]));
    assert_eq!(callback["cause"]["request"], create["id"]);
    assert_eq!(callback["state"], "delivered");
    assert_eq!(callback["attempts"][0]["status"], 200);
    assert_eq!(webhook["cause"], callback["id"], "the request that the gateway made to itself names the callback");
    let events = gateway.admin_json("GET", "/__admin/callbacks?state=delivered", "").await;
    assert_eq!(events["callbacks"][0]["id"], callback["id"]);
}

#[tokio::test]
async fn an_order_is_paid_as_ringback_toml() {
    an_order_is_paid(example("ringback.toml").await).await;
}

#[tokio::test]
async fn an_order_is_paid_as_a_mockoon_environment() {
    an_order_is_paid(example("mockoon.json").await).await;
}

#[tokio::test]
async fn an_order_is_paid_as_the_mockoon_environment_that_was_imported() {
    let (code, text, told) = run(&repository("examples/orders"), &["import", "mockoon.json"]).await;
    assert_eq!((code, told.as_str()), (0, ""));
    an_order_is_paid(Gateway::start(&text).await).await;
}
