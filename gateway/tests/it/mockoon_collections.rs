//! Routes of type CRUD: a bucket as a collection, over HTTP.

use serde_json::json;

use crate::support::{Answer, Gateway};

async fn serve() -> Gateway {
    let people = json!([{ "id": 1, "name": "ann", "age": 40 }, { "id": 2, "name": "bob", "age": 30 }]);
    let environment = json!({
        "lastMigration": 33, "name": "env", "port": 3000,
        "data": [{ "id": "peop", "name": "people", "value": people.to_string() }],
        "routes": [
            { "type": "crud", "method": "", "endpoint": "people", "responses": [
                { "bodyType": "DATABUCKET", "databucketID": "peop", "default": true },
                { "statusCode": 403, "body": "no", "rules": [{ "target": "header", "modifier": "x-deny", "value": "1" }] },
            ] },
            { "method": "get", "endpoint": "names", "responses": [{ "body": "{{#each (dataRaw 'people')}}{{name}} {{/each}}" }] },
        ],
    });
    Gateway::try_start("env.json", &environment.to_string(), None).await.unwrap_or_else(|rejected| {
        panic!("{}", rejected.render(ringback_gateway::Colour::Plain));
    })
}

fn told(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), &answer.body)
}

#[tokio::test]
async fn items_are_made_read_changed_and_deleted_where_templates_see_them() {
    let gateway = serve().await;
    assert_eq!(told(&gateway.get("/people/2").await), (200, r#"{"id":2,"name":"bob","age":30}"#));
    assert_eq!(told(&gateway.get("/people/9").await), (404, "{}"));
    let made = gateway.post("/people", r#"{"name":"cid"}"#).await;
    assert_eq!(told(&made), (201, r#"{"name":"cid","id":3}"#));
    let json = [("content-type", "application/json")];
    let changed = gateway.ask("PATCH", "/people/3", &json, r#"{"age":20}"#).await;
    assert_eq!(told(&changed), (200, r#"{"name":"cid","id":3,"age":20}"#));
    assert_eq!(told(&gateway.ask("DELETE", "/people/1", &[], "").await), (200, "{}"));
    assert_eq!(gateway.get("/names").await.body, "bob cid ");
}

#[tokio::test]
async fn a_list_is_filtered_sorted_and_paged_and_counted() {
    let gateway = serve().await;
    let listed = gateway.get("/people?age_gte=20&sort=age&order=asc&limit=1&page=1").await;
    assert_eq!(told(&listed), (200, r#"[{"id":2,"name":"bob","age":30}]"#));
    let counts = ["x-total-count", "x-filtered-count"].map(|name| listed.headers[name].to_str().unwrap().to_owned());
    assert_eq!(counts, ["2", "2"]);
    assert_eq!(gateway.get("/people?search=ANN").await.body, r#"[{"id":1,"name":"ann","age":40}]"#);
}

#[tokio::test]
async fn a_response_with_rules_comes_before_the_collection() {
    let gateway = serve().await;
    let refused = gateway.ask("DELETE", "/people", &[("x-deny", "1")], "").await;
    assert_eq!(told(&refused), (403, "no"));
    assert_eq!(gateway.get("/names").await.body, "ann bob ");
}
