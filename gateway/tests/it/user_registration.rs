//! The tutorial of OpenAPI's callbacks: the API description, and the `ringback.toml` that it is imported into.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{
    command_line::run,
    support::{Answer, Gateway, repository},
    transcript::replay,
};

/// Where the description of the example is.
const FOLDER: &str = "examples/user-registration";
/// What is posted, but for where to call back.
const LAURENT: &str = r#"{"user":{"firstName":"Laurent","lastName":"Broudoux"},"callbackUrl":"http://RECEIVER"}"#;

/// The example, and a receiver, each on a free port.
async fn served(document: PathBuf) -> Gateway {
    Gateway::with("receiver.toml", &read("receiver.toml"), |options| options.documents.paths.insert(0, document))
        .await
        .unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
}

fn read(file: &str) -> String {
    std::fs::read_to_string(repository(FOLDER).join(file)).unwrap()
}

/// The description.
async fn described() -> Gateway {
    served(repository(FOLDER).join("user-registration.yaml")).await
}

async fn registers(gateway: &Gateway, path: &str) -> Answer {
    let receiver = gateway.running.app.addresses()[1].to_string();
    gateway.post(path, &LAURENT.replace("RECEIVER", &receiver)).await
}

/// What the receiver got.
async fn received(gateway: &Gateway) -> Value {
    gateway.send(gateway.running.app.addresses()[1], "GET", "/", &[], "").await.json()
}

async fn readme_is_true(gateway: Gateway) {
    let receiver = gateway.running.app.addresses()[1];
    let servers = [
        ("http://localhost:3000", gateway.address),
        ("http://localhost:3002", receiver),
        ("http://localhost:3001", gateway.admin),
    ];
    replay(&read("README.md"), &gateway, &servers).await;
}

#[tokio::test]
async fn the_readme_of_the_example_tells_what_happens() {
    readme_is_true(described().await).await;
}

#[tokio::test]
async fn the_readme_of_the_example_is_true_of_what_is_imported() {
    let (code, text, told) = run(&repository(FOLDER), &["import", "user-registration.yaml"]).await;
    assert_eq!((code, told.as_str()), (0, ""));
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("ringback.toml");
    std::fs::write(&document, text).unwrap();
    readme_is_true(served(document).await).await;
}

#[tokio::test]
async fn a_user_is_told_of_every_step_in_order() {
    let gateway = described().await;
    let step = |status: &str| json!({"firstName": "Laurent", "lastName": "Broudoux", "status": status});
    let answer = registers(&gateway, "/rest/UserRegistration/2.0.0/user").await;
    assert_eq!((answer.status.as_u16(), answer.json()), (201, step("PENDING")));
    assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8");
    let steps = ["VERIFIED", "REGISTERED", "COMPLETE"].map(step);
    for (index, _) in steps.iter().enumerate() {
        gateway.advance("2999ms").await;
        assert_eq!(received(&gateway).await, json!(steps[..index]), "none comes early");
        gateway.advance("1ms").await;
        assert_eq!(received(&gateway).await, json!(steps[..=index]));
    }

    let callbacks = gateway.admin_json("GET", "/__admin/callbacks", "").await;
    let mut callbacks = callbacks["callbacks"].as_array().unwrap().clone();
    callbacks.sort_by_key(|callback| callback["due"].to_string());
    let names: Vec<_> = callbacks.iter().map(|callback| callback["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["onVerified", "onRegistered", "onCompleted"]);
    assert!(callbacks.iter().all(|callback| callback["state"] == "delivered"), "{callbacks:?}");
}

#[tokio::test]
async fn all_steps_come_at_once_when_time_is_moved() {
    let gateway = described().await;
    registers(&gateway, "/user").await;
    let summary = gateway.advance("9s").await;
    assert_eq!(summary["attempts"].as_array().map(Vec::len), Some(3), "{summary}");
    let received = received(&gateway).await;
    let statuses: Vec<_> = received.as_array().unwrap().iter().map(|step| step["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["VERIFIED", "REGISTERED", "COMPLETE"]);
    let told = gateway.journal().await;
    let posted =
        told.iter().find(|told| told["request"]["path"] == "/" && told["request"]["method"] == "POST").unwrap();
    assert_eq!(posted["request"]["headers"]["content-type"], json!("application/json"), "{posted}");
}
