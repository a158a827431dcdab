//! Documents that come over HTTP while the gateway serves.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Gateway};

/// A description of `GET /pets`, which answers with this name.
fn pets(version: &str, pet: &str) -> String {
    format!(
        r#"
openapi: 3.0.3
info: {{title: Pets, version: "{version}"}}
paths:
  /pets:
    get:
      responses:
        "200":
          description: all
          content:
            application/json:
              examples:
                all: {{value: {{name: {pet}}}}}
"#
    )
}

/// Sends a document as field `file` of a form.
async fn upload(gateway: &Gateway, path: &str, name: &str, text: &str) -> Answer {
    let edge = "edge-of-the-form";
    let body = format!(
        "--{edge}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{text}\r\n--{edge}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={edge}");
    gateway.admin_with("POST", path, &[("content-type", &kind)], &body).await
}

async fn serve(microcks_api: bool) -> Gateway {
    let started =
        Gateway::with("pets.yaml", &pets("1.0", "Rusty"), |options| options.microcks_api = microcks_api).await;
    started.unwrap_or_else(|rejected| panic!("{}", rejected.render(ringback_gateway::Colour::Plain)))
}

async fn pet(gateway: &Gateway, version: &str) -> Value {
    let answer = gateway.get(&format!("/rest/Pets/{version}/pets")).await;
    if answer.status == StatusCode::OK { answer.json()["name"].clone() } else { Value::Null }
}

#[tokio::test]
async fn a_document_joins_what_serves_and_goes_again() {
    let gateway = serve(false).await;
    let first = upload(&gateway, "/__admin/artifacts", "more.yaml", &pets("2.0", "Tabby")).await;
    assert_eq!((first.status, &first.json()["service"]), (StatusCode::CREATED, &json!("Pets:2.0")));
    assert_eq!((pet(&gateway, "1.0").await, pet(&gateway, "2.0").await), (json!("Rusty"), json!("Tabby")));

    upload(&gateway, "/__admin/artifacts", "more.yaml", &pets("2.0", "Rex")).await;
    assert_eq!(pet(&gateway, "2.0").await, json!("Rex"), "one of the same name takes its place");
    let listed = gateway.admin_json("GET", "/__admin/artifacts", "").await;
    let shown: Vec<_> = listed["artifacts"].as_array().unwrap().iter().map(|one| &one["service"]).collect();
    assert_eq!(shown, ["Pets:2.0"]);

    gateway.running.app.reload().await.unwrap();
    assert_eq!(pet(&gateway, "2.0").await, json!("Rex"), "a reload keeps it");
    assert_eq!(gateway.admin("DELETE", "/__admin/artifacts/more.yaml", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!((pet(&gateway, "1.0").await, pet(&gateway, "2.0").await), (json!("Rusty"), Value::Null));
    assert_eq!(gateway.admin("DELETE", "/__admin/artifacts/more.yaml", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_description_of_a_service_that_serves_takes_its_place() {
    let gateway = serve(false).await;
    upload(&gateway, "/__admin/artifacts", "other.yaml", &pets("1.0", "Rex")).await;
    assert_eq!(pet(&gateway, "1.0").await, json!("Rex"));
    let more = r#"
apiVersion: mocks.microcks.io/v1alpha1
kind: APIExamples
metadata: {name: Pets, version: "1.0"}
operations:
  "GET /pets":
    more:
      response: {mediaType: application/json, body: {name: Tabby}}
"#;
    let added = upload(&gateway, "/__admin/artifacts?mainArtifact=false", "more.yaml", more).await;
    assert_eq!((added.status, &added.json()["service"]), (StatusCode::CREATED, &json!("Pets:1.0")));
    let stray = more.replace("name: Pets", "name: Zoo");
    let refused = upload(&gateway, "/__admin/artifacts?mainArtifact=false", "stray.yaml", &stray).await;
    assert!(
        refused.status == StatusCode::BAD_REQUEST && refused.body.contains("nothing serves `Zoo:1.0`"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_document_that_is_wrong_changes_nothing() {
    let gateway = serve(false).await;
    let lost = pets("1.0", "Rex").replace("{value: {name: Rex}}", "{$ref: '/etc/hostname'}");
    for text in ["just: text", "openapi: 3.0.3\ninfo: {title: [", &lost] {
        let refused = upload(&gateway, "/__admin/artifacts", "wrong.yaml", text).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{text}: {refused:?}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(refused.json()["diagnostics"].to_string().contains("uploaded/wrong.yaml"), "{refused:?}");
    }
    assert_eq!(pet(&gateway, "1.0").await, json!("Rusty"));
    assert_eq!(gateway.admin_json("GET", "/__admin/artifacts", "").await, json!({"artifacts": []}));
    let bare = gateway.admin("POST", "/__admin/artifacts", "openapi: 3.0.3").await;
    assert!(bare.status == StatusCode::BAD_REQUEST && bare.body.contains("curl -F file=@"), "{bare:?}");
}

#[tokio::test]
async fn microcks_own_path_is_off_unless_it_is_turned_on() {
    let gateway = serve(false).await;
    let path = "/api/artifact/upload?mainArtifact=true";
    assert_eq!(upload(&gateway, path, "more.yaml", &pets("2.0", "Tabby")).await.status, StatusCode::NOT_FOUND);

    let gateway = serve(true).await;
    let made = upload(&gateway, path, "more.yaml", &pets("2.0", "Tabby")).await;
    assert_eq!((made.status, &*made.body), (StatusCode::CREATED, "Pets:2.0"));
    assert_eq!(pet(&gateway, "2.0").await, json!("Tabby"));
    assert_eq!(upload(&gateway, path, "empty.yaml", "").await.status, StatusCode::NO_CONTENT);
    let wrong = upload(&gateway, path, "wrong.yaml", "just: text").await;
    assert!(wrong.status == StatusCode::BAD_REQUEST && !wrong.body.is_empty());
    let stray = "apiVersion: mocks.microcks.io/v1alpha1\nkind: APIMetadata\nmetadata: {name: Zoo, version: '1'}\n";
    let path = "/api/artifact/upload?mainArtifact=false";
    assert_eq!(upload(&gateway, path, "stray.yaml", stray).await.status, StatusCode::NO_CONTENT);
}
